"""What the mails need beyond Django's own filters, and what pages say of an address."""

from datetime import date, datetime

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localtime

from habilitations import adresses
from habilitations.courriels import refus
from habilitations.demandes import delai, non_informe
from habilitations.models import Demande
from habilitations.scopes import SCOPES

register = template.Library()


@register.filter
def echeance_legale(soumise_le: datetime) -> date:
    """The last day of the ministry to answer."""
    return delai.echeance(soumise_le)


@register.filter
def libelle_scope(nom: str) -> str:
    scope = SCOPES.get(nom)
    return scope.label if scope else nom


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
            quand = date_format(localtime(refusee.constate_le), "j F Y")
            avis.append(
                f"Le courrier n'arrive pas à {adresse} : {refusee.get_source_display().lower()}, le {quand}."
            )
        elif doute := adresses.doute(adresse):
            avis.append(doute)
    return {"avis": avis}
