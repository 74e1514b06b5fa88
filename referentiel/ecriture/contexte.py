"""What a line is judged against: establishments, rights of the sender, communes, today.

Loaded once per request or per file, so that judging a line asks nothing of the database.
"""

import datetime
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from referentiel.communes import ReferenceCommunes, resoudre_lieu_etudes
from referentiel.identifiants import IdentifiantInvalide, cle_uai_valide, normaliser_uai


class EtablissementRef(NamedTuple):
    id: int
    uai: str
    code_commune: str
    fictif: bool
    ouvert: bool


class UaiLu(NamedTuple):
    """A `uai` as it was read: the establishment, or the code of the error; and the codes of the notices."""

    etablissement: EtablissementRef | None
    erreur: str | None
    avis: tuple[str, ...]


class LieuLu(NamedTuple):
    code: str | None
    erreur: str | None
    avis: str | None


class Contexte:
    """`uais_autorises=None` means every establishment (the ministry, the command line). `anciens_uai`: former UAI →
    today's, for what registrars still write."""

    def __init__(
        self,
        *,
        etablissements: Mapping[str, EtablissementRef],
        uais_autorises: frozenset[str] | None,
        communes: ReferenceCommunes,
        aujourdhui: datetime.date,
        anciens_uai: Mapping[str, str] | None = None,
    ) -> None:
        self.etablissements = etablissements
        self.uais_autorises = uais_autorises
        self.anciens_uai = anciens_uai or {}
        self.communes = communes
        self.aujourdhui = aujourdhui
        # A file repeats a few establishments and communes a million times. The caches are bounded, in
        # entries here and in bytes by the callers, which refuse over-long values before they get here.
        self.lire_uai = lru_cache(maxsize=4096)(self._lire_uai)
        self.lire_lieu_etudes = lru_cache(maxsize=4096)(self._lire_lieu_etudes)

    def _lire_uai(self, valeur: str) -> UaiLu:
        try:
            uai = normaliser_uai(valeur)
        except IdentifiantInvalide:
            return UaiLu(None, "format", ())
        avis = () if cle_uai_valide(uai) else ("cle",)
        etablissement = self.etablissements.get(uai)
        if (etablissement is None or not etablissement.ouvert) and (suivant := self._successeur(uai)):
            if self._autorise(suivant.uai):
                etablissement, uai, avis = suivant, suivant.uai, (*avis, "uai_ancien")
            elif etablissement is None:
                return UaiLu(None, "uai_non_autorise", avis)
        if etablissement is None:
            return UaiLu(None, "uai_inconnu", avis)
        if not self._autorise(uai):
            return UaiLu(None, "uai_non_autorise", avis)
        return UaiLu(etablissement, None, avis if etablissement.ouvert else (*avis, "etablissement_ferme"))

    def _successeur(self, uai: str) -> EtablissementRef | None:
        """The establishment of today to which a former UAI leads."""
        return self.etablissements.get(self.anciens_uai.get(uai, ""))

    def _autorise(self, uai: str) -> bool:
        return self.uais_autorises is None or uai in self.uais_autorises

    def _lire_lieu_etudes(self, valeur: str, commune_etablissement: str) -> LieuLu:
        try:
            lieu = resoudre_lieu_etudes(
                valeur, commune_etablissement=commune_etablissement, reference=self.communes
            )
        except IdentifiantInvalide:
            return LieuLu(None, "commune_inconnue", None)
        return LieuLu(lieu.code, None, lieu.avis)
