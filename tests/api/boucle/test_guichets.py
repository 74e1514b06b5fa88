"""Calls served together: each gets its own, the quota is exact, a bad call harms only itself, accidents are told."""

import asyncio
import time

import psycopg
import pytest

from habilitations.jetons import emission
from habilitations.jetons.ouverture import OUVERT, QUOTA
from referentiel.models import Echange
from statut_etudiant.api import asgi
from statut_etudiant.api.enonces import ECHANGES, ENTREES, Entree
from statut_etudiant.api.guichet import LOT_MAXIMAL, Guichet
from statut_etudiant.api.guichets import Atelier
from statut_etudiant.api.liaison import PRIMAIRE, Acces, Liaison
from statut_etudiant.api.moyens import Sature
from tests import fabriques
from tests.api.boucle.aides import appeler, boucle, ensemble, sur_une_boucle
from tests.api.lecture.appels import INE, par_ine

pytestmark = pytest.mark.usefixtures("donnees_validees")


def entree(secret: str, ine: str | None = None, **champs: object) -> Entree:
    return Entree(
        empreintes=emission.empreintes(secret),
        adresse="127.0.0.1",
        ouvrants=None,
        quota=20,
        voie="ine" if ine else None,
        criteres=(ine, ine, "2000-01-01") if ine else (),
    )._replace(**champs)


def echange(requete: str) -> dict[str, object]:
    colonnes = fabriques.ligne_du_journal()
    return colonnes | {
        "issue": "non_trouve", "requete": requete, "jeton_id": 1, "habilitation_id": 1, "interface": "v3",
        "voie": "ine", "etudiant_id": None, "categories": [],
    }  # fmt: skip


def servir(enonce, *appels, avant=None):
    """What one counter gives to calls that come together."""

    async def jouer():
        guichet = Guichet(enonce)
        try:
            if avant is not None:
                await avant(guichet)
            return await ensemble(*(_attendre(guichet, appel) for appel in appels))
        finally:
            guichet.fermer()

    return sur_une_boucle(jouer)


async def _attendre(guichet, appel):
    return await guichet.servir(appel)


def journal() -> list[str]:
    return sorted(Echange.objects.values_list("requete", flat=True))


def test_a_batch_of_a_single_token_does_not_exceed_its_quota():
    """All in one statement: the function sees the calls before it."""
    emis = fabriques.jeton()
    sorties = servir(ENTREES, *[entree(emis.secret)] * LOT_MAXIMAL)
    etats = [sortie.ouverture.etat for sortie in sorties]
    assert (etats.count(OUVERT), etats.count(QUOTA)) == (20, LOT_MAXIMAL - 20)
    assert sorted(s.ouverture.restant for s in sorties if s.ouverture.etat == OUVERT) == list(range(20))


def test_each_call_of_a_batch_receives_what_is_its_own():
    etudiants = [fabriques.inscrit() for _ in range(12)]
    jetons = [fabriques.jeton() for _ in range(12)]
    paires = list(zip(jetons, etudiants, strict=True))
    sorties = servir(ENTREES, *(entree(emis.secret, etudiant.ine) for emis, etudiant in paires))
    for (emis, etudiant), sortie in zip(paires, sorties, strict=True):
        assert sortie.ouverture.jeton_id == emis.jeton.pk
        [trouve] = sortie.trouves
        assert trouve.etudiant_id == etudiant.pk


def test_real_sandbox_and_refused_calls_of_one_batch_do_not_mix():
    """Neither world sees the other, and a call that is not open finds nobody, whoever travels with it."""
    reel, fictif = fabriques.inscrit(), fabriques.inscrit(fictif=True)
    jetons = {
        "réel": fabriques.jeton(), "bac à sable": fabriques.jeton(bac_a_sable=True),
        "révoqué": fabriques.jeton(revoque=True),
    }  # fmt: skip
    cas = [(nom, emis, etudiant) for nom, emis in jetons.items() for etudiant in (reel, fictif)]
    sorties = servir(ENTREES, *(entree(emis.secret, etudiant.ine) for _, emis, etudiant in cas))
    trouves = [
        (nom, etudiant.pk, bool(s.trouves)) for (nom, _, etudiant), s in zip(cas, sorties, strict=True)
    ]
    assert trouves == [
        ("réel", reel.pk, True), ("réel", fictif.pk, False),
        ("bac à sable", reel.pk, False), ("bac à sable", fictif.pk, True),
        ("révoqué", reel.pk, False), ("révoqué", fictif.pk, False),
    ]  # fmt: skip


