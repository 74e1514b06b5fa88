"""Who knows an INE does not learn its birth date by trying."""

import datetime
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from referentiel import tasks
from referentiel.droits import auteurs
from referentiel.ecriture.correction_d_inscription import Cible, corriger
from referentiel.ecriture.validation import valider
from referentiel.imports.depots import moteur
from referentiel.models import Alerte, Anomalie, Etablissement, Inscription, NaissanceEssayee
from tests import fabriques
from tests.proprietaire import en_proprietaire
from tests.referentiel.ecriture.portes import (
    Appel,
    Fichier,
    Sort,
    champs,
    deposer_octets,
    en_csv,
    signalees,
    traiter,
)
from tests.referentiel.gestion import personnes
from tests.referentiel.imports.parcours import envoyer, essayer

pytestmark = pytest.mark.django_db

FAUSSES = ["2004-03-28", "2004-03-29", "2004-03-30"]
TROP = Sort("dates_naissance_multiples")


@pytest.fixture(autouse=True)
def anne():
    fabriques.etablissement(uai="0311384L", code_commune="31555")
    fabriques.etablissement(uai="0755890V", code_commune="75105")
    return fabriques.etudiant(ine="1234567890V", nom_naissance="Le Goff", prenoms=["Anne-Marie"])


def anomalies():
    return list(Anomalie.objects.values_list("type", "etudiant__ine", "etablissement__uai"))


def test_a_deposit_does_not_compare_an_ine_that_comes_with_three_dates():
    lignes = [champs(dateNaissance=jour) for jour in ("2004-03-27", *FAUSSES[:2])]
    autre = champs(ine="0000000001B", dateNaissance="2004-01-01")
    deux = [autre, {**autre, "dateNaissance": "2004-01-02"}]
    rejets = signalees(essayer(envoyer(en_csv([*lignes, *deux]))), "rejet")
    assert [(ligne, code) for ligne, _, _, code in rejets] == [
        (2, "dates_naissance_multiples"),
        (3, "dates_naissance_multiples"),
        (4, "dates_naissance_multiples"),
        (5, "etudiant_introuvable"),
        (6, "etudiant_introuvable"),
    ]
    assert not NaissanceEssayee.objects.exists()


@pytest.mark.parametrize("porte", [Appel(), Fichier()], ids=["appel", "fichier"])
def test_three_dates_refused_in_a_day_close_the_ine_and_raise_an_anomaly(porte):
    for jour in FAUSSES:
        assert anomalies() == []
        assert porte.envoyer(champs(dateNaissance=jour)) == Sort("etudiant_introuvable")
        porte.envoyer(champs(dateNaissance=jour))  # the same again tells nothing more
    assert anomalies() == [("dates_essayees", "1234567890V", "0311384L")]
    assert porte.envoyer(champs()) == TROP

    with connection.cursor() as curseur:
        curseur.execute("UPDATE referentiel_naissanceessayee SET jour = jour - 1")
    assert porte.envoyer(champs()) == Sort("creee")
    tasks.entretenir_lots()
    assert not NaissanceEssayee.objects.exists()


def test_dry_runs_count_too():
    lots = [essayer(envoyer(en_csv([champs(dateNaissance=jour)]))) for jour in FAUSSES]
    assert Anomalie.objects.get().lot == lots[-1]
    assert signalees(essayer(envoyer(en_csv([champs()]))), "rejet") == [
        (2, "dateNaissance", "2004-03-27", "dates_naissance_multiples")
    ]


def test_correcting_an_inscription_counts_too(anne):
    autre = fabriques.inscription(etudiant=fabriques.etudiant(ine="0000000001B"))
    ligne, _, _ = valider(champs(dateNaissance=FAUSSES[0]), moteur.contexte(uais=None, fictif=False))
    issue = corriger(Cible(Inscription.objects.all(), autre.pk, autre.modifie_le), ligne, auteur="compte:1")
    assert issue.code == "etudiant_introuvable"
    essayees = NaissanceEssayee.objects.order_by("sujet").values_list("etudiant_id", "sujet", "dates")
    date = [datetime.date.fromisoformat(FAUSSES[0])]
    assert list(essayees) == [(anne.pk, "compte:1", date), (anne.pk, "uai:0311384L", date)]


