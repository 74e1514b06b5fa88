"""Correcting a registered identity: the ministry's act, by the rules of the write API."""

import datetime
from collections.abc import Mapping
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from referentiel.communes import reference
from referentiel.ecriture.auteur import signer
from referentiel.ecriture.champs import lire_jour
from referentiel.ecriture.contexte import Contexte
from referentiel.ecriture.identite import Identite, lire_identite
from referentiel.ecriture.signalements import Signalement, signaler
from referentiel.ecriture.validation import NAISSANCE_MINIMALE
from referentiel.models import Etudiant, Verification
from referentiel.nomenclatures import Precision


class Correction(NamedTuple):
    """A whole identity, valid."""

    identite: Identite
    date_naissance: datetime.date


def lire_correction(
    champs: Mapping[str, object],
) -> tuple[Correction | None, list[Signalement], list[Signalement]]:
    """(correction or None, errors, notices). `champs`: dateNaissance, and the keys of `identite` of the write API."""
    aujourdhui = timezone.localdate()
    contexte = Contexte(etablissements={}, uais_autorises=None, communes=reference(), aujourdhui=aujourdhui)
    erreurs: list[Signalement] = []
    avis: list[Signalement] = []
    naissance = lire_jour(
        "dateNaissance", champs.get("dateNaissance"), NAISSANCE_MINIMALE, aujourdhui, erreurs
    )
    identite = lire_identite(dict(champs), contexte, erreurs, avis, naissance=naissance)
    if identite.nom_naissance is None and not erreurs:  # nothing at all: to a deposit, no identity is given
        erreurs.append(signaler("identite.nomNaissance", "", "obligatoire"))
    if erreurs or naissance is None:
        return None, erreurs, avis
    return Correction(identite, naissance), erreurs, avis


def corriger_identite(*, etudiant_id: int, correction: Correction, auteur: str) -> bool:
    """Register this identity. False when it was registered already. Raises Etudiant.DoesNotExist.

    INES vouches for an INE with a birth date: with another date, the identity is to be verified again.
    """
    with transaction.atomic(), connection.cursor() as curseur:
        signer(curseur, auteur)
        etudiant = Etudiant.objects.select_for_update(no_key=True).get(pk=etudiant_id)
        nouvelle = {
            "nom_naissance": correction.identite.nom_naissance,
            "prenoms": correction.identite.prenoms,
            "sexe": correction.identite.sexe,
            "lieu_naissance": correction.identite.lieu_naissance,
            "date_naissance": correction.date_naissance,
        }
        if all(getattr(etudiant, champ) == valeur for champ, valeur in nouvelle.items()):
            return False
        autre_date = correction.date_naissance != etudiant.date_naissance
        for champ, valeur in nouvelle.items():
            setattr(etudiant, champ, valeur)
        etudiant.identite_de = None  # what the ministry has settled, no establishment corrects
        if autre_date:
            etudiant.precision_naissance = Precision.JOUR
            etudiant.identite_verifiee = False
        etudiant.save(
            update_fields=[
                *nouvelle,
                "identite_de",
                "precision_naissance",
                "identite_verifiee",
                "modifie_le",
            ],
            force_update=True,
        )
        if autre_date and not etudiant.fictif:
            redemander_verification(etudiant_id)
    return True


def redemander_verification(etudiant_id: int) -> None:
    """INES will be asked about this student at the next passage, whatever it has said before."""
    maintenant = timezone.now()
    Verification.objects.update_or_create(
        etudiant_id=etudiant_id,
        defaults={
            "etat": Verification.Etat.A_REPRENDRE,
            "essais": 0,
            "dernier_essai": maintenant,
            "prochain_essai": maintenant,
        },
    )
