"""Erasing a student, on the data protection officer's decision, with a ledger that outlives it.

The officer asks (`demander`); a worker, which holds the key of the seals, does it (`executer_en_attente`): the slices
of the history that the erasure touches are verified first, so that nothing that was altered before is covered up, and
sealed again afterwards, in sight. The ledger keeps a keyed digest of the INE: after the restore of a backup in which
the person is there again, `rejouer` finds and erases them (ADR 0020).
"""

import hashlib
import hmac
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from referentiel.ecriture.auteur import signer
from referentiel.journal import controle, sceaux, tranches
from referentiel.journal.echanges import identifiants_internes
from referentiel.models import Effacement, Etudiant, Sceau

journal = logging.getLogger(__name__)

HISTORIQUE = "referentiel_historique"
_PAQUET = 10_000


class JournalAltere(Exception):
    """A slice of the history that the erasure touches is not what was sealed: it is to be looked into first."""


class Trace(NamedTuple):
    """An erasure, as the workers' log and the ledger keep it."""

    cle: UUID
    empreinte: str


def empreinte(ine: str, *, secret: str | None = None) -> str:
    """What the ledger knows an INE by: useless without the key, which the database does not have."""
    cle = (secret or settings.CLE_CHIFFREMENT).encode()
    return hmac.new(cle, b"effacement:" + ine.encode(), hashlib.sha256).hexdigest()


def demander(*, etudiant: Etudiant, motif: str, auteur: str) -> Effacement:
    """Put an erasure in the ledger; a worker does it."""
    return Effacement.objects.create(
        acte=Effacement.Acte.DEMANDE,
        etudiant_id=etudiant.pk,
        empreinte=empreinte(etudiant.ine),
        motif=motif,
        auteur=auteur,
    )


def en_attente() -> list[Effacement]:
    """Asked for, and neither done nor refused."""
    suites = Effacement.objects.filter(cle=OuterRef("cle")).exclude(acte=Effacement.Acte.DEMANDE)
    return list(Effacement.objects.filter(~Exists(suites), acte=Effacement.Acte.DEMANDE).order_by("pk"))


def executer_en_attente() -> int:
    """Do those that were asked for; how many. One that cannot be done is left, and said in the technical log."""
    faits = 0
    for demande in en_attente():
        try:
            _executer(demande, acte=Effacement.Acte.FAIT)
        except JournalAltere as altere:
            journal.error(
                "effacement impossible", extra={"faits": {"dossier": str(demande.cle), "ou": str(altere)}}
            )
            continue
        faits += 1
    return faits


def rejouer(traces: Iterable[Trace] = ()) -> int:
    """After a restore: erase again whoever the ledger, or these traces kept elsewhere, say was erased. How many."""
    connues = set(traces) | {
        Trace(cle, empreinte_)
        for cle, empreinte_ in Effacement.objects.filter(acte=Effacement.Acte.DEMANDE).values_list(
            "cle", "empreinte"
        )
    }
    par_empreinte = {trace.empreinte: trace for trace in connues}
    if not par_empreinte:
        return 0
    retrouves = [
        (pk, par_empreinte[trouvee])
        for pk, empreintes in _empreintes_des_etudiants()
        if (trouvee := next((une for une in empreintes if une in par_empreinte), None))
    ]
    for pk, trace in retrouves:
        demande = Effacement.objects.filter(cle=trace.cle, acte=Effacement.Acte.DEMANDE).first()
        if demande is None or demande.etudiant_id != pk:
            demande = Effacement.objects.create(
                cle=trace.cle if demande is None else uuid4(),
                acte=Effacement.Acte.DEMANDE,
                etudiant_id=pk,
                empreinte=trace.empreinte,
                motif="Effacé avant la restauration d'une sauvegarde.",
                auteur="commande:rejouer_effacements",
            )
        _executer(demande, acte=Effacement.Acte.REJOUE)
    return len(retrouves)


@contextmanager
def scelle_de_nouveau(nom: str, lignes: Sequence[int], *, motif: str) -> Iterator[None]:
    """For what the law wants forgotten in a sealed journal: what is done inside may change these rows, by the owner's
    functions. The caller holds the transaction. Raises JournalAltere."""
    sceaux.prendre_la_chaine()
    journal_ = next(un for un in tranches.journaux() if un.nom == nom)
    touches = _sceaux_des_lignes(nom, lignes)
    for sceau in touches:
        if not controle.intact(journal_, sceau):
            raise JournalAltere(controle.lieu(sceau))
    yield
    for sceau in touches:
        sceaux.apposer(journal_, sceau.partie, sceau.debut, sceau.fin, remplace=sceau.numero, motif=motif)


@transaction.atomic
def _executer(demande: Effacement, *, acte: Effacement.Acte) -> None:
    personnes = identifiants_internes(demande.etudiant_id)
    with (
        scelle_de_nouveau(HISTORIQUE, _lignes_de_l_historique(personnes), motif=f"effacement {demande.cle}"),
        connection.cursor() as curseur,
    ):
        signer(curseur, f"effacement:{demande.pk}")
        curseur.execute("SELECT referentiel_effacer_etudiant(%s, %s)", [demande.cle, personnes])
    fait = Effacement.objects.create(
        cle=demande.cle,
        acte=acte,
        etudiant_id=demande.etudiant_id,
        empreinte=demande.empreinte,
        motif=demande.motif,
        auteur=demande.auteur,
    )
    transaction.on_commit(lambda: _noter(fait))


def _noter(fait: Effacement) -> None:
    """Out of the database's reach too: a restore takes the ledger back to before the erasure."""
    journal.info(
        "étudiant effacé", extra={"faits": {"effacement": str(fait.cle), "empreinte": fait.empreinte}}
    )


def _lignes_de_l_historique(personnes: list[int]) -> list[int]:
    with connection.cursor() as curseur:
        curseur.execute(
            """
            SELECT h.id FROM referentiel_historique h WHERE h.objet = 'etudiant' AND h.objet_id = ANY (%(qui)s)
            UNION ALL
            SELECT h.id FROM referentiel_historique h WHERE h.objet = 'inscription' AND h.objet_id IN (
                SELECT id FROM referentiel_inscription WHERE etudiant_id = ANY (%(qui)s)
                UNION
                SELECT objet_id FROM referentiel_historique WHERE objet = 'inscription' AND operation = 'suppression'
                    AND (avant ->> 'etudiant_id')::bigint = ANY (%(qui)s))
            """,
            {"qui": personnes},
        )
        return [id_ for (id_,) in curseur.fetchall()]


def _sceaux_des_lignes(nom: str, lignes: Sequence[int]) -> list[Sceau]:
    """The seals in force of the slices that hold these rows."""
    candidats = Sceau.objects.filter(journal=nom)
    numeros: set[int] = set()
    for id_ in lignes:
        numeros |= set(candidats.filter(debut__lte=id_, fin__gt=id_).values_list("numero", flat=True))
    return controle.en_vigueur(Sceau.objects.filter(numero__in=numeros).order_by("numero"))


def _empreintes_des_etudiants() -> Iterator[tuple[int, list[str]]]:
    """Of each real student, the digests that the ledger may know them by: under the current key, and the previous."""
    secrets = [settings.CLE_CHIFFREMENT, *settings.CLES_CHIFFREMENT_ANCIENNES]
    etudiants = Etudiant.objects.filter(fictif=False).values_list("pk", "ine").order_by("pk")
    for pk, ine in etudiants.iterator(chunk_size=_PAQUET):
        yield pk, [empreinte(ine, secret=secret) for secret in secrets]