def test_a_file_that_is_all_wrong_does_not_flood_the_desk(anne):
    ines = [f"00000000{rang:02}0" for rang in range(25)]
    for ine in ines:
        fabriques.etudiant(ine=ine)
    for jour in FAUSSES:
        traiter(deposer_octets(en_csv([champs(ine=ine, dateNaissance=jour) for ine in ines])))
    assert Anomalie.objects.count() == 20
    assert NaissanceEssayee.objects.values("etudiant_id").distinct().count() == 25


def test_the_ministry_reads_who_tried():
    gestionnaire = personnes.gestionnaire(Etablissement.objects.get(uai="0311384L")).compte
    appel = Appel()
    appel.auteur = f"compte:{gestionnaire.pk}"
    for jour in FAUSSES:
        appel.envoyer(champs(dateNaissance=jour))
    ministere, une = personnes.ministere(), Anomalie.objects.get()
    fiche = ministere.get(reverse("gestion:referentiel_anomalie_change", args=[une.pk])).content.decode()
    garder = ministere.get(reverse("gestion-anomalie-garder", args=[une.pk])).content.decode()
    assert auteurs([appel.auteur])[appel.auteur].nom in fiche
    for page in (fiche, garder):
        assert "au moins trois dates de naissance" in page
        assert "28/03/2004" not in page


@pytest.mark.parametrize("siret", ["13002526500013", ""], ids=["un SIREN", "un jeton"])
def test_five_uai_try_no_more_than_one(siret):
    """By organisation, and by token: five establishments of one do not give five times three tries."""
    uais = ["0311384L", "0755890V", "0000001A", "0000002B", "0000003C"]
    for uai in uais[2:]:
        fabriques.etablissement(uai=uai, code_commune="31555")
    Etablissement.objects.update(siret="")
    porte = Appel()
    for rang, uai in enumerate(uais):
        if siret:
            Etablissement.objects.filter(uai=uai).update(siret=f"{siret[:9]}{rang:05}")
            porte.auteur = f"jeton:{rang}"
        for jour in range(1, 4):
            sort = porte.envoyer(champs(uai=uai, dateNaissance=f"2001-0{rang + 1}-0{jour}"))
            assert sort.issue == ("etudiant_introuvable" if rang == 0 else "dates_naissance_multiples")
    assert porte.envoyer(champs(uai=uais[4])).issue == "dates_naissance_multiples"


def test_another_organisation_still_writes_on_that_day():
    porte, autre = Appel(), Appel()
    autre.auteur = "jeton:2"
    for jour in FAUSSES:
        porte.envoyer(champs(dateNaissance=jour))
    assert autre.envoyer(champs()) == TROP  # the same establishment
    assert autre.envoyer(champs(uai="0755890V")) == Sort("creee")


def test_the_correction_page_tries_three_dates_only():
    autre = fabriques.inscription(etudiant=fabriques.etudiant(ine="0000000001B"))
    cible = Cible(Inscription.objects.all(), autre.pk, autre.modifie_le)

    def essayer_la_date(jour):
        ligne, _, _ = valider(champs(dateNaissance=jour), moteur.contexte(uais=None, fictif=False))
        return corriger(cible, ligne, auteur="compte:1").code

    codes = [essayer_la_date(f"2001-01-{jour:02}") for jour in range(1, 29)]
    assert codes == ["etudiant_introuvable"] * 3 + ["dates_naissance_multiples"] * 25
    assert essayer_la_date("2004-03-27") == "dates_naissance_multiples"


def test_the_tries_left_also_hold_within_a_file():
    """Two dates refused by calls: a file's first is the third; its second, the right one, is not compared."""
    for jour in FAUSSES[:2]:
        Appel().envoyer(champs(dateNaissance=jour))
    lot = traiter(deposer_octets(en_csv([champs(dateNaissance=FAUSSES[2]), champs()])))
    assert signalees(lot, "rejet") == [
        (2, "ine", "1234567890V", "etudiant_introuvable"),
        (3, "dateNaissance", "2004-03-27", "dates_naissance_multiples"),
    ]


