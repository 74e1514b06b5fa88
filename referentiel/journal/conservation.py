"""How long the register keeps: what is done when the time is over. Each function may be run again at any time."""

import datetime
from collections.abc import Callable

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from referentiel.ecriture.auteur import signer
from referentiel.models import Alerte, Anomalie, DoublonPossible, Etudiant, FichierAImporter, Inscription

AUTEUR = "tache:conserver"
PAQUET = 5_000
MOIS_DES_ALERTES = 36
JOURS_D_UN_FICHIER = 30
#: A student without any enrolment left: told apart from one whose enrolment is about to come.
MOIS_SANS_INSCRIPTION = 12


def purger_les_journaux() -> int:
    """The rows of the journals whose time is over (`referentiel_mois_gardes`), by whole sealed slices."""
    total = 0
    for journal in (
        "referentiel_historique",
        "referentiel_export",
        "referentiel_actedelot",
        "habilitations_journalacces",
        "habilitations_rechercheaujournal",
    ):
        with connection.cursor() as curseur:
            while True:
                curseur.execute("SELECT referentiel_journal_purger(%s, %s)", [journal, PAQUET])
                (supprimees,) = curseur.fetchone()
                total += supprimees
                if supprimees < PAQUET:
                    break
    return total


def purger_les_inscriptions() -> int:
    """Those that ended more than `CONSERVATION_INSCRIPTIONS_ANNEES` years ago."""
    limite = timezone.localdate() - relativedelta(years=settings.CONSERVATION_INSCRIPTIONS_ANNEES)

    def anciennes() -> list[int]:
        return list(
            Inscription.objects.filter(fictif=False, date_fin__lt=limite).values_list("pk", flat=True)[
                :PAQUET
            ]
        )

    return _par_paquets(anciennes, lambda pks: Inscription.objects.filter(pk__in=pks).delete()[0])


def purger_les_etudiants() -> int:
    """Those who have no enrolment left, nor are about to have one."""
    limite = timezone.now() - relativedelta(months=MOIS_SANS_INSCRIPTION)

    def sans_inscription() -> list[int]:
        siennes = Inscription.objects.filter(etudiant=OuterRef("pk"))
        ouvertes = Anomalie.objects.ouvertes().filter(etudiant=OuterRef("pk"))
        orphelins = Etudiant.objects.filter(
            ~Exists(siennes), ~Exists(ouvertes), fictif=False, cree_le__lt=limite, ine_remplaces__isnull=True
        )
        return list(orphelins.values_list("pk", flat=True)[:PAQUET])

    def supprimer(pks: list[int]) -> int:
        DoublonPossible.objects.filter(premier__in=pks).delete()
        DoublonPossible.objects.filter(second__in=pks).delete()
        return Etudiant.objects.filter(pk__in=pks).delete()[0]

    return _par_paquets(sans_inscription, supprimer)


def purger_les_fichiers() -> int:
    """Lists sent by the ministry and never imported, or imported since a while."""
    limite = timezone.now() - datetime.timedelta(days=JOURS_D_UN_FICHIER)
    gardes = FichierAImporter.objects.filter(depose_le__lt=limite, contenu__isnull=False)
    return int(gardes.update(contenu=None))


def purger_les_alertes() -> int:
    limite = timezone.localdate() - relativedelta(months=MOIS_DES_ALERTES)
    return int(Alerte.objects.filter(jour__lt=limite).delete()[0])


def _par_paquets(trouver: Callable[[], list[int]], supprimer: Callable[[list[int]], int]) -> int:
    total = 0
    while pks := trouver():
        with transaction.atomic(), connection.cursor() as curseur:
            signer(curseur, AUTEUR)
            total += supprimer(pks)
    return total
