"""Reading the query parameters of the public pages."""

from django.http import HttpRequest

LONGUEUR_MAXIMALE = 100


def texte(request: HttpRequest, nom: str) -> str:
    """A parameter as the database can take it: printable, short, empty when it is not there."""
    valeur = "".join(signe if signe.isprintable() else " " for signe in request.GET.get(nom, ""))
    return valeur.strip()[:LONGUEUR_MAXIMALE]
