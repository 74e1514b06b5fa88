"""The body of a v2 answer (contract §2): what the scopes show of the student found, and nothing else."""

from referentiel.dossiers import Trouve
from statut_etudiant.api.champs import Categorie, Redaction, Rendu, ordonner
from statut_etudiant.api.perimetre import Porte, vue

REDACTION = Redaction("v2")


def rendre(
    trouve: Trouve, scopes: frozenset[str], *, france_connect: bool = False, redaction: Redaction = REDACTION
) -> Rendu | None:
    """The body, or None when the student does not exist for these scopes: no record of theirs is open."""
    visible = vue(scopes, Porte.V2_FC if france_connect else Porte.V2)
    categories: set[Categorie] = set()
    inscriptions = redaction.dossiers(trouve, visible.dossiers, categories)
    if not inscriptions:
        return None
    corps = redaction.etudiant(trouve, visible.etudiant, categories)
    corps["inscriptions"] = inscriptions
    return Rendu(corps, ordonner(categories))
