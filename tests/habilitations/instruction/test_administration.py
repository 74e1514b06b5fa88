"""/administration/: for administrators, to read. No table can be written there, no secret read."""

import pytest
from django.test import Client
from django.urls import reverse

from habilitations.admin import site
from habilitations.models import Courriel
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.instruction.conftest import Connecter

pytestmark = pytest.mark.django_db

MODELES = [modele._meta.model_name for modele in site._registry]


def adresse(modele: str, page: str, *args: object) -> str:
    return reverse(f"administration:habilitations_{modele}_{page}", args=args)


@pytest.fixture
def administrateur(connecter: Connecter) -> Client:
    scenes.demande("refusee")
    fabriques.jeton()
    return connecter("administrateur")


@pytest.mark.parametrize("role", [None, "rapporteur", "instructeur", "responsable", "dpd"])
def test_les_autres_n_y_entrent_pas(connecter: Connecter, role: str | None) -> None:
    client = connecter(*filter(None, [role]))
    client.compte.is_staff = client.compte.is_superuser = True
    client.compte.save()
    for url in (reverse("administration"), adresse("demande", "changelist"), adresse("compte", "changelist")):
        assert client.get(url).status_code == 403


def test_un_visiteur_est_mene_a_la_connexion_du_portail() -> None:
    for url in (reverse("administration"), adresse("demande", "changelist"), reverse("administration:login")):
        reponse = Client().get(url)
        assert reponse.status_code == 302
        assert reponse["Location"].startswith("/connexion")
    assert (
        Client().post(reverse("administration:login"), {"username": "a", "password": "b"}).status_code == 302
    )


@pytest.mark.parametrize("modele", MODELES)
def test_chaque_table_se_lit_et_ne_s_ecrit_pas(administrateur: Client, modele: str) -> None:
    liste = administrateur.get(adresse(modele, "changelist"))
    assert liste.status_code == 200
    assert administrateur.get(adresse(modele, "add")).status_code == 403
    premier = next(iter(liste.context["cl"].result_list), None)
    if premier is not None:
        assert administrateur.get(adresse(modele, "change", premier.pk)).status_code == 200
        assert (
            administrateur.post(adresse(modele, "change", premier.pk), {"etat": "validee"}).status_code == 403
        )
        assert administrateur.post(adresse(modele, "delete", premier.pk), {"post": "yes"}).status_code == 403


def test_un_courriel_se_relit_sauf_s_il_porte_un_lien_secret(administrateur: Client) -> None:
    refus = Courriel.objects.get(genre="demande_refusee")
    page = administrateur.get(adresse("courriel", "change", refus.pk)).content.decode()
    assert "Sans base légale." in page
    secret = Courriel.objects.create(
        cle="x",
        genre="jeton_a_retirer",
        destinataire="a@exemple.test",
        objet="Jeton",
        texte="https://lien-secret",
    )
    assert "lien-secret" not in administrateur.get(adresse("courriel", "change", secret.pk)).content.decode()
