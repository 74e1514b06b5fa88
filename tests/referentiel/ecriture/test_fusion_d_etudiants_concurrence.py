"""Merges that meet other writers, on real connections: no deadlock that anybody would see, nothing lost."""

import threading

import pytest
from django.db import connection, transaction

from referentiel.ecriture import fusion_d_etudiants
from referentiel.ecriture.fusion_d_etudiants import GARDE, FusionImpossible, fusionner
from referentiel.models import Etudiant, Historique, IneRemplace, Inscription
from tests import fabriques
from tests.referentiel.ecriture.concurrence import (
    attendre_qu_une_session_attende,
    en_meme_temps,
    ine,
)
from tests.referentiel.ecriture.portes import Appel, champs, deposer_octets, en_csv, identite, traiter

pytestmark = pytest.mark.django_db(transaction=True)

ANCIEN, ACTUEL = ine(1), ine(2)


@pytest.fixture(autouse=True)
def toulouse():
    return fabriques.etablissement(uai="0311384L", code_commune="31555")


def etudiant(numero):
    return fabriques.etudiant(ine=ine(numero), nom_naissance="Le Goff", prenoms=["Anne-Marie", "Gaëlle"])


def fusion(garde, retire):
    """The name of what came of it."""
    try:
        fusionner(garde_id=garde.pk, retire_id=retire.pk, identite=GARDE, motif="Double", auteur="compte:1")
    except FusionImpossible:
        return "refusée"
    return "faite"


def test_of_two_opposite_merges_one_is_done():
    for _ in range(5):
        un, autre = fabriques.etudiant(), fabriques.etudiant()
        for personne in (un, autre):
            fabriques.inscription(etudiant=personne)
        issues = en_meme_temps(
            lambda un=un, autre=autre: fusion(un, autre), lambda un=un, autre=autre: fusion(autre, un)
        )
        assert sorted(issues) == ["faite", "refusée"]
        reste = Etudiant.objects.get(pk__in=[un.pk, autre.pk])
        assert reste.inscriptions.count() == 2


def test_a_chain_of_simultaneous_merges_leads_to_one_student():
    """All of the same person, merged two by two at once until one is left."""
    personnes = [etudiant(n) for n in range(1, 9)]
    for personne in personnes:
        fabriques.inscription(etudiant=personne)
    while len(restent := list(Etudiant.objects.order_by("pk"))) > 1:
        couples = [(restent[n], restent[n - 1]) for n in range(1, len(restent))]
        en_meme_temps(*[lambda a=a, b=b: fusion(a, b) for a, b in couples])
    assert Inscription.objects.filter(etudiant=restent[0]).count() == 8
    assert set(IneRemplace.objects.values_list("etudiant", flat=True)) == {restent[0].pk}
    assert IneRemplace.objects.count() == 7


@pytest.mark.parametrize("deja", [False, True], ids=["inscriptions à créer", "inscriptions à changer"])
def test_merges_go_on_during_a_deposit_and_calls_for_the_same_students(deja):
    """Each person is known twice, under an odd and an even INE; senders know one or the other."""
    nombre = 120
    personnes = {n: etudiant(n) for n in range(1, nombre + 1)}
    lignes = [champs(ine=ine(n), identite=identite(), diplome=f"D{n}") for n in personnes]
    if deja:
        traiter(deposer_octets(en_csv(lignes)), executant="avant")
    lignes = [{**ligne, "regime": "RF2"} for ligne in lignes]
    lots = [deposer_octets(en_csv(lignes)), deposer_octets(en_csv(lignes[::-1]))]

    def fusionner_tout():
        return [fusion(personnes[n + 1], personnes[n]) for n in range(1, nombre, 2)]

    def appeler():
        return [Appel().envoyer(ligne).issue for ligne in lignes[:40]]

    def deposer():
        return [traiter(lot, executant=f"e{n}") for n, lot in enumerate(lots)]

    faites, issues, faits = en_meme_temps(fusionner_tout, appeler, deposer)
    assert faites == ["faite"] * (nombre // 2)
    assert set(issues) <= {"creee", "modifiee", "inchangee"}
    assert [(lot.etat, lot.rejetees) for lot in faits] == [("termine", 0)] * 2
    assert Etudiant.objects.count() == nombre // 2
    assert set(Etudiant.objects.values_list("ine", flat=True)) == {ine(n) for n in range(2, nombre + 1, 2)}
    trouvees = set(Inscription.objects.values_list("etudiant__ine", "diplome", "regime"))
    assert trouvees == {(ine(n + n % 2), f"D{n}", "RF2") for n in personnes}


@pytest.mark.parametrize("porte", ["appel", "dépôt"])
def test_a_sending_that_waits_for_the_merge_is_for_the_kept_student(porte):
    """The line was read for the student who goes; it is written for the one who stays."""
    actuel, ancien = etudiant(2), etudiant(1)
    fusionnee, validee = threading.Event(), threading.Event()
    ligne = champs(ine=ANCIEN, identite=identite())

    def fusion_longue():
        with transaction.atomic():
            assert fusion(actuel, ancien) == "faite"
            fusionnee.set()
            assert validee.wait(30)

    def envoyer():
        assert fusionnee.wait(30)
        if porte == "appel":
            return Appel().envoyer(ligne).issue
        lot = traiter(deposer_octets(en_csv([ligne])))
        return {1: "creee"}.get(lot.creees, lot.message)

    def valider():
        attendre_qu_une_session_attende()
        validee.set()

    _, issue, _ = en_meme_temps(fusion_longue, envoyer, valider)
    assert issue == "creee"
    assert Inscription.objects.get().etudiant == actuel
    assert list(Etudiant.objects.all()) == [actuel]


def test_a_merge_waits_for_the_sending_and_takes_what_it_writes():
    actuel, ancien = etudiant(2), etudiant(1)
    ecrite, validee = threading.Event(), threading.Event()

    def envoi_long():
        with transaction.atomic():
            Appel().envoyer(champs(ine=ANCIEN))
            ecrite.set()
            assert validee.wait(30)

    def fusionner_ensuite():
        assert ecrite.wait(30)
        return fusion(actuel, ancien)

    def valider():
        attendre_qu_une_session_attende()
        validee.set()

    _, issue, _ = en_meme_temps(envoi_long, fusionner_ensuite, valider)
    assert issue == "faite"
    assert Inscription.objects.get().etudiant == actuel


def test_a_merge_does_not_wait_for_a_long_deposit(monkeypatch):
    monkeypatch.setattr(fusion_d_etudiants, "ATTENTE", "200ms")
    actuel, ancien = etudiant(2), etudiant(1)
    ecrite, finie = threading.Event(), threading.Event()

    def depot():
        with transaction.atomic():
            Appel().envoyer(champs(ine=ANCIEN))
            ecrite.set()
            assert finie.wait(30)

    def fusionner_pendant():
        assert ecrite.wait(30)
        try:
            with pytest.raises(FusionImpossible, match="dépôt en cours"):
                fusionner(
                    garde_id=actuel.pk, retire_id=ancien.pk, identite=GARDE, motif="M", auteur="compte:1"
                )
        finally:
            finie.set()
        with connection.cursor() as curseur:
            curseur.execute("SHOW lock_timeout")
            return curseur.fetchone()

    _, attente = en_meme_temps(depot, fusionner_pendant)
    assert attente == ("0",)  # the limit was the merge's own
    assert not Historique.objects.filter(operation="suppression").exists()
    assert Etudiant.objects.count() == 2
