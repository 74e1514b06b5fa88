"""What the request's form does by itself in a real Chromium; its whole journey is in `tests/parcours`."""

import os
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from habilitations.models import Demande
from tests.accessibilite import deborde, manquements
from tests.habilitations import scenes

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]

LARGEURS = (375, 1280)
#: Where to leave pictures of the pages, for whoever wants to look at them.
PHOTOS = os.environ.get("PHOTOS", "")


def verifier(page: Any, nom: str) -> None:
    """Nothing overflows, wide or narrow, and axe finds nothing."""
    # A click does not wait for the page that it leads to.
    page.wait_for_load_state("load")
    page.locator("h1, h2.fr-stepper__title").first.wait_for()
    for largeur in LARGEURS:
        assert not deborde(page, largeur), nom
        if PHOTOS:
            page.screenshot(path=f"{PHOTOS}/{nom}-{largeur}.png", full_page=True)
    assert manquements(page) == [], nom


def test_on_a_phone_the_preview_is_one_gesture_away_from_the_boxes(
    ouvrir: Any,
) -> None:
    demande = scenes.brouillon(scopes=["mesri_admission", "mesri_identite"])
    page = ouvrir(
        demande.demandeur, f"/demandes/{demande.pk}/etapes/donnees", viewport={"width": 375, "height": 800}
    )
    vers = page.get_by_role("link", name="Voir l'aperçu")
    page.locator("label[for=scope-mesri_etablissements]").click()
    expect(page.get_by_text("3 données choisies", exact=True)).to_be_in_viewport()
    expect(page.locator("#apercu-titre")).not_to_be_in_viewport()
    vers.click()
    expect(page.locator("#apercu-titre")).to_be_in_viewport()
    page.get_by_role("link", name="Revenir aux données").click()
    expect(page.locator("#scopes-legende")).to_be_in_viewport()
    for nom in ("mesri_etablissements", "mesri_identite"):
        page.locator(f"label[for=scope-{nom}]").click()
    expect(page.get_by_text("1 donnée choisie", exact=True)).to_be_in_viewport()

    justification = page.get_by_label("Justification de la durée")
    duree = page.get_by_label("Durée de conservation, en mois")
    expect(justification).to_be_hidden()
    duree.fill("37")
    expect(justification).to_be_visible()
    verifier(page, "31-longue-duree")
    duree.fill("36")
    expect(justification).to_be_hidden()
    # What has been written stays in sight, whatever the duration becomes.
    duree.fill("48")
    justification.fill("Délai de recours")
    duree.fill("12")
    expect(justification).to_be_visible()


def test_of_two_windows_the_second_is_warned_and_keeps_what_was_typed(ouvrir: Any) -> None:
    demande = scenes.brouillon()
    chemin = f"/demandes/{demande.pk}/etapes/projet"
    une = ouvrir(demande.demandeur, chemin)
    autre = une.context.new_page()
    autre.goto(une.url)
    une.get_by_label("Intitulé du projet").fill("Écrit dans la première")
    une.get_by_text(re.compile(r"Brouillon enregistré à \d+ h \d\d")).wait_for()
    autre.get_by_label("Intitulé du projet").fill("Écrit dans la seconde")
    autre.get_by_text("Cette étape a été modifiée dans une autre fenêtre", exact=False).wait_for()
    assert Demande.objects.get(pk=demande.pk).intitule == "Écrit dans la première"
    autre.get_by_role("button", name="Enregistrer et continuer").click()
    autre.get_by_text("Un point est à corriger").wait_for()
    assert autre.get_by_label("Intitulé du projet").input_value() == "Écrit dans la seconde"
    verifier(autre, "30-conflit")
    autre.get_by_role("button", name="Enregistrer et continuer").click()
    autre.wait_for_url("**/etapes/donnees")
    assert Demande.objects.get(pk=demande.pk).intitule == "Écrit dans la seconde"
    ouvrir.plaintes.clear()  # Chromium itself reports the answers 409 and 422


