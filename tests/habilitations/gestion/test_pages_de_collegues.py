"""The pages of colleagues: who may open them, what they show, the invitation's path from mail to admin."""

import pytest
from django.test import Client
from django.urls import reverse

from habilitations.acteur import Acteur
from habilitations.gestionnaires import collegues
from habilitations.models import Compte, Courriel, Gestionnaire, Invitation, Role
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import MOT_DE_PASSE, texte
from tests.habilitations.gestion.aides import connecte, equipe, gere, gestion, incarne, secret

pytestmark = pytest.mark.django_db
FICHE = {
    "prenom": "Inès",
    "nom": "Dupont",
    "mot_de_passe": MOT_DE_PASSE,
    "confirmation": MOT_DE_PASSE,
}


# fmt: off
#                                gérant intrus instr. resp. admin
MATRICE = {
    "gestion-collegues":          (200,  200,  403,  200,  200),
    "gestion-collegue-ajouter":   (200,  200,  403,  200,  200),
    "gestion-collegue-retirer":   (200,  404,  403,  200,  200),
    "gestion-invitation-annuler": (200,  404,  403,  200,  200),
}
# fmt: on


@pytest.mark.parametrize("page", MATRICE)
def test_everybody_opens_what_is_theirs_and_others_are_absent(page: str) -> None:
    etablissement, (un, deux) = equipe()
    collegues.ajouter(acteur=un, courriel="ines@exemple.test", etablissements=[etablissement])
    cible = {
        "gestion-collegue-retirer": gestion(deux).pk,
        "gestion-invitation-annuler": Invitation.objects.get().pk,
    }.get(page)
    personnes = [
        un.compte,
        scenes.gestionnaire(fabriques.etablissement()).compte,
        scenes.compte(Role.Nom.INSTRUCTEUR),
        scenes.compte(Role.Nom.RESPONSABLE),
        scenes.compte(Role.Nom.ADMINISTRATEUR),
    ]
    adresse = reverse(page, args=[cible] if cible else []) + f"?uai={etablissement.uai}"
    assert tuple(connecte(qui).get(adresse).status_code for qui in personnes) == MATRICE[page]
    assert Client().get(adresse).status_code == 302
    if cible:
        absente = reverse(page, args=[cible + 10**6])
        assert connecte(un.compte).get(absente).status_code == 404
        # A post of who may not see it is answered alike, and does nothing.
        assert connecte(personnes[1]).post(adresse).status_code == 404
        assert gere(deux.compte, etablissement)
        assert Invitation.objects.en_attente().exists()


def test_a_manager_sees_their_teams_only_and_names_are_escaped() -> None:
    etablissement, (un, deux) = equipe()
    autre, (ailleurs,) = equipe(1)
    Compte.objects.filter(pk=deux.compte.pk).update(nom="<script>alert(1)</script>")
    page = connecte(un.compte).get("/gestion/collegues").content.decode()
    assert deux.compte.courriel in page
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page
    assert ailleurs.compte.courriel not in page
    assert autre.uai not in page
    assert etablissement.uai in page


def test_the_ministry_finds_an_establishment_and_gives_it_a_manager() -> None:
    etablissement, (un,) = equipe(1)
    sans = fabriques.etablissement(nom="Institut sans habilitation")
    habilite = fabriques.etablissement(nom="École habilitée")
    fabriques.habilitation(ecriture=True, uais=[habilite.uai])
    client = connecte(scenes.compte(Role.Nom.RESPONSABLE))
    accueil = texte(client.get("/gestion/collegues"))
    assert etablissement.uai in accueil
    assert sans.uai not in accueil
    assert "pas d'habilitation" in texte(client.get("/gestion/collegues", {"q": "institut sans"})).replace(
        "&#x27;", "'"
    )
    assert habilite.uai in texte(client.get("/gestion/collegues", {"q": habilite.uai.lower()}))
    ajouter = reverse("gestion-collegue-ajouter")
    assert client.get(ajouter).status_code == 404
    refus = client.post(f"{ajouter}?uai={sans.uai}", {"courriel": un.compte.courriel})
    assert "habilitation d'écriture en vigueur" in texte(refus).replace("&#x27;", "'")
    fait = client.post(f"{ajouter}?uai={habilite.uai}", {"courriel": un.compte.courriel}, follow=True)
    assert "gère désormais" in texte(fait)
    assert gere(un.compte, habilite)


