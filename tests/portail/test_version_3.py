"""« Passer à la version 3 »: it says the whole of what a client of version 2 sends, reads and is refused for."""

import pytest
from django.test import Client

from statut_etudiant.portail.version_3 import PARAMETRES, erreurs
from statut_etudiant.templatetags.portail import code_marque
from tests.portail.pages import lire

#: The contract's parameters (§2 and §3), by hand.
V2 = {"ine", "nom", "prenom", "dateDeNaissance", "sexe", "lieuDeNaissance", "recipient"}
V3 = {
    "recipient",
    "ine",
    "nomNaissance",
    "prenoms[]",
    "anneeDateNaissance",
    "moisDateNaissance",
    "jourDateNaissance",
    "sexeEtatCivil",
    "codeCogInseeCommuneNaissance",
}


def test_every_parameter_has_its_new_name() -> None:
    assert {passage.v2.strip("`") for passage in PARAMETRES} == V2
    assert {nom.strip("`") for passage in PARAMETRES for nom in passage.v3.split(", ")} == V3


@pytest.mark.parametrize(
    ("v2", "v3"),
    [
        ("404 Student not found", "404 25003"),
        ("401 Token expired", "401 00103"),
        ("401 Insufficient privileges", "403 00100"),
        ("503 Maintenance in progress", "503 25020"),
    ],
)
def test_an_error_of_version_2_leads_to_that_of_version_3(v2: str, v3: str) -> None:
    (passee,) = [une for une in erreurs() if v2 in une.v2]
    assert v3 in passee.v3


@pytest.mark.django_db
def test_the_page_puts_the_fields_side_by_side(client: Client) -> None:
    texte = lire(client.get("/passer-a-la-version-3")).texte
    for v2, v3 in (("dateDebutInscription", "date_debut"), ("codeCommune", "code_cog_insee_commune")):
        assert v2 in texte
        assert v3 in texte


@pytest.mark.django_db
def test_what_programs_read_is_marked_as_code(client: Client) -> None:
    page = lire(client.get("/passer-a-la-version-3"))
    assert "`" not in page.texte
    assert not {"est_inscrit", "delegation_id", "X-Api-Key"} & set(" ".join(page.phrases).split())


@pytest.mark.parametrize(
    ("ecrit", "marque"),
    [
        ("Décidez d'après `code`.", 'Décidez d&#x27;après <code class="ase-cassable">code</code>.'),
        ("access_denied", '<code class="ase-cassable">access_denied</code>'),
        ("Une phrase, <b>échappée</b>.", "Une phrase, &lt;b&gt;échappée&lt;/b&gt;."),
        ("`<a>`", '<code class="ase-cassable">&lt;a&gt;</code>'),
    ],
)
def test_code_is_marked_and_the_rest_escaped(ecrit: str, marque: str) -> None:
    assert code_marque(ecrit) == marque
