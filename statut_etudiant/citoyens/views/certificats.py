"""« Mes certificats »: made, seen, extended, withdrawn by the student."""

import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from referentiel.models import Etudiant, Inscription
from referentiel.une_fois import montrable, une_seule_fois
from statut_etudiant.certificats import actes, attestations, champs, cles, feuille
from statut_etudiant.certificats.actes import Refus
from statut_etudiant.certificats.models import Certificat
from statut_etudiant.citoyens import journal
from statut_etudiant.citoyens.forms import FormulaireDeCertificat, FormulaireDeValidite
from statut_etudiant.citoyens.views.garde import page_de_citoyen, rendre

#: What the form's buttons ask for.
ETABLIR, CORRIGER = "etablir", "corriger"


@page_de_citoyen
@require_safe
def mes_certificats(request: HttpRequest, etudiant: Etudiant) -> HttpResponse:
    journal.consigner(request, etudiant_id=etudiant.pk, categories=["certificats"])
    aujourdhui = timezone.localdate()
    contexte = {
        "certificats": [
            {
                "certificat": certificat,
                "champs": [champs.TABLE[champ].libelle for champ in champs.lire_champs(certificat.champs)],
                "en_vigueur": attestations.en_vigueur(certificat),
                "expire": certificat.valable_jusqu_au < aujourdhui,
                "prolongeable": certificat.valable_jusqu_au < actes.dernier_jour(aujourdhui),
            }
            for certificat in actes.les_siens(etudiant.pk)
        ],
        "numerique": cles.ouvertes(),
    }
    return rendre(request, "certificats", contexte)


@page_de_citoyen
@require_http_methods(["GET", "HEAD", "POST"])
@une_seule_fois
def etablir(request: HttpRequest, etudiant: Etudiant) -> HttpResponse:
    """Chosen, previewed, made: the code and the links are shown once."""
    possibles = actes.inscriptions_possibles(etudiant.pk)
    aujourdhui = timezone.localdate()
    options: dict[str, Any] = {
        "inscriptions": Inscription.objects.filter(pk__in=[une.pk for une in possibles])
        .select_related("etudiant", "etablissement")
        .order_by("-date_fin", "-pk"),
        "dernier_jour": actes.dernier_jour(aujourdhui),
    }
    journal.consigner(request, etudiant_id=etudiant.pk, categories=["identite", "inscriptions"])
    if request.method != "POST":
        form = FormulaireDeCertificat(
            initial={
                "valable_jusqu_au": actes.jour_par_defaut(aujourdhui),
                "inscription": _premiere(possibles, aujourdhui),
            },
            **options,
        )
        return rendre(request, "certificat_etablir", {"form": form, "possibles": possibles})
    form = FormulaireDeCertificat(request.POST, **options)
    if not form.is_valid() or request.POST.get("action") == CORRIGER:
        return rendre(request, "certificat_etablir", {"form": form, "possibles": possibles})
    choix = form.cleaned_data
    if request.POST.get("action") != ETABLIR:
        return rendre(request, "certificat_apercu", _apercu(form, aujourdhui))
    try:
        etabli = actes.etablir(
            inscription=choix["inscription"],
            champs=choix["champs"],
            pour_qui=choix["pour_qui"],
            valable_jusqu_au=choix["valable_jusqu_au"],
            partage=choix["partage"],
            pin=choix["pin"],
        )
    except Refus as refus:
        form.add_error(None, str(refus))
        return rendre(request, "certificat_etablir", {"form": form, "possibles": possibles})
    return montrable(rendre(request, "certificat_etabli", _montrer(etabli)))


@page_de_citoyen
@require_http_methods(["GET", "HEAD", "POST"])
def prolonger(request: HttpRequest, etudiant: Etudiant, pk: int) -> HttpResponse:
    certificat = _le_sien(etudiant, pk)
    if certificat.retire_le is not None:
        messages.warning(request, "Ce certificat est retiré : établissez-en un nouveau.")
        return redirect("mes-certificats")
    aujourdhui = timezone.localdate()
    form = FormulaireDeValidite(
        request.POST if request.method == "POST" else None,
        initial={"valable_jusqu_au": actes.jour_par_defaut(aujourdhui)},
        dernier_jour=actes.dernier_jour(aujourdhui),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actes.prolonger(etudiant_id=etudiant.pk, certificat_id=pk, **form.cleaned_data)
        except Refus as refus:
            form.add_error("valable_jusqu_au", str(refus))
        else:
            jusqu_au = form.cleaned_data["valable_jusqu_au"]
            messages.success(
                request, f"Le certificat {certificat.numero} est vérifiable jusqu'au {jusqu_au:%d/%m/%Y}."
            )
            return redirect("mes-certificats")
    return rendre(request, "certificat_prolonger", {"form": form, "certificat": certificat})


@page_de_citoyen
@require_http_methods(["GET", "HEAD", "POST"])
def retirer(request: HttpRequest, etudiant: Etudiant, pk: int) -> HttpResponse:
    certificat = _le_sien(etudiant, pk)
    if request.method == "POST":
        try:
            actes.retirer(etudiant_id=etudiant.pk, certificat_id=pk)
        except Refus as refus:
            messages.info(request, str(refus))
        else:
            messages.success(request, f"Le certificat {certificat.numero} est retiré.")
        return redirect("mes-certificats")
    return rendre(request, "certificat_retirer", {"certificat": certificat})


@page_de_citoyen
@require_safe
def numerique(request: HttpRequest, etudiant: Etudiant, pk: int) -> HttpResponse:
    """The certificate as a signed credential: a file."""
    certificat = _le_sien(etudiant, pk)
    journal.consigner(request, etudiant_id=etudiant.pk, categories=["identite", "inscriptions"])
    try:
        signee = attestations.emettre(certificat)
    except cles.SansCle:
        raise Http404 from None
    except attestations.PlusVrai:
        messages.warning(
            request,
            "Ce certificat n'est plus valable, ou ne correspond plus au référentiel : établissez-en un nouveau.",
        )
        return redirect("mes-certificats")
    response = HttpResponse(signee, content_type=attestations.MEDIA)
    response.headers["Content-Disposition"] = f'attachment; filename="certificat-{certificat.numero}.sd-jwt"'
    return response


def _premiere(possibles: list[Inscription], jour: datetime.date) -> Inscription | None:
    """That of today, rather than one to come."""
    return next((une for une in possibles if une.date_debut <= jour), possibles[0] if possibles else None)


def _apercu(form: FormulaireDeCertificat, jour: datetime.date) -> dict[str, Any]:
    choix = form.cleaned_data
    lue = champs.source(choix["inscription"], etabli_le=jour)
    return {
        "form": form,
        "choix": choix,
        "titre_du_certificat": champs.titre(choix["inscription"].statut),
        "faits": champs.faits(lue, choix["champs"]),
        "reduits": champs.reduits(lue),
    }


def _montrer(etabli: actes.Etabli) -> dict[str, Any]:
    partage = reverse("certificat-partage", args=[etabli.secret]) if etabli.secret else ""
    return {
        "certificat": etabli.certificat,
        "code": etabli.code,
        "adresse": feuille.adresse_de_verification(etabli.code),
        "lien_pdf": feuille.lien(etabli.code, duree=feuille.DUREE_ETUDIANT)[0],
        "partage": settings.ADRESSE_PUBLIQUE + partage if partage else "",
        "numerique": cles.ouvertes(),
    }


def _le_sien(etudiant: Etudiant, pk: int) -> Certificat:
    certificat = actes.le_sien(etudiant.pk, pk)
    if certificat is None:
        raise Http404
    return certificat
