"""The one place that judges a line, whatever the door: unit and bulk API, file, admin form, command.

Pure: no database, no clock. Contract §6 for the rules; all errors of the line come at once, in the contract's
field order, so the unit API reports the first one and a file's report says everything to correct.

Values come from JSON (any JSON type) or from files (texts): a wrong type is an error on its field, never a
crash. An absent key, `null` and a blank text all mean "not given". Unknown keys are ignored.
"""

import datetime
from collections.abc import Mapping
from typing import NamedTuple

from referentiel.ecriture.champs import CODE_MAXIMUM, absent, lire_choix, lire_jour, lire_texte
from referentiel.ecriture.contexte import Contexte, EtablissementRef
from referentiel.ecriture.identite import AUCUNE_IDENTITE, Identite, lire_identite
from referentiel.ecriture.signalements import Signalement, signaler
from referentiel.ecriture.textes import cle_libelle
from referentiel.identifiants import IdentifiantInvalide, IneInvalide, cle_ine_valide, normaliser_ine
from referentiel.nomenclatures import REGIME_PAR_NUMERO, STATUT_PAR_NUMERO, Cursus, Regime, Statut

NAISSANCE_MINIMALE = datetime.date(1900, 1, 1)
#: A record outside these years is a slip of the keyboard (0202-09-01); so far out that no real one is.
INSCRIPTION_MINIMALE = datetime.date(1950, 1, 1)
INSCRIPTION_MAXIMALE = datetime.date(2100, 12, 31)
DUREE_MAXIMALE_ANNEES = 6
#: At the start of a record: outside, a slip is likelier than a prodigy.
AGE_MINIMAL, AGE_MAXIMAL = 14, 90
DIPLOME_MAXIMUM = 255
NIVEAU_MAXIMUM = 100

# Plain texts, not members of the enumerations: they go to the database driver a million times.
_STATUTS = {numero: str(statut) for numero, statut in STATUT_PAR_NUMERO.items()}
_STATUTS |= {code: code for code in Statut.values}
_REGIMES = {numero: str(regime) for numero, regime in REGIME_PAR_NUMERO.items()}
for _code, _libelle in Regime.choices:
    _REGIMES |= dict.fromkeys((_code, cle_libelle(_code), cle_libelle(_libelle)), _code)
_CURSUS = {forme: code for code in Cursus.values for forme in (code, code.lower())}
_REGIME_PAR_DEFAUT = str(Regime.RF1)


class LigneValide(NamedTuple):
    """Also the columns of the staging table, in the same order."""

    ligne: int
    ine: str
    date_naissance: datetime.date
    etablissement_id: int
    fictif: bool
    date_debut: datetime.date
    date_fin: datetime.date
    statut: str
    regime: str
    code_commune: str
    cursus: str
    diplome: str
    niveau_diplome: str
    nom_naissance: str | None
    prenoms: list[str] | None
    sexe: str | None
    lieu_naissance: str | None


def valider(
    champs: Mapping[str, object], contexte: Contexte, *, ligne: int = 1
) -> tuple[LigneValide | None, list[Signalement], list[Signalement]]:
    """(line or None, errors, notices). The line is None exactly when there are errors."""
    erreurs: list[Signalement] = []
    avis: list[Signalement] = []
    lire = champs.get

    ine = _ine(lire("ine"), erreurs, avis)
    naissance = lire_jour(
        "dateNaissance", lire("dateNaissance"), NAISSANCE_MINIMALE, contexte.aujourdhui, erreurs
    )
    etablissement = _etablissement(lire("uai"), contexte, erreurs, avis)
    debut = lire_jour(
        "dateDebutInscription",
        lire("dateDebutInscription"),
        INSCRIPTION_MINIMALE,
        INSCRIPTION_MAXIMALE,
        erreurs,
    )
    if naissance is not None and debut is not None and debut <= naissance:
        explication = "L'inscription commence avant la naissance : corrigez l'une des deux dates."
        erreurs.append(
            signaler("dateDebutInscription", debut.isoformat(), "dates_incoherentes", explication=explication)
        )
    elif naissance is not None and debut is not None:
        _age(naissance, debut, avis)
    fin = lire_jour(
        "dateFinInscription", lire("dateFinInscription"), INSCRIPTION_MINIMALE, INSCRIPTION_MAXIMALE, erreurs
    )
    if debut is not None and fin is not None:
        _duree(debut, fin, erreurs)
    statut = lire_choix("statut", lire("statut"), _STATUTS, None, erreurs)
    regime = lire_choix("regime", lire("regime"), _REGIMES, _REGIME_PAR_DEFAUT, erreurs)
    code_commune = _lieu_etudes(lire("codeCommune"), etablissement, contexte, erreurs, avis)
    cursus = lire_choix("cursus", lire("cursus"), _CURSUS, "", erreurs)
    diplome = lire_texte("diplome", lire("diplome"), DIPLOME_MAXIMUM, erreurs)
    niveau = lire_texte("niveauDiplome", lire("niveauDiplome"), NIVEAU_MAXIMUM, erreurs)
    brute = lire("identite")
    identite: Identite = (
        AUCUNE_IDENTITE
        if brute is None
        else lire_identite(brute, contexte, erreurs, avis, naissance=naissance)
    )

    if (
        erreurs
        or ine is None
        or naissance is None
        or etablissement is None
        or debut is None
        or fin is None
        or statut is None
        or regime is None
        or cursus is None
        or code_commune is None
    ):
        return None, erreurs, avis
    valide = LigneValide(
        ligne,
        ine,
        naissance,
        etablissement.id,
        etablissement.fictif,
        debut,
        fin,
        statut,
        regime,
        code_commune,
        cursus,
        diplome,
        niveau,
        identite.nom_naissance,
        identite.prenoms,
        identite.sexe,
        identite.lieu_naissance,
    )
    return valide, erreurs, avis