def test_a_manager_chooses_among_their_establishments_only() -> None:
    premier, (un,) = equipe(1)
    second, (_,) = equipe(1)
    etranger, _ = equipe(1)
    Gestionnaire.objects.create(
        compte=un.compte, etablissement=second, habilitation=second.gestionnaires.get().habilitation
    )
    client = connecte(un.compte)
    adresse = reverse("gestion-collegue-ajouter")
    page = client.get(f"{adresse}?uai={second.uai}").content.decode()
    assert "Adresse e-mail de votre collègue" in page
    assert etranger.uai not in page
    assert "Choisissez au moins" in texte(client.post(adresse, {"courriel": "ines@exemple.test"}))
    for choix in ([etranger.pk], [premier.pk, etranger.pk], ["x"]):
        refus = client.post(adresse, {"courriel": "ines@exemple.test", "etablissements": choix})
        assert "ne gérez pas" in texte(refus)
    client.post(adresse, {"courriel": "ines@exemple.test", "etablissements": [premier.pk, second.pk]})
    assert set(Invitation.objects.get().etablissements.all()) == {premier, second}


def test_the_answer_is_the_same_whether_the_account_exists_or_not() -> None:
    _, (un,) = equipe(1)
    existant = scenes.compte()
    reponses = set()
    for courriel in (existant.courriel, "inconnu@exemple.test"):
        client = connecte(un.compte)
        page = client.post(reverse("gestion-collegue-ajouter"), {"courriel": courriel}, follow=True)
        reponses.add(texte(page).split("Collègues", 1)[1].replace(courriel, "…"))
        Invitation.objects.update(annulee_le="2026-01-01T00:00:00Z")
    assert len(reponses) == 1


def test_removing_oneself_closes_the_admin_from_the_next_request() -> None:
    _, (un, deux) = equipe()
    client = connecte(un.compte)
    adresse = reverse("gestion-collegue-retirer", args=[gestion(un).pk])
    assert "plus accès" in texte(client.get(adresse))
    assert client.post(adresse)["Location"] == "/demandes"
    for chemin in ("/gestion/", "/gestion/collegues"):
        assert client.get(chemin).status_code == 403
    seul = connecte(deux.compte)
    page = seul.post(reverse("gestion-collegue-retirer", args=[gestion(deux).pk]), follow=True)
    assert "plus personne" in texte(page)
    assert un.compte.nom in texte(page)  # in the history


def test_who_stands_in_for_a_manager_does_not_change_their_rights() -> None:
    etablissement, (un, deux) = equipe()
    client = incarne(un.compte)
    liste = client.get("/gestion/collegues")
    assert liste.status_code == 200
    assert reverse("gestion-collegue-retirer", args=[gestion(deux).pk]) not in liste.content.decode()
    client.post(reverse("gestion-collegue-ajouter"), {"courriel": "ines@exemple.test"})
    client.post(reverse("gestion-collegue-retirer", args=[gestion(deux).pk]))
    assert gere(deux.compte, etablissement)
    assert not Invitation.objects.exists()
    collegues.ajouter(acteur=deux, courriel="ines@exemple.test", etablissements=[etablissement])
    invite = scenes.compte(courriel="ines@exemple.test")
    incarne(invite).post(f"/gestion/invitation/{secret(invite.courriel)}")
    assert not gere(invite, etablissement)


