"""The pages of deposits in every state: what each shows, what it offers, what it refuses."""

import csv
import io
import re

import pytest

from referentiel.imports.depots import conduite
from referentiel.models import Inscription, Lot
from referentiel.nomenclatures import EtatLot
from tests import fabriques
from tests.portail.pages import lire
from tests.referentiel.depots import aides
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, traiter

pytestmark = pytest.mark.django_db

#: State → what the page says, the acts that it offers.
ECRANS = {
    "analyse_en_attente": ("Étape 2 sur 4", {"abandonner"}),
    "analyse_en_cours": ("Analyse en cours", {"abandonner"}),
    "a_confirmer": ("Étape 2 sur 4", {"verifier", "abandonner"}),
    "essai_en_attente": ("En attente : le travail commence dès que possible.", {"abandonner"}),
    "essai_en_cours": ("Rien n'est enregistré", {"abandonner"}),
    "essaye": ("Enregistrer la ligne valide", {"enregistrer", "abandonner", "rejets"}),
    "en_attente": ("Étape 4 sur 4", {"abandonner"}),
    "en_cours": ("Les lignes valides sont enregistrées toutes ensemble", set()),
    "termine": ("1 ligne enregistrée, 1 à corriger", {"retirer", "rejets"}),
    "echec": ("rien n'est enregistré", set()),
    "annule": ("le contenu du fichier est effacé", set()),
    "retrait_en_attente": ("Annuler le retrait", {"abandonner"}),
    "retrait_en_cours": ("Retrait en cours", set()),
    "retire": ("1 inscription supprimée", {"rejets"}),
}


@pytest.fixture(autouse=True)
def toulouse():
    return fabriques.etablissement(uai=aides.UAI, code_commune="31555")


@pytest.fixture
def compte(toulouse):
    return aides.gestionnaire(toulouse)


@pytest.fixture
def client(compte):
    return aides.connecte(compte)


def en(etat, compte):
    return aides.annule(compte=compte) if etat == "annule" else aides.lot_en(etat, compte=compte)


def adresse(lot, suite=""):
    return f"/gestion/depots/{lot.cle}" + (f"/{suite}" if suite else "")


def offerts(page, lot):
    cibles = page.liens() + [form.get("action", "") for form in page.tous("form")]
    return {
        cible.removeprefix(adresse(lot) + "/") for cible in cibles if cible.startswith(adresse(lot) + "/")
    }


def test_each_state_is_in_the_table():
    assert set(ECRANS) == {*EtatLot.values, "essaye"}


@pytest.mark.parametrize("etat", ECRANS)
def test_each_state_has_its_screen(client, compte, etat):
    lot = en(etat, compte)
    response = client.get(adresse(lot))
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    page = lire(response)
    phrase, actes = ECRANS[etat]
    assert phrase in page.texte
    assert offerts(page, lot) == actes
    assert len(page.tous("h1")) == 1
    assert not re.search(r"\bNone\b|\bTrue\b|\bFalse\b|error|warning", page.texte)


@pytest.mark.parametrize("etat", ECRANS)
def test_what_is_no_longer_possible_leads_back_to_the_deposit(client, compte, etat):
    """Whatever tab or bookmark it comes from: no act does what its state does not allow, and it says so."""
    lot = en(etat, compte)
    possibles = ECRANS[etat][1] | ({"verifier"} if etat == "essaye" else set())
    for acte in {"enregistrer", "abandonner", "retirer", "verifier"} - possibles:
        if acte != "verifier":
            assert client.get(adresse(lot, acte)).status_code == 302
        response = client.post(adresse(lot, acte), {"compris": "oui"}, follow=True)
        assert response.status_code == 200
        assert response.redirect_chain == [(adresse(lot), 302)]
        assert lire(response).tous("div", role="alert")
        assert Lot.objects.get(pk=lot.pk).etat == lot.etat
    telecharge = client.get(adresse(lot, "rejets"))
    assert telecharge.status_code == (200 if "rejets" in ECRANS[etat][1] else 404)


