"""What citizens ask: a rectification, an explanation of a consultation, to be told by mail."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from habilitations.forms.compte import FormulaireDeCourriel
from referentiel.models import Etudiant, Inscription
from referentiel.une_fois import une_seule_fois
from statut_etudiant.citoyens import adresses, consultations, contestations, journal, rectifications
from statut_etudiant.citoyens.forms import FormulaireDeContestation, FormulaireDeRectification
from statut_etudiant.citoyens.models import Rectification
from statut_etudiant.citoyens.rectifications import Refus
from statut_etudiant.citoyens.views.garde import nom_pour_l_organisme, page_de_citoyen, rendre


@page_de_citoyen
@require_safe
def mes_demandes(request: HttpRequest, etudiant: Etudiant) -> HttpResponse:
    contexte = {
        "rectifications": rectifications.de(etudiant.pk),
        "contestations": contestations.de(etudiant.pk),
    }
    return rendre(request, "demandes", contexte)


@page_de_citoyen
@require_http_methods(["GET", "HEAD", "POST"])
@une_seule_fois
def rectifier(request: HttpRequest, etudiant: Etudiant) -> HttpResponse:
    siennes = (
        Inscription.objects.filter(etudiant=etudiant, fictif=False)
        .select_related("etablissement")
        .order_by("-date_fin", "-pk")
    )
    if request.method == "POST":
        form = FormulaireDeRectification(request.POST, inscriptions=siennes)
        if form.is_valid():
            try:
                faite = rectifications.demander(
                    etudiant_id=etudiant.pk,
                    objet=form.cleaned_data["objet"],
                    texte=form.cleaned_data["texte"],
                    inscription=form.cleaned_data["inscription"],
                    etablissement=form.cleaned_data["designe"],
                )
            except Refus as refus:
                form.add_error(None, str(refus))
            else:
                messages.success(
                    request,
                    f"Votre demande {faite.numero} est transmise. Une réponse vous est due avant le "
                    f"{faite.echeance:%d/%m/%Y}.",
                )
                return redirect("mes-demandes")
    else:
        numero = _numero(request.GET.get("inscription", ""))
        choisie = siennes.filter(pk=numero).first() if numero is not None else None
        form = FormulaireDeRectification(
            initial={"objet": Rectification.Objet.INSCRIPTION, "inscription": choisie} if choisie else {},
            inscriptions=siennes,
        )
    journal.consigner(request, etudiant_id=etudiant.pk, categories=["inscriptions"])
    return rendre(request, "rectifier", {"form": form})


@page_de_citoyen
@require_http_methods(["GET", "HEAD", "POST"])
@une_seule_fois
def contester(request: HttpRequest, etudiant: Etudiant, echange_id: int) -> HttpResponse:
    consultation = consultations.trouver(etudiant.pk, echange_id)
    if consultation is None or not consultation.contestable:
        raise Http404
    deja = contestations.par_echange(etudiant.pk).get(echange_id)
    if deja is not None:
        messages.info(request, f"Vous avez déjà contesté cette consultation ({deja.numero}).")
        return redirect("mes-demandes")
    form = FormulaireDeContestation(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            faite = contestations.contester(
                etudiant_id=etudiant.pk,
                consultation=consultation,
                texte=form.cleaned_data["texte"],
                nom_communique=nom_pour_l_organisme(etudiant) if form.cleaned_data["avec_mon_nom"] else "",
            )
        except Refus as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(
                request,
                f"Votre question {faite.numero} est transmise. Une réponse vous est due avant le "
                f"{faite.echeance:%d/%m/%Y}.",
            )
            return redirect("mes-demandes")
    journal.consigner(request, etudiant_id=etudiant.pk, categories=["consultations"])
    return rendre(request, "contester", {"form": form, "consultation": consultation})


@page_de_citoyen
@require_http_methods(["GET", "HEAD", "POST"])
def mon_courriel(request: HttpRequest, etudiant: Etudiant) -> HttpResponse:
    form = FormulaireDeCourriel(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            adresses.donner(etudiant_id=etudiant.pk, courriel=form.cleaned_data["courriel"].lower())
        except adresses.TropTot:
            form.add_error(
                "courriel", "Un lien vient de partir. Attendez cinq minutes avant d'en demander un autre."
            )
        else:
            messages.success(
                request,
                "Un lien vous est envoyé : ouvrez-le dans les 24 heures pour confirmer cette adresse.",
            )
            return redirect("mon-courriel")
    return rendre(request, "courriel", {"form": form, "adresse": adresses.de(etudiant.pk)})


@page_de_citoyen
@require_POST
def retirer_mon_courriel(request: HttpRequest, etudiant: Etudiant) -> HttpResponse:
    adresses.retirer(etudiant.pk)
    messages.success(request, "Votre adresse est oubliée : plus aucun message ne vous sera envoyé.")
    return redirect("mon-courriel")


def _numero(texte: str) -> int | None:
    return int(texte) if texte.isascii() and texte.isdecimal() and len(texte) < 19 else None
