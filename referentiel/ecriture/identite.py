"""The optional `identite` of a line (contract §6): what creates a student whose INE is unknown."""

from typing import NamedTuple

from referentiel.champs_d_inscription import CHAMPS, PAR_NOM, Role
from referentiel.ecriture.champs import CODE_MAXIMUM, absent, lire_choix, lire_texte
from referentiel.ecriture.contexte import Contexte
from referentiel.ecriture.signalements import Signalement, signaler
from referentiel.identifiants import IdentifiantInvalide, normaliser_code_lieu

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
    valeur: object, contexte: Contexte, erreurs: list[Signalement], avis: list[Signalement]
) -> Identite:
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
    nom = lire_texte("identite.nomNaissance", lire("nomNaissance"), NOM_MAXIMUM, erreurs, obligatoire=True)
    if nom and not _a_une_lettre(nom):
        erreurs.append(signaler("identite.nomNaissance", nom, "format"))
    prenoms = _prenoms(lire("prenoms"), erreurs)
    sexe = lire_choix("identite.sexe", lire("sexe"), _SEXES, None, erreurs)
    lieu = _lieu_naissance(lire("codeCogInseeCommuneNaissance"), contexte, erreurs, avis)
    return Identite(nom, prenoms, sexe, lieu)


def separer_prenoms(texte: str) -> list[str]:
    """The given names of one cell of a file: commas separate, a space belongs to a compound given name."""
    return [prenom for partie in texte.split(",") if (prenom := partie.strip())]


def _a_une_lettre(nom: str) -> bool:
    """A name without any letter has an empty normal form: it would be found by any other such name."""
    return nom[0].isalpha() or any(caractere.isalpha() for caractere in nom)


def _prenoms(valeur: object, erreurs: list[Signalement]) -> list[str] | None:
    champ = "identite.prenoms"
    if absent(valeur) or valeur == []:
        erreurs.append(signaler(champ, valeur, "obligatoire"))
        return None
    if not isinstance(valeur, list):
        erreurs.append(signaler(champ, valeur, "format"))
        return None
    if len(valeur) > PRENOMS_MAXIMUM:
        erreurs.append(signaler(champ, valeur, "trop_nombreux", maximum=PRENOMS_MAXIMUM))
        return None
    prenoms = []
    for brut in valeur:
        nombre = len(erreurs)
        prenom = lire_texte(champ, brut, NOM_MAXIMUM, erreurs, obligatoire=True)
        if len(erreurs) > nombre:
            return None  # one error is enough to say about one list
        if "," in prenom:
            erreurs.append(signaler(champ, brut, "caractere_interdit", caractere="virgule"))
            return None
        if not _a_une_lettre(prenom):
            erreurs.append(signaler(champ, brut, "format"))
            return None
        prenoms.append(prenom)
    return prenoms


def _lieu_naissance(
    valeur: object, contexte: Contexte, erreurs: list[Signalement], avis: list[Signalement]
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
    if not code.startswith("99") and not contexte.communes.connue(code):
        avis.append(signaler(champ, valeur, "naissance_inconnue"))
    return code
