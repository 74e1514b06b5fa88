"""Deposits seen from several sessions of the database: two attempts at one batch, readers, workers side by side."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from referentiel.imports.depots import bail, moteur
from referentiel.models import Etudiant, Historique, Inscription, LigneSignalee, Lot
from referentiel.tasks import traiter_lots
from tests import fabriques
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, identite, signalees
from tests.referentiel.imports.parcours import reprendre

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def toulouse():
    return fabriques.etablissement(uai="0311384L", code_commune="31555")


OCTETS = en_csv([champs(identite=identite()), champs(statut="x"), champs(ine="1111111111A")])


@pytest.mark.parametrize("pendant", ["_decrire", "_dire_du_fichier", "_verser", "_fusionner", "_finir"])
@pytest.mark.parametrize("tout_ou_rien", [False, True])
def test_a_worker_that_lost_its_lease_writes_nothing(monkeypatch, ailleurs, pendant, tout_ou_rien):
    lot = deposer_octets(OCTETS, tout_ou_rien=tout_ou_rien)
    lent = bail.prendre("lent")
    etape = getattr(moteur._Traitement, pendant)
    autres = []

    def dormir(self, *args, **options):
        if not autres:
            autres.append(ailleurs(lambda: reprendre(lot)))
        return etape(self, *args, **options)

    monkeypatch.setattr(moteur._Traitement, pendant, dormir)
    with pytest.raises(bail.BailPerdu):
        moteur.traiter(lent)
    repris = Lot.objects.get(pk=lot.pk)
    assert (repris.etat, repris.executant) == ("en_cours", "autre")
    assert not Etudiant.objects.exists()
    assert not Historique.objects.exists()
    assert not LigneSignalee.objects.exists()

    ailleurs(lambda: moteur.traiter(autres[0]))
    repris.refresh_from_db()
    assert (repris.etat, repris.creees, repris.rejetees) == ("termine", 0 if tout_ou_rien else 1, 2)
    assert [code for *_, code in signalees(repris, "rejet")] == ["valeur_inconnue", "etudiant_introuvable"]


def test_a_worker_asleep_past_another_s_end_writes_nothing(monkeypatch, ailleurs):
    lot = deposer_octets(OCTETS)
    lent = bail.prendre("lent")
    verser = moteur._Traitement._verser
    fin = []

    def dormir(self, *args):
        if not fin:
            fin.append(None)
            ailleurs(lambda: moteur.traiter(reprendre(lot)))
            fin.append(Lot.objects.filter(pk=lot.pk).values().get())
        verser(self, *args)

    monkeypatch.setattr(moteur._Traitement, "_verser", dormir)
    with pytest.raises(bail.BailPerdu):
        moteur.traiter(lent)
    assert Lot.objects.filter(pk=lot.pk).values().get() == fin[1]
    assert len(signalees(lot, "rejet")) == 2


def test_readers_see_nothing_before_the_end(monkeypatch, ailleurs):
    lot = deposer_octets(OCTETS)
    vus = []

    def regarder():
        vus.append(
            (
                Etudiant.objects.count() + Inscription.objects.count() + Historique.objects.count(),
                LigneSignalee.objects.count(),
                Lot.objects.get(pk=lot.pk).etat,
            )
        )

    for etape in ("_verser", "_fusionner", "_finir"):
        d_origine = getattr(moteur._Traitement, etape)

        def entouree(self, *args, d_origine=d_origine, **options):
            ailleurs(regarder)
            resultat = d_origine(self, *args, **options)
            if connection.in_atomic_block:
                ailleurs(regarder)
            return resultat

        monkeypatch.setattr(moteur._Traitement, etape, entouree)
    moteur.traiter(bail.prendre("a"))
    assert vus == [(0, 0, "en_cours")] * 4
    ailleurs(regarder)
    assert vus[-1] == (4, 2, "termine")  # two rejections


def test_progress_is_seen_from_elsewhere(monkeypatch, ailleurs):
    monkeypatch.setattr(moteur, "PAS", 1)
    lot = deposer_octets(OCTETS)
    vus = []
    juger = moteur._Traitement._juger

    def regarder():
        vus.append(Lot.objects.values_list("lignes_lues", "rejetees").get(pk=lot.pk))

    def suivre(self, lecture):
        for jugee in juger(self, lecture):
            ailleurs(regarder)
            yield jugee

    monkeypatch.setattr(moteur._Traitement, "_juger", suivre)
    moteur.traiter(bail.prendre("a"))
    assert vus == [(0, 0), (1, 0), (2, 1)]


def test_the_lease_is_renewed_while_the_work_lasts(settings, monkeypatch):
    settings.BAIL_LOT_SECONDES = 1
    deposer_octets(OCTETS)
    fusionner = moteur._Traitement._fusionner
    autres = []

    def durer(self, *args, **options):
        threading.Event().wait(2)
        autres.append(bail.prendre("autre"))
        fusionner(self, *args, **options)

    monkeypatch.setattr(moteur._Traitement, "_fusionner", durer)
    moteur.traiter(bail.prendre("a"))
    assert autres == [None]
    assert Lot.objects.get().etat == "termine"


def test_a_lost_lease_is_known_during_the_work(settings, monkeypatch, ailleurs):
    """The thread that renews the lease finds out, and the next block of lines stops the attempt."""
    settings.BAIL_LOT_SECONDES = 1
    monkeypatch.setattr(moteur._Traitement, "_ecrire_lot", lambda self, **colonnes: None)
    lot = deposer_octets(OCTETS)
    dire = moteur._Traitement._dire_du_fichier

    def lenteur(self, *args):
        dire(self, *args)
        ailleurs(lambda: reprendre(lot))
        for _ in range(300):
            if self.battement.perdu:
                break
            threading.Event().wait(0.01)

    monkeypatch.setattr(moteur._Traitement, "_dire_du_fichier", lenteur)
    with pytest.raises(bail.BailPerdu):
        moteur.traiter(bail.prendre("lent"))


def test_several_workers_share_the_deposits_and_do_none_twice():
    uais = [fabriques.etablissement().uai for _ in range(4)]
    for tour in range(3):
        for uai in uais:
            ligne = champs(uai=uai, identite=identite(), regime=f"RF{tour + 1}")
            deposer_octets(en_csv([ligne]), uais=[uai])

    def executant(_):
        try:
            return traiter_lots()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as fils:
        faits = list(fils.map(executant, range(4)))
    assert sum(faits) <= 12
    traiter_lots()  # a worker may leave while the last batch of an establishment waits for its predecessor
    assert set(Lot.objects.values_list("etat", "tentatives")) == {("termine", 1)}
    # In order: each establishment's last deposit has the last word, and nothing was applied twice.
    assert set(Inscription.objects.values_list("regime", flat=True)) == {"RF3"}
    assert Historique.objects.filter(objet="inscription", operation="modification").count() == 8
