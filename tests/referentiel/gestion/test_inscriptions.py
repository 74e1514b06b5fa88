"""Inscriptions: listed, filtered, entered, corrected, withdrawn, confirmed; the sender's own only."""

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referentiel.admin import base
from referentiel.admin import inscriptions as table
from referentiel.models import Anomalie, Echange, Etudiant, Historique, Inscription
from tests import fabriques
from tests.portail.pages import source
from tests.referentiel.gestion import personnes

pytestmark = pytest.mark.django_db
LISTE = reverse("gestion:referentiel_inscription_changelist")
AJOUT = reverse("gestion:referentiel_inscription_add")
INTROUVABLE = "Aucun étudiant ne porte cet INE avec cette date de naissance"


def adresse(page: str, inscription: Inscription) -> str:
    return reverse(f"gestion:referentiel_inscription_{page}", args=[inscription.pk])


def vues(client: Client, suite: str = "") -> list[Inscription]:
    return list(client.get(LISTE + suite).context["cl"].result_list)


def saisie(inscription: Inscription, **champs: Any) -> dict[str, Any]:
    """What the form of this inscription holds, with some changes."""
    return {
        "ine": inscription.etudiant.ine,
        "date_naissance": inscription.etudiant.date_naissance.isoformat(),
        "uai": inscription.etablissement.uai,
        "statut": inscription.statut,
        "regime": inscription.regime,
        "date_debut": str(inscription.date_debut),
        "date_fin": str(inscription.date_fin),
        "code_commune": inscription.code_commune,
        "cursus": inscription.cursus,
        "diplome": inscription.diplome,
        "niveau_diplome": inscription.niveau_diplome,
        "version": inscription.modifie_le.isoformat(),
        **champs,
    }


@pytest.fixture
def sienne() -> Inscription:
    return fabriques.inscription()


@pytest.fixture
def client(sienne: Inscription) -> Client:
    return personnes.gestionnaire(sienne.etablissement)


def erreurs(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["form"].errors)


# --- the list


def test_a_manager_sees_their_list_newest_first(client: Client, sienne: Inscription) -> None:
    fabriques.inscription()
    suivante = fabriques.inscription(etablissement=sienne.etablissement)
    assert vues(client) == [suivante, sienne]
    assert len(vues(personnes.ministere())) == 3
    page = client.get(LISTE).content.decode()
    assert sienne.etudiant.ine not in page
    assert sienne.etablissement.uai not in re.sub(r"(?s)<p class=.ase-gestion__nom.*?</p>", "", page)


def test_each_filter_cuts_the_inscriptions(client: Client, sienne: Inscription) -> None:
    chez_lui = sienne.etablissement
    admise = fabriques.inscription(etablissement=chez_lui, admis=True, continue_=True, source="admin")
    ancienne = fabriques.inscription(etablissement=chez_lui, ancienne=True)
    Inscription.objects.filter(pk=ancienne.pk).update(
        confirmee_le=timezone.now() - datetime.timedelta(days=100)
    )
    annee = sienne.date_debut.year
    assert vues(client, "?statut__exact=admis") == [admise]
    assert vues(client, "?regime__exact=RF5") == [admise]
    assert vues(client, "?source__exact=admin") == [admise]
    assert vues(client, f"?annee={annee}") == [admise, sienne]
    assert vues(client, f"?annee={annee - 1}") == [ancienne]
    assert vues(client, f"?annee={annee}&mois=9") == [admise, sienne]
    assert vues(client, f"?annee={annee}&mois=10") == []
    assert vues(client, "?confirmee=3") == [ancienne]
    assert vues(client, "?confirmee=6") == []
    for inconnu in ("?annee=zz", "?mois=9", "?confirmee=2", "?lot=9", "?uai=zz", f"?annee={annee}&mois=13"):
        assert vues(client, inconnu) == [], inconnu


