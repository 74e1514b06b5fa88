"""The data protection officer's pages: who may, what is journaled, what no address says, what each shows."""

import csv
import datetime
import io
import json

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from habilitations.models import JournalAcces, RechercheAuJournal, Role, Suspension
from habilitations.views.protection import urls
from referentiel.models import Alerte, Echange, Effacement, Etudiant
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import telephone
from tests.portail.pages import source

pytestmark = pytest.mark.django_db

INE = "1234567890V"
MOTIF = "Demande d'accès n° 12"


@pytest.fixture
def delegue() -> Client:
    compte = scenes.compte(Role.Nom.DPD)
    compte.prenom, compte.nom = "Marc", "Noguera"
    compte.save()
    return client_de(compte)


def client_de(compte) -> Client:
    telephone(compte)
    client = Client()
    client.force_login(compte)
    return client


@pytest.fixture
def anne():
    anne = fabriques.etudiant(ine=INE, nom_naissance="Le Goff", prenoms=["Anne"], date_naissance="2004-03-27")
    fabriques.inscription(etudiant=anne)
    return anne


def donner(etudiant, *, jeton=None, organisation="Ville de Belleroche", il_y_a=0):
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO referentiel_echange (instant, issue, requete, jeton_id, habilitation_id, organisation, siret,"
            " recipient, interface, voie, etudiant_id, categories) VALUES"
            " (now() - %s * interval '1 day', %s, 'req-1', %s, %s, %s, '21350238800019', '', 'v3', 'ine', %s, %s)",
            [
                il_y_a, "donnees" if etudiant else "non_trouve", jeton and jeton.pk, jeton and jeton.habilitation_id,
                organisation, etudiant and etudiant.pk, ["statut", "etablissement"] if etudiant else [],
            ],
        )  # fmt: skip


def periode(jours=30):
    aujourdhui = timezone.localdate()
    return aujourdhui - datetime.timedelta(days=jours), aujourdhui


def saisir(quoi, *, jours=30, **champs):
    debut, fin = periode(jours)
    donnees = {"debut": debut.isoformat(), "fin": fin.isoformat(), "motif": MOTIF, **champs}
    return {"quoi": quoi, **{f"{quoi}-{nom}": valeur for nom, valeur in donnees.items()}}


def chercher(client, quoi="etudiant", **champs):
    return client.post(reverse("journal-echanges"), saisir(quoi, **champs))


def adresse(route) -> str:
    valeurs = {"cle": "00000000-0000-4000-8000-000000000000", "alerte_id": 1, "suspension_id": 1}
    return reverse(route.name, kwargs={nom: valeurs[nom] for nom in route.pattern.converters})


@pytest.mark.parametrize("route", urls.urlpatterns, ids=lambda route: route.name)
@pytest.mark.parametrize("role", [None, *(nom for nom in Role.Nom.values if nom != "dpd")])
def test_these_pages_are_for_the_data_protection_officer_only(route, role):
    client = client_de(scenes.compte(*([role] if role else [])))
    assert client.get(adresse(route)).status_code == 403
    assert client.post(adresse(route)).status_code == 403
    assert Client().get(adresse(route)).status_code == 302


@pytest.mark.parametrize("route", urls.urlpatterns, ids=lambda route: route.name)
def test_nobody_acts_there_in_place_of_the_data_protection_officer(route, monkeypatch):
    from habilitations.comptes import incarnation

    delegue, administrateur = scenes.compte(Role.Nom.DPD), scenes.compte(Role.Nom.ADMINISTRATEUR)
    client = client_de(delegue)
    monkeypatch.setattr(
        incarnation.Incarnation,
        "__call__",
        lambda self, request: (setattr(request, "au_nom_de", administrateur), self.get_response(request))[1],
    )
    assert client.get(adresse(route))["Location"] == reverse("compte")


def test_by_ine_the_officer_sees_who_consulted_and_the_search_is_kept(delegue, anne):
    donner(anne)
    donner(fabriques.etudiant(), organisation="Ailleurs")
    reponse = chercher(delegue, etudiant=INE)
    recherche = RechercheAuJournal.objects.get()
    assert reponse["Location"] == reverse("journal-resultats", args=[recherche.cle])
    assert (recherche.genre, recherche.motif, recherche.etudiants) == ("etudiant", MOTIF, [anne.pk])
    page = delegue.get(reponse["Location"]).content.decode()
    assert "Ville de Belleroche" in page
    assert "statut, etablissement" in page
    assert "Ailleurs" not in page
    assert INE not in page
    # The person reads in their own journal that the ministry looked.
    sienne = Echange.objects.get(etudiant_id=anne.pk, voie="consultation")
    assert sienne.organisation.startswith("Ministère")


@pytest.mark.parametrize("saisie", ["Le Goff", "le goff anne", "le goff 27/03/2004"])
def test_by_identity_the_officer_finds_the_student_too(delegue, anne, saisie):
    assert chercher(delegue, etudiant=saisie).status_code == 302
    assert RechercheAuJournal.objects.get().etudiants == [anne.pk]


