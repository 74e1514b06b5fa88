"""The establishment's own records: `GET` and `POST /api/inscriptions`, `DELETE /api/inscription/{id}`.

Reading them back gives an establishment what it sent itself: no data passes from one administration to another, so
that the exchange journal (CRPA art. R. 114-9-7) has nothing to record.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django_filters import ChoiceFilter, FilterSet
from rest_framework.request import Request

from referentiel.ecriture.retrait import retirer
from referentiel.identifiants import normaliser_ine, normaliser_uai
from referentiel.models import Etablissement, Inscription
from referentiel.nomenclatures import Regime, Statut
from statut_etudiant.api.ecriture.lots import CorpsJson, CorpsNdjson, deposer_en_lot
from statut_etudiant.api.ecriture.vue import EcritureRefusee, VueEcriture
from statut_etudiant.api.filtres import (
    FiltreCode,
    FiltreInstant,
    FiltreJour,
    FiltreRefuse,
    curseur_refuse,
    entier,
    filtrer,
    lire_limite,
)

_PAGINATION = frozenset({"curseur", "limite"})


class FiltreInscriptions(FilterSet):
    ine = FiltreCode("etudiant__ine", normaliser=normaliser_ine, label="INE de l'étudiant.")
    uai = FiltreCode(
        "etablissement__uai", normaliser=normaliser_uai, label="UAI d'un établissement du jeton."
    )
    statut = ChoiceFilter(choices=Statut, label="Statut.")
    regime = ChoiceFilter(choices=Regime, label="Code du régime, RF1 à RF7.")
    dateDebutDepuis = FiltreJour(
        "date_debut", lookup_expr="gte", label="Inscriptions qui commencent à cette date ou après."
    )
    dateDebutJusqua = FiltreJour(
        "date_debut", lookup_expr="lte", label="Inscriptions qui commencent à cette date ou avant."
    )
    modifieDepuis = FiltreInstant(
        "modifie_le", lookup_expr="gte", label="Inscriptions créées ou modifiées depuis cet instant."
    )

    class Meta:
        model = Inscription
        fields: list[str] = []


_COLONNES = {
    "id": "id_inscription",
    "etudiant__ine": "ine",
    "etudiant__date_naissance": "dateNaissance",
    "etablissement__uai": "uai",
    "date_debut": "dateDebutInscription",
    "date_fin": "dateFinInscription",
    "statut": "statut",
    "regime": "regime",
    "code_commune": "codeCommune",
    "cursus": "cursus",
    "diplome": "diplome",
    "niveau_diplome": "niveauDiplome",
    "source": "source",
    "cree_le": "creeeLe",
    "modifie_le": "modifieeLe",
    "confirmee_le": "confirmeeLe",
}


class Inscriptions(VueEcriture):
    """Les inscriptions de l'établissement : les lister, en déclarer beaucoup à la fois."""

    parser_classes = [CorpsJson, CorpsNdjson]

    def get(self, request: Request) -> HttpResponse:
        limite, curseur, recherchees = self._lire(request)
        ids = _page(recherchees, self._etablissements(request), apres=curseur, nombre=limite + 1)
        corps: dict[str, Any] = {"inscriptions": _decrire(ids[:limite])}
        if len(ids) > limite:
            corps["suivant"] = str(ids[limite - 1])
        return self.repondre(200, corps)

    def post(self, request: Request) -> HttpResponse:
        return deposer_en_lot(self, request)

    def _lire(self, request: Request) -> tuple[int, int | None, QuerySet[Inscription]]:
        parametres = request.query_params
        try:
            recherchees = filtrer(
                FiltreInscriptions,
                parametres,
                Inscription.objects.filter(fictif=self.ouverture.fictif),
                autres=_PAGINATION,
            )
            return lire_limite(parametres), _lire_curseur(parametres), recherchees
        except FiltreRefuse as refus:
            raise EcritureRefusee("parametre", parametre=refus.parametre, explication=refus.message) from None

    def _etablissements(self, request: Request) -> list[int]:
        demande = request.query_params.get("uai", "").strip().upper()
        if demande and demande not in self.uais:
            raise EcritureRefusee(
                "acces", parametre="uai", explication="Le jeton n'écrit pas pour cet établissement."
            )
        etablissements = Etablissement.objects.filter(uai__in=self.uais, fictif=self.ouverture.fictif)
        return list(etablissements.values_list("id", flat=True))


class InscriptionDeposee(VueEcriture):
    """Retirer une inscription déclarée par erreur."""

    def delete(self, request: Request, id_inscription: str) -> HttpResponse:
        id_ = entier(id_inscription)
        retiree = id_ is not None and retirer(
            inscription_id=id_, uais=self.uais, fictif=self.ouverture.fictif, auteur=self.auteur
        )
        if not retiree:
            # Alike for what does not exist and for what is another's.
            raise EcritureRefusee("inscription", parametre="id_inscription")
        return self.repondre(
            200, {"message": "inscription retirée", "inscription": {"id_inscription": str(id_)}}
        )


def _lire_curseur(parametres: QueryDict) -> int | None:
    """The last identifier of the previous page."""
    brut = parametres.get("curseur")
    if not brut:
        return None
    curseur = entier(brut)
    if curseur is None:
        raise curseur_refuse()
    return curseur


def _page(
    recherchees: QuerySet[Inscription], etablissements: Sequence[int], *, apres: int | None, nombre: int
) -> list[int]:
    """The identifiers of a page, newest first.

    Each establishment's part is read in the order of its own index and cut at once. One list of establishments in a
    single condition would have PostgreSQL walk through everybody's records, or sort all of theirs, for one page.
    """
    if apres is not None:
        recherchees = recherchees.filter(id__lt=apres)
    parts = [
        recherchees.filter(etablissement_id=etablissement)
        .order_by("-id")
        .values_list("id", flat=True)[:nombre]
        for etablissement in etablissements
    ]
    if not parts:
        return []
    return list(parts[0].union(*parts[1:], all=True).order_by("-id")[:nombre] if len(parts) > 1 else parts[0])


def _decrire(ids: Sequence[int]) -> list[dict[str, Any]]:
    lignes = Inscription.objects.filter(id__in=ids).order_by("-id").values_list(*_COLONNES)
    return [_nommer(ligne) for ligne in lignes]


def _nommer(ligne: tuple[Any, ...]) -> dict[str, Any]:
    # A value that is not known is an absent key: clients never read a null nor an empty text.
    decrite = {cle: valeur for cle, valeur in zip(_COLONNES.values(), ligne, strict=True) if valeur != ""}
    decrite["id_inscription"] = str(decrite["id_inscription"])
    return decrite
