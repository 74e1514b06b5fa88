"""One journey in a real browser: a town without developers, from « suis-je éligible ? » to a list of 300 verified."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from habilitations.comptes.demonstration import DOMAINE
from habilitations.models import Demande
from referentiel.models import Etudiant
from tests import fabriques
from tests.guichet import listes
from tests.habilitations import scenes
from tests.parcours import gestes
from tests.parcours.personne import Personne

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]

NADIA = f"nadia@{DOMAINE}"


def test_a_town_without_developers_verifies_its_first_student_then_three_hundred(
    navigateur: "Browser", adresse: str, tmp_path: Path
) -> None:
    etudiant = fabriques.inscrit(etablissement=fabriques.etablissement(nom="Université de Clairval"))
    agent = scenes.compte(courriel=NADIA)
    chloe, nadia = Personne(navigateur, adresse, "chloe-guichet"), Personne(navigateur, adresse, "nadia")
    helene = Personne(navigateur, adresse, "helene-guichet")
    with chloe, nadia, helene:
        nadia.va("/verifier-un-statut")
        gestes.entrer(nadia, agent.nom)
        nadia.lit("demandez à la personne qui en répond")
        nadia.regarde("pas-encore-agent")

        _demander(chloe)
        gestes.courriels()
        gestes.valider(helene, "Tarif étudiant de la cantine")
        recus = gestes.courriels()
        [accord] = [
            texte
            for titre, texte in recus.items()
            if titre.startswith(gestes.DEMANDEUR) and "validée" in titre
        ]
        [lien] = re.findall(r"http\S+/verifier-un-statut/habilitations/\d+", accord)
        assert not any("/jetons/retrait/" in texte for texte in recus.values())
        chloe.va(f"/demandes/{Demande.objects.get().pk}")
        chloe.lit("désignez les agents qui vérifieront")
        chloe.suit("Voir l'habilitation")
        chloe.regarde("habilitation-avec-guichet")
        assert (
            chloe.page.get_by_role("link", name="Désigner les agents du guichet").get_attribute("href")
            in lien
        )
        _designer(chloe)
        assert "/verifier-un-statut" in gestes.courriel(NADIA, "guichet")

        _verifier(nadia, etudiant.ine)
        _prouver(nadia)
        _verifier_une_liste(nadia, etudiant, tmp_path)
        nadia.suit("Mes vérifications")
        nadia.lit("Rentrée 2026")
        nadia.regarde("historique")

        chloe.suit("Retirer")
        chloe.regarde("retirer")
        chloe.presse("Retirer")
        chloe.lit("n'est plus agent du guichet, dès maintenant")
        chloe.regarde("anciens-agents")
        nadia.va("/verifier-un-statut")
        nadia.lit("Vous n'en êtes pas, ou plus")
    assert chloe.plaintes + nadia.plaintes + helene.plaintes == []


def _demander(chloe: Personne) -> None:
    """Nobody does the technical work: eligibility says so, and the request after it."""
    chloe.va("/eligibilite?acteur=administration&franceconnect=oui&donnees=non&technique=personne")
    chloe.lit("Il n'y a rien à développer")
    chloe.regarde("eligible-sans-logiciel")
    chloe.suit("Remplir la demande")
    gestes.entrer(chloe, "Ville de Belleroche")
    chloe.presse("Commencer la demande")
    gestes.decrire(
        chloe, intitule="Tarif étudiant de la cantine", description="Vérifier le statut pour le tarif réduit."
    )
    assert chloe.page.locator("[name=sans_logiciel]").is_checked()
    chloe.regarde("projet-sans-logiciel")
    gestes.continuer(chloe)
    for scope in ("mesri_identite", "mesri_inscription_etudiant", "mesri_etablissements"):
        chloe.coche("scopes", scope)
    chloe.ecrit(destinataires="Agents de la cantine", conservation_mois="12")
    gestes.continuer(chloe)
    gestes.citer_le_texte(chloe)
    gestes.continuer(chloe)
    chloe.lit("il n'y a rien à intégrer")
    chloe.regarde("personnes-sans-logiciel")
    gestes.nommer(chloe, sauf="technique")
    gestes.continuer(chloe)
    gestes.s_engager(chloe)
    gestes.continuer(chloe)
    chloe.lit("La demande est complète")
    chloe.regarde("resume-sans-logiciel")
    gestes.soumettre(chloe)


def _designer(chloe: Personne) -> None:
    chloe.suit("Désigner les agents du guichet")
    chloe.regarde("aucun-agent")
    chloe.suit("Désigner un agent")
    chloe.ecrit(courriel=NADIA)
    chloe.regarde("designer")
    chloe.presse("Désigner")
    chloe.lit("peut vérifier des statuts au guichet")
    chloe.regarde("agents")


def _verifier(nadia: Personne, ine: str) -> None:
    nadia.va("/verifier-un-statut")
    nadia.regarde("par-ine")
    nadia.ecrit(dossier="Cantine 2026-118", ine="0000000000A")
    nadia.presse("Vérifier")
    nadia.lit("Aucun étudiant trouvé")
    nadia.regarde("introuvable")
    nadia.suit("Vérifier une autre personne")
    nadia.suit("Par identité")
    nadia.presse("Vérifier")
    nadia.lit("Saisissez le nom de naissance")
    nadia.regarde("par-identite")
    nadia.suit("Par INE")
    nadia.ecrit(dossier="Cantine 2026-118", ine=ine)
    nadia.presse("Vérifier")
    nadia.lit("Étudiant trouvé")
    nadia.lit("Université de Clairval")
    nadia.regarde("trouve")


def _prouver(nadia: Personne) -> None:
    nadia.presse("Établir une preuve imprimable")
    nadia.lit("La preuve est établie")
    with nadia.page.expect_download() as attendu:
        nadia.suit("Télécharger la preuve (PDF)")
    assert attendu.value.path().read_bytes().startswith(b"%PDF")
    nadia.regarde("preuve")


def _verifier_une_liste(nadia: Personne, etudiant: Etudiant, ou: Path) -> None:
    """Three hundred people, one of whom is known and one cannot be read, and columns that nothing names."""
    fichier = ou / "rentrée.csv"
    personnes = [(fabriques.ine(), f"Classe {rang % 9}") for rang in range(298)]
    fichier.write_bytes(
        listes.en_csv(
            ("Identifiant de la carte", "Classe"), (etudiant.ine, "B12"), ("INE perdu", ""), *personnes
        )
    )
    nadia.suit("Mes listes")
    nadia.regarde("aucune-liste")
    nadia.suit("Vérifier une liste")
    nadia.presse("Envoyer le fichier")
    nadia.lit("Choisissez un fichier, puis envoyez-le")
    nadia.regarde("liste-nouvelle")
    nadia.ecrit(dossier="Rentrée 2026")
    nadia.page.set_input_files("[name=fichier]", fichier)
    nadia.presse("Envoyer le fichier")
    nadia.lit("Ouverture du fichier")
    nadia.regarde("liste-lecture")
    listes.travailler()
    nadia.lit("Les colonnes ne suffisent pas encore")
    nadia.regarde("liste-colonnes-a-dire")
    nadia.page.get_by_label("Contenu de la colonne Identifiant de la carte").select_option("ine")
    nadia.presse("Vérifier cette liste")
    nadia.lit("Vérification en cours")
    nadia.regarde("liste-en-cours")
    listes.travailler()
    nadia.lit("La liste est vérifiée")
    nadia.regarde("liste-verifiee")
    with nadia.page.expect_download() as attendu:
        nadia.suit("Télécharger (CSV)", exact=True)
    assert attendu.value.suggested_filename == "rentree-verifiee.csv"
    titres, premiere, deuxieme, *autres = listes.rangees(attendu.value.path().read_bytes())
    assert titres[:3] == ["Identifiant de la carte", "Classe", "Réponse"]
    assert premiere[:3] == [etudiant.ine, "B12", "Étudiant trouvé"]
    assert "Université de Clairval" in premiere
    assert deuxieme[2] == "Ligne à corriger"
    assert [autre[2] for autre in autres] == ["Aucun étudiant trouvé"] * 298
