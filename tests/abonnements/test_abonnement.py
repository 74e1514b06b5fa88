"""The news by mail: an address is proved before anything is sent to it, and one click forgets it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from habilitations import tasks
from habilitations.comptes.verrous import ENVOI
from habilitations.models import AdresseRefusee, Courriel
from statut_etudiant.abonnements import annonce, registre
from statut_etudiant.abonnements.models import Abonnement, NouveauteAnnoncee
from statut_etudiant.portail.nouveautes import NOUVEAUTES, Nouveaute
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db
PAGE = "/nouveautes/abonnement"
LEA = "lea@exemple.test"


def demander(client: Client, courriel: str = LEA) -> Any:
    saisie = {
        "courriel": courriel,
        "courriel_confirme": courriel,
    }  # « .test » has no mail server: doubted once
    return client.post(PAGE, saisie)


def lien(genre: str, motif: str = r"https?://[^/\s]+(/nouveautes/abonnement/\S+)") -> str:
    return re.search(motif, Courriel.objects.filter(genre=genre).latest("pk").texte)[1]


def abonner(client: Client, courriel: str = LEA) -> Abonnement:
    demander(client, courriel)
    client.post(lien("abonnement_a_confirmer"))
    return Abonnement.objects.get(courriel=courriel, confirme_le__isnull=False)


def nouvelles(*titres: str) -> list[Nouveaute]:
    return [
        Nouveaute(titre.lower(), date(2027, 1, 4), titre, f"Voici {titre}.", (), "nouveautes", "Les lire")
        for titre in titres
    ]


@pytest.fixture
def deja_dites() -> None:
    NouveauteAnnoncee.objects.create(cle="ouverture")


def test_the_page_of_news_leads_there(client: Client) -> None:
    assert PAGE in lire(client.get("/nouveautes")).liens()
    assert lire(client.get(PAGE)).tous("input", type="email", name="courriel")


@pytest.mark.usefixtures("deja_dites")
def test_nothing_is_sent_before_the_link_of_the_mail_is_confirmed_by_its_button(client: Client) -> None:
    assert "24 heures" in lire(demander(client, "Lea@Exemple.test")).texte
    confirmation = lien("abonnement_a_confirmer")
    assert (
        "Confirmer l'abonnement" in lire(client.get(confirmation)).texte
    )  # a filter that opens links proves nothing
    assert annonce.annoncer(nouvelles("Un")) == 0

    assert "Vous êtes abonné" in lire(client.post(confirmation)).texte
    assert client.post(confirmation).status_code == 410  # it serves once
    assert annonce.annoncer(nouvelles("Un", "Deux")) == 1
    recu = Courriel.objects.get(genre="nouveautes")
    assert (recu.destinataire, recu.objet) == (LEA, "Deux")
    assert "Voici Deux." in recu.texte
    assert "/nouveautes#deux" in recu.texte


def test_a_link_dies_in_a_day(client: Client) -> None:
    demander(client)
    Abonnement.objects.update(demande_le=timezone.now() - timedelta(hours=24, minutes=1))
    assert client.get(lien("abonnement_a_confirmer")).status_code == 410
    assert client.post(lien("abonnement_a_confirmer")).status_code == 410


def test_the_answer_is_the_same_whoever_is_subscribed_and_no_mailbox_is_filled(client: Client) -> None:
    premiere = lire(demander(client)).texte
    assert lire(demander(client)).texte == premiere
    assert Courriel.objects.count() == 1
    Abonnement.objects.update(demande_le=timezone.now() - timedelta(minutes=11))
    demander(client)
    assert Courriel.objects.count() == 2
    client.post(lien("abonnement_a_confirmer"))
    Abonnement.objects.update(demande_le=timezone.now() - timedelta(minutes=11))
    assert lire(demander(client)).texte == premiere
    assert Courriel.objects.count() == 2


def test_who_asks_for_many_addresses_waits(client: Client) -> None:
    for rang in range(ENVOI.libres + 1):
        demander(client, f"a{rang}@exemple.test")
    refus = demander(client, "encore@exemple.test")
    assert refus.status_code == 422
    assert "Trop de demandes" in lire(refus).texte
    assert not Abonnement.objects.filter(courriel="encore@exemple.test").exists()


def test_what_is_no_address_is_refused(client: Client) -> None:
    assert demander(client, "lea").status_code == 422
    assert not Abonnement.objects.exists()


@pytest.mark.usefixtures("deja_dites")
def test_each_mail_stops_in_one_click_and_names_no_address(client: Client, mailoutbox: list) -> None:
    abonner(client)
    annonce.annoncer(nouvelles("Un"))
    tasks.envoyer_courriels()
    (message,) = [un for un in mailoutbox if un.subject == "Un"]
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    adresse = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert adresse in message.body
    assert "lea" not in adresse
    chemin = re.sub(r"^https?://[^/]+", "", adresse)
    assert "Ne plus les recevoir" in lire(client.get(chemin)).texte
    assert Abonnement.objects.exists()

    boite = Client(enforce_csrf_checks=True)  # the mail program: no cookie, no form of ours
    assert boite.post(chemin, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Abonnement.objects.exists()
    assert boite.post(chemin).status_code == 200  # a second click is no fault
    assert annonce.annoncer(nouvelles("Un", "Deux")) == 0
    assert client.get(f"{chemin[:-3]}abc").status_code == 410


@pytest.mark.usefixtures("deja_dites")
def test_what_comes_out_together_is_one_mail_and_is_never_sent_again(client: Client) -> None:
    abonner(client)
    abonner(client, "ines@exemple.test")
    assert annonce.annoncer(nouvelles("Un", "Deux")) == 2
    recu = Courriel.objects.filter(genre="nouveautes", destinataire=LEA).get()
    assert recu.objet == "2 nouveautés de l'API Statut étudiant"
    assert recu.texte.index("Voici Un.") < recu.texte.index("Voici Deux.")
    Courriel.objects.all().delete()  # the outbox forgets in time
    assert annonce.annoncer(nouvelles("Un", "Deux")) == 0


def test_the_first_time_what_the_page_says_already_is_not_sent(client: Client) -> None:
    abonner(client)
    assert annonce.annoncer() == 0
    assert set(NouveauteAnnoncee.objects.values_list("cle", flat=True)) == {une.cle for une in NOUVEAUTES}
    assert annonce.annoncer([*nouvelles("Un"), *NOUVEAUTES]) == 1


def test_who_did_not_confirm_and_who_no_longer_receives_are_forgotten(client: Client) -> None:
    demander(client, "jamais@exemple.test")
    abonner(client)
    abonner(client, "partie@exemple.test")
    maintenant = timezone.now()
    AdresseRefusee.objects.create(
        courriel="partie@exemple.test", source="rebond", depuis=maintenant - timedelta(days=29)
    )
    assert registre.oublier(maintenant=maintenant + timedelta(hours=1)) == 0
    assert registre.oublier(maintenant=maintenant + timedelta(days=8)) == 2
    assert list(Abonnement.objects.values_list("courriel", flat=True)) == [LEA]


@pytest.mark.parametrize(
    "champs",
    [
        {"courriel": "Lea@exemple.test", "confirme_le": timezone.now()},
        {"courriel": LEA},
        {"courriel": LEA, "empreinte": b"x" * 32, "confirme_le": timezone.now()},
    ],
)
def test_the_database_holds_proved_or_unproved_addresses_in_one_form(champs: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Abonnement.objects.create(**champs)
