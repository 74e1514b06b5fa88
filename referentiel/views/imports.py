"""Importing the ministry's lists: a file sent, what it would change, a confirmation, a report."""

import io
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from referentiel.droits import Droits
from referentiel.imports.lecture.erreurs import FichierIllisible
from referentiel.imports.listes import communes, etablissements
from referentiel.imports.listes.base import LIBELLES, BilanDImport, resumer
from referentiel.imports.listes.colonnes import COLONNES
from referentiel.models import FichierAImporter
from referentiel.une_fois import une_seule_fois
from referentiel.views.cadre import page_de_gestion, rendre

MEGAOCTETS = 10
#: A file that nobody confirmed is forgotten.
GARDE = relativedelta(days=1)
DERNIERS = 5


class Liste(NamedTuple):
    importer: Callable[..., BilanDImport]
    titre: str
    retour: str  # name of URL
    colonnes: list[tuple[str, bool]]
    explication: str


def _colonnes(colonnes: Any) -> list[tuple[str, bool]]:
    return [(LIBELLES[colonne.champ], colonne.obligatoire) for colonne in colonnes]


LISTES = {
    FichierAImporter.Objet.ETABLISSEMENTS: Liste(
        etablissements.importer,
        "Importer des établissements",
        "gestion:referentiel_etablissement_changelist",
        _colonnes(COLONNES),
        "Le fichier publié par le ministère convient tel quel, comme un fichier de ces colonnes. Ce qu'il ne dit pas "
        "reste inchangé ; aucun établissement n'est supprimé.",
    ),
    FichierAImporter.Objet.COMMUNES: Liste(
        communes.importer,
        "Importer des communes",
        "gestion:referentiel_commune_changelist",
        _colonnes(communes.COLONNES),
        "Le code officiel géographique est livré avec le service : n'importez que les communes créées, renommées ou "
        "réunies depuis. Une commune réunie à une autre garde son code, avec celui de la nouvelle en « Commune "
        "actuelle » ; aucune n'est supprimée.",
    ),
}


@page_de_gestion(ministere=True)
@require_http_methods(["GET", "HEAD", "POST"])
@une_seule_fois
def envoyer(request: HttpRequest, droits: Droits, objet: str) -> HttpResponse:
    if objet not in LISTES:
        raise Http404
    erreur = ""
    if request.method == "POST":
        fichier = request.FILES.get("fichier")
        if fichier is None:
            erreur = "Choisissez un fichier, puis envoyez-le."
        elif (fichier.size or 0) > MEGAOCTETS << 20:
            erreur = f"Ce fichier dépasse {MEGAOCTETS} Mo."
        else:
            contenu = fichier.read()
            try:
                LISTES[FichierAImporter.Objet(objet)].importer(
                    fichier=io.BytesIO(contenu), auteur=droits.auteur, a_blanc=True
                )
            except FichierIllisible as illisible:
                erreur = illisible.message
            else:
                FichierAImporter.objects.filter(
                    importe_le__isnull=True, depose_le__lt=timezone.now() - GARDE
                ).delete()
                garde = FichierAImporter.objects.create(
                    objet=objet,
                    nom_fichier=(fichier.name or "")[-255:],
                    contenu=contenu,
                    compte_id=droits.compte_id,
                    auteur=droits.auteur,
                )
                return redirect("gestion-import", cle=garde.cle)
    return rendre(
        request,
        "gestion/imports/envoyer.html",
        {
            "liste": LISTES[FichierAImporter.Objet(objet)],
            "erreur": erreur,
            "megaoctets": MEGAOCTETS,
            "derniers": FichierAImporter.objects.filter(objet=objet, importe_le__isnull=False)
            .select_related("compte")
            .defer("contenu")
            .order_by("-importe_le")[:DERNIERS],
        },
        status=400 if erreur else 200,
    )


@page_de_gestion(ministere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def apercu(request: HttpRequest, droits: Droits, cle: UUID) -> HttpResponse:
    """What the file would change, worked out again each time: others import and correct meanwhile."""
    if request.method == "POST":
        return _conclure(request, droits, cle)
    fichier = get_object_or_404(FichierAImporter, cle=cle)
    liste = LISTES[FichierAImporter.Objet(fichier.objet)]
    bilan = fichier.bilan
    if fichier.importe_le is None:
        bilan = resumer(
            liste.importer(fichier=io.BytesIO(fichier.contenu or b""), auteur=droits.auteur, a_blanc=True)
        )
    return rendre(
        request,
        "gestion/imports/apercu.html",
        {
            "fichier": fichier,
            "liste": liste,
            "bilan": bilan,
            "change": bool(bilan["crees"] or bilan["modifies"] or bilan.get("anciens_uai")),
        },
    )


@transaction.atomic
def _conclure(request: HttpRequest, droits: Droits, cle: UUID) -> HttpResponse:
    fichier = get_object_or_404(FichierAImporter.objects.select_for_update(), cle=cle)
    if fichier.importe_le is not None:  # sent twice: once is enough
        return redirect("gestion-import", cle=cle)
    liste = LISTES[FichierAImporter.Objet(fichier.objet)]
    if "abandonner" in request.POST:
        fichier.delete()
        return redirect(liste.retour)
    fait = liste.importer(fichier=io.BytesIO(fichier.contenu or b""), auteur=droits.auteur)
    fichier.bilan = resumer(fait)
    fichier.importe_le = timezone.now()
    fichier.compte_id, fichier.auteur = droits.compte_id, droits.auteur
    fichier.contenu = None
    fichier.save()
    return redirect("gestion-import", cle=cle)
