"""The body of a v3 answer (contract §3): what the scopes show of the student found, and nothing else."""

from referentiel.dossiers import Trouve
from statut_etudiant.api.champs import Categorie, Redaction, Rendu, ordonner
from statut_etudiant.api.perimetre import Porte, vue

REDACTION = Redaction("v3")


def rendre(
    trouve: Trouve, scopes: frozenset[str], *, france_connect: bool = False, redaction: Redaction = REDACTION
) -> Rendu | None:
    """The body, or None when the student does not exist for these scopes: no record of theirs is open."""
    visible = vue(scopes, Porte.V3_FC if france_connect else Porte.V3)
    categories: set[Categorie] = set()
    admissions = redaction.dossiers(trouve, visible.dossiers, categories)
    if not admissions:
        return None
    donnees = redaction.etudiant(trouve, visible.etudiant, categories)
    donnees["admissions"] = admissions
    return Rendu({"data": donnees, "links": {}, "meta": {}}, ordonner(categories))
