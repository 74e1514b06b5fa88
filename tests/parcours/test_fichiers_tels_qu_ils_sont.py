"""Five files as five kinds of software or persons make them, deposited without being edited: what they cannot say is
chosen on the page of the columns. Titles are those of the software, or in their manner; values are invented."""

import csv
import datetime
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from django.test import Client

from referentiel.models import Inscription
from tests import fabriques
from tests.executant import Executant
from tests.parcours.depots import VERIFIER, attendre
from tests.parcours.personne import Personne
from tests.referentiel.depots import aides
from tests.serveur_web import ServeurWeb

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.navigateur, pytest.mark.service, pytest.mark.usefixtures("donnees_validees")]

CLE = "ABCDEFGHJKLMNPRSTUVWXYZ"
ETUDIANTS = 30


def ine(numero: int) -> str:
    return f"{numero:010}{CLE[numero % 23]}"


def apogee() -> tuple[str, bytes]:
    """A query on Apogée: names of its columns, INE in two, latin-1, a dump date above."""
    titres = (
        "COD_ETU", "COD_NNE_IND", "COD_CLE_NNE_IND", "LIB_NOM_PAT_IND", "LIB_NOM_USU_IND", "LIB_PR1_IND", "LIB_PR2_IND",
        "LIB_PR3_IND", "COD_SEX_ETU", "DATE_NAI_IND", "LIB_VIL_NAI_ETU", "COD_PAY_NAI", "COD_ANU", "COD_ETP", "LIB_ETP",
        "COD_RGI", "LIB_RGI", "ETA_IAE", "LIB_AD1", "CP",
    )  # fmt: skip
    rangees = [
        (
            f"2260{n:04}", ine(1_000 + n)[:10], ine(1_000 + n)[10], "LEFÈVRE", "", "ÉLODIE", "MARIE", "", "F",
            "27/03/2004", "TOULOUSE", "100", "2026", "L1DRT1", "Licence 1 Droit", "1", "Formation initiale", "E",
            "3 rue des Lilas", "31400",
        )
        for n in range(ETUDIANTS)
    ]  # fmt: skip
    return "extraction_apogee.csv", _csv(
        titres, rangees, avant=["Extraction du 27/11/2026"], encodage="cp1252"
    )


def pegase() -> tuple[str, bytes]:
    """Pégase: camel words, ISO dates with time, statuses in words."""
    titres = (
        "Code apprenant", "INE", "Nom de naissance", "Nom d'usage", "Prénom", "Prénom 2", "Prénom 3", "Sexe",
        "Date de naissance", "Code commune de naissance", "Code pays de naissance", "Période",
        "Libellé de la formation", "Régime d'inscription", "Statut de l'inscription",
    )  # fmt: skip
    rangees = [
        (
            f"00{n:06}", ine(2_000 + n), "Martin", "", "Zoé", "", "", "Féminin", "2004-03-27T00:00:00", "1053", "",
            "2026-2027", "Licence de physique", "Formation initiale", "Inscription validée",
        )
        for n in range(ETUDIANTS)
    ]  # fmt: skip
    return "pegase-inscriptions.csv", _csv(titres, rangees, separateur=",")


def cocktail() -> tuple[str, bytes]:
    """Cocktail: a workbook with a cover sheet, real dates, civilities, apprentices by their label."""
    livre = openpyxl.Workbook()
    garde = livre.active
    garde.title = "Accueil"
    garde.append(["Édition du 27/11/2026", "Scolarité"])
    feuille = livre.create_sheet("Inscrits")
    feuille.append(["Liste des inscrits 2026-2027"])
    feuille.append([])
    feuille.append([
        "N° étudiant", "ETUD_CODE_INE", "Civilité", "NOM_PATRONYMIQUE", "Prénom", "Prénom 2", "D_NAISSANCE",
        "VILLE_DE_NAISSANCE", "Année universitaire", "Intitulé du diplôme", "Régime", "Statut", "Moyenne",
    ])  # fmt: skip
    for n in range(ETUDIANTS):
        feuille.append([
            n, ine(3_000 + n), "Mme" if n % 2 else "M.", "Durand", "Camille", "Alix", datetime.datetime(2003, 5, 1),  # noqa: DTZ001 (a cell has no zone)
            "Paris 12e", "2026/2027", "BUT informatique", "Apprentissage", "Inscrit(e)", "=1/0",
        ])  # fmt: skip
    return "inscrits cocktail.xlsx", _xlsx(livre)


def sise() -> tuple[str, bytes]:
    """SISE: short names of variables, codes everywhere, compact dates, a régime by its number."""
    titres = (
        "COMPOS",
        "NUMINE",
        "NOMPAT",
        "PRENOM",
        "SEXE",
        "DATNAIS",
        "COMNAIS",
        "PAYNAI",
        "RENTREE",
        "REGIME",
        "NIVEAU",
    )
    rangees = [
        ("0311384L", ine(4_000 + n), "ROUX", "NOÉ", "1", "19990412", "", "99352", "2026", "4", "03")
        for n in range(ETUDIANTS)
    ]  # fmt: skip
    return "SISE_2026.txt", _csv(titres, rangees, separateur="\t", encodage="cp850")


