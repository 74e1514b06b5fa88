"""The demonstration's requests: what each asks for, and the acts that bring it where it stands."""

from typing import NamedTuple

from habilitations.models import Habilitation
from habilitations.scopes import SCOPES

Type = Habilitation.Type


class ActeJoue(NamedTuple):
    """An act of `habilitations.demandes.actes`; `par` is a person, empty for the applicant."""

    acte: str
    par: str = ""
    texte: str = ""


class Projet(NamedTuple):
    type: str
    demandeur: str
    intitule: str
    description: str
    etapes: tuple[ActeJoue, ...]
    scopes: tuple[str, ...] = ()
    uais: tuple[str, ...] = ()
    fc_client_id: str = ""
    technique: str = ""  # the technical contact, when a person of the demonstration is
    jeton: str = ""  # what is shown of the token, when the project has one
    agents: tuple[str, ...] = ()  # persons who verify at the desk
    cas: str = ""  # the ready-made form that it began with


NADIA = "nadia.olivier"
HELENE, IGOR, JULIE = "helene.ibarra", "igor.jourdan", "julie.kermarrec"
SOUMETTRE = ActeJoue("soumettre")
VALIDEE = (SOUMETTRE, ActeJoue("prendre_en_charge", HELENE), ActeJoue("valider", HELENE))

PROJETS = (
    Projet(
        Type.LECTURE, "malika.abadie", "Carte jeunes régionale",
        "Accorder la carte jeunes aux étudiants sans leur demander de justificatif.",
        VALIDEE, scopes=tuple(SCOPES), jeton="lecture, toutes les données",
        agents=("malika.abadie",),
        cas="pass-sport-culture",
    ),
    Projet(
        Type.LECTURE, "chloe.delorme", "Tarif étudiant à la piscine",
        "Appliquer le tarif étudiant à l'entrée des piscines municipales.",
        VALIDEE, scopes=("mesri_inscription_etudiant",), jeton="lecture, formation initiale seulement",
        agents=("chloe.delorme",),
        technique=NADIA,
        cas="tarifs-sociaux",
    ),
    Projet(
        Type.LECTURE, "denis.etcheverry", "Aides d'urgence aux étudiants",
        "Vérifier qu'une personne est inscrite avant de verser une aide d'urgence.",
        VALIDEE, scopes=("mesri_admissions", "mesri_admission_inscrit", "mesri_admission_commune_etudes"),
        jeton="lecture v3, champ par champ",
        cas="aide-du-ccas",
    ),
    Projet(
        Type.ECRITURE, "farid.guillemot", "Remontée des inscriptions de l'université",
        "Envoyer chaque nuit les inscriptions enregistrées par la scolarité.",
        VALIDEE, uais=("0311384L",), jeton="écriture, Université Toulouse III - Paul Sabatier",
        cas="declarer-des-inscriptions",
    ),
    Projet(
        Type.FRANCE_CONNECT, "elsa.fournel", "Abonnement de mobilité en ligne",
        "Proposer l'abonnement étudiant à la personne connectée par FranceConnect.",
        VALIDEE, scopes=("mesri_inscription_etudiant", "mesri_admission"), fc_client_id="demonstration-mobilite",
        cas="tarif-avec-franceconnect",
    ),
    Projet(
        Type.LECTURE, "bruno.castel", "Abonnement de transport étudiant",
        "Renouveler les abonnements étudiants sans pièce justificative.",
        (*VALIDEE, ActeJoue("rouvrir")), scopes=("mesri_inscription_etudiant", "mesri_inscription_autre"),
        cas="transport",
    ),
    Projet(
        Type.LECTURE, "bruno.castel", "Stationnement résidentiel des étudiants",
        "Accorder la carte de stationnement aux étudiants qui étudient dans la métropole.",
        (), scopes=("mesri_admissions",),
    ),
    Projet(
        Type.LECTURE, "chloe.delorme", "Cantine des apprentis",
        "Appliquer le tarif réduit aux apprentis du supérieur.",
        (SOUMETTRE,), scopes=("mesri_inscription_etudiant",), technique=NADIA,
        cas="cantine-et-quotient",
    ),
    Projet(
        Type.LECTURE, "malika.abadie", "Prime au premier équipement",
        "Verser la prime d'équipement aux étudiants admis en première année.",
        (SOUMETTRE, ActeJoue("prendre_en_charge", IGOR)), scopes=("mesri_admission", "mesri_identite"),
    ),
    Projet(
        Type.LECTURE, "denis.etcheverry", "Logement saisonnier",
        "Vérifier la qualité d'étudiant des candidats aux logements d'été.",
        (SOUMETTRE, ActeJoue("demander_modifications", IGOR, "Précisez le texte qui fonde la demande.")),
        scopes=("mesri_inscription_etudiant", "mesri_identifiant", "mesri_identite", "mesri_etablissements"),
    ),
    Projet(
        Type.LECTURE, "chloe.delorme", "Invitation à la rentrée étudiante",
        "Inviter les étudiants de la ville à la soirée de rentrée.",
        (SOUMETTRE, ActeJoue("refuser", HELENE, "Une invitation n'est pas une démarche prévue par un texte.")),
        scopes=("mesri_admissions",),
    ),
    Projet(
        Type.LECTURE, "bruno.castel", "Vélo en libre-service",
        "Appliquer le tarif étudiant aux vélos en libre-service.",
        (*VALIDEE, ActeJoue("revoquer", JULIE, "Le service est fermé depuis le 30 juin.")),
        scopes=("mesri_inscription_etudiant",),
    ),
    Projet(
        Type.LECTURE, "malika.abadie", "Essai abandonné",
        "Brouillon commencé par erreur.",
        (ActeJoue("archiver"),), scopes=("mesri_admissions",),
    ),
)  # fmt: skip