def test_a_manager_filters_by_their_establishment_and_not_by_another_s(sienne: Inscription) -> None:
    autre, etrangere = fabriques.inscription(), fabriques.inscription()
    client = personnes.gestionnaire(sienne.etablissement, autre.etablissement)
    assert vues(client) == [autre, sienne]
    assert vues(client, f"?uai={autre.etablissement.uai}") == [autre]
    assert vues(client, f"?uai={etrangere.etablissement.uai}") == vues(client, "?uai=0000000A") == []


def test_the_pages_of_several_establishments_follow_each_other(
    sienne: Inscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base.TableDeGestion, "list_per_page", 3)
    autre = fabriques.etablissement()
    lignes = [sienne] + [
        fabriques.inscription(etablissement=[autre, sienne.etablissement][rang % 3 == 0]) for rang in range(7)
    ]
    client = personnes.gestionnaire(sienne.etablissement, autre)
    pages = [vues(client, f"?p={page}") for page in (1, 2, 3)]
    assert pages == [lignes[:4:-1], lignes[4:1:-1], lignes[1::-1]]


def test_the_ministry_chooses_an_establishment_before_filtering(sienne: Inscription) -> None:
    ministere = personnes.ministere()
    assert ministere.get(LISTE + "?statut__exact=inscrit").status_code == 400
    uai = sienne.etablissement.uai
    fabriques.inscription()
    assert vues(ministere, f"?uai={uai}&statut__exact=inscrit") == [sienne]


@pytest.mark.parametrize(
    "devinette",
    [
        "etudiant__nom_naissance__startswith=M",
        "etudiant__ine=1",
        "etablissement__id__exact=1",
        "etablissement=1",
        "id__in=1",
        "statut__contains=a",
        "fictif__exact=1",
        "date_debut__gte=2020-01-01",
    ],
)
def test_guessed_parameters_are_refused(client: Client, devinette: str) -> None:
    assert client.get(f"{LISTE}?{devinette}").status_code == 400


def test_a_sort_asked_for_by_the_address_is_ignored(client: Client, sienne: Inscription) -> None:
    suivante = fabriques.inscription(etablissement=sienne.etablissement, admis=True)
    for tri in ("1", "-4", "4.5", "zz", "99", "-"):
        assert vues(client, f"?o={tri}") == [suivante, sienne]


def test_a_manager_looks_for_a_student(client: Client, sienne: Inscription) -> None:
    fabriques.inscription(
        etablissement=sienne.etablissement, etudiant=fabriques.etudiant(nom_naissance="Durand")
    )
    etrangere = fabriques.inscription()
    for texte, attendues in (
        (sienne.etudiant.ine, [sienne]),
        ("martin c", [sienne]),
        (etrangere.etudiant.ine, []),
    ):
        suite = client.post(LISTE, {"q": texte})["Location"].removeprefix(LISTE)
        assert vues(client, suite) == attendues


def test_too_wide_a_search_says_so(
    client: Client, sienne: Inscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "ETUDIANTS_MAXIMUM", 1)
    fabriques.inscription(etablissement=sienne.etablissement)
    page = client.get(client.post(LISTE, {"q": "martin"})["Location"]).content.decode()
    assert "précisez la recherche" in page


# --- entering


def nouvelle(etablissement: Any, **champs: Any) -> dict[str, Any]:
    return {
        "ine": fabriques.ine(),
        "date_naissance": "2005-02-03",
        "uai": etablissement.uai,
        "statut": "inscrit",
        "regime": "RF1",
        "date_debut": "2026-09-01",
        "date_fin": "2027-08-31",
        **champs,
    }


IDENTITE = {"nom_naissance": "Petit", "prenoms": "Léa, Marie", "sexe": "F"}


