"""What a single line is judged against, at the cost of one query."""

import datetime
from collections.abc import Collection

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
    return Contexte(
        etablissements=_etablissement(uai, fictif=fictif),
        uais_autorises=None if uais_autorises is None else frozenset(uais_autorises),
        communes=reference(),
        aujourdhui=aujourdhui,
    )


def _etablissement(uai: object, *, fictif: bool) -> dict[str, EtablissementRef]:
    try:
        code = normaliser_uai(uai if isinstance(uai, str) else "")
    except IdentifiantInvalide:
        return {}  # said by validation, in the field's place among the line's errors
    lignes = Etablissement.objects.filter(uai=code, fictif=fictif).values_list(
        "id", "uai", "code_commune", "fictif", "ouvert"
    )
    return {ligne[1]: EtablissementRef(*ligne) for ligne in lignes}
