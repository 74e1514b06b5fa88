"""A list of people: its file read, its lines verified as look-ups are, given back to its agent alone, forgotten."""

import datetime
import io
import json

import openpyxl
import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test import Client
from django.utils import timezone

from habilitations.demandes import actes
from habilitations.models import Habilitation
from habilitations.protection.copie import d_un_compte
from referentiel.models import Echange
from statut_etudiant.guichet import agents, conservation, tasks
from statut_etudiant.guichet.listes import bail, moteur
from statut_etudiant.guichet.models import Agent, LigneDeListe, Liste
from tests import fabriques
from tests.guichet import aides, listes
from tests.guichet.aides import DOSSIER, texte
from tests.guichet.listes import IDENTITE, LISTES, en_csv, rangees
from tests.guichet.test_verifier import TOUT, clairval
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db

MARTIN = ("Martin", "Camille", "27/03/2004", "F", "B12")


def agent(*scopes: str) -> Client:
    client, _ = aides.agent(aides.ville(*(scopes or TOUT)))
    client.get(LISTES)  # comes once: the designation is theirs
    return client


def test_a_file_comes_back_with_the_answers() -> None:
    clairval()
    client = agent()
    inconnu = ("Durand", "Zoé", "01/02/2005", "F", "B13")
    fautif = ("Petit", "Luc", "31/02/2005", "M", "B14")
    liste = listes.verifiee(client, en_csv(IDENTITE, MARTIN, inconnu, fautif))
    assert (liste.etat, liste.lignes, liste.trouvees, liste.introuvables, liste.illisibles) == (
        "terminee", 3, 1, 1, 1,
    )  # fmt: skip
    titres, *lignes = rangees(listes.rendue(client, liste))
    assert titres == [
        *IDENTITE, "Réponse", "Remarque", "Statut", "Du", "Au", "Établissement", "UAI", "Régime", "Commune d'études",
        "Nom de naissance (registre)", "Prénom (registre)", "Date de naissance (registre)",
    ]  # fmt: skip
    rentree = fabriques.rentree()
    assert lignes[0][:5] == list(MARTIN)
    assert lignes[0][5:9] == ["Étudiant trouvé", "", "Inscrit", f"{rentree:%d/%m/%Y}"]
    assert lignes[0][10] == "Université de Clairval"
    assert lignes[0][12:] == ["Formation initiale", "Toulouse (31555)", "Martin", "Camille", "27/03/2004"]
    assert lignes[1] == [*inconnu, "Aucun étudiant trouvé", *[""] * 11]
    assert lignes[2][:7] == [
        *fautif,
        "Ligne à corriger",
        "Donnez une date de naissance qui existe, depuis 1900.",
    ]
    page = texte(client.get(f"{LISTES}/{liste.cle}"))
    assert "La liste est vérifiée" in page
    assert "Donnez une date de naissance qui existe" in page


def test_each_line_is_in_the_journal_as_a_look_up_is() -> None:
    etudiant = clairval()
    client = agent()
    liste = listes.verifiee(client, en_csv(("INE",), (etudiant.ine,), (fabriques.ine(),), ("pas un INE",)))
    trouve, introuvable = aides.echanges()
    assert (trouve.issue, trouve.etudiant_id, trouve.dossier, trouve.compte_id, trouve.voie) == (
        "donnees", etudiant.pk, DOSSIER, liste.compte_id, "ine",
    )  # fmt: skip
    assert trouve.requete == f"{liste.cle}:2"
    assert (introuvable.issue, introuvable.etudiant_id) == ("non_trouve", None)
    assert trouve.habilitation_id == liste.demande.habilitation_id


