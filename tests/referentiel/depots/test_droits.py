"""Whose deposits: every route of the screens, for who may, who may not, and who is nobody."""

import time
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from referentiel import urls
from referentiel.models import Lot
from tests import fabriques
from tests.habilitations import scenes
from tests.portail.pages import lire
from tests.referentiel.depots import aides
from tests.referentiel.ecriture.portes import deposer_octets, traiter

pytestmark = pytest.mark.django_db

NOMS = [motif.name for motif in urls.urlpatterns if getattr(motif, "name", None) and "-depot" in motif.name]
D_UN_DEPOT = [nom for nom in NOMS if nom not in {
    "gestion-depots", "gestion-depot-nouveau", "gestion-depot-modele", "gestion-depot-modele-csv",
    "gestion-depot-modele-xlsx", "gestion-depot-exemple",
}]  # fmt: skip
POST = {"gestion-depot-verifier"}


@pytest.fixture
def lot():
    etablissement = fabriques.etablissement(uai=aides.UAI)
    return aides.lot_en("essaye", compte=aides.gestionnaire(etablissement))


def demander(client, nom, cle):
    adresse = reverse(nom, args=[cle] if nom in D_UN_DEPOT else [])
    return client.post(adresse) if nom in POST else client.get(adresse)


def test_every_route_is_there():
    assert len(D_UN_DEPOT) == 8


@pytest.mark.parametrize("nom", NOMS)
def test_who_is_signed_out_is_asked_to_sign_in_and_who_has_no_business_is_refused(lot, nom):
    response = demander(Client(), nom, lot.cle)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/connexion?")
    assert demander(aides.connecte(scenes.compte("instructeur")), nom, lot.cle).status_code == 403


@pytest.mark.parametrize("nom", D_UN_DEPOT)
def test_another_s_deposit_is_not_found_like_an_absent_one(lot, nom):
    autre = aides.connecte(aides.gestionnaire(fabriques.etablissement()))
    du_voisin, absent = demander(autre, nom, lot.cle), demander(autre, nom, uuid4())
    assert (du_voisin.status_code, absent.status_code) == (404, 404)
    for acte in ("enregistrer", "abandonner", "retirer"):
        assert autre.post(f"/gestion/depots/{lot.cle}/{acte}", {"compris": "oui"}).status_code == 404
    assert Lot.objects.get().etat == "a_confirmer"
    # A dry run that changes nothing has no list of changes.
    permis = {404} if nom == "gestion-depot-changements" else {200, 302}
    assert demander(aides.connecte(lot.compte), nom, lot.cle).status_code in permis


def test_a_colleague_of_the_same_establishment_sees_it(lot):
    collegue = aides.connecte(aides.gestionnaire(lot.compte.gestions.get().etablissement))
    assert collegue.get(f"/gestion/depots/{lot.cle}").status_code == 200


def test_a_deposit_wider_than_one_s_rights_is_invisible(lot):
    """A line of another establishment would be read in its report."""
    autre = fabriques.etablissement()
    large = aides.lot_en("a_confirmer", compte=lot.compte, uais=[aides.UAI, autre.uai])
    sans_limite = deposer_octets(b"a;b\n1;2\n", uais=None)
    client = aides.connecte(lot.compte)
    for invisible in (large, sans_limite):
        assert client.get(f"/gestion/depots/{invisible.cle}").status_code == 404
    assert str(large.cle) not in client.get("/gestion/depots").content.decode()
    deux = aides.connecte(aides.gestionnaire(lot.compte.gestions.get().etablissement, autre))
    assert deux.get(f"/gestion/depots/{large.cle}").status_code == 200


def test_the_ministry_sees_and_deposits_for_all(lot):
    client = aides.connecte(aides.ministere())
    assert client.get(f"/gestion/depots/{lot.cle}").status_code == 200
    assert "tous les établissements" in client.get("/gestion/depots/nouveau").content.decode()
    client.post("/gestion/depots/nouveau", {"fichier": aides.fichier(b"ine;uai\n1;2\n")})
    assert Lot.objects.latest("pk").uais is None


def test_nobody_sees_the_sandbox():
    lot = deposer_octets(b"ine;uai\n1;2\n", uais=None, fictif=True)
    assert aides.connecte(aides.ministere()).get(f"/gestion/depots/{lot.cle}").status_code == 404


def test_a_file_writes_for_the_establishments_of_its_sender_only(lot):
    """Rights are those of the deposit, whoever's codes the lines bear."""
    autre = fabriques.etablissement()
    client = aides.connecte(aides.gestionnaire(autre))
    client.post("/gestion/depots/nouveau", {"fichier": aides.fichier(aides.en_csv(aides.lignes()))})
    depose = traiter(Lot.objects.latest("pk"))
    assert depose.uais == [autre.uai]
    client.post(f"/gestion/depots/{depose.cle}/verifier", {"option": "valides"})
    traiter(depose)
    assert depose.rejetees == 2
    assert (
        "pas habilité à écrire pour cet établissement"
        in client.get(f"/gestion/depots/{depose.cle}").content.decode()
    )


def test_a_form_from_elsewhere_is_refused(lot):
    client = Client(enforce_csrf_checks=True)
    client.force_login(lot.compte)
    avant = Lot.objects.count()
    fichier = {"fichier": aides.fichier(b"ine;uai\n1;2\n")}
    assert client.post("/gestion/depots/nouveau", fichier).status_code == 403
    assert client.post(f"/gestion/depots/{lot.cle}/enregistrer").status_code == 403
    assert Lot.objects.count() == avant


def test_each_act_says_who_asked_for_it_even_standing_in(lot):
    """A colleague confirms; an administrator who stands in for the first one withdraws."""
    etablissement = lot.compte.gestions.get().etablissement
    premier, collegue = aides.connecte(lot.compte), aides.connecte(aides.gestionnaire(etablissement))
    premier.post("/gestion/depots/nouveau", {"fichier": aides.fichier(aides.en_csv(aides.lignes()))})
    depose = traiter(Lot.objects.latest("pk"))
    adresse = f"/gestion/depots/{depose.cle}"
    premier.post(f"{adresse}/verifier", {"option": "valides"})
    traiter(depose)
    collegue.post(f"{adresse}/enregistrer")
    traiter(depose)
    administrateur = scenes.compte("administrateur")
    incarnation = aides.connecte(administrateur)
    session = incarnation.session
    session["incarnation"] = {"compte": lot.compte.pk, "depuis": time.time()}
    session.save()
    incarnation.post(f"{adresse}/retirer", {"compris": "oui"})
    traiter(depose)
    un, deux = f"compte:{lot.compte.pk}", f"compte:{collegue.session['_auth_user_id']}"
    assert list(depose.actes.values_list("avant", "apres", "auteur")) == [
        ("", "analyse_en_attente", un),
        ("a_confirmer", "essai_en_attente", un),
        ("a_confirmer", "en_attente", deux),
        ("termine", "retrait_en_attente", f"{un}/par:{administrateur.pk}"),
    ]
    texte = lire(premier.get(adresse)).texte
    assert f"fichier déposé, {lot.compte}" in texte
    assert f"retrait demandé, {lot.compte}, par un administrateur" in texte
