from io import StringIO
from pathlib import Path

import pytest
from django.core.mail import send_mail
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from habilitations.models import (
    Compte,
    Consommation,
    Demande,
    Gestionnaire,
    Habilitation,
    Invitation,
    Jeton,
    Role,
)
from referentiel.models import Etudiant, Inscription
from statut_etudiant.demonstration import (
    presentation,  # noqa: F401 (before a test gives the mails another folder, which it would take for the usual one)
    secrets,
)
from statut_etudiant.demonstration.demandes import PROJETS
from statut_etudiant.demonstration.personnes import PERSONNES
from statut_etudiant.embarque import courriels
from tests.demonstration.aides import appels, charger, en_petit, presenter

pytestmark = pytest.mark.django_db

COMPLET = PROJETS[0].jeton


@pytest.fixture(autouse=True)
def fichier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return en_petit(monkeypatch, tmp_path)


def comptes() -> tuple[int, ...]:
    modeles = (
        Compte,
        Role,
        Demande,
        Habilitation,
        Jeton,
        Gestionnaire,
        Invitation,
        Etudiant,
        Inscription,
        Consommation,
    )
    return tuple(modele.objects.count() for modele in modeles)


def test_loaded_twice_it_changes_nothing() -> None:
    charger()
    avant, secrets_avant = comptes(), secrets.lire()
    charger()
    assert comptes() == avant
    assert secrets.lire() == secrets_avant


def test_a_new_database_beside_old_secrets_gets_new_tokens(client: Client) -> None:
    secrets.garder(secrets.Secrets("ancien", {COMPLET: "ase_l_perdu"}))
    charger()
    ((adresse, entetes), _) = appels(presenter())
    assert client.get(adresse, headers=entetes).status_code == 200
    assert Compte.objects.get(courriel=PERSONNES[0].adresse).check_password("ancien")


def test_lost_secrets_revoke_the_old_token_and_change_the_password(fichier: Path) -> None:
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


def test_a_habilitation_that_a_visitor_revoked_does_not_prevent_reloading() -> None:
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


@pytest.mark.parametrize("commande", ["charger_demonstration", "presenter_demonstration"])
def test_there_is_nothing_to_show_in_production_nor_before_loading(commande: str, settings: Settings) -> None:
    settings.ENVIRONNEMENT = "production"
    with pytest.raises(CommandError):
        call_command(commande, stdout=StringIO())
    assert not Compte.objects.exists()


def test_mails_are_files_that_the_presentation_tells_of(
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