def test_a_manager_adds_an_inscription_and_its_student(client: Client, sienne: Inscription) -> None:
    champs = nouvelle(sienne.etablissement, **IDENTITE)
    response = client.post(AJOUT, champs)
    faite = Inscription.objects.get(etudiant__ine=champs["ine"])
    assert response["Location"] == adresse("change", faite)
    assert (faite.source, faite.etudiant.prenoms, faite.code_commune) == ("admin", ["Léa", "Marie"], "31555")
    trace = Historique.objects.get(objet="inscription", objet_id=faite.pk)
    assert trace.auteur == f"compte:{client.compte.pk}"  # type: ignore[attr-defined]


def test_what_is_noticed_of_a_value_names_its_field(client: Client, sienne: Inscription) -> None:
    champs = nouvelle(sienne.etablissement, ine="1234567890A", **IDENTITE)  # the letter should be V
    page = client.post(AJOUT, champs, follow=True).content.decode()
    assert "INE : La clé de contrôle ne correspond pas" in page.replace("\xa0", " ")


def test_errors_are_on_their_fields_in_the_words_of_who_types(client: Client, sienne: Inscription) -> None:
    champs = nouvelle(sienne.etablissement, ine="12", date_fin="2026-08-31", date_debut="", statut="x")
    dites = erreurs(client.post(AJOUT, champs))
    assert set(dites) == {"ine", "date_debut", "statut"}
    assert dites["ine"][0].startswith("Un INE a 11 chiffres et lettres")
    assert dites["date_debut"][0].startswith("Remplissez ce champ.")
    assert dites["statut"] == ["Valeur non prévue. Attendu : admis (ou 1), inscrit (ou 2)."]


def test_nothing_says_whether_an_ine_exists_with_another_birth(client: Client, sienne: Inscription) -> None:
    inconnu = erreurs(client.post(AJOUT, nouvelle(sienne.etablissement)))
    connu = erreurs(client.post(AJOUT, nouvelle(sienne.etablissement, ine=fabriques.inscrit().ine)))
    assert inconnu == connu
    assert inconnu["ine"][0].startswith(INTROUVABLE)
    assert Inscription.objects.filter(etablissement=sienne.etablissement).count() == 1


def test_nobody_writes_for_another_s_establishment(client: Client) -> None:
    dites = erreurs(client.post(AJOUT, nouvelle(fabriques.etablissement(), **IDENTITE)))
    assert dites == {"uai": ["Vous n'êtes pas habilité à écrire pour cet établissement."]}
    assert not Etudiant.objects.filter(nom_naissance="Petit").exists()


def test_notices_are_shown(client: Client, sienne: Inscription) -> None:
    etudiant = fabriques.etudiant()
    champs = nouvelle(
        sienne.etablissement,
        ine=etudiant.ine,
        date_naissance=etudiant.date_naissance.isoformat(),
        code_commune="31400",
        **IDENTITE,
    )
    page = client.post(AJOUT, champs, follow=True).content.decode()
    assert "Code postal de l&#x27;établissement, converti en code Insee 31555." in page
    assert "enregistré sous un autre nom" in page
    assert Anomalie.objects.filter(etudiant=etudiant).exists()


def test_typing_the_same_one_twice_is_told(client: Client, sienne: Inscription) -> None:
    page = client.post(AJOUT, saisie(sienne), follow=True).content.decode()
    assert "Rien n&#x27;a changé" in page
    page = client.post(AJOUT, saisie(sienne, statut="admis"), follow=True).content.decode()
    assert "existait déjà" in page
    assert Inscription.objects.filter(etablissement=sienne.etablissement).count() == 1


def test_a_manager_starts_from_the_student_s_page(client: Client, sienne: Inscription) -> None:
    initial = client.get(f"{AJOUT}?etudiant={sienne.etudiant_id}").context["form"].initial
    assert initial["ine"] == sienne.etudiant.ine
    assert initial["code_commune"] == "31555"
    assert Echange.objects.filter(etudiant_id=sienne.etudiant_id).count() == 1
    for autre in (fabriques.inscrit().pk, 10**12, "x"):
        assert client.get(f"{AJOUT}?etudiant={autre}").status_code == 404


