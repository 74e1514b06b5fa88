"""« Erreurs de l'API »: the catalogue that programs read at /api/errors, for people."""

from functools import cache
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from statut_etudiant.api.documentation.catalogue import catalogue
from statut_etudiant.api.documentation.document import extraire
from statut_etudiant.api.documentation.documents import DOCUMENTS, TOUT, Document
from statut_etudiant.portail.saisie import texte


class Erreur(NamedTuple):
    """`ancre`: of the first error with this code. `interfaces`: the documents whose operations give it."""

    ancre: str
    code: str
    statut: int
    titre: str
    detail: str
    quand: str
    que_faire: str
    interfaces: tuple[str, ...]


INTERFACES = tuple(document for document in DOCUMENTS if document is not TOUT)


@cache
def _operations(document: Document) -> frozenset[str]:
    return frozenset(
        operation["operationId"]
        for par_methode in extraire(document)["paths"].values()
        for operation in par_methode.values()
    )


@cache
def erreurs() -> tuple[Erreur, ...]:
    trouvees, ancres = [], set()
    for une in catalogue():
        ancre = slugify(une["code"])
        trouvees.append(
            Erreur(
                ancre if ancre not in ancres else "",
                une["code"],
                une["status"],
                une["title"],
                une["detail"],
                une["when"],
                une["what_to_do"],
                tuple(un.titre for un in INTERFACES if _operations(un) & set(une["operations"])),
            )
        )
        ancres.add(ancre)
    return tuple(trouvees)


def chercher(saisie: str, interface: Document | None) -> list[Erreur]:
    """Those whose code, status or words hold what was typed, as it is read in an answer."""
    cherche = saisie.casefold()
    return [
        une
        for une in erreurs()
        if (interface is None or interface.titre in une.interfaces)
        and cherche in f"{une.code} {une.statut} {une.titre} {une.detail}".casefold()
    ]


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    saisie = texte(request, "q")
    interface = next((un for un in INTERFACES if un.route == texte(request, "interface")), None)
    contexte: dict[str, Any] = {
        "saisie": saisie,
        "interface": interface,
        "interfaces": INTERFACES,
        "erreurs": chercher(saisie, interface),
    }
    return render(request, "portail/erreurs.html", contexte)
