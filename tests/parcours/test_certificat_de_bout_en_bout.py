"""A student makes a certificate, another browser checks it, the establishment withdraws the enrolment, the student the
certificate: in a real browser, with the local FranceConnect."""

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from django.core.management import call_command

from habilitations.comptes.demonstration import DOMAINE
from habilitations.models import Compte
from referentiel.models import Inscription
from tests import fabriques
from tests.franceconnect.citoyens import au_registre
from tests.habilitations import scenes
from tests.parcours.gestes import entrer
from tests.parcours.personne import Personne

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.navigateur,
    pytest.mark.usefixtures("donnees_validees", "franceconnect"),
]


@pytest.fixture
def _cles(tmp_path: Path, settings: Any) -> None:
    fichier = tmp_path / "certificats.json"
    call_command("creer_cles_certificats", str(fichier), stderr=io.StringIO())
    settings.CERTIFICATS_CLES = str(fichier)


@pytest.mark.usefixtures("_cles")
def test_a_certificate_is_made_checked_belied_and_withdrawn(navigateur: "Browser", adresse: str) -> None:
    etablissement = fabriques.etablissement(nom="Université de Clairval")
    etudiant = au_registre("agathe", etablissement=etablissement)
    scenes.gestionnaire(etablissement, courriel=f"farid@{DOMAINE}")
    Compte.objects.filter(courriel=f"farid@{DOMAINE}").update(prenom="Farid")

    with (
        Personne(navigateur, adresse, "agathe") as agathe,
        Personne(navigateur, adresse, "bailleur") as bailleur,
    ):
        agathe.va("/mon-espace")
        agathe.page.get_by_role("link", name="S'identifier avec FranceConnect").click()
        agathe.page.get_by_role("button", name=re.compile("Agathe")).click()
        agathe.suit("Établir un certificat")
        agathe.regarde("etablir")
        agathe.ecrit(pour_qui="Agence du Parc", pin="2580")
        agathe.page.locator("label[for='id_partage']").click()
        agathe.presse("Voir l'aperçu")
        agathe.lit("Agathe d’Artigues")
        agathe.regarde("apercu")
        agathe.presse("Établir ce certificat")
        agathe.lit("Téléchargez-le maintenant")
        agathe.regarde("etabli")
        code = agathe.page.locator("#code").inner_text()
        partage = agathe.page.locator("#partage").inner_text()
        with agathe.page.expect_download() as attendu:
            agathe.suit("Télécharger le certificat (PDF)")
        with pikepdf.open(attendu.value.path()) as document:
            assert len(document.pages) == 1
        with agathe.page.expect_download() as attendu:
            agathe.suit("Télécharger l'attestation numérique")
        assert Path(attendu.value.path()).read_text().count("~") > 5

        bailleur.va("/")
        bailleur.suit("Vérifiez le certificat qu'un étudiant vous a remis")
        bailleur.regarde("verifier")
        bailleur.ecrit(code="0000000000")
        bailleur.presse("Vérifier ce certificat")
        bailleur.lit("Aucun certificat ne porte ce code")
        bailleur.regarde("inconnu")
        bailleur.va(f"/verifier/{code}")
        bailleur.presse("Vérifier ce certificat")
        bailleur.lit("Authentique, et toujours vrai aujourd'hui")
        bailleur.lit("D’AR…")
        bailleur.regarde("vrai")
        bailleur.va(partage)
        bailleur.regarde("partage")
        bailleur.ecrit(pin="0000")
        bailleur.presse("Afficher le certificat")
        bailleur.lit("Ce n'est pas le code PIN de ce lien.")
        bailleur.ecrit(pin="2580")
        bailleur.presse("Afficher le certificat")
        bailleur.lit("Agathe d’Artigues")
        bailleur.regarde("partage-ouvert")
        bailleur.va("/certificats/attestation-numerique")
        bailleur.regarde("attestation-numerique")

        with Personne(navigateur, adresse, "farid") as farid:
            inscription = Inscription.objects.get(etudiant=etudiant)
            farid.va(f"/gestion/referentiel/inscription/{inscription.pk}/delete/")
            entrer(farid, "Farid")
            farid.regarde("retrait")
            farid.page.locator("main [type=submit]").last.click()
            farid.page.wait_for_load_state("load")
            assert not Inscription.objects.filter(pk=inscription.pk).exists()

        bailleur.va(f"/verifier/{code}")
        bailleur.presse("Vérifier ce certificat")
        bailleur.lit("L'établissement a retiré cette inscription")
        bailleur.regarde("plus-vrai")

        agathe.va("/mon-espace/certificats")
        agathe.lit("Agence du Parc")
        agathe.regarde("certificats")
        agathe.suit(re.compile("^Prolonger"))
        agathe.regarde("prolonger")
        agathe.suit("Annuler")
        agathe.suit(re.compile("^Retirer"))
        agathe.regarde("retirer")
        agathe.presse("Retirer ce certificat")
        agathe.lit("est retiré")
        agathe.suit("Mes consultations", exact=True)
        agathe.lit(re.compile("Vérification de votre certificat"))
        agathe.regarde("verifications")

        bailleur.va(f"/verifier/{code}")
        bailleur.presse("Vérifier ce certificat")
        bailleur.lit("Ce certificat a été retiré")
        bailleur.regarde("retire")
        assert agathe.plaintes == []
        assert bailleur.plaintes == []
