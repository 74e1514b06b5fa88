"""One journey in a real browser: a software editor with three clients, one of which takes its delegation back while the
software calls."""

import re
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

import pytest

from habilitations.comptes.demonstration import DOMAINE
from habilitations.models import Compte, Editeur, Role
from referentiel.models import Echange, Etudiant
from tests import fabriques
from tests.habilitations import scenes
from tests.parcours import gestes
from tests.parcours.personne import Personne

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("donnees_validees")]

NADIA = f"nadia@{DOMAINE}"
LIRE = "/v3/mesri/statut_etudiant/ine"


class Appel(NamedTuple):
    debut: float
    statut: int
    code: str


class Logiciel(threading.Thread):
    """The editor's software at work: it calls for each client in turn, until it is stopped."""

    def __init__(self, adresse: str, jeton: str, ine: str, sirets: list[str]) -> None:
        super().__init__(daemon=True)
        self.adresse, self.jeton, self.ine = adresse, jeton, ine
        self.appels: dict[str, list[Appel]] = {siret: [] for siret in sirets}
        self.arret = threading.Event()

    def run(self) -> None:
        while not self.arret.is_set():
            for siret, appels in self.appels.items():
                debut = time.monotonic()
                parametres = {"recipient": siret, "ine": self.ine}
                recue = gestes.appeler("GET", self.adresse, LIRE, self.jeton, params=parametres)
                erreurs = recue.json().get("errors", [{"code": ""}])
                appels.append(Appel(debut, recue.status_code, erreurs[0]["code"]))
            self.arret.wait(0.1)

    def attendre(self, nombre: int, *, depuis: float) -> None:
        """Until each client has had so many calls that began since then."""
        limite = time.monotonic() + 30
        while time.monotonic() < limite:
            if all(sum(a.debut > depuis for a in appels) >= nombre for appels in self.appels.values()):
                return
            time.sleep(0.05)
        raise AssertionError("le logiciel n'appelle plus")

    def __enter__(self) -> "Logiciel":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.arret.set()
        self.join(timeout=30)


@pytest.fixture
def etudiant() -> Etudiant:
    return fabriques.inscrit()


@pytest.fixture
def nadia(adresse: str) -> Compte:
    """Of a company that is no editor yet; Léa, of the ministry, says who is."""
    scenes.compte(Role.Nom.ADMINISTRATEUR, courriel=f"lea@{DOMAINE}")
    return scenes.compte(courriel=NADIA, organisation=fabriques.organisation(nom="Guichet Facile"))


def test_an_editor_serves_three_clients_and_one_takes_its_delegation_back_during_calls(
    navigateur: "Browser", adresse: str, nadia: Compte, etudiant: Etudiant
) -> None:
    lea = Personne(navigateur, adresse, "lea")
    nadia_ = Personne(navigateur, adresse, "nadia")
    chloe = Personne(navigateur, adresse, "chloe")
    helene = Personne(navigateur, adresse, "helene")
    with lea, nadia_, chloe, helene:
        organisation = gestes.organisation_de(NADIA)
        _designer(lea, organisation.siret)
        lien = _preparer(nadia_)
        jeton = _creer_le_jeton(nadia_)
        _demander(chloe, lien)
        nadia_.va("/editeur/demandes")
        nadia_.lit("En cours d'instruction")
        gestes.valider(helene, "Tarif étudiant à la piscine")
        nadia_.page.reload()
        nadia_.lit("pas encore déléguée")
        nadia_.regarde("demandes-suivies")
        siret = gestes.organisation_de(gestes.DEMANDEUR).siret
        avant = gestes.appeler("GET", adresse, LIRE, jeton, params={"recipient": siret, "ine": etudiant.ine})
        assert (avant.status_code, avant.json()["errors"][0]["code"]) == (403, "00213")
        _deleguer(chloe)

        editeur = Editeur.objects.get()
        autres = [
            fabriques.delegation(
                editeur, organisation=fabriques.organisation(nom=nom)
            ).habilitation.organisation
            for nom in ("Ville de Clairval", "Département du Val")
        ]
        nadia_.va("/editeur")
        nadia_.lit("3 délégations en cours")
        nadia_.regarde("trois-clients")
        sirets = [siret, *(autre.siret for autre in autres)]
        with Logiciel(adresse, jeton, etudiant.ine, sirets) as logiciel:
            logiciel.attendre(3, depuis=0)
            _reprendre(chloe)
            reprise = time.monotonic()
            logiciel.attendre(3, depuis=reprise)

        de_la_ville = logiciel.appels[siret]
        assert {(a.statut, a.code) for a in de_la_ville if a.debut > reprise} == {(403, "00213")}
        statuts = [appel.statut for appel in de_la_ville]
        # From one answer to the next: never back.
        assert statuts == sorted(statuts)
        assert statuts[:3] == [200, 200, 200]
        for autre in autres:
            assert {appel.statut for appel in logiciel.appels[autre.siret]} == {200}

        assert "Ville de Belleroche" in gestes.courriel(NADIA, "est terminée")
        nadia_.page.reload()
        nadia_.lit("2 délégations en cours")
        nadia_.lit("Terminées récemment")
        nadia_.regarde("deux-clients")
        noms = Echange.objects.filter(issue="donnees").values_list("organisation", "editeur")
        assert set(noms) == {
            ("Ville de Belleroche", "Guichet Facile"),
            ("Ville de Clairval", "Guichet Facile"),
            ("Département du Val", "Guichet Facile"),
        }
    assert lea.plaintes + nadia_.plaintes + chloe.plaintes + helene.plaintes == []


