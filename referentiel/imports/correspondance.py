"""Which column of a file is which field, and how a row becomes the fields that validation judges."""

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils import timezone

from referentiel.champs_d_inscription import PAR_NOM
from referentiel.communes import ReferenceCommunes, reference
from referentiel.ecriture.identite import separer_prenoms
from referentiel.ecriture.signalements import Signalement, signaler
from referentiel.ecriture.textes import cle_libelle
from referentiel.exports.formules import restituer
from referentiel.imports import valeurs
from referentiel.imports.colonnes import (
    ANNEE,
    CHAMPS,
    CLE_INE,
    COLONNES,
    CONSTANTES,
    JOINTS,
    PAYS,
    Colonne,
    cles,
    identifier_tous,
    postaux_ecartes,
)
from referentiel.imports.lecture.base import LectureLignes
from referentiel.imports.lecture.erreurs import LigneIllisible
from referentiel.imports.reglages import AUCUN, LAISSER, REJETER, Reglages
from referentiel.lieux import nom_du_lieu
from referentiel.lieux_nommes import lieu_de_naissance_par_texte

#: Closed lists: their values are shown on the page of the columns, and each may be changed.
CODES = ("statut", "regime", "sexe")
LIEU = "codeCogInseeCommuneNaissance"
_ANNEES = ("dateDebutInscription", "dateFinInscription")


class LigneLue(NamedTuple):
    """`champs` for validation, or None and the reason why the line could not be cut into fields.

    `erreurs` and `avis`: what reading the cells had to say, before any judgement.
    """

    numero: int
    champs: dict[str, Any] | None
    cellules: list[str]  # [] when the row is an object
    refus: Signalement | None
    erreurs: list[Signalement] = []
    avis: list[Signalement] = []


