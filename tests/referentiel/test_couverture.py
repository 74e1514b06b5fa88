"""The figures of the dashboards: the same as counting by hand, and marked as stale by every door."""

import datetime
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from referentiel.models import Couverture, CouvertureNationale, CouverturePerimee, Inscription
from referentiel.pilotage import couverture
from referentiel.pilotage.couverture import debuts_de_mois, rafraichir, rafraichir_perimees
from tests import fabriques
from tests.proprietaire import en_proprietaire

pytestmark = pytest.mark.django_db

AUJOURDHUI = datetime.date(2026, 11, 21)
PARIS = ZoneInfo("Europe/Paris")


def le(mois: int, jour: int, *, annee: int = 2026, heure: int = 12) -> datetime.datetime:
    return datetime.datetime(annee, mois, jour, heure, tzinfo=PARIS)


def inscrire(etablissement, *, declaree, **colonnes):
    colonnes.setdefault("date_debut", datetime.date(2026, 9, 1))
    colonnes.setdefault("date_fin", datetime.date(2027, 8, 31))
    faite = fabriques.inscription(etablissement=etablissement, **colonnes)
    Inscription.objects.filter(pk=faite.pk).update(cree_le=declaree)
    return faite


def changer(inscription, statut, quand):
    """As if the change had been made then."""
    Inscription.objects.filter(pk=inscription.pk).update(statut=statut)
    with en_proprietaire() as curseur:
        curseur.execute("ALTER TABLE referentiel_historique DISABLE TRIGGER historique_ajout_seul")
        curseur.execute(
            "UPDATE referentiel_historique SET instant = %s WHERE id = (SELECT max(id) FROM referentiel_historique "
            "WHERE objet = 'inscription' AND objet_id = %s)",
            [quand, inscription.pk],
        )
        curseur.execute("ALTER TABLE referentiel_historique ENABLE TRIGGER historique_ajout_seul")


def test_the_months_of_the_university_year_start_at_paris_time():
    debuts = debuts_de_mois(datetime.date(2027, 2, 3))
    assert [d.strftime("%Y-%m-%d %z") for d in debuts] == [
        "2026-09-01 +0200",
        "2026-10-01 +0200",
        "2026-11-01 +0100",
        "2026-12-01 +0100",
        "2027-01-01 +0100",
        "2027-02-01 +0100",
    ]
    assert len(debuts_de_mois(datetime.date(2027, 8, 31))) == 12
    assert len(debuts_de_mois(datetime.date(2027, 9, 1))) == 1


def test_the_distribution_counts_this_year_by_statut_and_regime():
    toulouse = fabriques.etablissement()
    for statut, regime, nombre in (("inscrit", "RF1", 3), ("inscrit", "RF5", 1), ("admis", "RF1", 2)):
        for _ in range(nombre):
            inscrire(toulouse, declaree=le(9, 10), statut=statut, regime=regime)
    fabriques.inscription(etablissement=toulouse, date_debut="2025-09-01", date_fin="2026-08-31")
    rafraichir(aujourdhui=AUJOURDHUI)
    vue = Couverture.objects.get()
    assert (vue.annee, vue.inscriptions) == (2026, 6)
    assert vue.repartition == {"inscrit": {"RF1": 3, "RF5": 1}, "admis": {"RF1": 2}}


def test_the_evolution_says_the_statut_that_each_had_at_the_end_of_the_month():
    toulouse = fabriques.etablissement()
    inscrire(toulouse, declaree=le(7, 12), admis=True)
    confirmee = inscrire(toulouse, declaree=le(7, 12), admis=True)
    hesitante = inscrire(toulouse, declaree=le(9, 2), admis=True)
    inscrire(toulouse, declaree=le(10, 1, heure=0))
    changer(confirmee, "inscrit", le(10, 5))
    changer(hesitante, "inscrit", le(10, 6))
    changer(hesitante, "admis", le(11, 3))
    rafraichir(aujourdhui=AUJOURDHUI)
    # before September, September, October, November
    assert Couverture.objects.get().evolution == {"admis": [2, 3, 1, 2], "inscrit": [0, 0, 3, 2]}


