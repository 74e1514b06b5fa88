"""A first call to copy, with one's own sandbox token: for a student, or an establishment, that it reaches."""

from habilitations.models import Jeton

#: Which fictitious student each population holds (docs/bac-a-sable.md).
_EXEMPLES = {
    "mesri_inscription_etudiant": "990000101DJ",
    "mesri_admissions": "990000101DJ",
    "mesri_inscription_autre": "990000105DE",
    "mesri_admission": "990000108DB",
}


def commande(jeton: Jeton, valeur: str, *, adresse: str) -> str:
    """One line of shell. Empty when the token reads nobody."""
    if jeton.uais:
        return f"curl --header 'X-API-Key: {valeur}' '{adresse}/api/inscriptions?limite=5'"
    ine = next((ine for scope, ine in _EXEMPLES.items() if scope in jeton.scopes), "")
    if not ine:
        return ""
    return (
        f"curl --header 'Authorization: Bearer {valeur}' "
        f"'{adresse}/v3/mesri/statut_etudiant/ine?ine={ine}&recipient={jeton.organisation.siret}'"
    )
