"""What the pages below say of the desk."""

from django import template

from habilitations.models import Compte, Habilitation
from statut_etudiant.guichet import agents

register = template.Library()


@register.filter
def guichet_tenu_par(habilitation: Habilitation, compte: Compte) -> bool:
    """Whether this person designates the agents of this habilitation."""
    return agents.habilitations_tenues(compte).filter(pk=habilitation.pk).exists()