def test_what_is_typed_during_a_save_is_saved_too(ouvrir: Any) -> None:
    """The first save is held on its way; what is typed meanwhile is saved after it, without another keystroke."""
    demande = scenes.brouillon()
    page = ouvrir(demande.demandeur, f"/demandes/{demande.pk}/etapes/projet")
    retenus: list[Any] = []

    def retenir(route: Any) -> None:
        if route.request.method == "POST" and not retenus:
            retenus.append(route)
        else:
            route.continue_()

    page.route("**/etapes/projet", retenir)
    intitule = page.get_by_label("Intitulé du projet")
    intitule.fill("Tarif")
    with page.expect_request(lambda requete: requete.method == "POST"):
        pass
    intitule.press("End")
    intitule.press_sequentially(" étudiant")
    with page.expect_response(lambda reponse: reponse.request.method == "POST"):
        retenus[0].continue_()
    with page.expect_response(lambda reponse: reponse.request.method == "POST") as suivante:
        pass
    assert suivante.value.status == 200
    assert Demande.objects.get(pk=demande.pk).intitule == "Tarif étudiant"
    assert intitule.input_value() == "Tarif étudiant"


def test_without_javascript_preview_and_it_is_me_have_their_button(ouvrir: Any) -> None:
    demande = scenes.brouillon(scopes=[])
    page = ouvrir(demande.demandeur, f"/demandes/{demande.pk}/etapes/donnees", java_script_enabled=False)
    page.locator("#scope-mesri_admission").check(force=True)
    page.get_by_role("button", name="Actualiser l'aperçu").click()
    page.locator("#apercu-contenu", has_text="dateDebutAdmission").wait_for()
    page.goto(page.url.split("/etapes/")[0] + "/etapes/personnes")
    page.get_by_role("button", name="C'est moi : contact technique").click()
    assert page.locator("#id_technique-courriel").input_value() == demande.demandeur.courriel


def test_whoever_types_slowly_is_not_accused_and_sees_the_error_vanish_once_mended(ouvrir: Any) -> None:
    demande = scenes.brouillon()
    page = ouvrir(demande.demandeur, f"/demandes/{demande.pk}/etapes/organisation")
    etat, telephone = page.locator("#etat-brouillon"), page.get_by_label("Téléphone")
    telephone.fill("")
    telephone.type("01 23")
    # Saved meanwhile, and nothing is said of the field in which one is.
    expect(etat).to_have_text(re.compile("^Brouillon enregistré à [0-9]+ h [0-9]+$"), timeout=10_000)
    telephone.press("Tab")
    expect(etat).to_contain_text("sauf ce qui suit", timeout=10_000)
    telephone.fill("01 23 45 67 89")
    expect(etat).to_have_text(re.compile("^Brouillon enregistré à [0-9]+ h [0-9]+$"), timeout=10_000)
    # By a button: the error is on the page, then vanishes by itself.
    telephone.fill("12")
    page.get_by_role("button", name="Enregistrer et quitter").or_(
        page.get_by_role("button", name="Continuer")
    ).first.click()
    expect(page.locator("#erreurs")).to_be_visible()
    page.get_by_label("Téléphone").fill("01 23 45 67 89")
    expect(page.locator("#erreurs")).to_have_count(0, timeout=10_000)
    assert page.locator(".fr-input-group--error").count() == 0
    ouvrir.plaintes.clear()  # the refused form answers 422, which the console tells


def test_two_real_tabs_on_one_field_are_a_conflict(ouvrir: Any) -> None:
    demande = scenes.brouillon()
    page = ouvrir(demande.demandeur, f"/demandes/{demande.pk}/etapes/projet")
    autre = page.context.new_page()
    autre.goto(page.url)
    page.get_by_label("Intitulé").fill("De la première fenêtre")
    expect(page.locator("#etat-brouillon")).to_contain_text("Brouillon enregistré", timeout=10_000)
    autre.get_by_label("Intitulé").fill("De la seconde fenêtre")
    expect(autre.locator("#etat-brouillon")).to_contain_text("autre fenêtre", timeout=10_000)
    assert Demande.objects.get(pk=demande.pk).intitule == "De la première fenêtre"
    ouvrir.plaintes.clear()  # 409, which the console tells
