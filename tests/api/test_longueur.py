import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "adresse",
    ["/api/ping", "/api/v2/etudiants", "/v3/mesri/statut_etudiant/ine", "/v4/rien", "/api/inscription"],
)
def test_every_response_tells_its_length(client: Client, adresse: str) -> None:
    """Without it the server sends by chunks, which some clients do not read."""
    reponse = client.get(adresse)
    assert int(reponse["Content-Length"]) == len(reponse.content) > 0
