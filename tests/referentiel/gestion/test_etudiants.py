"""Students: found, never listed; their sheet journaled; another establishment's business kept from a manager."""

import datetime

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from referentiel.ecriture.auteur import signer
from referentiel.ecriture.ensembles import retirer_ensemble
from referentiel.ecriture.fusion_d_etudiants import GARDE, fusionner
from referentiel.models import Echange, Etudiant, Inscription
from referentiel.saisie import etudiants
from tests import fabriques
from tests.referentiel.gestion import personnes

pytestmark = pytest.mark.django_db
LISTE = reverse("gestion:referentiel_etudiant_changelist")


def fiche(etudiant: Etudiant) -> str:
    return reverse("gestion:referentiel_etudiant_change", args=[etudiant.pk])


def chercher(client: Client, texte: str) -> list[Etudiant]:
    response = client.post(LISTE, {"q": texte})
    assert response.status_code == 302
    assert len(texte) < 3 or texte not in response["Location"]
    return list(client.get(response["Location"]).context["cl"].result_list)


@pytest.fixture
def camille() -> Etudiant:
    return fabriques.inscrit(
        identite={"nom_naissance": "D'Artagnan-Müller", "prenoms": ["Marie-Anne", "Zoé"]}
    )


@pytest.mark.parametrize(
    "texte",
    [
        "{ine}",
        " {ine_minuscule} ",
        "{ine_espace}",
        "dart",
        "D'ARTAGNAN",
        "d artagnan muller",
        "dartagnan marie",
        "marie-anne d'artagnan",
        "artagnan",
        "d'artagnan 27/03/2004",
        "d'artagnan 2004-03-27 marie",
        "27.3.2004 d'art",
    ],
)
def test_on_trouve_par_ine_ou_par_nom(camille: Etudiant, texte: str) -> None:
    fabriques.inscrit(identite={"nom_naissance": "Durand"})
    ine = camille.ine
    texte = texte.format(ine=ine, ine_minuscule=ine.lower(), ine_espace=f"{ine[:4]} {ine[4:7]} {ine[7:]}")
    trouves = chercher(personnes.ministere(), texte)
    assert trouves == ([] if texte == "artagnan" else [camille])  # by the beginning, and not in the middle


@pytest.mark.parametrize(
    "texte", ["", "d", "27/03/2004", "31/02/2004 dart", "12345", "d'artagnan 28/03/2004"]
)
def test_on_ne_trouve_rien_de_ce_qui_ne_designe_personne(camille: Etudiant, texte: str) -> None:
    if not texte:
        assert list(personnes.ministere().get(LISTE).context["cl"].result_list) == []
    else:
        assert chercher(personnes.ministere(), texte) == []


def test_une_naissance_connue_au_mois_pres_est_trouvee_par_le_jour() -> None:
    etudiant = fabriques.etudiant(ne_dans_le_mois=True)
    annee = fabriques.etudiant(ne_dans_l_annee=True)
    jour = etudiant.date_naissance.replace(day=17)
    assert set(chercher(personnes.ministere(), f"martin {jour:%d/%m/%Y}")) == {etudiant, annee}
    ailleurs = jour.replace(year=jour.year + 1)
    assert chercher(personnes.ministere(), f"martin {ailleurs:%d/%m/%Y}") == []


def test_la_saisie_ne_garde_que_six_mots() -> None:
    assert len(etudiants.lire("a b c d e f g h").mots) == 6


def test_les_listes_ne_montrent_que_la_fin_de_l_ine(camille: Etudiant) -> None:
    client = personnes.ministere()
    page = client.get(client.post(LISTE, {"q": "dart"})["Location"]).content.decode()
    assert camille.ine not in page
    assert camille.ine_masque in page


def test_un_texte_mis_dans_l_adresse_est_ignore(camille: Etudiant) -> None:
    client = personnes.ministere()
    for adresse in (f"{LISTE}?q=dartagnan", f"{LISTE}?q={camille.ine}"):
        response = client.get(adresse)
        assert (response.status_code, response["Location"]) == (302, LISTE)


def test_la_fiche_est_inscrite_au_journal_avant_d_etre_montree(camille: Etudiant) -> None:
    etablissement = camille.inscriptions.get().etablissement
    client = personnes.gestionnaire(etablissement)
    page = client.get(fiche(camille)).content.decode()
    assert camille.ine in page
    ligne = Echange.objects.get(etudiant_id=camille.pk)
    assert (ligne.voie, ligne.compte_id, ligne.categories) == (
        "consultation",
        client.compte.pk,
        ["identite", "inscriptions", "historique"],
    )


