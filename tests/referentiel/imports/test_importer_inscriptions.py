"""`manage.py importer_inscriptions`: what operators and their scripts rely on."""

import csv
from io import StringIO
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from referentiel.imports.depots import moteur
from referentiel.models import Inscription, Lot
from tests import fabriques
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, identite

pytestmark = pytest.mark.django_db

BONNE = champs(identite=identite())
MAUVAISE = champs(statut="x", dateNaissance="2004-02-31")


@pytest.fixture(autouse=True)
def toulouse():
    return fabriques.etablissement(uai="0311384L", code_commune="31555")


@pytest.fixture
def importer(tmp_path):
    """Run the command on a file made of these bytes; its exit code, standard output and standard error."""

    def faire(octets, *options):
        fichier = tmp_path / "inscriptions.csv"
        fichier.write_bytes(octets)
        sortie, erreurs = StringIO(), StringIO()
        code = 0
        try:
            call_command("importer_inscriptions", str(fichier), *options, stdout=sortie, stderr=erreurs)
        except SystemExit as fin:
            code = fin.code
        return code, sortie.getvalue(), erreurs.getvalue()

    return faire


def test_all_is_taken(importer):
    assert importer(en_csv([BONNE, champs(diplome="B")])) == (
        0,
        "2 lignes lues : 2 inscriptions créées, 0 mises à jour, 0 inchangées, 0 rejetées ; 1 étudiants créés, "
        "0 avertissements.\n",
        "",
    )
    lot = Lot.objects.get()
    assert (lot.canal, lot.etat, lot.uais, lot.nom_fichier) == (
        "commande",
        "termine",
        None,
        "inscriptions.csv",
    )
    assert set(Inscription.objects.values_list("source", "lot")) == {("commande", lot.pk)}


def test_a_rejected_line_exits_with_1_and_says_why(importer):
    code, sortie, erreurs = importer(en_csv([BONNE, MAUVAISE]))
    assert code == 1
    assert "1 inscriptions créées" in sortie
    assert "1 rejetées" in sortie
    assert erreurs.splitlines()[0].startswith(
        "ligne 3 : dateNaissance = « 2004-02-31 » : Cette date n'existe pas"
    )
    assert erreurs.splitlines()[1].startswith("ligne 3 : statut = « x » : Valeur non prévue.")


def test_all_or_nothing_takes_nothing_with_one_error(importer):
    code, sortie, _ = importer(en_csv([BONNE, MAUVAISE]), "--tout-ou-rien")
    assert code == 1
    assert "Tout ou rien" in sortie
    assert not Inscription.objects.exists()


def test_rejects_are_written_corrected_and_sent_again(importer, tmp_path):
    chemin = tmp_path / "rejets.csv"
    importer(en_csv([BONNE, MAUVAISE, champs(diplome="C", statut="y")]), "--rejets", str(chemin))
    rangees = list(csv.DictReader(StringIO(chemin.read_text("utf-8-sig")), delimiter=";"))
    assert [(r["statut"], r["diplome"]) for r in rangees] == [("x", ""), ("y", "C")]
    assert rangees[0]["erreurs"].startswith("ligne 3 | dateNaissance : Cette date")
    corrige = (
        chemin.read_text("utf-8-sig").replace(";x;", ";1;").replace(";y;", ";1;").replace("02-31", "03-27")
    )
    assert importer(corrige.encode())[0] == 0
    assert Inscription.objects.count() == 2


def test_the_first_errors_are_shown_and_the_others_counted(importer):
    _, _, erreurs = importer(en_csv([champs(statut="x")] * 55))
    assert len(erreurs.splitlines()) == 51
    assert erreurs.splitlines()[-1] == "… et 5 autres erreurs (--rejets les donne toutes)."


def test_an_unreadable_file_is_an_error(importer):
    with pytest.raises(CommandError, match="vide"):
        importer(b"")


def test_an_absent_file_is_an_error(tmp_path):
    with pytest.raises(CommandError, match=r"absent\.csv : No such file"):
        call_command("importer_inscriptions", str(tmp_path / "absent.csv"))
    assert not Lot.objects.exists()


def test_a_deposit_under_way_goes_first(importer):
    deposer_octets(en_csv([BONNE]))
    with pytest.raises(CommandError, match="sera fait à sa suite"):
        importer(en_csv([BONNE]))
    assert set(Lot.objects.values_list("etat", flat=True)) == {"en_attente"}


def test_a_database_gone_leaves_the_deposit_to_a_worker(importer):
    with (
        mock.patch.object(moteur, "fusionner_tampon", side_effect=OperationalError("partie")),
        pytest.raises(CommandError, match="un exécutant reprendra ce dépôt"),
    ):
        importer(en_csv([BONNE]))
    assert Lot.objects.get().etat == "en_cours"
    assert not Inscription.objects.exists()


def test_a_report_that_cannot_be_written_is_told_before_importing(importer, tmp_path):
    with pytest.raises(CommandError, match="No such file or directory"):
        importer(en_csv([BONNE]), "--rejets", str(tmp_path / "absent" / "rejets.csv"))
    assert not Lot.objects.exists()


def test_an_error_of_identity_names_the_column_of_the_file(importer):
    code, _, erreurs = importer(en_csv([champs(identite=identite(sexe="X"))]))
    assert (code, erreurs) == (
        1,
        "ligne 2 : sexe = « X » : Valeur non prévue. Attendu : M, F, ou rien s'il n'est pas connu.\n",
    )
