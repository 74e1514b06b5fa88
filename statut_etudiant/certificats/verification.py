"""What whoever checks a certificate is told: what it is worth, what to compare, whether it is still true today.

A code that nobody holds and one that was mistyped are answered alike, and slowed down by address.
"""

import logging
from enum import StrEnum
from typing import NamedTuple

from django.contrib.auth.hashers import check_password
from django.utils import timezone

from habilitations.comptes.verrous import ADRESSE_DE_VERIFICATION, PIN, Essai
from referentiel.models import IneRemplace, Inscription
from statut_etudiant.certificats import champs as table
from statut_etudiant.certificats import code as codes
from statut_etudiant.certificats import journal, preuves
from statut_etudiant.certificats.champs import Fait
from statut_etudiant.certificats.models import Certificat

trace = logging.getLogger(__name__)


class Etat(StrEnum):
    INCONNU = "inconnu"
    RETIRE = "retire"
    EXPIRE = "expire"
    AUTHENTIQUE = "authentique"


class Actualite(StrEnum):
    """Of an authentic certificate: what the register says today."""

    ENCORE_VRAI = "encore_vrai"
    A_VENIR = "a_venir"
    TERMINE = "termine"
    MODIFIE = "modifie"
    RETIRE_DU_REFERENTIEL = "retire_du_referentiel"
    #: A snapshot of the API: true the day it was made, and nothing is read again.
    CLICHE = "cliche"


class Verdict(NamedTuple):
    """`faits`: to compare with the paper, or all that is shared; empty unless authentic and still in the register."""

    etat: Etat
    certificat: Certificat | None = None
    actualite: Actualite | None = None
    titre: str = ""
    faits: tuple[Fait, ...] = ()


INCONNU = Verdict(Etat.INCONNU)


class PinRefuse(Exception):
    """Wrong, or missing."""


def verifier(saisi: str, *, adresse: str, requete: str) -> Verdict:
    """Of a code, as typed. `adresse`: the caller's IP. Raises verrous.TropDEssais."""
    essai = Essai((ADRESSE_DE_VERIFICATION, adresse))
    try:
        code = codes.lire(saisi)
    except codes.CodeIllisible:
        return INCONNU
    certificat = Certificat.objects.filter(empreinte__in=codes.empreintes("code", code)).first()
    if certificat is None:
        return INCONNU
    essai.reussi()
    if (etat := _etat(certificat)) != Etat.AUTHENTIQUE:
        journal.consigner(certificat, requete=requete, categories=journal.ETAT_SEUL)
        return Verdict(etat, certificat)
    if certificat.origine == Certificat.Origine.API:
        try:
            verdict = _verdict_d_un_cliche(certificat, code)
        except preuves.ClicheAltere:
            # Not authentic, whatever its code: the operator is told, and whoever checks is not given what was altered.
            trace.error("preuve altérée", extra={"faits": {"certificat": certificat.numero}})
            return INCONNU
        journal.consigner(certificat, requete=requete, categories=journal.REDUITES)
        return verdict
    actualite, lue = aujourd_hui(certificat)
    journal.consigner(certificat, requete=requete, categories=journal.REDUITES if lue else journal.ETAT_SEUL)
    return Verdict(etat, certificat, actualite, _titre(lue), tuple(table.reduits(lue)) if lue else ())


def partage(secret: str, *, adresse: str) -> Certificat | None:
    """The certificate of a share link, whatever its state. Raises verrous.TropDEssais."""
    essai = Essai((ADRESSE_DE_VERIFICATION, adresse))
    certificat = Certificat.objects.filter(empreinte_du_lien__in=codes.empreintes("lien", secret)).first()
    if certificat is not None:
        essai.reussi()
    return certificat


def ouvrir_le_partage(certificat: Certificat, *, pin: str, adresse: str, requete: str) -> Verdict:
    """All that this certificate shows, as it is today. Raises PinRefuse, verrous.TropDEssais."""
    if certificat.pin:
        essai = Essai((PIN, str(certificat.pk)), (ADRESSE_DE_VERIFICATION, adresse))
        if not check_password(pin, certificat.pin):
            raise PinRefuse
        essai.reussi()
    if (etat := _etat(certificat)) != Etat.AUTHENTIQUE:
        journal.consigner(certificat, requete=requete, categories=journal.ETAT_SEUL, par_lien=True)
        return Verdict(etat, certificat)
    actualite, lue = aujourd_hui(certificat)
    categories = sorted({_CATEGORIES[champ] for champ in table.lire_champs(certificat.champs)} | {"statut"})
    journal.consigner(
        certificat, requete=requete, categories=categories if lue else journal.ETAT_SEUL, par_lien=True
    )
    faits = tuple(table.faits(lue, certificat.champs)) if lue else ()
    return Verdict(etat, certificat, actualite, _titre(lue), faits)


_CATEGORIES = {
    table.Champ.NOM: "identite",
    table.Champ.NAISSANCE: "identite",
    table.Champ.INE: "ine",
    table.Champ.ETABLISSEMENT: "etablissement",
    table.Champ.REGIME: "regime",
    table.Champ.ANNEE: "inscription",
    table.Champ.DATES: "inscription",
    table.Champ.DIPLOME: "inscriptions",
}


def aujourd_hui(certificat: Certificat) -> tuple[Actualite, table.Source | None]:
    """What the register says today of what this certificate says, and of which enrolment; None when it has left.

    The same enrolment sent anew after a mistake has another number and says the same: the certificate is still true.
    """
    jour = timezone.localdate()
    etabli_le = timezone.localdate(certificat.etabli_le)
    condense = bytes(certificat.condense or b"")
    lues = [table.source(inscription, etabli_le=etabli_le) for inscription in _inscriptions(certificat)]
    for lue in lues:
        if condense in codes.empreintes("contenu", table.texte_a_condenser(lue, certificat.champs)):
            if lue.inscription.date_fin < jour:
                return Actualite.TERMINE, lue
            return (Actualite.A_VENIR if lue.inscription.date_debut > jour else Actualite.ENCORE_VRAI), lue
    if lues and lues[0].inscription.pk == certificat.inscription_id:
        return Actualite.MODIFIE, lues[0]
    return Actualite.RETIRE_DU_REFERENTIEL, None


def _inscriptions(certificat: Certificat) -> list[Inscription]:
    """The student's, the one that the certificate was made of first."""
    garde = IneRemplace.objects.filter(ancien_etudiant_id=certificat.etudiant_id).values_list(
        "etudiant", flat=True
    )
    etudiants = {certificat.etudiant_id, *garde}
    lues = Inscription.objects.filter(etudiant__in=etudiants, fictif=False).select_related(
        "etudiant", "etablissement"
    )
    return sorted(lues, key=lambda une: (une.pk != certificat.inscription_id, -une.date_fin.toordinal()))


def _etat(certificat: Certificat) -> Etat:
    if certificat.retire_le is not None:
        return Etat.RETIRE
    if certificat.valable_jusqu_au < timezone.localdate():
        return Etat.EXPIRE
    return Etat.AUTHENTIQUE


def _verdict_d_un_cliche(certificat: Certificat, code: str) -> Verdict:
    donnees = preuves.ouvrir(certificat, code)
    faits = tuple(table.reduits_d_une_reponse(donnees))
    return Verdict(Etat.AUTHENTIQUE, certificat, Actualite.CLICHE, preuves.TITRE, faits)


def _titre(lue: table.Source | None) -> str:
    return table.titre(lue.inscription.statut) if lue else "Certificat"
