"""What a delegated call leaves in the journal, and what the student reads of it: both names."""

import pytest

from referentiel.models import Echange
from statut_etudiant.citoyens import consultations
from tests import fabriques
from tests.api.lecture.appels import INE, V2, lire, obtenir

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("chemin", [V2, INE])
@pytest.mark.parametrize("trouve", [True, False])
def test_the_row_names_the_habilitation_and_the_editor(client, chemin, trouve):
    editeur, etudiant = fabriques.editeur(), fabriques.inscrit()
    emis, delegation = fabriques.jeton_d_editeur(editeur), fabriques.delegation(editeur)
    organisation = delegation.habilitation.organisation
    demande = {"recipient": organisation.siret, "ine": etudiant.ine if trouve else fabriques.ine()}
    reponse = obtenir(client, chemin, demande, emis.cle)
    [ligne] = Echange.objects.filter(requete=reponse.headers["X-Request-ID"])
    attendu = {
        "issue": "donnees" if trouve else "non_trouve",
        "jeton_id": emis.jeton.pk,
        "habilitation_id": delegation.habilitation_id,
        "organisation": organisation.nom,
        "siret": organisation.siret,
        "recipient": organisation.siret,
        "editeur": editeur.organisation.nom,
        "editeur_siret": editeur.organisation.siret,
    }
    assert {nom: getattr(ligne, nom) for nom in attendu} == attendu


def test_a_call_by_an_ordinary_token_names_no_editor(client):
    emis, etudiant = fabriques.jeton(), fabriques.inscrit()
    reponse = obtenir(client, INE, {"recipient": fabriques.siret(), "ine": etudiant.ine}, emis.bearer)
    [ligne] = Echange.objects.filter(requete=reponse.headers["X-Request-ID"])
    assert (ligne.editeur, ligne.editeur_siret) == ("", "")


def test_a_refused_delegation_leaves_no_row(client):
    editeur, etudiant = fabriques.editeur(), fabriques.inscrit()
    demande = {"recipient": fabriques.siret(), "ine": etudiant.ine}
    reponse = obtenir(client, INE, demande, fabriques.jeton_d_editeur(editeur).bearer)
    assert reponse.status_code == 403
    assert not Echange.objects.filter(requete=reponse.headers["X-Request-ID"]).exists()


def test_the_student_reads_both_names(client):
    editeur, etudiant = fabriques.editeur(), fabriques.inscrit()
    delegation = fabriques.delegation(editeur)
    siret = delegation.habilitation.organisation.siret
    reponse = obtenir(
        client, INE, {"recipient": siret, "ine": etudiant.ine}, fabriques.jeton_d_editeur(editeur).bearer
    )
    assert lire(reponse)["data"]
    [consultation] = consultations.raconter(consultations.echanges(etudiant.pk))
    assert consultation.organisation == delegation.habilitation.organisation.nom
    assert consultation.editeur == editeur.organisation.nom
    assert consultation.finalite.intitule == "Tarification des transports"
    [ligne] = consultations.en_lignes([consultation])
    assert ligne["logiciel de"] == editeur.organisation.nom
