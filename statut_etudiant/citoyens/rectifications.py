"""The acts on a rectification request: asked by the student, answered, or given more time, by who keeps the record.

Each act locks the row, checks, writes, and tells who must know; the mails say that there is something to read, never
what: it is read signed in.
"""

import datetime

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone

from habilitations.courriels.boite import ecrire
from habilitations.models import Compte
from referentiel.journal.echanges import identifiants_internes
from referentiel.models import Etablissement, Inscription
from statut_etudiant.citoyens import adresses, dpd
from statut_etudiant.citoyens.models import Rectification

#: Open at once for one person: beyond, the answers must come first.
OUVERTES_MAXIMUM = 10
DELAI = relativedelta(months=1)
PROLONGATION = relativedelta(months=2)


class Refus(Exception):
    """What is asked cannot be done. The message is in French, for whoever asked."""


def de(etudiant_id: int) -> list[Rectification]:
    """This person's, newest first."""
    return list(
        Rectification.objects.filter(etudiant_id__in=identifiants_internes(etudiant_id)).select_related(
            "etablissement"
        )
    )


@transaction.atomic
def demander(
    *,
    etudiant_id: int,
    objet: str,
    texte: str,
    inscription: Inscription | None = None,
    etablissement: Etablissement | None = None,
) -> Rectification:
    """`etablissement`: for an enrolment that is missing; otherwise the record says who owns it. Raises Refus."""
    personnes = identifiants_internes(etudiant_id)
    if Rectification.objects.ouvertes().filter(etudiant_id__in=personnes).count() >= OUVERTES_MAXIMUM:
        raise Refus(
            f"Vous avez déjà {OUVERTES_MAXIMUM} demandes en attente : attendez leur réponse, ou écrivez-nous."
        )
    if inscription is not None:
        etablissement = inscription.etablissement
    elif etablissement is None:
        etablissement = _dernier_etablissement(etudiant_id)
    rectification = Rectification.objects.create(
        etudiant_id=etudiant_id,
        objet=objet,
        inscription_id=inscription.pk if inscription is not None else None,
        etablissement=etablissement,
        texte=texte,
        echeance=timezone.localdate() + DELAI,
    )
    for adresse in sorted({*dpd.gestionnaires(etablissement), *dpd.du_ministere()}):
        ecrire(
            genre="rectification_demandee",
            destinataire=adresse,
            cle=f"rectification_demandee:{rectification.pk}:{adresse}",
            contexte={"rectification": rectification},
        )
    return rectification


@transaction.atomic
def repondre(
    *, rectification_id: int, corrigee: bool, texte: str, compte: Compte, pour: str
) -> Rectification:
    """Answer, once. `pour`: in whose name, as the student reads it. Raises Refus."""
    rectification = _ouverte(rectification_id)
    rectification.etat = Rectification.Etat.CORRIGEE if corrigee else Rectification.Etat.REFUSEE
    rectification.reponse = texte
    rectification.repondue_le = timezone.now()
    rectification.repondue_par = compte
    rectification.repondue_pour = pour
    rectification.save()
    adresses.prevenir(
        etudiant_id=rectification.etudiant_id,
        genre="rectification_repondue",
        cle=f"rectification_repondue:{rectification.pk}",
        contexte={"rectification": rectification},
    )
    return rectification


@transaction.atomic
def prolonger(*, rectification_id: int, motif: str) -> Rectification:
    """Two months more, told before the first month is over, once (GDPR art. 12.3). Raises Refus."""
    rectification = _ouverte(rectification_id)
    if rectification.prolongee_le is not None:
        raise Refus("Le délai de cette demande a déjà été prolongé.")
    if rectification.echeance < timezone.localdate():
        raise Refus("Le délai est passé : il ne peut plus être prolongé, il faut répondre.")
    rectification.prolongee_le = timezone.now()
    rectification.motif_prolongation = motif
    rectification.echeance += PROLONGATION
    rectification.save()
    adresses.prevenir(
        etudiant_id=rectification.etudiant_id,
        genre="rectification_prolongee",
        cle=f"rectification_prolongee:{rectification.pk}",
        contexte={"rectification": rectification},
    )
    return rectification


def _ouverte(rectification_id: int) -> Rectification:
    rectification = (
        Rectification.objects.select_for_update(of=("self",))
        .select_related("etablissement")
        .get(pk=rectification_id)
    )
    if rectification.etat != Rectification.Etat.OUVERTE:
        quand = timezone.localtime(rectification.repondue_le)
        raise Refus(f"{rectification.repondue_pour} a déjà répondu, le {quand:%d/%m/%Y à %H:%M}.")
    return rectification


def _dernier_etablissement(etudiant_id: int) -> Etablissement | None:
    derniere = (
        Inscription.objects.filter(etudiant=etudiant_id, fictif=False)
        .select_related("etablissement")
        .order_by("-date_fin", "-pk")
        .first()
    )
    return derniere.etablissement if derniere else None


def jours_restants(echeance: datetime.date) -> int:
    """Negative once it is past."""
    return (echeance - timezone.localdate()).days