@pytest.mark.parametrize("nom", ["liste.xlsx", "liste.ods"])
def test_spreadsheets_too_and_back_in_any_format(nom) -> None:
    from referentiel.exports.classeurs import ecrire

    etudiant = clairval()
    client = agent()
    contenu = b"".join(ecrire(nom[-4:].lstrip("."), ["INE", "Classe"], [[etudiant.ine, "B12"]]))
    liste = listes.verifiee(client, contenu, nom)
    assert liste.format == nom.rpartition(".")[2]
    rendu = listes.rendue(client, liste, "xlsx")
    feuille = openpyxl.load_workbook(io.BytesIO(rendu)).active
    assert [cellule.value for cellule in feuille[2]][:4] == [etudiant.ine, "B12", "Étudiant trouvé", None]
    assert rangees(listes.rendue(client, liste, "csv"))[1][:3] == [etudiant.ine, "B12", "Étudiant trouvé"]
    assert listes.rendue(client, liste, "ods").startswith(b"PK")


def test_what_the_scopes_hide_has_no_column() -> None:
    etudiant = clairval()
    client = agent("mesri_inscription_etudiant")
    liste = listes.verifiee(client, en_csv(("INE",), (etudiant.ine,)))
    contenu = listes.rendue(client, liste)
    assert rangees(contenu)[0] == ["INE", "Réponse", "Remarque", "Statut", "Du", "Au", "Régime"]
    for cache in ("Martin", "Clairval", "Toulouse"):
        assert cache not in contenu.decode()


def test_columns_are_chosen_when_their_titles_say_nothing() -> None:
    clairval()
    client = agent()
    liste = listes.lue(client, en_csv(("A", "B", "C", "D"), MARTIN[:4]))
    page = texte(client.get(f"{LISTES}/{liste.cle}"))
    assert "Il faut une colonne INE" in page
    refus = listes.confirmer(client, liste)
    assert refus.status_code == 422
    assert "Il manque : Nom de naissance, Date de naissance, Sexe" in texte(refus)
    assert listes.confirmer(client, liste, c0="sexe", c1="sexe").status_code == 422
    assert listes.confirmer(client, liste, c0="cleDeTousLesChamps").status_code == 422
    choix = {"c0": "nomNaissance", "c1": "prenoms", "c2": "dateNaissance", "c3": "sexe"}
    assert listes.confirmer(client, liste, **choix).status_code == 302
    listes.travailler()
    liste.refresh_from_db()
    assert (liste.etat, liste.trouvees) == ("terminee", 1)


def test_the_ine_says_who_it_is_and_blank_ones_leave_the_identity() -> None:
    etudiant = clairval()
    client = agent()
    titres = ("INE", *IDENTITE[:4])
    liste = listes.verifiee(
        client,
        en_csv(
            titres,
            (etudiant.ine, "Autre", "Personne", "01/01/2000", "M"),
            ("", *MARTIN[:4]),
            ("", "", "", "", ""),
            ("", "", "", "", "M"),
        ),
    )
    dites = [ligne[5] for ligne in rangees(listes.rendue(client, liste))[1:]]
    # A blank line is none.
    assert dites == ["Étudiant trouvé", "Étudiant trouvé", "Ligne à corriger"]


@pytest.mark.parametrize(
    ("contenu", "nom", "dit"),
    [
        (b"", "vide.csv", "Ce fichier est vide"),
        (b"%PDF-1.7", "releve.pdf", "Ce fichier est un PDF"),
        (b"x" * ((5 << 20) + 1), "gros.csv", "dépasse 5 Mo"),
    ],
)
def test_what_is_no_list_is_said_at_once(contenu, nom, dit) -> None:
    response = listes.envoyer(agent(), contenu, nom)
    assert response.status_code == 200
    assert dit in texte(response)
    assert not Liste.objects.exists()