class Correspondance:
    """`erreurs` prevent from importing the file, `avis` do not; both are French.

    `choix`: what a person decided for some columns, by key (`colonnes.cles`): a field, or '' to leave the column aside.
    `uais`: establishments that the sender may write for (None: all): when there is one, no line needs to name it.
    `interroge`: somebody is there to be asked what a value means.
    """

    def __init__(
        self,
        entetes: Sequence[str],
        choix: Mapping[str, str] | None = None,
        reglages: Reglages = AUCUN,
        *,
        uais: Collection[str] | None = None,
        connus: Collection[str] = (),
        communes: ReferenceCommunes | None = None,
        interroge: bool = True,
    ) -> None:
        self.entetes = list(entetes)
        self.cles = cles(entetes)
        self.choix = choix = choix or {}
        self.reglages = reglages
        self.interroge = interroge
        self._connus = frozenset(connus)
        self._communes = communes or reference()
        self._siecle = timezone.localdate().year % 100
        detectees = identifier_tous(entetes)
        self.colonnes = [
            CHAMPS.get(choix[cle]) if cle in choix else colonne
            for cle, colonne in zip(self.cles, detectees, strict=True)
        ]
        self.inconnues = [
            titre
            for cle, titre, colonne in zip(self.cles, entetes, self.colonnes, strict=True)
            if colonne is None and titre and cle not in choix
        ]
        self._domiciles = [titre for titre in postaux_ecartes(entetes) if titre in self.inconnues]
        lues = [colonne for colonne in self.colonnes if colonne is not None and not colonne.ignoree]
        self.constantes = _constantes(reglages.constantes, uais)
        presents = {colonne.identifiant for colonne in lues} | set(self.constantes)
        if ANNEE in presents:
            presents |= set(_ANNEES)
        self.manquantes = [
            colonne for colonne in COLONNES if colonne.obligatoire and colonne.identifiant not in presents
        ]
        self.doublees = [
            colonne for colonne in COLONNES if lues.count(colonne) > 1 and colonne.identifiant not in JOINTS
        ]
        self.erreurs = self._erreurs(aucune=not lues)
        self.avis = self._avis()
        self._rangs: dict[str, list[int]] = {}
        for rang, colonne in enumerate(self.colonnes):
            if colonne is not None and not colonne.ignoree:
                self._rangs.setdefault(colonne.identifiant, []).append(rang)
        self._lus = [(CHAMPS[nom], rangs) for nom, rangs in self._rangs.items()]
        self._codes = {nom: self._code(nom) for nom in CODES}

    def _code(self, nom: str) -> dict[str, str]:
        return {**valeurs.USUELLES[nom], **self.reglages.valeurs.get(nom, {})}

    def _erreurs(self, *, aucune: bool) -> tuple[str, ...]:
        if aucune:
            return (
                "Aucune colonne n'est reconnue : une ligne doit donner les titres des colonnes, par exemple "
                + ", ".join(colonne.identifiant for colonne in COLONNES if colonne.obligatoire)
                + ".",
            )
        manque = tuple(
            f"Colonne obligatoire absente : « {colonne.libelle} » ({colonne.identifiant})."
            for colonne in self.manquantes
        )
        return manque + tuple(
            f"Plusieurs colonnes disent la même chose : {self._titres(colonne)}. Gardez-en une seule."
            for colonne in self.doublees
        )

    def _titres(self, voulue: Colonne) -> str:
        return ", ".join(
            f"« {titre[:60]} »"
            for titre, colonne in zip(self.entetes, self.colonnes, strict=True)
            if colonne == voulue
        )

    def _avis(self) -> tuple[str, ...]:
        avis = [
            f"« {titre[:60]} » ne dit pas de quelle adresse : c'est le plus souvent le domicile, la colonne n'est pas "
            "lue. Si c'est le lieu d'études, choisissez ce champ ; sans lui, c'est la commune de l'établissement."
            for titre in self._domiciles
        ]
        if ignorees := [titre for titre in self.inconnues if titre not in self._domiciles]:
            titres = ", ".join(f"« {titre[:60]} »" for titre in ignorees[:20])
            suite = f" et {len(ignorees) - 20} autres" if len(ignorees) > 20 else ""
            avis.append(f"Colonnes ignorées, car inconnues : {titres}{suite}.")
        return tuple(avis)

    # --- values

    def proposer(self, nom: str, valeur: str) -> str:
        """What a value of a closed list is taken for: a code, `REJETER`, `LAISSER`, or '' when it must be asked."""
        cle = cle_libelle(valeur)
        choisi = self.reglages.valeurs.get(nom, {}).get(cle)
        if choisi is not None:
            return choisi
        if nom == "regime" and valeurs.chiffre(valeur):
            return ""
        code = valeurs.USUELLES[nom].get(cle)
        if code is None:
            formes = PAR_NOM[nom].lecture.choix
            code = formes.get(valeur) or {cle_libelle(forme): un for forme, un in formes.items()}.get(cle)
        return code or REJETER

    def champs(self, cellules: Sequence[str]) -> dict[str, Any]:
        """The fields of a row, which must be as wide as the header. Blank cells are left out."""
        return self.lire(cellules)[0]

    def lire(self, cellules: Sequence[str]) -> tuple[dict[str, Any], list[Signalement], list[Signalement]]:
        """(fields, errors, notices)."""
        champs: dict[str, Any] = {}
        identite: dict[str, Any] = {}
        erreurs: list[Signalement] = []
        avis: list[Signalement] = []
        for colonne, rangs in self._lus:
            texte = self._cellule(colonne, rangs, cellules)
            if not texte:
                continue
            if valeurs.est_une_erreur(texte):
                erreurs.append(signaler(colonne.champ, texte, "erreur_de_tableur"))
            elif colonne.identite:
                identite[colonne.identifiant] = texte
            else:
                champs[colonne.identifiant] = texte
        for nom, valeur in self.constantes.items():
            champs.setdefault(nom, valeur)
        self._corriger(champs, avis)
        if identite and not self._identite(identite, champs, avis):
            champs["identite"] = identite
        return champs, erreurs, avis

    def _cellule(self, colonne: Colonne, rangs: Sequence[int], cellules: Sequence[str]) -> str:
        if len(rangs) == 1:
            texte = cellules[rangs[0]].strip()
            return lire_cellule(texte) if texte[:1] == "'" else texte
        morceaux = [morceau for rang in rangs if (morceau := lire_cellule(cellules[rang]))]
        return (", " if colonne.identifiant == "prenoms" else "").join(morceaux)

    def _corriger(self, champs: dict[str, Any], avis: list[Signalement]) -> None:
        """What the cells of a line mean together, and in the words of the write API."""
        cle = champs.pop(CLE_INE, "")
        ine = champs.get("ine", "")
        if ine and cle and len(ine) + len(cle) == 11:
            champs["ine"] = ine + cle
        elif ine and (rendu := valeurs.rendre_les_zeros_de_l_ine(ine)):
            champs["ine"] = rendu
            avis.append(signaler("ine", ine, "zero_rendu", rendu=rendu))
        annee = champs.pop(ANNEE, "")
        if annee and (jours := valeurs.lire_annee(annee)):
            for nom, jour in zip(_ANNEES, jours, strict=True):
                champs.setdefault(nom, jour)
        for nom in ("dateNaissance", *_ANNEES):
            if texte := champs.get(nom):
                champs[nom] = valeurs.lire_date(texte, naissance=nom == "dateNaissance", siecle=self._siecle)
        uai = champs.get("uai", "")
        if len(uai) == 7 and f"0{uai}".upper() in self._connus:
            champs["uai"] = f"0{uai}"
            avis.append(signaler("uai", uai, "zero_rendu", rendu=champs["uai"]))
        if (code := champs.get("codeCommune")) and (
            rendu := valeurs.rendre_le_zero_du_code(code, self._communes)
        ):
            champs["codeCommune"] = rendu
            avis.append(signaler("codeCommune", code, "zero_rendu", rendu=rendu))
        for nom in ("statut", "regime"):
            if valeur := champs.get(nom):
                self._lire_code(nom, valeur, champs, avis)

    def _lire_code(self, nom: str, valeur: str, ou: dict[str, Any], avis: list[Signalement]) -> None:
        cle = cle_libelle(valeur)
        if nom == "regime" and valeurs.chiffre(valeur) and cle not in self.reglages.valeurs.get(nom, {}):
            # Nobody is there to be asked: what is registered stays.
            if not self.interroge:
                del ou[nom]
                avis.append(signaler(nom, valeur, "regime_chiffre"))
            else:
                ou[nom] = f"{valeur} ?"
            return
        code = self._codes[nom].get(cle)
        if code == LAISSER:
            del ou[nom]
        elif code == REJETER:
            ou[nom] = valeur if cle not in valeurs.USUELLES[nom] else f"{valeur} ?"
        elif code is not None:
            ou[nom] = code

    def _identite(self, identite: dict[str, Any], champs: Mapping[str, Any], avis: list[Signalement]) -> bool:
        """Put the identity in the words of the write API. True when nothing is left of it."""
        if prenoms := identite.get("prenoms"):
            identite["prenoms"] = separer_prenoms(prenoms)
        elif "prenoms" in self._rangs:
            identite["prenoms"] = []  # a blank beside a name: this person has no given name
        if sexe := identite.get("sexe"):
            self._lire_code("sexe", sexe, identite, avis)
        pays = identite.pop(PAYS, "")
        lieu = identite.pop(LIEU, "")
        if lieu or pays:
            lu = self._lieu(lieu, pays, champs.get("dateNaissance", ""), avis)
            if lu:
                identite[LIEU] = lu
        return not identite

    def _lieu(self, texte: str, pays: str, naissance: str, avis: list[Signalement]) -> str | None:
        """A place is optional: what cannot be understood of it is left aside, and said."""
        champ = f"identite.{LIEU}"
        etranger = valeurs.lire_pays(pays) if pays else None
        if etranger and not (texte.isdigit() and texte.startswith("99")):
            return etranger
        if not texte:
            return None
        if len(texte) == 5 and texte[0].isdigit() and texte[2:].isdigit():
            return texte
        if rendu := valeurs.rendre_le_zero_du_code(texte, self._communes):
            avis.append(signaler(champ, texte, "zero_rendu", rendu=rendu))
            return rendu
        code = lieu_par_texte(texte, naissance, self._communes)
        rendu = f"{code}, {nom_du_lieu(code, self._communes)}" if code else ""
        avis.append(signaler(champ, texte, "lieu_compris" if code else "lieu_laisse", rendu=rendu))
        return code


