from habilitations.models.compte import Compte
from habilitations.models.habilitation import Habilitation
from habilitations.models.jeton import Jeton
from habilitations.models.organisation import Organisation

__all__ = ["Compte", "Habilitation", "Jeton", "Organisation"]
