"""Which mails a person of the ministry receives: a switch by genre, and a link in each such mail to turn it off.

Only what is sent for information is optional. What an applicant must know (decisions, deadlines, tokens) is not.
"""

from collections.abc import Callable

from django.conf import settings
from django.core import signing

from habilitations.models import Compte, Desabonnement

#: Genre of mail → what the switch says.
AU_CHOIX = {
    "demande_a_instruire": "Une demande est soumise",
    "nouveau_message": "Un demandeur m'écrit",
}

_SEL = "desabonnement"
#: Genres that whoever reads them has subscribed to: address → the link that stops them, by who keeps the subscriptions.
_ARRETS: dict[str, Callable[[str], str]] = {}


def arreter_par(genre: str, adresse_d_arret: Callable[[str], str]) -> None:
    """Called once, by the application that keeps these subscriptions."""
    _ARRETS[genre] = adresse_d_arret


def veut_recevoir(*, courriel: str, genre: str) -> bool:
    """Whether this address takes this genre of mail. Always true for mails that are not optional."""
    if genre not in AU_CHOIX:
        return True
    return not Desabonnement.objects.filter(compte__courriel=courriel, genre=genre).exists()


def choisir(*, compte: Compte, genre: str, recevoir: bool) -> None:
    """Turn a genre on or off. Raises KeyError for a genre that is not optional."""
    AU_CHOIX[genre]
    if recevoir:
        Desabonnement.objects.filter(compte=compte, genre=genre).delete()
    else:
        Desabonnement.objects.get_or_create(compte=compte, genre=genre)


def adresse_de_desabonnement(*, courriel: str, genre: str) -> str:
    """The address that turns the genre off without signing in; empty when there is nothing to turn off.

    It names the account by its number: no e-mail address is in it.
    """
    if genre in _ARRETS:
        return _ARRETS[genre](courriel)
    if genre not in AU_CHOIX:
        return ""
    compte = Compte.objects.filter(courriel=courriel).only("pk").first()
    if compte is None or not compte.est_agent_du_ministere:
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
    return (compte, genre) if compte is not None and genre in AU_CHOIX else None
