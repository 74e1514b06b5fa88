"""Writing in a draft: field by field, and never over what was written elsewhere meanwhile.

A page says what each of its fields held when it was made (`empreintes`). A field that another page has changed since
is not overwritten: left as it is when this page did not touch it, told as a conflict when both did.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction

from habilitations.acteur import Acteur, Qualite
from habilitations.demandes.completude import etape_du_champ
from habilitations.demandes.instantane import CHAMPS, CHAMPS_DE_CONTACT
from habilitations.models import ContactDeDemande, Demande
from habilitations.parties import noter_redaction
from habilitations.refus import ActeRefuse

ETATS_MODIFIABLES = (Demande.Etat.BROUILLON, Demande.Etat.MODIFICATIONS)

#: Fields whose order means nothing.
ENSEMBLES = frozenset({"scopes", "uais"})

#: The contacts' fields are named `<role>-<field>`, as the form names them.
CHAMPS_DES_CONTACTS = tuple(
    f"{role.value}-{champ}" for role in ContactDeDemande.Role for champ in CHAMPS_DE_CONTACT
)


class Enregistrement(NamedTuple):
    """`conflits`: what the draft holds of the fields changed both here and elsewhere. They were not written.
    `empreintes`: the starting point of the page from now on, of these fields."""

    demande: Demande
    conflits: dict[str, Any]
    empreintes: dict[str, str]


def est_modifiable(demande: Demande, acteur: Acteur) -> bool:
    return demande.etat in ETATS_MODIFIABLES and Qualite.DEMANDEUR in acteur.qualites(demande)


def lire(demande: Demande, champs: Iterable[str]) -> dict[str, Any]:
    """The values of these fields, contacts' included."""
    contacts: dict[str, ContactDeDemande] | None = None
    valeurs = {}
    for champ in champs:
        if champ in CHAMPS:
            valeurs[champ] = getattr(demande, champ)
            continue
        if contacts is None:
            contacts = {contact.role: contact for contact in demande.contacts.all()} if demande.pk else {}
        role, _, nom = champ.partition("-")
        valeurs[champ] = getattr(contacts.get(role), nom, "")
    return valeurs


def empreintes(valeurs: Mapping[str, Any]) -> dict[str, str]:
    """A short digest of each value: enough to tell that it is no longer the same."""
    return {champ: _empreinte(champ, valeur) for champ, valeur in valeurs.items()}


@transaction.atomic
def enregistrer(
    *,
    demande_id: int,
    acteur: Acteur,
    valeurs: Mapping[str, Any],
    depart: Mapping[str, str],
    perdus: Sequence[Mapping[str, Any]] = (),
) -> Enregistrement:
    """Write these values. `depart`: the digests of the page that sends them. `perdus`: values that it sent before, of
    which it had no answer: when the draft holds them, they are its own. Raises ActeRefuse."""
    demande = verrouiller(demande_id=demande_id, acteur=acteur)
    actuelles = lire(demande, valeurs)
    conflits: dict[str, Any] = {}
    a_ecrire: dict[str, Any] = {}
    # Changed elsewhere and not here: the page still shows what it held before, and starts from there.
    laissees: dict[str, str] = {}
    for champ, valeur in valeurs.items():
        neuve, presente = _empreinte(champ, valeur), _empreinte(champ, actuelles[champ])
        if neuve == presente:
            continue
        if depart.get(champ) == presente or any(
            _empreinte(champ, perdu[champ]) == presente for perdu in perdus if champ in perdu
        ):
            a_ecrire[champ] = sorted(valeur) if champ in ENSEMBLES else valeur
        elif depart.get(champ) != neuve:
            conflits[champ] = actuelles[champ]
        else:
            laissees[champ] = neuve
    if a_ecrire:
        _ecrire(demande, a_ecrire)
        noter_redaction(
            demande,
            compte=acteur.compte,
            au_nom_de=acteur.au_nom_de,
            etapes=(etape_du_champ(champ) for champ in a_ecrire),
        )
    return Enregistrement(demande, conflits, empreintes(lire(demande, valeurs)) | laissees)


def verrouiller(*, demande_id: int, acteur: Acteur) -> Demande:
    """The draft, locked for its applicant. Raises ActeRefuse when it is no longer open, or not to this person."""
    demande = (
        Demande.objects.select_for_update(of=("self",))
        .select_related("demandeur", "organisation")
        .get(pk=demande_id)
    )
    if Qualite.DEMANDEUR not in acteur.qualites(demande):
        raise ActeRefuse(f"Seul le demandeur, {demande.demandeur}, modifie cette demande.")
    if demande.etat not in ETATS_MODIFIABLES:
        raise ActeRefuse(
            f"La demande est à l'état « {demande.get_etat_display()} » : elle ne se modifie plus."
        )
    return demande


def _ecrire(demande: Demande, valeurs: dict[str, Any]) -> None:
    champs = [champ for champ in valeurs if champ in CHAMPS]
    for champ in champs:
        setattr(demande, champ, valeurs[champ])
    demande.save(update_fields=[*champs, "modifie_le"])
    contacts: dict[str, dict[str, Any]] = {}
    for champ in valeurs.keys() - set(champs):
        role, _, nom = champ.partition("-")
        contacts.setdefault(role, {})[nom] = valeurs[champ]
    for role, ecrits in contacts.items():
        ContactDeDemande.objects.update_or_create(demande=demande, role=role, defaults=ecrits)


def _empreinte(champ: str, valeur: Any) -> str:
    if champ in ENSEMBLES:
        valeur = sorted(valeur)
    elif isinstance(valeur, date):
        valeur = valeur.isoformat()
    return hashlib.sha256(json.dumps(valeur).encode()).hexdigest()[:12]
