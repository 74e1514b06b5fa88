"""Who calls: the token in the headers, the caller's address, and the opening of the call."""

from django.conf import settings

from habilitations.jetons import emission
from habilitations.jetons.ouverture import INCONNU, Ouverture
from habilitations.jetons.vie import signaler_divulgation
from statut_etudiant.api.appel import Appel
from statut_etudiant.api.enonces import Entree, Sortie
from statut_etudiant.api.moyens import Moyens

ABSENT = Ouverture(INCONNU, *[None] * (len(Ouverture._fields) - 1))

#: Names under which clients have been seen to put a token in a URL.
PARAMETRES_DE_JETON = frozenset(
    {"token", "jeton", "access_token", "api_key", "apikey", "x-api-key", "authorization"}
)

#: No token of ours is shorter: most values need not be looked at any further.
LONGUEUR_MINIMALE = 40


async def ouvrir(
    appel: Appel,
    moyens: Moyens,
    jeton: str,
    *,
    ouvrants: list[str] | None,
    quota: int | None = None,
    compter: bool = True,
    voie: str | None = None,
    criteres: tuple[object, ...] = (),
) -> Sortie:
    """Open the call, and run its search when it is open (`enonces.Entree` says what these are).

    `quota`: that of the door, when it has one of its own.
    """
    if not emission.bien_forme(jeton):
        return Sortie(ABSENT, [])
    return await moyens.ouvrir(
        Entree(
            empreintes=emission.empreintes(jeton),
            adresse=appel.adresse,
            ouvrants=ouvrants,
            quota=settings.QUOTA_PAR_SECONDE if quota is None else quota,
            voie=voie,
            criteres=criteres,
            compter=compter,
        )
    )


async def jeton_dans_url(appel: Appel, moyens: Moyens) -> bool:
    """Whether the query string carries a token. One of ours is then revoked: it has leaked.

    URLs are kept by proxies, histories and logs; the contract refuses the call and treats the token as known to all.
    """
    divulgues = {
        valeur.strip()
        for valeurs in appel.parametres.values()
        for valeur in valeurs
        if len(valeur) >= LONGUEUR_MINIMALE and emission.bien_forme(valeur.strip())
    }
    if divulgues:
        await moyens.a_cote(_signaler, divulgues)
    return bool(divulgues) or any(nom.lower() in PARAMETRES_DE_JETON for nom in appel.parametres)


def _signaler(jetons: set[str]) -> None:
    """Whatever their number, one statement tells those that are ours."""
    for vivant in emission.vivants_parmi(jetons):
        signaler_divulgation(valeur=vivant, ou="dans l'adresse d'un appel")