def test_the_ministry_enters_for_any_establishment() -> None:
    etablissement = fabriques.etablissement()
    assert personnes.ministere().post(AJOUT, nouvelle(etablissement, **IDENTITE)).status_code == 302
    assert Inscription.objects.filter(etablissement=etablissement).count() == 1


# --- correcting


def test_a_manager_corrects_all_the_key_included_and_history_follows(
    client: Client, sienne: Inscription
) -> None:
    autre = fabriques.etudiant(nom_naissance="Durand")
    champs = saisie(
        sienne,
        ine=autre.ine,
        statut="admis",
        regime="RF4",
        date_debut="2029-09-01",
        date_fin="2030-08-31",
        diplome="Licence",
        cursus="L",
        niveau_diplome="6",
    )
    assert client.post(adresse("change", sienne), champs)["Location"] == adresse("change", sienne)
    faite = Inscription.objects.get(pk=sienne.pk)
    assert (faite.etudiant, faite.statut, faite.regime, faite.diplome) == (autre, "admis", "RF4", "Licence")
    assert (str(faite.date_debut), str(faite.date_fin)) == ("2029-09-01", "2030-08-31")
    traces = Historique.objects.filter(objet="inscription", objet_id=sienne.pk).order_by("pk")
    assert {cle for trace in traces[1:] for cle in trace.avant} >= {"etudiant_id", "statut", "date_debut"}
    assert Inscription.objects.filter(etablissement=sienne.etablissement).count() == 1


def test_another_inscription_has_this_key_already(client: Client, sienne: Inscription) -> None:
    jumelle = fabriques.inscription(
        etablissement=sienne.etablissement, etudiant=sienne.etudiant, diplome="Licence"
    )
    dites = erreurs(client.post(adresse("change", sienne), saisie(sienne, diplome="Licence", statut="admis")))
    assert "existe déjà" in dites["__all__"][0]
    assert {un.statut for un in Inscription.objects.filter(pk__in=[jumelle.pk, sienne.pk])} == {"inscrit"}


def test_correcting_does_not_say_whether_an_ine_exists_and_leaves_no_orphan(
    client: Client, sienne: Inscription
) -> None:
    connu = fabriques.etudiant(date_naissance=datetime.date(1999, 1, 2)).ine
    dites = [
        erreurs(client.post(adresse("change", sienne), saisie(sienne, ine=ine)))
        for ine in (fabriques.ine(), connu)
    ]
    assert dites[0] == dites[1]
    assert dites[0]["ine"][0].startswith(INTROUVABLE)
    fabriques.inscription(etablissement=sienne.etablissement, etudiant=sienne.etudiant, diplome="Licence")
    perimee = saisie(sienne, ine=fabriques.ine(), version="2020-01-01T00:00:00+00:00", **IDENTITE)
    assert "__all__" in erreurs(client.post(adresse("change", sienne), perimee))
    assert not Etudiant.objects.filter(nom_naissance="Petit").exists()


def test_a_new_student_is_made_by_correcting(client: Client, sienne: Inscription) -> None:
    champs = saisie(sienne, ine=fabriques.ine(), date_naissance="2005-02-03", **IDENTITE)
    assert client.post(adresse("change", sienne), champs).status_code == 302
    assert Inscription.objects.get(pk=sienne.pk).etudiant.nom_naissance == "Petit"


def test_the_second_to_correct_is_warned(client: Client, sienne: Inscription) -> None:
    premier, second = saisie(sienne, statut="admis"), saisie(sienne, regime="RF2")
    assert client.post(adresse("change", sienne), premier).status_code == 302
    response = client.post(adresse("change", sienne), second)
    assert "Quelqu'un a modifié cette inscription" in erreurs(response)["__all__"][0]
    assert Inscription.objects.get(pk=sienne.pk).regime == "RF1"
    assert client.post(adresse("change", sienne), saisie(sienne, version="")).status_code == 200


