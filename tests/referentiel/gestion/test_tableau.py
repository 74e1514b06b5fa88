"""The dashboard: one's own figures only, told as they were counted, at the same cost whatever there is to count."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from referentiel.models import Anomalie, Inscription, Lot
from referentiel.pilotage import tableau
from referentiel.pilotage.couverture import rafraichir
from statut_etudiant.templatetags.portail import anciennete
from tests import fabriques
from tests.portail.pages import lire
from tests.referentiel.gestion.aides import gestionnaire, ministere

pytestmark = pytest.mark.django_db

PAGE = "/gestion/"


@pytest.fixture
def toulouse():
    return fabriques.etablissement(nom="Université de l'Essai")


@pytest.fixture
def lyon():
    return fabriques.etablissement(nom="École de Clairval")


def peupler(etablissement, *, inscrits=0, admis=0, regime="RF1"):
    for nombre, options in ((inscrits, {}), (admis, {"admis": True})):
        for _ in range(nombre):
            fabriques.inscription(etablissement=etablissement, regime=regime, **options)
    rafraichir(aujourdhui=timezone.localdate())


def deposer(*etablissements, **colonnes):
    return Lot.objects.create(
        canal="fichier",
        uais=[etablissement.uai for etablissement in etablissements],
        sha256="0" * 64,
        taille=1,
        **{"etat": "termine", "fini_le": timezone.now()} | colonnes,
    )


def signaler(etablissement, **identite):
    Anomalie.objects.create(
        type="nom_different",
        etudiant=fabriques.etudiant(**identite),
        etablissement=etablissement,
        recu={},
        cle="AUTRE NOM",
    )


def page(client, **parametres):
    return lire(client.get(PAGE, parametres))


def test_a_manager_sees_the_figures_of_their_establishment(client, toulouse, lyon):
    peupler(toulouse, inscrits=3, admis=2)
    peupler(toulouse, inscrits=4, regime="RF4")
    peupler(lyon, inscrits=7)
    client.force_login(gestionnaire(toulouse))
    texte = page(client).texte
    assert "Université de l'Essai" in texte
    assert "Total 9 Inscrits 7 Admis 2" in texte
    assert "Formation initiale 3 2 5 Contrat d'apprentissage 4 0 4 Total 7 2 9" in texte
    assert lyon.nom not in texte


def test_several_establishments_are_seen_together_or_one_by_one(client, toulouse, lyon):
    peupler(toulouse, inscrits=3)
    peupler(lyon, inscrits=4)
    client.force_login(gestionnaire(toulouse, lyon))
    assert "Total 7" in page(client).texte
    seul = page(client, etablissement=lyon.uai)
    assert "Total 4" in seul.texte
    assert [option["value"] for option in seul.tous("option") if "selected" in option] == [lyon.uai]


def test_another_s_establishment_does_not_exist(client, toulouse, lyon):
    fictif = fabriques.etablissement(fictif=True)
    client.force_login(gestionnaire(toulouse))
    reponses = [client.get(PAGE, {"etablissement": uai}) for uai in (lyon.uai, fictif.uai, "0999999Z")]
    assert {response.status_code for response in reponses} == {404}
    assert len({lire(response).texte for response in reponses}) == 1


def test_the_ministry_sees_the_country_and_each_establishment(client, toulouse, lyon):
    peupler(toulouse, inscrits=3)
    peupler(lyon, inscrits=4, admis=1)
    client.force_login(ministere())
    texte = page(client).texte
    assert "Total 8 Inscrits 7 Admis 1 Établissements qui déclarent 2" in texte
    assert "Total 3" in page(client, etablissement=toulouse.uai).texte
    assert client.get(PAGE, {"etablissement": "0999999Z"}).status_code == 404


def test_the_ministry_chooses_an_establishment_by_uai_or_name(client, toulouse, lyon):
    fabriques.etablissement(nom="École du bac à sable de Clairval", fictif=True)
    fabriques.etablissement(nom="Lycée de Clairval")
    client.force_login(ministere())
    for texte in (lyon.uai.lower(), "ECOLE clairval"):
        assert client.get(PAGE, {"cherche": texte}).headers["Location"] == f"{PAGE}?etablissement={lyon.uai}"
    trouves = page(client, cherche="clairval")
    assert "2 établissements répondent" in trouves.texte
    assert f"?etablissement={lyon.uai}" in trouves.liens()
    assert "Aucun établissement ne répond" in page(client, cherche="x").texte
    client.force_login(gestionnaire(toulouse))
    assert "répondent" not in page(client, cherche="clairval").texte


def test_who_sends_no_more_is_warned_and_the_ministry_knows(client, toulouse, lyon, monkeypatch):
    monkeypatch.setattr(tableau, "en_periode", lambda jour: True)
    fabriques.inscription(etablissement=toulouse)
    Inscription.objects.update(confirmee_le=timezone.now() - datetime.timedelta(days=40))
    peupler(lyon, inscrits=1)
    client.force_login(gestionnaire(toulouse))
    assert "Aucun envoi depuis plus de 30 jours" in page(client).texte
    client.force_login(gestionnaire(lyon))
    assert "Aucun envoi depuis plus de 30 jours" not in page(client).texte
    client.force_login(gestionnaire(lyon, toulouse))
    assert f"?etablissement={toulouse.uai}" in page(client).liens()
    client.force_login(ministere())
    texte = page(client).texte
    assert "Sans envoi depuis plus de 30 jours 1" in texte
    assert toulouse.nom in texte
    assert lyon.nom not in texte


@pytest.mark.parametrize(
    ("mois", "jour", "attendu"), [(7, 14, True), (7, 15, False), (9, 14, False), (9, 15, True), (1, 1, True)]
)
def test_in_summer_no_sending_is_expected(mois, jour, attendu):
    assert tableau.en_periode(datetime.date(2027, mois, jour)) is attendu


def test_the_last_deposits_are_one_s_own(client, toulouse, lyon):
    for rang in range(6):
        deposer(toulouse, nom_fichier=f"rentree{rang}.csv", creees=3, modifiees=2, rejetees=1)
    deposer(lyon, nom_fichier="ailleurs.csv")
    deposer(toulouse, lyon, nom_fichier="ensemble.csv")
    client.force_login(gestionnaire(toulouse))
    texte = page(client).texte
    assert [nom for nom in (f"rentree{n}.csv" for n in range(6)) if nom in texte] == [
        f"rentree{n}.csv" for n in range(1, 6)
    ]
    assert "3 créées, 2 mises à jour, 1 rejetée" in texte
    assert "essai :" not in texte
    assert "ailleurs.csv" not in texte
    assert "ensemble.csv" not in texte


def test_what_a_deposit_would_do_is_not_said_done(client, toulouse):
    deposer(toulouse, creees=2162, etat="a_confirmer", fini_le=None)
    client.force_login(gestionnaire(toulouse))
    assert "essai : 2 162 créées" in page(client).texte.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("depuis", "dit"),
    [
        ({"seconds": 59}, "à l'instant"),
        ({"minutes": 1}, "il y a 1 minute"),
        ({"days": 3, "hours": 2}, "il y a 3 jours"),
    ],
)
def test_the_last_sending_is_said_simply(depuis, dit):
    instant = timezone.now() - datetime.timedelta(**depuis)
    assert anciennete(instant).replace("\xa0", " ") == dit


def test_anomalies_are_counted_and_nobody_is_named(client, toulouse, lyon):
    signaler(toulouse, nom_naissance="Jamaisdit")
    signaler(lyon)
    signaler(lyon)
    rafraichir(aujourdhui=timezone.localdate())
    client.force_login(gestionnaire(toulouse))
    texte = page(client).texte
    assert "1 anomalie en attente" in texte
    assert "Jamaisdit" not in texte
    client.force_login(ministere())
    assert "3 anomalies à traiter" in page(client).texte


def test_last_year_s_figures_do_not_pass_for_this_year_s(toulouse):
    fabriques.inscription(etablissement=toulouse, ancienne=True)
    rafraichir(aujourdhui=fabriques.rentree() - datetime.timedelta(days=40))
    (vu,) = [e for e in type(toulouse).objects.select_related("couverture") if e.pk == toulouse.pk]
    assert vu.couverture.inscriptions == 1
    assert tableau.chiffres([vu], aujourdhui=timezone.localdate()).total == 0


def test_the_cost_depends_neither_on_inscriptions_nor_on_deposits(client, toulouse, lyon):
    def requetes() -> int:
        with CaptureQueriesContext(
            connection,
        ) as faites:
            assert client.get(PAGE).status_code == 200
        assert not [r["sql"] for r in faites if "referentiel_inscription" in r["sql"]]
        return len(faites)

    for compte in (gestionnaire(toulouse, lyon), ministere()):
        client.force_login(compte)
        requetes()
        peu = requetes()
        peupler(toulouse, inscrits=5)
        peupler(lyon, admis=5)
        deposer(toulouse)
        deposer(lyon)
        signaler(lyon)
        assert requetes() == peu
        assert peu <= 14
