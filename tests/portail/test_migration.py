"""« Migrer depuis API Particulier »: what it says is what the API does, and the document says the same."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from habilitations.scopes import CATALOGUE
from referentiel.bac_a_sable import charger
from statut_etudiant.portail.migration import DIFFERENCES, ESSAIS, PAREIL
from tests import fabriques
from tests.portail.pages import lire, plat

pytestmark = pytest.mark.django_db

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "migrer-depuis-api-particulier.md"


def test_the_page_and_the_document_say_every_fact(client: Client) -> None:
    page = plat(lire(client.get("/migrer-depuis-api-particulier")).texte)
    document = plat(DOCUMENT.read_text())
    for texte in (
        *PAREIL,
        *(morceau for difference in DIFFERENCES for morceau in difference),
        *(essai.question for essai in ESSAIS),
    ):
        assert plat(texte) in page
        assert plat(texte) in document
    for essai in ESSAIS:
        assert essai.commande("$BASE") in document
        assert essai.commande(settings.ADRESSE_PUBLIQUE) in page


@pytest.mark.parametrize("essai", ESSAIS, ids=[essai.question for essai in ESSAIS])
def test_each_command_gives_what_is_announced(client: Client, essai) -> None:
    charger(aujourdhui=timezone.localdate(), auteur="essai")
    jeton = fabriques.jeton(*(scope.nom for scope in CATALOGUE), bac_a_sable=True)
    commande = essai.commande("http://testserver").split('"')
    nom, _, valeur = commande[1].replace("$JETON", jeton.secret).partition(": ")
    adresse = urlsplit(commande[3])
    # The test client would take `//api` for a host.
    reponse = client.generic(
        "GET", "/", headers={nom: valeur}, PATH_INFO=adresse.path, QUERY_STRING=adresse.query
    )
    assert reponse.status_code == essai.statut, reponse.content
    assert essai.present in reponse.content.decode()
    assert dict(parse_qsl(adresse.query)) == essai.parametres


def test_a_token_in_the_address_is_refused_and_revoked(client: Client) -> None:
    assert "révoqué" in DIFFERENCES[0].ici
    jeton = fabriques.jeton()
    assert client.get("/api/v2/etudiants", {"token": jeton.secret}).status_code == 400
    jeton.jeton.refresh_from_db()
    assert jeton.jeton.revoque_le is not None
