"""Possible duplicates and merges, as the ministry's staff do them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from referentiel.ecriture.doublons import reperer
from referentiel.ecriture.fusion_d_etudiants import GARDE, fusionner
from referentiel.models import DoublonPossible, Echange, Etudiant, IneRemplace
from tests import fabriques
from tests.referentiel.gestion import personnes
from tests.referentiel.gestion.anomalies import anomalie, page, texte

pytestmark = pytest.mark.django_db

LISTE = reverse("gestion:referentiel_doublonpossible_changelist")


@pytest.fixture
def client() -> Client:
    return personnes.ministere()


@pytest.fixture
def paire() -> DoublonPossible:
    for prenoms in (["Marie"], ["Marie-Anne", "Zoé"]):
        fabriques.inscrit(identite={"nom_naissance": "d'Artagnan", "prenoms": prenoms})
    reperer()
    return DoublonPossible.objects.select_related("premier", "second").get()


def fiche(paire: DoublonPossible) -> str:
    return reverse("gestion:referentiel_doublonpossible_change", args=[paire.pk])


def adresse_de_fusion(garde: Etudiant, retire: Etudiant, **autres: int) -> str:
    suite = "".join(f"&{nom}={valeur}" for nom, valeur in autres.items())
    return f"{reverse('gestion-fusion')}?garde={garde.pk}&retire={retire.pk}{suite}"


def test_the_list_leads_to_the_pair(client: Client, paire: DoublonPossible) -> None:
    assert list(client.get(LISTE).context["cl"].result_list) == [paire]
    with CaptureQueriesContext(connection) as peu:
        assert paire.premier.ine not in page(client, LISTE)
    for _ in range(3):
        fabriques.etudiant(nom_naissance="Porthos")
    reperer()
    with CaptureQueriesContext(connection) as beaucoup:
        page(client, LISTE)
    assert len(beaucoup) == len(peu)
    contenu = page(client, fiche(paire))
    for attendu in (paire.premier.ine, paire.second.ine, "Marie-Anne, Zoé", "Une personne, ou deux ?"):
        assert attendu in contenu
    vus = Echange.objects.filter(compte_id=client.compte.pk).values_list("etudiant_id", flat=True)
    assert set(vus) == {paire.premier_id, paire.second_id}


def test_the_ministry_sets_a_pair_aside(client: Client, paire: DoublonPossible) -> None:
    refus = client.post(fiche(paire), {"motif": " "})
    assert "Donnez le motif" in texte(refus)
    assert client.post(fiche(paire), {"motif": "Cousines"})["Location"] == LISTE
    paire.refresh_from_db()
    assert (paire.motif, paire.ecarte_par) == ("Cousines", f"compte:{client.compte.pk}")
    assert list(client.get(LISTE).context["cl"].result_list) == []
    assert list(client.get(LISTE, {"etat": "ecartes"}).context["cl"].result_list) == [paire]
    contenu = page(client, fiche(paire))
    assert "Cousines" in contenu
    assert "Écarter cette paire" not in contenu
    assert "déjà traité" in texte(client.post(fiche(paire), {"motif": "Encore"}, follow=True))


def test_the_ministry_merges_two_students(client: Client, paire: DoublonPossible) -> None:
    garde, retire = paire.second, paire.premier
    adresse = adresse_de_fusion(garde, retire)
    contenu = page(client, adresse)
    assert "Une fusion ne s'annule pas" in contenu
    assert "Inscriptions qui passeront" in contenu
    assert adresse_de_fusion(retire, garde) in contenu
    refus = texte(client.post(adresse, {"motif": ""}))
    assert "Donnez le motif de la fusion." in refus
    assert "Choisissez l'identité à garder." in refus
    assert not IneRemplace.objects.exists()
    response = client.post(adresse, {"identite": "retire", "motif": "Vu avec l'établissement"}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("gestion:referentiel_etudiant_change", args=[garde.pk])
    assert "Étudiants fusionnés" in texte(response)
    garde.refresh_from_db()
    assert (garde.prenoms, garde.inscriptions.count()) == (["Marie"], 2)
    retenue = IneRemplace.objects.get()
    assert (retenue.auteur, retenue.motif) == (f"compte:{client.compte.pk}", "Vu avec l'établissement")
    # Sent again, or opened again: one of them is no more.
    assert client.post(adresse, {"identite": "garde", "motif": "Encore"}).status_code == 404
    assert not DoublonPossible.objects.exists()


def test_an_impossible_merge_is_told(client: Client, paire: DoublonPossible) -> None:
    un = paire.premier
    response = client.get(adresse_de_fusion(un, un), follow=True)
    assert "même étudiant" in texte(response)


def test_from_an_anomaly_the_other_student_is_offered_and_the_anomaly_closed(client: Client) -> None:
    une = anomalie()
    autre = fabriques.inscrit(identite={"nom_naissance": "LE GALL", "prenoms": ["Anne-Marie"]})
    fabriques.etudiant(nom_naissance="Le Gall", date_naissance="2001-01-01")
    choisir = f"{reverse('gestion-fusion-choisir')}?etudiant={une.etudiant_id}&anomalie={une.pk}"
    contenu = page(client, choisir)
    adresse = adresse_de_fusion(une.etudiant, autre, anomalie=une.pk)
    assert contenu.count("Voir ce que ferait la fusion") == 1
    assert adresse in contenu
    assert autre.ine not in contenu
    assert "sera traitée par cette fusion" in page(client, adresse)
    client.post(adresse, {"identite": "garde", "motif": "Deux INE"})
    une.refresh_from_db()
    assert (une.decision, une.conclusion) == ("fusionner", "Deux INE")


@pytest.mark.parametrize("par", ["ine", "nom"])
def test_the_other_student_can_be_looked_for(client: Client, par: str) -> None:
    etudiant, autre = fabriques.etudiant(), fabriques.etudiant(nom_naissance="Planchet")
    choisir = f"{reverse('gestion-fusion-choisir')}?etudiant={etudiant.pk}"
    saisie = autre.ine if par == "ine" else "planchet"
    contenu = texte(client.post(choisir, {"q": saisie}))
    assert adresse_de_fusion(etudiant, autre) in contenu
    for saisie, mot in ((etudiant.ine, "Aucun autre étudiant"), ("", "Saisissez"), ("12", "11 caractères")):
        assert mot in texte(client.post(choisir, {"q": saisie}))


def test_managers_have_nothing_there(client: Client, paire: DoublonPossible) -> None:
    etablissement = paire.premier.inscriptions.get().etablissement
    gestionnaire = personnes.gestionnaire(etablissement)
    adresses = (
        LISTE,
        fiche(paire),
        adresse_de_fusion(paire.premier, paire.second),
        f"{reverse('gestion-fusion-choisir')}?etudiant={paire.premier_id}",
    )
    for adresse in adresses:
        assert gestionnaire.get(adresse).status_code == 404, adresse
        assert gestionnaire.post(adresse, {"motif": "M", "identite": "garde"}).status_code == 404, adresse
    assert Etudiant.objects.count() == 2
    fiche_d_etudiant = reverse("gestion:referentiel_etudiant_change", args=[paire.premier_id])
    assert "Fusionner" not in gestionnaire.get(fiche_d_etudiant).content.decode()
    assert "Fusionner" in page(client, fiche_d_etudiant)
    fictif = fabriques.etudiant(fictif=True)
    for adresse in (adresse_de_fusion(paire.premier, fictif), "/gestion/fusion", "/gestion/fusion/choisir"):
        assert client.get(adresse).status_code == 404


def test_a_student_merged_meanwhile_is_told(
    client: Client, paire: DoublonPossible, monkeypatch: pytest.MonkeyPatch
) -> None:
    from referentiel.views import fusions

    tiers = fabriques.etudiant()
    origine = fusions.fusionner

    def devance(**options: object) -> object:
        fusionner(garde_id=tiers.pk, retire_id=paire.premier_id, identite=GARDE, motif="M", auteur="compte:1")
        return origine(**options)

    monkeypatch.setattr(fusions, "fusionner", devance)
    client.post(adresse_de_fusion(paire.second, paire.premier), {"identite": "garde", "motif": "M"})
    assert IneRemplace.objects.get().etudiant == tiers
