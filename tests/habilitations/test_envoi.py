"""The outbox against a real mail server: one mail that fails, however it does, delays no other, and none is lost."""

import io
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from habilitations.courriels import envoi
from habilitations.models import AdresseRefusee, Courriel
from habilitations.tasks import envoyer_courriels, nettoyer_acces
from tests.habilitations.serveur_smtp import ServeurSmtp, accepter, demarrer

pytestmark = pytest.mark.django_db

#: The first try, then one after each pause: written here from the requirement « retried over hours, growing delay ».
MINUTES = [1, 5, 15, 30, 60, 120, 240, 480, 720, 720, 720]


@pytest.fixture
def smtp(settings: Any) -> Iterator[ServeurSmtp]:
    with demarrer() as serveur:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", serveur.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield serveur


def ecrit(destinataire: str, **champs: Any) -> Courriel:
    defauts = {"genre": "nouveau_message", "objet": "Bonjour", "texte": "Un mot.", "html": "<p>Un mot.</p>"}
    return Courriel.objects.create(
        cle=f"{destinataire}:{Courriel.objects.count()}", destinataire=destinataire, **defauts | champs
    )


def avancer(minutes: float) -> None:
    """As if that time had gone by."""
    for courriel in Courriel.objects.all():
        Courriel.objects.filter(pk=courriel.pk).update(
            reprise_le=courriel.reprise_le - timedelta(minutes=minutes)
        )


@pytest.mark.parametrize(
    ("destinataire", "champs"),
    [
        ("a@" + "é" * 62 + ".test", {}),  # its domain cannot be written in DNS (IDNA): UnicodeError
        ("pas une adresse", {}),
        ("a@b@c", {}),
        ("premier@ville.test", {"objet": "Une ligne\rDeux lignes"}),
        ("premier@ville.test", {"objet": "Une ligne\nBcc: autre@ville.test"}),
        ("é.durand@ville.test", {}),  # would be written to as « =?utf-8?b?… »
    ],
)
def test_a_mail_that_cannot_be_written_does_not_stop_the_others(
    smtp: ServeurSmtp, destinataire: str, champs: dict[str, str]
) -> None:
    poison = ecrit(destinataire, **champs)
    for i in range(3):
        ecrit(f"suivant{i}@ville.test")
    assert envoyer_courriels() == 3
    assert smtp.destinataires == [f"suivant{i}@ville.test" for i in range(3)]
    poison.refresh_from_db()
    assert poison.tentatives == 1
    assert poison.etat == Courriel.Etat.ECHOUE or poison.reprise_le > timezone.now()
    assert envoyer_courriels() == 0


def test_an_attack_through_the_forgotten_password_page_blocks_nobody(smtp: ServeurSmtp) -> None:
    page = Client().post("/mot-de-passe/oublie", {"courriel": "a@" + "é" * 62 + ".test"})
    assert "pas valable" in page.content.decode()
    assert not Courriel.objects.exists()


def test_an_address_the_server_greylists_is_tried_again_for_hours(
    smtp: ServeurSmtp,
) -> None:
    smtp.repondre = lambda verbe, a: (
        "450 4.2.0 Greylisted, try again in 300 seconds" if verbe == "RCPT" else accepter(verbe, a)
    )
    courriel = ecrit("agent@ville.test")
    attendues = []
    for minutes in MINUTES:
        assert envoyer_courriels() == 0
        assert envoyer_courriels() == 0  # nothing more before its time
        courriel.refresh_from_db()
        attendues.append(round((courriel.reprise_le - timezone.now()).total_seconds() / 60))
        avancer(minutes)
    assert attendues == MINUTES
    assert sum(MINUTES) > 48 * 60
    assert len(smtp.demandes) == len(MINUTES)
    assert courriel.etat == Courriel.Etat.EN_ATTENTE
    envoyer_courriels()
    courriel.refresh_from_db()
    assert (courriel.etat, courriel.tentatives) == (Courriel.Etat.ECHOUE, 12)
    assert courriel.derniere_erreur == "SMTPRecipientsRefused 450"
    assert not AdresseRefusee.objects.exists()  # slow is not refused


