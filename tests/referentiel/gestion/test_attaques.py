"""What a hostile or curious person sends to the establishments' admin, besides guessed addresses."""

import time

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from habilitations.models import SessionOuverte
from referentiel.models import Echange, Etudiant, Inscription
from tests import fabriques
from tests.habilitations import scenes
from tests.referentiel.gestion import aides, personnes

pytestmark = pytest.mark.django_db
LISTE = "/gestion/referentiel/inscription/"
NUL = [
    f"{LISTE}?uai=%00",
    f"{LISTE}?statut__exact=%00",
    f"{LISTE}exporter?uai=%00",
    "/gestion/referentiel/etablissement/?type__exact=%00",
    "/gestion/referentiel/commune/?type__exact=a%00b",
    "/gestion/?etablissement=%00",
    "/gestion/referentiel/export/?objet__exact=%00",
    "/gestion/depots?etat=%00",
    "/gestion/referentiel/etablissement/%00/change/",
    "/gestion/jetons?q=%00",
    "/gestion/collegues/ajouter?uai=%00",
]


@pytest.mark.parametrize("adresse", NUL)
@pytest.mark.parametrize("qui", [personnes.gestionnaire, personnes.ministere])
def test_a_null_byte_in_an_address_is_a_bad_request(adresse, qui):
    qui = qui(fabriques.etablissement()) if qui is personnes.gestionnaire else qui()
    assert qui.get(adresse).status_code == 400


def test_a_null_byte_in_a_search_finds_and_breaks_nothing():
    etablissement = fabriques.etablissement()
    client = personnes.gestionnaire(etablissement)
    for table in ("etablissement", "etudiant", "inscription"):
        assert client.post(f"/gestion/referentiel/{table}/", {"q": "a\0b"}, follow=True).status_code == 200


@pytest.mark.parametrize("choix", ["\0", "x", "9" * 40, "-1", "1 OR 1=1"])
def test_a_forged_choice_acts_on_nothing_and_breaks_nothing(choix):
    etablissement = fabriques.etablissement()
    fabriques.inscription(etablissement=etablissement)
    client = personnes.gestionnaire(etablissement)
    response = client.post(
        LISTE,
        {"action": "retirer_les_inscriptions", ACTION_CHECKBOX_NAME: choix, "nombre": "1"},
        follow=True,
    )
    assert response.status_code in {200, 400}
    assert Inscription.objects.count() == 1


@pytest.mark.parametrize(
    "adresse",
    [
        "/gestion/",
        "/gestion/depots",
        "/gestion/depots/modele",
        "/gestion/depots/modele.csv",
        "/gestion/jetons/habilitations/{habilitation}/lien",
        "/gestion/referentiel/etudiant/0/change/",
        "/gestion/depots/00000000-0000-0000-0000-000000000000",
        "/gestion/referentiel/commune/",
        "/compte",
        "/demandes",
    ],
)
def test_nothing_shown_to_who_is_signed_in_stays_in_the_browser(adresse):
    client = personnes.gestionnaire(fabriques.etablissement())
    habilitation = client.compte.gestions.get().habilitation_id
    response = client.get(adresse.format(habilitation=habilitation))
    assert response.status_code in {200, 404, 403}
    assert "no-store" in response.headers["Cache-Control"]


def test_messages_from_page_to_page_do_not_travel_in_a_cookie():
    etablissement = fabriques.etablissement()
    client = personnes.gestionnaire(etablissement)
    response = client.post("/gestion/collegues/ajouter", {"courriel": "camille.canari@exemple.test"})
    assert response.status_code == 302
    assert set(response.cookies) <= {"sessionid", "csrftoken"}
    assert "camille.canari@exemple.test" in client.get("/gestion/collegues").content.decode()


def test_what_is_searched_is_not_in_clear_in_the_session():
    client = personnes.gestionnaire(fabriques.etablissement())
    adresse = client.post("/gestion/referentiel/etudiant/", {"q": "canari camille"}).headers["Location"]
    assert 'value="canari camille"' in client.get(adresse).content.decode()
    assert "canari" not in str(SessionOuverte.objects.get().get_decoded())
    # The same search again bears the same address.
    assert client.post(adresse, {"q": "canari camille"}).headers["Location"] == adresse


@pytest.mark.parametrize(
    "adresse", ["/gestion/imports/communes", "/gestion/collegues/ajouter", "/demandes/nouvelle"]
)
def test_no_form_takes_more_than_it_can_use(adresse, monkeypatch):
    ecrits = []
    from django.core.files.uploadhandler import TemporaryFileUploadHandler

    d_origine = TemporaryFileUploadHandler.receive_data_chunk
    monkeypatch.setattr(
        TemporaryFileUploadHandler,
        "receive_data_chunk",
        lambda self, donnees, debut: (ecrits.append(len(donnees)), d_origine(self, donnees, debut))[1],
    )
    client = Client(enforce_csrf_checks=True)
    client.force_login(scenes.compte("responsable"))
    jeton = client.get("/gestion/imports/communes").context["csrf_token"]
    for taille, statut in ((15 << 20, {200, 400, 404}), (17 << 20, {400})):
        ecrits.clear()
        champs = {"csrfmiddlewaretoken": str(jeton), "fichier": SimpleUploadedFile("a.csv", b"x" * taille)}
        assert client.post(adresse, champs).status_code in statut
        assert bool(ecrits) == (taille < 16 << 20)


def test_a_page_seen_standing_in_is_journaled_under_both_names():
    inscription = fabriques.inscription()
    gestionnaire = aides.gestionnaire(inscription.etablissement)
    administrateur = scenes.compte("administrateur")
    client = personnes.entrer(administrateur)
    session = client.session
    session["incarnation"] = {"compte": gestionnaire.pk, "depuis": time.time()}
    session.save()
    assert client.get(f"/gestion/referentiel/etudiant/{inscription.etudiant_id}/change/").status_code == 200
    personnes.entrer(gestionnaire).get(f"{LISTE}{inscription.pk}/change/")
    vus = Echange.objects.order_by("id").values_list("compte_id", "par_compte_id")
    assert list(vus) == [(gestionnaire.pk, administrateur.pk), (gestionnaire.pk, None)]


def test_a_student_one_no_longer_has_is_not_followed_through_the_withdrawn_inscription():
    inscription = fabriques.inscription()
    fabriques.inscription(etudiant=inscription.etudiant)
    client = personnes.gestionnaire(inscription.etablissement)
    adresse = f"{LISTE}{inscription.pk}/history/"
    assert inscription.etudiant.nom_complet in client.get(adresse).content.decode()
    client.post(f"{LISTE}{inscription.pk}/delete/")
    Etudiant.objects.filter(pk=inscription.etudiant_id).update(nom_naissance="Canarinom")
    page = client.get(adresse).content.decode()
    assert "Cette inscription a été retirée" in page
    assert "Canarinom" not in page
    assert "Canarinom" in personnes.ministere().get(adresse).content.decode()