@pytest.mark.parametrize(
    ("contenu", "dit"),
    [
        (b'[{"ine": "1"}]', "Déposez un fichier CSV"),
        (en_csv(("INE",), *[("0123456789A",)] * 5001), "plus de 5000 lignes"),
        (b"INE\n", "n'a qu'une ligne"),
    ],
)
def test_what_only_reading_tells_is_said_after(contenu, dit) -> None:
    client = agent()
    liste = listes.lue(client, contenu)
    assert liste.etat == "refusee"
    assert dit in liste.message
    assert liste.contenu is None
    assert not LigneDeListe.objects.exists()
    assert aides.echanges() == []
    assert dit in texte(client.get(f"{LISTES}/{liste.cle}"))


def test_five_thousand_lines_are_taken() -> None:
    liste = listes.lue(agent(), en_csv(("INE",), *[("0123456789A",)] * 5000))
    assert (liste.etat, liste.lignes) == ("a_confirmer", 5000)


def test_a_reason_is_asked_for_a_list_too() -> None:
    response = listes.envoyer(agent(), en_csv(("INE",), ("1",)), dossier=" ")
    assert response.context["form"].errors["dossier"]
    assert not Liste.objects.exists()


def test_three_lists_at_once_and_no_more() -> None:
    client = agent()
    contenu = en_csv(("INE",), ("0123456789A",))
    for _ in range(3):
        assert listes.envoyer(client, contenu).status_code == 302
    refus = listes.envoyer(client, contenu)
    assert "déjà 3 listes en cours" in texte(refus)
    derniere = Liste.objects.latest("pk")
    assert client.post(f"{LISTES}/{derniere.cle}/effacer").status_code == 302
    assert listes.envoyer(client, contenu).status_code == 302


# --- whose it is


def test_a_list_is_its_agent_s_alone() -> None:
    ville = aides.ville(*TOUT)
    client, designe = aides.agent(ville)
    client.get(LISTES)
    collegue, _ = aides.agent(ville)
    collegue.get(LISTES)
    liste = listes.verifiee(client, en_csv(("INE",), (clairval().ine,)))
    chemins = [
        f"{LISTES}/{liste.cle}{suite}" for suite in ("", "/avancement", "/resultat?format=csv", "/effacer")
    ]
    for autre in (collegue, aides.connecte(ville.responsable.compte)):
        assert {autre.get(chemin).status_code for chemin in chemins} <= {403, 404}
        assert autre.post(chemins[3]).status_code in {403, 404}
    assert liste.lignes_lues.count() == 1
    agents.retirer(acteur=ville.responsable, agent_id=designe.pk)
    assert [client.get(chemin).status_code for chemin in chemins] == [403] * 4


def test_nobody_reads_a_list_in_the_database() -> None:
    clairval()
    client = agent()
    listes.envoyer(client, en_csv(IDENTITE, MARTIN))
    brut = bytes(Liste.objects.get().contenu)
    listes.travailler()
    liste = Liste.objects.get()
    listes.confirmer(client, liste)
    listes.travailler()
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT l::text FROM guichet_liste l UNION ALL SELECT g::text FROM guichet_lignedeliste g"
        )
        en_base = "".join(ligne for (ligne,) in curseur.fetchall())
    for nom in ("Martin", "27/03/2004", "B12", "Clairval"):
        assert nom.encode() not in brut
        assert nom.encode().hex() not in en_base
        assert nom not in en_base


def test_an_account_s_copy_has_its_lists_and_not_the_people_of_them() -> None:
    clairval()
    liste = listes.verifiee(agent(), en_csv(IDENTITE, MARTIN))
    copie = d_un_compte(liste.compte)
    (ligne,) = copie["listes_verifiees"]
    assert (ligne["dossier"], ligne["trouvees"]) == (DOSSIER, 1)
    assert not {"contenu", "titres"} & set(ligne)
    assert "Martin" not in json.dumps(copie, cls=DjangoJSONEncoder)


# --- the work


def une_ligne_a_la_fois(monkeypatch) -> None:
    """A slice of one line."""
    monkeypatch.setattr(moteur, "TRANCHE", 0.0)
    monkeypatch.setattr(moteur, "BLOC", 1)


