"""Ready-made messages: the words between braces that a message may hold, and what they become for a request."""

import re
from collections.abc import Callable
from typing import NamedTuple

from habilitations.models import Compte, Demande
from habilitations.scopes import SCOPES

MOTIF = re.compile(r"\{([^{}\n]{1,40})\}")


class Variable(NamedTuple):
    nom: str
    explication: str
    valeur: Callable[[Demande, Compte], str]


VARIABLES: tuple[Variable, ...] = (
    Variable("numero", "numéro de la demande", lambda d, c: d.numero),
    Variable("intitule", "intitulé du projet", lambda d, c: d.intitule),
    Variable("organisation", "nom de l'organisation", lambda d, c: d.organisation.nom),
    Variable("siret", "SIRET de l'organisation", lambda d, c: d.organisation.siret),
    Variable("demandeur", "prénom et nom du demandeur", lambda d, c: str(d.demandeur)),
    Variable("instructeur", "prénom et nom de la personne qui décide", lambda d, c: str(c)),
    Variable(
        "donnees",
        "données demandées",
        lambda d, c: ", ".join(SCOPES[s].label if s in SCOPES else s for s in d.scopes) or "aucune",
    ),
    Variable(
        "conservation",
        "durée de conservation demandée",
        lambda d, c: f"{d.conservation_mois} mois" if d.conservation_mois else "non précisée",
    ),
)
PAR_NOM_DE_VARIABLE = {variable.nom: variable for variable in VARIABLES}


def remplir(texte: str, *, demande: Demande, compte: Compte) -> str:
    """The text with its variables replaced; unknown words between braces are left as they are."""

    def valeur(trouve: re.Match[str]) -> str:
        variable = PAR_NOM_DE_VARIABLE.get(trouve[1])
        return variable.valeur(demande, compte) if variable else trouve[0]

    return MOTIF.sub(valeur, texte)


def inconnues(texte: str) -> list[str]:
    return sorted({nom for nom in MOTIF.findall(texte) if nom not in PAR_NOM_DE_VARIABLE})
