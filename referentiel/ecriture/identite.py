"""The optional `identite` of a line (contract §6): what creates a student whose INE is unknown."""

import datetime
from collections.abc import Mapping
from typing import NamedTuple

from referentiel.champs_d_inscription import CHAMPS, PAR_NOM, Role
from referentiel.ecriture.champs import CODE_MAXIMUM, absent, lire_choix
from referentiel.ecriture.contexte import Contexte
from referentiel.ecriture.noms import NomRefuse, lire_nom
from referentiel.ecriture.signalements import Signalement, signaler
from referentiel.histoire import cle_pays, histoire
from referentiel.identifiants import IdentifiantInvalide, normaliser_code_lieu
from referentiel.lieux import FRANCE, lire_lieu_de_naissance

NOM_MAXIMUM = 100
PRENOMS_MAXIMUM = 20
_SEXES = PAR_NOM["sexe"].lecture.choix
_CHAMPS = tuple(champ.nom for champ in CHAMPS if champ.role is Role.IDENTITE)


class Identite(NamedTuple):
    nom_naissance: str | None
    prenoms: list[str] | None
    sexe: str | None
    lieu_naissance: str | None


AUCUNE_IDENTITE = Identite(None, None, None, None)


def lire_identite(
    valeur: object,
    contexte: Contexte,
    erreurs: list[Signalement],
    avis: list[Signalement],
    *,
    naissance: datetime.date | None,
) -> Identite:
    """`naissance`: the birth date, by which the code of a birth place is read; None when it was refused."""
    if not isinstance(valeur, dict):
        if not absent(valeur):
            erreurs.append(signaler("identite", valeur, "format"))
        return AUCUNE_IDENTITE
    lire = valeur.get
    for champ in _CHAMPS:
        if not absent(lire(champ)):
            break
    else:
        return AUCUNE_IDENTITE
    nom = _nom("identite.nomNaissance", lire("nomNaissance"), erreurs)
    prenoms = _prenoms(valeur, erreurs, avis)
    sexe = lire_choix("identite.sexe", lire("sexe"), _SEXES, "", erreurs) or None
    lieu = _lieu_naissance(lire("codeCogInseeCommuneNaissance"), naissance, contexte, erreurs, avis)
    if lieu is None:
        lieu = _pays_naissance(lire("codeCogInseePaysNaissance"), avis)
    return Identite(nom, prenoms, sexe, lieu)


def separer_prenoms(texte: str) -> list[str]:
    """The given names of one cell of a file: commas separate, a space belongs to a compound given name."""
    return [prenom for partie in texte.split(",") if (prenom := partie.strip())]


def _nom(champ: str, valeur: object, erreurs: list[Signalement]) -> str | None:
    """A name, or None when it is refused: one error is enough to say about it."""
    if absent(valeur):
        erreurs.append(signaler(champ, valeur, "obligatoire"))
        return None
    if not isinstance(valeur, str):
        erreurs.append(signaler(champ, valeur, "format"))
        return None
    if len(valeur) <= NOM_MAXIMUM * 4:  # megabytes are not worth cleaning to find that they are too long
        try:
            nom = lire_nom(valeur)
        except NomRefuse as refus:
            erreurs.append(signaler(champ, valeur, refus.code, **refus.details))
            return None
        if len(nom) <= NOM_MAXIMUM:
            return nom
    erreurs.append(signaler(champ, valeur, "trop_long", maximum=NOM_MAXIMUM))
    return None


def _prenoms(
    identite: Mapping[str, object], erreurs: list[Signalement], avis: list[Signalement]
) -> list[str] | None:
    """The given names, in order; an empty list for a person who has a single name, which the sender says by a blank.

    A key that is absent says nothing: whoever forgot a column of given names must not make such persons.
    """
    champ = "identite.prenoms"
    if "prenoms" not in identite:
        erreurs.append(signaler(champ, None, "obligatoire"))
        return None
    valeur = identite["prenoms"]
    if absent(valeur):
        valeur = []
    if not isinstance(valeur, list):
        erreurs.append(signaler(champ, valeur, "format"))
        return None
    if all(map(absent, valeur)):
        avis.append(signaler(champ, "", "nom_seul"))
        return []
    if len(valeur) > PRENOMS_MAXIMUM:
        erreurs.append(signaler(champ, valeur, "trop_nombreux", maximum=PRENOMS_MAXIMUM))
        return None
    prenoms: list[str] = []
    for brut in valeur:
        for partie in separer_prenoms(brut) if isinstance(brut, str) and "," in brut else [brut]:
            prenom = _nom(champ, partie, erreurs)
            if prenom is None:
                return None
            prenoms.append(prenom)
    if len(prenoms) > PRENOMS_MAXIMUM:
        erreurs.append(signaler(champ, valeur, "trop_nombreux", maximum=PRENOMS_MAXIMUM))
        return None
    return prenoms


def _lieu_naissance(
    valeur: object,
    naissance: datetime.date | None,
    contexte: Contexte,
    erreurs: list[Signalement],
    avis: list[Signalement],
) -> str | None:
    if absent(valeur):
        return None
    champ = "identite.codeCogInseeCommuneNaissance"
    try:
        if not isinstance(valeur, str) or len(valeur) > CODE_MAXIMUM:
            raise IdentifiantInvalide("")
        code = normaliser_code_lieu(valeur)
    except IdentifiantInvalide:
        erreurs.append(signaler(champ, valeur, "format"))
        return None
    lieu = lire_lieu_de_naissance(code, naissance, contexte.communes)
    if lieu.avis is not None:
        avis.append(signaler(champ, valeur, lieu.avis, **lieu.details))
    return lieu.code


def _pays_naissance(valeur: object, avis: list[Signalement]) -> str | None:
    """The country that some software sends in a field of its own, by code or by name; of France it says no place."""
    if absent(valeur):
        return None
    texte = valeur.strip() if isinstance(valeur, str) and len(valeur) <= CODE_MAXIMUM else ""
    code = texte if texte in histoire().pays else histoire().codes_de_pays.get(cle_pays(texte))
    if code is None and texte != FRANCE and cle_pays(texte) != "FRANCE":
        avis.append(signaler("identite.codeCogInseePaysNaissance", valeur, "pays_ecarte"))
    return code
