"""Messages between the applicant and the instructors: words outside any act, which change nothing but the thread."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from habilitations.acteur import Acteur, Qualite
from habilitations.courriels.annonces import destinataires_des_instructeurs
from habilitations.courriels.boite import ecrire
from habilitations.demandes import documents, empechement
from habilitations.models import Demande, Document, Message
from habilitations.refus import ActeRefuse

LONGUEUR_MAXIMALE = 5000
#: Messages shown at once.
PAR_PAGE = 20


class Piece(NamedTuple):
    """A file to join to a message."""

    nom: str
    contenu: bytes


def envoyer(*, demande_id: int, acteur: Acteur, texte: str, pieces: Sequence[Piece] = ()) -> Message:
    """A word from the applicant to the instructors, or back; the other side gets a mail. Raises ActeRefuse, and
    DocumentRefuse of a file that cannot be joined: nothing is sent then."""
    demande = Demande.objects.select_related("organisation", "demandeur", "instructeur").get(pk=demande_id)
    qualites = acteur.qualites(demande) & {Qualite.DEMANDEUR, Qualite.INSTRUCTEUR}
    if not qualites:
        raise ActeRefuse(
            empechement.raison(demande, acteur)
            or "Seuls le demandeur et les instructeurs s'écrivent sur une demande."
        )
    texte = texte.strip()
    if not texte:
        raise ActeRefuse("Écrivez un message.")
    if len(texte) > LONGUEUR_MAXIMALE:
        raise ActeRefuse(f"Le message compte {LONGUEUR_MAXIMALE} caractères au plus.")
    prepares = [
        documents.preparer(
            demande=demande,
            acteur=acteur,
            genre=Document.Genre.MESSAGE,
            nom=piece.nom,
            contenu=piece.contenu,
        )
        for piece in pieces
    ]
    return _ecrire(demande, acteur, texte, prepares, du_ministere=Qualite.INSTRUCTEUR in qualites)


@transaction.atomic
def _ecrire(
    demande: Demande, acteur: Acteur, texte: str, prepares: list[Document], *, du_ministere: bool
) -> Message:
    message = Message.objects.create(
        demande=demande,
        auteur=acteur.compte,
        au_nom_de=acteur.au_nom_de,
        du_ministere=du_ministere,
        texte=texte,
    )
    documents.joindre(message=message, prepares=prepares)
    if du_ministere:
        adresses, page = [demande.demandeur.courriel], f"/demandes/{demande.pk}"
    else:
        adresses, page = destinataires_des_instructeurs(demande), f"/instruction/demandes/{demande.pk}"
    for adresse in adresses:
        ecrire(
            genre="nouveau_message",
            destinataire=adresse,
            cle=f"nouveau_message:{message.pk}:{adresse}",
            demande=demande,
            contexte={
                "demande": demande,
                "message": message,
                "auteur": acteur.nom_affiche,
                "joints": len(prepares),
                "page": page,
            },
        )
    return message


class Fil(NamedTuple):
    """Part of a thread, oldest first. `precedents`: how many came before; `avant`: what to ask to read them."""

    messages: Sequence[Message]
    precedents: int = 0
    avant: int | None = None
    dernier: bool = True  # the last ones are there
    non_lus: int = 0  # in the whole thread


def fil(*, demande: Demande, ministere: bool, avant: str = "") -> Fil:
    """The last messages, or those that came before the message `avant`, as an address says it.

    `ministere`: on which side is the reader, hence whose messages are new to them.
    """
    tous = demande.messages.order_by("-id")
    rang = int(avant) if avant.isascii() and avant.isdigit() and len(avant) < 19 else None
    messages = list(
        (tous.filter(id__lt=rang) if rang else tous)
        .select_related("auteur", "au_nom_de")
        .prefetch_related(
            Prefetch("documents", Document.objects.defer("contenu").order_by("pk"), to_attr="joints")
        )[:PAR_PAGE]
    )[::-1]
    if rang and not messages:
        return fil(demande=demande, ministere=ministere)
    avant_eux = Q(id__lt=messages[0].pk) if messages else Q(pk__in=())
    comptes = demande.messages.order_by().aggregate(
        precedents=Count("pk", filter=avant_eux),
        non_lus=Count("pk", filter=Q(lu_le__isnull=True, du_ministere=not ministere)),
    )
    return Fil(
        messages,
        precedents=comptes["precedents"],
        avant=messages[0].pk if comptes["precedents"] else None,
        dernier=rang is None,
        non_lus=comptes["non_lus"],
    )


def marquer_lus(*, demande: Demande, qualites: frozenset[Qualite], montres: Fil) -> None:
    """Of what was shown, what the other side wrote has been read. `qualites`: the reader's, on this request.

    A reporter who passes by reads nothing in the instructors' place.
    """
    if Qualite.INSTRUCTEUR in qualites or Qualite.DEMANDEUR in qualites:
        demande.messages.filter(
            pk__in=[message.pk for message in montres.messages],
            du_ministere=Qualite.DEMANDEUR in qualites,
            lu_le__isnull=True,
        ).update(lu_le=timezone.now())
