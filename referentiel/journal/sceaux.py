"""Sealing the journals, by a scheduled task: nothing is added to what writes them (ADR 0020).

A pass first seals what the previous one has noted (`ReleveDesJournaux`), once all who were then writing have ended;
then it notes how far the journals go now. A row committed late is thus in its slice, and what appears in a sealed
slice was not there: whoever verifies sees it.
"""

import datetime
import hashlib
import json
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from referentiel.journal import cles, tranches
from referentiel.journal.tranches import Journal
from referentiel.models import ReleveDesJournaux, Sceau

#: A transaction has its instant a little before PostgreSQL shows that it exists.
MARGE = datetime.timedelta(seconds=2)
#: Without any row, a partitioned journal is sealed as empty so often: nothing is put there afterwards.
SILENCE = datetime.timedelta(hours=1)

_OUVERTES = """
SELECT coalesce(array_agg(l.virtualxid), '{}') FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.pid <> pg_backend_pid()
    AND a.datname = current_database() AND a.usesysid IS NOT NULL  -- autovacuum writes no row
"""


def sceller() -> list[Sceau]:
    """One pass; the seals that it made, none while somebody else seals or those who were writing still are.

    Raises ImproperlyConfigured without CLE_SCEAUX.
    """
    cles.nom_courant()
    with transaction.atomic():
        if not _a_nous():
            return []
        releve = ReleveDesJournaux.objects.first()
        if releve is None:
            _relever()
            return []
        if set(releve.transactions) & set(_transactions_ouvertes()):
            return []
        faits = [sceau for journal in tranches.journaux() for sceau in _sceller(journal, releve)]
        releve.delete()
        _relever()
    return faits


def dernier() -> Sceau | None:
    return Sceau.objects.order_by("numero").last()


def limite(journal: Journal) -> int:
    """Up to where this journal is sealed."""
    fin = Sceau.objects.filter(journal=journal.nom).aggregate(fin=Max("fin"))["fin"]
    return fin or 0


def message(sceau: Sceau) -> bytes:
    """What is signed: every fact of the seal, in one way of writing."""
    faits: dict[str, Any] = {
        "numero": sceau.numero,
        "journal": sceau.journal,
        "partie": sceau.partie,
        "colonnes": sceau.colonnes,
        "debut": sceau.debut,
        "fin": sceau.fin,
        "lignes": sceau.lignes,
        "premiere_le": _ecrire(sceau.premiere_le),
        "derniere_le": _ecrire(sceau.derniere_le),
        "empreinte": bytes(sceau.empreinte).hex(),
        "precedent": bytes(sceau.precedent).hex(),
        "remplace": sceau.remplace,
        "motif": sceau.motif,
        "cle": sceau.cle,
        "scelle_le": _ecrire(sceau.scelle_le),
    }
    return json.dumps(faits, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def empreinte_du_sceau(sceau: Sceau) -> bytes:
    """What the next seal is chained to, and what an operator may note elsewhere."""
    return hashlib.sha256(message(sceau) + bytes(sceau.signature)).digest()


def apposer(
    journal: Journal, partie: str, debut: int, fin: int, *, remplace: int | None = None, motif: str = ""
) -> Sceau:
    """Seal the rows that this slice holds now. The lock of the chain is held (`prendre_la_chaine`)."""
    colonnes = tranches.colonnes(journal)
    trouve = tranches.empreinte(journal, partie, colonnes, debut, fin)
    avant = dernier()
    sceau = Sceau(
        numero=avant.numero + 1 if avant else 1,
        journal=journal.nom,
        partie=partie,
        colonnes=colonnes,
        debut=debut,
        fin=fin,
        lignes=trouve.lignes,
        premiere_le=trouve.premiere_le,
        derniere_le=trouve.derniere_le,
        empreinte=trouve.empreinte,
        precedent=empreinte_du_sceau(avant) if avant else b"",
        remplace=remplace,
        motif=motif,
        cle=cles.nom_courant(),
        scelle_le=timezone.now(),
    )
    sceau.signature = cles.signer(message(sceau))
    sceau.save(force_insert=True)
    return sceau


def prendre_la_chaine() -> None:
    """Wait for whoever adds to the chain, and hold it until the end of this transaction."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(hashtext('referentiel_sceau'))")


def _sceller(journal: Journal, releve: ReleveDesJournaux) -> list[Sceau]:
    debut = limite(journal)
    borne = tranches.microsecondes(releve.releve_le - MARGE)
    fin = borne if journal.partage else releve.bornes.get(journal.nom, 0) + 1
    if fin <= debut:
        return []
    parties = tranches.parties(journal, debut, fin)
    if journal.partage and not parties and fin - debut > SILENCE // datetime.timedelta(microseconds=1):
        return [apposer(journal, journal.nom, debut, fin)]
    return [
        apposer(journal, partie, *tranche)
        for partie in parties
        for tranche in tranches.couper(journal, partie, debut, fin)
    ]


def _relever() -> None:
    """How far the journals go, and *then* who is open: whoever took an identifier before is among them, or ended."""
    bornes = {}
    with connection.cursor() as curseur:
        curseur.execute("SELECT clock_timestamp()")
        (releve_le,) = curseur.fetchone()
        for journal in tranches.journaux():
            if not journal.partage and journal.sequence:
                curseur.execute(f"SELECT last_value, is_called FROM {journal.sequence}")  # noqa: S608 (catalogue)
                valeur, appelee = curseur.fetchone()
                bornes[journal.nom] = valeur if appelee else 0
    ReleveDesJournaux.objects.create(
        releve_le=releve_le, bornes=bornes, transactions=_transactions_ouvertes()
    )


def _transactions_ouvertes() -> list[str]:
    with connection.cursor() as curseur:
        curseur.execute(_OUVERTES)
        return list(curseur.fetchone()[0])


def _a_nous() -> bool:
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_try_advisory_xact_lock(hashtext('referentiel_sceau'))")
        return bool(curseur.fetchone()[0])


def _ecrire(instant: datetime.datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(datetime.UTC).isoformat(timespec="microseconds")
