"""Which personal data the service keeps, why, on which ground, how long, and what becomes of them.

One table: the scheduled task (`habilitations.tasks.conserver`) runs its purges, the public page « Données
personnelles » and the data protection officer's register show it, and a test refuses a model with a person in it that
is not here.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings

from habilitations.comptes import verrous
from habilitations.conservation import purges
from habilitations.gestionnaires import invitations
from referentiel.ecriture import introuvables, naissances
from referentiel.journal import conservation, echanges

MISSION = "Mission d'intérêt public (RGPD, art. 6-1-e)"
OBLIGATION = "Obligation légale (RGPD, art. 6-1-c)"
ECHANGES = f"{OBLIGATION} : CRPA, art. R. 114-9-7"


class Regle(NamedTuple):
    """`modeles`: those that hold the data. `purge`: what the task runs; None: done by itself, as `ensuite` says."""

    titre: str
    modeles: tuple[str, ...]
    donnees: str
    pourquoi: str
    base: str
    duree: str
    ensuite: str
    purge: Callable[[], object] | None = None


class Traitement(NamedTuple):
    """One line of the register of treatments, and the rules of its data."""

    titre: str
    finalite: str
    personnes: str
    regles: tuple[Regle, ...]


def _annees_des_inscriptions() -> str:
    annees = settings.CONSERVATION_INSCRIPTIONS_ANNEES
    return f"{annees} ans après la fin de l'inscription"


def traitements() -> tuple[Traitement, ...]:
    """The register. A function: a duration may be a setting."""
    return (
        Traitement(
            "Référentiel des inscriptions",
            "Savoir qui est inscrit dans l'enseignement supérieur, pour que les administrations n'aient plus à "
            "demander de certificat (CRPA, art. L. 114-8).",
            "Étudiants et admis",
            (
                Regle(
                    "Inscriptions et admissions",
                    ("referentiel.Inscription",),
                    "Établissement, lieu d'études, diplôme préparé, régime, dates",
                    "Répondre aux administrations habilitées",
                    MISSION,
                    _annees_des_inscriptions(),
                    "Supprimées",
                    conservation.purger_les_inscriptions,
                ),
                Regle(
                    "Identité des étudiants",
                    (
                        "referentiel.Etudiant",
                        "referentiel.IneRemplace",
                        "referentiel.DoublonPossible",
                        "referentiel.Verification",
                        "referentiel.Anomalie",
                    ),
                    "INE, nom de naissance, prénoms, sexe, date et lieu de naissance ; ce qui contredit cette identité",
                    "Reconnaître la personne que l'administration demande",
                    MISSION,
                    "Tant qu'une inscription est gardée, puis 12 mois",
                    "Supprimée, avec ce qui la concerne",
                    conservation.purger_les_etudiants,
                ),
                Regle(
                    "Historique du référentiel",
                    ("referentiel.Historique",),
                    "Chaque valeur changée, quand et par qui",
                    "Expliquer et défaire une erreur, répondre à une demande de rectification",
                    MISSION,
                    "36 mois",
                    "Supprimé par tranches scellées",
                    conservation.purger_les_journaux,
                ),
                Regle(
                    "Dépôts des établissements",
                    (
                        "referentiel.Lot",
                        "referentiel.FragmentDeLot",
                        "referentiel.LigneSignalee",
                        "referentiel.ActeDeLot",
                    ),
                    "Contenu des fichiers et des lots, valeurs des lignes signalées, qui a déposé",
                    "Traiter le dépôt et en rendre compte à son expéditeur",
                    MISSION,
                    "7 jours s'il n'y a rien à en dire, 30 jours pour un lot de l'API, un dépôt abandonné ou en échec, "
                    "12 mois sinon ; qui a déposé : 36 mois",
                    "Contenu et valeurs effacés, les comptes restent",
                ),
                Regle(
                    "Essais du jour",
                    ("referentiel.NaissanceEssayee", "referentiel.Introuvables"),
                    "Dates de naissance refusées pour un étudiant, nombre d'étudiants introuvables",
                    "Empêcher que l'on devine une date de naissance ou un INE",
                    MISSION,
                    "Le jour même",
                    "Supprimés",
                    lambda: naissances.oublier() + introuvables.oublier(),
                ),
                Regle(
                    "Listes importées par le ministère",
                    ("referentiel.FichierAImporter",),
                    "Qui a envoyé la liste, et son contenu",
                    "Tenir la liste des établissements et des communes",
                    MISSION,
                    f"{conservation.JOURS_D_UN_FICHIER} jours",
                    "Contenu effacé",
                    conservation.purger_les_fichiers,
                ),
            ),
        ),
        Traitement(
            "Échanges de données",
            "Garder la trace de chaque consultation, à la disposition de la personne concernée.",
            "Étudiants, agents des établissements et du ministère",
            (
                Regle(
                    "Journal des échanges",
                    ("referentiel.Echange",),
                    "Qui, quand, quelles catégories de données, sur qui (identifiant interne) ; jamais leur contenu",
                    "Rendre compte de chaque consultation",
                    ECHANGES,
                    "36 mois ; 12 mois pour une recherche sans résultat",
                    "Partition du mois supprimée",
                    echanges.purger,
                ),
                Regle(
                    "Exports et recherches au journal",
                    ("referentiel.Export", "habilitations.RechercheAuJournal"),
                    "Qui a extrait ou cherché quoi, quand et pourquoi",
                    "Rendre compte des extractions et des recherches",
                    ECHANGES,
                    "36 mois",
                    "Supprimés par tranches scellées",
                ),
                Regle(
                    "Alertes d'usage et suspensions",
                    ("referentiel.Alerte", "habilitations.Suspension", "habilitations.Consommation"),
                    "Volumes anormaux d'un jeton ou d'un agent, comptes d'appels par jour",
                    "Détecter un détournement",
                    MISSION,
                    f"{conservation.MOIS_DES_ALERTES} mois ; comptes d'appels : {purges.MOIS_DE_LA_CONSOMMATION} mois",
                    "Supprimées",
                    lambda: conservation.purger_les_alertes() + purges.purger_la_consommation(),
                ),
                Regle(
                    "Registre des effacements",
                    ("referentiel.Effacement",),
                    "Empreinte à clé de l'INE, motif, qui a décidé",
                    "Effacer de nouveau après la restauration d'une sauvegarde",
                    f"{OBLIGATION} : RGPD, art. 17",
                    "Tant que dure le service",
                    "Gardé : il ne nomme personne",
                ),
            ),
        ),
        Traitement(
            "Demandes et habilitations",
            "Instruire les demandes d'accès et suivre les habilitations.",
            "Agents des administrations, personnes nommées dans une demande",
            (
                Regle(
                    "Demandes",
                    (
                        "habilitations.Demande",
                        "habilitations.ContactDeDemande",
                        "habilitations.Document",
                        "habilitations.Message",
                        "habilitations.Evenement",
                        "habilitations.Redaction",
                        "habilitations.Transfert",
                    ),
                    "Nom, fonction, adresse e-mail, téléphone du demandeur et des contacts ; documents ; messages ; "
                    "historique",
                    "Instruire, puis justifier la décision",
                    MISSION,
                    f"{purges.ANNEES_D_UNE_DEMANDE} ans après la fin de la demande ; brouillon laissé : "
                    f"{purges.MOIS_D_UN_BROUILLON} mois",
                    "Contacts, documents, messages et états successifs du formulaire effacés ; la décision reste",
                    purges.purger_les_demandes,
                ),
                Regle(
                    "Éditeurs et délégations",
                    ("habilitations.Editeur", "habilitations.Delegation"),
                    "Qui a désigné un éditeur, qui lui a délégué une habilitation ou l'a reprise, quand et pourquoi",
                    "Savoir qui pouvait appeler au nom de qui quand une donnée a été consultée",
                    ECHANGES,
                    "Tant que dure le service",
                    "Gardés : ils désignent un compte par son numéro, qui ne dit plus rien une fois le compte fermé",
                ),
                Regle(
                    "Formulaires d'éditeurs et suivi des demandes",
                    ("habilitations.FormulairePret", "habilitations.Accompagnement"),
                    "Ce qu'un éditeur prépare pour ses clients ; quelle demande un éditeur suit, et qui l'a permis",
                    "Aider les administrations à demander, et ne laisser voir que ce qu'elles permettent",
                    MISSION,
                    "Tant que dure le service",
                    "Gardés : ils désignent un compte par son numéro, qui ne dit plus rien une fois le compte fermé",
                ),
                Regle(
                    "Courriels",
                    ("habilitations.Courriel", "habilitations.Desabonnement"),
                    "Adresse, objet et texte des courriels envoyés",
                    "Savoir ce qui a été envoyé, et le renvoyer s'il n'est pas parti",
                    MISSION,
                    f"{purges.MOIS_D_UN_COURRIEL} mois",
                    "Supprimés",
                    purges.purger_les_courriels,
                ),
                Regle(
                    "Adresses refusées",
                    ("habilitations.AdresseRefusee",),
                    "Adresse e-mail à laquelle un courriel n'est pas arrivé, et la réponse du serveur",
                    "Prévenir qui a saisi l'adresse avant qu'un courriel important se perde",
                    MISSION,
                    f"{purges.MOIS_D_UN_COURRIEL} mois après le dernier refus",
                    "Supprimées, et dès qu'un courriel y arrive",
                    purges.purger_les_adresses_refusees,
                ),
                Regle(
                    "Jetons et liens",
                    ("habilitations.LienDeJeton",),
                    "Adresse du contact technique à qui un lien a été envoyé",
                    "Remettre le jeton à la bonne personne",
                    MISSION,
                    f"{purges.MOIS_D_UN_LIEN} mois après la fin du lien",
                    "Adresse effacée",
                    purges.purger_les_liens,
                ),
                Regle(
                    "Raccordement des logiciels",
                    (
                        "habilitations.Webhook",
                        "habilitations.CleApi",
                        "habilitations.Fait",
                        "habilitations.Envoi",
                        "habilitations.Tentative",
                    ),
                    "Qui a créé un webhook ou une clé d'API ; les événements ne disent rien d'aucune personne",
                    "Prévenir les logiciels de l'organisation de ce qui arrive à ses demandes et à ses jetons",
                    MISSION,
                    "Webhook : jusqu'à ce qu'il soit supprimé ; "
                    f"clé d'API : {purges.MOIS_D_UNE_CLE} mois après sa fin ; "
                    f"événements : {purges.MOIS_D_UN_FAIT} mois ; envois et tentatives : {purges.MOIS_D_UN_ENVOI} mois",
                    "Supprimés",
                    purges.purger_les_faits,
                ),
            ),
        ),
        Traitement(
            "Espace des étudiants",
            "Montrer aux personnes ce qui est enregistré à leur sujet et qui l'a consulté, et répondre à leurs "
            "demandes (RGPD, art. 12 à 16 ; CRPA, art. R. 114-9-7).",
            "Étudiants",
            (
                Regle(
                    "Rectifications et contestations",
                    ("citoyens.Rectification", "citoyens.Contestation"),
                    "Demande, réponse, dates, et à qui elle a été adressée",
                    "Répondre à la personne, et pouvoir montrer qu'on lui a répondu",
                    OBLIGATION,
                    "36 mois après la réponse",
                    "Supprimées chaque nuit",
                ),
                Regle(
                    "Certificats",
                    ("certificats.Certificat", "certificats.PlaceRetiree"),
                    "Empreintes, liste des informations montrées, pour qui, dates ; pour une preuve de l'API, la "
                    "réponse chiffrée sous une clé que seul le code du document donne",
                    "Dire à qui vérifie un certificat s'il est authentique et toujours vrai",
                    MISSION,
                    "12 mois après la fin de validité, qui est de 5 ans pour une preuve de l'API",
                    "Supprimés chaque nuit, et avec l'étudiant",
                ),
                Regle(
                    "Adresses des étudiants",
                    ("citoyens.AdresseDeCitoyen",),
                    "Adresse e-mail que la personne a choisi de donner",
                    "La prévenir du premier accès d'un organisme à ses données",
                    "Consentement (RGPD, art. 6-1-a)",
                    "Jusqu'à ce que la personne la retire ; 7 jours si elle n'a pas été prouvée",
                    "Supprimée",
                ),
            ),
        ),
        Traitement(
            "Comptes et accès",
            "Reconnaître les personnes qui utilisent le site et ce qu'elles ont le droit d'y faire.",
            "Agents, gestionnaires d'établissement, agents du ministère",
            (
                Regle(
                    "Comptes",
                    (
                        "habilitations.Compte",
                        "habilitations.Identite",
                        "habilitations.Appareil",
                        "habilitations.CodeDeSecours",
                        "habilitations.Rattachement",
                        "habilitations.Role",
                        "habilitations.Gestionnaire",
                        "habilitations.Filtre",
                    ),
                    "Nom, prénom, adresse e-mail, organisation, rôles, second facteur, filtres gardés",
                    "Ouvrir le service à qui y a droit",
                    MISSION,
                    f"{purges.MOIS_D_UN_COMPTE} mois après la dernière connexion, si plus rien en vigueur n'en dépend",
                    "Nom, adresse et preuves d'identité effacés ; le numéro reste aux journaux",
                    purges.purger_les_comptes,
                ),
                Regle(
                    "Agents du guichet de vérification",
                    ("guichet.Agent",),
                    "Adresse e-mail désignée, compte, qui a désigné et retiré, quand",
                    "Savoir qui pouvait vérifier quand une donnée a été consultée",
                    ECHANGES,
                    "36 mois après la fin de la désignation",
                    "Adresse effacée ; le numéro du compte reste",
                ),
                Regle(
                    "Listes de personnes vérifiées au guichet",
                    ("guichet.Liste", "guichet.LigneDeListe"),
                    "Fichier d'un agent et réponses, chiffrés ; qui l'a envoyé, pour quel dossier, combien de lignes",
                    "Rendre à l'agent son fichier avec les réponses, et savoir combien de personnes il a vérifiées",
                    ECHANGES,
                    "7 jours après la fin pour le contenu, 36 mois pour le reste",
                    "Contenu effacé, puis la liste",
                ),
                Regle(
                    "Journal des accès",
                    ("habilitations.JournalAcces", "admin.LogEntry"),
                    "Connexions, rôles donnés et retirés, incarnations",
                    "Savoir qui avait quel droit quand une donnée a été consultée",
                    ECHANGES,
                    "36 mois",
                    "Supprimé par tranches scellées",
                ),
                Regle(
                    "Abonnés aux nouveautés",
                    ("abonnements.Abonnement",),
                    "Adresse e-mail, date de la demande et de la confirmation",
                    "Envoyer les nouveautés des API à qui les demande",
                    "Consentement (RGPD, art. 6-1-a)",
                    "Jusqu'à ce que la personne se désabonne ; 7 jours si l'adresse n'a pas été confirmée, 30 si les "
                    "courriels n'y arrivent plus",
                    "Supprimée",
                ),
                Regle(
                    "Annonces",
                    ("annonces.Bandeau", "annonces.Maintenance"),
                    "Quel agent du ministère a annoncé quoi, et quand",
                    "Savoir qui a parlé au nom du ministère, ou fermé l'API",
                    MISSION,
                    "36 mois après la fin de l'annonce",
                    "Supprimées chaque nuit",
                ),
                Regle(
                    "Invitations et essais manqués",
                    (
                        "habilitations.Invitation",
                        "habilitations.Verrou",
                        "referentiel.FormulaireEnvoye",
                        "habilitations.SessionOuverte",
                        "sessions.Session",
                    ),
                    "Adresse invitée, nombre d'essais manqués, session ouverte",
                    "Ouvrir un compte, arrêter qui devine un mot de passe",
                    MISSION,
                    "La durée de l'invitation, de l'essai ou de la session",
                    "Supprimés",
                    lambda: (verrous.oublier(), invitations.oublier()),
                ),
            ),
        ),
    )


def regles() -> list[Regle]:
    return [regle for traitement in traitements() for regle in traitement.regles]


def appliquer() -> dict[str, object]:
    """Run every purge; what each did, by the title of its rule. One that fails does not stop the others."""
    faits: dict[str, object] = {}
    for regle in regles():
        if regle.purge is None:
            continue
        try:
            faits[regle.titre] = regle.purge()
        except Exception as erreur:  # noqa: BLE001 (the database's own reasons: a lock, a backup under way)
            faits[regle.titre] = type(erreur).__name__
    return faits
