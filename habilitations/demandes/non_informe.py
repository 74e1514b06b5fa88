"""« Je n'étais pas informé »: who is named in a request as data controller or data protection officer says so in one
click, without an account, by the link of the mail that tells them of the approval.

The link names the request and the role, signed: no address is in it. Said once; the instructors get a mail, and see it
on the request from then on.
"""

from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.db import transaction

from habilitations.acteur import Qualite
from habilitations.courriels.annonces import destinataires_des_instructeurs
from habilitations.courriels.boite import ecrire
from habilitations.models import ContactDeDemande, Demande, Evenement
from referentiel import francais

ACTE = "non_informe"
ROLES = (ContactDeDemande.Role.RESPONSABLE_TRAITEMENT, ContactDeDemande.Role.DPD)
_SEL = "non_informe"


class Designation(NamedTuple):
    demande: Demande
    contact: ContactDeDemande
    deja_dit: bool


def adresse(demande: Demande, destinataire: str) -> str:
    """The link for this address; empty when the request does not name it in one of these roles."""
    for contact in demande.contacts.filter(role__in=ROLES, courriel=destinataire).order_by("role"):
        jeton = signing.dumps([demande.pk, contact.role], salt=_SEL)
        return f"{settings.ADRESSE_PUBLIQUE}/demandes/non-informe/{jeton}"
    return ""


def lire(jeton: str) -> Designation | None:
    """What the link designates; None when it is none of ours, or names nobody any more."""
    try:
        pk, role = signing.loads(jeton, salt=_SEL)
    except signing.BadSignature:
        return None
    contact = (
        ContactDeDemande.objects.filter(demande=pk, role=role)
        .select_related("demande__organisation", "demande__instructeur", "demande__demandeur")
        .first()
    )
    if contact is None:
        return None
    deja = Evenement.objects.filter(demande=pk, acte=ACTE, details__role=role).exists()
    return Designation(contact.demande, contact, deja)


@transaction.atomic
def signaler(jeton: str) -> Designation | None:
    """Say it; again is no error and tells nobody twice. None when the link is none of ours."""
    designation = lire(jeton)
    if designation is None:
        return None
    demande = Demande.objects.select_for_update(of=("self",)).get(pk=designation.demande.pk)
    contact = designation.contact
    if Evenement.objects.filter(demande=demande, acte=ACTE, details__role=contact.role).exists():
        return designation._replace(deja_dit=True)
    evenement = Evenement.objects.create(
        demande=demande,
        acte=ACTE,
        acteur_nom=f"{contact.prenom} {contact.nom}, {francais.minuscule(contact.get_role_display())}",
        acteur_role=Qualite.SYSTEME,
        de=demande.etat,
        vers=demande.etat,
        details={"role": contact.role},
    )
    for instructeur in destinataires_des_instructeurs(demande):
        ecrire(
            genre="non_informe",
            destinataire=instructeur,
            cle=f"non_informe:{evenement.pk}:{instructeur}",
            demande=demande,
            contexte={"demande": demande, "contact": contact},
        )
    return designation
