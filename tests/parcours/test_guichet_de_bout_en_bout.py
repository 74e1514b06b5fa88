"""One journey in a real browser: a town without developers, from its agents to the first verified student."""

from typing import TYPE_CHECKING

import pytest

from habilitations.acteur import Acteur
from habilitations.comptes.demonstration import DOMAINE
from habilitations.models import Compte
from tests import fabriques
from tests.guichet import aides
from tests.habilitations import scenes
from tests.parcours import gestes
from tests.parcours.personne import Personne

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]

NADIA = f"nadia@{DOMAINE}"


def test_a_town_without_developers_verifies_its_first_student(navigateur: "Browser", adresse: str) -> None:
    etudiant = fabriques.inscrit(etablissement=fabriques.etablissement(nom="Université de Clairval"))
    agent = scenes.compte(courriel=NADIA)
    responsable = Acteur(Compte.objects.get(courriel=gestes.DEMANDEUR))
    ville = aides.Ville(scenes.demande("validee", acteur=responsable), responsable)
    chloe, nadia = Personne(navigateur, adresse, "chloe-guichet"), Personne(navigateur, adresse, "nadia")
    with chloe, nadia:
        nadia.va("/verifier-un-statut")
        gestes.entrer(nadia, agent.nom)
        nadia.lit("demandez à la personne qui en répond")
        nadia.regarde("pas-encore-agent")

        gestes.courriels()
        chloe.va(f"/habilitations/{ville.habilitation.pk}")
        gestes.entrer(chloe, "Ville de Belleroche")
        _designer(chloe)
        assert "/verifier-un-statut" in gestes.courriel(NADIA, "guichet")

        _verifier(nadia, etudiant.ine)
        _prouver(nadia)
        nadia.suit("Mes vérifications")
        nadia.lit("Cantine 2026-118")
        nadia.regarde("historique")

        chloe.suit("Retirer")
        chloe.regarde("retirer")
        chloe.presse("Retirer")
        chloe.lit("n'est plus agent du guichet, dès maintenant")
        chloe.regarde("anciens-agents")
        nadia.va("/verifier-un-statut")
        nadia.lit("Vous n'en êtes pas, ou plus")
    assert chloe.plaintes + nadia.plaintes == []


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
