from statut_etudiant.citoyens.models.adresse import AdresseDeCitoyen
from statut_etudiant.citoyens.models.contestation import Contestation
from statut_etudiant.citoyens.models.rectification import Rectification

__all__ = ["AdresseDeCitoyen", "Contestation", "Rectification"]
