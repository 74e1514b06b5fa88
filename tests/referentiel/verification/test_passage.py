"""INES confirms identities, beside everything else: against a real HTTP server."""

import datetime
import logging

import pytest
from django.test import Client
from django.utils import timezone

from referentiel.models import Anomalie, ConnecteurInes, Etudiant, Historique, Lot, Verification
from referentiel.tasks import verifier_identites
from referentiel.verification import ines
from referentiel.verification.passage import AUTEUR, passer
from tests import fabriques
from tests.referentiel.verification.service import IDENTIFIANT, SECRET, en_service

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def service(settings):
    with en_service() as service:
        settings.INES_VERIFICATION_URL = f"{service.adresse}/verification"
        settings.INES_JETON_URL = f"{service.adresse}/jeton"
        settings.INES_CLIENT_ID = IDENTIFIANT
        settings.INES_CLIENT_SECRET = SECRET
        yield service


def connecteur():
    return ConnecteurInes.objects.get()


def plus_tard(**duree):
    """As if that much time had passed since the last failures."""
    for objets, champ in ((ConnecteurInes.objects, "reprise_le"), (Verification.objects, "prochain_essai")):
        for objet in objets.exclude(**{champ: None}):
            objets.filter(pk=objet.pk).update(**{champ: getattr(objet, champ) - datetime.timedelta(**duree)})


def verifies():
    return set(Etudiant.objects.filter(identite_verifiee=True))


def test_a_confirmed_identity_is_marked_and_signed(service):
    etudiants = {fabriques.etudiant() for _ in range(3)}
    deja = fabriques.etudiant(identite_verifiee=True)
    assert passer() == (3, 0, "")
    assert verifies() == etudiants | {deja}
    assert service.questions == [
        {"ine": un.ine, "dateNaissance": "2004-03-27"} for un in sorted(etudiants, key=lambda e: e.pk)
    ]
    # One conversation: a token, a connection.
    assert (len(service.jetons), service.connexions) == (1, 1)
    lignes = Historique.objects.filter(operation="modification")
    assert {(ligne.auteur, str(ligne.apres)) for ligne in lignes} == {(AUTEUR, "{'identite_verifiee': True}")}
    assert not Verification.objects.exists()
    assert passer() == (0, 0, "")
    assert len(service.questions) == 3


def test_a_refused_identity_raises_an_anomaly_and_is_not_asked_again(service):
    etudiant = fabriques.etudiant()
    avant = Historique.objects.count()
    service.connus = set()
    assert passer() == (0, 1, "")
    anomalie = Anomalie.objects.get()
    assert (anomalie.type, anomalie.etudiant, anomalie.etablissement) == ("identite_refusee", etudiant, None)
    assert anomalie.recu == {"dateNaissance": "2004-03-27"}
    assert Verification.objects.get().etat == "refusee"
    assert (verifies(), Historique.objects.count()) == (set(), avant)
    plus_tard(days=30)
    assert passer() == (0, 0, "")
    assert len(service.questions) == 1


def test_neither_fictitious_students_nor_presumed_dates_are_asked_for(service):
    fabriques.etudiant(fictif=True)
    fabriques.etudiant(ne_dans_le_mois=True)
    fabriques.etudiant(ne_dans_l_annee=True)
    assert passer() == (0, 0, "")
    assert service.questions == []


def test_an_expired_or_revoked_token_is_asked_for_again(service):
    service.duree_du_jeton = 5  # within the margin: expired as soon as issued
    for _ in range(2):
        fabriques.etudiant()
    assert passer() == (2, 0, "")
    assert len(service.jetons) >= 2
    service.duree_du_jeton = 3600
    dernier = [fabriques.etudiant() for _ in range(2)][-1]
    service.pendant = lambda: service.revoques.update(service.jetons)
    assert passer() == (2, 0, "")
    assert dernier in verifies()


@pytest.mark.parametrize(
    ("panne", "motif", "de_la_question"),
    [
        ({"statuts": [500]}, "erreur", True),
        ({"statuts": [503]}, "erreur", True),
        ({"statuts": [400]}, "inattendue", True),
        ({"statuts": [302]}, "inattendue", True),
        ({"statuts": [429]}, "quota", False),
        ({"statuts": [403]}, "jeton", False),
        ({"jeton_refuse": True}, "jeton", False),
        ({"lenteur": 1.0}, "lent", True),
    ],
    ids=str,
)
def test_without_answer_the_passage_stops_and_is_taken_up(service, monkeypatch, panne, motif, de_la_question):
    monkeypatch.setattr(ines, "DELAIS", (1, 0.2))
    premier, second = fabriques.etudiant(), fabriques.etudiant()
    for nom, valeur in panne.items():
        setattr(service, nom, valeur)
    assert passer() == (0, 0, motif)
    assert len(service.questions) <= 1
    assert (connecteur().motif, connecteur().echecs, verifies()) == (motif, 1, set())
    assert Anomalie.objects.count() == 0
    # Not before the pause is over.
    assert passer() is None
    for nom in panne:
        setattr(service, nom, type(panne[nom])())
    plus_tard(seconds=61)
    service.questions.clear()
    assert passer() == ((1 if de_la_question else 2), 0, "")
    assert verifies() == ({second} if de_la_question else {premier, second})
    assert (connecteur().echecs, connecteur().reprise_le) == (0, None)
    if de_la_question:  # that student's turn comes back later
        assert Verification.objects.get().etudiant == premier
        plus_tard(minutes=10)
        assert passer() == (1, 0, "")
        assert verifies() == {premier, second}
    assert not Verification.objects.exists()


