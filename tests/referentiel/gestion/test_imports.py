"""Lists imported by the ministry: told before, done once, told after; known by every process."""

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from referentiel import complements
from referentiel.communes import reference as livree
from referentiel.complements import reference
from referentiel.imports.listes import colonnes, communes
from referentiel.imports.listes.base import LIBELLES
from referentiel.models import Commune, Etablissement, FichierAImporter
from tests import fabriques
from tests.portail.pages import lire
from tests.referentiel.gestion.aides import gestionnaire, ministere

pytestmark = pytest.mark.django_db

ETABLISSEMENTS = "/gestion/imports/etablissements"
TITRES = "uai;nom;type;codeCommune\n"


@pytest.fixture(autouse=True)
def communes_livrees():
    complements.oublier()
    yield
    complements.oublier()


def envoyer(client, texte, *, adresse=ETABLISSEMENTS, encodage="utf-8"):
    return client.post(adresse, {"fichier": SimpleUploadedFile("liste.csv", texte.encode(encodage))})


def test_the_ministry_alone_imports(client):
    client.force_login(gestionnaire(fabriques.etablissement()))
    assert client.get(ETABLISSEMENTS).status_code == 404
    assert envoyer(client, TITRES + "0311384L;X;universite;31555\n").status_code == 404
    client.force_login(ministere())
    assert client.get(ETABLISSEMENTS).status_code == 200
    assert client.get("/gestion/imports/autre").status_code == 404
    assert not FichierAImporter.objects.exists()


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_preview_says_all_and_writes_nothing_then_confirming_writes(client, encodage):
    ancien = fabriques.etablissement(uai="0311384L", nom="Université Toulouse 3", type="universite")
    meme = fabriques.etablissement(uai="0311383K", nom="Jean Jaurès", type="universite", academie="Toulouse")
    Etablissement.objects.filter(pk__in=[ancien.pk, meme.pk]).update(academie="Toulouse", departement="31")
    client.force_login(ministere())
    response = envoyer(
        client,
        TITRES
        + "0311384L;Université Paul-Sabatier;universite;31555\n"
        + "0311383K;Jean Jaurès;universite;31555\n"
        + "0691774D;Lyon 1;universite;69266\n"
        + "0750736T;;universite;99999\n",
        encodage=encodage,
    )
    page = lire(client.get(response.url))
    assert "Nouveaux 1 Modifiés 1 Inchangés 1 Lignes rejetées 1" in page.texte
    assert (
        "0311384L Université Paul-Sabatier Nom Université Toulouse 3 Université Paul-Sabatier" in page.texte
    )
    assert "Lyon 1 (0691774D)" in page.texte
    assert "5 Nom — Valeur obligatoire" in page.texte
    ancien.refresh_from_db()
    assert ancien.nom == "Université Toulouse 3"

    fini = lire(client.post(response.url, {"confirmer": ""}, follow=True))
    assert "Import terminé" in fini.texte
    assert "Nouveaux 1 Modifiés 1 Inchangés 1 Lignes rejetées 1" in fini.texte
    ancien.refresh_from_db()
    assert ancien.nom == "Université Paul-Sabatier"
    assert Etablissement.objects.get(uai="0691774D").nom == "Lyon 1"
    garde = FichierAImporter.objects.get()
    assert (garde.contenu, garde.bilan["crees"]) == (None, 1)
    # A second click imports nothing again.
    Etablissement.objects.filter(pk=ancien.pk).update(nom="Corrigé depuis")
    client.post(response.url, {"confirmer": ""})
    assert Etablissement.objects.get(pk=ancien.pk).nom == "Corrigé depuis"


def test_giving_up_forgets_the_file(client):
    client.force_login(ministere())
    response = envoyer(client, TITRES + "0691774D;Lyon 1;universite;69266\n")
    client.post(response.url, {"abandonner": ""})
    assert not FichierAImporter.objects.exists()
    assert not Etablissement.objects.exists()
    assert client.get(response.url).status_code == 404


def test_a_file_never_confirmed_does_not_stay(client):
    client.force_login(ministere())
    envoyer(client, TITRES + "0691774D;Lyon 1;universite;69266\n")
    FichierAImporter.objects.update(depose_le=timezone.now() - datetime.timedelta(days=2))
    envoyer(client, TITRES + "0691774D;Lyon 1;universite;69266\n")
    assert FichierAImporter.objects.count() == 1