def test_homonyms_are_chosen_from_without_telling_anything_in_the_url(delegue, anne):
    autre = fabriques.etudiant(nom_naissance="Le Goff", prenoms=["Anne"], date_naissance="2001-01-01")
    reponse = chercher(delegue, etudiant="Le Goff Anne")
    assert reponse.status_code == 200
    page = reponse.content.decode()
    assert INE not in page
    assert not RechercheAuJournal.objects.exists()
    choix = saisir("choix", numero=autre.pk)
    reponse = delegue.post(reverse("journal-echanges"), choix)
    assert RechercheAuJournal.objects.get().etudiants == [autre.pk]
    for mot in ("goff", "anne", "2001"):
        assert mot not in reponse["Location"].lower()


def test_without_a_reason_nothing_is_searched(delegue, anne):
    reponse = chercher(delegue, etudiant=INE, motif=" ")
    assert reponse.status_code == 422
    assert "Indiquez le motif" in reponse.content.decode()
    assert not RechercheAuJournal.objects.exists()
    assert not Echange.objects.exists()


@pytest.mark.parametrize("saisie", ["9999999999V", "Zzz", "x", "<script>alert(1)</script>"])
def test_a_student_not_found_or_badly_typed_is_reported(delegue, anne, saisie):
    reponse = chercher(delegue, etudiant=saisie)
    assert reponse.status_code == 422
    assert "<script>alert" not in reponse.content.decode()


def test_by_token_and_by_habilitation_the_officer_finds_the_exchanges(delegue, anne):
    jeton, autre = fabriques.jeton().jeton, fabriques.jeton().jeton
    donner(anne, jeton=jeton)
    donner(None, jeton=jeton)
    donner(anne, jeton=autre, organisation="Ailleurs")
    donner(anne, jeton=jeton, organisation="Trop vieux", il_y_a=40)
    for reference in (f"J{jeton.pk}", f"h{jeton.habilitation_id}"):
        page = source(delegue.get(chercher(delegue, "titulaire", reference=reference)["Location"]))
        assert "2 échanges" in page
        assert "Aucune : étudiant non trouvé" in page
        assert "Ailleurs" not in page
        assert "Trop vieux" not in page
    assert chercher(delegue, "titulaire", reference="H999999").status_code == 422
    assert chercher(delegue, "titulaire", reference="J" + "9" * 30).status_code == 422


def test_a_period_is_of_a_month_at_most_and_an_empty_list_says_so(delegue):
    assert chercher(delegue, "periode", jours=31).status_code == 422
    page = delegue.get(chercher(delegue, "periode", jours=30)["Location"]).content.decode()
    assert "Aucun échange" in page


def test_results_come_in_pages(delegue, anne):
    for _ in range(51):
        donner(anne)
    adresse_ = chercher(delegue, etudiant=INE)["Location"]
    # The search itself is a look at the student.
    assert "52 échanges" in delegue.get(adresse_).content.decode()
    assert delegue.get(adresse_, {"page": 2}).content.decode().count('scope="row"') == 2


def test_the_export_holds_everything(delegue, anne):
    donner(anne, organisation="=cmd()")
    cle = RechercheAuJournal.objects.get(pk=_recherche(delegue, etudiant=INE)).cle
    lignes = lire_csv(delegue.post(reverse("journal-export", args=[cle])))
    assert len(lignes) == 2
    assert {ligne["Organisation"] for ligne in lignes} >= {"'=cmd()"}


def _recherche(client, quoi="etudiant", **champs) -> int:
    chercher(client, quoi, **champs)
    return RechercheAuJournal.objects.latest("pk").pk


def lire_csv(reponse) -> list[dict[str, str]]:
    texte = b"".join(reponse.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(texte), delimiter=";"))


def test_the_officer_lists_who_was_reached_by_a_token_between_two_dates(delegue, anne):
    jeton = fabriques.jeton().jeton
    autre = fabriques.etudiant(nom_naissance="Zola", prenoms=["Émile"])
    for etudiant, jours in ((anne, 1), (anne, 3), (autre, 2), (fabriques.etudiant(), 40)):
        donner(etudiant, jeton=jeton, il_y_a=jours)
    recherche = RechercheAuJournal.objects.get(pk=_recherche(delegue, "titulaire", reference=f"J{jeton.pk}"))
    page = reverse("journal-violation", args=[recherche.cle])
    assert "Ce fichier nomme des personnes" in delegue.get(page).content.decode()
    assert delegue.post(page, {"motif": MOTIF}).status_code == 422  # not confirmed
    lignes = lire_csv(delegue.post(page, {"motif": "Jeton divulgué", "compris": "on"}))
    assert [(ligne["INE"], ligne["Nom de naissance"], ligne["Accès"]) for ligne in lignes] == [
        (INE, "Le Goff", "2"),
        (autre.ine, "Zola", "1"),
    ]
    assert lignes[0]["Catégories de données"] == "etablissement, statut"
    suite = RechercheAuJournal.objects.latest("pk")
    assert (suite.genre, suite.motif, suite.jeton_id) == ("violation", "Jeton divulgué", jeton.pk)
    assert Echange.objects.filter(voie="consultation", etudiant_id__in=[anne.pk, autre.pk]).count() == 2


