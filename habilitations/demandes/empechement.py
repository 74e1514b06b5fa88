"""Why somebody who instructs may not instruct this request, in words for them."""

from django.utils import timezone

from habilitations import parties
from habilitations.acteur import Acteur
from habilitations.demandes.completude import ETAPES
from habilitations.models import ContactDeDemande, Demande
from habilitations.parties import Lien, Motif
from referentiel import francais

TITRES = {etape.nom: etape.titre for etape in ETAPES}
#: What the person did; another act of theirs as its applicant has no words of its own.
ACTES = {
    "creer": "vous l'avez créée",
    "soumettre": "vous l'avez soumise",
    "transferer": "vous avez proposé de la transférer",
    "accepter_transfert": "vous avez accepté d'en devenir le demandeur",
    "reprendre": "vous l'avez reprise",
}


def raison(demande: Demande, acteur: Acteur) -> str:
    """Empty when nothing prevents it, or when the person does not instruct at all."""
    if not acteur.instruit:
        return ""
    if acteur.au_nom_de is not None:
        return (
            f"Vous agissez à la place {francais.de(acteur.compte)} : aucun acte d'instruction n'est possible. "
            "Redevenez d'abord vous-même."
        )
    trouves = parties.liens(demande, acteur.compte)
    return f"Vous ne pouvez pas instruire cette demande : {_dire(trouves[0])}." if trouves else ""


def _dire(lien: Lien) -> str:
    quand = francais.date(timezone.localtime(lien.instant), r"\l\e j F Y") if lien.instant else ""
    match lien.motif:
        case Motif.DEMANDEUR:
            return "vous en êtes le demandeur"
        case Motif.REDACTION:
            return f"vous en avez rempli l'étape « {TITRES.get(lien.objet, lien.objet)} » {quand}"
        case Motif.ACTE:
            return f"{ACTES.get(lien.objet, 'vous avez agi pour son demandeur')} {quand}"
        case Motif.CONTACT:
            return f"vous y êtes nommé comme {francais.minuscule(ContactDeDemande.Role(lien.objet).label)}"
