"""What a person's telephone does, and what the pages say."""

import re
import time
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django_otp.oath import TOTP

from habilitations.comptes import second_facteur
from habilitations.models import Appareil, Compte, Courriel
from referentiel import chiffrement

MOT_DE_PASSE = "sept chevaux bleus au galop"


def code(appareil: Appareil, *, decalage: int = 0) -> str:
    """What the person's telephone shows now, or `decalage` half-minutes from now."""
    totp = TOTP(second_facteur.cle(appareil))
    totp.time = time.time() + decalage * totp.step
    return f"{totp.token():06}"


def telephone(compte: Compte) -> Appareil:
    """The second factor, already turned on."""
    cle = chiffrement.chiffrer(b"vingt octets de clef")
    return Appareil.objects.create(compte=compte, confirme=True, cle_chiffree=cle)


def se_connecter(client: Client, compte: Compte, *, mot_de_passe: str = MOT_DE_PASSE, **champs: Any) -> Any:
    return client.post("/connexion", {"courriel": compte.courriel, "mot_de_passe": mot_de_passe, **champs})


def connecte(client: Client) -> bool:
    return "_auth_user_id" in client.session


def texte(response: HttpResponse) -> str:
    """The page without its tags, blanks joined."""
    html = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def lien(destinataire: str) -> str:
    """The path of the link in the last mail to this address."""
    texte = Courriel.objects.filter(destinataire=destinataire).first().texte
    return re.search(r"https?://[^/\s]+(/\S+)", texte)[1]
