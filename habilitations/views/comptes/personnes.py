"""Administration: people, their roles, their lost telephones."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from habilitations.comptes import fermeture, incarnation, roles, second_facteur
from habilitations.comptes.generations import fermer_les_sessions
from habilitations.comptes.preuve import preuve_exigee
from habilitations.comptes.requete import RequeteConnectee
from habilitations.forms.roles import FormulaireDeMotif, FormulaireDeRecherche, FormulaireDIncarnation
from habilitations.models import Compte, JournalAcces, Role
from habilitations.refus import ActeRefuse
from habilitations.views.communs import acteur, arrivee, exige_role, jamais_incarne
from referentiel import francais

PAR_PAGE = 25
DERNIERS_ACCES = 20

reserve = exige_role(Role.Nom.RESPONSABLE, Role.Nom.ADMINISTRATEUR)
reserve_aux_administrateurs = exige_role(Role.Nom.ADMINISTRATEUR)


@reserve
@never_cache
@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    form = FormulaireDeRecherche(request.GET or {"role": "un"})
    trouves = _chercher(**form.cleaned_data) if form.is_valid() else Compte.objects.none()
    page = Paginator(trouves, PAR_PAGE).get_page(request.GET.get("page"))
    actifs = Role.objects.filter(compte__in=[compte.pk for compte in page], retire_le__isnull=True)
    par_compte: dict[int, list[str]] = {}
    for role in actifs.order_by("nom"):
        par_compte.setdefault(role.compte_id, []).append(role.get_nom_display())
    return render(
        request,
        "habilitations/personnes.html",
        {
            "form": form,
            "page": page,
            "lignes": [(compte, par_compte.get(compte.pk, [])) for compte in page],
        },
    )


def _chercher(*, q: str, role: str) -> QuerySet[Compte]:
    trouves = Compte.objects.all()
    if "\0" in q:
        return trouves.none()
    for mot in q.split():
        trouves = trouves.filter(
            Q(courriel__icontains=mot) | Q(nom__icontains=mot) | Q(prenom__icontains=mot)
        )
    if role:
        actifs = Role.objects.filter(retire_le__isnull=True)
        if role != "un":
            actifs = actifs.filter(nom=role)
        trouves = trouves.filter(pk__in=actifs.values("compte"))
    return trouves.order_by("nom", "prenom", "pk")


@reserve
@never_cache
@require_safe
def personne(request: RequeteConnectee, compte_id: int) -> HttpResponse:
    return _montrer(request, get_object_or_404(Compte, pk=compte_id), FormulaireDIncarnation())


def _montrer(
    request: RequeteConnectee, compte: Compte, form: FormulaireDIncarnation, *, status: int = 200
) -> HttpResponse:
    moi = acteur(request)
    permis = roles.attribuables(moi, compte)
    return render(
        request,
        "habilitations/personne.html",
        {
            "compte": compte,
            "roles": [
                (Role.Nom(nom), nom in compte.noms_des_roles, nom in permis, nom in roles.MOTIVES)
                for nom in Role.Nom.values
            ],
            "rattachements": compte.rattachements.select_related("organisation"),
            "appareil": second_facteur.appareil(compte),
            "acces": JournalAcces.objects.filter(compte=compte)[:DERNIERS_ACCES],
            "form": form,
            "administrateur": Role.Nom.ADMINISTRATEUR in moi.roles,
            "empechement": incarnation.empechement(administrateur=request.user, compte=compte),
        },
        status=status,
    )


@reserve
@jamais_incarne
@preuve_exigee
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def donner(request: HttpRequest, compte_id: int, nom: str) -> HttpResponse:
    """By its button alone, but for a role that opens everything: its page says so and asks why."""
    role, compte = _role(nom), get_object_or_404(Compte, pk=compte_id)
    if nom in roles.MOTIVES and nom in roles.attribuables(acteur(request), compte):
        form = FormulaireDeMotif(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            contexte = {"compte": compte, "role": role, "form": form}
            statut = 422 if form.is_bound else 200
            return render(request, "habilitations/role_donner.html", contexte, status=statut)
        motif = form.cleaned_data["motif"]
    else:
        motif = ""
    if request.method == "POST":
        try:
            roles.donner(acteur=acteur(request), compte_id=compte_id, nom=nom, motif=motif)
        except ActeRefuse as refus:
            messages.error(request, str(refus))
        else:
            messages.success(request, f"{compte} a maintenant le rôle « {role.label} ».")
    return redirect("personne", compte_id)


@reserve
@jamais_incarne
@preuve_exigee
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def retirer(request: HttpRequest, compte_id: int, nom: str) -> HttpResponse:
    role = _role(nom)
    compte = get_object_or_404(Compte, pk=compte_id)
    if request.method != "POST":
        return render(request, "habilitations/role_retirer.html", {"compte": compte, "role": role})
    try:
        roles.retirer(acteur=acteur(request), compte_id=compte_id, nom=nom)
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, f"{compte} n'a plus le rôle « {role.label} ».")
    return redirect("personne", compte_id)


def _role(nom: str) -> Role.Nom:
    if nom not in Role.Nom.values:
        raise Http404
    return Role.Nom(nom)


@reserve_aux_administrateurs
@jamais_incarne
@preuve_exigee
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_facteur_perdu(request: RequeteConnectee, compte_id: int) -> HttpResponse:
    """Removes the second factor of somebody who lost both telephone and recovery codes. Not one's own."""
    compte = get_object_or_404(Compte.objects.exclude(pk=request.user.pk), pk=compte_id)
    if request.method != "POST":
        return render(request, "habilitations/second_facteur_perdu.html", {"compte": compte})
    second_facteur.retirer(compte, auteur=request.user)
    fermer_les_sessions(compte)
    messages.success(request, f"La vérification en deux étapes {francais.de(compte)} est à refaire.")
    return redirect("personne", compte_id)