@pytest.mark.parametrize("etat", ECRANS)
def test_progress_can_be_followed(client, compte, etat):
    suivi = client.get(adresse(en(etat, compte), "avancement")).json()
    assert suivi["fini"] == (
        etat not in {"en_attente", "en_cours"} and not etat.startswith(("analyse_", "essai_", "retrait_"))
    )
    assert suivi["annulable"] == (not suivi["fini"] and "abandonner" in ECRANS[etat][1])
    assert (suivi["pourcentage"] == 100) == suivi["fini"]


def test_progress_counts_the_lines_read(client, compte):
    lot = en("essai_en_cours", compte)
    Lot.objects.filter(pk=lot.pk).update(lignes=60_000, lignes_lues=30_000)
    suivi = client.get(adresse(lot, "avancement")).json()
    assert suivi["pourcentage"] == 45
    assert suivi["detail"].replace("\xa0", " ") == "30 000 lignes lues sur environ 60 000."
    Lot.objects.filter(pk=lot.pk).update(lignes_lues=70_000)
    suivi = client.get(adresse(lot, "avancement")).json()
    assert suivi["pourcentage"] == 90
    assert "Comparaison" in suivi["detail"]


def test_a_manager_goes_from_a_file_to_its_withdrawal_by_the_forms(client, compte):
    """Sign by sign: send, name a column, dry run, record, rejects, correct them, send again, withdraw."""
    octets = en_csv(aides.lignes()).replace(b"statut", b"Quoi")
    response = client.post("/gestion/depots/nouveau", {"fichier": aides.fichier(octets, "l'été.csv")})
    lot = Lot.objects.get()
    assert response.headers["Location"] == adresse(lot)
    assert (lot.etat, lot.canal, lot.uais, lot.compte, lot.nom_fichier) == (
        "analyse_en_attente", "fichier", [aides.UAI], compte, "l'été.csv",
    )  # fmt: skip

    assert "Analyse en attente" in lire(client.get(adresse(lot))).texte
    traiter(lot)
    page = lire(client.get(adresse(lot)))
    assert "Colonne obligatoire absente : « Statut »" in page.texte
    assert "point-virgule" in page.texte
    # Without the column, nothing starts.
    client.post(adresse(lot, "verifier"), {"option": "valides"})
    assert Lot.objects.get().etat == "a_confirmer"
    client.post(adresse(lot, "verifier"), {"c5": "statut", "option": "valides"})
    lot.refresh_from_db()
    assert (lot.etat, lot.colonnes) == ("essai_en_attente", {"Quoi": "statut"})

    traiter(lot)
    texte = lire(client.get(adresse(lot))).texte
    assert "1 ligne à corriger" in texte
    assert "Valeur non prévue. Attendu : admis (ou 1), inscrit (ou 2)." in texte
    assert "31/02/2004" in texte
    assert not Inscription.objects.exists()
    texte = lire(client.get(adresse(lot, "enregistrer"))).texte
    assert "1 inscription sera créée. 1 étudiant encore inconnu sera créé. 1 ligne rejetée" in texte
    client.post(adresse(lot, "enregistrer"))
    traiter(lot)
    assert Inscription.objects.count() == 1

    telecharge = client.get(adresse(lot, "rejets"))
    assert 'filename="rejets-lete-' in telecharge.headers["Content-Disposition"]
    texte = telecharge.getvalue().decode("utf-8-sig")
    (rejet,) = csv.DictReader(io.StringIO(texte, newline=""), delimiter=";")
    assert (rejet["Quoi"], rejet["erreurs"][:8]) == ("parti", "ligne 3 ")
    assert rejet["dateNaissance"] == "2004-02-31"

    corrige = texte.replace("parti", "admis").replace("2004-02-31", "2004-02-28").encode()
    client.post("/gestion/depots/nouveau", {"fichier": aides.fichier(corrige, "rejets.csv")})
    second = traiter(Lot.objects.latest("pk"))
    texte = lire(client.get(adresse(second))).texte
    assert "pour un fichier précédent est repris" in texte  # its title is still the odd one
    assert "Colonne obligatoire absente" not in texte
    client.post(adresse(second, "verifier"), {"c5": "statut"})
    traiter(second)
    assert lire(client.get(adresse(second))).texte.count("Aucun étudiant ne porte cet INE") == 2  # sum, line

    # Withdrawn only when the box is ticked.
    refuse = client.post(adresse(lot, "retirer"))
    assert refuse.status_code == 422
    assert "Cochez la case" in lire(refuse).texte
    client.post(adresse(lot, "retirer"), {"compris": "oui"})
    traiter(lot)
    assert (lot.etat, lot.retire_par) == ("retire", compte)
    assert not Inscription.objects.exists()


