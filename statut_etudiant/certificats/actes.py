"""What a student does with certificates: makes, extends, withdraws."""

import datetime
import secrets
from collections.abc import Iterable
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.utils import timezone

from referentiel.calendrier import debut_annee_universitaire
from referentiel.journal.echanges import identifiants_internes
from referentiel.models import Inscription
from statut_etudiant.certificats import champs as table
from statut_etudiant.certificats import code as codes
from statut_etudiant.certificats.models import Certificat

DUREE_PAR_DEFAUT = relativedelta(months=3)
#: Certificates in force that a student may hold: more is a programme's doing.
EN_VIGUEUR_MAXIMUM = 30


class Refus(Exception):
    """The message is in French, for the student."""


class Etabli(NamedTuple):
    """`code`, and `secret` of the share link (empty without one), are shown now and never again."""

    certificat: Certificat
    code: str
    secret: str


def dernier_jour(jour: datetime.date) -> datetime.date:
    """Until when a certificate may be made or extended on this day: the end of the university year, and one day at
    least."""
    rentree = debut_annee_universitaire(jour)
    fin = rentree.replace(year=rentree.year + 1) - datetime.timedelta(days=1)
    return max(fin, jour + datetime.timedelta(days=1))


def jour_par_defaut(jour: datetime.date) -> datetime.date:
    return min(jour + DUREE_PAR_DEFAUT, dernier_jour(jour))


def inscriptions_possibles(etudiant_id: int) -> list[Inscription]:
    """Of today or to come: those that a certificate may be of, the soonest over last."""
    return list(
        Inscription.objects.filter(etudiant=etudiant_id, fictif=False, date_fin__gte=timezone.localdate())
        .select_related("etudiant", "etablissement")
        .order_by("-date_fin", "-pk")
    )


def les_siens(etudiant_id: int) -> list[Certificat]:
    """Newest first."""
    return list(_siens(etudiant_id))


@transaction.atomic
def etablir(
    *,
    inscription: Inscription,
    champs: Iterable[str],
    pour_qui: str,
    valable_jusqu_au: datetime.date,
    partage: bool,
    pin: str,
) -> Etabli:
    """Make a certificate of one's own enrolment. Raises Refus."""
    jour = timezone.localdate()
    choisis = table.lire_champs(champs)
    if not choisis:
        raise Refus("Choisissez au moins une information à montrer.")
    if not jour < valable_jusqu_au <= dernier_jour(jour):
        raise Refus(_BORNES.format(dernier_jour(jour)))
    etudiant_id = inscription.etudiant_id
    en_vigueur = _siens(etudiant_id).filter(retire_le__isnull=True, valable_jusqu_au__gte=jour).count()
    if en_vigueur >= EN_VIGUEUR_MAXIMUM:
        raise Refus(
            f"Vous avez {en_vigueur} certificats en cours de validité : retirez ceux qui ne servent plus."
        )
    code = codes.tirer()
    secret = secrets.token_urlsafe(32) if partage else ""
    dits = table.texte_a_condenser(table.source(inscription, etabli_le=jour), choisis)
    certificat = Certificat.objects.create(
        origine=Certificat.Origine.ETUDIANT,
        etudiant_id=etudiant_id,
        empreinte=codes.empreintes("code", code)[0],
        champs=[champ.value for champ in choisis],
        inscription_id=inscription.pk,
        condense=codes.empreintes("contenu", dits)[0],
        pour_qui=pour_qui,
        valable_jusqu_au=valable_jusqu_au,
        empreinte_du_lien=codes.empreintes("lien", secret)[0] if secret else None,
        pin=make_password(pin) if secret and pin else "",
    )
    certificat.refresh_from_db(fields=["etabli_le"])
    return Etabli(certificat, code, secret)


@transaction.atomic
def prolonger(*, etudiant_id: int, certificat_id: int, valable_jusqu_au: datetime.date) -> Certificat:
    """Raises Refus, Certificat.DoesNotExist."""
    certificat = _siens(etudiant_id).select_for_update().get(pk=certificat_id)
    jour = timezone.localdate()
    if certificat.retire_le is not None:
        raise Refus("Ce certificat est retiré : établissez-en un nouveau.")
    if not certificat.valable_jusqu_au < valable_jusqu_au <= dernier_jour(jour) or valable_jusqu_au <= jour:
        raise Refus(
            f"Choisissez un jour après le {max(certificat.valable_jusqu_au, jour):%d/%m/%Y}, et au plus tard le "
            f"{dernier_jour(jour):%d/%m/%Y}, fin de l'année universitaire."
        )
    certificat.valable_jusqu_au = valable_jusqu_au
    certificat.save(update_fields=["valable_jusqu_au"])
    return certificat


@transaction.atomic
def retirer(*, etudiant_id: int, certificat_id: int) -> Certificat:
    """For good, from now on. Raises Refus, Certificat.DoesNotExist."""
    certificat = _siens(etudiant_id).select_for_update().get(pk=certificat_id)
    if certificat.retire_le is not None:
        raise Refus("Ce certificat est déjà retiré.")
    certificat.retire_le = timezone.now()
    certificat.save(update_fields=["retire_le"])
    return certificat


def le_sien(etudiant_id: int, certificat_id: int) -> Certificat | None:
    return _siens(etudiant_id).filter(pk=certificat_id).first()


_BORNES = (
    "Choisissez un jour à partir de demain, et au plus tard le {:%d/%m/%Y}, fin de l'année universitaire."
)


def _siens(etudiant_id: int) -> models.QuerySet[Certificat]:
    return Certificat.objects.filter(
        origine=Certificat.Origine.ETUDIANT, etudiant_id__in=identifiants_internes(etudiant_id)
    )
