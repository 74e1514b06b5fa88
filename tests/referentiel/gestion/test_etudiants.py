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
def test_students_are_found_by_ine_or_by_name(camille: Etudiant, texte: str) -> None:
    fabriques.inscrit(identite={"nom_naissance": "Durand"})
    ine = camille.ine
    texte = texte.format(ine=ine, ine_minuscule=ine.lower(), ine_espace=f"{ine[:4]} {ine[4:7]} {ine[7:]}")
    trouves = chercher(personnes.ministere(), texte)
    assert trouves == ([] if texte == "artagnan" else [camille])  # by the beginning, and not in the middle


@pytest.mark.parametrize(
    "texte", ["", "d", "27/03/2004", "31/02/2004 dart", "12345", "d'artagnan 28/03/2004"]
)
def test_what_designates_nobody_finds_nothing(camille: Etudiant, texte: str) -> None:
    if not texte:
        assert list(personnes.ministere().get(LISTE).context["cl"].result_list) == []
    else:
        assert chercher(personnes.ministere(), texte) == []


def test_a_birth_known_to_the_month_is_found_by_the_day() -> None:
    etudiant = fabriques.etudiant(ne_dans_le_mois=True)
    annee = fabriques.etudiant(ne_dans_l_annee=True)
    jour = etudiant.date_naissance.replace(day=17)
    assert set(chercher(personnes.ministere(), f"martin {jour:%d/%m/%Y}")) == {etudiant, annee}
    ailleurs = jour.replace(year=jour.year + 1)
    assert chercher(personnes.ministere(), f"martin {ailleurs:%d/%m/%Y}") == []


def test_the_search_keeps_six_words() -> None:
    assert len(etudiants.lire("a b c d e f g h").mots) == 6


def test_lists_show_the_end_of_the_ine_only(camille: Etudiant) -> None:
    client = personnes.ministere()
    page = client.get(client.post(LISTE, {"q": "dart"})["Location"]).content.decode()
    assert camille.ine not in page
    assert camille.ine_masque in page


def test_a_text_put_in_the_address_is_ignored(camille: Etudiant) -> None:
    client = personnes.ministere()
    for adresse in (f"{LISTE}?q=dartagnan", f"{LISTE}?q={camille.ine}"):
        response = client.get(adresse)
        assert (response.status_code, response["Location"]) == (302, LISTE)


def test_a_student_s_page_is_journaled_before_it_is_shown(camille: Etudiant) -> None:
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


def test_another_s_student_does_not_exist_and_is_not_journaled(camille: Etudiant) -> None:
    client = personnes.gestionnaire(fabriques.etablissement())
    assert client.get(fiche(camille)).status_code == 404
    assert not Echange.objects.filter(etudiant_id=camille.pk).exists()


def test_a_manager_sees_what_is_theirs_only(camille: Etudiant) -> None:
    chez_lui = camille.inscriptions.get()
    ailleurs = fabriques.inscription(etudiant=camille, diplome="MASTER AILLEURS")
    page = personnes.gestionnaire(chez_lui.etablissement).get(fiche(camille)).content.decode()
    assert ailleurs.etablissement.uai not in page
    assert "MASTER AILLEURS" not in page
    page = personnes.ministere().get(fiche(camille)).content.decode()
    assert ailleurs.etablissement.uai in page


def test_nobody_opens_a_student_of_the_sandbox() -> None:
    fictif = fabriques.inscrit(fictif=True)
    client = personnes.ministere()
    assert client.get(fiche(fictif)).status_code == 404
    assert chercher(client, fictif.ine) == []


def signe(auteur: str) -> None:
    with connection.cursor() as curseur:
        signer(curseur, auteur)


def test_history_says_who_did_what_and_not_what_others_did() -> None:
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


def test_a_student_is_neither_edited_nor_deleted(camille: Etudiant) -> None:
    client = personnes.ministere()
    client.post(fiche(camille), {"nom_naissance": "Autre"})
    assert Etudiant.objects.get(pk=camille.pk).nom_naissance == camille.nom_naissance
    assert client.post(reverse("gestion:referentiel_etudiant_delete", args=[camille.pk])).status_code == 403
    assert client.get(reverse("gestion:referentiel_etudiant_add")).status_code == 403


def test_the_old_ine_leads_to_the_page_that_tells_the_merge() -> None:
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
