"""The history of a student and of inscriptions, as people read it. Written by the database (`Historique`), told here.

A manager reads what was done of their establishments' inscriptions, and of the student's identity what the ministry or
their own establishments did: that another establishment knows the student is none of their business.
"""

import datetime
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple, cast

from django.db import models
from django.db.models import BigIntegerField, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.text import capfirst

from referentiel.droits import Auteur, Droits, auteurs
from referentiel.journal.echanges import identifiants_internes
from referentiel.models import Etablissement, Etudiant, Historique, Inscription, Lot

#: Most recent events shown: a record rewritten many times by a faulty program must not fill a page.
EVENEMENTS_MAXIMUM = 200

MINISTERE = "Ministère chargé de l'enseignement supérieur"
_MODELES: dict[str, type[models.Model]] = {"etudiant": Etudiant, "inscription": Inscription}
_TITRES = {
    ("etudiant", "creation"): "Étudiant enregistré",
    ("etudiant", "modification"): "Identité modifiée",
    ("etudiant", "suppression"): "Étudiant fusionné dans celui-ci",
    ("inscription", "creation"): "Inscription créée",
    ("inscription", "modification"): "Inscription modifiée",
    ("inscription", "suppression"): "Inscription retirée",
}
_TUS = {"fictif", "source", "lot_id"}


class Changement(NamedTuple):
    champ: str
    avant: str
    apres: str


class Evenement(NamedTuple):
    instant: datetime.datetime
    titre: str
    objet: str
    objet_id: int
    changements: list[Changement]
    auteur: str


def d_un_etudiant(etudiant: Etudiant, droits: Droits) -> list[Evenement]:
    """Newest first: the identity, the inscriptions that this person sees, and those that were withdrawn; those too of
    the students who were merged into this one."""
    personnes = identifiants_internes(etudiant.pk)
    inscriptions = {
        ligne.pk: ligne.etablissement_id
        for ligne in Inscription.objects.visibles_par(droits).filter(etudiant=etudiant)
    }
    inscriptions |= {
        ligne.objet_id: _avant(ligne)["etablissement_id"]
        for ligne in _retirees(personnes)
        if _sien(_avant(ligne)["etablissement_id"], droits)
    }
    return _raconter(
        Q(objet="etudiant", objet_id__in=personnes) | Q(objet="inscription", objet_id__in=inscriptions),
        inscriptions,
        droits,
    )


def d_une_inscription(inscription_id: int, droits: Droits) -> tuple[int, list[Evenement]] | None:
    """(its student's internal id, events), withdrawn ones included; None when this person has none such."""
    en_place = Inscription.objects.visibles_par(droits).filter(pk=inscription_id).first()
    if en_place is not None:
        etudiant, etablissement = en_place.etudiant_id, en_place.etablissement_id
    else:
        retiree = Historique.objects.filter(
            objet="inscription", objet_id=inscription_id, operation=Historique.Operation.SUPPRESSION
        ).first()
        if retiree is None or _avant(retiree)["fictif"]:
            return None
        etudiant, etablissement = _avant(retiree)["etudiant_id"], _avant(retiree)["etablissement_id"]
        if not _sien(etablissement, droits):
            return None
    return etudiant, _raconter(
        Q(objet="inscription", objet_id=inscription_id), {inscription_id: etablissement}, droits
    )


def _retirees(etudiants: Collection[int]) -> Iterable[Historique]:
    """By the index `historique_retraits`."""
    return (
        Historique.objects.filter(objet="inscription", operation="suppression")
        .alias(de=Cast(KeyTextTransform("etudiant_id", "avant"), BigIntegerField()))
        .filter(de__in=etudiants)[:EVENEMENTS_MAXIMUM]
    )


def _avant(suppression: Historique) -> dict[str, Any]:
    """What a deleted row held: always known."""
    return cast(dict[str, Any], suppression.avant)


def _sien(etablissement_id: int, droits: Droits) -> bool:
    return droits.etablissements is None or etablissement_id in droits.etablissements


