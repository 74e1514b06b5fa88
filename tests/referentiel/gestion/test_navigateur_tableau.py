"""The dashboard, the export and the import in a real Chromium: accessible, quiet, no wider than a telephone."""

import pytest
from django.utils import timezone

from referentiel.pilotage.couverture import rafraichir
from tests import fabriques
from tests.accessibilite import COULEURS, deborde, manquements
from tests.referentiel.gestion.aides import ministere

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]


def test_the_ministry_follows_exports_and_imports(live_server, navigateur, client, settings):
    etablissement = fabriques.etablissement(nom="Université de l'Essai")
    for admis in (True, False, False):
        fabriques.inscription(etablissement=etablissement, admis=admis)
    rafraichir(aujourdhui=timezone.localdate())
    client.force_login(ministere())
    contexte = navigateur.new_context(reduced_motion="reduce", accept_downloads=True)
    nom = settings.SESSION_COOKIE_NAME
    contexte.add_cookies([{"name": nom, "value": client.cookies[nom].value, "url": live_server.url}])
    page = contexte.new_page()
    plaintes: list[str] = []
    page.on("console", lambda message: plaintes.append(message.text) if message.type == "error" else None)

    def verifier() -> None:
        for theme, largeur, regles in (("light", 1280, ()), ("dark", 375, COULEURS)):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.locator(f"html[data-fr-theme={theme}]").wait_for(state="attached")
            assert not deborde(page, largeur), theme
            assert manquements(page, regles=regles) == [], theme

    page.goto(f"{live_server.url}/gestion/")
    page.locator("summary", has_text="Évolution").click()
    verifier()
    page.goto(f"{live_server.url}/gestion/referentiel/inscription/exporter")
    verifier()
    page.get_by_label("OpenDocument").check(force=True)
    with page.expect_download() as telechargement:
        page.get_by_role("button", name="Télécharger").click()
    assert telechargement.value.suggested_filename.endswith(".ods")
    page.goto(f"{live_server.url}/gestion/imports/etablissements")
    contenu = f"uai;nom;codeCommune\n{etablissement.uai};Université renommée;31555\n0691774D;;1\n"
    page.set_input_files(
        "#fichier", {"name": "liste.csv", "mimeType": "text/csv", "buffer": contenu.encode()}
    )
    page.get_by_role("button", name="Voir ce qui changerait").click()
    page.get_by_role("button", name="Importer").wait_for()
    verifier()
    page.get_by_role("button", name="Importer").click()
    page.get_by_role("heading", name="Import terminé").wait_for()
    etablissement.refresh_from_db()
    assert etablissement.nom == "Université renommée"
    contexte.close()
    assert plaintes == []
