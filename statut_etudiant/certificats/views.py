"""The public pages: checking a certificate, opening a share link, taking a paper, understanding the signed form."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from habilitations.comptes.adresse import adresse_appelant
from habilitations.comptes.verrous import TropDEssais
from statut_etudiant.certificats import attestations, cles, feuille, verification
from statut_etudiant.certificats.forms import FormulaireDeCode, FormulaireDePin


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verifier(request: HttpRequest, code: str = "") -> HttpResponse:
    """A scanned link fills the code in; a button checks it: mail programs and messengers open links by themselves, and
    the student would be told of verifications that nobody made."""
    form = FormulaireDeCode(request.POST or None, initial={"code": code})
    contexte: dict[str, Any] = {"form": form}
    statut = 200
    if request.method == "POST" and form.is_valid():
        try:
            verdict = verification.verifier(
                form.cleaned_data["code"], adresse=_adresse(request), requete=_requete(request)
            )
        except TropDEssais as trop:
            form.add_error(None, f"Trop de codes inconnus ont été essayés depuis cette adresse. {trop.quand}")
            statut = 429
        else:
            contexte |= {"verdict": verdict, "code": form.cleaned_data["code"]}
    return render(request, "certificats/verifier.html", contexte, status=statut)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def partage(request: HttpRequest, secret: str) -> HttpResponse:
    """All that the certificate shows, as it is today; behind its PIN if it has one."""
    adresse = _adresse(request)
    try:
        certificat = verification.partage(secret, adresse=adresse)
    except TropDEssais as trop:
        return render(request, "certificats/lien_inconnu.html", {"quand": trop.quand}, status=429)
    if certificat is None:
        return render(request, "certificats/lien_inconnu.html", status=404)
    form = FormulaireDePin(request.POST if request.method == "POST" else None)
    if not certificat.pin:
        del form.fields["pin"]
    contexte: dict[str, Any] = {"form": form, "avec_pin": bool(certificat.pin)}
    statut = 200
    if request.method == "POST" and form.is_valid():
        try:
            contexte["verdict"] = verification.ouvrir_le_partage(
                certificat,
                pin=form.cleaned_data.get("pin", ""),
                adresse=adresse,
                requete=_requete(request),
            )
        except verification.PinRefuse:
            form.add_error("pin", "Ce n'est pas le code PIN de ce lien.")
        except TropDEssais as trop:
            form.add_error(None, str(trop))
            statut = 429
    return render(request, "certificats/partage.html", contexte, status=statut)


@login_not_required
@never_cache
@require_safe
def pdf(request: HttpRequest, jeton: str) -> HttpResponse:
    """The paper, for who has just made it: by a link that soon stops."""
    try:
        certificat, code = feuille.ouvrir_le_lien(jeton)
        document = feuille.en_pdf(certificat, code)
    except feuille.LienPerime:
        return render(request, "certificats/pdf_perime.html", status=410)
    response = HttpResponse(document, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="certificat-{certificat.numero}.pdf"'
    return response


@login_not_required
@require_safe
def attestation_numerique(request: HttpRequest) -> HttpResponse:
    contexte = {
        "ouverte": cles.ouvertes(),
        "attributs": attestations.description_du_type()["claims"],
        "adresse_des_cles": attestations.CLES,
        "adresse_des_statuts": reverse("certificats-statuts", args=[0]),
    }
    return render(request, "certificats/attestation_numerique.html", contexte)


def _adresse(request: HttpRequest) -> str:
    return adresse_appelant(request) or ""


def _requete(request: HttpRequest) -> str:
    return getattr(request, "identifiant", "")
