"""What an operator sees of FranceConnect: outcomes, alarm, circuit breaker."""

import pytest
from django.test import Client

from statut_etudiant.franceconnect.disjoncteur import REPOS, SEUIL, Disjoncteur, Etat
from statut_etudiant.franceconnect.mesures import Mesures


@pytest.mark.django_db
def test_checks_and_circuit_breaker_show_in_metrics(client: Client) -> None:
    mesures = Mesures()
    for issue in ("actif", "actif", "identifiants_refuses"):
        mesures.compter(issue)
    mesures.disjoncteur(Etat.OUVERT)
    mesures.ecrire()
    texte = client.get("/metrics").content.decode()
    assert 'statut_etudiant_franceconnect_verifications_total{issue="actif"} 2.0' in texte
    assert 'statut_etudiant_franceconnect_verifications_total{issue="identifiants_refuses"} 1.0' in texte
    assert "statut_etudiant_franceconnect_disjoncteurs_ouverts 1.0" in texte
    mesures.compter("actif")
    mesures.disjoncteur(Etat.FERME)
    mesures.ecrire()
    texte = client.get("/metrics").content.decode()
    assert 'statut_etudiant_franceconnect_verifications_total{issue="actif"} 3.0' in texte
    assert "statut_etudiant_franceconnect_disjoncteurs_ouverts 0.0" in texte


class Horloge:
    instant = 0.0

    def __call__(self) -> float:
        return self.instant


def test_the_circuit_breaker_opens_at_its_threshold_tries_one_call_then_closes_or_reopens() -> None:
    horloge = Horloge()
    disjoncteur = Disjoncteur(horloge)
    for _ in range(SEUIL - 1):
        assert disjoncteur.laisser_passer()
        disjoncteur.echoue()
    assert disjoncteur.etat is Etat.FERME
    disjoncteur.reussi()  # in a row, or not at all
    for _ in range(SEUIL):
        assert disjoncteur.laisser_passer()
        disjoncteur.echoue()
    assert disjoncteur.etat is Etat.OUVERT
    assert not disjoncteur.laisser_passer()
    assert 1 <= disjoncteur.attente() <= REPOS + 1
    horloge.instant = REPOS
    assert disjoncteur.etat is Etat.ESSAI
    assert disjoncteur.laisser_passer()
    assert not disjoncteur.laisser_passer()
    disjoncteur.abandonne()
    assert disjoncteur.laisser_passer()
    disjoncteur.echoue()
    assert disjoncteur.etat is Etat.OUVERT
    horloge.instant = 2 * REPOS
    assert disjoncteur.laisser_passer()
    disjoncteur.reussi()
    assert disjoncteur.etat is Etat.FERME
    assert disjoncteur.laisser_passer()
    assert disjoncteur.laisser_passer()
