"""Which mails a person receives: a switch by genre, for those that they may be sent, and a link in each such mail to
turn it off.

Only what is sent for information, or reminds, is optional. What must be known (decisions, deadlines, tokens, transfers)
is not.
"""

from enum import StrEnum
from typing import NamedTuple

from django.conf import settings
from django.core import signing

from habilitations.models import Compte, Desabonnement


class Public(StrEnum):
    """As what a person receives a mail; the value is the title of its switches."""

    DEMANDEUR = "Mes demandes"
    MINISTERE = "L'instruction"
    GESTIONNAIRE = "La gestion des inscriptions"


class Choix(NamedTuple):
    genre: str
    public: Public
    libelle: str


#: One switch a genre and public, in the order of the page. A genre of two publics is one switch for who is both.
CHOIX = (
    Choix("nouveau_message", Public.DEMANDEUR, "Le ministère m'écrit au sujet d'une demande"),
    Choix("brouillon_en_attente", Public.DEMANDEUR, "Un de mes brouillons n'a pas bougé depuis quinze jours"),
    Choix(
        "modifications_en_attente",
        Public.DEMANDEUR,
        "Des modifications demandées depuis quinze jours attendent ma réponse",
    ),
    Choix("demande_a_instruire", Public.MINISTERE, "Une demande est soumise"),
    Choix("nouveau_message", Public.MINISTERE, "Un demandeur m'écrit"),
    Choix("depot_termine", Public.GESTIONNAIRE, "Le traitement d'un fichier que j'ai déposé est terminé"),
    Choix("collegue_ajoute", Public.GESTIONNAIRE, "Quelqu'un gère désormais mes établissements avec moi"),
    Choix("collegue_retire", Public.GESTIONNAIRE, "Quelqu'un ne gère plus mes établissements avec moi"),
)
GENRES = frozenset(choix.genre for choix in CHOIX)

_SEL = "desabonnement"


def publics(compte: Compte) -> frozenset[Public]:
    """Whoever has an account may be an applicant; but the ministry's staff, who mostly are not, only once they are."""
    trouves = set()
    if compte.est_agent_du_ministere:
        trouves.add(Public.MINISTERE)
    if not trouves or compte.demandes.exists():
        trouves.add(Public.DEMANDEUR)
    if compte.gestions.actifs().exists():
        trouves.add(Public.GESTIONNAIRE)
    return frozenset(trouves)


def offerts(compte: Compte) -> list[Choix]:
    """The switches of this person."""
    siens = publics(compte)
    par_genre: dict[str, Choix] = {}
    for choix in CHOIX:
        if choix.public in siens:
            par_genre.setdefault(choix.genre, choix)
    return list(par_genre.values())


def veut_recevoir(*, courriel: str, genre: str) -> bool:
    """Whether this address takes this genre of mail. Always true for mails that are not optional."""
    if genre not in GENRES:
        return True
    return not Desabonnement.objects.filter(compte__courriel=courriel, genre=genre).exists()


def choisir(*, compte: Compte, genre: str, recevoir: bool) -> None:
    """Turn a genre on or off. Raises KeyError for a genre that is not optional."""
    if genre not in GENRES:
        raise KeyError(genre)
    if recevoir:
        Desabonnement.objects.filter(compte=compte, genre=genre).delete()
    else:
        Desabonnement.objects.get_or_create(compte=compte, genre=genre)


def libelle(compte: Compte, genre: str) -> str:
    """When this person receives this genre of mail, for the page of the link that turns it off."""
    choix = [un for un in offerts(compte) if un.genre == genre] or [un for un in CHOIX if un.genre == genre]
    return choix[0].libelle


def adresse_de_desabonnement(*, courriel: str, genre: str) -> str:
    """The address that turns the genre off without signing in; empty when there is nothing to turn off.

    It names the account by its number: no e-mail address is in it.
    """
    if genre not in GENRES:
        return ""
    compte = Compte.objects.filter(courriel=courriel).only("pk").first()
    if compte is None:
        return ""
    jeton = signing.dumps([compte.pk, genre], salt=_SEL)
    return f"{settings.ADRESSE_PUBLIQUE}/courriels/desabonnement/{jeton}"


def lire_desabonnement(jeton: str) -> tuple[Compte, str] | None:
    """The account and genre of such an address; None when it is not one of ours."""
    try:
        pk, genre = signing.loads(jeton, salt=_SEL)
    except signing.BadSignature:
        return None
    compte = Compte.objects.filter(pk=pk, is_active=True).first()
    return (compte, genre) if compte is not None and genre in GENRES else None