def secretaire() -> tuple[str, bytes]:
    """A secretary's own list: what everybody knows is not written, dates as typed, a hidden row."""
    livre = openpyxl.Workbook()
    feuille = livre.active
    feuille.append(["Promo L3 2026"])
    feuille.append(["Nom", "Prénom", "N° INE", "Né(e) le", "H/F", "Lieu de naissance", "mail", "tél"])
    for n in range(ETUDIANTS):
        feuille.append([
            "Petit", "Lou", ine(5_000 + n), "1/2/2003", "F", "TOULOUSE (31)", f"lou{n}@exemple.test", "06 00 00 00 00",
        ])  # fmt: skip
    feuille.row_dimensions[5].hidden = True
    return "liste L3.xlsx", _xlsx(livre)


def _csv(titres, rangees, *, avant=(), separateur=";", encodage="utf-8") -> bytes:
    texte = io.StringIO(newline="")
    ecriture = csv.writer(texte, delimiter=separateur)
    ecriture.writerows([une] for une in avant)
    ecriture.writerow(titres)
    ecriture.writerows(rangees)
    return texte.getvalue().encode(encodage)


def _xlsx(livre: openpyxl.Workbook) -> bytes:
    sortie = io.BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


@pytest.fixture
def adresse(courtier: str, tmp_path: Path) -> Iterator[str]:
    with (
        ServeurWeb(processus=1, journal=tmp_path / "web.log", BROKER_URL=courtier) as web,
        Executant(courtier, tmp_path / "executant.log"),
    ):
        yield f"http://127.0.0.1:{web.port}"


@pytest.fixture
def gerante(navigateur: "Browser", adresse: str) -> Iterator[Personne]:
    toulouse = fabriques.etablissement(uai=aides.UAI, code_commune="31555", academie="Toulouse")
    client = Client()
    client.force_login(aides.gestionnaire(toulouse))
    with Personne(navigateur, adresse, "awa") as personne:
        temoin = client.cookies["sessionid"].value
        personne.contexte.add_cookies([{"name": "sessionid", "value": temoin, "url": adresse}])
        yield personne


def deposer(
    personne: Personne, chemin: Path, fichier: tuple[str, bytes], choix: dict[str, str], nom: str
) -> None:
    destination = chemin / fichier[0]
    destination.write_bytes(fichier[1])
    personne.va("/gestion/depots/nouveau")
    personne.page.set_input_files("#fichier", destination)
    personne.presse("Envoyer le fichier")
    attendre(personne, "Vérifier les colonnes")
    for champ, valeur in choix.items():
        element = personne.page.locator(champ)
        if element.evaluate("e => e.tagName") == "SELECT":
            element.select_option(valeur)
        else:
            element.fill(valeur)
    personne.regarde(f"{nom}-colonnes")
    personne.presse(VERIFIER)
    attendre(personne, "Résultat de l'essai")
    personne.lit("Toutes les lignes sont valides")
    personne.regarde(f"{nom}-essai")
    personne.suit(f"Enregistrer les {ETUDIANTS} lignes valides")
    personne.presse(f"Oui, enregistrer les {ETUDIANTS} lignes valides")
    attendre(personne, "Terminé —")
    personne.regarde(f"{nom}-rapport")


def ecrites(premier: int) -> set[tuple]:
    ines = [ine(premier + n) for n in range(ETUDIANTS)]
    inscriptions = Inscription.objects.filter(etudiant__ine__in=ines)
    assert inscriptions.count() == ETUDIANTS
    return set(inscriptions.values_list(
        "statut", "regime", "date_debut", "date_fin", "code_commune", "diplome", "etudiant__date_naissance",
        "etudiant__lieu_naissance", "etudiant__sexe",
    ))  # fmt: skip


RENTREE = datetime.date(2026, 9, 1), datetime.date(2027, 8, 31)


def test_five_files_are_deposited_without_being_modified(gerante: Personne, tmp_path: Path) -> None:
    # « 1 » alone is asked; the label beside it says the same, and is the one to read.
    deposer(gerante, tmp_path, apogee(), {"tr:has-text('COD_RGI') select": ""}, "apogee")
    assert ecrites(1_000) == {
        ("inscrit", "RF1", *RENTREE, "31555", "Licence 1 Droit", datetime.date(2004, 3, 27), "31555", "F")
    }
    deposer(gerante, tmp_path, pegase(), {}, "pegase")
    assert ecrites(2_000) == {
        ("inscrit", "RF1", *RENTREE, "31555", "Licence de physique", datetime.date(2004, 3, 27), "01053", "F")
    }
    deposer(gerante, tmp_path, cocktail(), {}, "cocktail")
    assert ecrites(3_000) == {
        ("inscrit", "RF4", *RENTREE, "31555", "BUT informatique", datetime.date(2003, 5, 1), "75112", sexe)
        for sexe in "MF"
    }
    # « 4 » alone is asked too; in this school's files, it is the apprentices.
    deposer(
        gerante,
        tmp_path,
        sise(),
        {"select[name^='v']:has(option[value='RF4'])": "RF4", "#k-statut": "inscrit"},
        "sise",
    )
    assert ecrites(4_000) == {
        ("inscrit", "RF4", *RENTREE, "31555", "", datetime.date(1999, 4, 12), "99352", "M")
    }
    deposer(
        gerante,
        tmp_path,
        secretaire(),
        {"#k-statut": "inscrit", "#k-anneeUniversitaire": "2026-2027"},
        "secretaire",
    )
    assert ecrites(5_000) == {
        ("inscrit", "RF1", *RENTREE, "31555", "", datetime.date(2003, 2, 1), "31555", "F")
    }
    assert gerante.plaintes == []
