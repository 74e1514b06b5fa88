"""The list of requests, its counters and its export."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from habilitations.comptes.preuve import preuve_exigee
from habilitations.comptes.requete import RequeteConnectee
from habilitations.demandes import filtres, recherche
from habilitations.demandes.delai import Delai, delai
from habilitations.forms.instruction import FiltreANommer, FiltresDesDemandes
from habilitations.models import Demande
from habilitations.views import tableur
from habilitations.views.communs import acteur
from habilitations.views.instruction.garde import lecteurs

PAR_PAGE = 25

COLONNES = (
    ("numero", "Numéro"),
    ("intitule", "Projet"),
    ("organisation", "Organisation"),
    ("etat", "État"),
    ("echeance", "Délai légal"),
)

ENTETES_CSV = (
    "Numéro", "Type", "Intitulé", "Organisation", "SIRET", "Demandeur", "Adresse e-mail", "État", "Réouverture",
    "Prise en charge par", "Soumise le", "Échéance légale", "Jours restants", "Décidée le", "Données", "UAI",
)  # fmt: skip


@lecteurs
@require_safe
def liste(request: RequeteConnectee) -> HttpResponse:
    """Without any filter in the address, those of the last visit come back."""
    en_son_nom = acteur(request).au_nom_de is None
    gardes = filtres.gardes(request.user)
    if not request.GET and en_son_nom and gardes.derniers:
        return redirect(f"{reverse('instruction')}?{gardes.derniers}")
    form = FiltresDesDemandes(request.GET)
    valeurs = form.valeurs()
    if request.GET and en_son_nom:
        filtres.retenir(request.user, form.parametres(recherche=False), derniers=gardes.derniers)
    trouvees = _trouvees(request, valeurs)
    compteurs = recherche.par_etat(trouvees)
    cles = recherche.triees(_de_l_etat(trouvees, valeurs), tri=valeurs["tri"]).values_list("pk", flat=True)
    pages = Paginator(cles, PAR_PAGE)
    # The counters have counted already.
    pages.count = sum(compteurs.values()) if valeurs["etat"] == "tous" else compteurs[valeurs["etat"]]
    page = pages.get_page(request.GET.get("page"))
    return render(
        request,
        "instruction/demandes.html",
        {
            "form": form,
            "valeurs": valeurs,
            "parametres": form.parametres(),
            "gardes": gardes.nommes,
            "form_filtre": FiltreANommer(),
            "page": page,
            "lignes": [(demande, delai_de(demande)) for demande in recherche.lignes(page)],
            "etats": _etats(request.GET, valeurs, compteurs),
            "colonnes": [_colonne(request.GET, nom, libelle, valeurs["tri"]) for nom, libelle in COLONNES],
            "export": _adresse(request.GET, page=None),
            "filtre": any(valeurs[nom] for nom in ("q", "type", "charge", "age", "reouverture")),
        },
    )


@lecteurs
@preuve_exigee
@require_safe
def export(request: RequeteConnectee) -> StreamingHttpResponse:
    """Every request that the list's filters keep, not only the page."""
    valeurs = FiltresDesDemandes(request.GET).valeurs()
    demandes = recherche.triees(_de_l_etat(_trouvees(request, valeurs), valeurs), tri=valeurs["tri"])
    return tableur.csv(
        f"demandes-{timezone.localdate()}.csv", ENTETES_CSV, _lignes(recherche.pour_la_liste(demandes))
    )


def delai_de(demande: Demande) -> Delai | None:
    """The clock runs while the ministry has the request."""
    if demande.etat != Demande.Etat.SOUMISE or demande.soumise_le is None:
        return None
    return delai(demande.soumise_le)


def _trouvees(request: RequeteConnectee, valeurs: dict[str, str]) -> QuerySet[Demande]:
    return recherche.demandes(
        compte=request.user,
        q=valeurs["q"],
        type_=valeurs["type"],
        charge=valeurs["charge"],
        age=valeurs["age"],
        reouverture=valeurs["reouverture"],
    )


def _de_l_etat(trouvees: QuerySet[Demande], valeurs: dict[str, str]) -> QuerySet[Demande]:
    return trouvees if valeurs["etat"] == "tous" else trouvees.filter(etat=valeurs["etat"])


def _etats(
    adresse: QueryDict, valeurs: dict[str, str], compteurs: dict[str, int]
) -> list[tuple[str, int, str, bool]]:
    """(label, how many, address, whether it is the current one), « Toutes » last."""
    choix = [(etat.value, str(etat.label), compteurs[etat.value]) for etat in Demande.Etat]
    choix.append(("tous", "Toutes", sum(compteurs.values())))
    return [
        (libelle, nombre, _adresse(adresse, etat=etat, page=None), etat == valeurs["etat"])
        for etat, libelle, nombre in choix
    ]


def _colonne(adresse: QueryDict, nom: str, libelle: str, tri: str) -> dict[str, str]:
    """A header that sorts: one click up, the next one down."""
    sens = {nom: "ascending", f"-{nom}": "descending"}.get(tri, "")
    return {
        "libelle": libelle,
        "sens": sens,
        "adresse": _adresse(adresse, tri=f"-{nom}" if tri == nom else nom, page=None),
    }


def _adresse(adresse: QueryDict, **changements: str | None) -> str:
    copie = adresse.copy()
    for nom, valeur in changements.items():
        copie.pop(nom, None)
        if valeur is not None:
            copie[nom] = valeur
    return f"?{copie.urlencode()}"


def _lignes(demandes: QuerySet[Any]) -> Iterator[tuple[object, ...]]:
    for demande in demandes.iterator(chunk_size=1000):
        clock = delai_de(demande)
        yield (
            demande.numero,
            demande.get_type_display(),
            demande.intitule,
            demande.organisation.nom,
            demande.organisation.siret,
            str(demande.demandeur),
            demande.demandeur.courriel,
            demande.get_etat_display(),
            "oui" if demande.rouverte else "non",
            str(demande.instructeur or ""),
            tableur.jour(demande.soumise_le),
            clock.echeance.strftime("%d/%m/%Y") if clock else "",
            clock.jours if clock else "",
            tableur.jour(demande.decidee_le),
            ", ".join(demande.scopes),
            ", ".join(demande.uais),
        )
