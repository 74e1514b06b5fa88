"""Who may ask for which habilitation: the first question of « Suis-je éligible ? », and an opinion for each kind.

To add an actor, add an `Acteur`. The pages, the progress and the tests follow.
"""

from typing import NamedTuple

from habilitations.eligibilite.genres import ECRITURE, FRANCE_CONNECT, LECTURE
from habilitations.eligibilite.liens import DONNEES, LOI, MON_ESPACE, VERIFIER
from habilitations.eligibilite.questionnaire import Choix, Reponse

NON, PEUT_ETRE, OUI = Reponse.NON, Reponse.PEUT_ETRE, Reponse.OUI


class Avis(NamedTuple):
    """What an actor may expect of one kind of habilitation, and why."""

    reponse: Reponse
    raison: str


class Acteur(NamedTuple):
    """`choix`: how this actor is offered in the first question, and what comes of it. Then one opinion per kind."""

    choix: Choix
    lecture: Avis
    franceconnect: Avis
    ecriture: Avis

    def avis(self, type_: str) -> Avis:
        return {LECTURE: self.lecture, FRANCE_CONNECT: self.franceconnect, ECRITURE: self.ecriture}[type_]


RESERVE_AU_PUBLIC = Avis(NON, "La lecture par jeton est réservée aux acteurs publics.")
RESERVE_AUX_ETABLISSEMENTS = Avis(NON, "Seuls les établissements déclarent leurs propres étudiants.")
SERVICE_EN_LIGNE = Avis(NON, "Cet accès est donné à un service en ligne, pas à une personne.")
ETABLISSEMENT_QUI_LIT = Avis(
    PEUT_ETRE, "Oui si l'établissement est public et que vous instruisez une démarche de l'usager."
)
ETABLISSEMENT_FRANCE_CONNECT = Avis(
    PEUT_ETRE, "Selon le statut de l'établissement, si votre service en ligne utilise FranceConnect."
)

ACTEURS = (
    Acteur(
        Choix(
            "administration",
            "Une administration ou une collectivité",
            "Ministère, commune, région, opérateur de l'État, organisme de sécurité sociale, acteur public de santé…",
            suite="franceconnect",
            explications=(
                "Vous pouvez demander les seules données nécessaires à l'instruction d'une démarche engagée par "
                "l'usager. La demande devra citer le texte sur lequel votre démarche s'appuie.",
            ),
            liens=(LOI,),
        ),
        lecture=Avis(OUI, "Pour les seules données nécessaires à une démarche de l'usager."),
        franceconnect=Avis(OUI, "Si votre service en ligne utilise FranceConnect."),
        ecriture=RESERVE_AUX_ETABLISSEMENTS,
    ),
    Acteur(
        Choix(
            "etablissement",
            "Un établissement d'enseignement supérieur",
            "Université, grande école, école publique ou privée, sous tutelle ou non du ministère",
            suite="but",
        ),
        lecture=ETABLISSEMENT_QUI_LIT,
        franceconnect=ETABLISSEMENT_FRANCE_CONNECT,
        ecriture=Avis(OUI, "Pour les étudiants que vous inscrivez ou admettez."),
    ),
    Acteur(
        Choix(
            "lycee",
            "Un lycée",
            "Pour ses formations d'enseignement supérieur : BTS, classes préparatoires…",
            suite="but",
        ),
        lecture=ETABLISSEMENT_QUI_LIT,
        franceconnect=ETABLISSEMENT_FRANCE_CONNECT,
        ecriture=Avis(OUI, "Pour les étudiants de vos formations d'enseignement supérieur."),
    ),
    Acteur(
        Choix(
            "entreprise",
            "Une entreprise ou une association",
            "Y compris lorsqu'elle propose des avantages aux étudiants",
            suite="partenaire",
        ),
        lecture=RESERVE_AU_PUBLIC,
        franceconnect=Avis(
            PEUT_ETRE, "Si vous êtes partenaire de FranceConnect et qu'un texte autorise cet usage."
        ),
        ecriture=RESERVE_AUX_ETABLISSEMENTS,
    ),
    Acteur(
        Choix(
            "editeur",
            "Un éditeur de logiciel",
            "Votre logiciel servira à des administrations ou à des établissements",
            suite="clients",
            reponse=NON,
        ),
        lecture=Avis(NON, "Vos clients publics font la demande ; vous intégrez l'API pour eux."),
        franceconnect=Avis(NON, "Le service qui utilise FranceConnect fait la demande."),
        ecriture=Avis(NON, "Les établissements qui utilisent votre logiciel font la demande."),
    ),
    Acteur(
        Choix(
            "etudiant",
            "Un étudiant",
            reponse=NON,
            explications=(
                "L'API ne s'adresse qu'aux services qui instruisent vos démarches : vous n'avez rien à demander pour "
                "qu'ils s'en servent.",
                "Vous pouvez en revanche voir ce qui est enregistré à votre sujet, quelles administrations l'ont "
                "consulté, et pour quelle démarche : connectez-vous avec FranceConnect.",
                "Pour qui n'est pas une administration (banque, bailleur, transporteur), établissez au même endroit un "
                "certificat, que chacun peut vérifier et que vous pouvez retirer.",
                "Une donnée est inexacte ? Demandez-en la rectification au même endroit : votre établissement, qui est "
                "seul à la déclarer, doit vous répondre en un mois.",
            ),
            liens=(MON_ESPACE, DONNEES),
        ),
        lecture=RESERVE_AU_PUBLIC,
        franceconnect=SERVICE_EN_LIGNE,
        ecriture=RESERVE_AUX_ETABLISSEMENTS,
    ),
    Acteur(
        Choix(
            "particulier",
            "Un particulier",
            "Parent, bailleur, employeur…",
            reponse=NON,
            explications=(
                "Ces données ne sont ouvertes ni aux particuliers, ni pour une vérification privée (location, "
                "embauche…). Demandez à la personne concernée un certificat : elle l'établit elle-même, et vous "
                "vérifiez ici, sans compte, qu'il est authentique et toujours vrai.",
                "Si vous êtes ou avez été étudiant, vous pouvez voir, avec FranceConnect, ce qui est enregistré à "
                "votre sujet et quelles administrations l'ont consulté.",
            ),
            liens=(VERIFIER, MON_ESPACE, DONNEES),
        ),
        lecture=RESERVE_AU_PUBLIC,
        franceconnect=SERVICE_EN_LIGNE,
        ecriture=RESERVE_AUX_ETABLISSEMENTS,
    ),
)

PAR_ACTEUR = {acteur.choix.valeur: acteur for acteur in ACTEURS}
#: Those that are organisations, and may begin a request or be told why not.
ORGANISATIONS = ("administration", "etablissement", "lycee", "entreprise", "editeur")
