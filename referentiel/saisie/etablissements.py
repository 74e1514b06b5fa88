"""What a person types to find an establishment: its UAI, its SIRET, or words of its name, without case nor accent."""

from django.db.models import F, Func, Q, TextField
from django.db.models.lookups import Contains

from referentiel.identifiants import IdentifiantInvalide, normaliser_siret_saisi, normaliser_uai
from referentiel.noms import normaliser_nom

LONGUEUR_MAXIMALE = 100


def criteres_etablissement(texte: str) -> Q:
    """The establishments that this text designates. Empty when nothing is typed: no criterion."""
    texte = texte.strip()[:LONGUEUR_MAXIMALE].replace("\0", "")
    for colonne, normaliser in (("uai", normaliser_uai), ("siret", normaliser_siret_saisi)):
        try:
            return Q(**{colonne: normaliser(texte)})
        except IdentifiantInvalide:
            continue
    mots = normaliser_nom(texte).split()
    if texte and not mots:  # signs alone, which are in no name
        return Q(pk__in=[])
    criteres = Q()
    for mot in mots:
        criteres &= Q(Contains(_NOM, mot))
    return criteres


_NOM = Func(F("nom"), function="referentiel_cle_nom", output_field=TextField())