@reserve_aux_administrateurs
@jamais_incarne
@preuve_exigee
@require_POST
def incarner(request: RequeteConnectee, compte_id: int) -> HttpResponse:
    compte = get_object_or_404(Compte, pk=compte_id)
    form = FormulaireDIncarnation(request.POST)
    if form.is_valid():
        try:
            incarnation.commencer(request, compte=compte, motif=form.cleaned_data["motif"])
        except ActeRefuse as refus:
            form.add_error(None, str(refus))
        else:
            return redirect(arrivee(compte))
    return _montrer(request, compte, form, status=200)


@reserve_aux_administrateurs
@jamais_incarne
@preuve_exigee
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fermer(request: HttpRequest, compte_id: int) -> HttpResponse:
    """Close the account, or open it again: the page asks why."""
    compte = get_object_or_404(Compte, pk=compte_id)
    form = FormulaireDeMotif(request.POST or None)
    raison = fermeture.empechement(acteur(request), compte)
    if request.method == "POST" and form.is_valid():
        accomplir = fermeture.fermer if "fermer" in request.POST else fermeture.rouvrir
        try:
            accomplir(acteur=acteur(request), compte_id=compte_id, motif=form.cleaned_data["motif"])
        except ActeRefuse as refus:
            form.add_error(None, str(refus))
        else:
            fait = "fermé" if accomplir is fermeture.fermer else "rouvert"
            messages.success(request, f"Le compte {francais.de(compte)} est {fait}.")
            return redirect("personne", compte_id)
    return render(
        request, "habilitations/compte_fermer.html", {"compte": compte, "form": form, "empechement": raison}
    )


@require_POST
def redevenir(request: HttpRequest) -> HttpResponse:
    """End the impersonation. Does nothing for somebody who stands in for nobody."""
    compte_id = request.user.pk
    if getattr(request, "au_nom_de", None) is None:
        return redirect("compte")
    incarnation.finir(request)
    messages.success(request, "Vous êtes redevenu vous-même.")
    return redirect("personne", compte_id)
