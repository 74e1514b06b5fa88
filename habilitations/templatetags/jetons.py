"""The chart of a token's consumption, drawn on the server."""

from typing import Any

from django import template

from habilitations.jetons.consommation import BilanDeConsommation

register = template.Library()

LARGEUR, HAUTEUR, PAS = 732, 160, 12


@register.inclusion_tag("jetons/_histogramme.html")
def histogramme(bilan: BilanDeConsommation) -> dict[str, Any]:
    """One bar a day: answers with data at the bottom, then not found, then refusals."""
    maximum = max(bilan.maximum, 1)
    barres = []
    for rang, journee in enumerate(bilan.journees):
        bas = HAUTEUR
        for classe, appels in (
            ("reussis", journee.reussis),
            ("non-trouves", journee.non_trouves),
            ("refus", journee.refuses + journee.quota + journee.pannes),
        ):
            if appels:
                hauteur = max(1, round(appels / maximum * HAUTEUR))
                bas -= hauteur
                barres.append({"classe": classe, "x": rang * PAS, "y": bas, "hauteur": hauteur})
    return {
        "barres": barres,
        "largeur": LARGEUR,
        "hauteur": HAUTEUR,
        "largeur_barre": PAS - 3,
        "maximum": maximum,
        "debut": bilan.journees[0].jour,
        "fin": bilan.journees[-1].jour,
    }