def test_nobody_gives_their_inscription_to_another_establishment(client: Client, sienne: Inscription) -> None:
    dites = erreurs(client.post(adresse("change", sienne), saisie(sienne, uai=fabriques.etablissement().uai)))
    assert set(dites) == {"uai"}


@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_one_s_own_is_journaled_and_another_s_does_not_exist(
    client: Client, sienne: Inscription, page: str
) -> None:
    autre = fabriques.inscription()
    assert client.get(adresse(page, sienne)).status_code == 200
    assert client.get(adresse(page, autre)).status_code == 404
    assert client.post(adresse(page, autre), saisie(autre, statut="admis")).status_code == 404
    assert Inscription.objects.get(pk=autre.pk).statut == "inscrit"
    assert [ligne.etudiant_id for ligne in Echange.objects.all()] == [sienne.etudiant_id]


# --- withdrawing


def test_a_manager_withdraws_after_confirming_and_history_keeps_it(
    client: Client, sienne: Inscription
) -> None:
    client.get(adresse("delete", sienne))
    assert Inscription.objects.filter(pk=sienne.pk).exists()
    assert client.post(adresse("delete", sienne))["Location"] == LISTE
    assert not Inscription.objects.filter(pk=sienne.pk).exists()
    page = client.get(adresse("history", sienne)).content.decode()
    assert "Cette inscription a été retirée." in page
    assert "Inscription retirée" in page
    assert (
        personnes.gestionnaire(fabriques.etablissement()).get(adresse("history", sienne)).status_code == 404
    )
    assert client.post(adresse("delete", sienne)).status_code == 404


# --- many at once


def agir(client: Client, acte: str, *lignes: Inscription, suite: str = "", **champs: Any) -> Any:
    corps = {
        "action": acte,
        "_selected_action": [ligne.pk for ligne in lignes],
        "select_across": "0",
        **champs,
    }
    return client.post(LISTE + suite, corps, follow=True)


CONFIRMER, RETIRER = "confirmer_les_admissions", "retirer_les_inscriptions"


@pytest.fixture
def admises(sienne: Inscription) -> list[Inscription]:
    return [fabriques.inscription(etablissement=sienne.etablissement, admis=True) for _ in range(3)]


def statuts() -> list[str]:
    return list(Inscription.objects.order_by("pk").values_list("statut", flat=True))


def test_a_manager_confirms_the_chosen_admissions(
    client: Client, sienne: Inscription, admises: list[Inscription]
) -> None:
    page = source(agir(client, CONFIRMER, sienne, *admises[:2]))
    assert "Confirmer 2 admissions ?" in page
    assert statuts() == ["inscrit", "admis", "admis", "admis"]
    page = agir(client, CONFIRMER, sienne, *admises[:2], nombre="2").content.decode()
    assert "2 admissions confirmées." in page
    assert statuts() == ["inscrit", "inscrit", "inscrit", "admis"]
    traces = Historique.objects.filter(operation="modification")
    assert {trace.objet_id for trace in traces} == {ligne.pk for ligne in admises[:2]}
    assert {trace.auteur for trace in traces} == {f"compte:{client.compte.pk}"}  # type: ignore[attr-defined]


def test_a_manager_confirms_the_whole_filtered_list(
    client: Client, sienne: Inscription, admises: list[Inscription]
) -> None:
    suite = "?regime__exact=RF1"
    Inscription.objects.filter(pk=admises[0].pk).update(regime="RF2")
    tout = {"suite": suite, "select_across": "1"}
    assert "Confirmer 2 admissions ?" in source(agir(client, CONFIRMER, sienne, **tout))
    fabriques.inscription(etablissement=sienne.etablissement, admis=True)
    page = agir(client, CONFIRMER, sienne, nombre="2", **tout).content.decode()
    assert "La liste a changé" in page
    assert "admis" in statuts()
    agir(client, CONFIRMER, sienne, nombre="3", **tout)
    assert statuts() == ["inscrit", "admis", "inscrit", "inscrit", "inscrit"]


