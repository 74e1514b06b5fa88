"""What comes by itself: a first access told, a late answer recalled, old requests forgotten.

Each notice leaves exactly once, by the key of its mail, however often or late its task runs.
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from habilitations.courriels.boite import ecrire
from referentiel.journal.echanges import identifiants_internes
from referentiel.models import Echange
from statut_etudiant.certificats import conservation
from statut_etudiant.certificats.journal import INTERFACE as VERIFICATION
from statut_etudiant.citoyens import adresses, contestations, dpd
from statut_etudiant.citoyens.journal import INTERFACE
from statut_etudiant.citoyens.models import AdresseDeCitoyen, Contestation, Rectification

#: Days left at which who must answer is reminded; -1: the day after, the ministry is told that it is late.
SEUILS = (15, 7, 3, 0)
RETARD = -1
#: A row of the journal bears the instant at which its transaction began: some seconds before it can be read.
MARGE = timedelta(minutes=2)
#: Answered requests are kept as long as the exchanges themselves.
CONSERVATION = relativedelta(months=36)
PAQUET = 500


def annoncer_les_premiers_acces() -> int:
    """One mail for each organisation that reads somebody's data for the first time, to those who asked for it."""
    ecrits = 0
    maintenant = timezone.now()
    prouvees = AdresseDeCitoyen.objects.filter(prouvee_le__isnull=False).order_by("lue_jusqua")
    for pk in list(prouvees.values_list("pk", flat=True)[:PAQUET]):
        with transaction.atomic():
            adresse = (
                AdresseDeCitoyen.objects.select_for_update(skip_locked=True)
                .filter(pk=pk, prouvee_le__isnull=False)
                .first()
            )
            if adresse is None:
                continue
            ecrits += _annoncer(adresse)
            adresse.lue_jusqua = maintenant - MARGE
            adresse.save(update_fields=["lue_jusqua"])
    return ecrits


def _annoncer(adresse: AdresseDeCitoyen) -> int:
    assert adresse.prouvee_le is not None  # noqa: S101 - its caller chose one that is
    siens = Echange.objects.filter(
        issue=Echange.Issue.DONNEES, etudiant_id__in=identifiants_internes(adresse.etudiant_id)
    ).exclude(interface__in=(INTERFACE, VERIFICATION))
    recents = siens.filter(instant__gt=adresse.lue_jusqua - MARGE)
    organismes = dict(recents.order_by("instant").values_list("siret", "organisation"))
    if not organismes:
        return 0
    premiers = dict(
        siens.filter(siret__in=organismes)
        .values("siret")
        .annotate(le=Min("instant"))
        .values_list("siret", "le")
    )
    return sum(
        adresses.prevenir(
            etudiant_id=adresse.etudiant_id,
            genre="premier_acces",
            cle=f"premier_acces:{adresse.pk}:{siret}",
            contexte={"organisation": nom, "instant": premiers[siret]},
        )
        for siret, nom in organismes.items()
        if premiers[siret] >= adresse.prouvee_le - MARGE
    )


def rappeler() -> int:
    """Rectifications and contestations that wait: who must answer is reminded, then the ministry is told."""
    aujourdhui = timezone.localdate()
    ecrits = 0
    for rectification in Rectification.objects.ouvertes().select_related("etablissement"):
        seuil = _seuil((rectification.echeance - aujourdhui).days)
        if seuil is None:
            continue
        gestionnaires = [] if seuil == RETARD else dpd.gestionnaires(rectification.etablissement)
        for adresse in gestionnaires or dpd.du_ministere():
            ecrits += ecrire(
                genre="rectification_a_repondre",
                destinataire=adresse,
                # The date is in the key: a request given more time has its reminders again.
                cle=f"rectification_a_repondre:{rectification.pk}:{rectification.echeance}:{seuil}:{adresse}",
                contexte={"rectification": rectification, "en_retard": seuil == RETARD},
            )
    for contestation in Contestation.objects.ouvertes():
        seuil = _seuil((contestation.echeance - aujourdhui).days)
        if seuil is not None:
            ecrits += contestations.annoncer(
                contestation, genre="contestation_a_repondre", suffixe=f":{seuil}"
            )
    return ecrits


def _seuil(jours: int) -> int | None:
    """The nearest threshold that has been reached; None when none has."""
    if jours < 0:
        return RETARD
    return next((seuil for seuil in sorted(SEUILS) if jours <= seuil), None)


def oublier() -> int:
    """Forget what was answered 36 months ago, the addresses that were never proved, and old certificates."""
    limite = timezone.now() - CONSERVATION
    oublies = 0
    for modele in (Rectification, Contestation):
        oublies += modele.objects.filter(repondue_le__lt=limite).delete()[0]
    perimees = AdresseDeCitoyen.objects.filter(
        prouvee_le__isnull=True, demandee_le__lt=timezone.now() - timedelta(days=7)
    )
    return oublies + perimees.delete()[0] + conservation.oublier()
