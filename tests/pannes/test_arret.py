"""An ordinary stop loses nothing: neither calls being answered, nor figures being added up."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from habilitations.models import Consommation
from statut_etudiant.api.comptage import Comptage
from tests import fabriques
from tests.api.lecture.appels import INE
from tests.serveur_web import ServeurWeb


@pytest.mark.service
@pytest.mark.django_db(transaction=True)
def test_the_calls_answered_just_before_sigterm_are_counted(tmp_path, donnees_validees):
    emis = [fabriques.jeton() for _ in range(4)]
    etudiant = fabriques.inscrit()
    chemin = f"{INE}?ine={etudiant.ine}&recipient=13002526500013"
    with ServeurWeb(processus=2, journal=tmp_path / "web.log") as web:

        def appeler(rang: int) -> list[int]:
            statuts = []
            with closing(web.connexion()) as connexion:
                for _ in range(60):
                    connexion.request("GET", chemin, headers=emis[rang % 4].bearer)
                    reponse = connexion.getresponse()
                    reponse.read()
                    statuts.append(reponse.status)
            return statuts

        with ThreadPoolExecutor(8) as fils:
            repondus = Counter(statut for statuts in fils.map(appeler, range(8)) for statut in statuts)
        # Within the first ten seconds: nothing is written yet, or not all.
    assert repondus.total() == 480
    assert set(repondus) <= {200, 429}
    comptes: Counter[int] = Counter()
    for statut, appels in Consommation.objects.values_list("statut", "appels"):
        comptes[statut] += appels
    assert comptes == repondus


@pytest.mark.django_db
def test_a_token_that_is_no_more_takes_nothing_from_the_others():
    emis = fabriques.jeton()
    comptage = Comptage()
    comptage.compter(emis.jeton.pk, 200)
    comptage.compter(emis.jeton.pk + 1_000_000, 200)
    comptage.ecrire()
    assert list(Consommation.objects.values_list("jeton_id", "statut", "appels")) == [(emis.jeton.pk, 200, 1)]
