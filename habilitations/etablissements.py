"""The establishments that a habilitation is tied to, by their names: an UAI alone tells nobody anything."""

from collections.abc import Iterable

from referentiel.models import Etablissement


def nommer(uais: Iterable[str]) -> dict[str, str]:
    """UAI → « name (UAI) », in one query; the UAI alone when the referential does not know it."""
    demandes = list(dict.fromkeys(uais))
    connus: dict[str, str] = {}
    if demandes:
        connus = dict(Etablissement.objects.filter(uai__in=demandes).values_list("uai", "nom"))
    return {uai: f"{connus[uai]} ({uai})" if uai in connus else uai for uai in demandes}
