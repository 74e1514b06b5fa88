"""The demonstration once it is loaded: what people find in it. Loaded once, in a transaction around these tests."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from habilitations.models import Compte, Courriel, Demande, Gestionnaire, Habilitation, Invitation, Role
from referentiel.models import DoublonPossible
from statut_etudiant.demonstration import chargement, secrets
from statut_etudiant.demonstration.personnes import PERSONNES
from tests.demonstration.aides import appels, charger, en_petit, presenter


@pytest.fixture(scope="module")
def chargee(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """What the loading said."""
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as remplacements,
        transaction.atomic(),
    ):
        en_petit(remplacements, tmp_path_factory.mktemp("demonstration"))
        yield charger()
        transaction.set_rollback(True)


pytestmark = [pytest.mark.usefixtures("chargee"), pytest.mark.django_db]


def test_l_agent_du_ministere_a_des_doublons_a_examiner() -> None:
    assert DoublonPossible.objects.count() >= 2


def test_la_commande_affichee_repond(client: Client) -> None:
    commandes = appels(presenter())
    assert len(commandes) == 2
    for adresse, entetes in commandes:
        response = client.get(adresse, headers=entetes)
        assert response.status_code == 200, response.content


def test_chaque_jeton_de_lecture_trouve_l_etudiant_montre(client: Client) -> None:
    (_, (adresse, _)) = appels(presenter())
    valeurs = secrets.lire()
    assert valeurs is not None
    lectures = [jeton for jeton in valeurs.jetons.values() if jeton.startswith("ase_l_")]
    assert len(lectures) == 3
    for jeton in lectures:
        assert client.get(adresse, headers={"Authorization": f"Bearer {jeton}"}).status_code == 200


def test_le_jeton_de_bac_a_sable_trouve_un_etudiant_fictif(client: Client) -> None:
    valeurs = secrets.lire()
    assert valeurs is not None
    response = client.get(
        "/api/v2/etudiants?ine=990000101DJ", headers={"X-Api-Key": valeurs.jetons[chargement.BAC_A_SABLE]}
    )
    assert response.status_code == 200


def test_des_demandes_dans_tous_les_etats() -> None:
    assert set(Demande.objects.values_list("etat", flat=True)) == set(Demande.Etat.values)
    assert set(Habilitation.objects.actives().values_list("type", flat=True)) == set(Habilitation.Type.values)
    assert Demande.objects.filter(etat="brouillon", instantane_valide__isnull=False).exists()


def test_une_personne_pour_chaque_role_avec_le_mot_de_passe_affiche() -> None:
    assert set(Role.objects.values_list("nom", flat=True)) == set(Role.Nom.values)
    gestions = Gestionnaire.objects.actifs().filter(etablissement__uai="0311384L")
    assert {gestion.compte.prenom for gestion in gestions} == {"Farid", "Gwenola"}
    assert Invitation.objects.en_attente().count() == 1
    texte = presenter()
    mot_de_passe = re.search(r"mot de passe de toutes : (\S+)\)", texte)
    assert mot_de_passe is not None
    for personne in PERSONNES:
        assert personne.adresse in texte
        assert Compte.objects.get(courriel=personne.adresse).check_password(mot_de_passe[1])


def test_l_editeur_lit_les_demandes_ou_il_est_nomme_et_rien_de_leurs_coulisses(client: Client) -> None:
    nadia = Compte.objects.get(courriel="nadia.olivier@demonstration.example")
    client.force_login(nadia)
    liste = client.get("/demandes").content.decode()
    assert "Tarif étudiant à la piscine" in liste
    assert "Cantine des apprentis" in liste
    assert "Carte jeunes régionale" not in liste
    demande = Demande.objects.get(intitule="Tarif étudiant à la piscine")
    page = client.get(f"/demandes/{demande.pk}").content.decode()
    assert "titre-historique" not in page
    assert "titre-messages" not in page
    lien = Courriel.objects.get(genre="jeton_a_retirer", destinataire=nadia.courriel)
    assert demande.habilitation.numero in lien.texte


def test_les_secrets_ne_sont_lisibles_que_par_leur_proprietaire() -> None:
    assert secrets.FICHIER.stat().st_mode & 0o777 == 0o600


def test_le_chargement_dit_ou_il_en_est(chargee: str) -> None:
    messages = chargee
    assert "40 étudiants" in messages
    assert "demandes d'habilitation" in messages