def test_the_work_stops_at_the_next_line_when_the_right_does(monkeypatch) -> None:
    ville, etudiant = aides.ville(*TOUT), clairval()
    client, _ = aides.agent(ville)
    client.get(LISTES)
    liste = listes.lue(client, en_csv(("INE",), *[(etudiant.ine,)] * 5))
    listes.confirmer(client, liste)
    une_ligne_a_la_fois(monkeypatch)
    assert tasks.traiter_listes() == 1
    actes.revoquer(demande_id=ville.demande.pk, acteur=scenes.instructeur(), texte="Usage abusif")
    listes.travailler()
    liste.refresh_from_db()
    assert (liste.etat, liste.trouvees) == ("interrompue", 1)
    assert "n'est plus en vigueur" in liste.message
    assert len(aides.echanges()) == 1


def test_a_designation_that_is_removed_stops_it_and_a_renewed_one_does_not(monkeypatch) -> None:
    ville, etudiant = aides.ville(*TOUT), clairval()
    client, designe = aides.agent(ville)
    client.get(LISTES)
    liste = listes.lue(client, en_csv(("INE",), *[(etudiant.ine,)] * 3))
    listes.confirmer(client, liste)
    une_ligne_a_la_fois(monkeypatch)
    tasks.traiter_listes()
    Agent.objects.filter(pk=designe.pk).update(expire_le=timezone.now() + datetime.timedelta(days=10))
    renouvele = agents.designer(
        acteur=ville.responsable, habilitation_id=ville.habilitation.pk, courriel=designe.courriel
    )
    tasks.traiter_listes()
    liste.refresh_from_db()
    assert (liste.etat, liste.trouvees) == ("en_cours", 2)
    agents.retirer(acteur=ville.responsable, agent_id=renouvele.pk)
    listes.travailler()
    liste.refresh_from_db()
    assert (liste.etat, liste.trouvees) == ("interrompue", 2)


def test_a_worker_that_dies_leaves_the_rest_to_another(monkeypatch) -> None:
    """Killed between two lines: the next takes the list up when the lease is over, and asks nobody twice."""
    monkeypatch.setattr(moteur, "BLOC", 1)
    etudiant = clairval()
    client = agent()
    liste = listes.lue(client, en_csv(("INE",), *[(etudiant.ine,)] * 3))
    listes.confirmer(client, liste)
    pris = bail.prendre("mort")
    assert pris is not None
    assert moteur.un_bloc(pris, moteur.lecteur_de(pris)) == "ouvert"
    assert tasks.traiter_listes() == 0  # held
    Liste.objects.update(bail_jusqua=timezone.now() - datetime.timedelta(hours=1))
    listes.travailler()
    liste.refresh_from_db()
    assert (liste.etat, liste.trouvees) == ("terminee", 3)
    assert sorted(un.requete.rpartition(":")[2] for un in aides.echanges()) == ["2", "3", "4"]
    with pytest.raises(bail.BailPerdu):
        moteur.avancer(pris)


def test_a_list_that_kills_its_workers_is_abandoned() -> None:
    client = agent()
    listes.envoyer(client, en_csv(("INE",), ("0123456789A",)))
    Liste.objects.update(tentatives=bail.TENTATIVES_MAXIMALES)
    listes.travailler()
    liste = Liste.objects.get()
    assert liste.etat == "interrompue"
    assert "à chaque tentative" in liste.message


def test_lists_are_served_in_turn(monkeypatch) -> None:
    """A long list does not keep a short one waiting."""
    une_ligne_a_la_fois(monkeypatch)
    client = agent()
    longue = listes.lue(client, en_csv(("INE",), *[(fabriques.ine(),) for _ in range(9)]))
    courte = listes.lue(client, en_csv(("INE",), (fabriques.ine(),)))
    listes.confirmer(client, longue)
    listes.confirmer(client, courte)
    for _ in range(4):
        tasks.traiter_listes()
    longue.refresh_from_db()
    courte.refresh_from_db()
    assert courte.etat == "terminee"
    assert longue.etat == "en_cours"


