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


def test_un_gestionnaire_voit_les_chiffres_de_son_etablissement(client, toulouse, lyon):
    peupler(toulouse, inscrits=3, admis=2)
    peupler(toulouse, inscrits=4, regime="RF4")
    peupler(lyon, inscrits=7)
    client.force_login(gestionnaire(toulouse))
    texte = page(client).texte
    assert "Université de l'Essai" in texte
    assert "Total 9 Inscrits 7 Admis 2" in texte
    assert "Formation initiale 3 2 5 Contrat d'apprentissage 4 0 4 Total 7 2 9" in texte
    assert lyon.nom not in texte


def test_avec_plusieurs_etablissements_on_les_voit_ensemble_ou_un_par_un(client, toulouse, lyon):
    peupler(toulouse, inscrits=3)
    peupler(lyon, inscrits=4)
    client.force_login(gestionnaire(toulouse, lyon))
    assert "Total 7" in page(client).texte
    seul = page(client, etablissement=lyon.uai)
    assert "Total 4" in seul.texte
    assert [option["value"] for option in seul.tous("option") if "selected" in option] == [lyon.uai]


def test_l_etablissement_d_un_autre_n_existe_pas(client, toulouse, lyon):
    fictif = fabriques.etablissement(fictif=True)
    client.force_login(gestionnaire(toulouse))
    reponses = [client.get(PAGE, {"etablissement": uai}) for uai in (lyon.uai, fictif.uai, "0999999Z")]
    assert {response.status_code for response in reponses} == {404}
    assert len({lire(response).texte for response in reponses}) == 1


def test_le_ministere_voit_le_pays_et_chaque_etablissement(client, toulouse, lyon):
    peupler(toulouse, inscrits=3)
    peupler(lyon, inscrits=4, admis=1)
    client.force_login(ministere())
    texte = page(client).texte
    assert "Total 8 Inscrits 7 Admis 1 Établissements qui déclarent 2" in texte
    assert "Total 3" in page(client, etablissement=toulouse.uai).texte
    assert client.get(PAGE, {"etablissement": "0999999Z"}).status_code == 404


def test_le_ministere_choisit_un_etablissement_par_son_uai_ou_son_nom(client, toulouse, lyon):
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


def test_qui_n_envoie_plus_est_averti_et_le_ministere_le_sait(client, toulouse, lyon, monkeypatch):
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
def test_l_ete_on_n_attend_pas_d_envoi(mois, jour, attendu):
    assert tableau.en_periode(datetime.date(2027, mois, jour)) is attendu


def test_les_derniers_depots_sont_les_siens(client, toulouse, lyon):
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


def test_ce_qu_un_depot_ferait_n_est_pas_dit_fait(client, toulouse):
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
def test_le_dernier_envoi_se_dit_simplement(depuis, dit):
    instant = timezone.now() - datetime.timedelta(**depuis)
    assert anciennete(instant).replace("\xa0", " ") == dit


def test_les_anomalies_sont_comptees_sans_nommer_personne(client, toulouse, lyon):
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


def test_des_chiffres_de_l_an_dernier_ne_passent_pas_pour_ceux_de_cette_annee(toulouse):
    fabriques.inscription(etablissement=toulouse, ancienne=True)
    rafraichir(aujourdhui=fabriques.rentree() - datetime.timedelta(days=40))
    (vu,) = [e for e in type(toulouse).objects.select_related("couverture") if e.pk == toulouse.pk]
    assert vu.couverture.inscriptions == 1
    assert tableau.chiffres([vu], aujourdhui=timezone.localdate()).total == 0


def test_le_cout_ne_depend_ni_du_nombre_d_inscriptions_ni_de_celui_des_depots(client, toulouse, lyon):
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
