"""A field of an inscription is declared once. A fictitious one, added to the table and to nothing else, goes
everywhere.

In a process of its own: the statements are made when the modules are read. Everything is undone at the end.
"""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from referentiel.champs_d_inscription import CHAMPS, ECRITS, PAR_NOM
from referentiel.ecriture.validation import LigneValide
from referentiel.models import Inscription
from tests.bench.base import RACINE
from tests.serveur_web import adresse_de_la_base

pytestmark = pytest.mark.django_db(transaction=True)

SCENARIO = """
import os, sys
from django.db import models

import referentiel.champs_d_inscription as table
from referentiel.champs_d_inscription import Champ, Lecture, Role

FICTIF = Champ("campus", "campus", "text", Role.VALEUR, Lecture("texte", maximum=40), "Campus", "Un campus.",
               "un texte", "Sud")
TOUS = (*table.CHAMPS[:11], FICTIF, *table.CHAMPS[11:])
assert TOUS[10].nom == "niveauDiplome"
source = open(table.__file__).read()
debut, fin = source.split("PAR_NOM = {", 1)
espace = vars(table)
espace["CHAMPS"] = TOUS
exec(compile("PAR_NOM = {" + fin, table.__file__, "exec"), espace)

import django
django.setup()
from django.db import connection, connections, transaction
from referentiel.models import Inscription, Lot
models.CharField("campus", max_length=40, default="", db_default="").contribute_to_class(Inscription, "campus")

from tests import fabriques
from tests.referentiel.ecriture import portes
portes.COLONNES = (*portes.COLONNES, "campus")
from referentiel.imports.depots import bail, conduite
from referentiel import tasks
from referentiel.exports import listes
from referentiel.imports import modele
from referentiel.views.formulaire_inscription import NOMS
from tests.referentiel.ecriture.portes import Appel, champs, deposer_octets, en_csv, identite, traiter
from tests.referentiel.imports.parcours import retirer

def campus():
    return list(Inscription.objects.order_by("id").values_list("campus", flat=True))

with transaction.atomic():
    with connection.cursor() as curseur:
        curseur.execute("ALTER TABLE referentiel_inscription ADD COLUMN campus text NOT NULL DEFAULT ''")
    fabriques.etablissement(uai="0311384L", code_commune="31555")
    for porte in (Appel(), portes.Fichier()):
        ligne = champs(identite=identite(), diplome=type(porte).__name__)
        assert porte.envoyer(ligne | {"campus": "Nord"}).issue == "creee"
        assert campus()[-1] == "Nord"
        assert porte.envoyer(ligne | {"campus": "Sud"}).issue == "modifiee"
        assert campus()[-1] == "Sud"
        assert porte.envoyer(ligne | {"campus": "Sud"}).issue == "inchangee"
        assert porte.envoyer(ligne).issue == "inchangee"
        assert campus()[-1] == "Sud"
    lot = traiter(deposer_octets(en_csv([ligne | {"campus": "Est"}]), uais=["0311384L"]))
    assert (lot.modifiees, lot.changements) == (1, [["campus", "Sud", "Est", 1]]), (lot.message, lot.changements)
    retirer(lot)
    assert campus() == ["Sud", "Sud"]
    rangee = listes.RessourceInscription().export_resource(Inscription.objects.last())
    titres = [field.column_name for field in listes.RessourceInscription().get_export_fields()]
    assert dict(zip(titres, rangee))["Campus"] == "Sud"
    assert "Campus" in modele.modele_csv().decode("utf-8-sig").split("\\r\\n")[0].split(";")
    assert NOMS["campus"] == "campus"
    transaction.set_rollback(True)
print("partout")
"""


def _adresse_du_proprietaire() -> str:
    proprietaire = os.environ.get("DATABASE_URL_PROPRIETAIRE") or os.environ["DATABASE_URL"]
    return urlsplit(proprietaire)._replace(path=urlsplit(adresse_de_la_base()).path).geturl()


def test_a_field_declared_once_goes_everywhere():
    processus = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCENARIO],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "statut_etudiant.settings",
            # A column is added by the owner of the table alone.
            "DATABASE_URL": _adresse_du_proprietaire(),
        },
        capture_output=True,
        text=True,
        timeout=300,
        cwd=RACINE,
    )
    assert processus.stdout.strip().endswith("partout"), processus.stderr[-3000:]


def test_the_table_and_the_model_have_the_same_columns():
    colonnes = {champ.column for champ in Inscription._meta.concrete_fields}
    assert {champ.colonne for champ in ECRITS} <= colonnes
    # What else a row holds: who, where, how it came, when.
    assert colonnes - {champ.colonne for champ in ECRITS} == {
        "id", "etudiant_id", "etablissement_id", "fictif", "source", "lot_id", "cree_le", "modifie_le", "confirmee_le",
    }  # fmt: skip


def test_the_order_is_that_of_the_contract():
    assert [champ.nom for champ in CHAMPS] == [
        "ine", "dateNaissance", "uai", "dateDebutInscription", "dateFinInscription", "statut", "regime", "codeCommune",
        "cursus", "diplome", "niveauDiplome", "nomNaissance", "prenoms", "sexe", "codeCogInseeCommuneNaissance",
    ]  # fmt: skip
    assert set(LigneValide._fields) - {champ.colonne for champ in CHAMPS} == {
        "ligne",
        "fictif",
        "precision_naissance",
    }
    assert PAR_NOM["sexe"].champ == "identite.sexe"
