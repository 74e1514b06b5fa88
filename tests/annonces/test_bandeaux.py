"""The banner: declared by a form, shown on every page between its two instants, gone afterwards."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from habilitations.models import Role
from statut_etudiant.annonces import bandeaux, entretien
from statut_etudiant.annonces.forms import FormulaireDeBandeau
from statut_etudiant.annonces.models import Bandeau
from tests.habilitations import scenes
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db

HEURE = timedelta(hours=1)


def bandeau(**champs: Any) -> Bandeau:
    maintenant = timezone.now()
    base = {
        "titre": "Rentrée",
        "texte": "Le support est renforcé.",
        "debut": maintenant,
        "fin": maintenant + HEURE,
    }
    un = Bandeau.objects.create(auteur=scenes.compte(), **(base | champs))
    bandeaux.COPIE.relire()
    return un


def saisi(instant: datetime) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%dT%H:%M}"


def montres(client: Client, page: str = "/") -> list[str]:
    return [un["aria-label"] for un in lire(client.get(page)).tous("div") if "data-annonce" in un]


def test_an_administrator_declares_one_and_every_page_shows_it(
    client: Client, django_capture_on_commit_callbacks
) -> None:
    maintenant = timezone.now()
    client.force_login(scenes.compte(Role.Nom.ADMINISTRATEUR))
    envoi = {
        "niveau": "warning",
        "titre": "Enquête de satisfaction",
        "texte": "Dites-nous ce qui manque.",
        "lien": "/contact",
        "debut": saisi(maintenant - HEURE),
        "fin": saisi(maintenant + HEURE),
    }
    with django_capture_on_commit_callbacks(execute=True):
        reponse = client.post("/annonces/bandeaux/nouveau", envoi)
    assert reponse["Location"] == "/annonces"
    for page in ("/", "/catalogue", "/disponibilite", "/introuvable"):
        reponse = Client().get(page)
        assert "Enquête de satisfaction" in montres(Client(), page), page
    corps = Client().get("/").content.decode()
    assert "fr-notice--warning" in corps
    assert 'href="/contact"' in corps


@pytest.mark.parametrize(("debut", "fin", "vu"), [(-1, 1, True), (1, 2, False), (-2, -1, False)])
def test_it_is_shown_between_its_two_instants_only(client: Client, debut: int, fin: int, vu: bool) -> None:
    maintenant = timezone.now()
    bandeau(debut=maintenant + debut * HEURE, fin=maintenant + fin * HEURE)
    assert montres(client) == (["Rentrée"] if vu else [])


def test_what_is_written_is_shown_as_text(client: Client) -> None:
    bandeau(titre="<b>Gras</b>", texte='"><script>')
    page = client.get("/").content.decode()
    assert "<b>Gras</b>" not in page
    assert "&lt;b&gt;Gras&lt;/b&gt;" in page


def test_one_that_changed_is_another_for_who_hid_it(client: Client) -> None:
    un = bandeau()

    def cle() -> str:
        return next(a["data-annonce"] for a in lire(client.get("/")).tous("div") if "data-annonce" in a)

    avant = cle()
    Bandeau.objects.filter(pk=un.pk).update(modifie_le=timezone.now() + HEURE)
    bandeaux.COPIE.relire()
    assert cle() != avant


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"fin": "2020-01-01T00:00"}, "La fin doit venir après le début."),
        ({"lien": "http://exemple.test"}, "Commencez par / pour une page de ce site"),
        ({"lien": "//exemple.test"}, "Commencez par / pour une page de ce site"),
        ({"lien": "javascript:alert(1)"}, "Commencez par / pour une page de ce site"),
        ({"titre": ""}, "Titre"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    client: Client, champs: dict[str, str], dit: str
) -> None:
    client.force_login(scenes.compte(Role.Nom.RESPONSABLE))
    envoi = {"niveau": "info", "titre": "T", "debut": "2026-11-01T08:00", "fin": "2026-11-02T08:00"}
    reponse = client.post("/annonces/bandeaux/nouveau", envoi | champs)
    assert "<title>Erreur : Nouveau bandeau" in reponse.content.decode().replace("\xa0", " ")
    assert reponse.status_code == 422
    assert dit in lire(reponse).texte
    assert not Bandeau.objects.exists()


def test_the_database_refuses_the_same(settings: Any) -> None:
    for champs in (
        {"lien": "javascript:x"},
        {"lien": "//x"},
        {"niveau": "error"},
        {"fin": timezone.now() - HEURE},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            bandeau(**champs)


def test_it_is_withdrawn_after_confirmation(client: Client) -> None:
    un, futur = bandeau(), bandeau(debut=timezone.now() + HEURE, fin=timezone.now() + 2 * HEURE)
    client.force_login(scenes.compte(Role.Nom.RESPONSABLE))
    assert "Retirer un bandeau" in lire(client.get(f"/annonces/bandeaux/{un.pk}/retirer")).texte
    assert Bandeau.objects.get(pk=un.pk).fin > timezone.now()
    client.post(f"/annonces/bandeaux/{un.pk}/retirer")
    assert Bandeau.objects.get(pk=un.pk).fin <= timezone.now()  # it was shown: it is remembered
    client.post(f"/annonces/bandeaux/{futur.pk}/retirer")
    assert not Bandeau.objects.filter(pk=futur.pk).exists()
    assert client.get(f"/annonces/bandeaux/{un.pk}").status_code == 404


def test_a_page_asks_the_database_nothing_more(client: Client, django_assert_num_queries) -> None:
    bandeau()
    client.get("/contact")
    with django_assert_num_queries(0):
        assert montres(client, "/contact") == ["Rentrée"]


def test_old_ones_are_forgotten() -> None:
    bandeau()
    ancien = timezone.now() - timedelta(days=37 * 31)
    bandeau(debut=ancien - HEURE, fin=ancien)
    assert entretien.oublier(maintenant=timezone.now()) == 1
    assert Bandeau.objects.count() == 1


@pytest.mark.parametrize(
    ("debut", "fin", "dit"),
    [
        ("2027-01-04T17:00Z", "2027-01-04T19:30Z", "le lundi 4 janvier, de 18:00 à 20:30"),
        ("2027-01-04T22:30Z", "2027-01-04T23:30Z", "du lundi 4 janvier à 23:30 au mardi 5 janvier à 00:30"),
    ],
)
def test_a_period_says_its_day_once(debut: str, fin: str, dit: str) -> None:
    assert bandeaux.dire(datetime.fromisoformat(debut), datetime.fromisoformat(fin)) == dit


@pytest.mark.parametrize(
    "lien", ["//ailleurs.test", "/\\ailleurs.test", "/\t/ailleurs.test", "javascript:alert(1)"]
)
def test_a_banner_leads_to_a_page_of_ours_or_says_that_it_leaves(lien: str) -> None:
    form = FormulaireDeBandeau({"lien": lien})
    assert "lien" in form.errors
    assert "lien" not in FormulaireDeBandeau({"lien": "/contact"}).errors
