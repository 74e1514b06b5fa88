import re
import shlex
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.mail import send_mail
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from habilitations.models import (
    Compte,
    Courriel,
    Demande,
    Gestionnaire,
    Habilitation,
    Invitation,
    Jeton,
    Role,
)
from referentiel.models import DoublonPossible, Etudiant, Inscription
from statut_etudiant.demonstration import (
    chargement,
    presentation,  # noqa: F401 (before a test gives the mails another folder, which it would take for the usual one)
    secrets,
)
from statut_etudiant.demonstration.demandes import PROJETS
from statut_etudiant.demonstration.personnes import PERSONNES
from statut_etudiant.embarque import courriels

pytestmark = pytest.mark.django_db

COMPLET = PROJETS[0].jeton


@pytest.fixture(autouse=True)
def fichier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Path:
    # The real one is slow on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(secrets, "FICHIER", tmp_path / "var" / "demonstration.json")
    monkeypatch.setattr(chargement, "ETUDIANTS", 40)
    return secrets.FICHIER


def charger() -> str:
    sortie = StringIO()
    call_command("charger_demonstration", stdout=sortie)
    return sortie.getvalue()


def presenter() -> str:
    sortie = StringIO()
    call_command("presenter_demonstration", stdout=sortie)
    return sortie.getvalue()


def appels(texte: str) -> list[tuple[str, dict[str, str]]]:
    """The commands printed, as a shell would read them: address and header."""
    trouves = []
    for ligne in re.findall(r"^ *(curl .*)$", texte, re.MULTILINE):
        _, _, entete, adresse = shlex.split(ligne)
        nom, _, valeur = entete.partition(": ")
        parties = urlsplit(adresse)
        trouves.append((f"{parties.path}?{parties.query}", {nom: valeur}))
    return trouves


def comptes() -> tuple[int, ...]:
    modeles = (Compte, Role, Demande, Habilitation, Jeton, Gestionnaire, Invitation, Etudiant, Inscription)
    return tuple(modele.objects.count() for modele in modeles)


def test_la_commande_affichee_repond(client: Client) -> None:
    charger()
    assert DoublonPossible.objects.count() >= 2
    commandes = appels(presenter())
    assert len(commandes) == 2
    for adresse, entetes in commandes:
        reponse = client.get(adresse, headers=entetes)
        assert reponse.status_code == 200, reponse.content


def test_chaque_jeton_de_lecture_trouve_l_etudiant_montre(client: Client) -> None:
    charger()
    (_, (adresse, _)) = appels(presenter())
    valeurs = secrets.lire()
    assert valeurs is not None
    lectures = [jeton for jeton in valeurs.jetons.values() if jeton.startswith("ase_l_")]
    assert len(lectures) == 3
    for jeton in lectures:
        assert client.get(adresse, headers={"Authorization": f"Bearer {jeton}"}).status_code == 200


def test_le_jeton_de_bac_a_sable_trouve_un_etudiant_fictif(client: Client) -> None:
    charger()
    valeurs = secrets.lire()
    assert valeurs is not None
    reponse = client.get(
        "/api/v2/etudiants?ine=990000101DJ", headers={"X-Api-Key": valeurs.jetons[chargement.BAC_A_SABLE]}
    )
    assert reponse.status_code == 200


def test_des_demandes_dans_tous_les_etats() -> None:
    charger()
    assert set(Demande.objects.values_list("etat", flat=True)) == set(Demande.Etat.values)
    assert set(Habilitation.objects.actives().values_list("type", flat=True)) == set(Habilitation.Type.values)
    assert Demande.objects.filter(etat="brouillon", instantane_valide__isnull=False).exists()


def test_une_personne_pour_chaque_role_avec_le_mot_de_passe_affiche() -> None:
    charger()
    assert set(Role.objects.values_list("nom", flat=True)) == set(Role.Nom.values)
    gestions = Gestionnaire.objects.actifs().filter(etablissement__uai="0311384L")
    assert {gestion.compte.prenom for gestion in gestions} == {"Farid", "Gwenola"}
    assert Invitation.objects.en_attente().count() == 1
    texte = presenter()
    mot_de_passe = re.search(r"mot de passe de toutes : (\S+)\)", texte)
    assert mot_de_passe is not None
    for personne in PERSONNES:
        assert personne.adresse in texte
        assert Compte.objects.get(courriel=personne.adresse).check_password(mot_de_passe[1])


