"""What a certificate may show: one table, from the register's rows to words. Pure: it is given what it reads."""

import datetime
import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.text import capfirst

from referentiel.calendrier import debut_annee_universitaire
from referentiel.models import Inscription
from referentiel.nomenclatures import Precision, Statut


class Champ(StrEnum):
    NOM = "nom"
    NAISSANCE = "naissance"
    INE = "ine"
    ETABLISSEMENT = "etablissement"
    REGIME = "regime"
    ANNEE = "annee"
    DATES = "dates"
    DIPLOME = "diplome"


#: What most of those who ask for a certificate need.
PAR_DEFAUT = (Champ.NOM, Champ.ETABLISSEMENT, Champ.REGIME, Champ.ANNEE)

TITRES = {Statut.INSCRIT: "Certificat de scolarité", Statut.ADMIS: "Attestation d'admission"}
NON_RENSEIGNE = "non renseigné"


class Fait(NamedTuple):
    libelle: str
    valeur: str


class Source(NamedTuple):
    """What the values are drawn from. `annee`: the 1 September of the university year that the certificate is of."""

    inscription: Inscription
    annee: datetime.date


def source(inscription: Inscription, *, etabli_le: datetime.date) -> Source:
    """Of an enrolment with its student and establishment, for a certificate made that day: a stable answer."""
    return Source(inscription, debut_annee_universitaire(max(etabli_le, inscription.date_debut)))


def _annee(lue: Source) -> str:
    return f"{lue.annee.year}-{lue.annee.year + 1}"


def _diplome(lue: Source) -> str:
    morceaux = (lue.inscription.diplome, lue.inscription.niveau_diplome)
    return ", ".join(morceau for morceau in morceaux if morceau) or NON_RENSEIGNE


def _etablissement(lue: Source) -> str:
    etablissement = lue.inscription.etablissement
    return f"{etablissement.nom} (UAI {etablissement.uai})"


def periode(inscription: Inscription) -> str:
    return f"du {inscription.date_debut:%d/%m/%Y} au {inscription.date_fin:%d/%m/%Y}"


class _Colonne(NamedTuple):
    libelle: str
    valeur: Callable[[Source], str]


TABLE: dict[Champ, _Colonne] = {
    Champ.NOM: _Colonne("Prénom et nom de naissance", lambda lue: lue.inscription.etudiant.nom_complet),
    Champ.NAISSANCE: _Colonne("Date de naissance", lambda lue: lue.inscription.etudiant.naissance()),
    Champ.INE: _Colonne("Identifiant national étudiant (INE)", lambda lue: lue.inscription.etudiant.ine),
    Champ.ETABLISSEMENT: _Colonne("Établissement", _etablissement),
    Champ.REGIME: _Colonne("Régime", lambda lue: capfirst(lue.inscription.get_regime_display())),
    Champ.ANNEE: _Colonne("Année universitaire", _annee),
    Champ.DATES: _Colonne("Dates", lambda lue: periode(lue.inscription)),
    Champ.DIPLOME: _Colonne("Diplôme préparé", _diplome),
}


def lire_champs(noms: Iterable[str]) -> list[Champ]:
    """Those that exist, in the order of the table."""
    connus = set(noms)
    return [champ for champ in Champ if champ.value in connus]


def titre(statut: str) -> str:
    return TITRES[Statut(statut)]


def faits(lue: Source, champs: Iterable[str]) -> list[Fait]:
    """The status, then what was chosen."""
    inscription = lue.inscription
    return [
        Fait("Statut", inscription.get_statut_display()),
        *(Fait(TABLE[champ].libelle, TABLE[champ].valeur(lue)) for champ in lire_champs(champs)),
    ]


def texte_a_condenser(lue: Source, champs: Iterable[str]) -> str:
    """What the certificate says, as one text: two are equal when both say the same."""
    return json.dumps(faits(lue, champs), ensure_ascii=False)


def debut_du_nom(nom: str) -> str:
    """Up to the third letter: enough to compare with an identity card, not to learn a name."""
    lettres = [rang for rang, signe in enumerate(nom) if signe.isalpha()]
    fin = lettres[2] + 1 if len(lettres) > 2 else len(nom)
    return nom[:fin].upper() + ("…" if fin < len(nom) else "")


def reduits(lue: Source) -> list[Fait]:
    """What whoever checks a paper is shown, to compare with it."""
    inscription = lue.inscription
    etudiant = inscription.etudiant
    jour, precision = etudiant.date_naissance, Precision(etudiant.precision_naissance)
    naissance = f"{jour:%Y} (mois inconnu)" if precision == Precision.ANNEE else f"{jour:%m/%Y}"
    return [
        Fait("Nom de naissance", debut_du_nom(etudiant.nom_naissance)),
        Fait("Mois et année de naissance", naissance),
        Fait("Statut", inscription.get_statut_display()),
        Fait("Établissement", _etablissement(lue)),
        Fait("Dates", periode(inscription)),
    ]


def reduits_d_une_reponse(donnees: dict[str, Any]) -> list[Fait]:
    """The same, of an answer of the API: what its token was shown, no more."""
    trouves = []
    if identite := donnees.get("identite"):
        trouves = [
            Fait("Nom de naissance", debut_du_nom(identite["nom_naissance"])),
            Fait(
                "Mois et année de naissance",
                f"{datetime.date.fromisoformat(identite['date_naissance']):%m/%Y}",
            ),
        ]
    return trouves + _admissions(donnees, reduites=True)


def faits_d_une_reponse(donnees: dict[str, Any]) -> list[Fait]:
    """All that an answer of the API says."""
    trouves = []
    if identite := donnees.get("identite"):
        trouves = [
            Fait(
                "Prénom et nom de naissance",
                f"{identite.get('prenom', '')} {identite['nom_naissance']}".strip(),
            ),
            Fait("Date de naissance", f"{datetime.date.fromisoformat(identite['date_naissance']):%d/%m/%Y}"),
        ]
    return trouves + _admissions(donnees, reduites=False)


def _admissions(donnees: dict[str, Any], *, reduites: bool) -> list[Fait]:
    admissions = donnees["admissions"]
    seule = len(admissions) == 1
    return [
        Fait("Situation" if seule else f"Situation {rang}", _situation(admission, reduite=reduites))
        for rang, admission in enumerate(admissions, start=1)
    ]


def _situation(admission: dict[str, Any], *, reduite: bool) -> str:
    morceaux = []
    if "est_inscrit" in admission:
        morceaux.append("Inscrit" if admission["est_inscrit"] else "Admis")
    if etablissement := admission.get("etablissement_etudes"):
        morceaux.append(f"{etablissement.get('nom', '')} (UAI {etablissement.get('uai', '')})")
    if not reduite and (regime := admission.get("regime_formation")):
        morceaux.append(str(regime["libelle"]))
    if not reduite and (commune := admission.get("code_cog_insee_commune")):
        morceaux.append(f"commune d'études {commune}")
    bornes = [admission.get("date_debut"), admission.get("date_fin")]
    if all(bornes):
        debut, fin = (datetime.date.fromisoformat(str(borne)) for borne in bornes)
        morceaux.append(f"du {debut:%d/%m/%Y} au {fin:%d/%m/%Y}")
    return ", ".join(morceaux) or NON_RENSEIGNE
