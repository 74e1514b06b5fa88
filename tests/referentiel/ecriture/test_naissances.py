"""Who knows an INE does not learn its birth date by trying."""

import datetime

import pytest
from django.db import connection
from django.urls import reverse

from referentiel import tasks
from referentiel.droits import auteurs
from referentiel.ecriture.correction_d_inscription import Cible, corriger
from referentiel.ecriture.validation import valider
from referentiel.imports.depots import moteur
from referentiel.models import Anomalie, Etablissement, Inscription, NaissanceEssayee
from tests import fabriques
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


def test_un_depot_ne_compare_pas_l_ine_qui_vient_avec_trois_dates():
    lignes = [champs(dateNaissance=jour) for jour in ("2004-03-27", *FAUSSES[:2])]
    autre = champs(ine="0000000001B", dateNaissance="2004-01-01")
    deux = [autre, {**autre, "dateNaissance": "2004-01-02"}]
    rejets = signalees(essayer(envoyer(en_csv([*lignes, *deux]))), "rejet")
    assert [(ligne, code) for ligne, _, _, code in rejets] == [
        (2, "dates_naissance_multiples"),
        (3, "dates_naissance_multiples"),
        (4, "dates_naissance_multiples"),
        (5, "etudiant_inconnu"),
        (6, "etudiant_inconnu"),
    ]
    assert not NaissanceEssayee.objects.exists()


@pytest.mark.parametrize("porte", [Appel(), Fichier()], ids=["appel", "fichier"])
def test_trois_dates_refusees_dans_la_journee_ferment_l_ine_et_levent_une_anomalie(porte):
    for jour in FAUSSES:
        assert anomalies() == []
        assert porte.envoyer(champs(dateNaissance=jour)) == Sort("date_naissance_differente")
        porte.envoyer(champs(dateNaissance=jour))  # the same again tells nothing more
    assert anomalies() == [("dates_essayees", "1234567890V", "0311384L")]
    assert porte.envoyer(champs()) == TROP
    assert porte.envoyer(champs(uai="0755890V")) == Sort("creee")

    with connection.cursor() as curseur:
        curseur.execute("UPDATE referentiel_naissanceessayee SET jour = jour - 1")
    assert porte.envoyer(champs()) == Sort("creee")
    tasks.entretenir_lots()
    assert not NaissanceEssayee.objects.exists()


def test_les_essais_a_blanc_comptent_aussi():
    lots = [essayer(envoyer(en_csv([champs(dateNaissance=jour)]))) for jour in FAUSSES]
    assert Anomalie.objects.get().lot == lots[-1]
    assert signalees(essayer(envoyer(en_csv([champs()]))), "rejet") == [
        (2, "dateNaissance", "2004-03-27", "dates_naissance_multiples")
    ]


def test_la_correction_d_une_inscription_compte_aussi(anne):
    autre = fabriques.inscription(etudiant=fabriques.etudiant(ine="0000000001B"))
    ligne, _, _ = valider(champs(dateNaissance=FAUSSES[0]), moteur.contexte(uais=None, fictif=False))
    issue = corriger(Cible(Inscription.objects.all(), autre.pk, autre.modifie_le), ligne, auteur="compte:1")
    assert issue.code == "date_naissance_differente"
    essayee = NaissanceEssayee.objects.get()
    assert (essayee.etudiant_id, essayee.dates) == (anne.pk, [datetime.date.fromisoformat(FAUSSES[0])])


def test_un_fichier_tout_faux_n_inonde_pas_le_guichet(anne):
    ines = [f"00000000{rang:02}0" for rang in range(25)]
    for ine in ines:
        fabriques.etudiant(ine=ine)
    for jour in FAUSSES:
        traiter(deposer_octets(en_csv([champs(ine=ine, dateNaissance=jour) for ine in ines])))
    assert Anomalie.objects.count() == 20
    assert NaissanceEssayee.objects.count() == 25


def test_le_ministere_lit_qui_a_essaye():
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
