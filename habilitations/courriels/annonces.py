"""What each act announces, and to whom: the mails of its declaration, written to the outbox with the act."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.conf import settings

from habilitations.courriels.boite import Contenu, composer, ecrire
from habilitations.models import Compte, ContactDeDemande, Demande, Evenement, Habilitation, Role


class Annonce(NamedTuple):
    """One mail of an act: its template is `templates/courriels/<genre>.txt`."""

    genre: str
    destinataires: Callable[[Evenement], Iterable[str]]


class Apercu(NamedTuple):
    destinataires: list[str]
    contenu: Contenu


def demandeur(evenement: Evenement) -> Iterable[str]:
    return [evenement.demande.demandeur.courriel]


def instructeurs(evenement: Evenement) -> Iterable[str]:
    return (
        Compte.objects.filter(
            is_active=True,
            roles__nom__in=[Role.Nom.INSTRUCTEUR, Role.Nom.RESPONSABLE],
            roles__retire_le__isnull=True,
        )
        .values_list("courriel", flat=True)
        .distinct()
    )


def _contacts(evenement: Evenement, *roles: str) -> Iterable[str]:
    return evenement.demande.contacts.filter(role__in=roles).values_list("courriel", flat=True)


def contact_technique(evenement: Evenement) -> Iterable[str]:
    return _contacts(evenement, ContactDeDemande.Role.TECHNIQUE)


def responsables_du_traitement(evenement: Evenement) -> Iterable[str]:
    return _contacts(evenement, ContactDeDemande.Role.RESPONSABLE_TRAITEMENT, ContactDeDemande.Role.DPD)


def destinataire_du_transfert(evenement: Evenement) -> Iterable[str]:
    return [evenement.demande.transfert.vers.courriel]


def ancien_demandeur(evenement: Evenement) -> Iterable[str]:
    ancien = evenement.demande.transfert.de
    return [ancien.courriel] if ancien.is_active else []


def parties_du_transfert(evenement: Evenement) -> Iterable[str]:
    """Everybody who knows of the proposal, but for who tells it."""
    transfert = evenement.demande.transfert
    connues = {transfert.de, transfert.vers, transfert.propose_par}
    return [compte.courriel for compte in connues if compte.pk != evenement.acteur_id]


def franceconnect(evenement: Evenement) -> Iterable[str]:
    """FranceConnect's partner desk, which opens the scopes on its side: for FranceConnect habilitations only."""
    if evenement.demande.type != Habilitation.Type.FRANCE_CONNECT or not settings.FRANCECONNECT_COURRIEL:
        return []
    return [settings.FRANCECONNECT_COURRIEL]


def annoncer(evenement: Evenement, annonces: Iterable[Annonce]) -> None:
    """Write the mails of an act to the outbox; the caller holds the transaction."""
    for genre, destinataires in annonces:
        for adresse in _triees(destinataires(evenement)):
            ecrire(
                genre=genre,
                destinataire=adresse,
                cle=f"{genre}:evenement-{evenement.pk}:{adresse}",
                demande=evenement.demande,
                contexte={"evenement": evenement, "demande": evenement.demande, "destinataire": adresse},
            )


def apercus(evenement: Evenement, annonces: Iterable[Annonce]) -> list[Apercu]:
    """What `annoncer` would write for this event, which need not be saved; those who would read the same, together.

    A template told that it is an `apercu` shows no link that acts by itself.
    """
    contexte = {"evenement": evenement, "demande": evenement.demande, "apercu": True}
    lecteurs: dict[Contenu, list[str]] = {}
    for genre, destinataires in annonces:
        for adresse in _triees(destinataires(evenement)):
            contenu = composer(genre=genre, contexte=contexte | {"destinataire": adresse})
            lecteurs.setdefault(contenu, []).append(adresse)
    return [Apercu(adresses, contenu) for contenu, adresses in lecteurs.items()]


def destinataires_des_instructeurs(demande: Demande) -> list[str]:
    """The instructor in charge; all of them as long as nobody is."""
    if demande.instructeur is not None:
        return [demande.instructeur.courriel]
    return _triees(instructeurs(Evenement(demande=demande)))


def _triees(adresses: Iterable[str]) -> list[str]:
    return sorted(set(filter(None, adresses)))
