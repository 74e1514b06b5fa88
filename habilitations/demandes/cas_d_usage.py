"""Ready-made forms by use case: what a request usually says, proposed to who begins one. To add a case, add a `Cas`.

Everything is only proposed: the applicant reads it, changes it and completes it, step by step. Words between square
brackets are for them to replace. What each proposes is checked as what a person types is (a test submits them all).
"""

import re
from typing import Any, NamedTuple

from habilitations.demandes.cadres import TEXTES
from habilitations.eligibilite.genres import ECRITURE, FRANCE_CONNECT, LECTURE
from habilitations.scopes import SCOPES

INITIALE, CONTINUE = "mesri_inscription_etudiant", "mesri_inscription_autre"
ADMISSIONS, LIEUX, INE = "mesri_admission", "mesri_etablissements", "mesri_identifiant"


class Cas(NamedTuple):
    """`pour`: who usually needs it, the heading under which it is offered."""

    nom: str
    pour: str
    libelle: str
    type: str
    intitule: str
    description: str
    scopes: tuple[str, ...] = ()
    destinataires: str = ""
    conservation_mois: int = 0
    cadre_nature: str = ""
    cadre_references: str = ""

    @property
    def champs(self) -> dict[str, Any]:
        """Field of the form → what is proposed; those that it says nothing of are left out."""
        propres = {
            nom: valeur
            for nom, valeur in self._asdict().items()
            if nom not in {"nom", "pour", "libelle", "type"}
        }
        return {nom: list(valeur) if nom == "scopes" else valeur for nom, valeur in propres.items() if valeur}

    @property
    def donnees(self) -> list[str]:
        return [SCOPES[nom].label for nom in self.scopes]

    @property
    def texte(self) -> str:
        """The legal text, as the form calls it."""
        return TEXTES[self.cadre_nature].libelle if self.cadre_nature else ""


COMMUNE, TRANSPORT = "Communes et intercommunalités", "Transports"
VIE, AIDES = "Vie étudiante et logement", "Aides des départements et des régions"
EN_LIGNE, ETABLISSEMENTS = "Services en ligne avec FranceConnect", "Établissements et lycées"

CRPA = TEXTES["crpa"].references
DELIBERATION = "Délibération n° [numéro] du [date], qui fixe [les tarifs ou l'aide] et leurs conditions"

