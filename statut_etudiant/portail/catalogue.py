"""« Les API »: a card for each, read from the declarations that the API itself follows.

Who may ask comes from the eligibility, the data from `api.champs` and `api.perimetre`, what is written from the
document of the writing API. Only what no program applies (producer, partners, legal frame) is written here.
"""

from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from habilitations.eligibilite import acteurs, genres
from habilitations.eligibilite.questionnaire import Reponse
from habilitations.scopes import CATALOGUE, SCOPES, Scope
from statut_etudiant.api.champs import CHAMPS, Champ
from statut_etudiant.api.documentation.documents import DOCUMENTS
from statut_etudiant.api.ecriture.schema import ECRITURE as SCHEMAS_D_ECRITURE
from statut_etudiant.api.perimetre import TABLE, Porte
from statut_etudiant.portail import nouveautes
from statut_etudiant.portail.contexte import CONTACT, CONTACT_ETABLISSEMENTS


class Fiche(NamedTuple):
    """What no program applies, of one API. `portes`: v3's, then v2's; none for the API that writes.
    `routes`: names of its addresses; `documents`: those of its OpenAPI documents."""

    type: str
    nom: str
    accroche: str
    sert: tuple[str, ...]
    routes: tuple[str, ...]
    portes: tuple[Porte, ...]
    documents: tuple[str, ...]
    partenaires: tuple[str, ...]
    cadre: str
    contact: str

    @property
    def page(self) -> str:
        return f"catalogue-{self.type}"


CRPA = (
    "Articles L. 114-8 et R. 114-9-7 du code des relations entre le public et l'administration : une administration "
    "demande aux autres, et non à l'usager, ce qu'il lui faut pour instruire une démarche, et rien de plus."
)

FICHES = (
    Fiche(
        genres.LECTURE,
        "Lecture par jeton",
        "Vérifiez l'inscription d'un étudiant à partir de son INE ou de son identité.",
        (
            "Instruire une démarche sans demander de certificat de scolarité.",
            "Accepter les usagers qui viennent au guichet ou n'utilisent pas FranceConnect.",
            "Écarter les justificatifs périmés ou falsifiés.",
        ),
        ("api-v3-ine", "api-v3-identite", "api-v2-etudiants"),
        (Porte.V3, Porte.V2),
        ("api-open-api-v3", "api-open-api-v2"),
        ("Renater", "DINUM"),
        CRPA,
        CONTACT,
    ),
    Fiche(
        genres.FRANCE_CONNECT,
        "Lecture par FranceConnect",
        "Vérifiez le statut de l'usager connecté à votre téléservice, sans rien lui faire saisir.",
        (
            "Reconnaître l'étudiant dès qu'il se connecte, avec son accord.",
            "Répondre en ligne et tout de suite, sans contrôle à la main.",
            "Recevoir des données certifiées à la source.",
        ),
        ("api-v3-france-connect", "api-v2-etudiants"),
        (Porte.V3_FC, Porte.V2_FC),
        ("api-open-api-france-connect",),
        ("Renater",),
        f"{CRPA} Une entreprise partenaire de FranceConnect cite le texte qui l'autorise.",
        CONTACT,
    ),
    Fiche(
        genres.ECRITURE,
        "Écriture",
        "Déclarez vos étudiants : leurs démarches seront simplifiées dès l'enregistrement.",
        (
            "Déclarer une inscription ou une admission au moment où elle se fait.",
            "Envoyer toute une rentrée en une fois, par lots ou par fichiers.",
            "Corriger et retirer ce que vous avez déclaré.",
        ),
        ("api-inscription", "api-inscriptions"),
        (),
        ("api-open-api-ecriture",),
        ("Renater",),
        "Mission de service public de l'établissement ; l'étudiant est informé que son inscription peut être vérifiée.",
        CONTACT_ETABLISSEMENTS,
    ),
)
PAR_TYPE = {fiche.type: fiche for fiche in FICHES}
PRODUCTEUR = "Ministère chargé de l'enseignement supérieur"

