"""The one place that judges a line, whatever the door: unit and bulk API, file, admin form, command.

Pure: no database, no clock. Contract §6 for the rules; all errors of the line come at once, in the contract's
field order, so the unit API reports the first one and a file's report says everything to correct.

Values come from JSON (any JSON type) or from files (texts): a wrong type is an error on its field, never a
crash. An absent key, `null` and a blank text all mean "not given": what is stored stays. Unknown keys are ignored.
"""

import datetime
from collections import namedtuple
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from referentiel.champs_d_inscription import CHAMPS, GENERAUX, Champ, Role
from referentiel.ecriture.champs import CODE_MAXIMUM, absent, lire_choix, lire_jour, lire_texte
from referentiel.ecriture.contexte import Contexte, EtablissementRef
from referentiel.ecriture.identite import AUCUNE_IDENTITE, Identite, lire_identite
from referentiel.ecriture.signalements import Signalement, signaler
from referentiel.ecriture.textes import cle_libelle
from referentiel.identifiants import IdentifiantInvalide, IneInvalide, cle_ine_valide, normaliser_ine
from referentiel.nomenclatures import Precision

NAISSANCE_MINIMALE = datetime.date(1900, 1, 1)
#: A record outside these years is a slip of the keyboard (0202-09-01); so far out that no real one is.
INSCRIPTION_MINIMALE = datetime.date(1950, 1, 1)
INSCRIPTION_MAXIMALE = datetime.date(2100, 12, 31)
DUREE_MAXIMALE_ANNEES = 6
#: In place of a value: the stored one goes, and the field is as in a new inscription. An absent or blank value leaves
#: it.
EFFACER = "(effacer)"
#: At the start of a record: outside, a slip is likelier than a prodigy.
AGE_MINIMAL, AGE_MAXIMAL = 14, 90

#: A closed list: its forms, and the keys of those that are labels (`lire_choix`).
_FORMES = {
    champ.nom: {
        forme_lue: code
        for forme, code in champ.lecture.choix.items()
        for forme_lue in ((forme, cle_libelle(forme)) if len(forme) > 1 else (forme,))
    }
    for champ in GENERAUX
    if champ.lecture.genre == "choix"
}

#: What a line has beside the fields of the table, first.
TECHNIQUES = ("ligne", "fictif", "precision_naissance")

if TYPE_CHECKING:

    class LigneValide(NamedTuple):
        """Also the columns of the staging table, in the same order. Here, those that some code names."""

        ligne: int
        fictif: bool
        precision_naissance: str
        ine: str
        date_naissance: datetime.date
        etablissement_id: int
        date_debut: datetime.date
        date_fin: datetime.date
        statut: str
        regime: str | None  # None: not given
        code_commune: str | None
        cursus: str | None
        diplome: str
        niveau_diplome: str | None
        nom_naissance: str | None
        prenoms: list[str] | None
        sexe: str | None
        lieu_naissance: str | None

else:
    LigneValide = namedtuple("LigneValide", (*TECHNIQUES, *(champ.colonne for champ in CHAMPS)))


def valider(
    champs: Mapping[str, object], contexte: Contexte, *, ligne: int = 1
) -> tuple[LigneValide | None, list[Signalement], list[Signalement]]:
    """(line or None, errors, notices). The line is None exactly when there are errors."""
    erreurs: list[Signalement] = []
    avis: list[Signalement] = []
    lire = champs.get

    ine = _ine(lire("ine"), erreurs, avis)
    jour, precision = _presumer(lire("dateNaissance"))
    naissance = lire_jour("dateNaissance", jour, NAISSANCE_MINIMALE, contexte.aujourdhui, erreurs)
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
    generaux: list[str | None] = []
    for champ in GENERAUX:
        valeur = lire(champ.nom)
        if absent(valeur):
            if champ.obligatoire:
                erreurs.append(signaler(champ.nom, valeur, "obligatoire"))
            generaux.append("" if champ.role is Role.CLE else None)
        elif valeur == EFFACER and not champ.obligatoire:
            generaux.append(_defaut(champ, etablissement))
        elif champ.lecture.genre == "choix":
            generaux.append(lire_choix(champ.nom, valeur, _FORMES[champ.nom], None, erreurs))
        elif champ.lecture.genre == "texte":
            generaux.append(lire_texte(champ.nom, valeur, champ.lecture.maximum, erreurs))
        else:
            generaux.append(_lieu_etudes(valeur, etablissement, contexte, erreurs, avis))
    brute = lire("identite")
    identite: Identite = (
        AUCUNE_IDENTITE
        if brute is None
        else lire_identite(brute, contexte, erreurs, avis, naissance=naissance)
    )

    if erreurs or ine is None or naissance is None or etablissement is None or debut is None or fin is None:
        return None, erreurs, avis
    # In the order of the table: keys and dates, then the general fields, then the identity.
    valide = LigneValide(  # type: ignore[call-arg]  # as many as the table says
        ligne,
        etablissement.fictif,
        precision,
        ine,
        naissance,
        etablissement.id,
        debut,
        fin,
        *generaux,  # type: ignore[arg-type]
        *identite,
    )
    return valide, erreurs, avis


def _presumer(valeur: object) -> tuple[object, str]:
    """(birth date, what is known of it): a register may know the year only, or the year and month. `2004-00-00`,
    `1992-11-00`: stored at the first day of what is known."""
    if not isinstance(valeur, str) or len(valeur) != 10 or not valeur.endswith("-00"):
        return valeur, Precision.JOUR.value
    if valeur[4:7] == "-00":
        return f"{valeur[:4]}-01-01", Precision.ANNEE.value
    return f"{valeur[:8]}01", Precision.MOIS.value


def _defaut(champ: Champ, etablissement: EtablissementRef | None) -> str | None:
    if champ.lecture.genre == "lieu_etudes":
        return etablissement.code_commune if etablissement is not None else None
    return champ.defaut


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
