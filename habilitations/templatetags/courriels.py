"""What the mails need beyond Django's own filters, and what pages say of an address."""

from datetime import date, datetime

from django import template
from django.utils.timezone import localtime

from habilitations import adresses
from habilitations.courriels import liens, refus
from habilitations.demandes import delai, non_informe
from habilitations.etablissements import nommer
from habilitations.models import ContactDeDemande, Demande, Evenement
from habilitations.scopes import SCOPES
from referentiel import francais

register = template.Library()


register.filter("liens", liens.lier)


@register.filter
def echeance_legale(soumise_le: datetime) -> date:
    """The last day of the ministry to answer."""
    return delai.echeance(soumise_le)


@register.filter
def libelle_scope(nom: str) -> str:
    scope = SCOPES.get(nom)
    return scope.label if scope else nom


@register.filter
def etablissements(uais: list[str]) -> list[str]:
    """How people call them."""
    return list(nommer(uais).values())


@register.filter
def contact_technique(demande: Demande) -> str:
    """Who receives the token."""
    contact = demande.contacts.filter(role=ContactDeDemande.Role.TECHNIQUE).first()
    return f"{contact.prenom} {contact.nom}, {contact.courriel}" if contact else ""


@register.simple_tag
def premiere_validation(demande: Demande, evenement: Evenement) -> bool:
    """Whether this approval gives a token; that of a change leaves those that there are."""
    return not demande.evenements.filter(acte="valider").exclude(pk=evenement.pk).exists()


@register.simple_tag
def roles_designes(demande: Demande, destinataire: str) -> str:
    """As what the request names this address, of the roles that are told of the approval."""
    tenus = demande.contacts.filter(role__in=non_informe.ROLES, courriel=destinataire).order_by("-role")
    return " et ".join(francais.minuscule(un.get_role_display()) for un in tenus)


@register.simple_tag
def lien_non_informe(demande: Demande, destinataire: str) -> str:
    """Where who is named in this request says that they were not informed."""
    return non_informe.adresse(demande, destinataire)


@register.inclusion_tag("courriels/_avis_d_adresse.html")
def avis_d_adresses(valeur: object) -> dict[str, list[str]]:
    """Why mail to the addresses of this text may not arrive, for who may mend it: {% avis_d_adresses valeur %}.

    `valeur`: an address, or lines of which some are addresses; anything else is said nothing of.
    """
    lignes = (
        [ligne.strip() for ligne in valeur.splitlines()] if isinstance(valeur, str) and "@" in valeur else []
    )
    trouvees = [ligne for ligne in lignes if "@" in ligne and " " not in ligne]
    if not trouvees:
        return {"avis": []}
    refusees = refus.refusees(trouvees)
    avis = []
    for adresse in trouvees:
        if (refusee := refusees.get(adresse.lower())) is not None:
            quand = francais.date(localtime(refusee.constate_le))
            raison = francais.minuscule(refusee.get_source_display())
            avis.append(f"Le courrier n'arrive pas à {adresse} : {raison}, le {quand}.")
        elif doute := adresses.doute(adresse):
            avis.append(doute)
    return {"avis": avis}
