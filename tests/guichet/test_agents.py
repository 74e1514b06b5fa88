"""Who may verify at the desk: designated by who answers for a habilitation, told, removed at once, known afterwards."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.models import Courriel, Evenement, Habilitation, Rattachement
from habilitations.protection.copie import d_un_compte
from habilitations.refus import ActeRefuse
from statut_etudiant.guichet import agents, conservation
from statut_etudiant.guichet.models import Agent
from tests import fabriques
from tests.guichet import aides
from tests.guichet.aides import GUICHET, par_ine, texte
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db


def page(ville: aides.Ville) -> str:
    return f"{GUICHET}/habilitations/{ville.habilitation.pk}"


def designer(acteur: Acteur, ville: aides.Ville, courriel: str = "camille@ville.test") -> Agent:
    return agents.designer(acteur=acteur, habilitation_id=ville.habilitation.pk, courriel=courriel)


def collegue(ville: aides.Ville, *, verifie: bool = True) -> Acteur:
    compte = scenes.compte()
    Rattachement.objects.create(compte=compte, organisation=ville.habilitation.organisation, verifie=verifie)
    return Acteur(compte)


def test_the_applicant_designates_in_the_pages_and_the_agent_is_told() -> None:
    ville = aides.ville()
    client = aides.connecte(ville.responsable.compte)
    assert "Aucun agent n'est désigné" in texte(client.get(page(ville)))
    response = client.post(f"{page(ville)}/ajouter", {"courriel": "Camille.Petit@Ville.test"}, follow=True)
    assert "camille.petit@ville.test peut vérifier des statuts" in texte(response)
    (agent,) = Agent.objects.all()
    assert (agent.courriel, agent.compte_id, agent.demande_id) == (
        "camille.petit@ville.test",
        None,
        ville.demande.pk,
    )
    assert 360 < (agent.expire_le - agent.ajoute_le).days <= 366
    (courriel,) = Courriel.objects.filter(genre="guichet_ouvert")
    assert courriel.destinataire == "camille.petit@ville.test"
    assert "/verifier-un-statut" in courriel.texte
    evenement = Evenement.objects.get(acte="agent_designe")
    assert (evenement.acteur_role, evenement.details) == (
        "demandeur",
        {"agent": "camille.petit@ville.test"},
    )
    historique = texte(client.get(f"/demandes/{ville.demande.pk}"))
    assert "a désigné un agent du guichet de vérification" in historique
    assert "Agent : camille.petit@ville.test." in historique


def test_the_designation_becomes_that_of_the_account_that_has_the_address() -> None:
    ville = aides.ville()
    designer(ville.responsable, ville, "future@ville.test")
    etudiant = fabriques.inscrit()
    venue = scenes.compte(courriel="future@ville.test")
    assert "Étudiant trouvé" in texte(par_ine(aides.connecte(venue), etudiant.ine))
    assert Agent.objects.get().compte == venue
    # The address may change hands: the right does not follow it.
    type(venue).objects.filter(pk=venue.pk).update(courriel="partie@ville.test")
    autre = scenes.compte(courriel="future@ville.test")
    assert "Étudiant trouvé" not in texte(par_ine(aides.connecte(autre), etudiant.ine))


@pytest.mark.parametrize(
    ("qui", "peut"),
    [
        ("demandeur", True),
        ("collegue", True),
        ("collegue_declare", False),
        ("agent", False),
        ("instructeur", False),
    ],
)
def test_who_answers_for_the_habilitation_designates(qui, peut) -> None:
    ville = aides.ville()
    acteur = {
        "demandeur": lambda: ville.responsable,
        "collegue": lambda: collegue(ville),
        "collegue_declare": lambda: collegue(ville, verifie=False),
        "agent": lambda: Acteur(Agent.objects.get().compte),
        "instructeur": scenes.instructeur,
    }
    if qui == "agent":
        client, _ = aides.agent(ville)
        client.get(GUICHET)
    avant = Agent.objects.count()
    celui = acteur[qui]()
    client = aides.connecte(celui.compte)
    assert (client.get(page(ville)).status_code == 200) is peut
    reponse = client.post(f"{page(ville)}/ajouter", {"courriel": "x@ville.test"})
    assert reponse.status_code == (302 if peut else 404)
    if not peut:
        with pytest.raises(Habilitation.DoesNotExist):
            designer(celui, ville)
    assert Agent.objects.count() == avant + peut


def test_a_colleague_is_told_as_one_in_the_history() -> None:
    ville = aides.ville()
    designer(collegue(ville), ville)
    assert Evenement.objects.get(acte="agent_designe").acteur_role == "collegue"


@pytest.mark.parametrize("type_", ["ecriture", "franceconnect"])
def test_only_a_reading_habilitation_has_a_desk(type_) -> None:
    responsable = scenes.demandeur()
    ville = aides.Ville(scenes.demande("validee", acteur=responsable, type_=type_), responsable)
    with pytest.raises(Habilitation.DoesNotExist):
        designer(responsable, ville)


def test_nobody_designates_in_somebody_else_s_place() -> None:
    ville = aides.ville()
    with pytest.raises(ActeRefuse, match="à la place d'une personne"):
        designer(Acteur(ville.responsable.compte, au_nom_de=scenes.compte("administrateur")), ville)
    assert not Agent.objects.exists()


def test_nobody_is_designated_twice_but_renewed_at_the_end() -> None:
    ville = aides.ville()
    client, premier = aides.agent(ville)
    client.get(GUICHET)
    with pytest.raises(ActeRefuse, match="est déjà agent du guichet"):
        designer(ville.responsable, ville, premier.courriel)
    bientot = timezone.now() + datetime.timedelta(days=30)
    Agent.objects.filter(pk=premier.pk).update(expire_le=bientot)
    assert "désignez-le de nouveau" in texte(aides.connecte(ville.responsable.compte).get(page(ville)))
    second = designer(ville.responsable, ville, premier.courriel)
    premier.refresh_from_db()
    assert premier.retire_le is not None
    assert second.compte_id == premier.compte_id is not None
    assert second.expire_le > bientot + datetime.timedelta(days=300)


def test_two_people_who_designate_at_once_make_one_agent() -> None:
    ville = aides.ville()
    agent = designer(ville.responsable, ville)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agent.objects.create(
            demande=ville.demande,
            courriel=agent.courriel,
            ajoute_par=ville.responsable.compte,
            expire_le=agent.expire_le,
        )


def test_removing_asks_first_then_tells() -> None:
    ville = aides.ville()
    client_agent, agent = aides.agent(ville)
    client_agent.get(GUICHET)
    client = aides.connecte(ville.responsable.compte)
    chemin = f"{GUICHET}/agents/{agent.pk}/retirer"
    assert "dès maintenant" in texte(client.get(chemin))
    assert Agent.objects.designes().exists()
    assert "n'est plus agent du guichet, dès maintenant" in texte(client.post(chemin, follow=True))
    assert not Agent.objects.designes().exists()
    assert Courriel.objects.get(genre="guichet_ferme").destinataire == agent.courriel
    assert Evenement.objects.get(acte="agent_retire").details == {"agent": agent.courriel}
    assert client.post(chemin).status_code == 404
    with pytest.raises(ActeRefuse, match="n'est plus agent"):
        agents.retirer(acteur=ville.responsable, agent_id=agent.pk)


def test_another_town_sees_and_removes_nobody() -> None:
    _, agent = aides.agent(aides.ville())
    autre = aides.ville()
    client = aides.connecte(autre.responsable.compte)
    assert client.post(f"{GUICHET}/agents/{agent.pk}/retirer").status_code == 404
    with pytest.raises(Agent.DoesNotExist):
        agents.retirer(acteur=autre.responsable, agent_id=agent.pk)
    assert Agent.objects.designes().count() == 1


def test_designations_by_one_address_are_limited() -> None:
    ville = aides.ville()
    client = aides.connecte(ville.responsable.compte)
    obtenus = []
    for rang in range(40):
        response = client.post(f"{page(ville)}/ajouter", {"courriel": f"agent{rang}@ville.test"})
        obtenus.append(response.status_code)
    assert obtenus[0] == 302
    assert obtenus[-1] == 200
    assert "Trop d'envois" in texte(response)


def test_the_organisation_sees_how_much_each_one_verifies_and_not_whom() -> None:
    etudiant, ville = fabriques.inscrit(), aides.ville()
    client, _ = aides.agent(ville)
    par_ine(client, etudiant.ine)
    par_ine(client, fabriques.ine())
    lu = aides.connecte(ville.responsable.compte).get(page(ville))
    (ligne,) = lu.context["lignes"]
    assert (ligne.compte.verifications, ligne.compte.introuvables) == (2, 1)
    assert etudiant.ine not in lu.content.decode()
    assert "Martin" not in lu.content.decode()


def test_agents_follow_the_habilitation_that_replaces_theirs() -> None:
    from habilitations.demandes import actes

    etudiant, ville = fabriques.inscrit(), aides.ville()
    client, _ = aides.agent(ville)
    ancienne = ville.habilitation.pk
    actes.rouvrir(demande_id=ville.demande.pk, acteur=ville.responsable)
    ville.demande.refresh_from_db()
    ville.demande.cgu_acceptees = ville.demande.dpd_informe = True
    ville.demande.destinataires = "Agents de la régie"
    ville.demande.save()
    actes.soumettre(demande_id=ville.demande.pk, acteur=ville.responsable)
    actes.valider(demande_id=ville.demande.pk, acteur=scenes.instructeur(), motif_doutes=scenes.MOTIF_DOUTES)
    assert ville.habilitation.pk != ancienne
    assert "Étudiant trouvé" in texte(par_ine(client, etudiant.ine))
    assert aides.echanges()[-1].habilitation_id == ville.habilitation.pk


def test_an_account_s_copy_has_its_designations() -> None:
    ville = aides.ville()
    client, agent = aides.agent(ville)
    client.get(GUICHET)
    agent.refresh_from_db()
    (ligne,) = d_un_compte(agent.compte)["agent_du_guichet"]
    assert ligne["courriel"] == agent.courriel


def test_addresses_are_forgotten_three_years_after_the_end() -> None:
    ville = aides.ville()
    quand = timezone.now() - datetime.timedelta(days=5 * 365)
    anciens = []
    for rang, fin in enumerate((37, 35)):
        _, agent = aides.agent(ville, scenes.compte(courriel=f"ancien{rang}@ville.test"))
        Agent.objects.filter(pk=agent.pk).update(
            ajoute_le=quand, expire_le=timezone.now() - datetime.timedelta(days=fin * 30.5)
        )
        anciens.append(agent)
    assert conservation.oublier_les_agents() == 1
    oublie, garde = (Agent.objects.get(pk=agent.pk) for agent in anciens)
    assert (oublie.courriel, oublie.retire_le) == ("", oublie.expire_le)
    assert garde.courriel == "ancien1@ville.test"
    assert conservation.oublier_les_agents() == 0


def test_a_visitor_is_sent_to_sign_in() -> None:
    response = Client().get(GUICHET)
    assert response.status_code == 302
    assert "/connexion" in response.headers["Location"]


@pytest.mark.parametrize(("type_", "invite"), [("lecture", True), ("franceconnect", False)])
def test_the_page_of_a_habilitation_leads_there(type_, invite) -> None:
    responsable = scenes.demandeur()
    ville = aides.Ville(scenes.demande("validee", acteur=responsable, type_=type_), responsable)
    lue = aides.connecte(responsable.compte).get(f"/habilitations/{ville.habilitation.pk}")
    assert (f'href="{page(ville)}"' in lue.content.decode()) is invite


def test_a_colleague_does_not_give_themselves_the_desk() -> None:
    ville = aides.ville()
    agente = collegue(ville)
    client = aides.connecte(agente.compte)
    reponse = client.post(f"{page(ville)}/ajouter", {"courriel": agente.compte.courriel.upper()})
    assert "demandez à" in texte(reponse)
    with pytest.raises(ActeRefuse, match="vous-même"):
        designer(agente, ville, agente.compte.courriel)
    assert not Agent.objects.exists()
    # Who answers for the habilitation before the ministry may: small towns have one person.
    designer(ville.responsable, ville, ville.responsable.compte.courriel)
    assert Agent.objects.count() == 1


def test_the_applicant_is_told_of_whom_others_designate() -> None:
    ville = aides.ville()
    agente = collegue(ville)
    designer(agente, ville, "nouvelle@ville.test")
    (avis,) = Courriel.objects.filter(genre="guichet_agent_designe")
    assert avis.destinataire == ville.responsable.compte.courriel
    assert str(agente.compte) in avis.texte
    assert "nouvelle@ville.test" in avis.texte
    assert f"/verifier-un-statut/habilitations/{ville.habilitation.pk}" in avis.texte
    designer(ville.responsable, ville, "autre@ville.test")
    assert Courriel.objects.filter(genre="guichet_agent_designe").count() == 1
