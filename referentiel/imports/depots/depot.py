"""Depositing: the bytes and the batch that describes them, committed together; a worker is then woken up.

Once `deposer` returns (and the caller's transaction is committed), nothing is lost whatever stops: the queue's message
only saves waiting for the next sweep (`referentiel.tasks`).
"""

import hashlib
import io
from collections.abc import Iterable, Iterator

from django.db import connection, transaction

from referentiel import reveil
from referentiel.copies import copier
from referentiel.imports.depots import place
from referentiel.imports.lecture.erreurs import FichierIllisible
from referentiel.models import FragmentDeLot, Lot
from referentiel.nomenclatures import LOT_EN_FILE, EtatLot

TAILLE_FRAGMENT = 1024 * 1024
_VERSER = "COPY referentiel_fragmentdelot (lot_id, numero, contenu) FROM STDIN (FORMAT BINARY)"
EFFACE = "Le contenu de ce dépôt n'est plus conservé."
TACHE = "referentiel.tasks.traiter_lots"


def deposer(
    *,
    contenu: Iterable[bytes],
    canal: str,
    uais: list[str] | None,
    fictif: bool = False,
    nom_fichier: str = "",
    format: str = "",
    jeton_id: int | None = None,
    compte_id: int | None = None,
    tout_ou_rien: bool = False,
    etat: str = EtatLot.EN_ATTENTE,
) -> Lot:
    """Keep a deposit. `uais` None means every establishment. Raises PlaceManquante.

    `contenu` is read once, piece by piece, while the connection is busy: it must not come from the database.
    """
    empreinte = hashlib.sha256()
    taille = 0
    with transaction.atomic():
        lot = Lot.objects.create(
            canal=canal,
            uais=uais,
            fictif=fictif,
            nom_fichier=nom_fichier[-255:],
            format=format,
            jeton_id=jeton_id,
            compte_id=compte_id,
            tout_ou_rien=tout_ou_rien,
            # Not to be taken before its bytes are all there; everything is committed at once anyway.
            etat=etat,
            sha256="",
            taille=0,
        )
        # Bytes go as bytes: a statement of the ORM would hold each several times over, written in hexadecimal.
        with connection.cursor() as curseur, copier(curseur, _VERSER) as copie:
            copie.set_types(["int8", "int4", "bytea"])
            for numero, fragment in enumerate(_decouper(contenu)):
                empreinte.update(fragment)
                taille += len(fragment)
                copie.write_row((lot.pk, numero, fragment))
        lot.sha256, lot.taille = empreinte.hexdigest(), taille
        lot.save(update_fields=["sha256", "taille"])
        place.exiger(lot)
        if etat in LOT_EN_FILE:
            transaction.on_commit(reveiller)
    return lot


def reveiller() -> None:
    """Tell a worker that a batch waits. A broker that is away delays the work by one sweep, and nothing else."""
    reveil.reveiller(TACHE)


def _decouper(contenu: Iterable[bytes]) -> Iterator[bytes]:
    tampon = bytearray()
    for morceau in contenu:
        tampon += morceau
        while len(tampon) >= TAILLE_FRAGMENT:
            yield bytes(tampon[:TAILLE_FRAGMENT])
            del tampon[:TAILLE_FRAGMENT]
    if tampon:
        yield bytes(tampon)


class FichierDeLot(io.RawIOBase):
    """A deposit's bytes as a seekable file, one fragment in memory at a time."""

    def __init__(self, lot: Lot) -> None:
        self.lot = lot
        self.position = 0
        self._numero = -1
        self._fragment = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, decalage: int, depuis: int = io.SEEK_SET) -> int:
        origine = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.lot.taille}[depuis]
        self.position = max(0, origine + decalage)
        return self.position

    def readinto(self, cible: memoryview) -> int:  # type: ignore[override]
        numero, debut = divmod(self.position, TAILLE_FRAGMENT)
        if numero != self._numero:
            fragments = FragmentDeLot.objects.filter(lot=self.lot, numero=numero)
            self._fragment = bytes(fragments.values_list("contenu", flat=True).first() or b"")
            self._numero = numero
        morceau = self._fragment[debut : debut + len(cible)]
        cible[: len(morceau)] = morceau
        self.position += len(morceau)
        return len(morceau)


def ouvrir_fichier(lot: Lot) -> io.BufferedReader:
    """Raises FichierIllisible when the bytes are no longer kept."""
    if lot.efface_le is not None:
        raise FichierIllisible(EFFACE)
    return io.BufferedReader(FichierDeLot(lot), buffer_size=256 * 1024)
