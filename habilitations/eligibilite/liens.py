"""Where the questionnaire sends people on."""

from habilitations.ailleurs import ADRESSES
from habilitations.eligibilite.questionnaire import Lien

DOCUMENTATION = Lien("Lire la documentation de l'API", "api-docs")
BAC_A_SABLE = Lien("Les étudiants fictifs du bac à sable", "bac-a-sable")
MON_ESPACE = Lien("Voir mon statut étudiant et qui l'a consulté, avec FranceConnect", "mon-espace")
VERIFIER = Lien("Vérifier un certificat remis par un étudiant", "verifier")
DONNEES = Lien("Comment vos données sont traitées", "donnees-personnelles")
API_PARTICULIER = Lien("Le catalogue d'API Particulier", ADRESSES["api-particulier"])
PARTENAIRES = Lien("Devenir partenaire de FranceConnect", ADRESSES["franceconnect-partenaires"])
LOI = Lien("Article L. 114-8 du code des relations entre le public et l'administration", ADRESSES["crpa"])
