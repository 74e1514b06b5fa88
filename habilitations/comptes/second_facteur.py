"""The second factor: a code of the person's telephone (TOTP), or one of the codes printed for the day it is lost."""

import base64
import io
import logging
import secrets
import time
from urllib.parse import quote, urlencode

import segno
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp.oath import TOTP

from habilitations.comptes.verrous import CODE, Essai
from habilitations.journal import noter
from habilitations.models import Appareil, CodeDeSecours, Compte, JournalAcces
from referentiel import chiffrement

journal = logging.getLogger(__name__)

EMETTEUR = "API Statut étudiant"
OCTETS = 20  # of a secret: what the digest uses, and what telephones expect
CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without look-alikes such as 0 and O
DERIVE = 1  # steps of 30 s by which a telephone's clock may be away


def obligatoire(compte: Compte) -> bool:
    """The ministry's roles decide on access to personal data: a password is not enough."""
    return bool(compte.noms_des_roles)


def appareil(compte: Compte) -> Appareil | None:
    return Appareil.objects.filter(compte=compte, confirme=True).first()


@transaction.atomic
def appareil_en_preparation(compte: Compte) -> Appareil:
    """The one whose QR code is shown, until a first code confirms it. The same at each display."""
    en_preparation = Appareil.objects.filter(compte=compte, confirme=False)
    trouve, _ = en_preparation.get_or_create(
        compte=compte,
        confirme=False,
        defaults={"cle_chiffree": chiffrement.chiffrer(secrets.token_bytes(OCTETS))},
    )
    try:
        cle(trouve)
    except chiffrement.Indechiffrable:
        # Nobody has used it yet: another one will do.
        en_preparation.delete()
        return appareil_en_preparation(compte)
    return trouve


def cle(appareil: Appareil) -> bytes:
    """The secret that the telephone shares. Raises chiffrement.Indechiffrable."""
    return chiffrement.dechiffrer(bytes(appareil.cle_chiffree))


def cle_lisible(appareil: Appareil) -> str:
    """The secret as one types it when the QR code cannot be read: base 32, by groups of four."""
    en_base_32 = _base_32(appareil)
    return " ".join(en_base_32[i : i + 4] for i in range(0, len(en_base_32), 4))


def qr_code(appareil: Appareil, compte: Compte) -> str:
    """The QR code of the secret, as a `data:` image: nothing is kept, nothing is fetched."""
    parametres = urlencode(
        {"secret": _base_32(appareil), "issuer": EMETTEUR, "digits": 6, "period": 30}, quote_via=quote
    )
    adresse = f"otpauth://totp/{quote(EMETTEUR)}:{quote(compte.courriel)}?{parametres}"
    image = io.BytesIO()
    segno.make(adresse, error="m").save(image, kind="png", scale=5, border=4)
    return f"data:image/png;base64,{base64.b64encode(image.getvalue()).decode()}"


@transaction.atomic
def confirmer(compte: Compte, code: str) -> list[str] | None:
    """Turn the second factor on when `code` is right, and return the recovery codes, to show once.

    None when it is wrong.
    """
    Compte.objects.select_for_update().get(pk=compte.pk)
    prepare = appareil_en_preparation(compte)
    if not _code_juste(prepare, code):
        return None
    Appareil.objects.filter(compte=compte, confirme=True).delete()
    Appareil.objects.filter(pk=prepare.pk).update(confirme=True)
    noter(JournalAcces.Genre.SECOND_FACTEUR, compte=compte, auteur=compte)
    return _tirer_codes(compte)


@transaction.atomic
def renouveler_codes(compte: Compte) -> list[str]:
    """New recovery codes, to show once: the old ones stop working."""
    noter(JournalAcces.Genre.CODES_DE_SECOURS, compte=compte, auteur=compte)
    return _tirer_codes(compte)


@transaction.atomic
def retirer(compte: Compte, *, auteur: Compte) -> None:
    Appareil.objects.filter(compte=compte).delete()
    CodeDeSecours.objects.filter(compte=compte).delete()
    noter(JournalAcces.Genre.SECOND_FACTEUR_RETIRE, compte=compte, auteur=auteur)


def verifier(compte: Compte, code: str) -> bool:
    """Whether the code is right: a TOTP not used yet, or a recovery code. Raises TropDEssais."""
    essai = Essai((CODE, str(compte.pk)))
    code = "".join(code.split()).replace("-", "").lower()
    trouve = appareil(compte)
    juste = (trouve is not None and _code_juste(trouve, code)) or _consommer(compte, code)
    if juste:
        essai.reussi()
    return juste


@transaction.atomic
def rechiffrer() -> tuple[int, int]:
    """Write every secret again under the current key: how many were, and how many no known key opens."""
    rechiffres = perdus = 0
    for trouve in Appareil.objects.select_for_update().order_by("pk"):
        try:
            trouve.cle_chiffree = chiffrement.rechiffrer(bytes(trouve.cle_chiffree))
        except chiffrement.Indechiffrable:
            perdus += 1
        else:
            trouve.save(update_fields=["cle_chiffree"])
            rechiffres += 1
    return rechiffres, perdus


@transaction.atomic
def _code_juste(appareil: Appareil, code: str) -> bool:
    """No code passes twice: the lock keeps two calls at once from both passing."""
    code = "".join(code.split())
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        return False
    verrouille = Appareil.objects.select_for_update().get(pk=appareil.pk)
    try:
        totp = TOTP(cle(verrouille), drift=verrouille.derive)
    except chiffrement.Indechiffrable:
        # Refused like a wrong code: the recovery codes still work, and an administrator can have it done again.
        journal.error("second facteur indéchiffrable", extra={"faits": {"appareil": verrouille.pk}})
        return False
    totp.time = time.time()
    if not totp.verify(int(code), tolerance=DERIVE, min_t=verrouille.dernier_pas + 1):
        return False
    verrouille.dernier_pas, verrouille.derive = totp.t(), totp.drift
    verrouille.save(update_fields=["dernier_pas", "derive"])
    return True


def _base_32(appareil: Appareil) -> str:
    return base64.b32encode(cle(appareil)).decode().rstrip("=")


def _tirer_codes(compte: Compte) -> list[str]:
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(CODES)]
    CodeDeSecours.objects.filter(compte=compte).delete()
    CodeDeSecours.objects.bulk_create(
        CodeDeSecours(compte=compte, empreinte=_empreinte(compte, code)) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _consommer(compte: Compte, code: str) -> bool:
    return bool(
        CodeDeSecours.objects.filter(
            compte=compte, empreinte=_empreinte(compte, code), utilise_le__isnull=True
        ).update(utilise_le=timezone.now())
    )


def _empreinte(compte: Compte, code: str) -> str:
    # 49 random bits, and a key kept outside the database: no slow hash is needed.
    return salted_hmac("habilitations.code_de_secours", f"{compte.pk}:{code}", algorithm="sha256").hexdigest()
