"""A draft that saves itself while people type as people do: slowly, by pasting, with corrections, on a bad line.

Only another window's change is another window's change.
"""

import datetime
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from habilitations.models import ContactDeDemande, Demande
from tests.habilitations import scenes

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]

ENREGISTRE = re.compile(r"^Brouillon enregistré à \d+ h \d\d$")


def valeur(demande: Demande, champ: str) -> Any:
    role, tiret, nom = champ.partition("-")
    if tiret:
        return getattr(ContactDeDemande.objects.get(demande=demande, role=role), nom)
    return getattr(Demande.objects.get(pk=demande.pk), champ)


def champ_de(page: Any, nom: str) -> Any:
    return page.locator(f"[id='id_{nom}']")


def perdre_la_reponse(route: Any) -> None:
    """The server does what it is asked, and its answer does not arrive."""
    # Closed at once: the server's thread would keep its database session as long as the connection.
    route.fetch(headers={**route.request.headers, "connection": "close"})
    route.abort()


def pause(page: Any, geste: Any) -> dict[str, Any]:
    """What is done, then the answer to the save that follows it."""
    with page.expect_response(lambda reponse: reponse.request.method == "POST") as recue:
        geste()
    reponse: dict[str, Any] = recue.value.json()
    return reponse


@pytest.mark.parametrize(
    ("type_", "etape", "champ", "frappe", "attendu"),
    [
        ("lecture", "organisation", "demandeur_telephone", ("01 23", " 45 67 89"), "01 23 45 67 89"),
        ("lecture", "organisation", "demandeur_telephone", ("0", "1", ".23.45.67.89"), "01.23.45.67.89"),
        ("lecture", "projet", "volume_annuel", ("-", "5", "\b\b5000"), 5000),
        ("lecture", "projet", "volume_annuel", ("5e", "\b0"), 50),
        ("lecture", "donnees", "conservation_mois", ("0", "6"), 6),
        ("lecture", "donnees", "conservation_mois", ("1300", "\b\b"), 13),
        ("lecture", "cadre", "cadre_url", ("https:", "//", "exemple.fr/arrete"), "https://exemple.fr/arrete"),
        ("lecture", "personnes", "dpd-courriel", ("dpd@", "ville", ".fr"), "dpd@ville.fr"),
        ("lecture", "personnes", "technique-telephone", ("06", " 00 00 00 0", "1"), "06 00 00 00 01"),
        ("franceconnect", "franceconnect", "fc_client_id", ("cli", "ent-7"), "client-7"),
        ("ecriture", "etablissements", "logiciel", ("Apo", "gée"), "Apogée"),
    ],
)
def test_whoever_types_slowly_is_saved_and_never_accused(
    ouvrir: Any, type_: str, etape: str, champ: str, frappe: tuple[str, ...], attendu: Any
) -> None:
    demande = scenes.brouillon(type_=type_)
    page = ouvrir(demande.demandeur, f"/demandes/{demande.pk}/etapes/{etape}")
    saisie = champ_de(page, champ)
    saisie.fill("")
    saisie.focus()

    def taper(suite: str) -> None:
        for lettre in suite:
            page.keyboard.press("Backspace") if lettre == "\b" else page.keyboard.type(lettre)

    for suite in frappe:
        reponse = pause(page, lambda suite=suite: taper(suite))
        assert reponse["conflits"] == []
        # Nothing is said of the field in which one still is.
        expect(page.locator("#etat-brouillon")).to_have_text(ENREGISTRE)
    assert reponse["erreurs"] == {}
    assert valeur(demande, champ) == attendu
    page.get_by_role("button", name="Enregistrer et quitter").click()
    page.wait_for_url("**/demandes")
    assert valeur(demande, champ) == attendu


def test_a_date_half_typed_is_no_empty_date(ouvrir: Any) -> None:
    demande = scenes.brouillon(date_prevue=datetime.date(2027, 3, 4))
    page = ouvrir(demande.demandeur, f"/demandes/{demande.pk}/etapes/projet")
    saisie, etat = champ_de(page, "date_prevue"), page.locator("#etat-brouillon")
    saisie.focus()
    reponse = pause(page, lambda: page.keyboard.press("Backspace"))
    assert saisie.evaluate("champ => champ.validity.badInput")
    assert (list(reponse["erreurs"]), reponse["conflits"]) == (["date_prevue"], [])
    expect(etat).to_have_text(ENREGISTRE)
    assert valeur(demande, "date_prevue") == datetime.date(2027, 3, 4)
    # Left so: it is told, and by a button too, rather than forgotten.
    pause(page, lambda: page.get_by_label("Intitulé du projet").focus())
    expect(etat).to_contain_text("Cette date n'existe pas")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.locator("#erreurs")).to_contain_text("Date prévue de mise en service")
    assert valeur(demande, "date_prevue") == datetime.date(2027, 3, 4)
    # The same day and month, so that neither order of the two matters.
    saisie.focus()
    assert pause(page, lambda: page.keyboard.type("09092027"))["erreurs"] == {}
    assert valeur(demande, "date_prevue") == datetime.date(2027, 9, 9)
    ouvrir.plaintes.clear()  # the refused form answers 422, which the console tells


