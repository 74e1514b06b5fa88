"""Leaving an organisation, and links that nobody has confirmed for long."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.comptes.organisations import attester
from habilitations.demandes import actes
from habilitations.models import (
    Compte,
    Courriel,
    Demande,
    JournalAcces,
    Organisation,
    Rattachement,
    Role,
)
from habilitations.tasks import verifier_rattachements
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import texte

pytestmark = pytest.mark.django_db


def test_leaving_an_organisation_says_what_will_follow_then_does_it(client: Client) -> None:
    organisation = fabriques.organisation(nom="Ville de Belleroche")
    moi = scenes.demandeur(organisation)
    mienne = scenes.brouillon(acteur=moi)
    autre = scenes.brouillon(acteur=scenes.demandeur(organisation))
    client.force_login(moi.compte)
    adresse = f"/compte/organisations/{organisation.pk}/retirer"
    assert adresse in client.get("/compte").content.decode()
    page = texte(client.get(adresse))
    assert "La demande que vous avez faite pour elle reste la vôtre" in page
    assert "Vous ne verrez plus la demande faite par un collègue" in page
    assert "prochaine connexion avec ProConnect" in page
    assert Rattachement.objects.filter(compte=moi.compte).exists()  # reading changes nothing
    assert (
        "n&#x27;est plus l&#x27;une de vos organisations"
        in client.post(adresse, follow=True).content.decode()
    )
    visibles = Demande.objects.visibles_par(moi.compte)
    assert set(visibles) == {mienne}
    assert client.get(f"/demandes/{autre.pk}").status_code == 404
    ligne = JournalAcces.objects.get(genre="rattachement_retire")
    assert (ligne.compte, ligne.auteur) == (moi.compte, moi.compte)
    assert ligne.details == {"siret": organisation.siret, "verifie": True}
    assert client.post(adresse).status_code == 404


def test_a_declared_link_hides_nothing_when_it_ends(client: Client) -> None:
    organisation = fabriques.organisation()
    compte = scenes.compte()
    Rattachement.objects.create(compte=compte, organisation=organisation)
    scenes.brouillon(acteur=scenes.demandeur(organisation))
    client.force_login(compte)
    page = texte(client.get(f"/compte/organisations/{organisation.pk}/retirer"))
    assert "Vous ne verrez plus" not in page
    assert "ProConnect" not in page


def test_a_link_that_the_ministry_refused_is_not_made_new_by_leaving(client: Client) -> None:
    demande = scenes.demande("soumise")
    moi, organisation = demande.demandeur, demande.organisation
    attester(demande=demande, acteur=scenes.instructeur(), preuve="Inconnu du standard.", verifie=False)
    client.force_login(moi)
    page = client.post(f"/compte/organisations/{organisation.pk}/retirer", follow=True)
    assert "Le ministère a refusé ce rattachement" in texte(page)
    client.post("/compte/organisations/ajouter", {"siret": organisation.siret})
    lien = Rattachement.objects.get(compte=moi)
    assert lien.refuse_le is not None
    assert lien.preuve == "Inconnu du standard."


@pytest.mark.parametrize("absente", [True, False], ids=["absente", "d'un autre"])
def test_a_person_leaves_their_own_organisations_only(client: Client, absente: bool) -> None:
    autre = scenes.demandeur().compte.rattachements.get()
    client.force_login(scenes.compte())
    cle = 10**12 if absente else autre.organisation_id
    assert client.post(f"/compte/organisations/{cle}/retirer").status_code == 404
    assert Rattachement.objects.filter(pk=autre.pk).exists()


def test_who_stands_in_for_a_person_does_not_detach_them(client: Client) -> None:
    moi = scenes.demandeur()
    lien = moi.compte.rattachements.get()
    client.force_login(scenes.compte(Role.Nom.ADMINISTRATEUR))
    client.post(f"/personnes/{moi.compte.pk}/incarner", {"motif": "Elle ne trouve plus sa demande"})
    adresse = f"/compte/organisations/{lien.organisation_id}/retirer"
    assert adresse not in client.get("/compte").content.decode()
    client.post(adresse)
    assert Rattachement.objects.filter(pk=lien.pk).exists()


def test_a_link_that_nothing_confirms_expires_once(settings: object) -> None:
    settings.RATTACHEMENT_DUREE_MOIS = 12
    organisation = fabriques.organisation(nom="Crous de Montferrand")
    ancien, recent = (scenes.demandeur(organisation).compte.rattachements.get() for _ in range(2))
    scenes.brouillon(acteur=scenes.demandeur(organisation))
    Rattachement.objects.filter(pk=ancien.pk).update(verifie_le=timezone.now() - timedelta(days=370))
    Rattachement.objects.filter(pk=recent.pk).update(verifie_le=timezone.now() - timedelta(days=360))
    assert Demande.objects.visibles_par(ancien.compte).exists()
    for _ in range(2):
        verifier_rattachements()
    ancien.refresh_from_db()
    recent.refresh_from_db()
    assert (ancien.verifie, recent.verifie) == (False, True)
    assert not Demande.objects.visibles_par(ancien.compte).exists()
    ligne = JournalAcces.objects.get(genre="rattachement_perime")
    assert (ligne.compte, ligne.auteur_nom) == (ancien.compte, "Exploitation")
    courriel = Courriel.objects.get()
    assert courriel.destinataire == ancien.compte.courriel
    assert "Depuis 12 mois" in courriel.texte
    assert "Crous de Montferrand" in courriel.objet


def ajouter(compte: Compte, siret: str, nom: str = "") -> Client:
    client = Client()
    client.force_login(compte)
    client.post("/compte/organisations/ajouter", {"siret": siret, "nom": nom, "adresse": "1 rue Haute"})
    return client


def test_the_first_to_type_a_siret_does_not_name_the_organisation_for_all(settings: object) -> None:
    """Without Sirene nobody checks a name: each keeps what they typed, and the public list says the SIRET."""
    siret = fabriques.siret()
    farceur, agent = scenes.compte(), scenes.compte()
    chez_le_farceur = ajouter(farceur, siret, "Mairie de Nulle-Part")
    assert "Mairie de Nulle-Part" in texte(chez_le_farceur.get("/compte"))
    # The second is asked for a name too, and sees theirs.
    client = Client()
    client.force_login(agent)
    assert "Saisissez le nom" in texte(client.post("/compte/organisations/ajouter", {"siret": siret}))
    client = ajouter(agent, siret, "Ville de Clairval")
    page = texte(client.get("/compte"))
    assert "Ville de Clairval" in page
    assert "Nulle-Part" not in page
    organisation = Organisation.objects.get(siret=siret)
    assert organisation.nom == f"SIRET {siret}"
    assert organisation.adresse == ""


def test_a_declared_name_shows_to_the_instructor_and_becomes_everybody_s_once_approved() -> None:
    siret = fabriques.siret()
    agent, collegue = scenes.compte(), scenes.compte()
    ajouter(agent, siret, "Ville de Clairval")
    ajouter(collegue, siret, "Mairie de Clairval")
    demande = scenes.demande("soumise", acteur=Acteur(agent))
    instructeur = scenes.instructeur()
    client = Client()
    client.force_login(instructeur.compte)
    page = texte(client.get(f"/instruction/demandes/{demande.pk}"))
    assert "Ville de Clairval" in page
    assert "Nom déclaré par le demandeur" in page
    actes.valider(demande_id=demande.pk, acteur=instructeur, motif_doutes=scenes.MOTIF_DOUTES)
    organisation = Organisation.objects.get(siret=siret)
    assert (organisation.nom, organisation.adresse) == ("Ville de Clairval", "1 rue Haute")
    assert collegue.rattachements.get().nom == "Ville de Clairval"


def test_the_register_prevails_over_what_is_typed() -> None:
    etablissement = fabriques.etablissement(siret=fabriques.siret(), nom="Institut du Midi")
    ajouter(scenes.compte(), etablissement.siret, "Institut de Nulle-Part")
    assert Organisation.objects.get(siret=etablissement.siret).nom == "Institut du Midi"