def _ine(valeur: object, erreurs: list[Signalement], avis: list[Signalement]) -> str | None:
    if absent(valeur):
        erreurs.append(signaler("ine", valeur, "obligatoire"))
        return None
    try:
        if not isinstance(valeur, str):
            raise IdentifiantInvalide("")
        ine = normaliser_ine(valeur)
    except IdentifiantInvalide as refus:
        precision = refus.precision if isinstance(refus, IneInvalide) else ""
        erreurs.append(signaler("ine", valeur, "format", precision=precision))
        return None
    if not cle_ine_valide(ine):
        avis.append(signaler("ine", valeur, "cle"))
    return ine


def _age(naissance: datetime.date, debut: datetime.date, avis: list[Signalement]) -> None:
    age = debut.year - naissance.year - ((debut.month, debut.day) < (naissance.month, naissance.day))
    if not AGE_MINIMAL <= age <= AGE_MAXIMAL:
        avis.append(signaler("dateNaissance", naissance.isoformat(), "age_invraisemblable", age=age))


def _duree(debut: datetime.date, fin: datetime.date, erreurs: list[Signalement]) -> None:
    if fin <= debut:
        explication = "La date de fin doit être après la date de début."
    elif (fin.year - DUREE_MAXIMALE_ANNEES, fin.month, fin.day) > (debut.year, debut.month, debut.day):
        explication = f"Une inscription dure {DUREE_MAXIMALE_ANNEES} ans au plus : corrigez l'une des dates."
    else:
        return
    erreurs.append(
        signaler("dateFinInscription", fin.isoformat(), "dates_incoherentes", explication=explication)
    )


def _etablissement(
    valeur: object, contexte: Contexte, erreurs: list[Signalement], avis: list[Signalement]
) -> EtablissementRef | None:
    if absent(valeur):
        erreurs.append(signaler("uai", valeur, "obligatoire"))
        return None
    if not isinstance(valeur, str) or len(valeur) > CODE_MAXIMUM:
        erreurs.append(signaler("uai", valeur, "format"))
        return None
    lu = contexte.lire_uai(valeur)
    for code in lu.avis:
        avis.append(signaler("uai", valeur, code, uai=lu.etablissement.uai if lu.etablissement else ""))
    if lu.erreur is not None:
        erreurs.append(signaler("uai", valeur, lu.erreur))
    return lu.etablissement


def _lieu_etudes(
    valeur: object,
    etablissement: EtablissementRef | None,
    contexte: Contexte,
    erreurs: list[Signalement],
    avis: list[Signalement],
) -> str | None:
    if absent(valeur):
        return etablissement.code_commune if etablissement is not None else None
    code = valeur.strip(" ") if isinstance(valeur, str) else ""
    # Five characters that a postal code or a COG may have; which of them it is, shape cannot tell.
    if len(code) != 5 or not code.isascii() or not code.isalnum():
        erreurs.append(signaler("codeCommune", valeur, "format"))
        return None
    if etablissement is None:  # the rule needs the establishment; its absence has been said already
        return None
    lu = contexte.lire_lieu_etudes(code, etablissement.code_commune)
    if lu.erreur is not None:
        erreurs.append(signaler("codeCommune", valeur, lu.erreur))
    elif lu.avis is not None:
        avis.append(signaler("codeCommune", valeur, lu.avis, code_commune=lu.code))
    return lu.code
