"""The outbox of webhooks against real receivers: calendar of tries, disabling, replays; a slow one delays no other."""

import json
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.comptes import organisations
from habilitations.integrateurs import appel, signature, tournee, webhooks
from habilitations.models import Courriel, Envoi, Fait, Rattachement, Tentative, Webhook
from habilitations.refus import ActeRefuse
from habilitations.tasks import appeler_webhooks
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.integrations import recepteur as r
from tests.habilitations.integrations.aides import actif, avancer, fait, webhook
from tests.habilitations.integrations.recepteur import Recepteur, ecouter

pytestmark = pytest.mark.django_db

#: From the requirement « growing delay over 3 days »: minutes after the first failure at which a try comes.
INSTANTS = [1, 5, 20, 60, 180, 540, 1260, 2520, 4320]


def test_an_event_is_received_once_signed_and_without_personal_data(recepteur: Recepteur) -> None:
    organisation = fabriques.organisation()
    cree = actif(recepteur.adresse, organisation=organisation)
    demande = scenes.brouillon(acteur=scenes.demandeur(organisation))
    assert (appeler_webhooks(), appeler_webhooks()) == (1, 0)
    essai, recu = recepteur.recus
    assert json.loads(essai.corps)["type"] == "essai"
    corps = json.loads(recu.corps)
    un = Fait.objects.get(type="demande.creer")
    assert corps == {
        "id": str(un.cle),
        "type": "demande.creer",
        "instant": corps["instant"],
        "organisation": {"siret": organisation.siret},
        "donnees": {"demande": demande.numero, "genre": "lecture", "etat": "brouillon"},
    }
    assert recu.entetes["webhook-id"] == str(un.cle)
    assert recu.entetes["content-type"] == "application/json; charset=utf-8"
    horodatage = int(recu.entetes["webhook-timestamp"])
    assert abs(time.time() - horodatage) < 10
    signes = signature.signer(
        cles=[cree.secret], identifiant=str(un.cle), horodatage=horodatage, corps=recu.corps
    )
    assert {nom.lower(): valeur for nom, valeur in signes.items()}.items() <= recu.entetes.items()
    for personnel in (demande.demandeur.courriel, demande.demandeur.nom, "Durand", demande.intitule):
        assert personnel.encode() not in recu.corps


def test_tries_come_at_their_time_for_three_days_then_the_webhook_is_disabled_with_a_mail(
    recepteur: Recepteur,
) -> None:
    cree = actif(recepteur.adresse)
    recepteur.repondre = r.statut(503)
    fait(cree.webhook.organisation)
    fait(cree.webhook.organisation, "jeton.revoque")
    Envoi.objects.filter(fait__type="jeton.revoque").update(reprise_le=timezone.now() + timedelta(days=9))
    envoi = Envoi.objects.get(fait__type="jeton.emis")
    ecoulees, faits = 0, 1
    assert tournee.tourner() == 1
    for instant in INSTANTS:
        assert Webhook.objects.get().actif
        # Nothing a minute before its time; one call when it has come.
        avancer(instant - ecoulees - 0.5)
        assert tournee.tourner() == 0, instant
        avancer(0.5)
        assert tournee.tourner() == 1, instant
        ecoulees, faits = instant, faits + 1
        assert envoi.tentatives.count() == faits
    assert INSTANTS[-1] == 3 * 24 * 60
    envoi.refresh_from_db()
    cree.webhook.refresh_from_db()
    assert (envoi.etat, cree.webhook.etat) == ("abandonne", "desactive")
    assert set(envoi.tentatives.values_list("statut", "echec")) == {(503, "statut")}
    # What waited is given up with it, and nothing leaves any more.
    assert not Envoi.objects.filter(etat="en_attente").exists()
    fait(cree.webhook.organisation)
    avancer(10_000)
    assert tournee.tourner() == 0
    courriel = Courriel.objects.get(genre="webhook_desactive")
    assert courriel.destinataire == cree.webhook.cree_par.courriel
    assert "Billettique" in courriel.objet
    assert f"/integrations/webhooks/{cree.webhook.cle}" in courriel.texte
    assert cree.secret not in courriel.texte


