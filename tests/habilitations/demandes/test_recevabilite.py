"""Which kinds an organisation may begin: the eligibility's answers, held whatever the page shows."""

import pytest
from django.test import Client

from habilitations.acteur import Acteur
from habilitations.demandes import actes, constats, duplication, recevabilite
from habilitations.models import Demande, Organisation
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.comptes.test_sirene import Insee, etablissement, insee  # noqa: F401
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db

LECTURE, FRANCE_CONNECT, ECRITURE = "lecture", "franceconnect", "ecriture"

#: Legal category → the kinds that may be begun, by what the applicant says that the organisation is.
CAS = [
    # A town: whatever its applicant says.
    ("7210", "administration", {LECTURE, FRANCE_CONNECT}),
    ("7210", "etablissement", {LECTURE, FRANCE_CONNECT}),
    # A company: by FranceConnect only, even if it says that it is an administration.
    ("5710", "entreprise", {FRANCE_CONNECT}),
    ("5710", "administration", {FRANCE_CONNECT}),
    # A company that is a school, not in the register yet.
    ("5710", "etablissement", {FRANCE_CONNECT, ECRITURE}),
    # An association, and a health insurance fund, which serves the public.
    ("9220", "entreprise", {FRANCE_CONNECT}),
    ("8110", "administration", {LECTURE, FRANCE_CONNECT}),
    # A university: Insee's category does not tell a school from another public body.
    ("7383", "etablissement", {LECTURE, FRANCE_CONNECT, ECRITURE}),
    ("7383", "administration", {LECTURE, FRANCE_CONNECT}),
    # Nobody knows: what the applicant says.
    ("", "entreprise", {FRANCE_CONNECT}),
    ("", "editeur", set()),
    ("", "lycee", {LECTURE, FRANCE_CONNECT, ECRITURE}),
    ("", "", {LECTURE, FRANCE_CONNECT, ECRITURE}),
]


@pytest.mark.parametrize(("categorie", "declare", "ouverts"), CAS)
def test_each_actor_begins_what_it_may_and_no_more(categorie: str, declare: str, ouverts: set[str]) -> None:
    organisation = fabriques.organisation(categorie=categorie)
    acteur = scenes.demandeur(organisation)
    commencees = set()
    for type_ in (LECTURE, FRANCE_CONNECT, ECRITURE):
        try:
            actes.creer(acteur=acteur, organisation=organisation, type_=type_, acteur_declare=declare)
        except actes.ActeRefuse:
            continue
        commencees.add(type_)
    assert commencees == ouverts


def test_an_establishment_of_the_register_is_one_whatever_its_legal_form() -> None:
    organisation = fabriques.organisation(categorie="5710")
    fabriques.etablissement(siret=organisation.siret[:9] + "00099")
    assert recevabilite.connu(organisation) == "etablissement"
    actes.creer(acteur=scenes.demandeur(organisation), organisation=organisation, type_=LECTURE)


def test_the_page_says_why_and_shows_the_way(client: Client) -> None:
    organisation = fabriques.organisation(categorie="5710", nom="Mobilité SAS")
    client.force_login(scenes.compte(organisation=organisation))
    page = client.get("/demandes/nouvelle?type=lecture")
    assert '<option value="entreprise" selected>' in page.content.decode()
    refus = client.post(
        "/demandes/nouvelle",
        {"acteur": "administration", "type": "lecture", "organisation": organisation.pk},
    )
    assert refus.status_code == 422
    dit = lire(refus).texte
    assert "La lecture par jeton est réservée aux acteurs publics." in dit
    assert "D'après Sirene, Mobilité SAS est : une entreprise ou une association." in dit
    assert "/eligibilite?acteur=" in refus.content.decode()
    assert not Demande.objects.exists()
    suite = client.post(
        "/demandes/nouvelle",
        {"acteur": "entreprise", "type": "franceconnect", "organisation": organisation.pk},
    )
    assert suite.status_code == 302


def test_sirene_is_asked_about_an_organisation_of_before(client: Client, insee: Insee) -> None:  # noqa: F811
    insee.dit(200, etablissement(uniteLegale__categorieJuridiqueUniteLegale="5499"))
    organisation = fabriques.organisation()
    client.force_login(scenes.compte(organisation=organisation))
    refus = client.post(
        "/demandes/nouvelle",
        {"acteur": "administration", "type": "lecture", "organisation": organisation.pk},
    )
    assert refus.status_code == 422
    assert Organisation.objects.get(pk=organisation.pk).categorie == "5499"


def test_a_draft_begun_before_the_category_was_known_is_not_submitted() -> None:
    demande = scenes.brouillon()
    Organisation.objects.filter(pk=demande.organisation_id).update(categorie="5710")
    with pytest.raises(actes.ActeRefuse, match="réservée aux acteurs publics"):
        actes.soumettre(demande_id=demande.pk, acteur=Acteur(demande.demandeur))


def test_a_refused_request_is_not_begun_again_for_a_kind_that_is_closed() -> None:
    demande = scenes.demande("refusee", acteur_declare="entreprise", type_=FRANCE_CONNECT)
    reprise = duplication.dupliquer(demande=demande, acteur=Acteur(demande.demandeur))
    assert reprise.acteur_declare == "entreprise"


def test_the_instructor_sees_what_the_organisation_is_and_who_says_so() -> None:
    dite = scenes.brouillon(acteur_declare="administration")
    assert "Une administration ou une collectivité, d'après le demandeur seul." in [
        constat.dit for constat in constats.constater(dite)
    ]
    Organisation.objects.filter(pk=dite.organisation_id).update(categorie="7210")
    dite = Demande.objects.get(pk=dite.pk)
    assert "Une administration ou une collectivité, d'après le référentiel ou Sirene." in [
        constat.dit for constat in constats.constater(dite)
    ]
