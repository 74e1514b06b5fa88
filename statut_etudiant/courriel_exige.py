"""What production takes for a way of sending mail.

The other ways that an address can name (console, files, memory, nothing) count every mail as sent. Its links and
addresses then lie in the logs or nowhere, and nobody was written to.
"""

from urllib.parse import urlsplit

from environ import ImproperlyConfigured

#: `smtps`, which django-environ reads as STARTTLS, is left out: whoever writes it means the other kind.
ENVOIS_REELS = ("smtp", "smtp+tls", "smtp+ssl")
_EXEMPLE = "par exemple EMAIL_URL=smtp+tls://utilisateur:mot-de-passe@serveur:587"


def exiger_un_envoi(adresse: str) -> None:
    """Raises ImproperlyConfigured unless this is the address of a mail server. Never quoted: it holds a password."""
    if not adresse:
        raise ImproperlyConfigured(
            f"EMAIL_URL : indiquez le serveur qui envoie les courriels, {_EXEMPLE}. Sans lui, les courriels et"
            " leurs liens iraient dans les journaux, comptés comme envoyés."
        )
    morceaux = urlsplit(adresse)
    if morceaux.scheme not in ENVOIS_REELS:
        raise ImproperlyConfigured(
            "EMAIL_URL : cette façon d'envoyer ne fait partir aucun courriel. En production, il faut l'adresse d'un"
            f" serveur SMTP ({', '.join(f'{un}://' for un in ENVOIS_REELS)}), {_EXEMPLE}."
        )
    if not morceaux.hostname:
        raise ImproperlyConfigured(f"EMAIL_URL : le nom du serveur manque, {_EXEMPLE}.")