def test_an_absent_service_is_tried_later(service, settings):
    fabriques.etudiant()
    settings.INES_JETON_URL = settings.INES_VERIFICATION_URL = "http://127.0.0.1:9/rien"
    assert passer() == (0, 0, "injoignable")
    assert not Verification.objects.exists()


def test_pauses_double_up_to_an_hour(service):
    fabriques.etudiant()
    service.jeton_refuse = True
    pauses = []
    for _ in range(9):
        passer()
        etat = connecteur()
        pauses.append(round((etat.reprise_le - etat.dernier_echec) / MINUTE))
        plus_tard(hours=2)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


@pytest.mark.parametrize(
    ("entete", "minutes"), [("600", 10), ("3", 1), ("Sat, 01 Jan 2000 00:00:00 GMT", 1), ("demain", 1)]
)
def test_the_delay_that_is_asked_for_is_kept(service, entete, minutes):
    fabriques.etudiant()
    service.statuts, service.entetes = [429], {"Retry-After": entete}
    passer()
    assert round((connecteur().reprise_le - connecteur().dernier_echec) / MINUTE) == minutes


def test_a_waiting_deposit_goes_first(service):
    etudiants = [fabriques.etudiant() for _ in range(3)]

    def deposer():
        Lot.objects.create(canal="fichier", sha256="0" * 64, taille=0)

    # Seen from the server's thread only once committed: created here, between two questions.
    origine = ines.Ines.connait

    def connait(self, *args):
        response = origine(self, *args)
        deposer()
        return response

    with pytest.MonkeyPatch.context() as remplacement:
        remplacement.setattr(ines.Ines, "connait", connait)
        assert passer() == (1, 0, "")
    assert verifies() == {etudiants[0]}
    Lot.objects.update(etat="annule", fini_le=timezone.now())
    assert passer() == (2, 0, "")


def test_passages_go_piece_by_piece_and_start_again(service):
    etudiants = [fabriques.etudiant() for _ in range(5)]
    assert [passer(taille=2)[0] for _ in range(4)] == [2, 2, 1, 0]
    # Committed by a long deposit after the cursor had passed.
    Etudiant.objects.filter(pk=etudiants[1].pk).update(identite_verifiee=False)
    assert passer() == (0, 0, "")
    ConnecteurInes.objects.update(tour_le=timezone.now() - datetime.timedelta(days=2))
    passer()
    assert passer() == (1, 0, "")
    assert verifies() == set(etudiants)


def test_time_is_counted(service):
    for _ in range(3):
        fabriques.etudiant()
    service.lenteur = 0.05
    assert passer(duree=0.06)[0] < 3


@pytest.mark.parametrize("connu", [True, False])
def test_an_identity_changed_during_the_answer_is_not_judged(service, monkeypatch, connu):
    etudiant = fabriques.etudiant()
    if not connu:
        service.connus = set()
    origine = ines.Ines.connait

    def connait(self, *args):
        response = origine(self, *args)
        Etudiant.objects.filter(pk=etudiant.pk).update(date_naissance="2004-03-28")
        return response

    monkeypatch.setattr(ines.Ines, "connait", connait)
    passer()
    assert (verifies(), Anomalie.objects.count()) == (set(), 0)


def test_one_passage_at_a_time(service):
    fabriques.etudiant()
    passer()
    ConnecteurInes.objects.update(bail_jusqua=timezone.now() + MINUTE)
    assert passer() is None
    ConnecteurInes.objects.update(bail_jusqua=timezone.now() - MINUTE)
    assert passer() is not None
    assert connecteur().bail_jusqua is None


def test_without_settings_nothing_is_done():
    fabriques.etudiant()
    verifier_identites()
    assert not ConnecteurInes.objects.exists()


def test_nothing_personal_is_in_the_logs(service, caplog):
    etudiant = fabriques.etudiant(nom_naissance="Zorglub", date_naissance=datetime.date(1999, 12, 25))
    service.statuts = [500]
    with caplog.at_level(logging.DEBUG):
        verifier_identites()
        plus_tard(days=1)
        verifier_identites()
    assert "identités vérifiées" in caplog.text
    dit = caplog.text + repr([vars(ligne) for ligne in caplog.records])
    for secret in (etudiant.ine, "Zorglub", "1999-12-25", SECRET, *service.jetons):
        assert secret not in dit


def test_measures_are_read(service, client: Client):
    connus = [fabriques.etudiant(), fabriques.etudiant()]
    service.connus = {(un.ine, "2004-03-27") for un in connus}
    fabriques.etudiant()
    passer()
    fabriques.etudiant()
    ConnecteurInes.objects.update(comptees_le=None)
    passer(taille=0)
    texte = client.get("/metrics").content.decode()
    for nom, valeur in (("identites_verifiees", 2), ("identites_refusees", 1), ("identites_a_verifier", 1)):
        assert f"statut_etudiant_{nom} {valeur}.0" in texte
    assert "statut_etudiant_anomalies_ouvertes 1.0" in texte
