"""The signatures, against vectors made by hand with OpenSSL and against each published verifier."""

import base64
import json
import shutil
import subprocess
import time

import pytest
from django.test import Client

from habilitations.integrateurs import signature
from statut_etudiant.portail.webhooks import LANGAGES
from tests.portail.pages import lire

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
ANCIEN = "whsec_" + base64.b64encode(b"x" * 32).decode()
IDENTIFIANT, HORODATAGE, CORPS = "7c1f4f0e-3f0a-4c55-9d4e-1f4f2a3b9a10", 1795858212, b'{"type":"essai"}'


def test_the_headers_are_those_that_openssl_gives() -> None:
    """printf '%s' "$corps" | openssl dgst -sha256 -hmac "$secret"; and, with the 32 bytes that the secret holds,
    printf '%s' "$id.$horodatage.$corps" | openssl dgst -sha256 -mac HMAC -macopt hexkey:… -binary | base64"""
    entetes = signature.signer(cles=[SECRET], identifiant=IDENTIFIANT, horodatage=HORODATAGE, corps=CORPS)
    assert entetes == {
        "webhook-id": IDENTIFIANT,
        "webhook-timestamp": "1795858212",
        "webhook-signature": "v1,9nTqxPBSSPgJO3QHaCdYfhU5SBk1q0yd5Rccfr2OwZE=",
        "X-Hub-Signature-256": "sha256=6274ff89ec68e9f1a87809685174d76a66a5bb2136411f4279b0d63888c97b24",
    }


def test_while_a_secret_is_replaced_both_sign_and_the_new_one_alone_in_the_other_header() -> None:
    def signer(*cles: str) -> dict[str, str]:
        return signature.signer(cles=cles, identifiant=IDENTIFIANT, horodatage=HORODATAGE, corps=CORPS)

    deux, nouveau, ancien = signer(SECRET, ANCIEN), signer(SECRET), signer(ANCIEN)
    assert deux["webhook-signature"] == f"{nouveau['webhook-signature']} {ancien['webhook-signature']}"
    assert deux["X-Hub-Signature-256"] == nouveau["X-Hub-Signature-256"]


def test_a_secret_is_thirty_two_bytes_at_random_each_time() -> None:
    tires = {signature.tirer_un_secret() for _ in range(50)}
    assert len(tires) == 50
    assert all(len(base64.b64decode(un.removeprefix("whsec_"), validate=True)) == 32 for un in tires)


#: What runs each published verifier: reads the calls from its input, writes true or false for each.
PILOTES = {
    "python": (
        ["python3", "-"],
        """
import json, os
for appel in json.loads(os.environ["APPELS"]):
    print(json.dumps(verifier(appel["secret"], appel["entetes"], appel["corps"].encode())))
""",
    ),
    "php": (
        ["php"],
        """
foreach (json_decode(getenv('APPELS'), true) as $appel) {
    echo json_encode(verifier($appel['secret'], $appel['entetes'], $appel['corps'])), "\\n";
}
""",
    ),
    "javascript": (
        ["node", "--input-type=module", "-"],
        """
for (const appel of JSON.parse(process.env.APPELS)) {
  console.log(JSON.stringify(verifier(appel.secret, appel.entetes, Buffer.from(appel.corps))));
}
""",
    ),
    "ruby": (
        ["ruby", "-"],
        """
require "json"
JSON.parse(ENV["APPELS"]).each { |appel| puts verifier(appel["secret"], appel["entetes"], appel["corps"]).to_json }
""",
    ),
}


def _appel(secret: str = SECRET, *, age: int = 0, cles: tuple[str, ...] = (SECRET,), **changes: str) -> dict:
    corps = '{"type":"essai","dit":"réussi"}'
    entetes = signature.signer(
        cles=cles, identifiant=IDENTIFIANT, horodatage=int(time.time()) - age, corps=corps.encode()
    )
    corps_recu = changes.pop("corps", corps)
    return {"secret": secret, "entetes": entetes | changes, "corps": corps_recu}


def _faux(**entetes: str) -> dict:
    return _appel(**{nom.replace("_", "-"): valeur for nom, valeur in entetes.items()})


@pytest.mark.parametrize("langage", LANGAGES, ids=lambda langage: langage.cle)
def test_each_published_verifier_accepts_our_calls_and_no_other(langage) -> None:
    programme, pilote = PILOTES[langage.cle]
    if not shutil.which(programme[0]):
        pytest.skip(f"{programme[0]} n'est pas installé : l'exemple en {langage.nom} n'a pas été essayé")
    appels = [
        (_appel(), True),
        (_appel(age=290), True),
        # A secret being replaced: the receiver has the old one still, or the new one already.
        (_appel(secret=ANCIEN, cles=(SECRET, ANCIEN)), True),
        (_appel(secret=SECRET, cles=(SECRET, ANCIEN)), True),
        (_appel(age=310), False),  # replayed later
        (_appel(age=-310), False),
        (_appel(secret=ANCIEN), False),
        (_appel(corps='{"type":"essai","dit":"rate"}'), False),
        (_faux(webhook_id="autre"), False),
        (_faux(webhook_timestamp=str(int(time.time()) - 1)), False),
        (_faux(webhook_timestamp="demain"), False),
        (_faux(webhook_timestamp=""), False),
        (_faux(webhook_signature=""), False),
        (_faux(webhook_signature="v1,"), False),
        (_faux(webhook_signature="v1,AAAA v1,BBBB"), False),
        ({"secret": SECRET, "entetes": {}, "corps": ""}, False),
    ]
    fait = subprocess.run(
        programme,
        input=langage.exemple + pilote,
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "APPELS": json.dumps([un for un, _ in appels]),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert fait.returncode == 0, fait.stderr
    assert [json.loads(ligne) for ligne in fait.stdout.split()] == [attendu for _, attendu in appels]


@pytest.mark.django_db
def test_the_page_shows_the_whole_of_each_verifier_and_every_event(client: Client) -> None:
    dit = "".join(lire(client.get("/documentation/webhooks")).textes)
    for langage in LANGAGES:
        assert langage.exemple in dit
    for type_ in ("demande.soumettre", "demande.valider", "jeton.revoque", "jeton.expire_bientot"):
        assert type_ in dit
    assert "1 min, 5 min, 20 min, 1 h, 3 h, 9 h, 21 h, 42 h, 72 h" in dit