def _designer(lea: Personne, siret: str) -> None:
    lea.va("/instruction/editeurs")
    gestes.entrer(lea, "Administrateur")
    lea.lit("Aucun éditeur")
    lea.suit("Désigner un éditeur")
    lea.ecrit(siret=siret, motif="Convention signée le 3 mars.")
    lea.regarde("designer")
    lea.presse("Désigner cet éditeur")
    lea.lit("Guichet Facile est désigné comme éditeur")
    lea.regarde("editeurs")


def _preparer(nadia: Personne) -> str:
    """The link of the form that she gives to her clients."""
    nadia.va("/editeur/formulaires")
    gestes.entrer(nadia, "Guichet Facile")
    nadia.regarde("formulaires-vide")
    nadia.suit("Préparer un formulaire")
    nadia.ecrit(
        titre="Tarif étudiant avec Guichet Facile",
        intitule="Tarif étudiant à la piscine",
        description="Appliquer le tarif étudiant sans demander de justificatif.",
        destinataires="Agents de la caisse, nommément habilités.",
        conservation_mois="6",
        cadre_references="CRPA, article L. 114-8",
        cadre_url="https://www.legifrance.gouv.fr/codes/article_lc/X",
    )
    nadia.coche("scopes", "mesri_inscription_etudiant")
    nadia.coche("cadre_nature", "crpa")
    nadia.regarde("preparer")
    nadia.presse("Enregistrer le formulaire")
    nadia.lit("donnez son lien à vos clients")
    nadia.regarde("formulaires")
    return nadia.page.locator("main [id^=lien-]").inner_text()


def _creer_le_jeton(nadia: Personne) -> str:
    nadia.va("/editeur")
    nadia.suit("Créer le jeton")
    nadia.presse("Créer et afficher le jeton")
    jeton = nadia.page.locator("#jeton").inner_text()
    assert re.fullmatch(r"ase_d_[0-9A-Za-z]{49}", jeton)
    nadia.regarde("jeton")
    return jeton


def _demander(chloe: Personne, lien: str) -> None:
    """By the editor's link: what it prepared is there already."""
    chloe.va(lien)
    gestes.entrer(chloe, "Ville de Belleroche")
    chloe.lit("Préparé par Guichet Facile")
    chloe.page.locator("[name=acteur]").select_option("administration")
    chloe.page.locator("label[for=id_suivie]").click()
    chloe.regarde("formulaire-de-l-editeur")
    chloe.presse("Commencer la demande")
    chloe.ecrit(demandeur_fonction="Directrice des sports", demandeur_telephone="01 23 45 67 89")
    for etape in ("organisation", "projet", "donnees", "cadre"):
        # Two clicks on the same button before the next page is there would leave a step out.
        chloe.page.wait_for_url(f"**/etapes/{etape}*")
        gestes.continuer(chloe)
    chloe.page.wait_for_url("**/etapes/personnes*")
    gestes.nommer(chloe)
    gestes.continuer(chloe)
    gestes.s_engager(chloe)
    gestes.continuer(chloe)
    chloe.lit("La demande est complète")
    gestes.soumettre(chloe)
    chloe.lit("Guichet Facile, éditeur de logiciel, suit l'avancement")
    chloe.regarde("demande-suivie")


def _deleguer(chloe: Personne) -> None:
    chloe.page.reload()
    chloe.suit("Voir l'habilitation")
    chloe.suit(re.compile("[Dd]élég"))
    chloe.suit("Déléguer à un éditeur")
    # The editor by whose form the request was made is proposed.
    assert chloe.page.locator("[name=editeur] option:checked").inner_text().startswith("Guichet Facile")
    chloe.page.locator("label[for=id_confirme]").click()
    chloe.regarde("deleguer")
    chloe.presse("Déléguer cette habilitation")
    chloe.lit("dès son prochain appel")
    chloe.regarde("deleguee")


def _reprendre(chloe: Personne) -> None:
    chloe.suit(re.compile("^Reprendre"))
    chloe.presse("Reprendre la délégation")
    chloe.lit("La délégation est reprise")