def test_an_event_that_alone_does_not_pass_does_not_disable_the_webhook(recepteur: Recepteur) -> None:
    cree = actif(recepteur.adresse)

    def refuser_les_revocations(gestion: Any) -> None:
        refuse = b"jeton.revoque" in recepteur.recus[-1].corps
        r.statut(500 if refuse else 204)(gestion)

    recepteur.repondre = refuser_les_revocations
    fait(cree.webhook.organisation, "jeton.revoque")
    tournee.tourner()
    for instant, avant in zip(INSTANTS, [0, *INSTANTS], strict=False):
        avancer(instant - avant)
        if instant == 1260:
            fait(cree.webhook.organisation)
        tournee.tourner()
    assert dict(Envoi.objects.exclude(fait__type="essai").values_list("fait__type", "etat")) == {
        "jeton.revoque": "abandonne",
        "jeton.emis": "recu",
    }
    assert Webhook.objects.get().actif
    assert not Courriel.objects.filter(genre="webhook_desactive").exists()


def test_a_success_after_failures_forgets_them(recepteur: Recepteur) -> None:
    cree = actif(recepteur.adresse)
    recepteur.repondre = r.couper
    fait(cree.webhook.organisation)
    tournee.tourner()
    assert Webhook.objects.get().en_echec_depuis is not None
    recepteur.repondre = r.statut(200)
    avancer(1)
    assert tournee.tourner() == 1
    assert Webhook.objects.get().en_echec_depuis is None
    assert Envoi.objects.exclude(fait__type="essai").get().etat == "recu"


