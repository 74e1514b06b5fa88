"""A mail is followed from the request that wrote it to the mail server's log."""

import logging

import orjson
import pytest
from django.core import mail

from habilitations.courriels import boite, envoi
from habilitations.models import Courriel
from statut_etudiant.journaux import AvecRequete, FormatJson, requete_courante

pytestmark = pytest.mark.django_db


def test_the_lines_and_the_message_bear_the_mail_s_number(caplog):
    caplog.set_level(logging.INFO)
    caplog.handler.addFilter(AvecRequete())
    requete = requete_courante.set("5f" * 16)
    try:
        boite.envoyer_une_fois(
            genre="mot_de_passe_oublie", courriel="lea.martin@exemple.test", lien="https://x.test/secret"
        )
    finally:
        requete_courante.reset(requete)
    numero = Courriel.objects.get().pk
    assert envoi.envoyer() == 1
    lignes = [orjson.loads(FormatJson().format(record)) for record in caplog.records]
    ecrit, parti = [ligne for ligne in lignes if ligne["message"].startswith("courriel ")]
    assert (ecrit["message"], ecrit["requete"], ecrit["courriel"]) == ("courriel écrit", "5f" * 16, numero)
    assert (parti["message"], parti["courriel"], parti["genre"]) == (
        "courriel parti",
        numero,
        "mot_de_passe_oublie",
    )
    [message] = mail.outbox
    assert f".courriel-{numero}@statutetudiant.esr.gouv.fr>" in message.message()["Message-ID"]
    assert "martin" not in str(lignes)
    assert "secret" not in str(lignes)
