"""The two other kinds, driven to their end in a real browser: FranceConnect, which has no token, and writing."""

from typing import TYPE_CHECKING

import pytest

from habilitations.models import Demande, Gestionnaire
from referentiel.models import Inscription
from tests import fabriques
from tests.api.ecriture.aides import INE, creer_etudiant, enregistrement
from tests.parcours import gestes
from tests.parcours.personne import Personne

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]

GUICHET = "partenaires@franceconnect.test"


def commencer(chloe: Personne, type_: str, *, intitule: str) -> None:
    chloe.va(f"/demandes/nouvelle?type={type_}&acteur=administration")
    gestes.entrer(chloe, "Ville de Belleroche")
    assert chloe.page.locator(f"[name=type][value={type_}]").is_checked()
    chloe.presse("Commencer la demande")
    gestes.decrire(chloe, intitule=intitule, description="Servir les étudiants sans justificatif.")
    gestes.continuer(chloe)


def finir(chloe: Personne) -> None:
    gestes.nommer(chloe)
    gestes.continuer(chloe)
    gestes.s_engager(chloe)
    gestes.continuer(chloe)
    chloe.lit("La demande est complète")


def test_a_franceconnect_request_reaches_the_desk_that_opens_the_data(
    navigateur: "Browser", adresse: str, settings: object
) -> None:
    settings.FRANCECONNECT_COURRIEL = GUICHET
    chloe, helene = Personne(navigateur, adresse, "chloe-fc"), Personne(navigateur, adresse, "helene-fc")
    with chloe, helene:
        commencer(chloe, "franceconnect", intitule="Carte jeune en ligne")
        chloe.coche("scopes", "mesri_admission")
        chloe.page.locator("#apercu-contenu", has_text="/v3/mesri/statut_etudiant/france_connect").wait_for()
        chloe.ecrit(destinataires="Agents du guichet", conservation_mois="12")
        gestes.continuer(chloe)
        gestes.citer_le_texte(chloe)
        gestes.continuer(chloe)
        chloe.ecrit(fc_numero_habilitation="FC-2026-042", fc_client_id="carte-jeune-belleroche")
        chloe.regarde("franceconnect")
        gestes.continuer(chloe)
        finir(chloe)
        chloe.regarde("recapitulatif")
        gestes.soumettre(chloe)
        # What the integration can begin with is a sandbox token: this kind never has another.
        chloe.suit("Essayer l'API dès maintenant", exact=False)
        chloe.presse("Créer le jeton de bac à sable")
        assert chloe.page.locator("#jeton").inner_text().startswith("ase_t_")

        gestes.courriels()
        gestes.valider(helene, "Carte jeune en ligne")
        recus = gestes.courriels()
        [guichet] = [texte for titre, texte in recus.items() if titre.startswith(GUICHET)]
        for dit in ("FC-2026-042", "carte-jeune-belleroche", "mesri_admission"):
            assert dit in guichet
        assert not any("/jetons/retrait/" in texte for texte in recus.values())

        chloe.va(f"/demandes/{Demande.objects.get().pk}")
        chloe.suit("Voir l'habilitation")
        chloe.lit("Aucun jeton n'est à demander")
        chloe.regarde("habilitation")
    assert chloe.plaintes + helene.plaintes == []


def test_a_request_to_write_ends_in_a_declared_inscription_for_its_establishments_only(
    navigateur: "Browser", adresse: str
) -> None:
    demande_par = gestes.DEMANDEUR
    organisation = gestes.organisation_de(demande_par)
    sien = fabriques.etablissement(siret=organisation.siret, nom="Institut municipal de Belleroche")
    annexe = fabriques.etablissement(nom="École d'art de Belleroche")
    voisin = fabriques.etablissement(nom="Université voisine")
    creer_etudiant()
    chloe, helene = Personne(navigateur, adresse, "chloe-uai"), Personne(navigateur, adresse, "helene-uai")
    alex = Personne(navigateur, adresse, "alex-uai")
    with chloe, helene, alex:
        commencer(chloe, "ecriture", intitule="Déclarer nos étudiants")
        chloe.coche("uais", sien.uai)
        chloe.ecrit(recherche="art belleroche", logiciel="Apogée")
        chloe.presse("Chercher")
        chloe.coche("uais", annexe.uai)
        chloe.regarde("etablissements")
        gestes.continuer(chloe)
        finir(chloe)
        gestes.soumettre(chloe)
        gestes.courriels()

        # Nothing but the applicant says that the school of art, whose SIRET is not known, is the town's.
        gestes.valider(
            helene, "Déclarer nos étudiants", malgre="Annexe de la ville, vérifié auprès du rectorat."
        )
        jeton = gestes.retirer_le_jeton(alex, gestes.courriel(gestes.TECHNIQUE, "Votre jeton d'accès"))
        assert jeton.startswith("ase_e_")
        reponses = {
            etablissement.uai: gestes.appeler(
                "POST", adresse, "/api/inscription", jeton, json=enregistrement(uai=etablissement.uai)
            )
            for etablissement in (sien, annexe, voisin)
        }
        assert [response.status_code for response in reponses.values()] == [200, 200, 403]
        assert {i.etablissement.uai for i in Inscription.objects.select_related("etablissement")} == {
            sien.uai,
            annexe.uai,
        }
        # A writing token reads nothing.
        parametres = {"recipient": "13002526500013", "ine": INE}
        lecture = gestes.appeler("GET", adresse, "/v3/mesri/statut_etudiant/ine", jeton, params=parametres)
        assert lecture.status_code == 403

        confies = Gestionnaire.objects.filter(compte__courriel=demande_par)
        assert {g.etablissement.uai for g in confies.select_related("etablissement")} == {
            sien.uai,
            annexe.uai,
        }
        chloe.va("/habilitations")
        chloe.suit("Déclarer nos étudiants")
        chloe.regarde("habilitation")
    assert chloe.plaintes + helene.plaintes + alex.plaintes == []