def lieu_par_texte(texte: str, naissance: str, communes: ReferenceCommunes) -> str | None:
    """`TOULOUSE (31)`, `Paris 12e`, `Maroc`: the code of the place, None when it cannot be told for sure."""
    try:
        jour = datetime.date.fromisoformat(naissance)
    except ValueError:
        jour = None
    lu = lieu_de_naissance_par_texte(texte[:200], jour, communes)
    return None if lu is None else lu.code


def _constantes(donnees: Mapping[str, str], uais: Collection[str] | None) -> dict[str, str]:
    """A year gives both days, which dates given beside it replace."""
    constantes = {nom: donnees[nom] for nom in CONSTANTES if donnees.get(nom)}
    if uais is not None and len(uais) == 1:
        constantes.setdefault("uai", next(iter(uais)))
    return constantes


def lire_cellule(texte: str) -> str:
    """What a cell means: without outer blanks, nor the apostrophe that made a formula harmless."""
    return restituer(texte.strip()).strip()


def parcourir(lecture: LectureLignes, correspondance: Correspondance | None = None) -> Iterator[LigneLue]:
    """The lines of a file as fields, whatever its format. `correspondance` is of no use for JSON."""
    if lecture.entetes is None:
        for numero, rangee in lecture.lignes():
            if isinstance(rangee, dict):
                yield LigneLue(numero, rangee, [], None)
            elif isinstance(rangee, LigneIllisible):
                yield LigneLue(numero, None, rangee.cellules, rangee.signalement)
        return
    lire = (correspondance or Correspondance(lecture.entetes)).lire
    for numero, rangee in lecture.lignes():
        if isinstance(rangee, list):
            champs, erreurs, avis = lire(rangee)
            yield LigneLue(numero, champs, rangee, None, erreurs, avis)
        elif isinstance(rangee, LigneIllisible):
            yield LigneLue(numero, None, rangee.cellules, rangee.signalement)
