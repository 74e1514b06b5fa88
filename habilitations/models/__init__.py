from habilitations.models.acces import Appareil, CodeDeSecours, Identite, JournalAcces, Verrou
from habilitations.models.cle_api import CleApi
from habilitations.models.compte import Compte
from habilitations.models.courriel import AdresseRefusee, Courriel
from habilitations.models.demande import ContactDeDemande, Demande, Document
from habilitations.models.editeur import Delegation, Editeur
from habilitations.models.filtre import Filtre
from habilitations.models.formulaire_pret import Accompagnement, FormulairePret
from habilitations.models.frequentation import AppelsDuJour, StatistiquesPubliques
from habilitations.models.gestionnaire import Gestionnaire, Invitation
from habilitations.models.habilitation import Habilitation
from habilitations.models.jeton import Jeton
from habilitations.models.lien import Consommation, LienDeJeton
from habilitations.models.organisation import Organisation
from habilitations.models.protection import RechercheAuJournal
from habilitations.models.redaction import Redaction
from habilitations.models.role import Rattachement, Role
from habilitations.models.session import SessionOuverte
from habilitations.models.suivi import Desabonnement, Evenement, Message, ModeleDeMessage
from habilitations.models.suspension import Suspension
from habilitations.models.transfert import Transfert
from habilitations.models.webhook import Envoi, Fait, Tentative, Webhook

__all__ = [
    "Accompagnement",
    "AdresseRefusee",
    "Appareil",
    "AppelsDuJour",
    "CleApi",
    "CodeDeSecours",
    "Compte",
    "Consommation",
    "ContactDeDemande",
    "Courriel",
    "Delegation",
    "Demande",
    "Desabonnement",
    "Document",
    "Editeur",
    "Envoi",
    "Evenement",
    "Fait",
    "Filtre",
    "FormulairePret",
    "Gestionnaire",
    "Habilitation",
    "Identite",
    "Invitation",
    "Jeton",
    "JournalAcces",
    "LienDeJeton",
    "Message",
    "ModeleDeMessage",
    "Organisation",
    "Rattachement",
    "RechercheAuJournal",
    "Redaction",
    "Role",
    "SessionOuverte",
    "StatistiquesPubliques",
    "Suspension",
    "Tentative",
    "Transfert",
    "Verrou",
    "Webhook",
]
