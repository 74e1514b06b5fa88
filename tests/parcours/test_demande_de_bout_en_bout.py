"""One journey in a real browser: from « suis-je éligible ? » to data read with the token, then changed, then ended.

Looked at here: the states that the journey alone leads to. The pages that an address is enough to open are in
`test_axe_partout.py`.
"""

import re
from typing import TYPE_CHECKING

import pytest
import requests

from habilitations.models import Demande
from referentiel.models import Etudiant
from tests import fabriques
from tests.habilitations.demandes.pdfs import pdf
from tests.parcours import gestes
from tests.parcours.personne import Personne

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]


@pytest.fixture
def etudiant() -> Etudiant:
    return fabriques.inscrit(regime="RF4")


def lire(adresse: str, jeton: str, etudiant: Etudiant) -> requests.Response:
    parametres = {"recipient": "13002526500013", "ine": etudiant.ine}
    return gestes.appeler("GET", adresse, "/v3/mesri/statut_etudiant/ine", jeton, params=parametres)


def test_a_town_hall_goes_from_eligibility_to_a_token_then_to_its_revocation(
    navigateur: "Browser", adresse: str, etudiant: Etudiant
) -> None:
    chloe = Personne(navigateur, adresse, "chloe")
    helene = Personne(navigateur, adresse, "helene")
    alex = Personne(navigateur, adresse, "alex")
    with chloe, helene, alex:
        _demander(chloe)
        _premiere_instruction(helene)
        _repondre(chloe)
        _valider(helene)
        jeton = _retirer(alex)

        response = lire(adresse, jeton, etudiant)
        assert response.status_code == 200
        dates = {
            "date_debut": fabriques.rentree().isoformat(),
            "date_fin": (fabriques.rentree(decalage=1) - fabriques.UN_JOUR).isoformat(),
        }
        assert response.json()["data"] == {"admissions": [dates]}

        _ajouter_une_donnee(chloe)
        _valider_le_changement(helene)
        assert lire(adresse, jeton, etudiant).json()["data"] == {
            "admissions": [dates | {"est_inscrit": True}]
        }

        _revoquer(helene)
        refusee = lire(adresse, jeton, etudiant)
        assert (refusee.status_code, refusee.json()["errors"][0]["code"]) == (401, "00105")
        gestes.courriel(gestes.DEMANDEUR, "révoquée")
        chloe.page.reload()
        chloe.lit("ses jetons ne fonctionnent plus")
        chloe.regarde("revoquee")
    assert chloe.plaintes + helene.plaintes + alex.plaintes == []


