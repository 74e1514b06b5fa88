"""Exports: what the list shows and no more, in three formats, without a formula, noted before it leaves."""

import io

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from referentiel.droits import Droits
from referentiel.exports import listes
from referentiel.exports.classeurs import FORMATS, ecrire
from referentiel.exports.listes import RessourceInscription
from referentiel.imports.depots import bail, moteur
from referentiel.imports.depots.depot import deposer
from referentiel.imports.lecture.ouverture import ouvrir
from referentiel.models import Anomalie, Etablissement, Export, Inscription
from referentiel.pilotage.couverture import rafraichir
from referentiel.tasks import nom_de_tentative
from tests import fabriques
from tests.portail.pages import lire
from tests.proprietaire import en_proprietaire
from tests.referentiel.gestion.aides import gestionnaire, ministere

pytestmark = pytest.mark.django_db

ETABLISSEMENTS = "/gestion/referentiel/etablissement/exporter"
COUVERTURE = "/gestion/referentiel/etablissementcouvert/exporter"
PIEGES = ["=1+1", "+33", "-2", "@SUM(A1)", "'=deja", "  deux  blancs ", 'à <b> & "c"', "a\nb\tc", ""]


def contenu(response) -> bytes:
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def tableau(octets: bytes) -> tuple[list[str], list[list[str]]]:
    lecture = ouvrir(io.BytesIO(octets))
    return lecture.entetes, [list(rangee) for _, rangee in lecture.lignes()]


@pytest.mark.parametrize("code", FORMATS)
def test_each_format_is_read_back_and_no_cell_is_a_formula(code):
    octets = b"".join(ecrire(code, ["valeur", "autre"], [[piege, 7] for piege in PIEGES]))
    entetes, rangees = tableau(octets)
    assert entetes == ["valeur", "autre"]
    assert [autre for _, autre in rangees] == ["7"] * len(PIEGES)
    lus = [valeur for valeur, _ in rangees]
    assert lus[:5] == ["'=1+1", "'+33", "'-2", "'@SUM(A1)", "''=deja"]
    assert [valeur.strip().split() for valeur in lus[5:7]] == [["deux", "blancs"], ["à", "<b>", "&", '"c"']]


def test_a_character_that_xml_refuses_does_not_break_the_spreadsheet():
    for code in FORMATS:
        _, rangees = tableau(b"".join(ecrire(code, ["v"], [["a\x0bb\x00c\ufffe"]])))
        assert rangees == [["abc"]]


def test_a_manager_exports_their_establishments_and_no_other(client):
    sien, autre = fabriques.etablissement(nom="=HYPERLINK()"), fabriques.etablissement()
    fabriques.etablissement(fictif=True)
    client.force_login(gestionnaire(sien))
    page = lire(client.get(ETABLISSEMENTS))
    assert "Le fichier contiendra 1 établissement" in page.texte
    entetes, rangees = tableau(contenu(client.post(ETABLISSEMENTS, {"format": "csv"})))
    assert entetes[:5] == ["uai", "nom", "type", "secteur", "codeCommune"]
    assert [rangee[:2] for rangee in rangees] == [[sien.uai, "'=HYPERLINK()"]]
    assert autre.uai not in str(rangees)
    for envoyer in (client.get, client.post):
        assert envoyer(COUVERTURE, {"format": "csv"}).status_code == 404


def test_the_export_follows_the_filters_and_search_of_the_list(client):
    fabriques.etablissement(nom="Lycée Un", type="lycee")
    fabriques.etablissement(nom="Lycée Deux", type="lycee")
    fabriques.etablissement(nom="École Trois", type="ecole_art")
    client.force_login(ministere())
    liste = reverse("gestion:referentiel_etablissement_changelist")
    cherchee = client.post(f"{liste}?type__exact=lycee", {"q": "Deux"}, follow=True)
    (lien,) = [lien for lien in lire(cherchee).liens() if "exporter" in lien]
    assert "Deux" not in lien
    page = lire(client.get(lien)).texte
    assert "Le fichier contiendra 1 établissement" in page
    assert "Recherche : Deux" in page
    _, rangees = tableau(contenu(client.post(lien, {"format": "ods"})))
    assert [rangee[1] for rangee in rangees] == ["Lycée Deux"]
    trace = Export.objects.get()
    assert (trace.lignes, trace.format, trace.objet) == (1, "ods", "établissements")
    assert trace.criteres == {"Type": "Lycée", "Recherche": "oui"}


