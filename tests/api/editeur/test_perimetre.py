"""A delegated call sees what the habilitation's own token sees, to the byte; and nothing of what its scopes hide."""

from itertools import combinations

import pytest

from referentiel.nomenclatures import Regime, Statut
from tests import fabriques
from tests.api import oracle
from tests.api.lecture.appels import INE, RECIPIENT, V2, obtenir

pytestmark = pytest.mark.django_db

#: Nothing, each alone, every pair, everything.
ENSEMBLES = [
    *([un] for un in oracle.SCOPES),
    *(list(paire) for paire in combinations(oracle.SCOPES, 2)),
    list(oracle.SCOPES),
]


@pytest.fixture
def etudiant():
    """Somebody who has a record of each kind, whose every value is found nowhere else."""
    etudiant = fabriques.etudiant(nom_naissance="Canarinom", prenoms=["Canariprenom"], ine="9876543210Z")
    for rang, (statut, regime) in enumerate((s, r) for s in Statut for r in Regime):
        etablissement = fabriques.etablissement(nom=f"École canari {rang}", code_commune=f"31{rang:03}")
        fabriques.inscription(
            etudiant=etudiant,
            etablissement=etablissement,
            admis=statut == Statut.ADMIS,
            regime=regime.value,
        )
    return etudiant


def test_every_set_of_scopes_shows_the_same_by_delegation(client, etudiant):
    editeur = fabriques.editeur()
    emis = fabriques.jeton_d_editeur(editeur)
    montres = set()
    for scopes in ENSEMBLES:
        propre = fabriques.jeton(*scopes)
        delegation = fabriques.delegation(editeur, habilitation=propre.jeton.habilitation)
        siret = delegation.habilitation.organisation.siret
        for chemin in (V2, INE):
            attendue = obtenir(client, chemin, {"recipient": RECIPIENT, "ine": etudiant.ine}, propre.cle)
            recue = obtenir(client, chemin, {"recipient": siret, "ine": etudiant.ine}, emis.cle)
            assert (recue.status_code, recue.content) == (attendue.status_code, attendue.content), scopes
            montres.add(recue.status_code)
            texte = recue.content.decode()
            cles = oracle.cles_v2 if chemin == V2 else oracle.cles_v3
            visibles = [
                cles(frozenset(scopes), statut.value, regime.value) for statut in Statut for regime in Regime
            ]
            if "mesri_identite" not in scopes or not any(visibles):
                assert "Canari" not in texte, scopes
            if "mesri_identifiant" not in scopes or not any(visibles) or chemin == INE:
                assert "9876543210Z" not in texte, scopes
            for rang, vues in enumerate(visibles):
                if vues.isdisjoint({"etablissement", "etablissement_etudes"}):
                    assert f'"École canari {rang}"' not in texte, scopes
    assert montres == {200, 401, 403}