def test_the_officer_gets_the_copy_of_a_student_s_data(delegue, anne):
    donner(anne)
    recherche = RechercheAuJournal.objects.get(pk=_recherche(delegue, etudiant=INE))
    page = reverse("journal-copie", args=[recherche.cle])
    assert delegue.post(page, {"motif": MOTIF}).status_code == 422
    reponse = delegue.post(page, {"motif": MOTIF, "compris": "on"})
    copie = json.loads(reponse.content)
    assert copie["identite"]["ine"] == INE
    assert len(copie["inscriptions"]) == 1
    assert copie["consultations"][0]["organisation"] == "Ville de Belleroche"
    assert INE not in reponse["Content-Disposition"]
    assert RechercheAuJournal.objects.filter(genre="personne").exists()


def test_the_officer_gets_the_copy_of_an_account(delegue):
    agent = scenes.demandeur().compte
    assert delegue.post(reverse("copie-de-compte"), {"courriel": "x@y.test", "motif": "m"}).status_code == 422
    reponse = delegue.post(reverse("copie-de-compte"), {"courriel": agent.courriel.upper(), "motif": "m"})
    copie = json.loads(reponse.content)
    assert copie["compte"]["courriel"] == agent.courriel
    assert "password" not in copie["compte"]
    assert RechercheAuJournal.objects.filter(
        genre="personne", motif=f"Copie du compte n° {agent.pk} : m"
    ).exists()


def test_an_erasure_is_confirmed_and_followed_on_its_page(delegue, anne):
    recherche = RechercheAuJournal.objects.get(pk=_recherche(delegue, etudiant=INE))
    page = reverse("journal-effacement", args=[recherche.cle])
    assert "Rien ne permet d'y revenir" in delegue.get(page).content.decode().replace("&#x27;", "'")
    assert delegue.post(page, {"motif": "Opposition"}).status_code == 422
    assert not Effacement.objects.exists()
    reponse = delegue.post(page, {"motif": "Opposition", "compris": "on"}, follow=True)
    assert "En attente" in reponse.content.decode()
    delegue.post(page, {"motif": "Opposition", "compris": "on"})
    assert Effacement.objects.count() == 1
    Etudiant.objects.filter(pk=anne.pk).update(ine="0000000001B")
    assert Etudiant.objects.filter(pk=anne.pk).exists()


def test_a_search_that_is_absent_or_of_another_kind_leads_nowhere(delegue, anne):
    par_jeton = RechercheAuJournal.objects.get(
        pk=_recherche(delegue, "titulaire", reference=f"J{fabriques.jeton().jeton.pk}")
    )
    for nom in ("journal-copie", "journal-effacement"):
        assert delegue.get(reverse(nom, args=[par_jeton.cle])).status_code == 404
    par_etudiant = RechercheAuJournal.objects.get(pk=_recherche(delegue, etudiant=INE))
    assert delegue.get(reverse("journal-violation", args=[par_etudiant.cle])).status_code == 302
    absente = reverse("journal-resultats", args=["00000000-0000-4000-8000-000000000000"])
    assert delegue.get(absente).status_code == 404


def test_searches_are_not_rewritten(delegue, anne):
    _recherche(delegue, etudiant=INE)
    for geste in (
        lambda: RechercheAuJournal.objects.update(motif="autre"),
        lambda: RechercheAuJournal.objects.all().delete(),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            geste()


def test_alerts_are_seen_and_a_suspended_token_is_given_back(delegue):
    vide = delegue.get(reverse("alertes")).content.decode()
    assert "Aucune alerte" in vide
    jeton = fabriques.jeton().jeton
    Alerte.lever(Alerte.Genre.INTROUVABLES, f"jeton:{jeton.pk}", {"appels": 900, "introuvables": 700})
    Alerte.lever(Alerte.Genre.INTROUVABLES, "siren:130025265", {"introuvables": 20000})
    from habilitations.jetons import suspension

    suspension.suspendre(jeton_id=jeton.pk, motif="trop d'appels")
    page = delegue.get(reverse("alertes")).content.decode()
    assert "700 étudiants introuvables" in page
    assert jeton.organisation.nom in page
    assert "SIREN 130025265" in page
    une = Alerte.objects.first()
    delegue.post(reverse("alerte-vue", args=[une.pk]))
    une.refresh_from_db()
    assert (une.vue_par, une.vue_le is None) == ("Marc Noguera", False)
    delegue.post(reverse("suspension-rendre", args=[Suspension.objects.get().pk]))
    jeton.refresh_from_db()
    assert jeton.vivant
    assert JournalAcces.objects.filter(genre="jeton_rendu").exists()


def test_the_record_of_processing_is_that_of_the_public_page(delegue):
    from habilitations.conservation import regles

    registre = source(delegue.get(reverse("registre-des-traitements")))
    publique = source(Client().get(reverse("donnees-personnelles")))
    for regle in regles.regles():
        for page in (registre, publique):
            assert regle.titre.replace("'", "&#x27;") in page
            assert regle.duree.replace("'", "&#x27;") in page
