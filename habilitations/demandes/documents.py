"""The documents joined to a request, or to a message about it: put, removed, scanned."""

import hashlib
import logging
import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.demandes import antivirus, pdf
from habilitations.demandes.brouillon import verrouiller
from habilitations.demandes.completude import etape_du_document
from habilitations.models import Demande, Document, Message
from habilitations.parties import noter_redaction
from habilitations.refus import ActeRefuse

#: Of one kind in a request, or of one message.
AU_PLUS = 6

journal = logging.getLogger(__name__)


class DocumentRefuse(ValueError):
    """The file cannot be joined. The message is in French, for whoever sent it."""


def verifier(contenu: bytes) -> None:
    """Raises DocumentRefuse unless this is a PDF of an admitted size."""
    if len(contenu) > pdf.TAILLE_MAXIMALE:
        raise DocumentRefuse("Ce fichier dépasse 10 Mo : réduisez-le, ou donnez l'adresse du texte en ligne.")
    if not contenu:
        raise DocumentRefuse("Ce fichier est vide.")
    if not pdf.est_un_pdf(contenu):
        raise DocumentRefuse("Ce fichier n'est pas un PDF lisible : enregistrez le document au format PDF.")


def preparer(*, demande: Demande, acteur: Acteur, genre: str, nom: str, contenu: bytes) -> Document:
    """A document that may be joined, checked and scanned, not written yet. Raises DocumentRefuse.

    Called before any lock is taken: a scan takes its time.
    """
    verifier(contenu)
    analyse = _analyser(contenu)
    if analyse == Document.Analyse.INFECTE:
        journal.warning("document infecté refusé", extra={"faits": {"demande": demande.pk}})
        raise DocumentRefuse(
            "L'antivirus a trouvé un logiciel malveillant dans ce fichier : il n'est pas enregistré."
        )
    return Document(
        demande=demande,
        genre=genre,
        nom=nom_propre(nom),
        contenu=contenu,
        taille=len(contenu),
        sha256=hashlib.sha256(contenu).hexdigest(),
        analyse=analyse,
        depose_par=acteur.compte,
    )


def _analyser(contenu: bytes) -> Document.Analyse:
    if not antivirus.en_service():
        return Document.Analyse.SANS_AVIS
    try:
        return Document.Analyse.SAIN if antivirus.est_sain(contenu) else Document.Analyse.INFECTE
    except antivirus.AntivirusInjoignable as erreur:
        journal.error("antivirus injoignable", extra={"faits": {"erreur": str(erreur)}})
        return Document.Analyse.EN_ATTENTE


def deposer(*, demande_id: int, acteur: Acteur, genre: str, nom: str, contenu: bytes) -> Document:
    """Join a document to the form, beside those of the same kind. Raises DocumentRefuse, ActeRefuse."""
    document = preparer(demande=Demande(pk=demande_id), acteur=acteur, genre=genre, nom=nom, contenu=contenu)
    with transaction.atomic():
        demande = verrouiller(demande_id=demande_id, acteur=acteur)
        presents = list(demande.documents.joints().filter(genre=genre).values_list("sha256", flat=True))
        if document.sha256 in presents:
            raise DocumentRefuse("Ce fichier est déjà joint.")
        if len(presents) >= AU_PLUS:
            raise DocumentRefuse(
                f"{AU_PLUS} documents sont déjà joints : retirez-en un pour ajouter celui-ci."
            )
        document.demande = demande
        document.save(force_insert=True)
        demande.save(update_fields=["modifie_le"])
        _noter(demande, acteur, document)
    return document


def joindre(*, message: Message, prepares: Sequence[Document]) -> None:
    """Join what `preparer` made to a message that is being sent. Raises DocumentRefuse."""
    if len(prepares) > AU_PLUS:
        raise DocumentRefuse(f"{AU_PLUS} documents au plus.")
    for document in prepares:
        document.message = message
        document.save(force_insert=True)


def retirer(*, demande_id: int, acteur: Acteur, document_id: int) -> None:
    with transaction.atomic():
        demande = verrouiller(demande_id=demande_id, acteur=acteur)
        document = demande.documents.joints().filter(pk=document_id).first()
        if document is None:
            raise ActeRefuse("Ce document n'est plus joint à la demande.")
        _noter(demande, acteur, document)
        _retirer(demande, document)
        demande.save(update_fields=["modifie_le"])


def _noter(demande: Demande, acteur: Acteur, document: Document) -> None:
    etapes = [etape_du_document(document.genre)]
    noter_redaction(demande, compte=acteur.compte, au_nom_de=acteur.au_nom_de, etapes=etapes)


def _retirer(demande: Demande, document: Document) -> None:
    if demande.soumise_le is None:
        document.delete()  # nobody but the applicant has seen it
    else:
        document.retire_le = timezone.now()
        document.save(update_fields=["retire_le"])


def analyser_en_attente(*, au_plus: int = 100) -> int:
    """Scan what could not be when it was joined, or was joined before there was a scanner; how many have their verdict
    now."""
    if not antivirus.en_service():
        return 0
    analyses = 0
    sans_verdict = Document.objects.sans_verdict().order_by("pk").values_list("pk", flat=True)
    for document_id in sans_verdict[:au_plus]:
        document = Document.objects.filter(pk=document_id).first()
        if document is None:
            continue  # removed meanwhile
        analyse = _analyser(bytes(document.contenu))
        if analyse == Document.Analyse.EN_ATTENTE:
            break
        verdict: dict[str, Any] = {"analyse": analyse}
        if analyse == Document.Analyse.INFECTE:
            # What harms is not kept; its digest says which file it was.
            verdict["contenu"] = b""
            journal.warning("document infecté", extra={"faits": {"document": document.pk}})
        Document.objects.filter(pk=document.pk).update(**verdict)
        analyses += 1
    return analyses


def nom_propre(nom: str) -> str:
    """A file name that no system misreads: no path, no control character, ending in .pdf."""
    sans_extension = re.sub(r"(?i)\.pdf$", "", nom)
    mots = re.split(r"[\s\x00-\x1f\x7f\"<>|:*?\\/]+", sans_extension)
    return f"{' '.join(mots)[:200].strip(' .') or 'document'}.pdf"
