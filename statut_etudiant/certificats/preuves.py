"""The API's verifiable proof: an answer of today, checkable for five years by its code, readable by nothing else.

What is stored is that answer encrypted (AES-256-GCM) under a key that only the code gives, together with the pepper:
the database tells nothing, and what it holds cannot be altered or moved without being seen. So it is at once the
signature and the secrecy of the snapshot.
"""

import json
import secrets
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from dateutil.relativedelta import relativedelta
from django.utils import timezone

from statut_etudiant.certificats import code as codes
from statut_etudiant.certificats.models import Certificat

DUREE = relativedelta(years=5)
TITRE = "Attestation de statut étudiant"
_SEL, _NONCE = 16, 12


class ClicheAltere(Exception):
    """What the database holds is not what was written, or its pepper was given up too soon."""


class Preuve(NamedTuple):
    code: str
    certificat: Certificat


def produire(*, donnees: dict[str, Any], etudiant_id: int, organisation: str, fictif: bool) -> Preuve:
    """Keep this answer (`data` of v3) as it is given. The code is in the answer, and nowhere else."""
    code = codes.tirer()
    sel, nonce = secrets.token_bytes(_SEL), secrets.token_bytes(_NONCE)
    empreinte = codes.empreintes("code", code)[0]
    jour = timezone.localdate()
    jusqu_au = jour + DUREE
    clair = json.dumps(donnees, ensure_ascii=False).encode()
    serrure = AESGCM(codes.cles(code, sel)[0])
    cliche = sel + nonce + serrure.encrypt(nonce, clair, _lie(empreinte, etudiant_id, organisation))
    certificat = Certificat.objects.create(
        origine=Certificat.Origine.API,
        etudiant_id=etudiant_id,
        empreinte=empreinte,
        valable_jusqu_au=jusqu_au,
        cliche=cliche,
        organisation=organisation[:255],
        fictif=fictif,
    )
    certificat.refresh_from_db(fields=["etabli_le"])
    return Preuve(code, certificat)


def ouvrir(certificat: Certificat, code: str) -> dict[str, Any]:
    """The answer that was given. Raises ClicheAltere."""
    garde = bytes(certificat.cliche or b"")
    sel, nonce, chiffre = garde[:_SEL], garde[_SEL : _SEL + _NONCE], garde[_SEL + _NONCE :]
    lie = _lie(bytes(certificat.empreinte), certificat.etudiant_id, certificat.organisation)
    for cle in codes.cles(code, sel):
        try:
            donnees: dict[str, Any] = json.loads(AESGCM(cle).decrypt(nonce, chiffre, lie))
        except InvalidTag:
            continue
        return donnees
    raise ClicheAltere(certificat.numero)


def _lie(empreinte: bytes, etudiant_id: int, organisation: str) -> bytes:
    """What the snapshot cannot be parted from."""
    return json.dumps([empreinte.hex(), etudiant_id, organisation[:255]]).encode()
