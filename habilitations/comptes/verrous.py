"""Slowing down who guesses: by account and by address, in the database, for a while that grows, never for ever.

A try is counted before the secret is looked at, in one statement: tries made at the same instant are all counted. It
is taken off when the secret was right.
"""

from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from habilitations.models import Verrou

#: Wait after the n-th failure beyond the free ones; the last one goes on.
ATTENTES = (15, 30, 60, 120, 240, 480, 900)  # seconds
#: Failures are forgotten after a day without any.
OUBLI = timedelta(days=1)


class Regle(NamedTuple):
    """`libres`: failures that cost no wait. An address may be a whole town hall's: it has many."""

    nom: str
    libres: int


COMPTE = Regle("compte", 4)
CODE = Regle("code", 4)
ADRESSE = Regle("adresse", 30)
#: Forms that send a mail to whatever address is typed.
ENVOI = Regle("envoi", 10)

#: SIRET that nobody here knows yet, looked for and not kept.
SIRET = Regle("siret", 30)

# The wait is that of the count before this try: a try that waits is neither counted nor looked at.
_SQL = """
INSERT INTO habilitations_verrou AS v (cle, echecs, dernier_le, jusqua)
VALUES (%(cle)s, 1, clock_timestamp(), clock_timestamp())
ON CONFLICT (cle) DO UPDATE SET
    echecs = CASE WHEN v.dernier_le < clock_timestamp() - %(oubli)s THEN 1 ELSE v.echecs + 1 END,
    dernier_le = clock_timestamp(),
    jusqua = clock_timestamp() + make_interval(secs => CASE
        WHEN v.dernier_le < clock_timestamp() - %(oubli)s OR v.echecs + 1 <= %(libres)s THEN 0
        ELSE (%(attentes)s::int[])[least(v.echecs + 1 - %(libres)s, %(rangs)s)] END)
WHERE v.jusqua <= clock_timestamp()
RETURNING v.cle
"""


class TropDEssais(Exception):
    """Wait. The message is in French, for the person who tried; it does not say whether the account exists."""

    def __init__(self, secondes: int) -> None:
        self.secondes = secondes
        minutes = -(-secondes // 60)
        duree = f"{secondes} secondes" if secondes < 60 else f"{minutes} minute{'s' if minutes > 1 else ''}"
        self.quand = f"Réessayez dans {duree}."
        super().__init__(f"Trop d'essais infructueux. {self.quand}")


class Essai:
    """One try, counted. Call `reussi()` when the secret was right."""

    def __init__(self, *comptes: tuple[Regle, str]) -> None:
        self._cles = [(regle, _cle(regle, valeur)) for regle, valeur in comptes if valeur]
        comptees: list[str] = []
        for regle, cle in self._cles:
            if not _compter(regle, cle):
                # Refused by one key: the others must not pay for a try that is not made.
                _decompter(comptees)
                raise TropDEssais(_attente(cle))
            comptees.append(cle)

    def reussi(self) -> None:
        """The account's failures are over; the address only gets this try back, others may be guessing there."""
        Verrou.objects.filter(cle__in=[cle for regle, cle in self._cles if regle != ADRESSE]).delete()
        _decompter([cle for regle, cle in self._cles if regle == ADRESSE])


def _compter(regle: Regle, cle: str) -> bool:
    with connection.cursor() as curseur:
        curseur.execute(
            _SQL,
            {
                "cle": cle,
                "oubli": OUBLI,  # type: ignore[dict-item]
                "libres": regle.libres,
                "attentes": list(ATTENTES),
                "rangs": len(ATTENTES),
            },
        )
        return curseur.fetchone() is not None


def _decompter(cles: list[str]) -> None:
    with connection.cursor() as curseur:
        curseur.execute(
            "UPDATE habilitations_verrou SET echecs = greatest(echecs - 1, 0),"
            " jusqua = least(jusqua, clock_timestamp()) WHERE cle = ANY(%s)",
            [cles],
        )


def _attente(cle: str) -> int:
    jusqua = Verrou.objects.filter(cle=cle).values_list("jusqua", flat=True).first()
    return max(1, -int((timezone.now() - jusqua).total_seconds() // 1)) if jusqua else 1


def _cle(regle: Regle, valeur: str) -> str:
    """Neither addresses nor e-mails are kept, only what recognises them."""
    if regle in (ADRESSE, ENVOI):
        adresse = ip_address(valeur)
        # One IPv6 customer holds a whole /64.
        valeur = str(ip_network(f"{adresse}/64", strict=False)) if adresse.version == 6 else str(adresse)
    return salted_hmac("habilitations.verrou", f"{regle.nom}:{valeur}", algorithm="sha256").hexdigest()


def oublier() -> int:
    """Delete what no longer counts; how many."""
    return Verrou.objects.filter(dernier_le__lt=timezone.now() - OUBLI).delete()[0]