def test_the_quota_of_the_lists_is_not_the_page_s(monkeypatch) -> None:
    """Two lines a second: the third waits, while the agent goes on looking people up."""
    listes.sans_attente(monkeypatch)
    ville, etudiant = aides.ville(*TOUT), clairval()
    Habilitation.objects.filter(pk=ville.habilitation.pk).update(quota_par_seconde=2)
    client, _ = aides.agent(ville)
    client.get(LISTES)
    liste = listes.lue(client, en_csv(("INE",), *[(etudiant.ine,)] * 3))
    listes.confirmer(client, liste)
    refuses = []
    un_bloc = moteur.un_bloc
    monkeypatch.setattr(moteur, "un_bloc", lambda *args: refuses.append(etat := un_bloc(*args)) or etat)
    listes.travailler()
    assert refuses[0] == "quota"
    assert len(aides.echanges()) == 3
    assert aides.par_ine(client, etudiant.ine).status_code == 200


def test_nothing_is_verified_during_a_maintenance(settings, monkeypatch) -> None:
    une_ligne_a_la_fois(monkeypatch)
    client = agent()
    liste = listes.lue(client, en_csv(("INE",), *[(fabriques.ine(),)] * 3))
    listes.confirmer(client, liste)
    settings.MAINTENANCE_JUSQUA = (timezone.now() + datetime.timedelta(hours=1)).isoformat()
    tasks.traiter_listes.run()
    assert len(aides.echanges()) <= 1
    settings.MAINTENANCE_JUSQUA = ""
    listes.travailler()
    assert len(aides.echanges()) == 3


def test_an_erased_list_stops_and_leaves_nothing_but_the_journal(monkeypatch) -> None:
    une_ligne_a_la_fois(monkeypatch)
    client = agent()
    liste = listes.lue(client, en_csv(("INE",), *[(fabriques.ine(),) for _ in range(5)]))
    listes.confirmer(client, liste)
    tasks.traiter_listes()
    assert "dès maintenant" in texte(client.get(f"{LISTES}/{liste.cle}/effacer"))
    client.post(f"{LISTES}/{liste.cle}/effacer")
    assert listes.travailler() is None
    liste.refresh_from_db()
    assert (liste.etat, liste.titres, liste.lignes_lues.count()) == ("interrompue", None, 0)
    assert len(aides.echanges()) == 1
    assert client.get(f"{LISTES}/{liste.cle}/resultat", {"format": "csv"}).status_code == 404


def test_contents_are_forgotten_then_lists(monkeypatch) -> None:
    client = agent()
    finie = listes.verifiee(client, en_csv(("INE",), (fabriques.ine(),)))
    attendue = listes.lue(client, en_csv(("INE",), (fabriques.ine(),)))
    recente = listes.verifiee(client, en_csv(("INE",), (fabriques.ine(),)))
    jours = datetime.timedelta(days=1)
    Liste.objects.filter(pk=finie.pk).update(finie_le=timezone.now() - 8 * jours)
    Liste.objects.filter(pk=attendue.pk).update(envoyee_le=timezone.now() - 3 * jours)
    conservation.oublier_les_listes()
    for liste in (finie, attendue):
        liste.refresh_from_db()
        assert (liste.titres, liste.lignes_lues.count()) == (None, 0)
        assert liste.effacee_le is not None
    assert attendue.etat == "interrompue"
    assert recente.lignes_lues.count() == 1
    Liste.objects.filter(pk=finie.pk).update(finie_le=timezone.now() - 37 * 31 * jours)
    conservation.oublier_les_listes()
    assert not Liste.objects.filter(pk=finie.pk).exists()
    assert Echange.objects.filter(interface="guichet").count() == 2