def test_a_faulty_call_harms_itself_only():
    etudiant, emis = fabriques.inscrit(), fabriques.jeton()
    bon = entree(emis.secret, etudiant.ine)
    fautif = bon._replace(criteres=("a\0b", "a\0b", "2000-01-01"))
    sorties = servir(ENTREES, bon, fautif, bon)
    assert isinstance(sorties[1], psycopg.DataError)
    for sortie in (sorties[0], sorties[2]):
        assert sortie.trouves[0].etudiant_id == etudiant.pk
    # The statement that failed counted nobody.
    assert {sorties[0].ouverture.restant, sorties[2].ouverture.restant} == {19, 18}


def test_a_refused_line_of_the_log_harms_itself_only():
    lignes = [echange("un"), echange("deux") | {"issue": "inventee"}, echange("trois")]
    resultats = servir(ECHANGES, *lignes)
    assert [isinstance(resultat, Exception) for resultat in resultats] == [False, True, False]
    assert journal() == ["trois", "un"]


def couper(guichet: Guichet) -> None:
    """PostgreSQL ends the connection, as it does when it is restarted."""
    pid = guichet._liaisons[0]._pg.backend_pid
    with psycopg.connect(**PRIMAIRE.parametres(), autocommit=True) as autre:
        autre.execute("SET ROLE NONE")
        autre.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


@pytest.mark.parametrize("la_boucle_l_a_vu", [True, False])
def test_a_connection_cut_while_idle_goes_unnoticed(la_boucle_l_a_vu):
    emis = fabriques.jeton()

    async def avant(guichet):
        await guichet.servir(entree(emis.secret))
        couper(guichet)
        if la_boucle_l_a_vu:
            while guichet._liaisons[0].ouverte:
                await asyncio.sleep(0.01)

    [sortie] = servir(ENTREES, entree(emis.secret), avant=avant)
    assert sortie.ouverture.etat == OUVERT


def test_a_line_of_the_log_is_not_written_twice():
    """The connection died with the statement under way: whether it was committed is not known, it is not run again."""

    async def avant(guichet):
        await guichet.servir(echange("avant"))
        couper(guichet)

    resultats = servir(ECHANGES, echange("un"), echange("deux"), avant=avant)
    assert all(isinstance(resultat, psycopg.OperationalError) for resultat in resultats)
    assert journal() == ["avant"]
    assert servir(ECHANGES, echange("trois")) == [None]


def test_a_caller_who_left_is_not_waited_for():
    emis = fabriques.jeton()

    async def jouer():
        guichet = Guichet(ENTREES)
        await guichet.servir(entree(emis.secret))
        en_cours, parti, reste = (guichet.servir(entree(emis.secret)) for _ in range(3))
        parti.cancel()
        resultats = await ensemble(_suite(en_cours), _suite(reste))
        guichet.fermer()
        return resultats

    async def _suite(futur):
        return await futur

    resultats = sur_une_boucle(jouer)
    assert [resultat.ouverture.restant for resultat in resultats] == [18, 17]


