"""The pages about editors: who may open which, what they do, what they show once."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from habilitations.models import (
    Accompagnement,
    Courriel,
    Delegation,
    Editeur,
    FormulairePret,
    Jeton,
    Organisation,
    Role,
)
from habilitations.views.editeurs import urls
from tests import fabriques
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db

JETON = re.compile(r"ase_d_[0-9A-Za-z]{49}")

QUI = (
    "visiteur", "agent", "agent de l'éditeur", "agent à vérifier", "demandeur", "collègue", *Role.Nom.values,
)  # fmt: skip
# fmt: off
#                              visit. agent éd.  à vér. dem. coll. rapp. inst. resp. admin. dpd
MATRICE = {
    "editeurs":               (302,   403,  403, 403,   403, 403,  403,  403,  200,  200,   403),
    "editeur-designer":       (302,   403,  403, 403,   403, 403,  403,  403,  200,  200,   403),
    "editeur-retirer":        (302,   403,  403, 403,   403, 403,  403,  403,  200,  200,   403),
    "editeur":                (302,   404,  200, 404,   404, 404,  404,  404,  404,  404,   404),
    "editeur-jeton":          (302,   404,  200, 404,   404, 404,  404,  404,  404,  404,   404),
    "editeur-jeton-revoquer": (302,   404,  200, 404,   404, 404,  404,  404,  404,  404,   404),
    "editeur-jeton-adresses": (302,   404,  200, 404,   404, 404,  404,  404,  404,  404,   404),
    "editeur-formulaires":    (302,   404,  200, 404,   404, 404,  404,  404,  404,  404,   404),
    "editeur-formulaire-nouveau": (302, 404, 200, 404,  404, 404,  404,  404,  404,  404,   404),
    "editeur-formulaire":     (302,   404,  200, 404,   404, 404,  404,  404,  404,  404,   404),
    "editeur-formulaire-retirer": (302, 404, 200, 404,  404, 404,  404,  404,  404,  404,   404),
    "editeur-demandes":       (302,   404,  200, 404,   404, 404,  404,  404,  404,  404,   404),
    # Its applicant alone says who follows a request.
    "demande-editeur":        (302,   404,  404, 404,   200, 404,  404,  404,  404,  404,   404),
    # A verified colleague and the ministry read to whom it is delegated; who manages the tokens alone changes that.
    "habilitation-delegations": (302, 404,  404, 404,   200, 200,  200,  200,  200,  200,   404),
    "habilitation-deleguer":  (302,   404,  404, 404,   200, 404,  404,  404,  404,  404,   404),
    "delegation-reprendre":   (302,   404,  404, 404,   200, 404,  404,  404,  404,  404,   404),
    "delegation-adresses":    (302,   404,  404, 404,   200, 404,  404,  404,  404,  404,   404),
}
# fmt: on


class Scene:
    def __init__(self) -> None:
        self.editeur = fabriques.editeur()
        demande = scenes.demande("validee")
        self.habilitation, self.demandeur = demande.habilitation, demande.demandeur
        self.delegation = fabriques.delegation(
            self.editeur, habilitation=self.habilitation, donnee_par=self.demandeur
        )
        self.jeton = fabriques.jeton_d_editeur(self.editeur).jeton
        self.demande, self.formulaire = demande, fabriques.formulaire_pret(self.editeur)
        self.agent = scenes.compte(organisation=self.editeur.organisation)

    def adresse(self, nom: str) -> str:
        arguments = {
            "editeur-retirer": [self.editeur.pk],
            "editeur-jeton-revoquer": [self.jeton.pk],
            "editeur-jeton-adresses": [self.jeton.pk],
            "habilitation-delegations": [self.habilitation.pk],
            "habilitation-deleguer": [self.habilitation.pk],
            "editeur-formulaire": [self.formulaire.cle],
            "editeur-formulaire-retirer": [self.formulaire.cle],
            "demande-editeur": [self.demande.pk],
            "delegation-reprendre": [self.delegation.cle],
            "delegation-adresses": [self.delegation.cle],
        }
        return reverse(nom, args=arguments.get(nom, []))

    def client(self, qui: str) -> Client:
        client = Client()
        if qui == "visiteur":
            return client
        if qui == "agent":
            compte = scenes.compte(organisation=fabriques.organisation())
        elif qui == "agent de l'éditeur":
            compte = self.agent
        elif qui == "agent à vérifier":
            compte = scenes.compte(organisation=self.editeur.organisation)
            compte.rattachements.update(verifie=False)
        elif qui == "demandeur":
            compte = self.demandeur
        elif qui == "collègue":
            compte = scenes.compte(organisation=self.habilitation.organisation)
        else:
            compte = scenes.compte(qui)
        client.force_login(compte)
        return client


@pytest.fixture
def scene() -> Scene:
    return Scene()


def lu(reponse) -> str:
    return re.sub(r"\s+", " ", reponse.content.decode())


@pytest.mark.parametrize("nom", [motif.name for motif in urls.urlpatterns])
def test_everybody_opens_what_is_theirs_only(scene, nom):
    assert tuple(scene.client(qui).get(scene.adresse(nom)).status_code for qui in QUI) == MATRICE[nom]


@pytest.mark.parametrize("nom", [motif.name for motif in urls.urlpatterns])
def test_who_cannot_open_a_page_changes_nothing_by_it(scene, nom):
    avant = (Editeur.objects.actifs().count(), Delegation.objects.en_cours().count(), Jeton.objects.count())
    saisie = {
        "motif": "Convention", "siret": fabriques.siret(), "nom": "Logiciels Fautifs", "adresses": "192.0.2.1",
        "titre": "Fautif", "intitule": "Fautif", "scopes": "mesri_admissions",
        "editeur": fabriques.editeur().pk, "confirme": "on", "chevauchement_jours": "1",
    }  # fmt: skip
    avant = (avant[0] + 1, *avant[1:])
    for qui, statut in zip(QUI, MATRICE[nom], strict=True):
        if statut != 200:
            assert scene.client(qui).post(scene.adresse(nom), saisie).status_code in {302, 403, 404, 405}
    apres = (Editeur.objects.actifs().count(), Delegation.objects.en_cours().count(), Jeton.objects.count())
    assert apres == avant
    scene.jeton.refresh_from_db()
    scene.delegation.refresh_from_db()
    assert (scene.jeton.vivant, scene.jeton.adresses, scene.delegation.adresses) == (True, [], [])
    assert [(un.titre, un.retire_le) for un in FormulairePret.objects.all()] == [("Tarif étudiant", None)]
    assert not Accompagnement.objects.exists()


def test_the_space_closes_with_the_flag(scene):
    client = scene.client("agent de l'éditeur")
    assert client.get(scene.adresse("editeur")).status_code == 200
    scene.editeur.retire_le, scene.editeur.retire_par = timezone.now(), scene.editeur.designe_par
    scene.editeur.motif_retrait = "Fin"
    scene.editeur.save()
    for nom in ("editeur", "editeur-jeton", "editeur-jeton-revoquer"):
        assert client.get(scene.adresse(nom)).status_code == 404


def test_the_ministry_designates_and_takes_back_with_reasons(scene):
    client = scene.client("responsable")
    siret = fabriques.siret()
    sans_nom = client.post(reverse("editeur-designer"), {"siret": siret, "motif": "Convention"})
    assert "indiquez son nom" in sans_nom.content.decode()
    assert not Organisation.objects.filter(siret=siret).exists()
    nomme = {"siret": siret, "nom": "Logiciels de Clairval", "motif": "Convention du 3 novembre"}
    page = lu(client.post(reverse("editeur-designer"), nomme, follow=True))
    assert "Logiciels de Clairval est désigné" in page
    editeur = Editeur.objects.get(organisation__siret=siret)
    encore = client.post(reverse("editeur-designer"), nomme)
    assert "déjà un éditeur" in encore.content.decode()
    retirer = reverse("editeur-retirer", args=[editeur.pk])
    assert client.post(retirer, {"motif": " "}).status_code == 200
    page = lu(client.post(retirer, {"motif": "Manquements"}, follow=True))
    assert "Manquements" in page
    assert client.get(retirer).status_code == 404


def test_the_page_of_withdrawal_tells_how_many_lose_it(scene):
    page = lu(scene.client("responsable").get(scene.adresse("editeur-retirer")))
    assert "1 administration verra son logiciel refusé" in page


def test_the_editor_s_agents_create_replace_restrict_and_revoke_the_token(scene):
    Jeton.objects.all().update(revoque_le=timezone.now(), motif_revocation="Ancien")
    client = scene.client("agent de l'éditeur")
    assert not JETON.search(client.get(reverse("editeur-jeton")).content.decode())
    montre = client.post(reverse("editeur-jeton"), {})
    [secret] = JETON.findall(montre.content.decode())
    assert "no-store" in montre.headers["Cache-Control"]
    espace = client.get(reverse("editeur")).content.decode()
    assert secret not in espace
    premier = scene.editeur.jetons.vivants().get()
    assert premier.affichage in espace

    adresses = reverse("editeur-jeton-adresses", args=[premier.pk])
    assert "ni une adresse IP" in client.post(adresses, {"adresses": "mairie.fr"}).content.decode()
    client.post(adresses, {"adresses": "192.0.2.7"})
    client.post(reverse("editeur-jeton"), {"chevauchement_jours": "7"})
    assert (
        "Deux jetons" in client.post(reverse("editeur-jeton"), {"chevauchement_jours": "7"}).content.decode()
    )
    second = scene.editeur.jetons.vivants().order_by("pk").last()
    assert second.adresses == ["192.0.2.7/32"]
    revoquer = reverse("editeur-jeton-revoquer", args=[premier.pk])
    assert client.post(revoquer, {"motif": ""}).status_code == 200
    assert "Remplacé partout" in lu(client.post(revoquer, {"motif": "Remplacé partout"}, follow=True))
    assert scene.editeur.jetons.vivants().get() == second


def test_the_space_lists_the_delegations_and_those_that_ended(scene):
    siret = scene.habilitation.organisation.siret
    client = scene.client("agent de l'éditeur")
    page = lu(client.get(reverse("editeur")))
    assert siret in page
    assert str(scene.delegation.cle) in page
    scene.delegation.reprendre(par=scene.demandeur)
    page = lu(client.get(reverse("editeur")))
    assert "Aucune administration ne vous délègue" in page
    assert "Terminées récemment" in page


def test_an_administration_delegates_and_takes_back(scene):
    autre = fabriques.editeur()
    client = scene.client("demandeur")
    deleguer = reverse("habilitation-deleguer", args=[scene.habilitation.pk])
    page = client.get(deleguer).content.decode()
    assert autre.organisation.nom in page
    # Who has it already is not proposed again.
    assert scene.editeur.organisation.nom not in page
    sans_confirmer = client.post(deleguer, {"editeur": autre.pk, "adresses": ""})
    assert sans_confirmer.status_code == 200
    assert not autre.delegations.exists()
    client.post(deleguer, {"editeur": autre.pk, "adresses": "192.0.2.0/24", "confirme": "on"})
    delegation = autre.delegations.get()
    assert (delegation.adresses, delegation.donnee_par) == (["192.0.2.0/24"], scene.demandeur)
    liste = lu(client.get(reverse("habilitation-delegations", args=[scene.habilitation.pk])))
    assert autre.organisation.siret in liste
    client.post(reverse("delegation-adresses", args=[delegation.cle]), {"adresses": ""})
    reprendre = reverse("delegation-reprendre", args=[delegation.cle])
    assert "Effet immédiat" in client.get(reprendre).content.decode()
    delegation.refresh_from_db()
    assert (delegation.adresses, delegation.en_cours) == ([], True)
    assert "API refuse" in lu(client.post(reprendre, follow=True))
    delegation.refresh_from_db()
    assert delegation.reprise_par == scene.demandeur
    assert "déjà terminée" in lu(client.post(reprendre, follow=True))
    assert Courriel.objects.filter(genre="delegation_reprise", destinataire=scene.demandeur.courriel).exists()


def test_a_writing_habilitation_has_no_delegations(scene):
    demande = scenes.demande("validee", type_="ecriture")
    client = Client()
    client.force_login(demande.demandeur)
    for nom in ("habilitation-delegations", "habilitation-deleguer"):
        assert client.get(reverse(nom, args=[demande.habilitation_id])).status_code == 404


def test_the_way_to_the_pages_is_shown_to_those_for_whom_they_are(scene):
    assert reverse("editeur") in scene.client("agent de l'éditeur").get(reverse("demandes")).content.decode()
    assert (
        f'href="{reverse("editeur")}"' not in scene.client("agent").get(reverse("demandes")).content.decode()
    )
    assert reverse("editeurs") in scene.client("responsable").get(reverse("instruction")).content.decode()
    demandeur = scene.client("demandeur")
    for page in ("habilitation", "habilitation-jetons"):
        assert (
            reverse("habilitation-delegations", args=[scene.habilitation.pk])
            in demandeur.get(reverse(page, args=[scene.habilitation.pk])).content.decode()
        )
