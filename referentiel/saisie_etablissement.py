"""What a person types to find an establishment: its UAI, its SIRET, or words of its name."""

from django.db.models import Q

from referentiel.identifiants import IdentifiantInvalide, normaliser_siret_saisi, normaliser_uai

LONGUEUR_MAXIMALE = 100


def criteres_etablissement(texte: str) -> Q:
    """The establishments that this text designates. Empty: no criterion."""
    texte = texte.strip()[:LONGUEUR_MAXIMALE].replace("\0", "")
    for colonne, normaliser in (("uai", normaliser_uai), ("siret", normaliser_siret_saisi)):
        try:
            return Q(**{colonne: normaliser(texte)})
        except IdentifiantInvalide:
            continue
    criteres = Q()
    for mot in texte.split():
        criteres &= Q(nom__icontains=mot)
    return criteres
