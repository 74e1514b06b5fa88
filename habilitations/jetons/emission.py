"""Access tokens: their form, their digest, their issue and revocation.

Form: `ase_<l|e|t|b|d>_` + 43 base-62 characters (256 bits) + 6 base-62 characters of CRC-32. The checksum lets a secret
scanner, or this API, tell a mistyped or foreign string from a token without asking the database. Those that read may
also be issued as a JWT (`forme_jwt`), whose signature serves the same purpose. An organisation's keys have that form
too, with `k` (`integrateurs.cles`): they are no tokens, and open nothing here.
"""

import hashlib
import hmac
import re
import secrets
import uuid
import zlib
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.utils import timezone

from habilitations.jetons import forme_jwt
from habilitations.models import Editeur, Habilitation, Jeton, Organisation

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MOTIF = re.compile(r"ase_([letbdk])_[0-9A-Za-z]{49}", re.ASCII)


def _base62(nombre: int, longueur: int) -> str:
    chiffres = []
    for _ in range(longueur):
        nombre, reste = divmod(nombre, 62)
        chiffres.append(ALPHABET[reste])
    return "".join(reversed(chiffres))


def _controle(corps: str) -> str:
    return _base62(zlib.crc32(corps.encode("ascii")), 6)


def tirer(type_: str) -> str:
    """A new random token of this type (`Jeton.Type`)."""
    corps = f"ase_{type_}_{_base62(secrets.randbits(256), 43)}"
    return corps + _controle(corps)


def bien_forme(valeur: str) -> bool:
    """Whether the string is a token of ours: shape, and checksum or signature. Says nothing of its validity."""
    if forme_jwt.en_a_l_air(valeur):
        return forme_jwt.bien_signe(valeur, _poivres_en_vigueur())
    return MOTIF.fullmatch(valeur) is not None and hmac.compare_digest(_controle(valeur[:-6]), valeur[-6:])


#: How the tokens of editors begin: their calls are opened otherwise (`jetons.ouverture`).
PREFIXE_EDITEUR = f"ase_{Jeton.Type.EDITEUR.value}_"


@cache
def _poivres(courant: str, anciens: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(poivre.encode() for poivre in (courant, *anciens))


def empreintes(valeur: str) -> list[bytes]:
    """The digests under which the token may be stored: current pepper first, then the previous ones."""
    octets = valeur.encode("utf-8", "surrogatepass")
    return [hmac.digest(poivre, octets, hashlib.sha256) for poivre in _poivres_en_vigueur()]


def _poivres_en_vigueur() -> tuple[bytes, ...]:
    return _poivres(settings.JETON_POIVRE, tuple(settings.JETON_POIVRES_ANCIENS))


def emettre(
    *,
    organisation: Organisation,
    type_: str,
    habilitation: Habilitation | None = None,
    editeur: Editeur | None = None,
    scopes: Sequence[str] = (),
    uais: Sequence[str] = (),
    expire_le: datetime | None = None,
    sujet_jwt: str = "",
) -> tuple[Jeton, str]:
    """Issue a token. The second value is the secret: show it once, then forget it.

    Default life: `JETON_DUREE_MOIS` months (habilitations, "Tokens"). `sujet_jwt`: the title that its JWT form bears;
    empty for the short form.
    """
    cle, maintenant = uuid.uuid4(), timezone.now()
    expire_le = expire_le or maintenant + relativedelta(months=settings.JETON_DUREE_MOIS)
    if sujet_jwt:
        secret = forme_jwt.ecrire(
            poivre=_poivres_en_vigueur()[0],
            type_=type_,
            cle=cle,
            sujet=sujet_jwt,
            scopes=scopes,
            emis_le=maintenant,
            expire_le=expire_le,
        )
    else:
        secret = tirer(type_)
    jeton = Jeton.objects.create(
        cle=cle,
        type=type_,
        organisation=organisation,
        habilitation=habilitation,
        editeur=editeur,
        empreinte=empreintes(secret)[0],
        fin=secret[-4:],
        scopes=sorted(scopes),
        uais=sorted(uais),
        en_jwt=bool(sujet_jwt),
        expire_le=expire_le,
    )
    return jeton, secret


def revoquer(*, jeton_id: int, motif: str) -> bool:
    """Revoke a token, effective on the next call. False when it was revoked already."""
    finissables = Jeton.objects.finissables().filter(pk=jeton_id)
    return finissables.update(revoque_le=timezone.now(), motif_revocation=motif) == 1


def vivants_parmi(valeurs: Collection[str]) -> list[str]:
    """Those of these tokens that are ours and not revoked for good: one statement, whatever their number."""
    par_empreinte = {empreinte: valeur for valeur in valeurs for empreinte in empreintes(valeur)}
    trouves = Jeton.objects.finissables().filter(empreinte__in=list(par_empreinte))
    return sorted(
        {par_empreinte[bytes(empreinte)] for empreinte in trouves.values_list("empreinte", flat=True)}
    )


def revoquer_divulgue(valeur: str, *, ou: str) -> Jeton | None:
    """Revoke a token found where others can read it. None when it is none of ours, or was revoked already."""
    jeton = (
        Jeton.objects.select_related("organisation", "habilitation", "editeur")
        .filter(empreinte__in=empreintes(valeur))
        .first()
    )
    if jeton is None or not revoquer(jeton_id=jeton.pk, motif=f"Divulgué {ou}"):
        return None
    return jeton
