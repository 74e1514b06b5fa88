"""How a call proves that it comes from us, and when it was made: pure functions.

Two signatures, both HMAC-SHA-256, with the secret shown when the webhook was made:

- `X-Hub-Signature-256: sha256=<hexadecimal>` covers the body alone; the key is the secret as it is written. It is the
  form that GitHub, Meta and others have made usual.
- `webhook-signature: v1,<base64>` covers `<webhook-id>.<webhook-timestamp>.<body>`; the key is what follows `whsec_`,
  decoded from base64. It is the form of Standard Webhooks, for which every language has a library: a call kept and
  played again later is recognised by its date. While a secret is being replaced it holds two signatures, separated by
  a space.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIXE = "whsec_"


def tirer_un_secret() -> str:
    return PREFIXE + base64.b64encode(secrets.token_bytes(32)).decode()


def signer(*, cles: Sequence[str], identifiant: str, horodatage: int, corps: bytes) -> dict[str, str]:
    """The headers of a call. `cles`: the secrets in force, the current one first."""
    signe = f"{identifiant}.{horodatage}.".encode() + corps
    versions = (
        base64.b64encode(
            hmac.digest(base64.b64decode(cle.removeprefix(PREFIXE)), signe, hashlib.sha256)
        ).decode()
        for cle in cles
    )
    return {
        "webhook-id": identifiant,
        "webhook-timestamp": str(horodatage),
        "webhook-signature": " ".join(f"v1,{une}" for une in versions),
        "X-Hub-Signature-256": "sha256=" + hmac.digest(cles[0].encode(), corps, hashlib.sha256).hex(),
    }
