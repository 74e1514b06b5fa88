"""The quota of delegated calls: one for a habilitation, whoever calls with it; exact in and between batches."""

import threading

import psycopg
import pytest

from habilitations.jetons import emission
from habilitations.jetons.ouverture import OUVERT, QUOTA
from statut_etudiant.api.enonces import ENTREES
from statut_etudiant.api.enonces_delegation import ENTREES_DELEGUEES, EntreeDeleguee
from statut_etudiant.api.guichet import LOT_MAXIMAL
from statut_etudiant.api.liaison import PRIMAIRE
from tests import fabriques
from tests.api.boucle.test_guichets import entree, servir

pytestmark = pytest.mark.usefixtures("donnees_validees")


def deleguee(secret: str, delegation, ine: str | None = None, **champs: object) -> EntreeDeleguee:
    return EntreeDeleguee(
        empreintes=emission.empreintes(secret),
        adresse="127.0.0.1",
        ouvrants=None,
        quota=20,
        destinataire=delegation.habilitation.organisation.siret,
        delegation=delegation.cle,
        voie="ine" if ine else None,
        criteres=(ine, ine, "2000-01-01") if ine else (),
    )._replace(**champs)


def etats(sorties) -> tuple[int, int]:
    lus = [sortie.ouverture.etat for sortie in sorties]
    return lus.count(OUVERT), lus.count(QUOTA)


def deux_editeurs():
    """Two editors and, of the first, two tokens: all call with one habilitation."""
    premier, second = fabriques.editeur(), fabriques.editeur()
    une = fabriques.delegation(premier)
    autre = fabriques.delegation(second, habilitation=une.habilitation)
    return [
        (fabriques.jeton_d_editeur(premier), une),
        (fabriques.jeton_d_editeur(premier), une),
        (fabriques.jeton_d_editeur(second), autre),
    ]


def test_all_who_call_with_a_habilitation_share_its_quota():
    appels = [deleguee(emis.secret, delegation) for emis, delegation in deux_editeurs()]
    sorties = servir(ENTREES_DELEGUEES, *(appels * 20))
    assert etats(sorties) == (20, 40)
    restants = sorted(s.ouverture.restant for s in sorties if s.ouverture.etat == OUVERT)
    assert restants == list(range(20))


def test_two_habilitations_have_two_quotas():
    editeur = fabriques.editeur()
    emis = fabriques.jeton_d_editeur(editeur)
    appels = [deleguee(emis.secret, fabriques.delegation(editeur)) for _ in range(2)]
    assert etats(servir(ENTREES_DELEGUEES, *(appels * 30))) == (40, 20)


def test_an_editor_cannot_use_up_the_quota_of_the_administration_s_own_token():
    emis = fabriques.jeton()
    editeur = fabriques.editeur()
    delegation = fabriques.delegation(editeur, habilitation=emis.jeton.habilitation)
    deleguees = [deleguee(fabriques.jeton_d_editeur(editeur).secret, delegation)] * 30
    assert etats(servir(ENTREES_DELEGUEES, *deleguees)) == (20, 10)
    assert etats(servir(ENTREES, *[entree(emis.secret)] * 30)) == (20, 10)


def test_a_call_that_is_refused_or_not_to_be_counted_counts_for_nothing():
    editeur = fabriques.editeur()
    secret, delegation = fabriques.jeton_d_editeur(editeur).secret, fabriques.delegation(editeur)
    refuses = [
        deleguee(secret, delegation, ouvrants=["mesri_admissions"]),
        deleguee(secret, delegation, compter=False),
        deleguee(secret, delegation, destinataire=fabriques.siret()),
    ]
    servir(ENTREES_DELEGUEES, *(refuses * 10))
    [sortie] = servir(ENTREES_DELEGUEES, deleguee(secret, delegation))
    assert sortie.ouverture.restant == 19


def test_each_call_of_a_batch_receives_what_is_its_own():
    editeur = fabriques.editeur()
    emis = fabriques.jeton_d_editeur(editeur)
    delegations = [fabriques.delegation(editeur) for _ in range(12)]
    etudiants = [fabriques.inscrit() for _ in delegations]
    paires = list(zip(delegations, etudiants, strict=True))
    # The newest first: the statement counts in another order than the calls came.
    paires.reverse()
    sorties = servir(ENTREES_DELEGUEES, *(deleguee(emis.secret, d, e.ine) for d, e in paires))
    for (delegation, etudiant), sortie in zip(paires, sorties, strict=True):
        ouverture = sortie.ouverture
        assert (ouverture.habilitation_id, ouverture.delegation_id) == (
            delegation.habilitation_id,
            delegation.pk,
        )
        assert (ouverture.editeur, ouverture.editeur_siret) == (
            editeur.organisation.nom,
            editeur.organisation.siret,
        )
        assert [trouve.etudiant_id for trouve in sortie.trouves] == [etudiant.pk]


def test_batches_of_several_processes_never_wait_for_each_other_and_count_exactly():
    """Sixty-four calls of each of four processes, on the same habilitations in opposite orders: a deadlock would be an
    error, an inexact count would open more."""
    editeur, autre = fabriques.editeur(), fabriques.editeur()
    jetons = [fabriques.jeton_d_editeur(editeur), fabriques.jeton_d_editeur(autre)]
    appels = []
    for _ in range(LOT_MAXIMAL // 2):
        premiere = fabriques.delegation(editeur, quota_par_seconde=2)
        seconde = fabriques.delegation(autre, habilitation=premiere.habilitation)
        appels += [deleguee(jetons[0].secret, premiere), deleguee(jetons[1].secret, seconde)]
    parametres = [ENTREES_DELEGUEES.ecrire(ordre) for ordre in (appels, appels[::-1])]
    depart, lignes, erreurs = threading.Barrier(4), [], []

    def jouer(rang: int) -> None:
        with psycopg.connect(**PRIMAIRE.parametres(), autocommit=True) as connexion:
            depart.wait()
            try:
                for _ in range(3):
                    recues = connexion.execute(ENTREES_DELEGUEES.sql, [parametres[rang % 2]]).fetchall()
                    lignes.extend((ligne[7], ligne[1]) for ligne in recues)
            except psycopg.Error as erreur:
                erreurs.append(erreur)

    fils = [threading.Thread(target=jouer, args=(rang,)) for rang in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert erreurs == []
    assert len(lignes) == 4 * 3 * LOT_MAXIMAL
    ouverts = [habilitation for habilitation, etat in lignes if etat == OUVERT]
    # Less than a second each: at most two calls for each habilitation, and not one fewer.
    assert {ouverts.count(habilitation) for habilitation in set(ouverts)} == {2}
    assert len(set(ouverts)) == LOT_MAXIMAL // 2