def test_la_fiche_d_un_autre_n_existe_pas_et_n_est_pas_inscrite(camille: Etudiant) -> None:
    client = personnes.gestionnaire(fabriques.etablissement())
    assert client.get(fiche(camille)).status_code == 404
    assert not Echange.objects.filter(etudiant_id=camille.pk).exists()


def test_un_gestionnaire_ne_voit_que_ce_qui_est_chez_lui(camille: Etudiant) -> None:
    chez_lui = camille.inscriptions.get()
    ailleurs = fabriques.inscription(etudiant=camille, diplome="MASTER AILLEURS")
    page = personnes.gestionnaire(chez_lui.etablissement).get(fiche(camille)).content.decode()
    assert ailleurs.etablissement.uai not in page
    assert "MASTER AILLEURS" not in page
    page = personnes.ministere().get(fiche(camille)).content.decode()
    assert ailleurs.etablissement.uai in page


def signe(auteur: str) -> None:
    with connection.cursor() as curseur:
        signer(curseur, auteur)


def test_l_historique_dit_qui_a_fait_quoi_et_tait_les_autres() -> None:
    chez_lui, ailleurs = fabriques.etablissement(), fabriques.etablissement()
    sien = fabriques.jeton(ecriture=True, uais=[chez_lui.uai]).jeton
    autre = fabriques.jeton(ecriture=True, uais=[ailleurs.uai]).jeton
    with transaction.atomic():
        signe(f"jeton:{autre.pk}")
        etudiant = fabriques.etudiant()
        perdue = fabriques.inscription(etudiant=etudiant, etablissement=ailleurs)
        signe(f"jeton:{sien.pk}")
        inscription = fabriques.inscription(etudiant=etudiant, etablissement=chez_lui)
        signe("commande:importer_inscriptions")
        Etudiant.objects.filter(pk=etudiant.pk).update(nom_naissance="Martine")
    ministre, client = personnes.ministere(), personnes.gestionnaire(chez_lui)
    retirer_ensemble(Inscription.objects.filter(pk=perdue.pk), auteur=f"jeton:{autre.pk}")
    retirer_ensemble(
        Inscription.objects.filter(
            pk=fabriques.inscription(etudiant=etudiant, etablissement=chez_lui, diplome="DUT").pk
        ),
        auteur=f"compte:{client.compte.pk}/par:{ministre.compte.pk}",
    )
    siens = client.get(fiche(etudiant)).context["evenements"]
    assert [(un.titre, un.auteur) for un in siens if un.titre != "Inscription créée"] == [
        ("Inscription retirée", f"{client.compte}, par un administrateur"),
        ("Identité modifiée", "Ministère chargé de l'enseignement supérieur"),
    ]
    (changement,) = siens[[un.titre for un in siens].index("Identité modifiée")].changements
    assert changement == ("Nom de naissance", "Martin", "Martine")
    creation = next(un for un in siens if (un.objet, un.objet_id) == ("inscription", inscription.pk))
    assert creation.auteur == f"API d'écriture, jeton se terminant par {sien.fin}"
    tous = ministre.get(fiche(etudiant)).context["evenements"]
    assert len(tous) > len(siens)
    assert {un.titre for un in tous} >= {"Étudiant enregistré", "Inscription retirée"}
    assert datetime.date.today().strftime("%Y") in str(tous[0].instant)  # noqa: DTZ011


def test_on_ne_modifie_ni_ne_supprime_un_etudiant(camille: Etudiant) -> None:
    client = personnes.ministere()
    client.post(fiche(camille), {"nom_naissance": "Autre"})
    assert Etudiant.objects.get(pk=camille.pk).nom_naissance == camille.nom_naissance
    assert client.post(reverse("gestion:referentiel_etudiant_delete", args=[camille.pk])).status_code == 403
    assert client.get(reverse("gestion:referentiel_etudiant_add")).status_code == 403


def test_l_ancien_ine_mene_a_la_fiche_qui_raconte_la_fusion() -> None:
    garde = fabriques.inscrit(identite={"nom_naissance": "Planchet"})
    retire = fabriques.inscrit(identite={"nom_naissance": "Planché"})
    partie = retire.inscriptions.get()
    Inscription.objects.filter(pk=partie.pk).update(
        etablissement=garde.inscriptions.get().etablissement, confirmee_le="2026-01-01T00:00:00Z"
    )
    client = personnes.ministere()
    auteur = f"compte:{client.compte.pk}"
    fusionner(garde_id=garde.pk, retire_id=retire.pk, identite=GARDE, motif="Même personne", auteur=auteur)
    assert chercher(client, retire.ine) == [garde]
    page = client.get(fiche(garde)).content.decode()
    assert "Étudiant fusionné dans celui-ci" in page
    assert "Planché" in page
    assert retire.ine in page
    assert "Inscription retirée" in page
    assert client.get(fiche(retire)).status_code == 404
