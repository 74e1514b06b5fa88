"""Addresses to which mail does not arrive: what the servers said, told where the address is used."""

import email
import email.policy
from collections.abc import Iterable
from email.message import EmailMessage

from django.db.models.functions import Now

from habilitations.models import AdresseRefusee

Source = AdresseRefusee.Source

#: What the class of an error, or the first figures of a status, means to who reads it.
RAISONS = {
    "SMTPRecipientsRefused": "Adresse refusée par le serveur de messagerie",
    "SMTPSenderRefused": "Notre adresse d'expéditeur est refusée par le serveur de messagerie",
    "SMTPAuthenticationError": "Notre mot de passe est refusé par le serveur de messagerie",
    "SMTPDataError": "Message refusé par le serveur de messagerie",
    "SMTPServerDisconnected": "Le serveur de messagerie a coupé la connexion",
    "SMTPConnectError": "Le serveur de messagerie ne répond pas",
    "ConnectionRefusedError": "Le serveur de messagerie ne répond pas",
    "TimeoutError": "Le serveur de messagerie ne répond pas",
    "gaierror": "Le serveur de messagerie est introuvable",
    "AdresseInvalide": "Ce n'est pas une adresse à laquelle on peut écrire",
    "BadHeaderError": "Objet impossible à écrire dans un message",
}


def raison(erreur: str) -> str:
    """`erreur`: the class of the error, and the server's code when it gave one (« SMTPRecipientsRefused 550 »)."""
    nom, _, code = erreur.partition(" ")
    texte = RAISONS.get(nom, f"Erreur d'envoi ({nom})" if nom else "")
    return f"{texte} (code {code})" if code else texte


def constater(adresse: str, *, source: Source, code: str = "") -> None:
    """Remember that mail to this address does not arrive."""
    AdresseRefusee.objects.update_or_create(
        courriel=adresse.strip().lower()[:254],
        defaults={"source": source, "code": code[:11], "constate_le": Now()},
        create_defaults={"source": source, "code": code[:11]},
    )


def oublier_a_l_envoi(adresse: str) -> None:
    """A server took a mail for this address: what was refused before is over. One that came back afterwards is not."""
    AdresseRefusee.objects.filter(courriel=adresse.lower(), source=Source.ENVOI).delete()


def refusees(adresses: Iterable[str]) -> dict[str, AdresseRefusee]:
    """Those of these addresses that are refused, in lower case."""
    cherchees = {adresse.lower() for adresse in adresses if adresse}
    return {trouvee.courriel: trouvee for trouvee in AdresseRefusee.objects.filter(courriel__in=cherchees)}


def lire_rebond(brut: bytes) -> list[tuple[str, str]]:
    """(address, status) of the recipients for whom this message says that a mail failed for good.

    A delivery status notification: RFC 3464, `multipart/report`. Empty for anything else, delays (4.x.x) included.
    """
    message = email.message_from_bytes(brut, policy=email.policy.default)
    if message.get_content_type() != "multipart/report":
        return []
    return [
        trouve
        for partie in message.walk()
        if partie.get_content_type() == "message/delivery-status"
        for bloc in partie.get_payload()
        if (trouve := _lire_bloc(bloc)) is not None  # type: ignore[arg-type]
    ]


def _lire_bloc(bloc: EmailMessage) -> tuple[str, str] | None:
    destinataire = str(bloc.get("Original-Recipient") or bloc.get("Final-Recipient") or "")
    statut = str(bloc.get("Status") or "").partition(" ")[0]
    genre, _, adresse = destinataire.partition(";")
    if genre.strip().lower() != "rfc822" or "@" not in adresse:
        return None
    if str(bloc.get("Action") or "").strip().lower() != "failed" or not statut.startswith("5"):
        return None
    return adresse.strip().strip("<>").lower(), statut[:11]
