"""Nobody does the technical work: eligibility offers the desk, the request says so, approval opens it, no token."""

import re

import pytest

from habilitations.demandes import actes, completude, instantane
from habilitations.eligibilite.questionnaire import Reponse
from habilitations.eligibilite.questions import QUESTIONNAIRE
from habilitations.models import ContactDeDemande, Courriel, Demande, LienDeJeton
from tests.guichet import aides
from tests.guichet.aides import texte
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db

SANS_PERSONNE = {"acteur": "administration", "donnees": "non", "technique": "personne"}


@pytest.mark.parametrize("franceconnect", ["oui", "parfois", "non"])
def test_eligibility_offers_the_desk_and_it_alone(franceconnect) -> None:
    parcours = QUESTIONNAIRE.parcourir({**SANS_PERSONNE, "franceconnect": franceconnect})
    assert parcours.question is None
    assert parcours.reponse is Reponse.OUI
    assert parcours.ouvre == ("lecture",)
    assert any("guichet de vérification" in texte for texte in parcours.explications)
    assert not any("Demandez la lecture par FranceConnect" in texte for texte in parcours.explications)


def test_who_has_developers_is_led_as_before() -> None:
    parcours = QUESTIONNAIRE.parcourir({**SANS_PERSONNE, "franceconnect": "oui", "technique": "interne"})
    assert parcours.ouvre == ("franceconnect",)
    assert parcours.preremplit == {}


def test_the_button_opens_a_request_that_says_so(client) -> None:
    responsable = scenes.demandeur()
    page = texte(client.get("/eligibilite", {**SANS_PERSONNE, "franceconnect": "non"}))
    assert "Lecture, au guichet : vérifier des statuts dans une page de ce site" in re.sub(
        "<[^>]+>| (?= )", "", page
    ).replace("\xa0", " ")
    assert "sans_logiciel=oui" in page
    connecte = aides.connecte(responsable.compte)
    adresse = "/demandes/nouvelle?type=lecture&acteur=administration&technique=personne&sans_logiciel=oui"
    organisation = responsable.compte.rattachements.get().organisation_id
    response = connecte.post(
        adresse, {"type": "lecture", "acteur": "administration", "organisation": organisation}
    )
    assert response.status_code == 302
    demande = Demande.objects.get()
    assert demande.sans_logiciel
    projet = texte(connecte.get(f"/demandes/{demande.pk}/etapes/projet"))
    assert "nos agents vérifieront au guichet" in projet


@pytest.mark.parametrize("type_", ["ecriture", "franceconnect"])
def test_the_other_kinds_are_not_asked(type_) -> None:
    acteur = scenes.demandeur()
    demande = scenes.brouillon(acteur=acteur, type_=type_)
    page = texte(aides.connecte(acteur.compte).get(f"/demandes/{demande.pk}/etapes/projet"))
    assert "guichet" not in page
    resume = texte(aides.connecte(acteur.compte).get(f"/demandes/{demande.pk}/resume"))
    assert "guichet de vérification" not in resume


@pytest.mark.parametrize(("sans_logiciel", "complete"), [(True, True), (False, False)])
def test_no_technical_contact_is_needed(sans_logiciel, complete) -> None:
    demande = scenes.brouillon(sans_logiciel=sans_logiciel)
    demande.contacts.filter(role=ContactDeDemande.Role.TECHNIQUE).delete()
    assert (completude.verifier(demande) == {}) is complete


def test_one_that_is_half_named_is_to_be_completed() -> None:
    demande = scenes.brouillon(sans_logiciel=True)
    demande.contacts.filter(role=ContactDeDemande.Role.TECHNIQUE).update(courriel="")
    assert list(completude.verifier(demande)["personnes"]) == ["technique-courriel"]


def test_approval_opens_the_desk_and_sends_no_token() -> None:
    ville = aides.ville(sans_logiciel=True)
    assert not LienDeJeton.objects.exists()
    assert not ville.habilitation.jetons.exists()
    (courriel,) = Courriel.objects.filter(genre="demande_validee")
    adresse = f"/verifier-un-statut/habilitations/{ville.habilitation.pk}"
    assert "Votre guichet de vérification est ouvert" in courriel.texte
    assert adresse in courriel.texte
    client = aides.connecte(ville.responsable.compte)
    assert client.get(adresse).status_code == 200
    assert "désignez les agents qui vérifieront" in texte(client.get(f"/demandes/{ville.demande.pk}"))


def test_the_others_get_their_token_as_before() -> None:
    ville = aides.ville()
    assert LienDeJeton.objects.filter(habilitation=ville.habilitation).count() == 1
    (courriel,) = Courriel.objects.filter(genre="demande_validee")
    assert "guichet" not in courriel.texte


def test_who_decides_reads_it() -> None:
    demande = scenes.demande("soumise", sans_logiciel=True)
    client = aides.connecte(scenes.instructeur().compte)
    assert "Sans logiciel, au guichet de vérification" in texte(
        client.get(f"/instruction/demandes/{demande.pk}")
    )


def test_a_snapshot_older_than_the_field_is_read_and_restored() -> None:
    ville = aides.ville()
    ville.demande.refresh_from_db()
    ancien = {
        champ: valeur for champ, valeur in ville.demande.instantane_valide.items() if champ != "sans_logiciel"
    }
    Demande.objects.filter(pk=ville.demande.pk).update(instantane_valide=ancien)
    actes.rouvrir(demande_id=ville.demande.pk, acteur=ville.responsable)
    ville.demande.refresh_from_db()
    assert {un.champ for un in instantane.differences(ancien, instantane.prendre(ville.demande))} == {
        "cgu_acceptees",
        "dpd_informe",
    }
    Demande.objects.filter(pk=ville.demande.pk).update(sans_logiciel=True)
    ville.demande.refresh_from_db()
    (ecart,) = [
        un
        for un in instantane.differences(ancien, instantane.prendre(ville.demande))
        if un.champ == "sans_logiciel"
    ]
    assert (ecart.avant, ecart.apres) == (False, True)
    actes.annuler_reouverture(demande_id=ville.demande.pk, acteur=ville.responsable)
    ville.demande.refresh_from_db()
    assert not ville.demande.sans_logiciel
