"""What was granted: the habilitations, each leading to the request that it came from."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from habilitations.comptes.preuve import preuve_exigee
from habilitations.comptes.requete import RequeteConnectee
from habilitations.demandes import recherche
from habilitations.forms.instruction import FiltresDesHabilitations
from habilitations.models import Demande, Habilitation, Role
from habilitations.views import tableur
from habilitations.views.instruction.garde import lecteurs

PAR_PAGE = 25

ENTETES_CSV = (
    "Numéro", "Type", "Intitulé", "Organisation", "SIRET", "État", "Validée le", "Révoquée le", "Données", "UAI",
    "Demande",
)  # fmt: skip


@lecteurs
@require_safe
def liste(request: RequeteConnectee) -> HttpResponse:
    form = FiltresDesHabilitations(request.GET)
    valeurs = form.valeurs()
    trouvees = _trouvees(valeurs)
    page = Paginator(trouvees.values_list("pk", flat=True), PAR_PAGE).get_page(request.GET.get("page"))
    recherche.garnir(page, trouvees)
    return render(
        request,
        "instruction/habilitations.html",
        {
            "form": form,
            "page": page,
            "filtre": any(valeurs.values()),
            "revoque": bool(request.user.noms_des_roles & {Role.Nom.INSTRUCTEUR, Role.Nom.RESPONSABLE}),
            "export": f"?{request.GET.urlencode()}",
        },
    )


@lecteurs
@preuve_exigee
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    trouvees = _trouvees(FiltresDesHabilitations(request.GET).valeurs())
    return tableur.csv(f"habilitations-{timezone.localdate()}.csv", ENTETES_CSV, _lignes(trouvees))


def _trouvees(valeurs: dict[str, str]) -> QuerySet[Habilitation]:
    """With the request that leads to each: its own while it is in force, else the one whose approval made it."""
    courante = Demande.objects.filter(habilitation=OuterRef("pk")).order_by("-pk")
    return recherche.habilitations(q=valeurs["q"], type_=valeurs["type"], etat=valeurs["etat"]).annotate(
        demande_id=Subquery(courante.values("pk")[:1]), demande_etat=Subquery(courante.values("etat")[:1])
    )


def _lignes(trouvees: QuerySet[Any]) -> Iterator[tuple[object, ...]]:
    for habilitation in trouvees.iterator(chunk_size=1000):
        yield (
            habilitation.numero,
            habilitation.get_type_display(),
            habilitation.intitule,
            habilitation.organisation.nom,
            habilitation.organisation.siret,
            habilitation.get_etat_display(),
            tableur.jour(habilitation.validee_le),
            tableur.jour(habilitation.revoquee_le),
            ", ".join(habilitation.scopes),
            ", ".join(habilitation.uais),
            f"D{habilitation.demande_id}" if habilitation.demande_id else "",
        )
