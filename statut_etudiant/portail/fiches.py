"""What no program applies, of each API: what it is for, its legal frame, its producer and partners, whom to ask."""

from typing import NamedTuple

from habilitations.eligibilite import genres
from statut_etudiant.api.perimetre import Porte
from statut_etudiant.portail.contexte import CONTACT, CONTACT_ETABLISSEMENTS


class Voisine(NamedTuple):
    """Another page for who came to the wrong one. `page`: the name of its URL."""

    question: str
    page: str
    lien: str


class Fiche(NamedTuple):
    """`routes`: names of its addresses; `portes`: v3's, then v2's, none for the API that writes; `documents`: those of
    its OpenAPI documents; `sondes`: what is measured of it; `demandeur`: who asks for it, in the eligibility."""

    type: str
    nom: str
    accroche: str
    sert: tuple[str, ...]
    couvre: str
    demandeur: str
    acces: str
    routes: tuple[str, ...]
    portes: tuple[Porte, ...]
    documents: tuple[str, ...]
    sondes: tuple[str, ...]
    partenaires: tuple[str, ...]
    cadre: str
    contact: str
    voisines: tuple[Voisine, ...]
    mots_cles: tuple[str, ...]

    @property
    def page(self) -> str:
        return f"catalogue-{self.type}"


PRODUCTEUR = "Ministère chargé de l'enseignement supérieur"
THEMES = ("Administration", "Particuliers", "Éducation")
CRPA = (
    "Articles L. 114-8 et R. 114-9-7 du code des relations entre le public et l'administration : une administration "
    "demande aux autres, et non à l'usager, ce qu'il lui faut pour instruire une démarche, et rien de plus."
)
_PEU_A_PEU = (
    "Les étudiants inscrits ou admis dans les établissements qui les déclarent, et eux seuls : ne rien trouver ne "
    "prouve pas qu'une personne n'est pas étudiante. D'autres établissements se raccordent peu à peu."
)
_MOTS_DE_LA_LECTURE = (
    "étudiant", "identifiant national", "INE", "inscription", "admission", "établissement", "formation", "université",
    "enseignement supérieur",
)  # fmt: skip

FICHES = (
    Fiche(
        type=genres.LECTURE,
        nom="Lecture par jeton",
        accroche="Vérifiez l'inscription d'un étudiant à partir de son INE ou de son identité.",
        sert=(
            "Instruire une démarche sans demander de certificat de scolarité.",
            "Accepter les usagers qui viennent au guichet ou n'utilisent pas FranceConnect.",
            "Écarter les justificatifs périmés ou falsifiés.",
        ),
        couvre=_PEU_A_PEU,
        demandeur="administration",
        acces="Sur habilitation, avec un jeton",
        routes=("api-v3-ine", "api-v3-identite", "api-v2-etudiants"),
        portes=(Porte.V3, Porte.V2),
        documents=("api-open-api-v3", "api-open-api-v2"),
        sondes=("lecture_ine", "lecture_identite"),
        partenaires=("Renater", "DINUM"),
        cadre=CRPA,
        contact=CONTACT,
        voisines=(
            Voisine(
                "Vos usagers se connectent avec FranceConnect ? Ils n'ont alors rien à saisir.",
                "catalogue-franceconnect",
                "Lecture par FranceConnect",
            ),
            Voisine(
                "Vous appelez déjà cette API dans le bouquet API Particulier ?",
                "migrer",
                "Ce qui est pareil, ce qui diffère",
            ),
        ),
        mots_cles=_MOTS_DE_LA_LECTURE,
    ),
    Fiche(
        type=genres.FRANCE_CONNECT,
        nom="Lecture par FranceConnect",
        accroche="Vérifiez le statut de l'usager connecté à votre téléservice, sans rien lui faire saisir.",
        sert=(
            "Reconnaître l'étudiant dès qu'il se connecte, avec son accord, sans pièce à téléverser.",
            "Répondre en ligne et tout de suite, sans contrôle à la main.",
            "Recevoir des données certifiées à la source, que nul ne peut falsifier.",
        ),
        couvre=_PEU_A_PEU,
        demandeur="administration",
        acces="Sur habilitation, avec le jeton que FranceConnect donne à votre service",
        routes=("api-v3-france-connect", "api-v2-etudiants"),
        portes=(Porte.V3_FC, Porte.V2_FC),
        documents=("api-open-api-france-connect",),
        sondes=("franceconnect",),
        partenaires=("Renater",),
        cadre=f"{CRPA} Une entreprise partenaire de FranceConnect cite le texte qui l'autorise.",
        contact=CONTACT,
        voisines=(
            Voisine(
                "Des usagers se passent de FranceConnect ? Les mêmes données se lisent par INE ou par identité.",
                "catalogue-lecture",
                "Lecture par jeton",
            ),
        ),
        mots_cles=(*_MOTS_DE_LA_LECTURE, "FranceConnect"),
    ),
    Fiche(
        type=genres.ECRITURE,
        nom="Écriture",
        accroche="Déclarez vos étudiants : leurs démarches seront simplifiées dès l'enregistrement.",
        sert=(
            "Déclarer une inscription ou une admission au moment où elle se fait.",
            "Envoyer toute une rentrée en une fois, par lots ou par fichiers.",
            "Corriger et retirer ce que vous avez déclaré.",
        ),
        couvre="Les étudiants que vous déclarez, dans le référentiel que Renater exploite pour le ministère. Eux seuls "
        "n'auront plus à fournir de carte d'étudiant ni de certificat de scolarité dans les services en ligne. "
        "Établissement public ou privé, sous tutelle du ministère ou non : vous pouvez déclarer.",
        demandeur="etablissement",
        acces="Sur habilitation, avec un jeton ; ou par fichiers, sans développement",
        routes=("api-inscription", "api-inscriptions"),
        portes=(),
        documents=("api-open-api-ecriture",),
        sondes=("ecriture",),
        partenaires=("Renater",),
        cadre="Mission de service public de l'établissement ; l'étudiant est informé que son inscription peut être "
        "vérifiée.",
        contact=CONTACT_ETABLISSEMENTS,
        voisines=(
            Voisine(
                "Une à une, par lots ou par fichiers ? Chaque manière, avec ses commandes.",
                "guide-etablissements",
                "Guide des établissements",
            ),
            Voisine(
                "Vous voulez vérifier un statut, et non le déclarer ?",
                "catalogue-lecture",
                "Lecture par jeton",
            ),
        ),
        mots_cles=(
            "université",
            "école",
            "lycée",
            "établissement",
            "écriture",
            "INE",
            "inscription",
            "statut",
            "formation",
            "enseignement supérieur",
            "recherche",
        ),
    ),
)
PAR_TYPE = {fiche.type: fiche for fiche in FICHES}

#: What people most often want, and the scopes that give it.
USAGES = (
    (
        "S'assurer que les usagers d'un téléservice étudient sur votre territoire",
        ("mesri_inscription_etudiant", "mesri_inscription_autre", "mesri_etablissements"),
    ),
    ("Accompagner les étudiants admis, avant que leur inscription soit définitive", ("mesri_admission",)),
)
