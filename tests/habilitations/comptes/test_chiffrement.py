"""The secrets of the second factors: unreadable in the database, readable after a rotation, taken over from before."""

import base64
import importlib
import io
import re
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django_otp.oath import totp

from habilitations.comptes import second_facteur
from habilitations.models import Appareil
from referentiel import chiffrement
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import MOT_DE_PASSE, code, connecte, se_connecter, telephone
from tests.proprietaire import en_proprietaire

pytestmark = pytest.mark.django_db
NOUVELLE = "une clef toute neuve, de plus de trente-deux caractères"
reprise = importlib.import_module("habilitations.migrations.0011_comptes").reprendre_les_appareils


def ecrit() -> bytes:
    """Everything that the table holds, as a thief of the database would read it."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT * FROM habilitations_appareil")
        return b"|".join(
            v if isinstance(v, bytes) else str(v).encode() for ligne in curseur for v in map(_brut, ligne)
        )


def _brut(valeur: Any) -> Any:
    return bytes(valeur) if isinstance(valeur, memoryview) else valeur


def test_the_database_holds_no_usable_key(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    client.force_login(compte)
    page = client.get("/compte/second-facteur").content.decode()
    lisible = "".join(re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", page)[0].split())
    cle = base64.b32decode(lisible)
    assert len(cle) == 20
    for forme in (cle, cle.hex().encode(), lisible.encode(), base64.b64encode(cle)):
        assert forme not in ecrit()
    with pytest.raises(chiffrement.Indechiffrable):
        chiffrement.dechiffrer(cle)
    # The person's telephone, which knows only the key that was shown.
    assert "secours" in client.post("/compte/second-facteur", {"code": f"{totp(cle):06}"}).content.decode()
    assert Appareil.objects.get(compte=compte).confirme


def test_a_replaced_key_still_reads_until_all_is_rewritten(client: Client, settings: Any) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    appareil = telephone(compte)
    ancienne, settings.CLE_CHIFFREMENT = settings.CLE_CHIFFREMENT, NOUVELLE
    settings.CLES_CHIFFREMENT_ANCIENNES = [ancienne]
    se_connecter(client, compte)
    client.post("/connexion/code", {"code": code(appareil)})
    assert connecte(client)
    sortie = io.StringIO()
    call_command("rechiffrer", stdout=sortie)
    assert "sous la clé courante : 1." in sortie.getvalue()
    settings.CLES_CHIFFREMENT_ANCIENNES = []
    appareil.refresh_from_db()
    assert second_facteur.verifier(compte, code(appareil, decalage=1))


def test_a_lost_key_refuses_codes_and_leaves_recovery_codes(client: Client, settings: Any) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    valeur = code(telephone(compte))
    secours = second_facteur.renouveler_codes(compte)
    settings.CLE_CHIFFREMENT = NOUVELLE
    se_connecter(client, compte)
    client.post("/connexion/code", {"code": valeur})
    assert not connecte(client)
    with pytest.raises(CommandError, match="illisibles : 1\\."):
        call_command("rechiffrer", stdout=io.StringIO())
    client.post("/connexion/code", {"code": secours[0]})
    assert connecte(client)


def test_a_device_being_prepared_under_a_lost_key_is_replaced(settings: Any) -> None:
    compte = scenes.compte()
    ancien = second_facteur.appareil_en_preparation(compte)
    settings.CLE_CHIFFREMENT = NOUVELLE
    nouveau = second_facteur.appareil_en_preparation(compte)
    assert nouveau.pk != ancien.pk
    assert second_facteur.cle_lisible(nouveau)


def test_devices_kept_in_clear_are_taken_over_and_no_longer_work_where_they_were() -> None:
    compte, sans = scenes.compte(), scenes.compte()
    cle = b"12345678901234567890"
    with en_proprietaire() as curseur:
        curseur.execute(
            "CREATE TABLE otp_totp_totpdevice"
            " (id serial, user_id bigint, key varchar(80), confirmed bool, last_t bigint, drift smallint)"
        )
        curseur.execute(
            "INSERT INTO otp_totp_totpdevice (user_id, key, confirmed, last_t, drift) VALUES"
            " (%s, %s, true, 5, 1), (%s, %s, false, -1, 0)",
            [compte.pk, cle.hex(), sans.pk, cle.hex()],
        )
        with connection.schema_editor() as editeur:
            reprise(apps, editeur)
        curseur.execute("SELECT DISTINCT key FROM otp_totp_totpdevice")
        assert curseur.fetchall() == [("reprise",)]
    appareil = Appareil.objects.get()
    assert (appareil.compte, appareil.confirme, appareil.dernier_pas, appareil.derive) == (compte, True, 5, 1)
    assert second_facteur.verifier(compte, code(appareil))
