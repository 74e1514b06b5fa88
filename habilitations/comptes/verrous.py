"""Slows down whoever guesses passwords or codes: by account and by IP address, with waits that grow but always end.

Nobody is shut out of their account by somebody else's tries. Those at one account's password are counted by network
(`COMPTE`), and a browser that has already signed in to it is counted apart, whatever the others do (`NAVIGATEUR`); all
the networks together are slowed down only beyond what one person mistypes (`PARTOUT`).

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

#: Wait after the n-th failure beyond the free ones; the last value is used for all later failures.
ATTENTES = (15, 30, 60, 120, 240, 480, 900)  # seconds
#: Failures are forgotten after a day without any.
OUBLI = timedelta(days=1)


class Regle(NamedTuple):
    """`libres`: failures that cost no wait. An IP address may be shared by a whole town hall: it has more of them."""

    nom: str
    libres: int


#: An account's password, from one network.
COMPTE = Regle("compte", 4)
#: The same from a browser that signed in to this account before.
NAVIGATEUR = Regle("navigateur", 4)
#: The same from everywhere, known browsers aside: guessing from a thousand networks is slowed down too.
PARTOUT = Regle("partout", 50)
#: The password asked again of who is signed in.
CONFIRMATION = Regle("confirmation", 4)
CODE = Regle("code", 4)
ADRESSE = Regle("adresse", 30)
#: Forms that send a mail to whatever address is typed.
ENVOI = Regle("envoi", 10)

#: Look-ups of SIRET that are not in the database.
SIRET = Regle("siret", 30)
#: Codes of certificates that nobody holds, typed or tried.
ADRESSE_DE_VERIFICATION = Regle("verification", 20)
#: The PIN of a certificate's share link, from everywhere.
PIN = Regle("pin", 4)

#: What others' tries are counted in too: a right secret does not make theirs right.
PARTAGEES = (ADRESSE, PARTOUT, ADRESSE_DE_VERIFICATION)

# The wait is that of the count before this try: a try that waits is neither counted nor looked at.
_SQL = """
INSERT INTO habilitations_verrou AS v (cle, groupe, echecs, dernier_le, jusqua)
VALUES (%(cle)s, %(groupe)s, 1, clock_timestamp(), clock_timestamp())
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
    """One try, counted. Call `reussi()` when the secret was right.

    `groupe`: what is guessed, wherever it is from; `lever` forgets all its failures.
    """

    def __init__(self, *comptes: tuple[Regle, str], groupe: str = "") -> None:
        self._cles = [(regle, _cle(regle, valeur)) for regle, valeur in comptes if valeur]
        comptees: list[str] = []
        for regle, cle in self._cles:
            if not _compter(regle, cle, _groupe(groupe) if regle != ADRESSE else ""):
                # Refused by one key: the others must not pay for a try that is not made.
                _decompter(comptees)
                raise TropDEssais(_attente(cle))
            comptees.append(cle)

    def reussi(self) -> None:
        """The account's failures are over; what is shared only gets this try back, others may be guessing there."""
        Verrou.objects.filter(cle__in=[cle for regle, cle in self._cles if regle not in PARTAGEES]).delete()
        _decompter([cle for regle, cle in self._cles if regle in PARTAGEES])


def lever(groupe: str) -> None:
    """Forget the failures of this group: its owner has proved otherwise who they are."""
    Verrou.objects.filter(groupe=_groupe(groupe)).delete()


def reseau(adresse: str) -> str:
    """The network of an IP address, as one subscriber or one office has it: /24, and /48 for IPv6; empty for none."""
    if not adresse:
        return ""
    ip = ip_address(adresse)
    return str(ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))


def _groupe(groupe: str) -> str:
    return (
        salted_hmac("habilitations.verrou.groupe", groupe, algorithm="sha256").hexdigest() if groupe else ""
    )


def _compter(regle: Regle, cle: str, groupe: str) -> bool:
    with connection.cursor() as curseur:
        curseur.execute(
            _SQL,
            {
                "cle": cle,
                "groupe": groupe,
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
    """The key of the row: a keyed digest, so that neither IP addresses nor e-mails are stored."""
    if regle in (ADRESSE, ENVOI, ADRESSE_DE_VERIFICATION):
        adresse = ip_address(valeur)
        # One IPv6 customer holds a whole /64.
        valeur = str(ip_network(f"{adresse}/64", strict=False)) if adresse.version == 6 else str(adresse)
    return salted_hmac("habilitations.verrou", f"{regle.nom}:{valeur}", algorithm="sha256").hexdigest()


def oublier() -> int:
    """Delete the rows that no longer count; returns how many."""
    return Verrou.objects.filter(dernier_le__lt=timezone.now() - OUBLI).delete()[0]