def test_the_report_says_the_same_of_an_unknown_ine_and_of_another_date():
    lot = traiter(deposer_octets(en_csv([champs(dateNaissance=FAUSSES[0]), champs(ine="0000000001B")])))
    dites = lot.lignes_signalees.filter(niveau="rejet").values_list("champ", "code", "message")
    assert len(set(dites)) == 1
    assert len(dites) == 2


@pytest.mark.parametrize("porte", [Appel(), Fichier()], ids=["appel", "fichier"])
def test_the_purge_keeps_the_tries_of_the_day(porte):
    for jour in FAUSSES:
        porte.envoyer(champs(dateNaissance=jour))
    tasks.entretenir_lots()
    assert porte.envoyer(champs()) == TROP


def test_too_many_not_found_stop_the_sender_and_raise_an_alert(settings):
    settings.INTROUVABLES_PAR_JOUR = 3
    porte = Appel()
    inconnus = [f"00000000{rang:02}0" for rang in range(10, 20)]
    assert [porte.envoyer(champs(ine=ine)).issue for ine in inconnus[:2]] == ["etudiant_introuvable"] * 2
    assert porte.envoyer(champs(dateNaissance=FAUSSES[0])) == Sort("etudiant_introuvable")
    assert porte.envoyer(champs()) == Sort("trop_d_introuvables")
    assert set(Alerte.objects.values_list("genre", "sujet")) == {
        ("introuvables", "jeton:1"),
        ("introuvables", "uai:0311384L"),
    }
    lot = traiter(deposer_octets(en_csv([champs()])))
    assert lot.etat == "echec"
    assert lot.message.startswith("Trop d'étudiants introuvables aujourd'hui")
    # Another organisation is not concerned; and tomorrow is another day.
    porte.auteur = "jeton:2"
    assert porte.envoyer(champs(uai="0755890V")) == Sort("creee")
    porte.auteur = "jeton:1"
    with connection.cursor() as curseur:
        curseur.execute("UPDATE referentiel_introuvables SET jour = jour - 1")
    assert porte.envoyer(champs()) == Sort("creee")


def test_a_deposit_over_the_limit_does_not_say_whom_it_found(settings):
    settings.INTROUVABLES_PAR_JOUR = 3
    inconnus = [champs(ine=f"00000000{rang:02}0") for rang in range(10, 14)]
    lot = essayer(envoyer(en_csv([champs(), *inconnus])))
    assert (lot.creees, lot.rejetees, lot.lignes_signalees.count()) == (0, 0, 0)
    assert lot.message.startswith("Trop d'étudiants introuvables aujourd'hui")
    assert Alerte.objects.filter(genre="introuvables", sujet="uai:0311384L").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("bonne", [False, True], ids=["toutes fausses", "la bonne parmi elles"])
def test_ten_dates_at_once_try_three_only(anne, bonne):
    """All ten are under way when the first may be kept: none has been judged on what the others had not written yet."""
    dates = [*(f"2001-01-{jour:02}" for jour in range(1, 10)), "2004-03-27" if bonne else "2001-01-10"]
    NaissanceEssayee.objects.create(etudiant_id=anne.pk, sujet="jeton:1", jour=timezone.localdate(), dates=[])

    def envoyer_une(jour):
        try:
            return Appel().envoyer(champs(dateNaissance=jour)).issue
        finally:
            connection.close()

    with ThreadPoolExecutor(len(dates)) as fils:
        with transaction.atomic(), en_proprietaire() as obstacle:
            obstacle.execute("SELECT FROM referentiel_naissanceessayee FOR UPDATE")
            envois = [fils.submit(envoyer_une, jour) for jour in dates]
            # The right date writes nothing there: it may be done already.
            attendre_que_tous_attendent(obstacle, len(dates) - bonne)
        issues = Counter(envoi.result(timeout=60) for envoi in envois)
    assert issues["etudiant_introuvable"] == 3
    assert issues["dates_naissance_multiples"] + issues["creee"] == 7
    assert issues["creee"] in ({0, 1} if bonne else {0})


def attendre_que_tous_attendent(curseur, nombre):
    for _ in range(1_500):
        curseur.execute("SELECT pg_stat_clear_snapshot()")
        curseur.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        if curseur.fetchone()[0] >= nombre:
            return
        time.sleep(0.02)
    pytest.fail("les envois n'arrivent pas jusqu'à l'essai")
