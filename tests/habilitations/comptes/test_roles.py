"""The ministry's roles: who gives what to whom, and standing in for somebody."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client

from habilitations.acteur import Acteur
from habilitations.comptes import incarnation, roles
from habilitations.demandes import actes
from habilitations.models import Compte, Evenement, JournalAcces, Role
from habilitations.refus import ActeRefuse
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import MOT_DE_PASSE, se_connecter, texte
from tests.proprietaire import en_proprietaire

pytestmark = pytest.mark.django_db
R = Role.Nom


def ouvrir(*noms: str) -> tuple[Compte, Client]:
    compte, client = scenes.compte(*noms), Client()
    client.force_login(compte)
    return compte, client


def a(compte: Compte, nom: str) -> bool:
    return compte.roles.filter(nom=nom, retire_le__isnull=True).exists()


# Written from the rules: a head gives reporters and instructors, an administrator everything, others nothing.
PEUT_DONNER = {
    R.RAPPORTEUR: set(),
    R.INSTRUCTEUR: set(),
    R.DPD: set(),
    R.RESPONSABLE: {"rapporteur", "instructeur"},
    R.ADMINISTRATEUR: {"rapporteur", "instructeur", "responsable", "administrateur", "dpd"},
}


@pytest.mark.parametrize("qui", R.values)
@pytest.mark.parametrize("quoi", R.values)
def test_who_gives_and_takes_back_which_role(qui: str, quoi: str) -> None:
    _, client = ouvrir(qui)
    cible = scenes.compte()
    client.post(f"/personnes/{cible.pk}/roles/{quoi}/donner", {"motif": "Remplace Claude."})
    assert a(cible, quoi) is (quoi in PEUT_DONNER[R(qui)])
    Role.objects.get_or_create(compte=cible, nom=quoi, retire_le=None)
    client.post(f"/personnes/{cible.pk}/roles/{quoi}/retirer")
    assert a(cible, quoi) is (quoi not in PEUT_DONNER[R(qui)])


def test_the_administrator_s_role_is_given_for_a_reason_which_the_journal_keeps() -> None:
    moi, client = ouvrir(R.ADMINISTRATEUR)
    cible = scenes.compte()
    adresse = f"/personnes/{cible.pk}/roles/administrateur/donner"
    assert f'href="{adresse}"' in client.get(f"/personnes/{cible.pk}").content.decode()
    page = texte(client.get(adresse))
    assert "Ce rôle ouvre tout" in page
    assert cible.courriel in page
    # By hand, without the page: the act itself asks why.
    assert client.post(adresse).status_code == 422
    with pytest.raises(ActeRefuse, match="dites pourquoi"):
        roles.donner(acteur=Acteur(moi), compte_id=cible.pk, nom="administrateur", motif="  ")
    assert not a(cible, "administrateur")
    assert client.post(adresse, {"motif": "Remplace Claude."}).status_code == 302
    assert a(cible, "administrateur")
    ligne = JournalAcces.objects.get(compte=cible)
    assert ligne.details == {"role": "administrateur", "motif": "Remplace Claude."}
    assert "Remplace Claude." in texte(client.get(f"/personnes/{cible.pk}"))


def test_giving_then_taking_back_is_in_the_journal() -> None:
    moi, client = ouvrir(R.ADMINISTRATEUR)
    cible = scenes.compte()
    client.post(f"/personnes/{cible.pk}/roles/dpd/donner")
    client.post(f"/personnes/{cible.pk}/roles/dpd/retirer")
    lignes = JournalAcces.objects.filter(compte=cible).order_by("pk")
    assert [(ligne.genre, ligne.auteur, ligne.details) for ligne in lignes] == [
        ("role_donne", moi, {"role": "dpd"}),
        ("role_retire", moi, {"role": "dpd"}),
    ]
    garde = Role.objects.get(compte=cible)
    assert (garde.donne_par, garde.retire_par) == (moi, moi)
    assert "Délégué à la protection des données" in texte(client.get(f"/personnes/{cible.pk}"))


def test_taking_a_role_back_asks_for_confirmation() -> None:
    _, client = ouvrir(R.ADMINISTRATEUR)
    cible = scenes.compte(R.DPD)
    assert "n'aura plus le rôle" in texte(client.get(f"/personnes/{cible.pk}/roles/dpd/retirer"))
    assert a(cible, "dpd")


def test_nobody_changes_their_own_roles() -> None:
    moi, client = ouvrir(R.ADMINISTRATEUR)
    client.post(f"/personnes/{moi.pk}/roles/dpd/donner")
    client.post(f"/personnes/{moi.pk}/roles/administrateur/retirer")
    assert not a(moi, "dpd")
    assert a(moi, "administrateur")


def test_a_role_given_or_taken_closes_the_sessions() -> None:
    """The session was opened without the second factor that the role wants."""
    administrateur = Acteur(scenes.compte(R.ADMINISTRATEUR))
    cible, client = ouvrir()
    cible.set_password(MOT_DE_PASSE)
    cible.save()
    client.force_login(cible)
    roles.donner(acteur=administrateur, compte_id=cible.pk, nom="instructeur")
    assert client.get("/compte").status_code == 302
    assert se_connecter(client, cible)["Location"] == "/connexion/second-facteur"
    client.force_login(Compte.objects.get(pk=cible.pk))
    assert client.get("/compte").status_code == 200
    roles.retirer(acteur=administrateur, compte_id=cible.pk, nom="instructeur")
    assert client.get("/compte").status_code == 302


def test_a_role_given_already_is_said_so() -> None:
    _, client = ouvrir(R.ADMINISTRATEUR)
    cible = scenes.compte(R.DPD)
    page = client.post(f"/personnes/{cible.pk}/roles/dpd/donner", follow=True)
    assert "a déjà le rôle" in texte(page)


def test_the_access_journal_cannot_be_rewritten() -> None:
    _, client = ouvrir(R.ADMINISTRATEUR)
    client.post(f"/personnes/{scenes.compte().pk}/roles/dpd/donner")
    for geste in (
        lambda: JournalAcces.objects.update(auteur_nom="Personne"),
        lambda: JournalAcces.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            geste()
        with pytest.raises(DatabaseError, match="ne se modifie pas"), transaction.atomic(), en_proprietaire():
            geste()


def test_persons_are_found_by_name_address_and_role() -> None:
    _, client = ouvrir(R.RESPONSABLE)
    cible = scenes.compte(R.DPD, courriel="zoe.quelquun@exemple.test")
    autre = scenes.compte(R.INSTRUCTEUR)
    for requete in ({"q": "ZOE quelqu"}, {"q": cible.nom}, {"role": "dpd"}):
        lu = texte(client.get("/personnes", requete))
        assert "zoe.quelquun@exemple.test" in lu
        assert autre.courriel not in lu
    assert "Personne ne correspond" in texte(client.get("/personnes", {"q": "%"}))


def test_the_list_costs_the_same_for_a_full_page(django_assert_max_num_queries: Any) -> None:
    _, client = ouvrir(R.ADMINISTRATEUR)
    for _ in range(30):
        scenes.compte(R.RAPPORTEUR, R.DPD)
    with django_assert_max_num_queries(9):
        page = client.get("/personnes")
    assert page.content.decode().count('<th scope="row">') == 25


def test_an_administrator_stands_in_for_a_person_then_becomes_themselves_again() -> None:
    moi, client = ouvrir(R.ADMINISTRATEUR)
    demandeur = scenes.demandeur()
    demande = scenes.brouillon(acteur=demandeur)
    cible = demandeur.compte
    cle = client.session.session_key
    client.post(f"/personnes/{cible.pk}/incarner", {"motif": "Aide au téléphone, ticket 12"})
    assert client.session.session_key != cle
    page = client.get("/compte")
    assert f"Vous agissez à la place de {cible}" in texte(page)
    assert str(moi) in texte(page)
    assert cible.courriel in texte(page)
    assert client.get("/personnes").status_code == 403
    requete = page.wsgi_request
    assert (requete.user, requete.au_nom_de) == (cible, moi)
    from habilitations.views.communs import acteur

    actes.soumettre(demande_id=demande.pk, acteur=acteur(requete))
    evenement = Evenement.objects.get(demande=demande, acte="soumettre")
    assert evenement.acteur_nom == f"{cible} (par {moi})"
    client.post("/incarnation/quitter")
    assert moi.courriel in texte(client.get("/compte"))
    debut, fin = JournalAcces.objects.filter(compte=cible).order_by("pk")
    assert (debut.genre, debut.auteur, debut.details["motif"]) == (
        "incarnation_debut",
        moi,
        "Aide au téléphone, ticket 12",
    )
    assert (fin.genre, fin.auteur) == ("incarnation_fin", moi)


@pytest.mark.parametrize("cas", ["sans motif", "soi", "administrateur", "fermé", "absent"])
def test_nobody_stands_in_for_just_anybody(cas: str) -> None:
    moi, client = ouvrir(R.ADMINISTRATEUR)
    cible = {
        "soi": lambda: moi,
        "administrateur": lambda: scenes.compte(R.ADMINISTRATEUR),
        "fermé": lambda: scenes.compte(is_active=False),
    }.get(cas, scenes.compte)()
    cle = 10**15 if cas == "absent" else cible.pk
    page = client.post(f"/personnes/{cle}/incarner", {"motif": " " if cas == "sans motif" else "Aide"})
    assert page.status_code == (404 if cas == "absent" else 200)
    assert incarnation.CLE not in client.session
    assert not JournalAcces.objects.filter(genre="incarnation_debut").exists()


@pytest.mark.parametrize("role", [None, *(role for role in R.values if role != R.ADMINISTRATEUR)])
def test_only_an_administrator_stands_in_for_a_person(role: str | None) -> None:
    _, client = ouvrir(*filter(None, [role]))
    page = client.post(f"/personnes/{scenes.compte().pk}/incarner", {"motif": "Aide"})
    assert page.status_code == 403
    assert incarnation.CLE not in client.session


@pytest.mark.parametrize("cause", ["rôle perdu", "durée écoulée", "cible administratrice", "cible fermée"])
def test_standing_in_ends_by_itself(cause: str) -> None:
    moi, client = ouvrir(R.ADMINISTRATEUR)
    cible = scenes.compte()
    client.post(f"/personnes/{cible.pk}/incarner", {"motif": "Aide"})
    if cause == "rôle perdu":
        moi.roles.all().update(retire_le="2026-01-01T00:00Z")
    elif cause == "durée écoulée":
        session = client.session
        session[incarnation.CLE] |= {"depuis": session[incarnation.CLE]["depuis"] - 3601}
        session.save()
    elif cause == "cible administratrice":
        Role.objects.create(compte=cible, nom=R.ADMINISTRATEUR)
    else:
        Compte.objects.filter(pk=cible.pk).update(is_active=False)
    assert moi.courriel in texte(client.get("/compte"))
    assert JournalAcces.objects.filter(compte=cible, genre="incarnation_fin").count() == 1


INTERDITES = (
    "/compte/nom",
    "/compte/courriel",
    "/compte/courriel/x",
    "/compte/mot-de-passe",
    "/compte/second-facteur",
    "/compte/second-facteur/retirer",
    "/compte/second-facteur/codes",
    "/personnes/{autre}/roles/rapporteur/donner",
    "/personnes/{autre}/roles/rapporteur/retirer",
)


@pytest.mark.parametrize("adresse", INTERDITES)
def test_who_stands_in_touches_neither_roles_nor_secrets(adresse: str) -> None:
    _, client = ouvrir(R.ADMINISTRATEUR)
    cible, autre = scenes.compte(R.RESPONSABLE, password=MOT_DE_PASSE), scenes.compte(R.RAPPORTEUR)
    client.post(f"/personnes/{cible.pk}/incarner", {"motif": "Aide"})
    adresse = adresse.format(autre=autre.pk)
    page = client.post(adresse, {"prenom": "X", "nom": "Y", "actuel": MOT_DE_PASSE})
    assert page["Location"] == "/compte"
    assert list(autre.roles.values_list("nom", "retire_le")) == [("rapporteur", None)]
    assert Compte.objects.get(pk=cible.pk).nom == cible.nom


def test_the_acts_too_refuse_roles_to_who_stands_in() -> None:
    incarne = Acteur(scenes.compte(R.RESPONSABLE), au_nom_de=scenes.compte(R.ADMINISTRATEUR))
    with pytest.raises(actes.ActeRefuse):
        roles.donner(acteur=incarne, compte_id=scenes.compte().pk, nom="rapporteur")


def test_signing_out_ends_standing_in() -> None:
    _, client = ouvrir(R.ADMINISTRATEUR)
    cible = scenes.compte()
    client.post(f"/personnes/{cible.pk}/incarner", {"motif": "Aide"})
    client.post("/deconnexion")
    assert client.get("/compte").status_code == 302
    assert JournalAcces.objects.filter(compte=cible, genre="incarnation_fin").count() == 1


def test_an_administrator_resets_a_lost_phone() -> None:
    from tests.habilitations.comptes.aides import telephone

    moi, client = ouvrir(R.ADMINISTRATEUR)
    cible = scenes.compte(R.INSTRUCTEUR, password=MOT_DE_PASSE)
    telephone(cible)
    assert client.get(f"/personnes/{cible.pk}/second-facteur").status_code == 200
    client.post(f"/personnes/{cible.pk}/second-facteur")
    assert se_connecter(Client(), cible)["Location"] == "/connexion/second-facteur"
    assert JournalAcces.objects.filter(genre="second_facteur_retire", auteur=moi, compte=cible).exists()
    assert client.post(f"/personnes/{moi.pk}/second-facteur").status_code == 404


def test_the_first_administrator_is_made_by_a_command() -> None:
    compte = scenes.compte(courriel="premiere@exemple.test")
    call_command("donner_role", "Premiere@exemple.test", "administrateur", verbosity=0)
    assert a(compte, "administrateur")
    ligne = JournalAcces.objects.get()
    assert (ligne.auteur, ligne.auteur_nom) == (None, "Exploitation")
    for courriel in ("premiere@exemple.test", "inconnue@exemple.test"):
        with pytest.raises(CommandError):
            call_command("donner_role", courriel, "administrateur")
