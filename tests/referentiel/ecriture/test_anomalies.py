"""Concluding on anomalies, and correcting an identity."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from referentiel.ecriture.anomalies import AnomalieClose, corriger, garder_identite
from referentiel.ecriture.correction import corriger_identite, lire_correction
from referentiel.models import Anomalie, Etudiant, Historique, Verification
from tests import fabriques

pytestmark = pytest.mark.django_db

AUTEUR = "compte:7"
CORRIGEE = {
    "dateNaissance": "2004-03-27",
    "nomNaissance": "Le Gall",
    "prenoms": ["Anne-Marie"],
    "sexe": "F",
    "codeCogInseeCommuneNaissance": "29232",
}


@pytest.fixture
def anne():
    return fabriques.etudiant(
        nom_naissance="Le Goff", prenoms=["Anne-Marie"], lieu_naissance="29232", identite_verifiee=True
    )


@pytest.fixture
def anomalie(anne):
    return Anomalie.objects.create(
        type="nom_different",
        etudiant=anne,
        etablissement=fabriques.etablissement(),
        recu={},
        cle="LEGALL ANNE",
    )


def lue(**remplace):
    correction, erreurs, _ = lire_correction({**CORRIGEE, **remplace})
    assert correction is not None, erreurs
    return correction


def etat(anomalie):
    anomalie.refresh_from_db()
    return anomalie.decision, anomalie.traitee_par, anomalie.conclusion, anomalie.traitee_le is not None


def test_keeping_the_identity_changes_nothing_else(anomalie, anne):
    avant = Historique.objects.count()
    garder_identite(anomalie_id=anomalie.pk, conclusion=" Nom d'usage ", auteur=AUTEUR)
    assert etat(anomalie) == ("garder", AUTEUR, "Nom d'usage", True)
    assert Historique.objects.count() == avant


def test_correcting_saves_and_signs_the_identity(anomalie, anne):
    corriger(anomalie_id=anomalie.pk, correction=lue(), conclusion="", auteur=AUTEUR)
    assert etat(anomalie) == ("corriger", AUTEUR, "", True)
    anne.refresh_from_db()
    assert (anne.nom_naissance, anne.cle_nom, anne.identite_verifiee) == ("Le Gall", "LEGALL", True)
    ligne = Historique.objects.get(objet="etudiant", operation="modification")
    assert (ligne.avant, ligne.apres, ligne.auteur) == (
        {"nom_naissance": "Le Goff"},
        {"nom_naissance": "Le Gall"},
        AUTEUR,
    )


def test_another_birth_date_is_to_be_verified_again(anne):
    Etudiant.objects.filter(pk=anne.pk).update(date_naissance="2004-01-01", precision_naissance="annee")
    assert corriger_identite(etudiant_id=anne.pk, correction=lue(nomNaissance="Le Goff"), auteur=AUTEUR)
    anne.refresh_from_db()
    assert (anne.date_naissance, anne.precision_naissance) == (datetime.date(2004, 3, 27), "jour")
    assert not anne.identite_verifiee
    assert Verification.objects.get().etat == "a_reprendre"


def test_the_same_identity_leaves_no_trace(anne):
    avant = Historique.objects.count()
    assert not corriger_identite(etudiant_id=anne.pk, correction=lue(nomNaissance="Le Goff"), auteur=AUTEUR)
    assert (Historique.objects.count(), Verification.objects.count()) == (avant, 0)


@pytest.mark.parametrize(
    ("remplace", "champ", "code"),
    [
        ({"nomNaissance": "123"}, "identite.nomNaissance", "format"),
        ({"prenoms": ["Anne", None]}, "identite.prenoms", "obligatoire"),
        ({"sexe": "X"}, "identite.sexe", "valeur_inconnue"),
        ({"codeCogInseeCommuneNaissance": "Brest"}, "identite.codeCogInseeCommuneNaissance", "format"),
        ({"dateNaissance": "2004-02-30"}, "dateNaissance", "date_impossible"),
        ({"dateNaissance": "1899-12-31"}, "dateNaissance", "date_impossible"),
        (dict.fromkeys(CORRIGEE) | {"dateNaissance": "2004-03-27"}, "identite.nomNaissance", "obligatoire"),
    ],
)  # fmt: skip
def test_the_rules_are_those_of_the_api(remplace, champ, code):
    correction, erreurs, _ = lire_correction({**CORRIGEE, **remplace})
    assert correction is None
    assert [(une.champ, une.code) for une in erreurs] == [(champ, code)]


def test_a_closed_anomaly_moves_no_more(anomalie):
    garder_identite(anomalie_id=anomalie.pk, conclusion="", auteur=AUTEUR)
    for agir in (
        lambda: garder_identite(anomalie_id=anomalie.pk, conclusion="", auteur="compte:8"),
        lambda: corriger(anomalie_id=anomalie.pk, correction=lue(), conclusion="", auteur="compte:8"),
        lambda: garder_identite(anomalie_id=0, conclusion="", auteur=AUTEUR),
    ):
        with pytest.raises(AnomalieClose):
            agir()
    for colonnes in ({"conclusion": "Autre"}, {"traitee_le": None, "decision": "", "traitee_par": ""}):
        with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
            Anomalie.objects.update(**colonnes)
    assert etat(anomalie) == ("garder", AUTEUR, "", True)


@pytest.mark.parametrize(
    "colonnes",
    [
        {"traitee_le": timezone.now()},
        {"traitee_le": timezone.now(), "decision": "garder"},
        {"traitee_le": timezone.now(), "traitee_par": AUTEUR},
        {"decision": "garder", "traitee_par": AUTEUR},
        {"conclusion": "Presque"},
        {"etablissement": None},
        {"type": "identite_refusee"},
    ],
    ids=lambda colonnes: ",".join(colonnes),
)
def test_the_database_refuses_half_a_conclusion(anomalie, colonnes):
    with pytest.raises(IntegrityError), transaction.atomic():
        Anomalie.objects.update(**colonnes)
