"""The second factor: a code of the person's telephone (TOTP), or one of the codes printed for the day it is lost."""

import base64
import io
import secrets
from urllib.parse import quote, urlencode

import segno
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_totp.models import TOTPDevice

from habilitations.journal_acces import noter
from habilitations.models import CodeDeSecours, Compte, JournalAcces
from habilitations.verrous import CODE, Essai

EMETTEUR = "API Statut étudiant"
CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that reads like something else
DERIVE = 1  # steps of 30 s by which a telephone's clock may be away


def obligatoire(compte: Compte) -> bool:
    """The ministry's roles decide on access to personal data: a password is not enough."""
    return bool(compte.noms_des_roles)


def appareil(compte: Compte) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=compte, confirmed=True).first()


def appareil_en_preparation(compte: Compte) -> TOTPDevice:
    """The one whose QR code is shown, until a first code confirms it. The same at each display."""
    trouve, _ = TOTPDevice.objects.get_or_create(
        user=compte, confirmed=False, defaults={"name": "Application d'authentification", "tolerance": DERIVE}
    )
    return trouve


def cle_lisible(appareil: TOTPDevice) -> str:
    """The secret as one types it when the QR code cannot be read: base 32, by groups of four."""
    cle = base64.b32encode(appareil.bin_key).decode().rstrip("=")
    return " ".join(cle[i : i + 4] for i in range(0, len(cle), 4))


def qr_code(appareil: TOTPDevice, compte: Compte) -> str:
    """The QR code of the secret, as a `data:` image: nothing is kept, nothing is fetched."""
    cle = base64.b32encode(appareil.bin_key).decode().rstrip("=")
    parametres = urlencode({"secret": cle, "issuer": EMETTEUR, "digits": 6, "period": 30}, quote_via=quote)
    adresse = f"otpauth://totp/{quote(EMETTEUR)}:{quote(compte.courriel)}?{parametres}"
    image = io.BytesIO()
    segno.make(adresse, error="m").save(image, kind="png", scale=5, border=4)
    return f"data:image/png;base64,{base64.b64encode(image.getvalue()).decode()}"


@transaction.atomic
def confirmer(compte: Compte, code: str) -> list[str] | None:
    """Turn the second factor on when `code` is right: the codes of rescue, to show once. None when it is wrong."""
    Compte.objects.select_for_update().get(pk=compte.pk)
    prepare = appareil_en_preparation(compte)
    if not _code_juste(prepare, code):
        return None
    TOTPDevice.objects.filter(user=compte, confirmed=True).delete()
    prepare.confirmed = True
    prepare.save(update_fields=["confirmed"])
    noter(JournalAcces.Genre.SECOND_FACTEUR, compte=compte, auteur=compte)
    return _tirer_codes(compte)


@transaction.atomic
def renouveler_codes(compte: Compte) -> list[str]:
    """New codes of rescue, to show once: the old ones are worth nothing any more."""
    noter(JournalAcces.Genre.CODES_DE_SECOURS, compte=compte, auteur=compte)
    return _tirer_codes(compte)


@transaction.atomic
def retirer(compte: Compte, *, auteur: Compte) -> None:
    TOTPDevice.objects.filter(user=compte).delete()
    CodeDeSecours.objects.filter(compte=compte).delete()
    noter(JournalAcces.Genre.SECOND_FACTEUR_RETIRE, compte=compte, auteur=auteur)


def verifier(compte: Compte, code: str) -> bool:
    """Whether the code is right, now: a TOTP that was not used yet, or a code of rescue. Raises TropDEssais."""
    essai = Essai((CODE, str(compte.pk)))
    code = "".join(code.split()).replace("-", "").lower()
    trouve = appareil(compte)
    juste = (trouve is not None and _code_juste(trouve, code)) or _consommer(compte, code)
    if juste:
        essai.reussi()
    return juste


@transaction.atomic
def _code_juste(appareil: TOTPDevice, code: str) -> bool:
    """`django_otp` refuses a code twice (`last_t`); the lock keeps two calls at once from both passing."""
    code = "".join(code.split())
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        return False
    verrouille = TOTPDevice.objects.select_for_update().get(pk=appareil.pk)
    # Our own waits stand in for its, which would not be told to the person.
    verrouille.throttling_failure_count = 0
    return bool(verrouille.verify_token(code))


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
    # 49 bits of chance and a key outside the database: no slow hash is needed.
    return salted_hmac("habilitations.code_de_secours", f"{compte.pk}:{code}", algorithm="sha256").hexdigest()
