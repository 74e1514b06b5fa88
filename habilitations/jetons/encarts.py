"""What the establishments' dashboard says of the tokens that write for them."""

from django.urls import reverse
from django.utils import timezone

from habilitations.jetons.inventaire import Alerte, Inventaire, inventaires
from habilitations.models import Habilitation
from referentiel import francais
from referentiel.droits import Droits, Encart


def encarts(droits: Droits) -> list[Encart]:
    """What a manager should know of the tokens that write for their establishments; the ministry has its own lists."""
    if droits.ministere:
        return []
    habilitations = Habilitation.objects.ecrivant_pour(droits).order_by("pk")
    return [
        encart
        for inventaire in inventaires(habilitations)
        if (encart := _encart(inventaire, plusieurs=len(habilitations) > 1)) is not None
    ]


def _encart(inventaire: Inventaire, *, plusieurs: bool) -> Encart | None:
    alerte = inventaire.alerte
    if alerte is None:
        return None
    jeton = next(iter(inventaire.vivants or inventaire.anciens), None)
    titre, texte, niveau, libelle = _ALERTES[alerte]
    faits = {
        "jeton": jeton and jeton.affichage,
        "fin": jeton and francais.date(timezone.localtime(jeton.revoque_le or jeton.expire_le)),
    }
    texte = texte.format(**faits)
    if plusieurs:
        texte += f" Habilitation {inventaire.habilitation}."
    lien = f"{reverse('gestion-jetons')}#{inventaire.habilitation.numero}"
    return Encart(titre, texte, niveau, lien, libelle)


#: Title, text, level, label of the link.
_ALERTES = {
    Alerte.AUCUN: (
        "Aucun jeton d'écriture",
        "Votre logiciel ne peut pas encore envoyer les inscriptions à l'API. Le dépôt de fichiers, lui, est ouvert.",
        "info",
        "Créer un jeton",
    ),
    Alerte.REVOQUE: (
        "Jeton d'écriture révoqué",
        "Le jeton {jeton} est révoqué depuis le {fin} et aucun autre ne le remplace : l'API refuse les envois de votre "
        "logiciel.",
        "error",
        "Créer un jeton",
    ),
    Alerte.EXPIRE: (
        "Jeton d'écriture expiré",
        "Le jeton {jeton} a expiré le {fin} et aucun autre ne le remplace : l'API refuse les envois de votre logiciel.",
        "error",
        "Créer un jeton",
    ),
    Alerte.FIN_PROCHE: (
        "Jeton d'écriture bientôt expiré",
        "Le jeton {jeton} expire le {fin} : prolongez-le ou remplacez-le pour que les envois continuent.",
        "warning",
        "Prolonger ou remplacer",
    ),
    Alerte.INUTILISE: (
        "Jeton d'écriture jamais utilisé",
        "Le jeton {jeton} n'a servi à aucun envoi : installez-le dans votre logiciel, ou révoquez-le s'il est inutile.",
        "info",
        "Voir le jeton",
    ),
}
