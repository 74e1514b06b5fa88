"""Mails: what each act announces, to whom. Written to the outbox with the act, sent by a task once committed.

Each genre has one template, `templates/courriels/<genre>.txt`, whose first line is the subject; the HTML part says the
same words in a plain page, so that the two cannot differ.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, NamedTuple

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from kombu.exceptions import OperationalError as CourtierInjoignable

from habilitations.courriels import preferences
from habilitations.courriels.genres import A_USAGE_UNIQUE
from habilitations.models import (
    Compte,
    ContactDeDemande,
    Courriel,
    Demande,
    Evenement,
    Habilitation,
    Role,
)
from referentiel.caracteres import sans_controle

Adresses = Callable[[Evenement], Iterable[str]]


def _demandeur(evenement: Evenement) -> Iterable[str]:
    return [evenement.demande.demandeur.courriel]


def _instructeurs(evenement: Evenement) -> Iterable[str]:
    return (
        Compte.objects.filter(
            is_active=True,
            roles__nom__in=[Role.Nom.INSTRUCTEUR, Role.Nom.RESPONSABLE],
            roles__retire_le__isnull=True,
        )
        .values_list("courriel", flat=True)
        .distinct()
    )


def _contacts(*roles: str) -> Adresses:
    return lambda evenement: evenement.demande.contacts.filter(role__in=roles).values_list(
        "courriel", flat=True
    )


def _franceconnect(evenement: Evenement) -> Iterable[str]:
    """FranceConnect's partners' desk opens the scopes on its side; only that kind of habilitation concerns it."""
    if evenement.demande.type != Habilitation.Type.FRANCE_CONNECT or not settings.FRANCECONNECT_COURRIEL:
        return []
    return [settings.FRANCECONNECT_COURRIEL]


#: Act → (genre of mail, who receives it).
ANNONCES: dict[str, tuple[tuple[str, Adresses], ...]] = {
    "soumettre": (("accuse_reception", _demandeur), ("demande_a_instruire", _instructeurs)),
    "demander_modifications": (("modifications_demandees", _demandeur),),
    "valider": (
        ("demande_validee", _demandeur),
        (
            "information_validation",
            _contacts(ContactDeDemande.Role.RESPONSABLE_TRAITEMENT, ContactDeDemande.Role.DPD),
        ),
        ("franceconnect_scopes", _franceconnect),
    ),
    "refuser": (("demande_refusee", _demandeur),),
    "refuser_reouverture": (("changements_refuses", _demandeur),),
    "revoquer": (
        ("habilitation_revoquee", _demandeur),
        ("habilitation_revoquee", _contacts(ContactDeDemande.Role.TECHNIQUE)),
    ),
    "annuler_reouverture_instructeur": (("reouverture_annulee", _demandeur),),
    "transferer": (("demande_transferee", _demandeur),),
}


class Contenu(NamedTuple):
    objet: str
    texte: str
    html: str


class Apercu(NamedTuple):
    destinataires: list[str]
    contenu: Contenu


def annoncer(evenement: Evenement) -> None:
    """Write the mails of an act to the outbox; the caller holds the transaction."""
    for genre, adresses in ANNONCES.get(evenement.acte, ()):
        for adresse in _triees(adresses(evenement)):
            ecrire(
                genre=genre,
                destinataire=adresse,
                cle=f"{genre}:evenement-{evenement.pk}:{adresse}",
                demande=evenement.demande,
                contexte={"evenement": evenement, "demande": evenement.demande},
            )


def destinataires_des_instructeurs(demande: Demande) -> list[str]:
    """The instructor in charge; all of them as long as nobody is."""
    if demande.instructeur is not None:
        return [demande.instructeur.courriel]
    return _triees(_instructeurs(Evenement(demande=demande)))


def apercus(evenement: Evenement) -> list[Apercu]:
    """What `annoncer` would write for this event, which need not be saved."""
    contexte = {"evenement": evenement, "demande": evenement.demande}
    return [
        Apercu(destinataires, composer(genre=genre, contexte=contexte))
        for genre, adresses in ANNONCES.get(evenement.acte, ())
        if (destinataires := _triees(adresses(evenement)))
    ]


def composer(*, genre: str, contexte: dict[str, Any]) -> Contenu:
    contexte = contexte | {"adresse_publique": settings.ADRESSE_PUBLIQUE}
    objet, _, texte = render_to_string(f"courriels/{genre}.txt", contexte).strip().partition("\n")
    # Names hold no control character (CHECK); whatever else a template quotes does not reach a header either.
    objet, texte = sans_controle(objet), texte.strip()
    html = render_to_string("courriels/_enveloppe.html", {"objet": objet, "texte": texte})
    return Contenu(objet[:255], texte + "\n", html)


def ecrire(
    *,
    genre: str,
    destinataire: str,
    cle: str,
    contexte: dict[str, Any],
    demande: Demande | None = None,
) -> bool:
    """Put a mail in the outbox; those of `A_USAGE_UNIQUE` are marked as holding a secret.

    False when one with this key is there already, or when its reader has asked not to receive this genre.
    """
    if not preferences.veut_recevoir(courriel=destinataire, genre=genre):
        return False
    desabonnement = preferences.adresse_de_desabonnement(courriel=destinataire, genre=genre)
    contenu = composer(genre=genre, contexte=contexte | {"desabonnement": desabonnement})
    _, nouveau = Courriel.objects.get_or_create(
        cle=cle[:200],
        defaults={
            "genre": genre,
            "destinataire": destinataire,
            "demande": demande,
            **contenu._asdict(),
            "sensible": genre in A_USAGE_UNIQUE,
        },
    )
    # One wake-up empties the outbox: the second mail of a transaction needs none of its own.
    if nouveau and not any(rappel is reveiller for _, rappel, _ in connection.run_on_commit):
        transaction.on_commit(reveiller)
    return nouveau


def reveiller() -> None:
    """Tell a worker that mails wait; the scheduled sweep does it anyway."""
    with suppress(CourtierInjoignable, OSError):
        current_app.send_task("habilitations.tasks.envoyer_courriels", retry=False, expires=60)


def _triees(adresses: Iterable[str]) -> list[str]:
    return sorted(set(filter(None, adresses)))
