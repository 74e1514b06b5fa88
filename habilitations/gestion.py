"""What `referentiel.droits` asks of whoever knows persons: the module that `settings.GESTION` names."""

from habilitations.comptes.preuve import preuve_exigee
from habilitations.gestionnaires.auteurs import auteurs
from habilitations.gestionnaires.depots import depot_termine
from habilitations.gestionnaires.droits import droits
from habilitations.jetons.encarts import encarts

__all__ = ["auteurs", "depot_termine", "droits", "encarts", "preuve_exigee"]