def test_the_evolution_ends_on_the_distribution_whatever_happens():
    """Against counting by hand, on records declared and changed at random."""
    import random

    hasard = random.Random(7)
    toulouse = fabriques.etablissement()
    quand = [le(6, 1) + datetime.timedelta(days=n, hours=3) for n in range(0, 173, 4)]
    statuts = {}
    for _ in range(25):
        instants = sorted(hasard.sample(quand, hasard.choice((1, 1, 2, 3))))
        statut = hasard.choice(("admis", "inscrit"))
        faite = inscrire(toulouse, declaree=instants[0], statut=statut)
        statuts[faite.pk] = [(instants[0], statut)]
        for instant in instants[1:]:
            statut = "admis" if statut == "inscrit" else "inscrit"
            changer(faite, statut, instant)
            statuts[faite.pk].append((instant, statut))
    rafraichir(aujourdhui=AUJOURDHUI)
    fins = [*debuts_de_mois(AUJOURDHUI), le(12, 1, heure=0)]
    attendu = {"admis": [], "inscrit": []}
    for fin in fins:
        compte = Counter(
            [statut for instant, statut in suite if instant < fin][-1]
            for suite in statuts.values()
            if suite[0][0] < fin
        )
        for statut, serie in attendu.items():
            serie.append(compte[statut])
    vue = Couverture.objects.get()
    assert vue.evolution == attendu
    assert {statut: sum(regimes.values()) for statut, regimes in vue.repartition.items()} == {
        statut: serie[-1] for statut, serie in attendu.items()
    }


def test_the_national_total_is_the_sum_without_the_sandbox():
    for nombre in (2, 3):
        etablissement = fabriques.etablissement()
        for _ in range(nombre):
            inscrire(etablissement, declaree=le(10, 2))
    fabriques.inscription(fictif=True)
    rafraichir(aujourdhui=AUJOURDHUI)
    national = CouvertureNationale.objects.get()
    assert (national.etablissements, national.inscriptions) == (2, 5)
    assert national.repartition == {"inscrit": {"RF1": 5}}
    assert national.evolution == {"inscrit": [0, 0, 5, 5]}


def test_a_student_of_two_establishments_counts_once_and_who_has_not_confirmed_for_a_month_is_not_fresh():
    ancien, recent = fabriques.etablissement(), fabriques.etablissement()
    etudiant = fabriques.etudiant()
    for etablissement in (ancien, recent):
        inscrire(etablissement, declaree=le(10, 2), etudiant=etudiant)
    inscrire(recent, declaree=le(10, 2))
    fabriques.inscription(fictif=True)
    jours = {ancien: 32, recent: 31}
    for etablissement, avant in jours.items():
        Inscription.objects.filter(etablissement=etablissement).update(
            confirmee_le=datetime.datetime.combine(AUJOURDHUI, datetime.time(12), PARIS)
            - datetime.timedelta(days=avant)
        )
    rafraichir(aujourdhui=AUJOURDHUI)
    national = CouvertureNationale.objects.get()
    assert (national.etudiants, national.etablissements, national.frais) == (2, 2, 1)


def perimees() -> set[int]:
    return set(CouverturePerimee.objects.values_list("etablissement_id", flat=True))


def test_every_write_makes_its_establishment_s_coverage_stale():
    etablissement, autre = fabriques.etablissement(), fabriques.etablissement()
    fabriques.inscription(etablissement=autre)
    rafraichir(aujourdhui=AUJOURDHUI)
    assert perimees() == set()
    faite = fabriques.inscription(etablissement=etablissement)
    assert perimees() == {etablissement.pk}
    rafraichir(aujourdhui=AUJOURDHUI)
    Inscription.objects.filter(pk=faite.pk).update(statut="admis")
    assert perimees() == {etablissement.pk}
    rafraichir(aujourdhui=AUJOURDHUI)
    faite.delete()
    assert perimees() == {etablissement.pk}
    fabriques.inscription(fictif=True)
    assert perimees() == {etablissement.pk}


def test_only_stale_establishments_are_counted_again():
    change, calme, vide = (fabriques.etablissement() for _ in range(3))
    for etablissement in (change, calme, vide):
        inscrire(etablissement, declaree=le(9, 9))
    rafraichir(aujourdhui=AUJOURDHUI)
    avant = Couverture.objects.get(etablissement=calme).calculee_le
    Couverture.objects.filter(etablissement=calme).update(inscriptions=99)
    inscrire(change, declaree=le(11, 2))
    Inscription.objects.filter(etablissement=vide).delete()
    assert rafraichir_perimees(aujourdhui=AUJOURDHUI, secondes=15) == 2
    assert perimees() == set()
    comptes = dict(Couverture.objects.values_list("etablissement", "inscriptions"))
    assert comptes == {change.pk: 2, calme.pk: 99}
    assert Couverture.objects.get(etablissement=calme).calculee_le == avant
    assert CouvertureNationale.objects.get().inscriptions == 101


def test_the_time_given_bounds_the_work(monkeypatch):
    for _ in range(3):
        fabriques.inscription()
    horloge = iter((0, 1, 20, 20))
    monkeypatch.setattr(couverture, "monotonic", lambda: next(horloge))
    assert rafraichir_perimees(aujourdhui=AUJOURDHUI, secondes=15) == 1
    assert len(perimees()) == 2
