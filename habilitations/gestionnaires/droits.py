"""Who may enter the establishments' admin, for `referentiel.droits`: managers, and the ministry's staff who keep the
referential. Instructors decide on requests: they have no need of the students' records (GDPR art. 5, minimisation).
"""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format

from habilitations.comptes.preuve import preuve_exigee
from habilitations.gestionnaires.auteurs import MINISTERE, auteurs
from habilitations.jetons.inventaire import Alerte, Inventaire, inventaires
from habilitations.models import Compte, Habilitation
from referentiel.droits import Droits, Encart
from referentiel.models import Etablissement

__all__ = ["auteurs", "droits", "encarts", "preuve_exigee"]

#: The ministry in the exchange journal.
NOM_DU_MINISTERE = "Ministère chargé de l'enseignement supérieur"
SIRET_DU_MINISTERE = "11004401300040"


def droits(request: HttpRequest) -> Droits | None:
    compte = request.user
    if not isinstance(compte, Compte) and not getattr(compte, "is_authenticated", False):
        return None
    auteur = f"compte:{compte.pk}"
    administrateur = getattr(request, "au_nom_de", None)
    if administrateur is not None:
        auteur += f"/par:{administrateur.pk}"
    par_compte_id = administrateur and administrateur.pk
    if compte.noms_des_roles & MINISTERE:
        return Droits(
            compte_id=compte.pk,
            etablissements=None,
            uais=None,
            nom="Tous les établissements",
            organisation=NOM_DU_MINISTERE,
            siret=SIRET_DU_MINISTERE,
            auteur=auteur,
            par_compte_id=par_compte_id,
        )
    geres = list(
        Etablissement.objects.reels()
        .filter(gestionnaires__compte=compte, gestionnaires__retire_le__isnull=True)
        .order_by("nom", "uai")
    )
    if not geres:
        return None
    return Droits(
        compte_id=compte.pk,
        etablissements=frozenset(etablissement.pk for etablissement in geres),
        uais=tuple(sorted(etablissement.uai for etablissement in geres)),
        nom=geres[0].nom
        if len(geres) == 1
        else f"{geres[0].nom} et {len(geres) - 1} autre{'s' * (len(geres) > 2)}",
        organisation=geres[0].nom,
        siret=geres[0].siret,
        auteur=auteur,
        par_compte_id=par_compte_id,
    )


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
        "fin": jeton and date_format(jeton.revoque_le or jeton.expire_le, "j F Y"),
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
