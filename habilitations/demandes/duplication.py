"""A new draft with what a request said: for who was refused, or revoked, and tries again without typing all of it."""

from django.db import transaction

from habilitations.acteur import Acteur, Qualite
from habilitations.demandes import actes
from habilitations.demandes.instantane import CHAMPS, CHAMPS_DE_CONTACT
from habilitations.models import ContactDeDemande, Demande
from habilitations.refus import ActeRefuse

DE = (Demande.Etat.REFUSEE, Demande.Etat.REVOQUEE, Demande.Etat.ARCHIVEE)
#: What is always given again: the commitments are for one request.
SAUF = frozenset({"cgu_acceptees", "dpd_informe"})


@transaction.atomic
def dupliquer(*, demande: Demande, acteur: Acteur) -> Demande:
    """The new draft, documents left out: they are joined again. Raises ActeRefuse."""
    if Qualite.DEMANDEUR not in acteur.qualites(demande):
        raise ActeRefuse("Seul le demandeur reprend sa demande.")
    if demande.etat not in DE:
        raise ActeRefuse(
            f"La demande est à l'état « {demande.get_etat_display()} » : elle ne se reprend pas."
        )
    champs = {champ: getattr(demande, champ) for champ in CHAMPS if champ not in SAUF}
    nouvelle = actes.creer(
        acteur=acteur,
        organisation=demande.organisation,
        type_=demande.type,
        **champs | {"acteur_declare": demande.acteur_declare, "cas": demande.cas},
    )
    ContactDeDemande.objects.bulk_create(
        ContactDeDemande(
            demande=nouvelle,
            role=contact.role,
            **{champ: getattr(contact, champ) for champ in CHAMPS_DE_CONTACT},
        )
        for contact in demande.contacts.all()
    )
    return nouvelle