USAGES = (
    (
        "S'assurer que les usagers d'un téléservice étudient sur votre territoire",
        ("mesri_inscription_etudiant", "mesri_inscription_autre", "mesri_etablissements"),
    ),
    ("Accompagner les étudiants admis, avant que leur inscription soit définitive", ("mesri_admission",)),
)

_VERSIONS = {Porte.V2: "v2", Porte.V2_FC: "v2", Porte.V3: "v3", Porte.V3_FC: "v3"}
STYLES = {Reponse.OUI: "success", Reponse.PEUT_ETRE: "warning", Reponse.NON: "error"}
VERDICTS = {Reponse.OUI: "Oui", Reponse.PEUT_ETRE: "Sous conditions", Reponse.NON: "Non"}


class Donnee(NamedTuple):
    """A field of the answers: its key at each door of the card, empty where it is not served; what opens it."""

    description: str
    cles: list[str]
    scopes: list[Scope]


class DonneeEcrite(NamedTuple):
    cle: str
    description: str
    obligatoire: bool


def donnees(portes: tuple[Porte, ...]) -> list[Donnee]:
    """The fields that some scope opens at one of these doors."""
    trouvees = []
    for champ in CHAMPS:
        cles = [_cle(champ, porte) for porte in portes]
        if any(cles):
            noms = {
                nom
                for porte, cle in zip(portes, cles, strict=True)
                if cle
                for nom in _ouvrent(champ.donnee, porte)
            }
            forme = next(
                forme
                for porte, cle in zip(portes, cles, strict=True)
                if cle and (forme := getattr(champ, _VERSIONS[porte]))
            )
            scopes = [scope for scope in CATALOGUE if scope.nom in noms]
            trouvees.append(Donnee(str(forme.schema["description"]), cles, scopes))
    return trouvees


def _cle(champ: Champ, porte: Porte) -> str:
    forme = getattr(champ, _VERSIONS[porte])
    return forme.cle if forme is not None and _ouvrent(champ.donnee, porte) else ""


def _ouvrent(donnee: str, porte: Porte) -> list[str]:
    return [ligne.scope for ligne in TABLE if porte in ligne.portes and donnee in ligne.donnees]


@cache
def donnees_ecrites() -> list[DonneeEcrite]:
    schema = SCHEMAS_D_ECRITURE["Enregistrement"]
    return [
        DonneeEcrite(
            cle,
            str(
                propriete.get("description")
                or "Identité : crée l'étudiant quand son INE n'est pas encore connu."
            ),
            cle in schema["required"],
        )
        for cle, propriete in schema["properties"].items()
    ]


def scopes(portes: tuple[Porte, ...]) -> list[Scope]:
    """Those that open something at one of these doors."""
    utiles = {ligne.scope for ligne in TABLE if ligne.portes & set(portes)}
    return [scope for scope in CATALOGUE if scope.nom in utiles]


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    contexte = {"fiches": [(fiche, reverse(fiche.page)) for fiche in FICHES]}
    return render(request, "portail/catalogue.html", contexte)


@login_not_required
@require_safe
def fiche(request: HttpRequest, type_: str) -> HttpResponse:
    une = PAR_TYPE[type_]
    utiles = scopes(une.portes)
    contexte: dict[str, Any] = {
        "fiche": une,
        "chemins": [reverse(route) for route in une.routes],
        "eligibilite": [
            (acteur.choix, avis, VERDICTS[avis.reponse], STYLES[avis.reponse])
            for acteur in acteurs.ACTEURS
            for avis in [acteur.avis(type_)]
        ],
        "versions": [_VERSIONS[porte] for porte in une.portes],
        "donnees": donnees(une.portes),
        "ecrites": donnees_ecrites() if not une.portes else [],
        "populations": [scope for scope in utiles if scope.est_population],
        "masques": [scope for scope in utiles if not scope.est_population],
        "usages": [(usage, [SCOPES[nom].label for nom in noms]) for usage, noms in USAGES],
        "quota": settings.QUOTA_PAR_SECONDE,
        "documents": [document for document in DOCUMENTS if document.route in une.documents],
        "producteur": PRODUCTEUR,
        "mise_a_jour": nouveautes.derniere(type_),
        "france_connect": type_ == genres.FRANCE_CONNECT,
    }
    return render(request, "portail/fiche.html", contexte)
