"""Deposits done by a real Celery worker behind a real broker, whatever stops either of them."""

import random
import time

import pytest
from celery import current_app
from django.db import transaction
from django.utils import timezone

from referentiel import reveil
from referentiel.imports.depots.conduite import confirmer, demander_essai, demander_retrait
from referentiel.imports.depots.depot import reveiller
from referentiel.models import Etudiant, Historique, Inscription, Lot
from referentiel.nomenclatures import LOT_EN_FILE, LOT_EN_TRAITEMENT
from statut_etudiant.embarque.valkey import Valkey
from tests import fabriques
from tests.executant import PATIENCE, Executant
from tests.proprietaire import en_proprietaire
from tests.referentiel.ecriture.portes import (
    champs,
    contenu,
    deposer_octets,
    en_csv,
    identite,
    signalees,
    traiter,
)
from tests.referentiel.imports.parcours import RETRAIT, envoyer, valeurs, vidage

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]

MORTS = 5
#: During the dry run, the writing (which the test before has much of) and the withdrawal.
MORTS_PAR_ETAPE = (1, 0, 1)
LIGNES = 1_500


@pytest.fixture(autouse=True)
def courtier_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may keep a wake-up longer than it may cost, and what one test did to the broker holds the next."""
    monkeypatch.setattr(reveil._Repit, "jusqua", 0.0)
    for nom in ("socket_connect_timeout", "socket_timeout"):
        monkeypatch.setitem(reveil._OPTIONS, nom, 10)


@pytest.fixture(autouse=True)
def toulouse(transactional_db):
    return fabriques.etablissement(uai="0311384L", code_commune="31555")


@pytest.fixture
def brancher(monkeypatch):
    """Make this process send its messages to that broker."""

    def faire(adresse):
        monkeypatch.setattr(current_app.amqp, "_producer_pool", None)
        monkeypatch.setitem(current_app.conf, "broker_url", adresse)
        monkeypatch.setitem(current_app.conf, "broker_write_url", adresse)

    return faire


@pytest.fixture
def lancer(tmp_path):
    executants = []

    def faire(adresse):
        journal = tmp_path / f"executant-{len(executants)}.log"
        executants.append(Executant(adresse, journal, bail_secondes=1))
        return executants[-1]

    yield faire
    for executant in executants:
        executant.abattre()


def attendre(condition, *, balayer=True):
    echeance = time.monotonic() + PATIENCE
    dernier = 0.0
    while not (resultat := condition()):
        if time.monotonic() > echeance:
            pytest.fail(
                f"rien en {PATIENCE} s : {list(Lot.objects.values('id', 'etat', 'tentatives', 'message'))}"
            )
        if balayer and time.monotonic() - dernier > 0.3:
            reveiller()
            dernier = time.monotonic()
        time.sleep(0.01)
    return resultat


def reste():
    return Lot.objects.filter(etat__in=[*LOT_EN_FILE, *LOT_EN_TRAITEMENT]).exists()


def tenu():
    return Lot.objects.filter(etat__in=LOT_EN_TRAITEMENT, bail_jusqua__gt=timezone.now()).exists()


def en_fusion() -> bool:
    """Whether a session is writing to the referential at this very moment: short, and the worst time to die."""
    with en_proprietaire() as curseur:
        curseur.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
            "AND pid <> pg_backend_pid() "
            "AND query ~ 'INTO referentiel_etudiant|WITH resolu|retrait_inscriptions|retrait_etudiants'"
        )
        return curseur.fetchone()[0] > 0


def fichier(regime: str, *, premier: int = 0) -> bytes:
    """Students created by the first, records changed by the others, some lines rejected, some written twice."""
    lignes = [
        champs(ine=f"{n:010}A", identite=identite(f"Nom{n:x}x"), regime=regime, diplome=f"D{n % 3}")
        for n in range(premier, premier + LIGNES)
    ]
    return en_csv([*lignes, *lignes[:50], champs(statut="x"), champs(ine="9999999999Z")])


def bilan():
    lots = [
        (lot.etat, lot.lignes, lot.creees, lot.modifiees, lot.inchangees, lot.rejetees, lot.etudiants_crees,
         lot.avis, signalees(lot, "rejet"), signalees(lot, "avis"), valeurs(lot, RETRAIT))
        for lot in Lot.objects.order_by("id")
    ]  # fmt: skip
    return *contenu(), lots, Historique.objects.count()


def abattre_pendant(executant, *, morts: int, duree: float) -> int:
    """Have the work done by a worker that is killed so many times, at any moment or at the worst; how many it was."""
    faites = 0
    while faites < morts and reste():
        tentatives = sum(Lot.objects.values_list("tentatives", flat=True))
        attendre(lambda: not reste() or tenu())
        if faites % 2:
            time.sleep(random.uniform(0, duree))
        else:
            attendre(lambda: not reste() or en_fusion())
        if not reste():
            break
        if faites and faites == morts // 2:
            executant.abattre()
            executant.lancer()
            faites += 1
        else:
            faites += executant.abattre_l_enfant()
        attendre(
            lambda avant=tentatives: (
                not reste() or sum(Lot.objects.values_list("tentatives", flat=True)) > avant
            )
        )
    attendre(lambda: not reste())
    return faites


def vider():
    with en_proprietaire() as curseur:
        curseur.execute(
            "TRUNCATE referentiel_lot, referentiel_inscription, referentiel_etudiant, referentiel_historique CASCADE"
        )


def test_a_worker_does_the_deposit_as_soon_as_it_is_committed(courtier, brancher, lancer):
    brancher(courtier)
    lancer(courtier)
    with transaction.atomic():
        lot = deposer_octets(en_csv([champs(identite=identite())]))
    attendre(lambda: Lot.objects.get(pk=lot.pk).etat == "termine", balayer=False)
    assert Inscription.objects.get().lot == lot


def test_workers_killed_at_any_instant_leave_the_content_of_a_smooth_run(courtier, brancher, lancer):
    fichiers = [fichier("RF1"), fichier("RF2"), fichier("RF5")]
    debut = time.monotonic()
    for octets in fichiers:
        traiter(deposer_octets(octets))
    duree = (time.monotonic() - debut) / len(fichiers)
    attendu = bilan()
    vider()

    brancher(courtier)
    for octets in fichiers:
        deposer_octets(octets)
    assert abattre_pendant(lancer(courtier), morts=MORTS, duree=duree) >= 3
    assert bilan() == attendu
    assert Etudiant.objects.count() == LIGNES


def test_dry_run_and_withdrawal_survive_the_death_of_their_workers_too(courtier, brancher, lancer):
    """Whoever dies during a step, it ends as if nobody had; and the withdrawal, as if nothing had been deposited."""
    etapes = (
        lambda lot: demander_essai(lot_id=lot.pk, tout_ou_rien=False),
        lambda lot: confirmer(lot_id=lot.pk),
        lambda lot: demander_retrait(lot_id=lot.pk),
    )

    def suivre(faire):
        traiter(deposer_octets(fichier("RF2")))
        lot = envoyer(fichier("RF1", premier=LIGNES // 2), uais=None)
        contenus, bilans, durees = [vidage()], [], []
        for etape in etapes:
            etape(lot)
            debut = time.monotonic()
            faire(lot, len(durees))
            durees.append(time.monotonic() - debut)
            contenus.append(vidage())
            bilans.append(bilan())
        assert contenus[1] == contenus[3] == contenus[0] != contenus[2]
        vider()
        return bilans, durees

    attendu, durees = suivre(lambda lot, _: traiter(lot))
    brancher(courtier)
    executant = lancer(courtier)
    faites = []
    bilans, _ = suivre(
        lambda _, etape: faites.append(
            abattre_pendant(executant, morts=MORTS_PAR_ETAPE[etape], duree=durees[etape])
        )
    )
    assert bilans == attendu
    assert sum(faites) >= 2


def test_a_stopped_broker_neither_prevents_nor_slows_the_deposit(tmp_path, brancher, lancer):
    serveur = Valkey(tmp_path / "valkey")
    adresse = serveur.demarrer()
    try:
        brancher(adresse)
        lancer(adresse)
        premier = deposer_octets(en_csv([champs(identite=identite())]))
        attendre(lambda: Lot.objects.get(pk=premier.pk).etat == "termine")

        serveur.arreter()
        debut = time.monotonic()
        second = deposer_octets(en_csv([champs(diplome="B")]))
        assert time.monotonic() - debut < 2
        assert Lot.objects.get(pk=second.pk).etat == "en_attente"

        serveur.demarrer()
        attendre(lambda: Lot.objects.get(pk=second.pk).etat == "termine")
    finally:
        serveur.arreter()
    assert Inscription.objects.count() == 2