def test_all_or_nothing_does_not_offer_to_save(client, compte):
    lot = aides.lot_en("a_confirmer", compte=compte)
    client.post(adresse(lot, "verifier"), {"option": "tout-ou-rien"})
    traiter(lot)
    page = lire(client.get(adresse(lot)))
    assert "Rien ne serait enregistré" in page.texte
    assert "enregistrer" not in offerts(page, lot)
    # Taking the valid lines after all asks for another dry run.
    assert page.tous("a", href=f"{adresse(lot)}?etape=colonnes")
    client.post(adresse(lot, "verifier"), {"option": "valides"})
    traiter(lot)
    assert "enregistrer" in offerts(lire(client.get(adresse(lot))), lot)


def test_a_faultless_file_says_what_it_would_do(client, compte):
    octets = en_csv([aides.lignes()[0]])
    lot = aides.lot_en("essaye", compte=compte, octets=octets)
    assert "Toutes les lignes sont valides" in lire(client.get(adresse(lot))).texte
    client.post(adresse(lot, "enregistrer"))
    traiter(lot)
    page = lire(client.get(adresse(lot)))
    assert "1 ligne enregistrée" in page.texte
    assert "rejets" not in offerts(page, lot)

    # The same lines again: nothing to record, only to confirm.
    lot = aides.lot_en("essaye", compte=compte, octets=octets)
    page = lire(client.get(adresse(lot)))
    assert "Rien à enregistrer" in page.texte
    assert "Enregistrer la ligne valide" not in page.texte
    confirmation = lire(client.get(adresse(lot, "enregistrer"))).texte
    assert "Les administrations habilitées" not in confirmation
    client.post(adresse(lot, "enregistrer"))
    traiter(lot)
    page = lire(client.get(adresse(lot)))
    assert "Rien n'a changé" in page.texte
    assert offerts(page, lot) == set()


def test_a_file_deposited_already_is_told(client, compte):
    premier = aides.lot_en("termine", compte=compte)
    second = aides.lot_en("a_confirmer", compte=compte)
    page = lire(client.get(adresse(second)))
    assert "Ce fichier a déjà été déposé" in page.texte
    assert adresse(premier) in page.liens()


def test_an_interrupted_dry_run_is_told_with_its_reason(client, compte):
    lot = aides.lot_en("essai_en_attente", compte=compte)
    from referentiel.models import FragmentDeLot

    FragmentDeLot.objects.filter(lot=lot).update(contenu=b"%PDF-1.7")
    traiter(lot)
    texte = lire(client.get(adresse(lot))).texte
    assert "n'a pas pu aller à son terme" in texte
    assert "PDF" in texte


def test_an_effaced_content_is_not_offered(client, compte):
    from referentiel.imports.depots.entretien import effacer

    lot = aides.lot_en("termine", compte=compte)
    effacer(lot)
    page = lire(client.get(adresse(lot)))
    assert "n'est plus conservé" in page.texte
    assert offerts(page, lot) == {"retirer"}
    assert client.get(adresse(lot, "rejets")).status_code == 404


