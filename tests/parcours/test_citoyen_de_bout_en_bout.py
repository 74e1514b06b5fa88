"""A service calls, the citizen signs in by FranceConnect, sees the call and contests it, the officer answers: in a real
browser, with the local FranceConnect."""

import re
from typing import TYPE_CHECKING

import pytest
import requests

from habilitations.comptes.demonstration import DOMAINE
from habilitations.models import Compte, Role
from tests import fabriques
from tests.franceconnect.citoyens import au_registre
from tests.franceconnect.local import FranceConnectLocal
from tests.habilitations import scenes
from tests.parcours.gestes import courriels, entrer
from tests.parcours.personne import Personne

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]


def test_a_citizen_contests_a_service_s_call_and_reads_the_officer_s_answer(
    navigateur: "Browser", adresse: str, franceconnect: FranceConnectLocal
) -> None:
    # Approved as any request: it works from then on.
    demande = scenes.demande(
        "validee",
        acteur=scenes.demandeur(fabriques.organisation(nom="Ville de Belleroche")),
        type_="franceconnect",
        fc_client_id="service-de-la-ville",
        scopes=["mesri_inscription_etudiant"],
    )
    adresse_du_dpd = demande.contacts.get(role="dpd").courriel
    etablissement = fabriques.etablissement(nom="Université de Clairval")
    au_registre("agathe", etablissement=etablissement)
    scenes.compte(Role.Nom.DPD, courriel=f"marc@{DOMAINE}")
    scenes.gestionnaire(etablissement, courriel=f"farid@{DOMAINE}")
    for prenom in ("Marc", "Farid"):
        Compte.objects.filter(courriel=f"{prenom.lower()}@{DOMAINE}").update(prenom=prenom)

    reponse = requests.get(
        f"{adresse}/v3/mesri/statut_etudiant/france_connect",
        params={"recipient": demande.organisation.siret},
        headers={
            "Authorization": f"Bearer {franceconnect.jeton('agathe', service='service-de-la-ville')}",
            "Connection": "close",
        },
        timeout=15,
    )
    assert reponse.status_code == 200, reponse.text
    requete = reponse.headers["X-Request-ID"]

    with Personne(navigateur, adresse, "agathe") as agathe:
        agathe.va("/mon-espace")
        agathe.regarde("accueil")
        agathe.page.get_by_role("link", name="S'identifier avec FranceConnect").click()
        agathe.page.get_by_role("button", name=re.compile("Agathe")).click()
        agathe.lit("Université de Clairval")
        agathe.regarde("statut")
        agathe.presse("Afficher mon INE")
        agathe.lit("0900000001W")
        agathe.suit("Mes consultations")
        agathe.lit("Ville de Belleroche")
        agathe.lit(requete)
        agathe.regarde("consultations")
        agathe.suit(re.compile("Je ne reconnais pas cette consultation"))
        agathe.regarde("contester")
        agathe.ecrit(texte="Je n'ai fait aucune démarche auprès de cette ville.")
        agathe.presse("Contester cette consultation")
        agathe.lit("Votre question C")
        agathe.suit("Demander une rectification")
        agathe.coche("objet", "inscription")
        agathe.page.locator("[name=inscription]").select_option(index=1)
        agathe.ecrit(texte="La date de fin devrait être le 30 septembre.")
        agathe.regarde("rectifier")
        agathe.presse("Envoyer ma demande")
        agathe.lit("Votre demande R")
        agathe.regarde("demandes")
        agathe.suit("Recevoir un courriel")
        agathe.ecrit(courriel="agathe@exemple.test")
        agathe.presse("Recevoir le lien de confirmation")
        agathe.regarde("courriel")

        recus = courriels()
        [au_dpd] = [
            texte for titre, texte in recus.items() if adresse_du_dpd in titre and "conteste" in titre
        ]
        [preuve] = [texte for titre, texte in recus.items() if titre.startswith("agathe@exemple.test")]

        with Personne(navigateur, adresse, "dpd") as dpd:
            [lien] = re.findall(r"http\S+/contestations/repondre/\S+", au_dpd)
            dpd.va(lien)
            dpd.lit(requete)
            dpd.regarde("repondre")
            dpd.coche("issue", "injustifiee")
            dpd.ecrit(texte="Erreur de notre agent, corrigée le jour même.")
            dpd.presse("Envoyer la réponse")
            dpd.lit("Votre réponse est enregistrée")
            dpd.regarde("repondu")
            assert dpd.plaintes == []

        with Personne(navigateur, adresse, "farid") as farid:
            farid.va("/suivi/rectifications")
            entrer(farid, "Farid")
            farid.regarde("rectifications")
            farid.suit(re.compile("^R"))
            farid.regarde("rectification")
            farid.coche("issue", "corrigee")
            farid.ecrit(texte="La date est corrigée.")
            farid.presse("Envoyer la réponse")
            farid.lit("Votre réponse est enregistrée")
            assert farid.plaintes == []

        with Personne(navigateur, adresse, "marc") as marc:
            marc.va("/suivi/contestations?etat=toutes")
            entrer(marc, "Marc")
            marc.lit("Consultation reconnue injustifiée")
            marc.regarde("contestations")
            marc.suit(re.compile("^C"))
            marc.regarde("contestation")
            assert marc.plaintes == []

        [lien] = re.findall(r"http\S+/mon-espace/courriel/prouver/\S+", preuve)
        agathe.va(lien)
        agathe.regarde("preuve")
        agathe.presse("Confirmer cette adresse")
        agathe.lit("Adresse confirmée")
        agathe.va("/mon-espace/demandes")
        agathe.lit("Erreur de notre agent, corrigée le jour même.")
        agathe.lit("La date est corrigée.")
        agathe.regarde("réponses")
        agathe.page.get_by_role("button", name="Se déconnecter").first.click()
        agathe.lit("Votre session est fermée")
        agathe.regarde("sorti")
        agathe.va("/mon-espace/statut")
        agathe.lit("Connectez-vous pour voir cette page")
        assert agathe.plaintes == []
    assert franceconnect.comptes()["fins_de_session"] == 1


def test_a_person_unknown_to_the_register_is_shown_no_data_and_what_to_do(
    navigateur: "Browser", adresse: str, franceconnect: FranceConnectLocal
) -> None:
    with Personne(navigateur, adresse, "paule") as paule:
        paule.va("/mon-espace/connexion")
        paule.page.get_by_role("button", name=re.compile("Paule")).click()
        paule.lit("Aucun dossier ne correspond")
        paule.regarde("inconnue")
        paule.presse("Se déconnecter de FranceConnect")
        paule.lit("Votre session est fermée")
        assert paule.plaintes == []