def test_what_is_pasted_with_spaces_and_capitals_then_corrected_is_one_window_s_work(ouvrir: Any) -> None:
    demande = scenes.brouillon()
    page = ouvrir(demande.demandeur, f"/demandes/{demande.pk}/etapes/personnes")
    saisie = champ_de(page, "dpd-courriel")
    for colle, attendu in (
        ("  DPD@Ville.FR ", "dpd@ville.fr"),
        ("dpd@ville.fr;", "dpd@ville.fr"),
        ("protection@ville.fr", "protection@ville.fr"),
    ):
        saisie.select_text()
        assert pause(page, lambda colle=colle: page.keyboard.insert_text(colle))["conflits"] == []
        assert valeur(demande, "dpd-courriel") == attendu
    expect(page.locator("#etat-brouillon")).to_have_text(ENREGISTRE)


def test_saving_and_submission_say_which_of_the_three_addresses_is_wrong(ouvrir: Any) -> None:
    demande = scenes.brouillon()
    page = ouvrir(demande.demandeur, f"/demandes/{demande.pk}/etapes/personnes")
    etat = page.locator("#etat-brouillon")
    saisie = champ_de(page, "technique-courriel")
    saisie.fill("alex@")
    pause(page, lambda: page.keyboard.press("Tab"))
    expect(etat).to_contain_text("sauf ce qui suit. Contact technique, adresse e-mail :")
    expect(etat).not_to_contain_text("Délégué")
    expect(etat).not_to_contain_text("Responsable")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    erreurs = page.locator("#erreurs")
    expect(erreurs).to_contain_text("Un point est à corriger")
    expect(erreurs).to_contain_text("Contact technique : adresse e-mail :")
    expect(erreurs).not_to_contain_text("Délégué")
    erreurs.get_by_role("link").click()
    expect(saisie).to_be_focused()
    ouvrir.plaintes.clear()  # the refused form answers 422, which the console tells


def test_what_lacks_of_three_persons_is_three_lines_that_vanish_as_they_are_filled(ouvrir: Any) -> None:
    demande = scenes.brouillon()
    demande.contacts.all().delete()
    page = ouvrir(demande.demandeur, f"/demandes/{demande.pk}/etapes/personnes?verifier=1")
    erreurs = page.locator("#erreurs")
    expect(erreurs).to_contain_text("3 points sont à corriger")
    lignes = erreurs.locator(":scope > ul > li")
    expect(lignes).to_have_text([
        re.compile(rf"^\s*{qui}, à compléter\s:\s+prénom\s+nom\s+fonction\s+adresse e-mail\s+téléphone\s*$")
        for qui in ("Responsable de traitement", "Délégué à la protection des données", "Contact technique")
    ])  # fmt: skip
    lignes.nth(2).get_by_role("link", name="téléphone").click()
    expect(champ_de(page, "technique-telephone")).to_be_focused()
    pause(page, lambda: page.keyboard.type("0600000001"))
    expect(lignes.nth(2)).not_to_contain_text("téléphone")
    page.get_by_role("button", name="C'est moi : contact technique").click()
    expect(lignes).to_have_count(2)
    expect(erreurs).to_contain_text("2 points sont à corriger")


def test_a_save_whose_answer_is_lost_accuses_nobody(ouvrir: Any) -> None:
    demande = scenes.brouillon(intitule="Au départ")
    page = ouvrir(demande.demandeur, f"/demandes/{demande.pk}/etapes/projet")
    page.clock.install()
    etat, saisie = page.locator("#etat-brouillon"), champ_de(page, "intitule")
    pertes = ["perdue", "panne"]

    def perdre(route: Any) -> None:
        """The first is done and its answer does not arrive, the second meets a server that is away."""
        if route.request.method != "POST" or not pertes:
            return route.continue_()
        if pertes.pop(0) == "perdue":
            return perdre_la_reponse(route)
        return route.fulfill(status=503, body="<p>Maintenance</p>")

    page.route("**/etapes/projet", perdre)
    saisie.fill("Tarif")
    page.clock.run_for(2_000)
    expect(etat).to_contain_text("Enregistrement impossible pour l'instant")
    assert valeur(demande, "intitule") == "Tarif"
    saisie.fill("Tarif étudiant")
    page.clock.run_for(2_000)
    expect(etat).to_contain_text("Enregistrement impossible pour l'instant")
    # Tried again by itself; taken back to what it was before, it is what the person wants.
    saisie.fill("Au départ")
    reponse = pause(page, lambda: page.clock.run_for(20_000))
    assert reponse["conflits"] == []
    expect(etat).to_have_text(ENREGISTRE)
    assert valeur(demande, "intitule") == "Au départ"
    assert not pertes
    ouvrir.plaintes.clear()  # Chromium itself reports the lost answers


def test_after_a_lost_answer_another_window_s_change_is_still_a_conflict(ouvrir: Any) -> None:
    demande = scenes.brouillon()
    page = ouvrir(demande.demandeur, f"/demandes/{demande.pk}/etapes/projet")
    autre = page.context.new_page()
    autre.goto(page.url)
    page.route("**/etapes/projet", perdre_la_reponse, times=1)
    champ_de(page, "intitule").fill("De la première")
    expect(page.locator("#etat-brouillon")).to_contain_text("Enregistrement impossible")
    autre.reload()
    pause(autre, lambda: champ_de(autre, "intitule").fill("De la seconde"))
    reponse = pause(page, lambda: champ_de(page, "intitule").fill("De la première encore"))
    assert reponse["conflits"] == ["intitule"]
    expect(page.locator("#etat-brouillon")).to_contain_text("modifiée dans une autre fenêtre")
    assert valeur(demande, "intitule") == "De la seconde"
    ouvrir.plaintes.clear()  # the lost answer, and 409