def test_l_editeur_lit_les_demandes_ou_il_est_nomme_et_rien_de_leurs_coulisses(client: Client) -> None:
    charger()
    nadia = Compte.objects.get(courriel="nadia.olivier@demonstration.example")
    client.force_login(nadia)
    liste = client.get("/demandes").content.decode()
    assert "Tarif étudiant à la piscine" in liste
    assert "Cantine des apprentis" in liste
    assert "Carte jeunes régionale" not in liste
    demande = Demande.objects.get(intitule="Tarif étudiant à la piscine")
    page = client.get(f"/demandes/{demande.pk}").content.decode()
    assert "titre-historique" not in page
    assert "titre-messages" not in page
    lien = Courriel.objects.get(genre="jeton_a_retirer", destinataire=nadia.courriel)
    assert demande.habilitation.numero in lien.texte


def test_chargee_deux_fois_elle_ne_change_rien() -> None:
    charger()
    avant, secrets_avant = comptes(), secrets.lire()
    charger()
    assert comptes() == avant
    assert secrets.lire() == secrets_avant


def test_base_neuve_et_secrets_d_une_autre_les_jetons_sont_refaits(client: Client) -> None:
    secrets.garder(secrets.Secrets("ancien", {COMPLET: "ase_l_perdu"}))
    charger()
    ((adresse, entetes), _) = appels(presenter())
    assert client.get(adresse, headers=entetes).status_code == 200
    assert Compte.objects.get(courriel=PERSONNES[0].adresse).check_password("ancien")


def test_secrets_perdus_l_ancien_jeton_est_revoque_et_le_mot_de_passe_change(fichier: Path) -> None:
    charger()
    anciens = secrets.lire()
    fichier.unlink()
    charger()
    nouveaux = secrets.lire()
    assert anciens is not None
    assert nouveaux is not None
    assert set(anciens.jetons) == set(nouveaux.jetons)
    assert set(anciens.jetons.values()).isdisjoint(nouveaux.jetons.values())
    assert Compte.objects.get(courriel=PERSONNES[0].adresse).check_password(nouveaux.mot_de_passe)
    for habilitation in Habilitation.objects.filter(jetons__isnull=False):
        assert habilitation.jetons.filter(revoque_le__isnull=True).count() <= 1


def test_habilitation_revoquee_par_un_visiteur_la_demonstration_se_recharge() -> None:
    charger()
    valeurs = secrets.lire()
    assert valeurs is not None
    Jeton.objects.update(revoque_le="2026-01-01T00:00Z", motif_revocation="essai")
    Habilitation.objects.filter(intitule=PROJETS[0].intitule).update(
        etat="revoquee", revoquee_le="2026-01-01T00:00Z"
    )
    charger()
    recharges = secrets.lire()
    assert recharges is not None
    assert set(recharges.jetons) == set(valeurs.jetons) - {COMPLET}
    assert "curl" not in presenter()


def test_les_secrets_ne_sont_lisibles_que_par_leur_proprietaire(fichier: Path) -> None:
    charger()
    assert fichier.stat().st_mode & 0o777 == 0o600


def test_le_chargement_dit_ou_il_en_est() -> None:
    messages = charger()
    assert "40 étudiants" in messages
    assert "demandes d'habilitation" in messages


@pytest.mark.parametrize("commande", ["charger_demonstration", "presenter_demonstration"])
def test_rien_a_montrer_en_production_ni_avant_le_chargement(commande: str, settings: Settings) -> None:
    settings.ENVIRONNEMENT = "production"
    with pytest.raises(CommandError):
        call_command(commande, stdout=StringIO())
    assert not Compte.objects.exists()


def test_les_courriels_sont_des_fichiers_que_la_presentation_annonce(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "statut_etudiant.embarque.courriels.BoiteEnDossier"
    boite = tmp_path / "courriels"
    monkeypatch.setattr(courriels, "DOSSIER", boite)
    send_mail("Demande D1 : bien reçue", "https://exemple.test/jetons/retrait/abc", None, ["a@exemple.test"])
    send_mail("Demande D1 : bien reçue", "deux", None, ["a@exemple.test"])

    premier, _ = sorted(boite.iterdir())
    assert premier.name.endswith("-demande-d1-bien-recue.eml")
    assert "jetons/retrait/abc" in premier.read_text()
    # The log stays readable, and without links that open something.
    assert "retrait" not in "".join(capfd.readouterr())
    charger()
    texte = presenter()
    assert "/demonstration/courriels pour lire" in texte
    assert "var/courriels/" in texte
