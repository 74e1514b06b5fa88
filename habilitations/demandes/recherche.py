"""Lists of the instructors: search, filters, sort and counters of requests; search of habilitations.

Everything is a queryset: the page, its counters and its export read the same one.
"""

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, F, Q, QuerySet, Value
from django.utils import timezone

from habilitations.demandes.delai import dernier_jour_de_soumission
from habilitations.models import Compte, Demande, Habilitation, Message, Organisation
from habilitations.models.recherche import Normaliser


class Charge(StrEnum):
    MOI = "moi"
    PERSONNE = "personne"
    AUTRE = "autre"


class Age(StrEnum):
    DEPASSE = "depasse"
    SEMAINE = "7"
    QUINZAINE = "15"
    MOIS = "30"


#: Its habilitation is being changed. Once decided, the request is an ordinary one again.
ROUVERTE = Q(
    instantane_valide__isnull=False,
    etat__in=[Demande.Etat.BROUILLON, Demande.Etat.SOUMISE, Demande.Etat.MODIFICATIONS],
)

TRIS: dict[str, tuple[Any, ...]] = {
    "echeance": (F("soumise_le").asc(nulls_last=True), "id"),
    "-echeance": (F("soumise_le").desc(nulls_last=True), "-id"),
    "numero": ("id",),
    "-numero": ("-id",),
    "intitule": ("intitule", "id"),
    "-intitule": ("-intitule", "-id"),
    "organisation": ("organisation__nom", "id"),
    "-organisation": ("-organisation__nom", "-id"),
    "etat": ("etat", F("soumise_le").asc(nulls_last=True), "id"),
    "-etat": ("-etat", F("soumise_le").asc(nulls_last=True), "id"),
}
TRI = "echeance"


def demandes(
    *,
    compte: Compte,
    q: str = "",
    type_: str = "",
    charge: str = "",
    age: str = "",
    reouverture: str = "",
) -> QuerySet[Demande]:
    """All filters but the state, which the counters are told by."""
    trouvees = Demande.objects.visibles_par(compte)
    if type_:
        trouvees = trouvees.filter(type=type_)
    if charge == Charge.MOI:
        trouvees = trouvees.filter(instructeur=compte)
    elif charge == Charge.PERSONNE:
        trouvees = trouvees.filter(instructeur=None)
    elif charge == Charge.AUTRE:
        trouvees = trouvees.filter(instructeur__isnull=False).exclude(instructeur=compte)
    if age:
        restants = 0 if age == Age.DEPASSE else int(age) + 1
        jour = dernier_jour_de_soumission(jours_restants=restants) + timedelta(days=1)
        avant = timezone.make_aware(datetime.combine(jour, time.min))
        trouvees = trouvees.filter(etat=Demande.Etat.SOUMISE, soumise_le__lt=avant)
    if reouverture:
        trouvees = trouvees.filter(ROUVERTE if reouverture == "oui" else ~ROUVERTE)
    if q := q.strip():
        trouvees = trouvees.filter(_cherchees(q))
    return trouvees


def par_etat(trouvees: QuerySet[Demande]) -> dict[str, int]:
    """How many in each state, every state named."""
    comptees = dict(trouvees.order_by().values_list("etat").annotate(nombre=Count("id")))
    return {etat.value: comptees.get(etat.value, 0) for etat in Demande.Etat}


def triees(trouvees: QuerySet[Demande], *, tri: str) -> QuerySet[Demande]:
    return trouvees.order_by(*TRIS.get(tri, TRIS[TRI]))


def pour_la_liste(trouvees: QuerySet[Demande]) -> QuerySet[Demande]:
    """The columns of the list, without the form's long texts."""
    return (
        trouvees.select_related("organisation", "demandeur", "instructeur")
        .only(
            "type", "etat", "intitule", "soumise_le", "decidee_le", "scopes", "uais",
            "organisation__nom", "organisation__siret",
            "demandeur__nom", "demandeur__prenom", "demandeur__courriel",
            "instructeur__nom", "instructeur__prenom", "instructeur__courriel",
        )
        .annotate(rouverte=ROUVERTE)
    )  # fmt: skip


def garnir(page: Page, lignes: QuerySet[Any]) -> None:
    """Put the rows of a page in the place of their keys: what a row costs is not paid for those that pages skip."""
    par_cle = lignes.in_bulk(list(page))
    page.object_list = [par_cle[cle] for cle in page if cle in par_cle]


def lignes(cles: Iterable[int]) -> list[Demande]:
    """The requests of one page, in its order, with what their applicants wrote and nobody has read yet.

    Apart from the sort, which then carries numbers only, whatever the page.
    """
    cles = list(cles)
    demandes = pour_la_liste(Demande.objects.all()).in_bulk(cles)
    non_lus = dict(
        Message.objects.filter(demande__in=cles, du_ministere=False, lu_le__isnull=True)
        .order_by()
        .values_list("demande")
        .annotate(nombre=Count("pk"))
    )
    for cle, demande in demandes.items():
        demande.non_lus = non_lus.get(cle, 0)
    return [demandes[cle] for cle in cles if cle in demandes]


def habilitations(*, q: str = "", type_: str = "", etat: str = "") -> QuerySet[Habilitation]:
    trouvees = Habilitation.objects.select_related("organisation").order_by("-id")
    if type_:
        trouvees = trouvees.filter(type=type_)
    if etat:
        trouvees = trouvees.filter(etat=etat)
    if q := q.strip():
        if numero := _numero(q, "H"):
            return trouvees.filter(pk=numero)
        trouvees = trouvees.filter(Q(pk__in=_ids_par_texte(Habilitation, q)))
    return trouvees


def _cherchees(q: str) -> Q:
    if numero := _numero(q, "D"):
        return Q(pk=numero)
    if numero := _numero(q, "H"):
        return Q(habilitation=numero)
    demandeurs = Compte.objects.filter(cle_recherche__contains=_forme(q))
    return Q(
        pk__in=_ids_par_texte(Demande, q).union(
            Demande.objects.order_by().filter(demandeur__in=demandeurs.values("pk")).values("pk")
        )
    )


def _ids_par_texte(modele: type[Demande] | type[Habilitation], q: str) -> QuerySet[Any]:
    """By title, or by organisation: name, or the first digits of its SIRET. Each branch has its index."""
    chiffres = re.sub(r"\s", "", q)
    if chiffres.isascii() and chiffres.isdigit() and len(chiffres) >= 3:
        organisations = Organisation.objects.filter(siret__startswith=chiffres)
    else:
        organisations = Organisation.objects.filter(cle_recherche__contains=_forme(q))
    par_titre = modele.objects.order_by().filter(cle_recherche__contains=_forme(q))
    par_organisation = modele.objects.order_by().filter(
        organisation__in=organisations.order_by().values("pk")
    )
    return par_titre.values("pk").union(par_organisation.values("pk"))


def _forme(q: str) -> Normaliser:
    return Normaliser(Value(q))


def _numero(q: str, lettre: str) -> int | None:
    trouve = re.fullmatch(rf"{lettre}\s*0*([0-9]{{1,18}})", q, re.IGNORECASE)
    return int(trouve[1]) if trouve else None