def test_a_mail_leaves_once_when_its_wait_is_over(smtp: ServeurSmtp) -> None:
    refus = iter(["450 4.2.0 Greylisted", "450 4.2.0 Greylisted"])
    smtp.repondre = lambda verbe, a: next(refus, "250 ok") if verbe == "RCPT" else accepter(verbe, a)
    ecrit("agent@ville.test")
    resultats = []
    for minutes in (1, 5, 15):
        resultats.append(envoyer_courriels())
        avancer(minutes)
    assert resultats == [0, 0, 1]
    assert smtp.destinataires == ["agent@ville.test"]


def test_a_refused_address_is_known_at_once_and_told_where_it_is_used(smtp: ServeurSmtp) -> None:
    smtp.repondre = lambda verbe, a: (
        "550 5.1.1 User unknown" if verbe == "RCPT" and a == "parti@ville.test" else accepter(verbe, a)
    )
    refuse = ecrit("parti@ville.test")
    ecrit("la@ville.test")
    assert envoyer_courriels() == 1
    refuse.refresh_from_db()
    assert (refuse.etat, refuse.derniere_erreur) == (Courriel.Etat.ECHOUE, "SMTPRecipientsRefused 550")
    connue = AdresseRefusee.objects.get()
    assert (connue.courriel, connue.source, connue.code) == ("parti@ville.test", "envoi", "550")
    # One day a mail is taken: nothing is said any more.
    smtp.repondre = accepter
    ecrit("parti@ville.test")
    assert envoyer_courriels() == 1
    assert not AdresseRefusee.objects.exists()


@pytest.mark.parametrize(
    ("verbe", "reponse", "etat"),
    [
        ("FIN", "451 4.3.0 try later", "en_attente"),
        ("FIN", "554 5.7.1 spam", "echoue"),
        ("DATA", "452 4.3.1 full", "en_attente"),
        ("RCPT", "421 4.7.0 too many", "en_attente"),
        ("RCPT", "552 5.2.2 mailbox full", "echoue"),
    ],
)
def test_a_temporary_refusal_waits_and_a_permanent_one_stops(
    smtp: ServeurSmtp, verbe: str, reponse: str, etat: str
) -> None:
    smtp.repondre = lambda v, a: reponse if v == verbe and a == "un@ville.test" else accepter(v, a)
    courriel = ecrit("un@ville.test")
    ecrit("deux@ville.test")
    assert envoyer_courriels() == 1
    courriel.refresh_from_db()
    assert courriel.etat == etat
    assert smtp.destinataires == ["deux@ville.test"]


def test_a_message_that_cuts_the_connection_does_not_stop_the_others(smtp: ServeurSmtp) -> None:
    smtp.repondre = lambda verbe, a: None if a == "poison@ville.test" else accepter(verbe, a)
    ecrit("poison@ville.test")
    for i in range(5):
        ecrit(f"suivant{i}@ville.test")
    assert envoyer_courriels() == 5
    assert Courriel.objects.get(destinataire="poison@ville.test").tentatives == 1


def test_a_server_that_always_cuts_does_not_use_up_the_whole_mailbox(smtp: ServeurSmtp) -> None:
    smtp.repondre = lambda verbe, a: None
    for i in range(20):
        ecrit(f"agent{i}@ville.test")
    assert envoyer_courriels() == 0
    assert Courriel.objects.filter(tentatives__gt=0).count() == 3
    assert not Courriel.objects.en_echec().exists()


