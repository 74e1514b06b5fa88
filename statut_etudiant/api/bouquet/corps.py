"""The body of an answer of the provider door (contract §8): all that is known of the student's records."""

from referentiel.dossiers import Trouve
from statut_etudiant.api.champs import Categorie, Redaction, Rendu, ordonner
from statut_etudiant.api.perimetre import TOUT

REDACTION = Redaction("bouquet")


def rendre(trouve: Trouve, scopes: frozenset[str], *, redaction: Redaction = REDACTION) -> Rendu | None:
    """The body. `scopes` is empty: what the bouquet may show to whom is the bouquet's to decide."""
    categories: set[Categorie] = set()
    inscriptions = redaction.dossiers(trouve, TOUT.dossiers, categories)
    if not inscriptions:
        return None
    corps = redaction.etudiant(trouve, TOUT.etudiant, categories)
    corps["inscriptions"] = inscriptions
    return Rendu(corps, ordonner(categories))
