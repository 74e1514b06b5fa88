"""The acts on a contested consultation: contested by the student, answered by the organisation or by the ministry.

The organisation's officer answers by a link, without account: it opens this contestation alone, and no more once it is
answered. The mail holds nothing of the person; the page behind the link, only what they chose to tell.
"""

from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from habilitations.courriels.boite import ecrire
from habilitations.models import Compte
from referentiel.journal.echanges import identifiants_internes
from statut_etudiant.citoyens import adresses, dpd
from statut_etudiant.citoyens.consultations import Consultation
from statut_etudiant.citoyens.models import Contestation
from statut_etudiant.citoyens.rectifications import Refus

DELAI = relativedelta(months=1)
OUVERTES_MAXIMUM = 20
#: Seconds during which the officer's link opens: longer than any answer takes, so that it can be read again.
DUREE_DU_LIEN = 180 * 24 * 3600
_SEL = "citoyens.contestation"


class LienInvalide(Exception):
    """Not a link that we sent, or too old."""


def de(etudiant_id: int) -> list[Contestation]:
    """This person's, newest first."""
    return list(Contestation.objects.filter(etudiant_id__in=identifiants_internes(etudiant_id)))


def par_echange(etudiant_id: int) -> dict[int, Contestation]:
    return {contestation.echange_id: contestation for contestation in de(etudiant_id)}


@transaction.atomic
def contester(
    *, etudiant_id: int, consultation: Consultation, texte: str, nom_communique: str
) -> Contestation:
    """Ask the organisation's officer, with a copy to the ministry's. `nom_communique`: empty unless the person wants
    their name told. Raises Refus."""
    if consultation.par_moi:
        raise Refus("Cette ligne est votre propre visite de ces pages.")
    personnes = identifiants_internes(etudiant_id)
    if Contestation.objects.ouvertes().filter(etudiant_id__in=personnes).count() >= OUVERTES_MAXIMUM:
        raise Refus(
            f"Vous avez déjà {OUVERTES_MAXIMUM} consultations contestées en attente : attendez leur réponse, ou "
            "écrivez-nous."
        )
    courriel = (
        dpd.d_une_habilitation(consultation.habilitation_id)
        if consultation.habilitation_id is not None
        else dpd.de_l_organisation(consultation.siret)
    )
    try:
        with transaction.atomic():
            contestation = Contestation.objects.create(
                etudiant_id=etudiant_id,
                echange_id=consultation.echange_id,
                instant=consultation.instant,
                requete=consultation.requete,
                habilitation_id=consultation.habilitation_id,
                organisation=consultation.organisation[:255],
                siret=consultation.siret,
                finalite=consultation.finalite.intitule[:255],
                voie=consultation.voie_dite,
                texte=texte,
                nom_communique=nom_communique,
                courriel_dpd=courriel,
                echeance=timezone.localdate() + DELAI,
            )
    except IntegrityError:
        raise Refus("Vous avez déjà contesté cette consultation.") from None
    annoncer(contestation, genre="contestation_demandee", suffixe="")
    return contestation


def annoncer(contestation: Contestation, *, genre: str, suffixe: str) -> int:
    """Write to the organisation's officer, with their link, and to the ministry's; how many mails are new."""
    ecrits = 0
    contexte: dict[str, Any] = {"contestation": contestation, "url": ""}
    if contestation.courriel_dpd:
        ecrits += ecrire(
            genre=genre,
            destinataire=contestation.courriel_dpd,
            cle=f"{genre}:{contestation.pk}:dpd{suffixe}",
            contexte=contexte | {"url": adresse_de_reponse(contestation)},
        )
    for adresse in dpd.du_ministere():
        ecrits += ecrire(
            genre=genre,
            destinataire=adresse,
            cle=f"{genre}:{contestation.pk}:{adresse}{suffixe}",
            contexte=contexte,
        )
    return ecrits


@transaction.atomic
def repondre(
    *, contestation_id: int, justifiee: bool, texte: str, pour: str, compte: Compte | None = None
) -> Contestation:
    """Answer, once. `compte` None: by the officer's link. Raises Refus."""
    contestation = Contestation.objects.select_for_update().get(pk=contestation_id)
    if contestation.etat != Contestation.Etat.OUVERTE:
        raise Refus(
            f"{contestation.repondue_pour} a déjà répondu, le "
            f"{timezone.localtime(contestation.repondue_le):%d/%m/%Y à %H:%M}."
        )
    contestation.etat = Contestation.Etat.JUSTIFIEE if justifiee else Contestation.Etat.INJUSTIFIEE
    contestation.reponse = texte
    contestation.repondue_le = timezone.now()
    contestation.repondue_par = compte
    contestation.repondue_pour = pour
    contestation.save()
    adresses.prevenir(
        etudiant_id=contestation.etudiant_id,
        genre="contestation_repondue",
        cle=f"contestation_repondue:{contestation.pk}",
        contexte={"contestation": contestation},
    )
    if contestation.etat == Contestation.Etat.INJUSTIFIEE:
        for adresse in dpd.du_ministere():
            ecrire(
                genre="contestation_injustifiee",
                destinataire=adresse,
                cle=f"contestation_injustifiee:{contestation.pk}:{adresse}",
                contexte={"contestation": contestation},
            )
    return contestation


def adresse_de_reponse(contestation: Contestation) -> str:
    secret = signing.dumps(contestation.pk, salt=_SEL)
    return settings.ADRESSE_PUBLIQUE + reverse("contestation-repondre", args=[secret])


def ouverte_par(secret: str) -> Contestation:
    """Whose link this is. Raises LienInvalide."""
    try:
        numero = signing.loads(secret, salt=_SEL, max_age=DUREE_DU_LIEN)
        return Contestation.objects.get(pk=numero)
    except (signing.BadSignature, Contestation.DoesNotExist, ValueError, TypeError):
        raise LienInvalide from None
