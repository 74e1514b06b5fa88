"""Every mail: one that may be refused carries the button that refuses it, no other does (RFC 8058)."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from habilitations import tasks
from habilitations.courriels import boite
from habilitations.courriels.genres import LIBELLES
from habilitations.models import Courriel
from statut_etudiant.abonnements import annonce
from statut_etudiant.abonnements.models import Abonnement
from statut_etudiant.citoyens import adresses
from statut_etudiant.citoyens.models import AdresseDeCitoyen
from statut_etudiant.portail.nouveautes import NOUVEAUTES
from tests import fabriques
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db

#: Of accounts: what is sent for information, or reminds.
DE_COMPTES = {
    "nouveau_message",
    "brouillon_en_attente",
    "modifications_en_attente",
    "demande_a_instruire",
    "depot_termine",
    "collegue_ajoute",
    "collegue_retire",
}
#: Of students, at the address that they gave for it.
D_ETUDIANTS = {
    "premier_acces",
    "contestation_repondue",
    "rectification_repondue",
    "rectification_prolongee",
}
#: Of subscribers.
D_ABONNES = {"nouveautes"}


def prevenir(genre: str, *, rang: int = 1) -> str:
    """Have a mail of this genre written by whoever writes it; its address."""
    if genre in D_ETUDIANTS:
        etudiant = fabriques.etudiant()
        AdresseDeCitoyen.objects.create(
            etudiant_id=etudiant.pk, courriel="etudiante@exemple.fr", prouvee_le=timezone.now()
        )
        adresses.prevenir(etudiant_id=etudiant.pk, genre=genre, cle=f"{genre}:{rang}", contexte={})
        return "etudiante@exemple.fr"
    if genre in D_ABONNES:
        Abonnement.objects.create(courriel="abonne@exemple.fr", confirme_le=timezone.now())
        annonce.annoncer(NOUVEAUTES[1:2])
        annonce.annoncer(NOUVEAUTES[:1])
        return "abonne@exemple.fr"
    compte = fabriques.agent(courriel="agent@exemple.fr")
    ecrire(genre, cle=f"{genre}:{rang}")
    return str(compte.courriel)


def ecrire(genre: str, *, cle: str) -> None:
    """To an account. Templates that ask the request are given one."""
    demande = scenes.demande("validee")
    contexte = {
        "demande": demande,
        "evenement": demande.evenements.last(),
        "habilitation": demande.habilitation,
        "jeton": demande.habilitation.jetons.first(),
        "jours": 30,
    }
    Courriel.objects.all().delete()
    boite.ecrire(genre=genre, destinataire="agent@exemple.fr", cle=cle, contexte=contexte)


@pytest.mark.parametrize("genre", LIBELLES)
def test_a_mail_that_may_be_refused_has_the_button_and_no_other_has(
    genre: str, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    adresse = prevenir(genre)
    tasks.envoyer_courriels()
    (message,) = mailoutbox
    assert message.to == [adresse]
    if genre not in DE_COMPTES | D_ETUDIANTS | D_ABONNES:
        assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & message.extra_headers.keys()
        assert "Ne plus recevoir" not in message.body
        return
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    lien = message.extra_headers["List-Unsubscribe"]
    assert lien.startswith(f"<{settings.ADRESSE_PUBLIQUE}/")
    assert lien.endswith(">")
    # The words give the same address, which names nobody.
    assert lien[1:-1] in message.body
    assert adresse not in lien
    # A mail program posts without cookie, session nor form; reading the link does nothing.
    programme = Client(enforce_csrf_checks=True)
    chemin = lien[1:-1].removeprefix(settings.ADRESSE_PUBLIQUE)
    assert programme.get(chemin).status_code == 200
    assert recevrait(genre)
    assert programme.post(chemin, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not recevrait(genre)


def recevrait(genre: str) -> bool:
    """Whether whoever was written to is written to once more."""
    if genre in D_ETUDIANTS:
        connue = AdresseDeCitoyen.objects.first()
        return connue is not None and connue.prouvee_le is not None
    if genre in D_ABONNES:
        return Abonnement.objects.exists()
    ecrire(genre, cle=f"{genre}:encore")
    return Courriel.objects.exists()


def test_a_student_s_button_stops_their_mails_and_nobody_else_s() -> None:
    """Two students may give one address: each mail stops those of its own student."""
    etudiants = [fabriques.etudiant(), fabriques.etudiant()]
    for etudiant in etudiants:
        AdresseDeCitoyen.objects.create(
            etudiant_id=etudiant.pk, courriel="famille@exemple.fr", prouvee_le=timezone.now()
        )
        adresses.prevenir(
            etudiant_id=etudiant.pk, genre="premier_acces", cle=f"premier_acces:{etudiant.pk}", contexte={}
        )
    premier = Courriel.objects.get(cle=f"premier_acces:{etudiants[0].pk}")
    Client().post(premier.arret.removeprefix(settings.ADRESSE_PUBLIQUE))
    assert [une.etudiant_id for une in AdresseDeCitoyen.objects.all()] == [etudiants[1].pk]


def test_the_words_that_offer_to_stop_are_those_of_these_mails() -> None:
    gabarits: dict[str, Any] = {
        chemin.stem: chemin.read_text() for chemin in Path("templates/courriels").glob("[!_]*.txt")
    }
    propres = {genre for genre, texte in gabarits.items() if "courriels/_arret.txt" in texte}
    assert propres == D_ETUDIANTS | D_ABONNES
