"""Where a request stands, in its applicant's words: what the badge says, what happens next, what to do."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, cast

from django.urls import reverse

from habilitations.demandes.badges import badge
from habilitations.demandes.delai import delai
from habilitations.models import Demande, Habilitation
from referentiel import francais


class Situation(NamedTuple):
    """`badge`, `libelle`: those of the state, unless there is more to tell of it."""

    suite: str
    action: str = ""
    url: str = ""
    libelle: str = ""
    badge: str = ""


def situation(demande: Demande) -> Situation:
    etat = Demande.Etat(demande.etat)
    trouvee = SITUATIONS[etat](demande)
    return trouvee._replace(libelle=trouvee.libelle or str(etat.label), badge=trouvee.badge or badge(demande))


def _brouillon(demande: Demande) -> Situation:
    resume = reverse("demande-resume", args=[demande.pk])
    if demande.est_reouverture:
        return Situation(
            "Votre habilitation reste active pendant que vous préparez les changements. Ils ne s'appliqueront qu'une "
            "fois validés par le ministère.",
            "Poursuivre la modification",
            resume,
            libelle="Modification en préparation",
        )
    return Situation(
        "La demande n'est pas encore soumise : le ministère ne l'instruit pas. Complétez-la, puis soumettez-la.",
        "Compléter la demande",
        resume,
    )


def _soumise(demande: Demande) -> Situation:
    echeance = delai(cast(datetime, demande.soumise_le))
    limite = francais.date(echeance.echeance)
    if echeance.jours < 0:
        return Situation(
            f"Le ministère n'a pas répondu avant le {limite} : ce silence vaut rejet. Vous pouvez le contester devant "
            "le tribunal administratif dans les deux mois qui suivent, ou relancer les instructeurs par un message.",
            libelle="Sans réponse",
            badge="warning",
        )
    return Situation(
        f"Le ministère instruit la demande. Il répond au plus tard le {limite} : passé ce jour, son silence vaut "
        "rejet.",
    )


def _modifications(demande: Demande) -> Situation:
    return Situation(
        "Le ministère attend des corrections. Modifiez les étapes concernées, puis soumettez de nouveau la demande.",
        "Modifier la demande",
        reverse("demande-resume", args=[demande.pk]),
    )


def _validee(demande: Demande) -> Situation:
    if demande.sans_logiciel:
        return Situation(
            "L'habilitation est active, et son guichet de vérification ouvert : désignez les agents qui vérifieront. "
            "Il n'y a rien à développer, ni jeton à protéger.",
            "Voir l'habilitation",
            reverse("habilitation", args=[demande.habilitation_id]),
        )
    return Situation(
        {
            Habilitation.Type.LECTURE: "L'habilitation est active. Le jeton qui permet d'appeler l'API est remis au "
            "contact technique, par un lien à usage unique reçu par courriel.",
            Habilitation.Type.ECRITURE: "L'habilitation est active. Le jeton qui permet de déclarer vos inscriptions "
            "est remis au contact technique, par un lien à usage unique reçu par courriel. Sans attendre, ses "
            "gestionnaires les saisissent ou déposent un fichier depuis le portail.",
            Habilitation.Type.FRANCE_CONNECT: "L'habilitation est active : demandez à FranceConnect les données "
            "accordées, pour votre client.",
        }[Habilitation.Type(demande.type)],
        "Voir l'habilitation",
        reverse("habilitation", args=[demande.habilitation_id]),
    )


def _refusee(demande: Demande) -> Situation:
    return Situation(
        "La demande est refusée, pour le motif que donne le ministère. Vous pouvez en faire une nouvelle, ou "
        "contester le refus dans les deux mois devant le tribunal administratif.",
        "Faire une nouvelle demande",
        f"{reverse('demande-nouvelle')}?type={demande.type}",
    )


def _revoquee(demande: Demande) -> Situation:
    return Situation(
        "L'habilitation est révoquée, pour le motif que donne le ministère : ses jetons ne fonctionnent plus.",
        "Faire une nouvelle demande",
        f"{reverse('demande-nouvelle')}?type={demande.type}",
    )


def _archivee(demande: Demande) -> Situation:
    return Situation("La demande est archivée : elle ne change plus.")


SITUATIONS: dict[Demande.Etat, Callable[[Demande], Situation]] = {
    Demande.Etat.BROUILLON: _brouillon,
    Demande.Etat.SOUMISE: _soumise,
    Demande.Etat.MODIFICATIONS: _modifications,
    Demande.Etat.VALIDEE: _validee,
    Demande.Etat.REFUSEE: _refusee,
    Demande.Etat.REVOQUEE: _revoquee,
    Demande.Etat.ARCHIVEE: _archivee,
}
