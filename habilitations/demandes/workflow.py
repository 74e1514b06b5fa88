"""The acts on a request: one table. Buttons, checks, mails, tests and the database's trigger all read it.

An act absent from the table does not exist; a person whose quality is not listed may not do it; a state not listed does
not allow it. `de`, `vers` None: the act leaves the state as it is. The conditions that only data can tell (a change
since the reopening, an active habilitation…) are in `habilitations.demandes.actes`, next to what each act does.
"""

from enum import StrEnum
from typing import NamedTuple

from habilitations.models import Demande

BROUILLON, SOUMISE, MODIFICATIONS, VALIDEE, REFUSEE, REVOQUEE, ARCHIVEE = (
    etat.value for etat in Demande.Etat
)


class Qualite(StrEnum):
    """In what quality a person acts on a given request."""

    DEMANDEUR = "demandeur"
    INSTRUCTEUR = "instructeur"
    ADMINISTRATEUR = "administrateur"


class Texte(StrEnum):
    """What the act must say in words."""

    AUCUN = "aucun"
    FACULTATIF = "facultatif"
    MESSAGE = "message"
    MOTIF = "motif"


class Acte(NamedTuple):
    nom: str
    libelle: str
    fait: str  # as the history tells it: « … a soumis la demande »
    de: tuple[str, ...]
    vers: str | None
    qui: tuple[Qualite, ...]
    texte: Texte = Texte.AUCUN
    dangereux: bool = False  # asks for a confirmation


DEM, INS, ADM = Qualite.DEMANDEUR, Qualite.INSTRUCTEUR, Qualite.ADMINISTRATEUR
TOUS_LES_ETATS = (BROUILLON, SOUMISE, MODIFICATIONS, VALIDEE, REFUSEE, REVOQUEE)

# fmt: off
ACTES: tuple[Acte, ...] = (
    Acte("creer", "Créer", "a créé la demande", (), BROUILLON, (DEM,)),
    Acte("soumettre", "Soumettre la demande", "a soumis la demande", (BROUILLON, MODIFICATIONS), SOUMISE, (DEM,)),
    Acte("demander_modifications", "Demander des modifications", "a demandé des modifications",
         (SOUMISE,), MODIFICATIONS, (INS,), Texte.MESSAGE),
    Acte("valider", "Valider", "a validé la demande", (SOUMISE,), VALIDEE, (INS,), Texte.FACULTATIF),
    Acte("refuser", "Refuser", "a refusé la demande", (SOUMISE,), REFUSEE, (INS,), Texte.MOTIF, True),
    Acte("refuser_reouverture", "Refuser les changements", "a refusé les changements demandés",
         (SOUMISE,), VALIDEE, (INS,), Texte.MOTIF, True),
    Acte("revoquer", "Révoquer l'habilitation", "a révoqué l'habilitation",
         (VALIDEE,), REVOQUEE, (INS,), Texte.MOTIF, True),
    Acte("rouvrir", "Modifier l'habilitation", "a rouvert la demande", (VALIDEE,), BROUILLON, (DEM,)),
    Acte("annuler_reouverture", "Abandonner les changements", "a abandonné les changements",
         (BROUILLON, SOUMISE, MODIFICATIONS), VALIDEE, (DEM,), dangereux=True),
    Acte("annuler_reouverture_instructeur", "Annuler la réouverture", "a annulé la réouverture",
         (BROUILLON, SOUMISE, MODIFICATIONS), VALIDEE, (INS,), Texte.MOTIF, True),
    Acte("archiver", "Archiver", "a archivé la demande",
         (BROUILLON, REFUSEE, REVOQUEE), ARCHIVEE, (DEM, INS), dangereux=True),
    Acte("transferer", "Transférer", "a transféré la demande", TOUS_LES_ETATS, None, (DEM, INS, ADM), dangereux=True),
    Acte("prendre_en_charge", "Prendre en charge", "a pris en charge la demande",
         (SOUMISE, MODIFICATIONS), None, (INS,)),
    Acte("rendre", "Rendre la demande", "a rendu la demande à l'équipe", (SOUMISE, MODIFICATIONS), None, (INS,)),
)
# fmt: on

PAR_NOM: dict[str, Acte] = {acte.nom: acte for acte in ACTES}


def possibles(etat: str, qualites: frozenset[Qualite], *, reouverture: bool) -> list[Acte]:
    """The acts that these qualities allow in this state: what a page shows as buttons."""
    return [
        acte
        for acte in ACTES
        if etat in acte.de and qualites & set(acte.qui) and applicable(acte.nom, reouverture=reouverture)
    ]


def applicable(nom: str, *, reouverture: bool) -> bool:
    """A reopened request is not refused nor archived: its changes are, and the habilitation lives on."""
    if nom in {"refuser_reouverture", "annuler_reouverture", "annuler_reouverture_instructeur"}:
        return reouverture
    if nom == "refuser":
        return not reouverture
    return True


def transitions() -> list[tuple[str, str, str]]:
    """(act, from, to): what the database's trigger allows."""
    return [(acte.nom, de, acte.vers) for acte in ACTES if acte.vers is not None for de in acte.de]