def test_receivers_that_hang_do_not_delay_one_that_answers(
    boucle: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty that hang, one that answers: it is served at once, and again while they still hang."""
    monkeypatch.setattr(appel, "DELAI", 3.0)
    fin = threading.Event()
    with ecouter() as lent, ecouter() as vif:
        lents = [
            actif(f"{lent.adresse}&rang={rang}", organisation=fabriques.organisation()).webhook
            for rang in range(40)
        ]
        sain = actif(vif.adresse).webhook
        lent.recus.clear()
        vif.recus.clear()
        lent.repondre = r.pendre(fin)
        # They have failed before, as those that hang have.
        Webhook.objects.filter(pk__in=[un.pk for un in lents]).update(en_echec_depuis=timezone.now())
        for un in lents:
            fait(un.organisation)
        fait(sain.organisation)
        fait(sain.organisation, "jeton.prolonge")
        debut = time.monotonic()
        faits = tournee.tourner()
        fin.set()
    # All of them were called; both events of the one that answers had come before any that hang was left.
    assert faits == 42
    assert len(lent.recus) == 40
    assert [un.instant - debut < 1.5 for un in vif.recus] == [True, True]
    assert Tentative.objects.filter(echec="delai").count() == 40


def test_what_nobody_foresaw_is_that_receiver_s_failure(
    recepteur: Recepteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one whose answer breaks a library is told so; the other is served in the same round."""
    casse, sain = (
        actif(f"{recepteur.adresse}&rang={rang}", organisation=fabriques.organisation()) for rang in (1, 2)
    )
    poster = appel._poster

    async def tomber(destination: Any, entetes: Any, corps: bytes) -> int:
        if destination.chemin.endswith("rang=1"):
            raise RuntimeError("réponse jamais vue")
        return await poster(destination, entetes, corps)

    monkeypatch.setattr(appel, "_poster", tomber)
    for cree in (casse, sain):
        fait(cree.webhook.organisation)
    assert tournee.tourner() == 2
    assert dict(Envoi.objects.exclude(fait__type="essai").values_list("webhook_id", "tentatives__echec")) == {
        casse.webhook.pk: "reponse",
        sain.webhook.pk: "",
    }


def test_a_webhook_is_called_once_at_a_time_in_the_order_of_its_events(recepteur: Recepteur) -> None:
    cree = actif(recepteur.adresse)
    en_cours, ensemble = [], []

    def lentement(gestion: Any) -> None:
        en_cours.append(1)
        ensemble.append(len(en_cours))
        time.sleep(0.05)
        en_cours.pop()
        r.statut(204)(gestion)

    recepteur.repondre = lentement
    recepteur.recus.clear()
    faits = [fait(cree.webhook.organisation, rang=rang) for rang in range(5)]
    assert tournee.tourner() == 5
    assert max(ensemble) == 1
    assert [json.loads(un.corps)["id"] for un in recepteur.recus] == [str(un.cle) for un in faits]


def test_two_rounds_at_once_are_one(recepteur: Recepteur) -> None:
    cree = actif(recepteur.adresse)
    fait(cree.webhook.organisation)
    autre = connection.copy()
    with autre.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_lock(%s)", [tournee.VERROU])
        assert tournee.tourner() == 0
        curseur.execute("SELECT pg_advisory_unlock(%s)", [tournee.VERROU])
    autre.close()
    assert tournee.tourner() == 1


def test_an_address_that_was_allowed_once_is_checked_again(recepteur: Recepteur, settings: Any) -> None:
    cree = actif(recepteur.adresse)
    recepteur.recus.clear()
    settings.WEBHOOKS_BOUCLE = False
    fait(cree.webhook.organisation)
    tournee.tourner()
    assert recepteur.recus == []
    assert Tentative.objects.first().echec == "adresse"


def test_a_webhook_deleted_during_its_call_harms_nobody(recepteur: Recepteur) -> None:
    cree = actif(recepteur.adresse)
    fait(cree.webhook.organisation)
    envoi = Envoi.objects.get(etat="en_attente")
    webhooks.supprimer(webhook=cree.webhook, acteur=Acteur(cree.webhook.cree_par))
    tournee.consigner(envoi_id=envoi.pk, resultat=appel.Resultat(Tentative.Echec.AUCUN, 200, 3))
    assert not Tentative.objects.exists()


# --- trials, opening, secret, replay


def test_a_webhook_opens_by_a_trial_that_succeeded_only(recepteur: Recepteur) -> None:
    cree = webhook(recepteur.adresse)
    acteur = Acteur(cree.webhook.cree_par)
    with pytest.raises(ActeRefuse, match="essai doit d'abord réussir"):
        webhooks.activer(webhook=cree.webhook, acteur=acteur)
    recepteur.repondre = r.statut(500)
    webhooks.essayer(webhook=cree.webhook)
    with pytest.raises(ActeRefuse, match="vient de partir"):
        webhooks.essayer(webhook=cree.webhook)
    # One call, and no other later.
    assert tournee.tourner() == 1
    avancer(10_000)
    assert tournee.tourner() == 0
    with pytest.raises(ActeRefuse):
        webhooks.activer(webhook=cree.webhook, acteur=acteur)
    assert Webhook.objects.get().en_echec_depuis is None
    recepteur.repondre = r.statut(200)
    webhooks.essayer(webhook=cree.webhook)
    assert tournee.tourner() == 1
    webhooks.activer(webhook=cree.webhook, acteur=acteur)
    assert Webhook.objects.get().actif


def test_after_it_was_disabled_another_trial_has_to_succeed(recepteur: Recepteur) -> None:
    cree = actif(recepteur.adresse)
    Webhook.objects.update(
        etat="desactive", desactive_le=timezone.now(), essaye_le=timezone.now() - timedelta(days=3)
    )
    acteur = Acteur(cree.webhook.cree_par)
    with pytest.raises(ActeRefuse):
        webhooks.activer(webhook=cree.webhook, acteur=acteur)
    avancer(1)
    webhooks.essayer(webhook=cree.webhook)
    tournee.tourner()
    webhooks.activer(webhook=cree.webhook, acteur=acteur)
    revenu = Webhook.objects.get()
    assert (revenu.etat, revenu.desactive_le) == ("actif", None)


def test_a_replaced_secret_signs_for_one_more_day(recepteur: Recepteur) -> None:
    cree = actif(recepteur.adresse)
    nouveau = webhooks.renouveler_le_secret(webhook=cree.webhook, acteur=Acteur(cree.webhook.cree_par))
    cree.webhook.refresh_from_db()
    assert webhooks.cles(cree.webhook) == [nouveau, cree.secret]
    fait(cree.webhook.organisation)
    tournee.tourner()
    assert recepteur.recus[-1].entetes["webhook-signature"].count("v1,") == 2
    Webhook.objects.update(secret_precedent_jusqua=timezone.now() - timedelta(seconds=1))
    cree.webhook.refresh_from_db()
    assert webhooks.cles(cree.webhook) == [nouveau]
    with connection.cursor() as curseur:
        curseur.execute("SELECT secret_chiffre, secret_precedent_chiffre FROM habilitations_webhook")
        ecrit = b"".join(map(bytes, curseur.fetchone()))
    for clair in (nouveau, cree.secret, nouveau.removeprefix("whsec_"), cree.secret.removeprefix("whsec_")):
        assert clair.encode() not in ecrit


def test_secrets_are_rewritten_under_a_new_key(boucle: None, settings: Any) -> None:
    cree = webhook("http://127.0.0.1:9249/")
    ancienne, settings.CLE_CHIFFREMENT = (
        settings.CLE_CHIFFREMENT,
        "une clef toute neuve, assez longue pour servir",
    )
    settings.CLES_CHIFFREMENT_ANCIENNES = [ancienne]
    assert webhooks.rechiffrer() == (1, 0)
    settings.CLES_CHIFFREMENT_ANCIENNES = []
    cree.webhook.refresh_from_db()
    assert webhooks.cles(cree.webhook) == [cree.secret]
    settings.CLE_CHIFFREMENT = "encore une autre, et celle d'avant est perdue"
    assert webhooks.rechiffrer() == (0, 1)


def test_a_replay_sends_the_same_event_again_with_its_whole_calendar(recepteur: Recepteur) -> None:
    cree = actif(recepteur.adresse)
    fait(cree.webhook.organisation)
    tournee.tourner()
    envoi = Envoi.objects.get(fait__type="jeton.emis")
    with pytest.raises(ActeRefuse, match="vient d'être tenté"):
        webhooks.rejouer(envoi=envoi)
    Tentative.objects.update(instant=timezone.now() - timedelta(minutes=1))
    webhooks.rejouer(envoi=envoi)
    assert tournee.tourner() == 1
    premier, second = recepteur.recus[-2:]
    assert premier.entetes["webhook-id"] == second.entetes["webhook-id"]
    assert premier.corps == second.corps
    envoi.refresh_from_db()
    assert (envoi.etat, envoi.essais, envoi.tentatives.count()) == ("recu", 1, 2)
    webhooks.arreter(webhook=cree.webhook, acteur=Acteur(cree.webhook.cree_par))
    with pytest.raises(ActeRefuse, match="n'est pas actif"):
        webhooks.rejouer(envoi=envoi)


def test_a_webhook_that_is_stopped_receives_nothing_more(recepteur: Recepteur) -> None:
    cree = actif(recepteur.adresse)
    fait(cree.webhook.organisation)
    webhooks.arreter(webhook=cree.webhook, acteur=Acteur(cree.webhook.cree_par))
    fait(cree.webhook.organisation, "jeton.revoque")
    assert tournee.tourner() == 0
    assert list(Envoi.objects.exclude(fait__type="essai").values_list("fait__type", "etat")) == [
        ("jeton.emis", "abandonne")
    ]


def test_an_organisation_has_ten_webhooks_at_most(boucle: None) -> None:
    organisation = fabriques.organisation()
    for _ in range(10):
        webhook("http://127.0.0.1:9249/", organisation=organisation)
    with pytest.raises(ActeRefuse, match="10 webhooks au plus"):
        webhook("http://127.0.0.1:9249/", organisation=organisation)


def test_who_left_the_organisation_is_no_longer_told_that_a_webhook_is_disabled(recepteur: Recepteur) -> None:
    cree = actif(recepteur.adresse)
    collegue = scenes.compte(organisation=cree.webhook.organisation)
    organisations.retirer(acteur=Acteur(cree.webhook.cree_par), organisation=cree.webhook.organisation)
    assert Rattachement.objects.filter(organisation=cree.webhook.organisation).count() == 1
    recepteur.repondre = r.statut(500)
    fait(cree.webhook.organisation)
    tournee.tourner()
    for instant, avant in zip(INSTANTS, [0, *INSTANTS], strict=False):
        avancer(instant - avant)
        tournee.tourner()
    assert [un.destinataire for un in Courriel.objects.filter(genre="webhook_desactive")] == [
        collegue.courriel
    ]