def test_an_invited_person_opens_an_account_and_manages() -> None:
    etablissement, (un,) = equipe(1)
    connecte(un.compte).post(reverse("gestion-collegue-ajouter"), {"courriel": "Ines@Exemple.test"})
    adresse = f"/gestion/invitation/{secret('ines@exemple.test')}"
    client = Client()
    page = client.get(adresse)
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page.headers["Cache-Control"]
    assert etablissement.uai in texte(page)
    assert "Nouveau mot de passe" not in texte(page)
    assert not Compte.objects.filter(courriel="ines@exemple.test").exists()
    refus = client.post(adresse, FICHE | {"confirmation": "autre chose"})
    assert "pas les mêmes" in texte(refus)
    assert client.post(adresse, FICHE)["Location"] == "/connexion?next=%2Fgestion%2F"
    compte = Compte.objects.get(courriel="ines@exemple.test")
    assert gere(compte, etablissement)
    assert client.get(adresse).status_code == 410
    assert client.post(adresse, FICHE).status_code == 410
    entree = client.post(
        "/connexion", {"courriel": compte.courriel, "mot_de_passe": MOT_DE_PASSE, "next": "/gestion/"}
    )
    assert entree["Location"] == "/gestion/"
    assert client.get("/gestion/").status_code == 200


def test_an_existing_account_signs_in_and_accepts_by_a_button() -> None:
    etablissement, (un,) = equipe(1)
    invite = scenes.compte(courriel="ines@exemple.test")
    collegues.ajouter(acteur=un, courriel=invite.courriel, etablissements=[etablissement])
    adresse = f"/gestion/invitation/{secret(invite.courriel)}"
    assert f"/connexion?next={adresse}" in Client().get(adresse).content.decode()
    assert Client().post(adresse, FICHE).status_code == 200
    assert not gere(invite, etablissement)
    autre = connecte(scenes.compte())
    assert "pas le compte invité" in texte(autre.get(adresse))
    assert "adressée à" in texte(autre.post(adresse))
    client = connecte(invite)
    assert client.get(adresse).status_code == 200
    assert not gere(invite, etablissement)
    assert client.post(adresse)["Location"] == "/gestion/"
    assert gere(invite, etablissement)
    assert client.get(adresse).status_code == 410


def test_mails_say_who_and_what_and_the_secret_is_in_the_invitation_only() -> None:
    etablissement, (un, deux) = equipe()
    invite = scenes.compte(courriel="ines@exemple.test")
    collegues.ajouter(acteur=un, courriel=invite.courriel, etablissements=[etablissement])
    lien = secret(invite.courriel)
    collegues.accepter(secret=lien, compte=invite)
    collegues.retirer(acteur=deux, gestion_id=gestion(Acteur(invite)).pk)
    textes = {courriel.genre: courriel for courriel in Courriel.objects.all()}
    assert set(textes) == {
        "invitation",
        "gestion_confiee",
        "collegue_ajoute",
        "gestion_retiree",
        "collegue_retire",
    }
    for genre, courriel in textes.items():
        assert etablissement.uai in courriel.texte
        assert str(deux.compte if "retire" in genre else un.compte) in courriel.texte
        assert (lien in courriel.texte) == (genre == "invitation") == courriel.sensible


def test_after_approval_the_applicant_is_led_to_the_admin_while_they_manage() -> None:
    etablissement = fabriques.etablissement()
    demande = scenes.demande("validee", type_="ecriture", uais=[etablissement.uai])
    client = connecte(demande.demandeur)
    pages = (f"/demandes/{demande.pk}", f"/habilitations/{demande.habilitation_id}")
    courriel = Courriel.objects.get(genre="demande_validee", demande=demande)
    assert "/gestion/" in courriel.texte
    for page in pages:
        assert "Gérer les inscriptions" in texte(client.get(page))
    Gestionnaire.objects.update(retire_le="2026-01-01T00:00:00Z")
    for page in pages:
        assert "Gérer les inscriptions" not in texte(client.get(page))
    lecture = scenes.demande("validee")
    assert "/gestion/" not in Courriel.objects.get(genre="demande_validee", demande=lecture).texte
