"""Ready-made forms: each is a form that could be sent but for what only its applicant knows; links win over them."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from habilitations.acteur import Acteur
from habilitations.demandes import completude, usages
from habilitations.demandes.cas_d_usage import CAS
from habilitations.models import Demande
from habilitations.views.demandes import nouvelle
from tests.habilitations import scenes
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db

#: What no ready-made form can say, by step.
A_SAISIR: dict[str, set[str]] = {
    "organisation": {"demandeur_fonction", "demandeur_telephone"},
    "cadre": {"cadre_url"},
    "etablissements": {"uais"},
    "franceconnect": {"fc_numero_habilitation", "fc_client_id"},
    "engagements": {"cgu_acceptees", "dpd_informe"},
}


def creee(acteur: Acteur, adresse: str, type_: str) -> Demande:
    organisation = acteur.compte.rattachements.get().organisation
    champs = nouvelle.lire(QueryDict(adresse), type_=type_)
    return nouvelle.creer(acteur=acteur, organisation=organisation, type_=type_, champs=champs)


def test_each_use_that_the_ministry_named_has_its_form() -> None:
    attendus = {"tarifs-sociaux", "cantine-et-quotient", "transport", "crous", "logement", "bibliotheque"}
    assert attendus | {"pass-sport-culture"} <= {cas.nom for cas in CAS}
    assert len({cas.nom for cas in CAS}) == len(CAS) == 12
    assert {cas.type for cas in CAS} == {"lecture", "franceconnect", "ecriture"}


@pytest.mark.parametrize("cas", CAS, ids=lambda cas: cas.nom)
def test_a_form_lacks_only_what_its_applicant_alone_can_say(cas: Any) -> None:
    demande = creee(scenes.demandeur(), f"cas={cas.nom}", cas.type)
    for champ, valeur in cas.champs.items():
        assert getattr(demande, champ) == (sorted(valeur) if champ == "scopes" else valeur), champ
    assert demande.cas == cas.nom  # what the public statistics count it under
    manques = completude.verifier(demande)
    personnes = manques.pop("personnes")
    assert len(personnes) == 15
    crochets = {champ for champ, valeur in cas.champs.items() if isinstance(valeur, str) and "[" in valeur}
    assert {etape: set(erreurs) - crochets for etape, erreurs in manques.items()} == {
        etape: A_SAISIR.get(etape, set()) for etape in manques
    }
    # What is between brackets is not sent as it is.
    assert crochets <= {champ for erreurs in manques.values() for champ in erreurs}
    projet = usages.Projet(
        frozenset(demande.scopes), f"{demande.intitule} {demande.description}", cas.type == "franceconnect"
    )
    assert usages.conseils(projet) == []  # our own form is not doubted by our own hints


def test_what_the_address_says_wins_over_the_form() -> None:
    demande = creee(
        scenes.demandeur(), "cas=transport&intitule=Réseau+Azalys&scopes=mesri_admission", "lecture"
    )
    assert (demande.intitule, demande.scopes) == ("Réseau Azalys", ["mesri_admission"])
    assert demande.cadre_nature == "code_transports"
    assert demande.conservation_mois == 12


@pytest.mark.parametrize(("adresse", "type_"), [("cas=inconnu", "lecture"), ("cas=transport", "ecriture")])
def test_a_form_that_is_not_of_this_kind_fills_nothing(adresse: str, type_: str) -> None:
    assert nouvelle.lire(QueryDict(adresse), type_=type_) == {}


def test_one_begins_from_a_form_and_is_told_what_it_fills(client: Client) -> None:
    acteur = scenes.demandeur()
    client.force_login(acteur.compte)
    page = lire(client.get("/demandes/nouvelle"))
    assert "/demandes/nouvelle?cas=crous" in page.liens()
    choisi = client.get("/demandes/nouvelle?cas=transport")
    lue = lire(choisi).texte
    assert "Abonnement étudiant d'un réseau de transport" in lue
    assert "Code des transports, article L. 1231-1" in lue
    assert "code_transports" not in lue
    assert "mesri_" not in lue
    assert choisi.context["form"]["type"].value() == "lecture"
    client.post(
        "/demandes/nouvelle?cas=transport",
        {
            "acteur": "administration",
            "type": "lecture",
            "organisation": acteur.compte.rattachements.get().organisation_id,
        },
    )
    assert Demande.objects.get().intitule == "Tarif étudiant du réseau de transport"


def test_the_page_says_all_that_a_link_may_fill_and_nothing_that_it_may_not(client: Client) -> None:
    page = lire(client.get("/cas-d-usage")).texte
    # By step of the form, folded: the whole is ten screens of a telephone.
    for etape in ("Votre organisation : 2 champs", "Les personnes : 15 champs", "FranceConnect : 2 champs"):
        assert etape in page
    noms = {un.nom for un in nouvelle.parametres_acceptes()}
    assert {
        "intitule",
        "scopes",
        "uais",
        "dpd-courriel",
        "technique-telephone",
        "fc_client_id",
        "date_prevue",
    } <= noms
    assert noms.isdisjoint({"cgu_acceptees", "dpd_informe", "recherche", "maquette", "document"})
    assert "Contact technique, adresse e-mail" in page
    assert "Un nombre entier, de 1 à 1 200" in page
    assert "Délibération d'une assemblée" in page
    for cas in CAS:
        assert cas.libelle in page
        assert cas.intitule in page


def test_what_is_between_brackets_is_replaced_before_submission_and_other_brackets_are_let_alone() -> None:
    demande = creee(scenes.demandeur(), "cas=tarifs-sociaux", "lecture")
    demande.description = demande.description.replace(
        "[la piscine, le musée, le conservatoire…]", "la piscine [25 m]"
    )
    verdict = completude.verifier(demande)
    assert "description" not in verdict.get("projet", {})
    assert verdict["donnees"] == {
        "destinataires": ["Remplacez ce qui est entre crochets : [nom du service]."]
    }