def test_a_batch_of_the_api_is_read_and_withdrawn_without_preview(client):
    octets = en_csv(aides.lignes())
    lot = deposer_octets(octets, uais=[aides.UAI])
    Lot.objects.filter(pk=lot.pk).update(canal="api", nom_fichier="")
    traiter(lot)
    page = lire(client.get(adresse(lot)))
    assert "par API d'écriture" in page.texte
    assert offerts(page, lot) == {"retirer", "rejets"}
    client.post(adresse(lot, "retirer"), {"compris": "oui"})
    assert Lot.objects.get().etat == "retrait_en_attente"
    # One that waits for its command shows no preview, and cannot be checked as a file is.
    attente = deposer_octets(octets, uais=[aides.UAI], etat=EtatLot.A_CONFIRMER)
    Lot.objects.filter(pk=attente.pk).update(canal="commande")
    assert offerts(lire(client.get(adresse(attente))), attente) == set()
    assert client.post(adresse(attente, "verifier")).status_code == 404


def test_a_waiting_withdrawal_can_be_cancelled(client, compte):
    lot = aides.lot_en("retrait_en_attente", compte=compte)
    assert "il n'aura pas lieu" in lire(client.get(adresse(lot, "abandonner"))).texte
    client.post(adresse(lot, "abandonner"))
    lot.refresh_from_db()
    assert lot.etat == "termine"
    assert Inscription.objects.count() == 1


def test_thousands_of_rejects_are_read_by_pages(client, compte):
    fautes = [champs(ine=f"{n:010}A", statut="parti") for n in range(40)]
    lot = aides.lot_en("essaye", compte=compte, octets=en_csv(fautes))
    premiere = lire(client.get(adresse(lot)))
    assert "1 / 2" in premiere.texte
    assert "?page=2#lignes" in premiere.liens()
    seconde = lire(client.get(adresse(lot) + "?page=2"))
    assert ("Ligne 26" in seconde.texte, "Ligne 27" in seconde.texte) == (False, True)
    assert seconde.texte.count("parti") == 15
    assert lire(client.get(adresse(lot) + "?page=99")).texte.count("parti") == 15


def test_a_thousand_columns_can_be_chosen(client, compte):
    titres = [f"x{n}" for n in range(994)] + list(champs())
    ligne = ["?"] * 994 + list(champs().values())
    octets = "\n".join(";".join(rangee) for rangee in (titres, ligne)).encode()
    lot = aides.lot_en("a_confirmer", compte=compte, octets=octets)
    page = lire(client.get(adresse(lot)))
    choix = {select["name"]: "" for select in page.tous("select") if re.fullmatch("c[0-9]+", select["name"])}
    assert len(choix) == 1000
    choix |= {f"c{994 + rang}": nom for rang, nom in enumerate(champs())}
    client.post(adresse(lot, "verifier"), choix | {"option": "valides"})
    assert Lot.objects.get().etat == "essai_en_attente"


def test_a_field_that_does_not_exist_is_refused(client, compte):
    lot = aides.lot_en("a_confirmer", compte=compte)
    response = client.post(adresse(lot, "verifier"), {"c0": "mot_de_passe"}, follow=True)
    assert "rechargez la page" in lire(response).texte
    assert Lot.objects.get().etat == "a_confirmer"


def test_what_a_file_writes_does_not_become_html(client, compte):
    poison = "<script>alert(1)</script>"
    octets = en_csv([champs(statut=poison)]).replace(b"cursus", poison.encode())
    lot = conduite.recevoir(
        contenu=[octets], nom_fichier=f"{poison}.csv", uais=[aides.UAI], compte_id=compte.pk
    )
    traiter(lot)
    assert poison not in client.get(adresse(lot)).content.decode()
    client.post(adresse(lot, "verifier"), {"option": "valides"})
    traiter(lot)
    contenu = client.get(adresse(lot)).content.decode()
    assert "&lt;script&gt;alert" in contenu
    assert poison not in contenu
    assert poison not in client.get("/gestion/depots").content.decode()
    assert client.get(adresse(lot, "rejets")).headers["Content-Disposition"].isascii()


