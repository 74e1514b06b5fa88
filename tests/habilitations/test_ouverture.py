"""Opening a call: the SQL function that decides who may call, from where, for what, and how often."""

import datetime

import pytest
from django.db import connection

from habilitations.jetons import emission
from habilitations.jetons.ouverture import (
    ADRESSE,
    EXPIRE,
    INCONNU,
    OUVERT,
    PERIMETRE,
    QUOTA,
    REVOQUE,
    SQL_OUVERTURE,
    Ouverture,
)
from referentiel.enonces_prepares import executer
from tests import fabriques

pytestmark = pytest.mark.django_db


def ouvrir(secret: str, *, adresse=None, ouvrants=None, quota: int = 20, compter: bool = True) -> Ouverture:
    parametres = (emission.empreintes(secret), adresse, ouvrants, quota, compter)
    return Ouverture(*executer(f"SELECT * FROM {SQL_OUVERTURE}", parametres)[0])


def vieillir(emis: fabriques.JetonEmis, secondes: float) -> None:
    """As if the calls already accepted had been so much earlier."""
    with connection.cursor() as curseur:
        curseur.execute(
            "UPDATE habilitations_quota SET instants = ARRAY(SELECT i - %s FROM unnest(instants) i) WHERE porteur = %s",
            [datetime.timedelta(seconds=secondes), emis.jeton.pk],
        )


def test_an_opening_says_who_calls():
    emis = fabriques.jeton("mesri_admission", "mesri_identite")
    jeton, ouverture = emis.jeton, ouvrir(emis.secret)
    assert ouverture[:9] == (
        OUVERT,
        jeton.pk,
        jeton.cle,
        "l",
        ["mesri_admission", "mesri_identite"],
        [],
        jeton.habilitation_id,
        jeton.organisation.nom,
        jeton.organisation.siret,
    )
    assert ouverture[9:11] == (20, 19)
    assert ouverture.attente == 0


def test_an_unknown_token_has_nothing():
    assert ouvrir(emission.tirer("l")) == (INCONNU, *[None] * 13, "", "")


@pytest.mark.parametrize(
    ("situation", "options", "etat"),
    [
        ({"revoque": True, "expire": True}, {}, REVOQUE),
        ({"habilitation_revoquee": True}, {}, REVOQUE),
        ({"expire": True, "adresses": ["192.0.2.1/32"]}, {}, EXPIRE),
        ({"adresses": ["192.0.2.1/32"]}, {"ouvrants": ["autre"]}, ADRESSE),
        ({"adresses": ["192.0.2.1/32"]}, {"adresse": None}, ADRESSE),
        ({}, {"ouvrants": ["autre"]}, PERIMETRE),
        ({}, {"ouvrants": []}, PERIMETRE),
    ],
)
def test_a_refused_call_does_not_count(situation, options, etat):
    emis = fabriques.jeton(**situation)
    for _ in range(3):
        ouverture = ouvrir(emis.secret, **options)
        assert (ouverture.etat, ouverture.restant, ouverture.attente) == (etat, 20, 0)


def test_twenty_calls_then_refusals_that_do_not_count():
    emis = fabriques.jeton()
    restants = [ouvrir(emis.secret).restant for _ in range(20)]
    assert restants == list(range(19, -1, -1))
    for _ in range(5):
        refus = ouvrir(emis.secret)
        assert (refus.etat, refus.restant, refus.attente) == (QUOTA, 0, 1)
    # One call leaves the window at a time: the refusals above did not push it.
    vieillir(emis, 1.0)
    assert ouvrir(emis.secret).etat == OUVERT


def test_the_window_slides():
    emis = fabriques.jeton(quota_par_seconde=3)
    ouvrir(emis.secret)
    vieillir(emis, 0.9)
    assert [ouvrir(emis.secret).etat for _ in range(3)] == [OUVERT, OUVERT, QUOTA]
    vieillir(emis, 0.2)  # the first one is 1.1 s old, the others 0.2
    assert [ouvrir(emis.secret).etat for _ in range(2)] == [OUVERT, QUOTA]


@pytest.mark.parametrize("propre", [1, 5, 50])
def test_the_habilitation_s_quota_wins(propre):
    emis = fabriques.jeton(quota_par_seconde=propre)
    etats = [ouvrir(emis.secret) for _ in range(propre + 1)]
    assert {o.limite for o in etats} == {propre}
    assert [o.etat for o in etats] == [OUVERT] * propre + [QUOTA]


def test_a_quota_lowered_meanwhile_holds_at_once():
    """More calls in the window than what is now allowed: nothing left, never less than nothing."""
    emis = fabriques.jeton()
    for _ in range(4):
        ouvrir(emis.secret)
        vieillir(emis, 0.2)  # 0.8, 0.6, 0.4 and 0.2 s old
    emis.jeton.habilitation.quota_par_seconde = 2
    emis.jeton.habilitation.save()
    refus = ouvrir(emis.secret)
    assert (refus.etat, refus.limite, refus.restant, refus.attente) == (QUOTA, 2, 0, 1)
    # Three of the four must leave before one may come in.
    vieillir(emis, 0.3)
    assert ouvrir(emis.secret).etat == QUOTA
    vieillir(emis, 0.35)
    assert ouvrir(emis.secret).etat == OUVERT


def test_each_token_has_its_quota():
    un, autre = fabriques.jeton(quota_par_seconde=1), fabriques.jeton(quota_par_seconde=1)
    assert [ouvrir(e.secret).etat for e in (un, autre, un)] == [OUVERT, OUVERT, QUOTA]


def test_a_clock_set_back_locks_nobody_out():
    emis = fabriques.jeton(quota_par_seconde=1)
    ouvrir(emis.secret)
    vieillir(emis, -3600)
    assert ouvrir(emis.secret).etat == OUVERT


def test_the_time_to_come_back_is_when_room_is_made():
    emis = fabriques.jeton()
    [(maintenant,)] = executer("SELECT extract(epoch FROM clock_timestamp())::float", [])
    ouverture = ouvrir(emis.secret)
    assert maintenant < ouverture.retour - 0.999 < maintenant + 3


def test_an_old_pepper_is_accepted_during_its_rotation(settings):
    emis = fabriques.jeton()
    ancien, settings.JETON_POIVRE = settings.JETON_POIVRE, "un poivre tout neuf, de plus de 32 caractères"
    assert ouvrir(emis.secret).etat == INCONNU
    settings.JETON_POIVRES_ANCIENS = [ancien]
    assert ouvrir(emis.secret).etat == OUVERT


def test_a_leak_revokes_once():
    emis = fabriques.jeton()
    assert emission.revoquer_divulgue(emis.secret, ou="ailleurs")
    assert not emission.revoquer_divulgue(emis.secret, ou="ailleurs")
    assert not emission.revoquer_divulgue(emission.tirer("l"), ou="ailleurs")
    assert ouvrir(emis.secret).etat == REVOQUE
