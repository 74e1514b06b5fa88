"""« Je n'étais pas informé »: who is named in a request as data controller or data protection officer says so in one
click, without an account, by the link of the mail that tells them of the approval.

The link names the request, the role and, by a keyed digest, the person: no address is in it, and it speaks for nobody
who was named since in their place. Said once by each; the instructors get a mail, and see it on the request from then
on.
"""

from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

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
        jeton = signing.dumps([demande.pk, contact.role, _empreinte(contact)], salt=_SEL)
        return f"{settings.ADRESSE_PUBLIQUE}/demandes/non-informe/{jeton}"
    return ""


def lire(jeton: str) -> Designation | None:
    """What the link designates; None when it is none of ours, or names nobody any more."""
    try:
        pk, role, empreinte = signing.loads(jeton, salt=_SEL)
    except (signing.BadSignature, ValueError):
        return None
    demande = Demande.objects.select_related("organisation", "instructeur", "demandeur").filter(pk=pk).first()
    if demande is None:
        return None
    for contact in _nommes(demande, role):
        if constant_time_compare(_empreinte(contact), empreinte):
            return Designation(demande, contact, _deja_dit(contact))
    return None


def _nommes(demande: Demande, role: str) -> list[ContactDeDemande]:
    """Whom the request names in this role, and whom the habilitation in force does when a change would name another."""
    nommes = list(demande.contacts.filter(role=role))
    valides = (demande.instantane_valide or {}).get("contacts", {})
    if role in valides:
        nommes.append(ContactDeDemande(role=role, **valides[role]))
    for contact in nommes:
        contact.demande = demande
    return nommes


def _empreinte(contact: ContactDeDemande) -> str:
    """Who it is, for this request and this role."""
    return salted_hmac(_SEL, f"{contact.demande_id}:{contact.role}:{contact.courriel}").hexdigest()[:20]


def _deja_dit(contact: ContactDeDemande) -> bool:
    return Evenement.objects.filter(
        demande=contact.demande_id, acte=ACTE, details__personne=_empreinte(contact)
    ).exists()


@transaction.atomic
def signaler(jeton: str) -> Designation | None:
    """Say it; again is no error and tells nobody twice. None when the link is none of ours."""
    designation = lire(jeton)
    if designation is None:
        return None
    demande = Demande.objects.select_for_update(of=("self",)).get(pk=designation.demande.pk)
    contact = designation.contact
    if _deja_dit(contact):
        return designation._replace(deja_dit=True)
    evenement = Evenement.objects.create(
        demande=demande,
        acte=ACTE,
        acteur_nom=f"{contact.prenom} {contact.nom}, {francais.minuscule(contact.get_role_display())}",
        acteur_role=Qualite.SYSTEME,
        de=demande.etat,
        vers=demande.etat,
        details={"role": contact.role, "personne": _empreinte(contact)},
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