def _raconter(quoi: Q, etablissements: dict[int, int], droits: Droits) -> list[Evenement]:
    """`etablissements`: of each inscription, the one that has it now."""
    lignes = list(Historique.objects.filter(quoi).order_by("-instant", "-pk")[:EVENEMENTS_MAXIMUM])
    lignes = list(_visibles(lignes, etablissements, droits))
    signataires = _signataires({ligne.auteur for ligne in lignes})
    noms = _etablissements(lignes)
    return [
        Evenement(
            ligne.instant,
            _TITRES[ligne.objet, ligne.operation],
            ligne.objet,
            ligne.objet_id,
            list(_changements(ligne, noms, droits)),
            _nommer(signataires.get(ligne.auteur), droits),
        )
        for ligne in lignes
        if ligne.objet == "inscription" or _peut_lire(signataires.get(ligne.auteur), droits)
    ]


def _visibles(
    lignes: Iterable[Historique], etablissements: dict[int, int], droits: Droits
) -> Iterable[Historique]:
    """Going back in time, an inscription that came from another establishment is that one's before it came."""
    ailleurs = set()
    for ligne in lignes:
        if ligne.objet == "inscription":
            if ligne.objet_id in ailleurs:
                continue
            avant = (ligne.avant or {}).get("etablissement_id", etablissements[ligne.objet_id])
            if not _sien(avant, droits):
                ailleurs.add(ligne.objet_id)
        yield ligne


def _peut_lire(auteur: Auteur | None, droits: Droits) -> bool:
    if droits.uais is None:
        return True
    return auteur is not None and (auteur.uais is None or auteur.uais <= set(droits.uais))


def _nommer(auteur: Auteur | None, droits: Droits) -> str:
    if auteur is None:
        return "Auteur inconnu"
    if droits.uais is None:
        return auteur.nom
    if auteur.uais is None:  # the ministry's staff are not named to establishments
        return MINISTERE
    return auteur.nom


def _signataires(codes: Collection[str]) -> dict[str, Auteur]:
    trouves = auteurs(codes)
    numeros = {code: int(numero) for code in codes if (numero := _numero_de_lot(code))}
    lots = Lot.objects.select_related("compte").in_bulk(set(numeros.values()))
    for code in codes:
        if rang := numeros.get(code):
            lot = lots.get(rang)
            fait = "Retrait du dépôt" if code.endswith(":retrait") else "Dépôt"
            par = f", par {lot.compte}" if lot is not None and lot.compte is not None else ""
            uais: frozenset[str] | None = (
                frozenset() if lot is None else None if lot.uais is None else frozenset(lot.uais)
            )
            trouves[code] = Auteur(f"{fait} n° {rang}{par}", uais)
        elif code.startswith(("commande:", "tache:", "base:", "ines")):
            trouves[code] = Auteur(f"{MINISTERE} (exploitation)", None)
    return trouves


def _numero_de_lot(code: str) -> str:
    genre, _, reste = code.partition(":")
    numero = reste.partition(":")[0]
    return numero if genre == "lot" and numero.isdecimal() else ""


def _etablissements(lignes: Iterable[Historique]) -> dict[int, str]:
    vus = {
        valeurs["etablissement_id"]
        for ligne in lignes
        for valeurs in (ligne.avant or {}, ligne.apres or {})
        if "etablissement_id" in valeurs
    }
    return {un.pk: str(un) for un in Etablissement.objects.filter(pk__in=vus)} if vus else {}


def _changements(ligne: Historique, noms: dict[int, str], droits: Droits) -> Iterable[Changement]:
    modele = _MODELES[ligne.objet]
    for champ in modele._meta.concrete_fields:
        cle = champ.column
        if cle in _TUS or champ.primary_key or cle not in (ligne.avant or {}):
            continue
        valeurs = [
            _ecrire(champ, valeurs[cle], noms, droits) if valeurs else ""
            for valeurs in (ligne.avant or {}, ligne.apres or {})
        ]
        if any(valeurs):
            yield Changement(capfirst(str(champ.verbose_name)), *valeurs)


def _ecrire(champ: Any, valeur: Any, noms: dict[int, str], droits: Droits) -> str:
    if valeur is None or valeur == "":
        return ""
    if champ.column == "etablissement_id":
        return (
            noms.get(valeur, "établissement supprimé") if _sien(valeur, droits) else "un autre établissement"
        )
    if champ.column == "etudiant_id":
        return f"étudiant n° {valeur}"
    if isinstance(champ, models.BooleanField):
        return "oui" if valeur else "non"
    if isinstance(champ, models.DateField):
        return f"{datetime.date.fromisoformat(valeur):%d/%m/%Y}"
    if isinstance(valeur, list):
        return ", ".join(valeur)
    return str(dict(champ.flatchoices).get(valeur, valeur))