# --- the history


def test_an_empty_history_explains_what_to_do(client):
    texte = lire(client.get("/gestion/depots")).texte
    assert "Aucun dépôt pour l'instant" in texte
    assert "Déposer un fichier" in texte


def test_history_is_filtered_and_paged(client, compte):
    for etat in ("a_confirmer", "essai_en_cours", "termine", "echec"):
        en(etat, compte)
    Lot.objects.filter(etat="termine").update(canal="api", nom_fichier="")
    texte = lire(client.get("/gestion/depots")).texte
    assert "4 dépôts, du plus récent au plus ancien" in texte
    assert all(mot in texte for mot in ("À confirmer", "Essai en cours", "Terminé, avec rejets", "Échec"))
    for filtre, attendu in {
        "etat=a-confirmer": 1, "etat=en-cours": 1, "etat=termines": 1, "etat=echecs": 1, "etat=abandonnes": 0,
        "canal=api": 1, "canal=fichier": 3, "canal=fichier&etat=termines": 0, "etat=nimporte": 4, "canal=x": 4,
    }.items():  # fmt: skip
        page = lire(client.get(f"/gestion/depots?{filtre}"))
        assert (
            len([lien for lien in page.liens() if re.search(r"/gestion/depots/[0-9a-f-]{36}$", lien)])
            == attendu
        )
    for _ in range(25):
        en("a_confirmer", compte)
    page = lire(client.get("/gestion/depots?canal=fichier&page=2"))
    assert "2 / 2" in page.texte
    assert "?canal=fichier&page=1" in page.liens()


def test_who_has_several_establishments_chooses_one(client, toulouse):
    """By UAI, SIRET or words of its name; a deposit that may write for several is found by each."""
    paris = fabriques.etablissement(uai="0755890V", nom="Université de Paris Fictive", siret="13002526500013")
    seul, commun = (
        deposer_octets(en_csv([champs()]), uais=uais) for uais in ([aides.UAI], [aides.UAI, paris.uai])
    )
    ailleurs = fabriques.etablissement(uai="0693192J", nom="École de Lyon Fictive")
    personnes = [aides.ministere(), aides.gestionnaire(toulouse, paris)]

    def montres(qui, q):
        liens = lire(qui.get("/gestion/depots", {"q": q})).liens()
        return [lot for lot in (seul, commun) if adresse(lot) in liens]

    for qui in map(aides.connecte, personnes):
        for q in (paris.uai, paris.siret, "fictive paris"):
            assert montres(qui, q) == [commun], q
        assert montres(qui, "") == montres(qui, aides.UAI.lower()) == [seul, commun]
        assert montres(qui, ailleurs.nom) == []
        page = lire(qui.get("/gestion/depots", {"q": "aucun <b>"}))
        assert "Aucun dépôt ne correspond" in page.texte
        assert [champ["value"] for champ in page.tous("input") if champ.get("name") == "q"] == ["aucun <b>"]
    assert not [
        champ for champ in lire(client.get("/gestion/depots")).tous("input") if champ.get("name") == "q"
    ]


def test_a_deposit_of_which_nothing_was_taken_is_not_to_withdraw(client, compte):
    octets = en_csv([champs(statut="parti")])
    lot = deposer_octets(octets, uais=[aides.UAI], compte_id=compte.pk)
    traiter(lot)
    page = lire(client.get(adresse(lot)))
    assert "Rien n'a été enregistré" in page.texte
    assert offerts(page, lot) == {"rejets"}


def test_values_that_nobody_knows_are_told_before_their_lines_are_rejected(client, compte) -> None:
    lot = en("a_confirmer", compte)
    page = re.sub(r"\s+", " ", client.get(adresse(lot)).content.decode().replace("&nbsp;", " "))
    assert "Statut « parti » (1 ligne)" in page
    assert "les lignes qui la portent seront rejetées" in page