def test_the_database_away_is_a_503_then_served_again(monkeypatch):
    emis, etudiant = fabriques.jeton(), fabriques.inscrit()
    ou = PRIMAIRE.parametres()

    async def scenario(application):
        appel = (application, INE, par_ine(etudiant.ine), emis.bearer)
        recus = [await appeler(*appel)]
        application._moyens._entrees.fermer()
        application._moyens._echanges.fermer()
        with monkeypatch.context() as absente:
            absente.setattr(Acces, "parametres", lambda _: ou | {"host": "/nulle/part"})
            recus += await ensemble(*(appeler(*appel) for _ in range(5)))
        return [*recus, await appeler(*appel)]

    recus = boucle(scenario)
    assert [recu.statut for recu in recus] == [200, *[503] * 5, 200]
    assert b'"25001"' in recus[1].corps
    assert int(recus[1].entetes["retry-after"]) >= 1


def test_a_call_beyond_what_may_wait_gets_503_at_once(monkeypatch):
    emis, etudiant = fabriques.jeton(sans_quota=True), fabriques.inscrit()
    monkeypatch.setattr(asgi, "EN_VOL_MAXIMUM", 5)

    async def scenario(application):
        appel = (application, INE, par_ine(etudiant.ine), emis.bearer)
        return [*await ensemble(*(appeler(*appel) for _ in range(9))), await appeler(*appel)]

    recus = boucle(scenario)
    statuts = [recu.statut for recu in recus]
    assert (statuts.count(200), statuts.count(503), statuts[-1]) == (6, 4, 200)
    for recu in recus:
        assert recu.statut == 200 or recu.entetes["retry-after"] == "1"
    assert Echange.objects.count() == 6


def test_a_silent_postgresql_is_not_waited_for_without_end():
    async def jouer():
        une = Liaison(PRIMAIRE._replace(delai=0.2))
        await une.executer("SELECT 1", [])
        with pytest.raises(psycopg.OperationalError):
            await une.executer("SELECT pg_sleep(5)::text", [])
        assert not une.ouverte
        lignes = await une.executer("SELECT 1", [])
        une.fermer()
        return lignes

    debut = time.monotonic()
    assert sur_une_boucle(jouer) == [(1,)]
    assert time.monotonic() - debut < 4


def test_what_hangs_outside_does_not_slow_the_calls_with_a_token():
    """FranceConnect hangs for forty calls at once: those that need no one else are served meanwhile."""
    emis, etudiant = fabriques.jeton(sans_quota=True), fabriques.inscrit()

    async def scenario(application):
        appel = (application, INE, par_ine(etudiant.ine), emis.bearer)
        await appeler(*appel)
        pendus = [asyncio.create_task(application._moyens.dehors(time.sleep, 1.5)) for _ in range(40)]
        await asyncio.sleep(0.1)
        debut = time.monotonic()
        recus = [await appeler(*appel) for _ in range(20)]
        duree = time.monotonic() - debut
        assert not any(pendu.done() for pendu in pendus)
        await ensemble(*pendus)
        return recus, duree

    recus, duree = boucle(scenario)
    assert {recu.statut for recu in recus} == {200}
    assert duree < 1


def test_a_full_workshop_says_so():
    async def jouer():
        atelier = Atelier("essai", fils=1, attente=1)
        resultats = await ensemble(*(atelier.faire(time.sleep, 0.1) for _ in range(3)))
        atelier.fermer()
        return resultats

    resultats = sur_une_boucle(jouer)
    assert resultats[:2] == [None, None]
    assert isinstance(resultats[2], Sature)


def test_query_plans_do_not_wait_for_statistics():
    """Tables that nobody analysed yet (a first load) are not read from end to end for each call."""
    emis = fabriques.jeton()
    etudiant = fabriques.inscrit()
    for _ in range(30):
        fabriques.inscrit()

    async def jouer():
        guichet = Guichet(ENTREES)
        await guichet.servir(entree(emis.secret, etudiant.ine))
        plan = await guichet._liaisons[0].executer(
            "EXPLAIN " + ENTREES.sql, [ENTREES.ecrire([entree(emis.secret, etudiant.ine)])]
        )
        guichet.fermer()
        return "\n".join(ligne for (ligne,) in plan)

    plan = sur_une_boucle(jouer)
    assert "Seq Scan on referentiel_" not in plan, plan
