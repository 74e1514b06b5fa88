"""From an empty space to a submitted request in a real Chromium, each page held to axe, wide and narrow."""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from habilitations.models import Demande
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.formulaire.pdfs import pdf

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]

LARGEURS = (1280, 375)
#: Where to leave pictures of the pages, for whoever wants to look at them.
PHOTOS = os.environ.get("PHOTOS", "")


@pytest.fixture
def ouvrir(live_server: Any, navigateur: Any, client: Any, settings: Any) -> Iterator[Callable[..., Any]]:
    """A page of a signed-in person; whatever the console complains of fails the test."""
    plaintes: list[str] = []
    contextes = []

    def _ouvrir(compte: Any, chemin: str, **options: Any) -> Any:
        client.force_login(compte)
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        contexte = navigateur.new_context(reduced_motion="reduce", locale="fr-FR", **options)
        contextes.append(contexte)
        nom = settings.SESSION_COOKIE_NAME
        contexte.add_cookies([{"name": nom, "value": client.cookies[nom].value, "url": live_server.url}])
        page = contexte.new_page()
        page.on("console", lambda message: plaintes.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda erreur: plaintes.append(str(erreur)))
        page.goto(live_server.url + chemin, wait_until="networkidle")
        return page

    _ouvrir.plaintes = plaintes
    yield _ouvrir
    for contexte in contextes:
        contexte.close()
    assert plaintes == []


