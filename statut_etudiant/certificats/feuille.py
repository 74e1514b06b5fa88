"""The paper: a PDF of one page, made when it is asked for and kept nowhere; and the short-lived links that make it."""

import io
import json
import time
from collections.abc import Sequence

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from referentiel import francais
from referentiel.chiffrement import Indechiffrable, chiffrer, dechiffrer
from statut_etudiant.certificats import champs as table
from statut_etudiant.certificats import code as codes
from statut_etudiant.certificats import preuves
from statut_etudiant.certificats.champs import Fait
from statut_etudiant.certificats.models import Certificat
from statut_etudiant.certificats.verification import aujourd_hui
from statut_etudiant.pdf import composer

#: Seconds: of the contract for the API's; for a student, as long as their session may last.
DUREE_API = 5 * 60
DUREE_ETUDIANT = 60 * 60
_USAGE = "certificat-pdf"

_PHRASE = (
    "Le référentiel des inscriptions dans l'enseignement supérieur, tenu par le ministère, atteste à la date "
    "d'établissement de ce document de ce qui suit."
)
_RESERVES = {
    Certificat.Origine.ETUDIANT: "La page dit si ce document est authentique, s'il a été retiré par son titulaire, et "
    "si la situation est toujours la même aujourd'hui. Comparez ce qu'elle montre avec ce document.",
    Certificat.Origine.API: "La page dit si ce document est authentique et montre de quoi le comparer. Elle atteste la "
    "situation à la date d'établissement, non celle d'aujourd'hui.",
}
_MENTIONS = {
    Certificat.Origine.ETUDIANT: "Établi par la personne elle-même, depuis son espace. Les vérifications "
    "lui sont montrées : date et heure. Les administrations habilitées n'ont pas à demander ce document : elles "
    "interrogent l'API (code des relations entre le public et l'administration, article L. 114-8).",
    Certificat.Origine.API: "Établi avec une réponse de l'API Statut étudiant, pour le dossier de l'organisme nommé "
    "(code des relations entre le public et l'administration, article L. 114-8).",
}


class LienPerime(Exception):
    """Too old, or not one of ours."""


def adresse_de_verification(code: str = "") -> str:
    chemin = reverse("verifier-code", args=[code]) if code else reverse("verifier")
    return f"{settings.ADRESSE_PUBLIQUE}{chemin}"


def lien(code: str, *, duree: int) -> tuple[str, int]:
    """The path that makes this paper without any other proof, and when it stops (Unix epoch). The code cannot be read
    in it."""
    expire = int(time.time()) + duree
    jeton = chiffrer(json.dumps([code, expire]).encode(), usage=_USAGE).decode()
    return reverse("certificat-pdf", args=[jeton]), expire


def ouvrir_le_lien(jeton: str) -> tuple[Certificat, str]:
    """Raises LienPerime."""
    try:
        code, expire = json.loads(dechiffrer(jeton.encode("utf-8", "surrogatepass"), usage=_USAGE))
    except Indechiffrable:
        raise LienPerime from None
    certificat = Certificat.objects.filter(empreinte__in=codes.empreintes("code", code)).first()
    if certificat is None or certificat.retire_le is not None or time.time() > expire:
        raise LienPerime
    return certificat, str(code)


def en_pdf(certificat: Certificat, code: str) -> bytes:
    """Raises LienPerime when the register no longer says what this certificate says: a paper would lie."""
    if certificat.origine == Certificat.Origine.API:
        dits = table.faits_d_une_reponse(preuves.ouvrir(certificat, code))
        return _composer(certificat, code, preuves.TITRE, dits, certificat.organisation)
    actualite, lue = aujourd_hui(certificat)
    if lue is None or actualite == actualite.MODIFIE:
        raise LienPerime
    return _composer(
        certificat,
        code,
        table.titre(lue.inscription.statut),
        table.faits(lue, certificat.champs),
        certificat.pour_qui,
    )


def _composer(certificat: Certificat, code: str, titre: str, dits: Sequence[Fait], pour: str) -> bytes:
    qr = io.BytesIO()
    segno.make(adresse_de_verification(code), error="m").save(qr, kind="svg", xmldecl=False, border=2)
    origine = Certificat.Origine(certificat.origine)
    return composer(
        "certificat",
        {
            "titre": titre + (" (données fictives du bac à sable)" if certificat.fictif else ""),
            "phrase": _PHRASE,
            "colonne": "Selon le référentiel",
            "faits": dits,
            "pour": pour,
            "etabli_le": francais.date(timezone.localtime(certificat.etabli_le), "j F Y à H:i"),
            "valable_jusqu_au": francais.date(certificat.valable_jusqu_au),
            "code": code,
            "adresse": adresse_de_verification(),
            "lien": adresse_de_verification(code),
            "qr": qr.getvalue().decode(),
            "reserve": _RESERVES[origine],
            "mentions": _MENTIONS[origine],
        },
    )
