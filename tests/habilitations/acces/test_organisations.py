"""Leaving an organisation, and links that nobody has confirmed for long."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from habilitations.models import Courriel, Demande, JournalAcces, Rattachement, Role
from habilitations.tasks import verifier_rattachements
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.acces.aides import texte

pytestmark = pytest.mark.django_db


def test_quitter_une_organisation_dit_ce_qu_il_en_sera_puis_le_fait(client: Client) -> None:
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


def test_un_rattachement_declare_ne_fait_rien_perdre_de_vue(client: Client) -> None:
    organisation = fabriques.organisation()
    compte = scenes.compte()
    Rattachement.objects.create(compte=compte, organisation=organisation)
    scenes.brouillon(acteur=scenes.demandeur(organisation))
    client.force_login(compte)
    page = texte(client.get(f"/compte/organisations/{organisation.pk}/retirer"))
    assert "Vous ne verrez plus" not in page
    assert "ProConnect" not in page


@pytest.mark.parametrize("absente", [True, False], ids=["absente", "d'un autre"])
def test_on_ne_retire_que_les_siennes(client: Client, absente: bool) -> None:
    autre = scenes.demandeur().compte.rattachements.get()
    client.force_login(scenes.compte())
    cle = 10**12 if absente else autre.organisation_id
    assert client.post(f"/compte/organisations/{cle}/retirer").status_code == 404
    assert Rattachement.objects.filter(pk=autre.pk).exists()


def test_qui_agit_a_la_place_d_une_personne_ne_la_detache_pas(client: Client) -> None:
    moi = scenes.demandeur()
    lien = moi.compte.rattachements.get()
    client.force_login(scenes.compte(Role.Nom.ADMINISTRATEUR))
    client.post(f"/personnes/{moi.compte.pk}/incarner", {"motif": "Elle ne trouve plus sa demande"})
    adresse = f"/compte/organisations/{lien.organisation_id}/retirer"
    assert adresse not in client.get("/compte").content.decode()
    client.post(adresse)
    assert Rattachement.objects.filter(pk=lien.pk).exists()


def test_un_rattachement_que_rien_ne_confirme_se_perime_une_fois(settings: object) -> None:
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
