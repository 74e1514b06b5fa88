"""The public catalogue of errors (contract §7): what each operation may answer, when, and what to do about it.

Read from the document, hence from the tables that the answers themselves are made of.
"""

from functools import cache
from typing import Any

from statut_etudiant.api.documentation.document import generer
from statut_etudiant.api.ecriture import erreurs as erreurs_ecriture
from statut_etudiant.api.situations import SITUATIONS, Situation
from statut_etudiant.api.v2 import erreurs as erreurs_v2
from statut_etudiant.api.v3 import erreurs as erreurs_v3

#: An error, as it is listed: see `documentation.schema.ErreurCataloguee`.
Entree = dict[str, Any]


def catalogue(operation_id: str = "") -> list[Entree]:
    """Each error once, with the operations that give it; those of one operation alone when it is named."""
    tout = _tout()
    if not operation_id:
        return tout
    return [erreur for erreur in tout if operation_id in erreur["operations"]]


def operations() -> frozenset[str]:
    """The names of the operations that have errors."""
    return frozenset(nom for erreur in _tout() for nom in erreur["operations"])


#: What happens to a software editor's token alone.
_D_EDITEUR = frozenset({"sans_delegation", "delegation_a_choisir"})


@cache
def causes(statut: int, *, ecriture: bool, editeur: bool) -> tuple[Situation, ...]:
    """What may have a token's call answered with this status, each cause once. FranceConnect's doors and those of
    the organisations' keys, which no token opens, have none of these."""
    tables: tuple[dict[str, Any], ...] = (
        (erreurs_ecriture.ERREURS,) if ecriture else (erreurs_v3.ERREURS, erreurs_v2.ERREURS)
    )
    noms = (
        erreur.situation
        for table in tables
        for erreur in table.values()
        if erreur.statut == statut
        and not erreur.situation.startswith(("fc_", "cle_"))
        and (editeur or erreur.situation not in _D_EDITEUR)
    )
    return tuple(SITUATIONS[nom] for nom in dict.fromkeys(noms))


@cache
def _tout() -> list[Entree]:
    par_corps: dict[tuple[Any, ...], Entree] = {}
    for par_methode in generer()["paths"].values():
        for operation in par_methode.values():
            for statut, reponse in operation["responses"].items():
                if statut[0] not in "45":
                    continue
                for exemple in _exemples(reponse):
                    entree = _decrire(int(statut), exemple["summary"].partition(" ")[0], exemple["value"])
                    cle = tuple(entree.values())
                    connue = par_corps.setdefault(cle, entree | {"operations": []})
                    connue["operations"].append(operation["operationId"])
    return sorted(par_corps.values(), key=lambda entree: (entree["status"], entree["code"], entree["title"]))


def _exemples(reponse: dict[str, Any]) -> list[dict[str, Any]]:
    """Those whose name is that of a case of the tables: a ping's answer is not an error."""
    return [
        {"summary": nom, **exemple}
        for contenu in reponse.get("content", {}).values()
        for nom, exemple in contenu.get("examples", {}).items()
    ]


def _decrire(statut: int, nom: str, corps: dict[str, Any]) -> Entree:
    situation = _situation(nom)
    if "uid" in corps:
        code, titre, detail = corps["message"], corps["message"], corps["details"].get("explication", "")
    elif "reason" in corps:
        code, titre, detail = corps["reason"], corps["error"], corps["message"]
    else:
        (erreur,) = corps["errors"]
        if isinstance(erreur, str):
            code, titre, detail = str(statut), "", erreur
        else:
            code, titre, detail = erreur["code"], erreur["title"], erreur["detail"]
    return {
        "code": code,
        "status": statut,
        "title": titre,
        "detail": detail,
        "when": situation.quand,
        "what_to_do": situation.que_faire,
    }


def _situation(nom: str) -> Situation:
    """Of a case, by its name in the table of its door. Names that two tables share are the same situation."""
    for table in (erreurs_v3.ERREURS, erreurs_v2.ERREURS, erreurs_ecriture.ERREURS):
        if (erreur := table.get(nom)) is not None:
            return SITUATIONS[erreur.situation]
    return SITUATIONS[nom]
