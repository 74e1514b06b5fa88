"""Who calls: the token in the headers, the caller's address, and the opening of the call."""

from django.conf import settings
from django.http import HttpRequest

from habilitations.comptes.adresse import adresse_appelant
from habilitations.jetons import emission
from habilitations.jetons.ouverture import INCONNU, SQL_OUVERTURE, Ouverture
from habilitations.jetons.vie import signaler_divulgation
from statut_etudiant.bd import executer

_SQL_OUVRIR = f"SELECT * FROM {SQL_OUVERTURE}"  # noqa: S608 (constants only)

ABSENT = Ouverture(INCONNU, *[None] * (len(Ouverture._fields) - 1))

#: Names under which clients have been seen to put a token in a URL.
PARAMETRES_DE_JETON = frozenset(
    {"token", "jeton", "access_token", "api_key", "apikey", "x-api-key", "authorization"}
)


def cle_api(request: HttpRequest) -> str:
    """The `X-Api-Key` header, empty when absent."""
    return request.META.get("HTTP_X_API_KEY", "").strip()


def bearer(request: HttpRequest) -> str:
    """The token of `Authorization: Bearer …`, empty when absent."""
    schema, _, valeur = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    return valeur.strip() if schema.lower() == "bearer" else ""


def parametres_ouverture(
    request: HttpRequest, jeton: str, ouvrants: frozenset[str] | None
) -> tuple[list[bytes], str | None, list[str] | None, int]:
    """The parameters of `SQL_OUVERTURE`."""
    return (
        emission.empreintes(jeton),
        adresse_appelant(request),
        None if ouvrants is None else list(ouvrants),
        settings.QUOTA_PAR_SECONDE,
    )


def ouvrir(request: HttpRequest, jeton: str, *, ouvrants: frozenset[str] | None) -> Ouverture:
    """Open the call: one statement. `ouvrants`: one of these scopes is needed; None when none is."""
    if not emission.bien_forme(jeton):
        return ABSENT
    lignes = executer(_SQL_OUVRIR, parametres_ouverture(request, jeton, ouvrants))
    return Ouverture(*lignes[0])


def jeton_dans_url(request: HttpRequest) -> bool:
    """Whether the query string carries a token. One of ours is then revoked: it has leaked.

    URLs are kept by proxies, histories and logs; the contract refuses the call and treats the token as known to all.
    """
    if not request.META.get("QUERY_STRING"):
        return False
    divulgues = {
        valeur.strip()
        for _, valeurs in request.GET.lists()
        for valeur in valeurs
        if emission.bien_forme(valeur.strip())
    }
    if divulgues:
        # One statement, however many are sent.
        for vivant in emission.vivants_parmi(divulgues):
            signaler_divulgation(valeur=vivant, ou="dans l'adresse d'un appel")
    return bool(divulgues) or any(nom.lower() in PARAMETRES_DE_JETON for nom in request.GET)
