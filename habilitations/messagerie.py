"""Messages between the applicant and the instructors: words outside any act, which change nothing but the thread."""

from django.db import transaction
from django.utils import timezone

from habilitations.actes import ActeRefuse
from habilitations.acteur import Acteur
from habilitations.courriels import destinataires_des_instructeurs, ecrire
from habilitations.models import Demande, Message
from habilitations.workflow import Qualite

LONGUEUR_MAXIMALE = 5000


@transaction.atomic
def envoyer(*, demande_id: int, acteur: Acteur, texte: str) -> Message:
    """A word from the applicant to the instructors, or back; the other side gets a mail. Raises ActeRefuse."""
    demande = Demande.objects.select_related("organisation", "demandeur", "instructeur").get(pk=demande_id)
    qualites = acteur.qualites(demande) & {Qualite.DEMANDEUR, Qualite.INSTRUCTEUR}
    if not qualites:
        raise ActeRefuse("Seuls le demandeur et les instructeurs s'écrivent sur une demande.")
    texte = texte.strip()
    if not texte:
        raise ActeRefuse("Écrivez un message.")
    if len(texte) > LONGUEUR_MAXIMALE:
        raise ActeRefuse(f"Le message compte {LONGUEUR_MAXIMALE} caractères au plus.")
    du_ministere = Qualite.INSTRUCTEUR in qualites
    message = Message.objects.create(
        demande=demande, auteur=acteur.compte, du_ministere=du_ministere, texte=texte
    )
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
            contexte={"demande": demande, "message": message, "auteur": acteur.nom_affiche, "page": page},
        )
    return message


def marquer_lus(*, demande: Demande, acteur: Acteur) -> None:
    """What the other side wrote has been read. A reporter who passes by reads nothing in the instructors' place."""
    qualites = acteur.qualites(demande)
    if Qualite.INSTRUCTEUR in qualites or Qualite.DEMANDEUR in qualites:
        demande.messages.filter(du_ministere=Qualite.DEMANDEUR in qualites, lu_le__isnull=True).update(
            lu_le=timezone.now()
        )