def test_the_trace_cannot_be_rewritten_and_the_ministry_alone_reads_it(client):
    compte = gestionnaire(fabriques.etablissement())
    client.force_login(compte)
    contenu(client.post(ETABLISSEMENTS, {"format": "csv"}))
    traces = reverse("gestion:referentiel_export_changelist")
    assert client.get(traces).status_code in {403, 404}
    client.force_login(ministere())
    assert f"{compte} établissements" in lire(client.get(traces)).texte
    for reecrire in (lambda: Export.objects.update(lignes=0), lambda: Export.objects.all().delete()):
        with pytest.raises(DatabaseError, match="ne se modifie pas"), transaction.atomic(), en_proprietaire():
            reecrire()


def test_beyond_the_maximum_the_page_asks_to_filter_and_nothing_leaves(client, monkeypatch):
    for _ in range(3):
        fabriques.etablissement()
    monkeypatch.setattr(listes, "LIGNES_MAXIMUM", 2)
    monkeypatch.setitem(FORMATS, "csv", FORMATS["csv"]._replace(lignes=2))
    client.force_login(ministere())
    response = client.post(ETABLISSEMENTS, {"format": "csv"})
    assert "Trop de lignes" in lire(response).texte
    assert not Export.objects.exists()


def test_the_coverage_is_filtered_and_exported(client):
    muet, actif = fabriques.etablissement(nom="Muette"), fabriques.etablissement(nom="Active")
    fabriques.etablissement(nom="Fermée", ferme=True)
    for admis in (False, False, True):
        fabriques.inscription(etablissement=actif, admis=admis)
    rafraichir(aujourdhui=timezone.localdate())
    client.force_login(ministere())
    liste = reverse("gestion:referentiel_etablissementcouvert_changelist")
    for envoi, attendus in (("aucun", [muet]), ("recent", [actif]), ("silence", []), ("", [actif, muet])):
        texte = lire(client.get(liste, {"envoi": envoi} if envoi else {})).texte
        assert [e.uai for e in (actif, muet) if e.uai in texte] == [e.uai for e in attendus]
        assert "Fermée" not in texte
    entetes, rangees = tableau(contenu(client.post(f"{COUVERTURE}?envoi=recent", {"format": "xlsx"})))
    ligne = dict(zip(entetes, rangees[0], strict=True))
    assert (ligne["inscriptions"], ligne["inscrits"], ligne["admis"]) == ("3", "2", "1")


# --- inscriptions


def droits(*etablissements: Etablissement) -> Droits:
    return Droits(
        1,
        frozenset(e.pk for e in etablissements) if etablissements else None,
        tuple(e.uai for e in etablissements) if etablissements else None,
        "",
        "",
        "",
        "compte:1",
    )


def peupler(etablissement: Etablissement, nombre: int) -> None:
    for rang in range(nombre):
        fabriques.inscription(
            etablissement=etablissement,
            etudiant=fabriques.etudiant(
                nom_naissance="d'Hérouville - Le Goff",
                prenoms=["Anne-Marie", "Gaëlle Rose"],
                ne_dans_l_annee=rang % 2 == 1,
                sexe="F" if rang % 2 else None,
                lieu_naissance=None if rang % 2 else "2A004",
            ),
            admis=rang % 2 == 0,
            regime="RF4",
            cursus="L",
            diplome=["=1+1", "Licence ; mention « droit »", "'apostrophe", ""][rang % 4],
            niveau_diplome="L1",
        )


def exporter(code: str, lignes) -> bytes:
    ressource = RessourceInscription()
    return b"".join(ecrire(code, ressource.get_export_headers(), listes.rangees(lignes, ressource)))


@pytest.mark.parametrize("code", FORMATS)
def test_an_export_deposited_again_changes_nothing(code):
    etablissement = fabriques.etablissement()
    peupler(etablissement, 4)
    avant = list(Inscription.objects.order_by("pk").values_list("pk", "diplome", "statut", "modifie_le"))
    octets = exporter(code, Inscription.objects.visibles_par(droits(etablissement)))
    lot = deposer(contenu=[octets], canal="fichier", uais=[etablissement.uai], etat="a_confirmer")
    moteur.traiter(bail.prendre(nom_de_tentative(), lot_id=lot.pk))
    lot.refresh_from_db()
    assert (lot.etat, lot.message) == ("termine", "")
    assert (lot.inchangees, lot.creees, lot.modifiees, lot.rejetees) == (4, 0, 0, 0)
    assert not Anomalie.objects.exists()
    assert (
        list(Inscription.objects.order_by("pk").values_list("pk", "diplome", "statut", "modifie_le")) == avant
    )