def test_nobody_acts_on_another_s(client: Client, sienne: Inscription) -> None:
    autre = fabriques.inscription(admis=True)
    page = agir(client, CONFIRMER, autre, nombre="1").content.decode()
    assert "il n&#x27;y a rien à confirmer" in page
    agir(client, RETIRER, autre, nombre="1")
    agir(client, RETIRER, sienne, autre, nombre="1")
    assert list(Inscription.objects.all()) == [autre]
    assert statuts() == ["admis"]


def test_a_manager_withdraws_the_chosen_ones(client: Client, sienne: Inscription) -> None:
    autre = fabriques.inscription(etablissement=sienne.etablissement)
    assert "Retirer une inscription ?" in source(agir(client, RETIRER, sienne))
    assert "1 inscription retirée." in agir(client, RETIRER, sienne, nombre="1").content.decode()
    assert list(Inscription.objects.all()) == [autre]


def test_the_ministry_does_not_act_on_the_whole_country(sienne: Inscription) -> None:
    ministere = personnes.ministere()
    page = agir(ministere, RETIRER, sienne, select_across="1", nombre="1").content.decode()
    assert "Choisissez d&#x27;abord un établissement" in page
    suite = f"?uai={sienne.etablissement.uai}"
    agir(ministere, RETIRER, sienne, select_across="1", nombre="1", suite=suite)
    assert not Inscription.objects.exists()


def test_django_s_deletion_is_not_offered(client: Client, sienne: Inscription) -> None:
    page = agir(client, "delete_selected", sienne, post="yes")
    assert page.status_code == 200
    assert Inscription.objects.filter(pk=sienne.pk).exists()


def test_on_a_phone_each_cell_says_its_column():
    etablissement = fabriques.etablissement()
    fabriques.inscription(etablissement=etablissement)
    page = personnes.gestionnaire(etablissement).get("/gestion/referentiel/inscription/").content.decode()
    assert '<td data-titre="Statut" class="field-statut">' in page
    assert '<td class="action-checkbox">' in page


# --- what one enrolment has in common with the next


def test_entering_another_one_keeps_what_repeats_and_nothing_of_the_student(
    client: Client, sienne: Inscription
) -> None:
    donnees = saisie(
        sienne,
        regime="RF4",
        statut="admis",
        diplome="BUT informatique",
        niveau_diplome="BUT 2",
        date_debut=f"{sienne.date_debut.year}-10-05",
        encore="",
    )
    response = client.post(AJOUT, donnees)
    assert response.status_code == 302
    assert response.url == AJOUT  # no data in the address
    initial = client.get(AJOUT).context["form"].initial
    for champ in ("uai", "statut", "regime", "diplome", "niveau_diplome", "date_debut", "date_fin"):
        assert initial[champ] == donnees[champ]
    assert "ine" not in initial
    assert "date_naissance" not in initial
    # Once.
    assert "diplome" not in client.get(AJOUT).context["form"].initial


def test_a_new_entry_without_regime_keeps_the_stored_one(client: Client, sienne: Inscription) -> None:
    Inscription.objects.update(regime="RF7", cursus="M")
    client.post(AJOUT, saisie(sienne, regime="", cursus=""))
    sienne.refresh_from_db()
    assert (sienne.regime, sienne.cursus) == ("RF7", "M")


def test_what_is_emptied_in_a_correction_is_erased(client: Client, sienne: Inscription) -> None:
    Inscription.objects.update(cursus="M", niveau_diplome="M1", code_commune="31069")
    sienne.refresh_from_db()
    fiche = adresse("change", sienne)
    client.post(fiche, saisie(sienne, cursus="", niveau_diplome="", code_commune=""))
    sienne.refresh_from_db()
    assert (sienne.cursus, sienne.niveau_diplome) == ("", "")
    assert sienne.code_commune == sienne.etablissement.code_commune
