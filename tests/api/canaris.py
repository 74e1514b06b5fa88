"""What must not be read in an answer, worked out from the contract and not from the product."""

from collections.abc import Iterator

from referentiel.dossiers import Dossier, Trouve
from tests.api import oracle


def cles_de(dossier: Dossier, scopes: frozenset[str], version: str) -> set[str]:
    cles = oracle.cles_v2 if version == "v2" else oracle.cles_v3
    return cles(scopes, dossier.statut, dossier.regime)


def caches(trouve: Trouve, scopes: frozenset[str], version: str, france_connect: bool) -> Iterator[str]:
    """All values that must not be read in the answer, one by one."""
    yield str(trouve.etudiant_id)
    vus = [cles_de(dossier, scopes, version) for dossier in trouve.dossiers]
    if version == "v3" or not any(vus) or "mesri_identifiant" not in scopes:
        yield trouve.ine
    identite = "mesri_identite" in scopes and not (version == "v3" and france_connect)
    if not any(vus) or not identite:
        yield from (trouve.nom, trouve.prenom, trouve.date_naissance)
    statuts, regimes = set(), set()
    for dossier, cles in zip(trouve.dossiers, vus, strict=True):
        if not cles:
            yield from (dossier.date_debut, dossier.date_fin)
        if cles.isdisjoint({"codeCommune", "code_cog_insee_commune"}):
            yield dossier.code_commune
        if cles.isdisjoint({"etablissement", "etablissement_etudes"}):
            yield from (dossier.uai, dossier.etablissement)
        if not cles.isdisjoint({"statut", "est_inscrit"}):
            statuts.add(dossier.statut)
        if not cles.isdisjoint({"regime", "regime_formation"}):
            regimes.add(dossier.regime)
    if version == "v2":
        yield from (f'"statut":"{statut}"' for statut in set(oracle.STATUTS) - statuts)
        labels = {oracle.REGIME_V2[regime] for regime in regimes}
        yield from (f'"{label}"' for label in set(oracle.REGIME_V2.values()) - labels)
        # The keys of the dates tell the statut.
        if "admis" not in statuts:
            yield "Admission"
        if "inscrit" not in statuts:
            yield from ("dateDebutInscription", "dateFinInscription")
    else:
        inscrits = {statut == "inscrit" for statut in statuts}
        yield from (f'"est_inscrit":{str(non_vu).lower()}' for non_vu in {True, False} - inscrits)
        for regime in set(oracle.REGIMES) - regimes:
            yield from (f'"{regime}"', f'"{oracle.LIBELLE_V3[regime]}"')
