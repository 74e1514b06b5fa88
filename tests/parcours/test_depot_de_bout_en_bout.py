"""One journey in a real browser, a real web server and a real worker: 60,000 lines deposited, 300 of them mended."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from referentiel.models import Etudiant, Inscription
from tests import fabriques
from tests.executant import Executant
from tests.parcours.depots import VERIFIER, attendre
from tests.parcours.personne import Personne
from tests.referentiel.depots import aides
from tests.serveur_web import ServeurWeb

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.navigateur, pytest.mark.service, pytest.mark.usefixtures("donnees_validees")]

LIGNES = 60_000
PAR_FAUTE = 20
MAXIMUM_MO = 20
CLE = "ABCDEFGHJKLMNPRSTUVWXYZ"

TITRES = (
    "Dossier", "INE", "Né(e) le", "Date de naissance", "Code UAI", "Date de début", "Date de fin", "Situation",
    "Régime", "COG", "Cursus", "Diplôme", "Nom", "Prénoms", "Sexe",
)  # fmt: skip
#: Title → the column by its number.
RANG = {titre: rang for rang, titre in enumerate(TITRES)}


def juste(numero: int) -> list[str]:
    """A right line: apprentices of Toulouse whom nobody knew, with three diplomas each; those of the lines to mend have
    one, so that no other line makes them known.
    """
    seul = fautive(numero) is not None
    ine = 600_000_000 + numero if seul else 700_000_000 + numero // 3
    return [
        f"D{numero:06}", f"{ine:010}{CLE[ine % 23]}", "?", "2004-03-27", aides.UAI, "2026-09-01", "2027-08-31",
        "inscrit", "RF4", "31555", "L", f"Licence {numero % 3}", "Le Goff", "Anne-Marie, Gaëlle", "F",
    ]  # fmt: skip


def en_csv(rangees: list[list[str]]) -> str:
    texte = io.StringIO(newline="")
    csv.writer(texte, delimiter=";").writerows(rangees)
    return texte.getvalue()


def _changer(titre: str, valeur: str) -> Callable[[list[str]], list[str]]:
    def changer(rangee: list[str]) -> list[str]:
        return [valeur if rang == RANG[titre] else cellule for rang, cellule in enumerate(rangee)]

    return changer


def _sans_identite(rangee: list[str]) -> list[str]:
    return [*rangee[: RANG["Nom"]], "", "", ""]


INTROUVABLE = "Aucun étudiant ne porte cet INE avec cette date de naissance"
#: Fifteen kinds of mistakes: what is done to the line, the column and the words that the report must have.
FAUTES: list[tuple[Callable[[list[str]], list[str]], str, str]] = [
    (_changer("INE", "12345"), "INE", "Valeur mal formée"),
    (_changer("Date de naissance", ""), "Date de naissance", "Valeur obligatoire, absente"),
    (_changer("Date de naissance", "2004-02-31"), "Date de naissance", "Cette date n'existe pas"),
    # Told as one with an INE that nobody bears: the difference would say which INE exist.
    (_changer("Date de naissance", "2001-01-01"), "INE", INTROUVABLE),
    (_changer("Code UAI", "0751717J"), "UAI", "Vous n'êtes pas habilité"),
    (_changer("Code UAI", "0999999Z"), "UAI", "Aucun établissement connu"),
    (_changer("Date de début", "1er septembre"), "Date de début d'inscription", "Valeur mal formée"),
    (_changer("Date de fin", "2026-01-01"), "Date de fin d'inscription", ""),
    (_changer("Situation", "parti"), "Statut", "Valeur non prévue"),
    (_changer("Régime", "RF9"), "Régime", "Valeur non prévue"),
    (_changer("COG", "31999"), "Code commune", "Ce code ne désigne aucune commune connue"),
    (_changer("Cursus", "X"), "Cursus", "Valeur non prévue"),
    (_changer("Diplôme", "=" + "x" * 300), "Diplôme", "Valeur trop longue"),
    (lambda rangee: [*rangee, "en trop"], "Toute la ligne", "Nombre de cellules"),
    (_sans_identite, "INE", INTROUVABLE),
]


def fautive(numero: int) -> int | None:
    """The mistake of a line, if it has one: 300 of them, spread all over the file."""
    pas = LIGNES // (len(FAUTES) * PAR_FAUTE)
    return numero // pas % len(FAUTES) if numero % pas == 0 else None


@pytest.fixture
def fichier(tmp_path: Path) -> Path:
    rangees = [list(TITRES)]
    for numero in range(LIGNES):
        faute = fautive(numero)
        rangees.append(juste(numero) if faute is None else FAUTES[faute][0](juste(numero)))
    chemin = tmp_path / "rentrée 2026.csv"
    chemin.write_text(en_csv(rangees), encoding="cp1252")
    return chemin


@pytest.fixture
def adresse(courtier: str, tmp_path: Path) -> Iterator[str]:
    with (
        ServeurWeb(
            processus=1,
            journal=tmp_path / "web.log",
            BROKER_URL=courtier,
            DEPOT_TAILLE_MAX_MO=str(MAXIMUM_MO),
        ) as web,
        Executant(courtier, tmp_path / "executant.log"),
    ):
        yield f"http://127.0.0.1:{web.port}"


@pytest.fixture
def farid(navigateur: "Browser", adresse: str) -> Iterator[Personne]:
    """The registrar of Toulouse, signed in."""
    toulouse = fabriques.etablissement(uai=aides.UAI, code_commune="31555", academie="Toulouse")
    fabriques.etablissement(uai="0751717J")
    # Known students, whose birth dates some lines get wrong.
    connus = [juste(numero) for numero in range(LIGNES) if fautive(numero) == 3]
    Etudiant.objects.bulk_create(
        Etudiant(
            ine=rangee[RANG["INE"]],
            nom_naissance="Le Goff",
            prenoms=["Anne-Marie", "Gaëlle"],
            sexe="F",
            date_naissance=rangee[RANG["Date de naissance"]],
        )
        for rangee in connus
    )
    client = Client()
    client.force_login(aides.gestionnaire(toulouse))
    with Personne(navigateur, adresse, "farid") as personne:
        temoin = client.cookies["sessionid"].value
        personne.contexte.add_cookies([{"name": "sessionid", "value": temoin, "url": adresse}])
        yield personne


def test_a_manager_deposits_sixty_thousand_lines_with_three_hundred_to_correct(
    farid: Personne, fichier: Path, tmp_path: Path
) -> None:
    _etre_refuse(farid, tmp_path)
    _envoyer(farid, fichier, vue=True)
    _choisir_les_colonnes(farid)
    vus = attendre(farid, "Résultat de l'essai")
    # The bar moved while the work went on.
    assert len({valeur for valeur in vus if 0 < valeur < 100}) >= 2, vus
    assert vus == sorted(vus)
    farid.regarde("essai")
    assert not Inscription.objects.exists()

    farid.suit("Enregistrer les 59\xa0700 lignes valides")
    farid.regarde("enregistrer")
    farid.presse("Oui, enregistrer les 59\xa0700 lignes valides")
    attendre(farid, "Terminé, avec rejets")
    farid.lit("59\xa0700 lignes enregistrées, 300 à corriger")
    farid.regarde("rapport")
    _verifier_les_motifs(farid)
    assert Inscription.objects.count() == LIGNES - 300

    with farid.page.expect_download() as attendu:
        farid.suit("Télécharger les lignes rejetées")
    rejets = tmp_path / "rejets.csv"
    attendu.value.save_as(rejets)
    assert re.fullmatch(r"rejets-rentree-2026-\d{4}-\d\d-\d\d\.csv", attendu.value.suggested_filename)
    _corriger(rejets)

    farid.suit("Déposer le fichier corrigé")
    _envoyer(farid, rejets)
    # Same titles, same choices: nothing to say again.
    farid.lit("Ce que vous aviez choisi pour un fichier précédent est repris")
    farid.presse(VERIFIER)
    attendre(farid, "Résultat de l'essai")
    farid.lit("Toutes les lignes sont valides")
    # By keyboard: the first button, then the confirmation.
    farid.page.get_by_role("link", name="Enregistrer les 300 lignes valides").focus()
    farid.page.keyboard.press("Enter")
    bouton = farid.page.get_by_role("button", name="Oui, enregistrer les 300 lignes valides")
    bouton.wait_for()
    for _ in range(40):
        farid.page.keyboard.press("Tab")
        if bouton.evaluate("e => e === document.activeElement"):
            break
    farid.page.keyboard.press("Enter")
    attendre(farid, "Terminé —")
    farid.lit("300 lignes enregistrées")
    farid.regarde("rapport-corrige")
    _verifier_le_referentiel()

    farid.va("/gestion/depots")
    farid.lit("2 dépôts, du plus récent au plus ancien")
    farid.regarde("historique")
    assert farid.plaintes == []


#: A file let fall on the zone, as a browser makes it.
GLISSER = """(zone, nom) => {
    const transfert = new DataTransfer();
    transfert.items.add(new File(["%PDF-1.7"], nom));
    zone.dispatchEvent(new DragEvent("drop", { dataTransfer: transfert, bubbles: true, cancelable: true }));
}"""


def _etre_refuse(farid: Personne, tmp_path: Path) -> None:
    """What is wrong is said beside the field, before the sending or after it."""
    gros = tmp_path / "gros.csv"
    gros.write_bytes(b"x" * ((MAXIMUM_MO << 20) + 1))
    farid.va("/gestion/depots/nouveau")
    farid.presse("Envoyer le fichier")
    farid.lit("Choisissez un fichier")
    farid.page.set_input_files("#fichier", gros)
    farid.lit(f"la limite est de {MAXIMUM_MO} Mo")
    farid.page.locator("[data-zone]").evaluate(GLISSER, "releve.pdf")
    farid.lit("releve.pdf")
    farid.presse("Envoyer le fichier")
    farid.lit("Ce fichier est un PDF. Déposez un fichier CSV, .xlsx ou .ods.")
    farid.regarde("refus")
    # Chromium reports the answers that refuse.
    farid.plaintes = [plainte for plainte in farid.plaintes if "status of 422" not in plainte]


def _envoyer(farid: Personne, fichier: Path, *, vue: bool = False) -> None:
    farid.va("/gestion/depots/nouveau")
    farid.page.set_input_files("#fichier", fichier)
    farid.lit(fichier.name)
    if vue:
        farid.regarde("envoi")
    farid.presse("Envoyer le fichier")
    attendre(farid, "Vérifier les colonnes")


def _choisir_les_colonnes(farid: Personne) -> None:
    farid.lit("Colonne obligatoire absente : « Statut » (statut).")
    ligne = farid.page.get_by_role("row", name="Situation")
    ligne.get_by_role("combobox").select_option("statut")
    farid.lit("Windows-1252 (Latin-1)")
    farid.page.locator("summary", has_text="premières lignes").click()
    farid.regarde("colonnes")
    # « Né(e) le » holds question marks: the other column says the same, rightly.
    farid.page.get_by_role("row", name="Né(e) le").get_by_role("combobox").select_option("")
    farid.presse(VERIFIER)


def _verifier_les_motifs(farid: Personne) -> None:
    """Each mistake is counted twenty times, with the right column; two of them have the same reason."""
    lignes: list[list[str]] = (
        farid.page.locator("table", has_text="Raisons des rejets")
        .locator("tbody tr")
        .evaluate_all("lignes => lignes.map(l => [...l.children].map(c => c.innerText.trim()))")
    )
    attendus = Counter((colonne, mots) for _, colonne, mots in FAUTES)
    assert len(lignes) == len(attendus)
    for (colonne, mots), fois in attendus.items():
        nombre = str(PAR_FAUTE * fois)
        trouves = [ligne for ligne in lignes if ligne[0] == colonne and mots in ligne[1]]
        assert [ligne[2] for ligne in trouves] in ([nombre], [nombre] * 2), (colonne, mots, lignes)


def _corriger(chemin: Path) -> None:
    """As the registrar's software would: each line of the report, found by its own file number, written right."""
    texte = chemin.read_text(encoding="utf-8-sig")
    entete, *rangees = csv.reader(io.StringIO(texte, newline=""), delimiter=";")
    assert entete == [*TITRES, "erreurs"]
    assert len(rangees) == len(FAUTES) * PAR_FAUTE
    assert not any(cellule.startswith("=") for rangee in rangees for cellule in rangee)
    corriges = [[*juste(int(rangee[0][1:])), rangee[len(TITRES)]] for rangee in rangees]
    chemin.write_text(en_csv([entete, *corriges]), encoding="utf-8")


def _verifier_le_referentiel() -> None:
    """All there, none twice."""
    lignes = map(juste, range(LIGNES))
    attendues = {(ligne[RANG["INE"]], ligne[RANG["Diplôme"]]) for ligne in lignes}
    lues: list[Any] = list(Inscription.objects.values_list("etudiant__ine", "diplome"))
    assert len(lues) == len(attendues) == LIGNES
    assert set(lues) == attendues
    assert Etudiant.objects.count() == len({ine for ine, _ in attendues})