def _demander(chloe: Personne) -> None:
    chloe.va("/")
    chloe.suit(re.compile("éligible"))
    for question, response in (
        ("acteur", "administration"),
        ("franceconnect", "non"),
        ("donnees", "non"),
        ("technique", "interne"),
    ):
        chloe.coche(question, response)
        chloe.presse("Continuer")
    chloe.lit("Oui, vous pouvez demander un accès")
    chloe.suit("Remplir la demande")
    gestes.entrer(chloe, "Ville de Belleroche")
    chloe.va("/demandes")
    chloe.regarde("demandes-vide")
    chloe.page.go_back()
    assert chloe.page.locator("[name=type][value=lecture]").is_checked()
    chloe.lit("Ville de Belleroche")
    chloe.regarde("nouvelle")
    chloe.presse("Commencer la demande")

    chloe.regarde("organisation")
    gestes.decrire(
        chloe,
        intitule="Tarif étudiant à la piscine",
        description="Appliquer le tarif étudiant sans demander de justificatif.",
    )
    chloe.page.get_by_label("Maquettes de la démarche").set_input_files(
        {"name": "maquette.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    chloe.regarde("projet")
    gestes.continuer(chloe)

    apercu = chloe.page.locator("#apercu-contenu")
    chloe.coche("scopes", "mesri_admission_inscrit")
    apercu.get_by_text("cochez au moins une population").wait_for()
    chloe.coche("scopes", "mesri_admissions")
    apercu.get_by_text("est_inscrit").first.wait_for()
    assert "uai" not in apercu.inner_text()
    chloe.coche("scopes", "mesri_admission_inscrit")
    apercu.get_by_text("est_inscrit").first.wait_for(state="detached")
    chloe.ecrit(destinataires="Agents de la caisse", conservation_mois="12")
    chloe.regarde("donnees")
    gestes.continuer(chloe)

    # A known text is cited by a click; another one by hand.
    chloe.page.get_by_text("Code des transports, article L. 1231-1").first.click()
    assert (
        chloe.page.locator("#id_cadre_references").input_value() == "Code des transports, article L. 1231-1"
    )
    gestes.citer_le_texte(chloe)
    chloe.regarde("cadre")
    gestes.continuer(chloe)

    gestes.nommer(chloe)
    chloe.regarde("personnes")
    gestes.continuer(chloe)
    chloe.regarde("engagements")
    # One commitment forgotten: the summary says so, and leads there.
    chloe.page.locator("label[for=id_cgu_acceptees]").click()
    gestes.continuer(chloe)
    chloe.lit("Il reste un point à compléter")
    chloe.regarde("recapitulatif-incomplet")
    chloe.suit("Le délégué à la protection des données doit être informé.")
    chloe.regarde("engagements-erreur")
    chloe.page.locator("label[for=id_dpd_informe]").click()
    chloe.presse("Enregistrer et revenir au récapitulatif")
    chloe.lit("La demande est complète")
    chloe.regarde("recapitulatif")
    chloe.suit("Soumettre la demande")
    chloe.regarde("soumettre")
    chloe.presse("Oui, soumettre la demande")
    chloe.lit("En cours d'instruction")
    demande = Demande.objects.get()
    assert demande.documents.get().nom == "maquette.pdf"
    # The applicant answers for the data (« C'est moi »); the two others have been named.
    assert {c.courriel for c in demande.contacts.all()} == {
        gestes.DEMANDEUR,
        *(courriel for *_, courriel in gestes.PERSONNES.values()),
    }
    assert "le silence de l'administration vaut rejet" in gestes.courriel(gestes.DEMANDEUR, "bien reçue")


def _premiere_instruction(helene: Personne) -> None:
    helene.va("/instruction/demandes")
    gestes.entrer(helene, "Instructeur")
    helene.regarde("liste")
    helene.suit("Tarif étudiant à la piscine")
    helene.regarde("demande")
    helene.presse("Prendre en charge")
    helene.lit("Vous avez pris la demande en charge.")
    helene.suit("Demander des modifications")
    helene.ecrit(texte="Précisez qui lit les données à la caisse.")
    helene.regarde("modifications")
    helene.presse("Demander des modifications")
    helene.lit("Les modifications sont demandées")
    helene.regarde("modifications-demandees")


def _repondre(chloe: Personne) -> None:
    assert "Précisez qui lit les données" in gestes.courriel(gestes.DEMANDEUR, "modifications")
    chloe.page.reload()
    chloe.lit("Précisez qui lit les données à la caisse.")
    chloe.regarde("a-modifier")
    chloe.suit("Modifier la demande")
    chloe.suit(re.compile("Modifier : les données"))
    chloe.ecrit(destinataires="Agents de la caisse de la piscine, nommément habilités")
    chloe.presse("Enregistrer et revenir au récapitulatif")
    gestes.soumettre(chloe)
    gestes.courriel(gestes.DEMANDEUR, "bien reçue")


def _valider(helene: Personne) -> None:
    helene.page.reload()
    helene.lit("Depuis la soumission précédente")
    helene.regarde("resoumise")
    helene.suit("Valider", exact=True)
    helene.presse("Valider")
    helene.lit("La demande est validée")
    helene.regarde("validee")


def _retirer(alex: Personne) -> str:
    """The technical contact has no account: the link of the mail is enough, once."""
    [lien] = re.findall(
        r"http\S+/jetons/retrait/\S+", gestes.courriel(gestes.TECHNIQUE, "Votre jeton d'accès")
    )
    alex.va(lien)
    alex.presse("Créer et afficher le jeton")
    jeton = alex.page.locator("#jeton").inner_text()
    assert jeton.startswith("ase_l_")
    alex.regarde("jeton")
    alex.va(lien)
    alex.lit("Ce lien a déjà servi")
    alex.regarde("lien-utilise")
    # The browser itself reports the 410 in its console.
    alex.plaintes = [plainte for plainte in alex.plaintes if "410" not in plainte]
    return jeton


def _ajouter_une_donnee(chloe: Personne) -> None:
    chloe.page.reload()
    chloe.regarde("validee")
    chloe.suit("Voir l'habilitation")
    chloe.regarde("habilitation")
    chloe.suit("Gérer les jetons")
    chloe.page.go_back()
    chloe.suit("Modifier l'habilitation")
    chloe.regarde("rouvrir")
    chloe.presse("Oui, préparer des changements")
    chloe.lit("modifiez au moins un champ")
    chloe.suit(re.compile("Modifier : les données"))
    chloe.coche("scopes", "mesri_admission_inscrit")
    chloe.presse("Enregistrer et revenir au récapitulatif")
    chloe.regarde("changements")
    demande = Demande.objects.get()
    assert demande.est_reouverture
    if not (demande.cgu_acceptees and demande.dpd_informe):
        chloe.suit(re.compile("Modifier : les engagements"))
        gestes.s_engager(chloe)
        chloe.presse("Enregistrer et revenir au récapitulatif")
    gestes.soumettre(chloe)


def _valider_le_changement(helene: Personne) -> None:
    helene.page.reload()
    helene.lit("Depuis l'habilitation")
    helene.regarde("reouverture")
    helene.suit("Valider", exact=True)
    helene.presse("Valider")
    helene.lit("La demande est validée")


def _revoquer(helene: Personne) -> None:
    helene.suit("Révoquer l'habilitation")
    helene.ecrit(texte="Le service n'existe plus.")
    helene.regarde("revoquer")
    helene.presse("Confirmer : Révoquer l'habilitation", exact=False)
    helene.lit("ses jetons ne fonctionnent plus")
    helene.regarde("revoquee")