def test_neither_the_sandbox_nor_others_are_there():
    sien, autre = fabriques.etablissement(), fabriques.etablissement()
    peupler(sien, 1)
    peupler(autre, 2)
    fabriques.inscription(fictif=True)
    for vu, nombre in ((droits(sien), 1), (droits(), 3)):
        lignes = Inscription.objects.visibles_par(vu)
        assert len(tableau(exporter("csv", lignes))[1]) == nombre
    assert listes.par_etablissement(Inscription.objects.visibles_par(droits()), RessourceInscription()) == {
        sien.uai: 1,
        autre.uai: 2,
    }


def test_the_number_of_queries_does_not_depend_on_that_of_lines():
    etablissement = fabriques.etablissement()

    def requetes() -> int:
        with CaptureQueriesContext(connection) as faites:
            exporter("csv", Inscription.objects.visibles_par(droits(etablissement)))
        return len(faites)

    peupler(etablissement, 1)
    une = requetes()
    peupler(etablissement, 8)
    assert requetes() == une == 1


INSCRIPTIONS = "/gestion/referentiel/inscription/"


def test_a_manager_exports_the_inscriptions_they_searched(client):
    sien, autre = fabriques.etablissement(), fabriques.etablissement()
    peupler(sien, 3)
    dupont = fabriques.inscrit(etablissement=sien, identite={"nom_naissance": "Dupont-Essai"})
    fabriques.inscrit(etablissement=autre, identite={"nom_naissance": "Dupont-Essai"})
    client.force_login(gestionnaire(sien))
    cherchee = client.post(INSCRIPTIONS, {"q": dupont.ine}, follow=True)
    (lien,) = [lien for lien in lire(cherchee).liens() if "exporter" in lien]
    assert dupont.ine not in lien
    assert "Le fichier contiendra 1 inscription" in lire(client.get(lien)).texte
    entetes, (ligne,) = tableau(contenu(client.post(lien, {"format": "csv"})))
    dites = dict(zip(entetes, ligne, strict=True))
    assert (dites["INE"], dites["Nom de naissance"], dites["UAI"]) == (dupont.ine, "Dupont-Essai", sien.uai)
    trace = Export.objects.get()
    assert (trace.etablissements, trace.criteres) == ({sien.uai: 1}, {"Recherche": "oui"})
    assert dupont.ine not in str(vars(trace))


def test_the_export_follows_the_filter_and_never_leaves_its_perimeter(client):
    sien, autre = fabriques.etablissement(), fabriques.etablissement()
    peupler(sien, 4)
    peupler(autre, 5)
    fabriques.inscription(fictif=True)
    client.force_login(gestionnaire(sien))
    exporter_ = f"{INSCRIPTIONS}exporter"
    for filtre, nombre in (("", 4), ("?statut__exact=admis", 2)):
        _, rangees = tableau(contenu(client.post(exporter_ + filtre, {"format": "csv"})))
        assert len(rangees) == nombre
        assert {rangee[2] for rangee in rangees} == {sien.uai}
    client.post(f"{exporter_}?uai={autre.uai}", {"format": "csv"})
    assert autre.uai not in str(list(Export.objects.values_list("etablissements", flat=True)))


def test_the_titles_are_in_french_and_the_dates_are_dates():
    etablissement = fabriques.etablissement()
    peupler(etablissement, 1)
    octets = exporter("xlsx", Inscription.objects.visibles_par(droits(etablissement)))
    titres, rangee = openpyxl.load_workbook(io.BytesIO(octets)).active.iter_rows()
    cellules = {titre.value: cellule for titre, cellule in zip(titres, rangee, strict=True)}
    assert [titre.value for titre in titres][:5] == [
        "INE", "Date de naissance", "UAI", "Date de début d'inscription", "Date de fin d'inscription",
    ]  # fmt: skip
    une = Inscription.objects.get()
    assert cellules["Date de début d'inscription"].value.date() == une.date_debut
    assert cellules["Date de début d'inscription"].number_format == "DD/MM/YYYY"
    assert cellules["INE"].value == une.etudiant.ine


def test_the_limits_are_told_beforehand_and_the_answer_says_that_the_file_is_ready(client):
    sien = fabriques.etablissement()
    peupler(sien, 1)
    client.force_login(gestionnaire(sien))
    texte = lire(client.get(f"{INSCRIPTIONS}exporter")).texte
    assert "Excel (XLSX) 50 000 lignes au plus" in texte
    assert "CSV 100 000 lignes au plus" in texte
    temoin = client.post(f"{INSCRIPTIONS}exporter", {"format": "csv"}).cookies["export"]
    assert (temoin.value, temoin["path"]) == ("pret", f"{INSCRIPTIONS}exporter")
