"""Who calls: the token in the headers, the caller's address, and the opening of the call."""

from uuid import UUID

from django.conf import settings

from habilitations.integrateurs import cles
from habilitations.jetons import emission
from habilitations.jetons.ouverture import INCONNU, sans_rien
from habilitations.jetons.vie import signaler_divulgation
from statut_etudiant.api.appel import Appel
from statut_etudiant.api.enonces import Entree, Sortie
from statut_etudiant.api.enonces_delegation import EntreeDeleguee
from statut_etudiant.api.moyens import Moyens
from statut_etudiant.api.parametres import scalaire

#: The identifier that no delegation has.
AUCUNE = UUID(int=0)

ABSENT = sans_rien(INCONNU)

#: Names under which clients have been seen to put a token in a URL.
PARAMETRES_DE_JETON = frozenset(
    {"token", "jeton", "access_token", "api_key", "apikey", "x-api-key", "authorization"}
)

OU = "dans l'adresse d'un appel"

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


def d_un_editeur(jeton: str) -> bool:
    """Whether the token is an editor's, whose calls `ouvrir_par_delegation` opens."""
    return jeton.startswith(emission.PREFIXE_EDITEUR)


async def ouvrir_par_delegation(
    appel: Appel,
    moyens: Moyens,
    jeton: str,
    *,
    destinataire: str,
    ouvrants: list[str] | None,
    delegation_suffit: bool = False,
    compter: bool = True,
    voie: str | None = None,
    criteres: tuple[object, ...] = (),
) -> Sortie:
    """Open the call of an editor's token (contract §8): `destinataire` and the parameter `delegation_id` choose the
    delegation, `delegation_suffit`: even the second alone. Otherwise only the token is looked at, and nothing is
    counted."""
    if not emission.bien_forme(jeton):
        return Sortie(ABSENT, [])
    delegation = _delegation_nommee(appel)
    choisir = bool(destinataire) or (delegation_suffit and delegation is not None)
    return await moyens.ouvrir_delegation(
        EntreeDeleguee(
            empreintes=emission.empreintes(jeton),
            adresse=appel.adresse,
            ouvrants=ouvrants,
            quota=settings.QUOTA_PAR_SECONDE,
            destinataire=destinataire or None,
            delegation=delegation,
            choisir=choisir,
            voie=voie if choisir else None,
            criteres=criteres if choisir else (),
            compter=compter,
        )
    )


def _delegation_nommee(appel: Appel) -> UUID | None:
    """What `delegation_id` names; what cannot be an identifier is that of no delegation."""
    try:
        valeur = scalaire(appel.parametres, "delegation_id")
        return UUID(valeur) if valeur else None
    except ValueError:
        return AUCUNE


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
    """Whatever their number, one statement tells those that are ours; another, the keys of organisations."""
    de_cles = {jeton for jeton in jetons if cles.est_une_cle(jeton)}
    for vivant in emission.vivants_parmi(jetons - de_cles):
        signaler_divulgation(valeur=vivant, ou=OU)
    if de_cles:
        cles.signaler_divulgation(de_cles, ou=OU)
