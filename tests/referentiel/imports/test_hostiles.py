"""Files that are damaged, hostile or not what they say, through the whole way: told clearly, and not written."""

import io
import zipfile

import pytest

from referentiel.imports.depots.apercu import apercevoir
from referentiel.imports.depots.conduite import DepotRefuse, confirmer
from referentiel.imports.depots.rejets import ecrire_rejets
from referentiel.imports.lecture.erreurs import FichierIllisible
from referentiel.models import Etudiant, Inscription
from tests import fabriques
from tests.referentiel.ecriture.portes import COLONNES, champs, en_csv, identite, signalees
from tests.referentiel.imports.classeurs import modifier, ods, xlsx
from tests.referentiel.imports.parcours import COMPTES, deposer_fichier, ecrire, envoyer, essayer, valeurs

pytestmark = pytest.mark.django_db

BON = en_csv([champs(identite=identite())])
ENTETE, LIGNE, _ = BON.decode().split("\r\n")


@pytest.fixture(autouse=True)
def toulouse():
    fabriques.etablissement(uai="0311384L", code_commune="31555")


def classeur(**entrees):
    return modifier(xlsx(ENTETE.split(";"), LIGNE.split(";")), **entrees)


def archive_quelconque():
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("inscrits.csv", BON)
    return sortie.getvalue()


ILLISIBLES = {
    "zip bomb": (lambda: classeur(**{"xl__media__image1.png": bytes(60 << 20)}), "démesuré"),
    "macros": (lambda: classeur(**{"xl__vbaProject.bin": b"macro"}), "macros"),
    "ods macros": (
        lambda: modifier(ods(["ine"], ["1"]), **{"Basic__Standard__Module1.xml": b"<a/>"}),
        "macros",
    ),
    "any zip": (archive_quelconque, "n'est pas un classeur"),
    "cut short": (lambda: classeur()[:-200], "abîmé"),
    "old xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ancien format .xls"),
    "pdf": (lambda: b"%PDF-1.7", "PDF"),
    "image": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "texte"),
    "utf-32": (lambda: BON.decode().encode("utf-32"), "UTF-32"),
    "nul byte": (lambda: BON.replace(b"inscrit", b"inscr\0t"), "octet nul à la ligne 2"),
    "blank": (lambda: b"\r\n ; ;\r\n", "aucune ligne"),
    "one line": (lambda: ENTETE.encode(), "n'a qu'une ligne"),
    "no header": (lambda: f"{LIGNE}\r\n{LIGNE}".encode(), "Aucune colonne n'est reconnue"),
    "another file": (lambda: b"ine;prix\n1;2\n", "Colonne obligatoire absente"),
    "huge header": (lambda: b"x" * (10 << 20) + b"\n1\n", "titres de colonnes, est illisible"),
    "columns": (lambda: b";".join([b"a"] * 2000) + b"\n1\n", "trop de colonnes"),
    "json cut short": (lambda: b'[{"ine": "1"}, {', "JSON"),
}


@pytest.mark.parametrize(("fabriquer", "extrait"), ILLISIBLES.values(), ids=ILLISIBLES)
def test_a_file_that_cannot_be_taken_says_so_and_is_not_confirmed(fabriquer, extrait):
    try:
        lot = envoyer(fabriquer())
    except FichierIllisible as illisible:  # its first bytes were enough
        refus = illisible.message
    else:
        refus = lot.message if lot.etat == "echec" else ""
        assert not refus or lot.efface_le is not None
    if refus:
        assert extrait in refus
        return
    annonces = apercevoir(lot).erreurs
    essaye = essayer(lot)
    assert (essaye.etat, essaye.essaye_le, *valeurs(lot, COMPTES)[1:]) == ("a_confirmer", None, *[0] * 7)
    assert extrait in essaye.message
    # Already said when the file was first looked at.
    assert essaye.message == " ".join(annonces)
    with pytest.raises(DepotRefuse):
        confirmer(lot_id=lot.pk)
    assert not Inscription.objects.exists()


@pytest.mark.parametrize("nom", ["../../etc/passwd", "<script>.csv", "x" * 300 + ".csv", "inscrits.xlsx", ""])
def test_the_name_of_the_file_decides_nothing(nom):
    lot = deposer_fichier(BON, nom_fichier=nom)
    assert (lot.format, lot.creees) == ("csv", 1)
    assert len(lot.nom_fichier) <= 255


def remplacer(**cellules):
    valeurs_ = dict(zip(COLONNES, LIGNE.split(";"), strict=True)) | cellules
    return ";".join(valeurs_.values())


MAUVAISES = {
    "unclosed quote": ('"' + LIGNE, "guillemets", "Guillemets mal placés ou non fermés"),
    "10 MB cell": (remplacer(diplome="x" * (10 << 20)), "ligne_trop_longue", "trop longue"),
    "40 kB cell": (remplacer(diplome="x" * 40_000), "ligne_trop_longue", "trop longue"),
    "formula": (remplacer(ine="=HYPERLINK(1)"), "format", "Valeur mal formée"),
    "formula, kept": (remplacer(diplome="=1+1|' /C calc'!A0", statut="x"), "valeur_inconnue", "non prévue"),
    "wrong bytes": (remplacer(nomNaissance="Le Go\udcffff"), "caractere_interdit", "Caractère interdit"),
    "control": (remplacer(nomNaissance="Le\x02Goff"), "caractere_interdit", "Caractère interdit (U+0002)"),
    "cells": (LIGNE + ";de trop", "nombre_de_cellules", "Nombre de cellules : 16, au lieu des 15"),
}


@pytest.mark.parametrize(("ligne", "code", "extrait"), MAUVAISES.values(), ids=MAUVAISES)
def test_a_hostile_line_is_rejected_alone_and_given_back_harmless(ligne, code, extrait):
    accents = remplacer(ine="0000000001B", diplome="Économie appliquée")
    texte = "\r\n".join([ENTETE, LIGNE, ligne, accents, ""])
    lot = envoyer(texte.encode("utf-8", "surrogateescape"))
    assert len(apercevoir(lot).colonnes) == 15
    essaye = essayer(lot)
    assert (essaye.lignes, essaye.creees, essaye.rejetees) == (3, 2, 1)
    (rejet,) = signalees(lot, "rejet")
    assert (rejet[0], rejet[3]) == (3, code)
    fait = ecrire(lot)
    assert (fait.etat, fait.creees, Etudiant.objects.count()) == ("termine", 2, 2)
    sortie = io.BytesIO()
    assert ecrire_rejets(fait, sortie) == 1
    rapport = sortie.getvalue().decode("utf-8-sig")
    assert extrait in rapport
    assert "ligne 3 |" in rapport
    assert ";=" not in rapport
    assert len(rapport) < 200_000
