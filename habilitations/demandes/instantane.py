"""The form of a request as data: taken at submission and approval, restored, compared.

One list of fields, in the order of the form; a field of the form that is not here would be neither frozen nor restored
(a test compares it with the model).
"""

from datetime import date
from typing import Any, NamedTuple

from habilitations.models import ContactDeDemande, Demande, Document

CHAMPS = (
    "demandeur_fonction",
    "demandeur_telephone",
    "intitule",
    "description",
    "date_prevue",
    "volume_annuel",
    "sans_logiciel",
    "scopes",
    "destinataires",
    "conservation_mois",
    "conservation_justification",
    "cadre_nature",
    "cadre_references",
    "cadre_url",
    "fc_numero_habilitation",
    "fc_client_id",
    "uais",
    "logiciel",
    "cgu_acceptees",
    "dpd_informe",
)
CHAMPS_DE_CONTACT = ("nom", "prenom", "fonction", "courriel", "telephone")


class Difference(NamedTuple):
    champ: str
    libelle: str
    avant: Any
    apres: Any


def prendre(demande: Demande) -> dict[str, Any]:
    """Everything that the applicant wrote, as JSON values."""
    champs = {champ: _json(getattr(demande, champ)) for champ in CHAMPS}
    contacts = {
        contact.role: {champ: getattr(contact, champ) for champ in CHAMPS_DE_CONTACT}
        for contact in demande.contacts.order_by("role")
    }
    documents = [
        {"id": document.pk, "genre": document.genre, "nom": document.nom, "sha256": document.sha256}
        for document in demande.documents.joints()
    ]
    return champs | {"contacts": contacts, "documents": documents}


def restaurer(demande: Demande, instantane: dict[str, Any]) -> None:
    """Put the form back as it was. The caller saves the request."""
    for champ in CHAMPS:
        valeur = _lu(instantane, champ)
        if champ == "date_prevue" and valeur:
            valeur = date.fromisoformat(valeur)
        setattr(demande, champ, valeur)
    demande.contacts.all().delete()
    ContactDeDemande.objects.bulk_create(
        ContactDeDemande(demande=demande, role=role, **contact)
        for role, contact in instantane["contacts"].items()
    )
    gardes = [document["id"] for document in instantane["documents"]]
    demande.documents.filter(pk__in=gardes).update(retire_le=None)
    demande.documents.joints().exclude(pk__in=gardes).update(retire_le=demande.modifie_le)


def differences(avant: dict[str, Any], apres: dict[str, Any]) -> list[Difference]:
    """What changed between two snapshots, in the form's order, with the labels that people know."""
    trouvees = []
    for champ in CHAMPS:
        vieux, neuf = _lu(avant, champ), _lu(apres, champ)
        if vieux != neuf:
            libelle = str(Demande._meta.get_field(champ).verbose_name)  # type: ignore[union-attr]
            trouvees.append(Difference(champ, libelle, vieux, neuf))
    for role in ContactDeDemande.Role:
        vieux, neuf = avant["contacts"].get(role.value), apres["contacts"].get(role.value)
        if vieux != neuf:
            trouvees.append(Difference(f"contacts.{role.value}", str(role.label), vieux, neuf))
    for genre in Document.Genre:
        # By content: two files may have the same name.
        vieux, neuf = (
            {d["sha256"]: d["nom"] for d in instantane["documents"] if d["genre"] == genre.value}
            for instantane in (avant, apres)
        )
        if vieux.keys() != neuf.keys():
            trouvees.append(Difference(f"documents.{genre.value}", str(genre.label), vieux, neuf))
    return trouvees


def _lu(instantane: dict[str, Any], champ: str) -> Any:
    """A snapshot that is older than the field says what the field is by default."""
    if champ in instantane:
        return instantane[champ]
    return _json(Demande._meta.get_field(champ).get_default())  # type: ignore[union-attr]


def _json(valeur: Any) -> Any:
    return valeur.isoformat() if isinstance(valeur, date) else valeur
