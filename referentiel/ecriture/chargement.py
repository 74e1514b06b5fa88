"""What a single line is judged against, at the cost of one query."""

import datetime
from collections.abc import Collection

from django.db.models import Q

from referentiel.complements import reference
from referentiel.ecriture.contexte import Contexte, EtablissementRef
from referentiel.identifiants import IdentifiantInvalide, normaliser_uai
from referentiel.models import Etablissement


def contexte_d_une_ligne(
    *, uai: object, uais_autorises: Collection[str] | None, fictif: bool, aujourdhui: datetime.date
) -> Contexte:
    """The context for a line that names this establishment. The other world's establishments do not exist.

    `uais_autorises=None`: every establishment.
    """
    etablissements, anciens = _etablissements(uai, fictif=fictif)
    return Contexte(
        etablissements=etablissements,
        uais_autorises=None if uais_autorises is None else frozenset(uais_autorises),
        communes=reference(),
        aujourdhui=aujourdhui,
        anciens_uai=anciens,
    )


def _etablissements(uai: object, *, fictif: bool) -> tuple[dict[str, EtablissementRef], dict[str, str]]:
    """The one that bears this UAI, and the one to which it leads as a former UAI: one, the other, both or none."""
    try:
        code = normaliser_uai(uai if isinstance(uai, str) else "")
    except IdentifiantInvalide:
        return {}, {}  # said by validation, in the field's place among the line's errors
    lignes = (
        Etablissement.objects.filter(Q(uai=code) | Q(anciens_uai=code), fictif=fictif)
        .distinct()
        .values_list("id", "uai", "code_commune", "fictif", "ouvert")
    )
    refs = {ligne[1]: EtablissementRef(*ligne) for ligne in lignes}
    suivants = [suivant for suivant in refs if suivant != code]
    return refs, {code: suivants[0]} if suivants else {}