def test_an_absent_server_counts_as_an_attempt_for_nobody(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    ecrit("agent@ville.test")
    for _ in range(30):
        assert envoyer_courriels() == 0
    assert Courriel.objects.get().tentatives == 0


def test_a_hundred_mails_leave_at_once_over_few_connections(smtp: ServeurSmtp) -> None:
    for i in range(120):
        ecrit(f"agent{i}@ville.test")
    assert envoyer_courriels() == 120
    assert smtp.connexions == 2


@pytest.mark.parametrize(
    "genre",
    [
        "adresse_a_prouver",
        "courriel_a_confirmer",
        "invitation",
        "jeton_a_retirer",
        "mot_de_passe_oublie",
        "ouverture_de_compte",
    ],
)
def test_a_mail_that_carries_a_secret_link_forgets_it_once_sent(smtp: ServeurSmtp, genre: str) -> None:
    from habilitations.courriels.genres import A_USAGE_UNIQUE

    assert genre in A_USAGE_UNIQUE
    courriel = ecrit("agent@ville.test", genre=genre, texte="https://x/lien-secret", sensible=True)
    courriel.html = "<p>https://x/lien-secret</p>"
    courriel.save()
    assert envoyer_courriels() == 1
    assert "lien-secret" in smtp.pris[0][1]
    courriel.refresh_from_db()
    assert "lien-secret" not in courriel.texte + courriel.html


def test_a_secret_that_never_left_is_erased_too() -> None:
    vieux = ecrit("a@ville.test", texte="https://x/lien-secret", sensible=True)
    recent = ecrit("b@ville.test", texte="https://x/lien-secret", sensible=True)
    Courriel.objects.update(abandonne_le=timezone.now())
    Courriel.objects.filter(pk=vieux.pk).update(cree_le=timezone.now() - timedelta(days=7, minutes=1))
    nettoyer_acces()
    vieux.refresh_from_db(), recent.refresh_from_db()
    assert ("lien-secret" in vieux.texte, "lien-secret" in recent.texte) == (False, True)


def test_the_technical_log_tells_neither_the_address_nor_the_text(
    smtp: ServeurSmtp, capsys: pytest.CaptureFixture[str]
) -> None:
    smtp.repondre = lambda verbe, a: f"550 no {a}" if verbe == "RCPT" else accepter(verbe, a)
    ecrit("canari@ville.test", texte="Mot de canari")
    envoyer_courriels()
    lignes = capsys.readouterr()
    assert "canari" not in lignes.err + lignes.out


REBOND = b"""\
From: MAILER-DAEMON@relais.test
To: ne-pas-repondre@statutetudiant.test
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

No such user.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; relais.test

Final-Recipient: rfc822; Agent@Ville.test
Action: %s
Status: %s

--x--
"""


@pytest.mark.parametrize(
    ("brut", "retenue"),
    [
        (REBOND % (b"failed", b"5.1.1"), True),
        (REBOND % (b"delayed", b"4.4.1"), False),
        (REBOND % (b"failed", b"4.4.7"), False),
        (b"Subject: Absent du bureau\n\nDe retour lundi.", False),
        (b"\xff\xfe\x00 illisible", False),
    ],
)
def test_a_mail_that_came_back_is_remembered(
    monkeypatch: pytest.MonkeyPatch, brut: bytes, retenue: bool
) -> None:
    ecrit("agent@ville.test", envoye_le=timezone.now())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(brut)))
    call_command("signaler_rebond", stdout=io.StringIO())
    trouvees = list(AdresseRefusee.objects.values_list("courriel", "source", "code"))
    assert trouvees == ([("agent@ville.test", "rebond", "5.1.1")] if retenue else [])


def test_not_just_anybody_makes_an_address_pass_for_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender's address is public: only of whom we wrote to is a return believed."""
    ecrit("autre@ville.test", envoye_le=timezone.now())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(REBOND % (b"failed", b"5.1.1"))))
    call_command("signaler_rebond", stdout=io.StringIO())
    assert not AdresseRefusee.objects.exists()


def test_mails_are_taken_in_order_by_an_index() -> None:
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL enable_seqscan = off")
        requete = Courriel.objects.a_envoyer().order_by("reprise_le", "id")[:1]
        plan = json.loads(requete.explain(format="json"))
    assert "courriel_en_attente" in json.dumps(plan)


def test_the_pauses_are_those_that_are_told() -> None:
    assert list(envoi.PAUSES) == MINUTES