def verifier(page: Any, nom: str) -> None:
    """axe finds nothing, and nothing overflows, at both widths."""
    # A click does not wait for the page that it leads to.
    page.wait_for_load_state("load")
    page.locator("h1, h2.fr-stepper__title").first.wait_for()
    for largeur in LARGEURS:
        page.set_viewport_size({"width": largeur, "height": 900})
        if PHOTOS:
            page.screenshot(path=f"{PHOTOS}/{nom}-{largeur}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur, nom
        resultat = Axe().run(page)
        assert resultat.violations_count == 0, f"{nom} {largeur}\n{resultat.generate_report()}"
    page.set_viewport_size({"width": 1280, "height": 900})


def continuer(page: Any) -> None:
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_load_state("networkidle")


def test_une_demande_du_premier_clic_a_la_soumission(ouvrir: Any) -> None:
    organisation = fabriques.organisation(nom="Communauté d'agglomération de Béziers")
    agent = scenes.compte(organisation=organisation)
    page = ouvrir(agent, "/demandes")
    verifier(page, "01-demandes-vide")
    page.get_by_role("link", name="Commencer une demande").click()
    page.get_by_text("Votre service interroge", exact=False).click()
    verifier(page, "02-nouvelle")
    page.get_by_role("button", name="Commencer la demande").click()
    page.get_by_label("Votre fonction").fill("Cheffe de projet")
    page.get_by_label("Votre téléphone").fill("01 23 45 67 89")
    # Saved by itself, and said so.
    page.get_by_text(re.compile(r"Brouillon enregistré à \d+ h \d\d")).wait_for()
    verifier(page, "03-organisation")
    assert Demande.objects.get().demandeur_fonction == "Cheffe de projet"
    continuer(page)
    page.get_by_label("Intitulé du projet").fill("Tarif étudiant des bus")
    page.get_by_label("Description du projet").fill("Vérifier que l'abonné est étudiant sur le territoire.")
    page.get_by_label("Maquette de la démarche").set_input_files(
        {"name": "maquette.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    verifier(page, "04-projet")
    continuer(page)
    page.get_by_text("Inscriptions en formation initiale", exact=False).first.click()
    page.get_by_text("Établissements et lieu d'études", exact=False).first.click()
    page.locator("#apercu-contenu", has_text="codeCommune").wait_for()
    page.get_by_label("Destinataires des données").fill("Service de la billettique")
    page.get_by_label("Durée de conservation, en mois").fill("12")
    verifier(page, "05-donnees")
    continuer(page)
    page.get_by_text("Code des transports, article L. 1231-1").first.click()
    assert page.locator("#id_cadre_references").input_value() == "Code des transports, article L. 1231-1"
    page.get_by_label("Adresse du texte en ligne").fill("https://www.legifrance.gouv.fr/x")
    verifier(page, "06-cadre")
    continuer(page)
    for bouton in page.get_by_role("button", name="C'est moi").all():
        bouton.click()
    verifier(page, "07-personnes")
    continuer(page)
    page.locator("label[for=id_cgu_acceptees]").click()
    verifier(page, "08-engagements")
    continuer(page)
    # One commitment is missing: the summary leads to it.
    verifier(page, "09-resume-incomplet")
    page.get_by_role("link", name="délégué à la protection des données doit être informé").click()
    page.locator("label[for=id_dpd_informe]").click()
    verifier(page, "10-engagements-a-corriger")
    page.get_by_role("button", name="Enregistrer et revenir au récapitulatif").click()
    page.get_by_text("La demande est complète").wait_for()
    verifier(page, "11-resume")
    page.get_by_role("link", name="Soumettre la demande").click()
    verifier(page, "12-soumettre")
    page.get_by_role("button", name="Oui, soumettre la demande").click()
    page.get_by_text("Un accusé de réception vous est envoyé").wait_for()
    verifier(page, "13-demande-soumise")
    page.get_by_role("link", name="Mes demandes").first.click()
    verifier(page, "14-demandes")
    demande = Demande.objects.get()
    assert (demande.etat, demande.documents.get().nom) == ("soumise", "maquette.pdf")
    assert [c.courriel for c in demande.contacts.all()] == [agent.courriel] * 3


def test_les_autres_pages_du_demandeur_sont_accessibles(ouvrir: Any) -> None:
    acteur = scenes.demandeur()
    organisation = acteur.compte.rattachements.get().organisation
    scenes.compte(organisation=organisation)
    for rang in range(3):
        fabriques.etablissement(siret=organisation.siret, nom=f"Institut universitaire {rang}")
    demandes = {
        "fc": (scenes.brouillon(acteur=acteur, type_="franceconnect"), "/demandes/{}/etapes/franceconnect"),
        "uai": (scenes.brouillon(acteur=acteur, type_="ecriture"), "/demandes/{}/etapes/etablissements"),
        "modifs": (scenes.demande("modifications_demandees", acteur=acteur), "/demandes/{}"),
        "rouverte": (
            scenes.demande("brouillon", acteur=acteur, reouverture=True),
            "/demandes/{}/recapitulatif",
        ),
        "transfert": (scenes.demande("soumise", acteur=acteur), "/demandes/{}/actes/transferer"),
        "refusee": (scenes.demande("refusee", acteur=acteur), "/demandes/{}"),
    }
    validee = scenes.demande("validee", acteur=acteur)
    adresses = {nom: chemin.format(demande.pk) for nom, (demande, chemin) in demandes.items()}
    adresses |= {
        "habilitation": f"/habilitations/{validee.habilitation_id}",
        "habilitations": "/habilitations",
        "demandes": "/demandes",
        "autre-organisation": "/demandes/nouvelle?type=lecture&intitule=Tarif&scopes=mesri_admission",
        "sans-organisation": "/demandes/nouvelle",
        "conditions": "/conditions-generales",
    }
    page = ouvrir(acteur.compte, "/demandes")
    origine = page.url.removesuffix("/demandes")
    for nom, adresse in adresses.items():
        if nom == "sans-organisation":
            acteur.compte.rattachements.all().delete()
        page.goto(origine + adresse, wait_until="networkidle")
        verifier(page, f"20-{nom}")


def test_au_telephone_l_apercu_est_a_un_geste_des_cases_et_la_justification_attend_une_longue_duree(
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


def test_deux_fenetres_la_seconde_est_prevenue_et_garde_sa_saisie(ouvrir: Any) -> None:
    demande = scenes.brouillon()
    chemin = f"/demandes/{demande.pk}/etapes/projet"
    une = ouvrir(demande.demandeur, chemin)
    autre = une.context.new_page()
    autre.goto(une.url, wait_until="networkidle")
    une.get_by_label("Intitulé du projet").fill("Écrit dans la première")
    une.get_by_text(re.compile("Brouillon enregistré")).wait_for()
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


def test_sans_javascript_l_apercu_et_c_est_moi_ont_leur_bouton(ouvrir: Any) -> None:
    demande = scenes.brouillon(scopes=[])
    page = ouvrir(demande.demandeur, f"/demandes/{demande.pk}/etapes/donnees", java_script_enabled=False)
    page.locator("#scope-mesri_admission").check(force=True)
    page.get_by_role("button", name="Actualiser l'aperçu").click()
    page.locator("#apercu-contenu", has_text="dateDebutAdmission").wait_for()
    page.goto(page.url.split("/etapes/")[0] + "/etapes/personnes")
    page.get_by_role("button", name="C'est moi : contact technique").click()
    assert page.locator("#id_technique-courriel").input_value() == demande.demandeur.courriel