CAS: tuple[Cas, ...] = (
    Cas(
        "tarifs-sociaux",
        COMMUNE,
        "Tarif étudiant d'un service municipal",
        LECTURE,
        "Tarif étudiant des services municipaux",
        "La commune applique un tarif réduit aux étudiants pour [la piscine, le musée, le conservatoire…]. L'agent ou "
        "le service en ligne vérifie que l'usager est étudiant au moment de son inscription, au lieu de lui demander "
        "un certificat de scolarité.",
        (INITIALE,),
        "Agents du service [nom du service], chargés des inscriptions et de la facturation",
        12,
        "deliberation",
        DELIBERATION,
    ),
    Cas(
        "cantine-et-quotient",
        COMMUNE,
        "Restauration et quotient familial",
        LECTURE,
        "Prise en compte des enfants étudiants dans le quotient familial",
        "Le tarif de la restauration scolaire et des accueils de loisirs dépend du quotient familial, qui compte les "
        "enfants étudiants à charge. Le service vérifie qu'ils sont inscrits dans l'enseignement supérieur, au lieu de "
        "demander leur certificat de scolarité à la famille.",
        (INITIALE,),
        "Agents du service de l'éducation chargés du calcul du quotient familial",
        12,
        "deliberation",
        DELIBERATION,
    ),
    Cas(
        "bibliotheque",
        COMMUNE,
        "Inscription à la bibliothèque",
        LECTURE,
        "Inscription gratuite des étudiants à la bibliothèque",
        "L'inscription à la bibliothèque est gratuite, ou à tarif réduit, pour les étudiants inscrits cette année. "
        "L'agent d'accueil le vérifie en inscrivant l'usager, une fois par an.",
        (INITIALE, CONTINUE),
        "Agents d'accueil de la bibliothèque",
        12,
        "deliberation",
        DELIBERATION,
    ),
    Cas(
        "pass-sport-culture",
        COMMUNE,
        "Pass sport, carte jeunes, chèque culture",
        LECTURE,
        "Pass sport des étudiants",
        "La collectivité aide les étudiants inscrits sur son territoire à payer leur adhésion à un club ou une place "
        "de spectacle. Le service vérifie l'inscription et le lieu d'études quand la personne demande le pass.",
        (INITIALE, LIEUX),
        "Agents du service des sports chargés d'attribuer le pass",
        12,
        "deliberation",
        DELIBERATION,
    ),
    Cas(
        "aide-du-ccas",
        COMMUNE,
        "Aide facultative d'un CCAS ou d'un CIAS",
        LECTURE,
        "Aides facultatives aux étudiants en difficulté",
        "Le centre d'action sociale accorde des aides aux étudiants en difficulté de son territoire. Il vérifie leur "
        "inscription et leur lieu d'études en instruisant la demande d'aide.",
        (INITIALE, CONTINUE, LIEUX),
        "Travailleurs sociaux et agents du centre d'action sociale qui instruisent les aides",
        24,
        "casf",
        TEXTES["casf"].references,
    ),
    Cas(
        "transport",
        TRANSPORT,
        "Abonnement étudiant d'un réseau de transport",
        LECTURE,
        "Tarif étudiant du réseau de transport",
        "L'autorité organisatrice propose un abonnement étudiant. La billettique vérifie le statut d'étudiant à la "
        "souscription et au renouvellement, à la place du certificat de scolarité.",
        (INITIALE,),
        "Agents de la billettique et du service client du réseau",
        12,
        "code_transports",
        TEXTES["code_transports"].references,
    ),
    Cas(
        "crous",
        VIE,
        "Bourse, restauration ou logement d'un Crous",
        LECTURE,
        "Instruction des aides aux étudiants",
        "Le Crous instruit les bourses, attribue les logements et ouvre le tarif de restauration selon l'inscription "
        "ou l'admission de l'étudiant et son lieu d'études, qu'il vérifie au dépôt du dossier "
        "puis à chaque rentrée.",
        (INITIALE, CONTINUE, ADMISSIONS, LIEUX, INE),
        "Agents du Crous chargés des bourses, du logement et de la restauration",
        36,
        "code_education",
        "Code de l'éducation, articles L. 822-1 et suivants",
    ),
    Cas(
        "logement",
        VIE,
        "Logement réservé aux étudiants",
        LECTURE,
        "Attribution de logements étudiants",
        "Le bailleur attribue des logements réservés aux étudiants. Il vérifie que le candidat est inscrit, ou admis "
        "pour la prochaine rentrée, à l'attribution puis une fois par an pendant le bail.",
        (INITIALE, ADMISSIONS),
        "Agents chargés de l'attribution et de la gestion locative",
        24,
        "crpa",
        CRPA,
    ),
    Cas(
        "aide-regionale",
        AIDES,
        "Bourse ou aide à la mobilité d'un département ou d'une région",
        LECTURE,
        "Aide à la mobilité des étudiants",
        "La collectivité accorde une bourse ou une aide à la mobilité aux étudiants qui étudient sur son territoire ou "
        "en viennent. Le service vérifie l'inscription et le lieu d'études à l'instruction du dossier.",
        (INITIALE, LIEUX),
        "Agents du service des aides aux étudiants",
        24,
        "deliberation",
        DELIBERATION,
    ),
    Cas(
        "tarif-avec-franceconnect",
        EN_LIGNE,
        "Tarif étudiant d'un service en ligne",
        FRANCE_CONNECT,
        "Tarif étudiant en ligne, avec FranceConnect",
        "L'usager qui demande le tarif étudiant se connecte à notre service avec FranceConnect. Le service vérifie "
        "alors qu'il est inscrit, sans lui demander de document.",
        (INITIALE,),
        "Le service en ligne, et les agents qui répondent aux réclamations",
        12,
        "autre",
        "[Loi, règlement ou délibération qui prévoit ce tarif]",
    ),
    Cas(
        "declarer-des-inscriptions",
        ETABLISSEMENTS,
        "Déclarer les inscriptions d'un établissement",
        ECRITURE,
        "Déclaration des inscriptions et des admissions",
        "Notre logiciel de scolarité déclare au référentiel national les inscriptions et les admissions, au fil de "
        "l'année, pour que nos étudiants n'aient plus à fournir de certificat de scolarité aux administrations.",
    ),
    Cas(
        "declarer-d-un-lycee",
        ETABLISSEMENTS,
        "Déclarer les étudiants d'un lycée (BTS, classes préparatoires)",
        ECRITURE,
        "Déclaration des étudiants de BTS et de classes préparatoires",
        "Le lycée déclare au référentiel national ses étudiants de sections de techniciens supérieurs et de classes "
        "préparatoires, en déposant un fichier à la rentrée puis à chaque changement.",
    ),
)
PAR_NOM = {cas.nom: cas for cas in CAS}

_CROCHETS = re.compile(r"\[[^\]]+\]")
#: What our own texts leave to be replaced; other brackets are the applicant's.
A_REMPLACER = frozenset(
    trouve
    for cas in CAS
    for valeur in cas.champs.values()
    if isinstance(valeur, str)
    for trouve in _CROCHETS.findall(valeur)
)


def a_remplacer(texte: str) -> list[str]:
    """What of a ready-made form is still as it was offered in this text."""
    return [trouve for trouve in _CROCHETS.findall(texte) if trouve in A_REMPLACER]


def par_public() -> dict[str, list[Cas]]:
    """Who it is for → the cases, in the order of the table."""
    trouves: dict[str, list[Cas]] = {}
    for cas in CAS:
        trouves.setdefault(cas.pour, []).append(cas)
    return trouves
