"""Where a habilitation's tokens stand: alive, ended, waiting to be fetched; and what deserves to be told."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from django.utils import timezone

from habilitations.jetons.vie import prolongeable
from habilitations.models import Compte, Habilitation, Jeton, LienDeJeton

#: Under so many days left, the end of a token is told.
FIN_PROCHE = timedelta(days=60)
#: A token that was never used is told after so long.
INUTILISE = timedelta(days=7)


class Alerte(StrEnum):
    AUCUN = "aucun"
    REVOQUE = "revoque"
    EXPIRE = "expire"
    FIN_PROCHE = "fin_proche"
    INUTILISE = "inutilise"


class Inventaire(NamedTuple):
    """Tokens from the newest to the oldest, each with its `dernier_usage`. `tenue`: the person may act on them."""

    habilitation: Habilitation
    vivants: list[Jeton]
    anciens: list[Jeton]
    lien: LienDeJeton | None  # waits, and still serves
    tenue: bool

    @property
    def active(self) -> bool:
        return self.habilitation.etat == Habilitation.Etat.ACTIVE

    @property
    def modifiable(self) -> bool:
        return self.tenue and self.active

    @property
    def prolongeables(self) -> list[int]:
        return [jeton.pk for jeton in self.vivants if prolongeable(jeton)]

    @property
    def alerte(self) -> Alerte | None:
        """What matters most, if anything. During a rotation, the end of the old token is expected."""
        if not self.vivants:
            if self.lien is not None:
                return None
            if not self.anciens:
                return Alerte.AUCUN
            return Alerte.REVOQUE if self.anciens[0].revoque_le else Alerte.EXPIRE
        maintenant = timezone.now()
        if max(jeton.expire_le for jeton in self.vivants) - maintenant <= FIN_PROCHE:
            return Alerte.FIN_PROCHE
        servis = [jeton for jeton in self.vivants if jeton.dernier_usage is not None]
        if not servis and all(maintenant - jeton.cree_le >= INUTILISE for jeton in self.vivants):
            return Alerte.INUTILISE
        return None


def inventaires(habilitations: Iterable[Habilitation], *, compte: Compte | None = None) -> list[Inventaire]:
    """Those of these habilitations, in their order, for this person. Three statements, however many they are."""
    presentes = list(habilitations)
    jetons: dict[int | None, list[Jeton]] = defaultdict(list)
    for jeton in Jeton.objects.filter(habilitation__in=presentes).avec_dernier_usage().order_by("-pk"):
        jetons[jeton.habilitation_id].append(jeton)
    liens = LienDeJeton.objects.filter(
        habilitation__in=presentes, utilise_le=None, annule_le=None, expire_le__gt=timezone.now()
    )
    en_attente = {lien.habilitation_id: lien for lien in liens.order_by("pk")}
    tenues: set[int] = set()
    if compte is not None:
        toutes = Habilitation.objects.tenues_par(compte)
        tenues = set(toutes.filter(pk__in=[h.pk for h in presentes]).values_list("pk", flat=True))
    return [
        Inventaire(
            habilitation,
            [jeton for jeton in jetons[habilitation.pk] if jeton.vivant],
            [jeton for jeton in jetons[habilitation.pk] if not jeton.vivant],
            en_attente.get(habilitation.pk),
            habilitation.pk in tenues,
        )
        for habilitation in presentes
    ]