@pytest.mark.parametrize("texte", ["", "a;b\n1;2\n", "%PDF-1.4"])
def test_an_unreadable_file_is_refused_with_its_reason(client, texte):
    client.force_login(ministere())
    response = envoyer(client, texte)
    assert response.status_code == 400
    assert lire(response).tous("p", **{"class": "fr-message fr-message--error"})
    assert not FichierAImporter.objects.exists()


# --- communes


def importer(texte: str, **options):
    return communes.importer(fichier=io.BytesIO(texte.encode()), auteur="test", **options)


def test_validation_knows_a_new_commune_without_a_change_of_the_shipped_file():
    assert not reference().connue("31999")
    bilan = importer("code;nom;codesPostaux\n31999;Saint-Essai-le-Neuf;31990 31991\n")
    assert (bilan.crees, bilan.rejetes) == (1, 0)
    complements.oublier()  # as its commit does
    assert reference().nom("31999") == "Saint-Essai-le-Neuf"
    assert reference().academie("31999") == "Toulouse"
    assert reference().codes_postaux("31999") == ("31990", "31991")
    assert reference().connue_comme_lieu_etudes("31999")
    assert reference().resoudre("St Essai le Neuf", "31", 2027) == "31999"
    assert not livree().connue("31999")


def test_another_process_learns_it_within_a_minute(monkeypatch):
    horloge = [1000.0]
    monkeypatch.setattr(complements, "monotonic", lambda: horloge[0])
    assert not reference().connue("31999")
    importer("code;nom\n31999;Saint-Essai\n")  # its commit would tell this process at once; not another
    horloge[0] += complements.SECONDES - 1
    assert not reference().connue("31999")
    horloge[0] += 2
    assert reference().connue("31999")


def test_a_commune_joined_to_another_stays_known_under_its_old_name():
    importer("code;nom;codeActuel\n31395;Muret;31555\n31555;Toulouse-la-Grande;\n")
    complements.oublier()
    assert reference().code_actuel("31395") == "31555"
    assert reference().resoudre("Muret", "31", 2004) == "31395"
    assert reference().nom("31555") == "Toulouse-la-Grande"
    assert reference().resoudre("Toulouse", "31", 2004) == "31555"
    assert "31000" in reference().codes_postaux("31555")  # the file said nothing of them


def test_the_same_list_changes_nothing_twice_and_a_dry_run_writes_nothing():
    liste = "code;nom;codesPostaux\n31999;Saint-Essai;31990\n"
    assert importer(liste, a_blanc=True).crees == 1
    assert not Commune.objects.filter(code="31999").exists()
    importer(liste)
    complements.oublier()
    bilan = importer(liste)
    assert (bilan.crees, bilan.modifies, bilan.inchanges) == (0, 0, 1)


@pytest.mark.parametrize(
    ("ligne", "colonne"),
    [
        ("3155;Courte;;", "code"),
        ("99100;Pays;;", "code"),
        ("96001;Nulle part;;", "code"),
        ("31999;;;", "nom"),
        ("31999;123;;", "nom"),
        ("31999;Perdue;31998;", "codeActuel"),
        ("31999;Ancienne d'une ancienne;75005;", "codeActuel"),
        ("31999;Mal desservie;;3100", "codesPostaux"),
    ],
)
def test_a_wrong_line_is_rejected_with_its_reason(ligne, colonne):
    bilan = importer(f"code;nom;codeActuel;codesPostaux\n{ligne}\n")
    assert (bilan.crees, bilan.rejetes) == (0, 1)
    assert [erreur.champ for _, erreur in bilan.erreurs] == [colonne]


def test_communes_are_imported_and_exported_by_their_pages(client):
    client.force_login(ministere())
    response = envoyer(client, "code;nom\n31999;Saint-Essai\n", adresse="/gestion/imports/communes")
    client.post(response.url, {"confirmer": ""})
    liste = client.get("/gestion/referentiel/commune/?provenance=ajoutee")
    assert "Saint-Essai" in lire(liste).texte
    assert "1 commune" in lire(liste).texte
    assert "/gestion/imports/communes" in lire(liste).liens()
    export = client.post("/gestion/referentiel/commune/exporter?provenance=ajoutee", {"format": "csv"})
    assert "31999;Saint-Essai;actuelle;31;Toulouse" in b"".join(export.streaming_content).decode()


@pytest.mark.parametrize("table", [colonnes.COLONNES, communes.COLONNES])
def test_the_column_names_that_are_shown_are_accepted_titles(table):
    assert colonnes.Correspondance([LIBELLES[colonne.champ] for colonne in table], table).champs(
        [colonne.champ for colonne in table]
    ) == {colonne.champ: colonne.champ for colonne in table}
