"""What `referentiel.droits` asks of whoever knows persons: the module that `settings.GESTION` names."""

from habilitations.comptes.preuve import preuve_exigee
from habilitations.gestionnaires.auteurs import auteurs
from habilitations.gestionnaires.droits import droits
from habilitations.jetons.encarts import encarts

__all__ = ["auteurs", "droits", "encarts", "preuve_exigee"]
