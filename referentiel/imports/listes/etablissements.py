"""Establishments: importing a list of them. The real ones only: the sandbox's are not touched.

A line is judged as a whole (every error at once), then all valid lines are written by one statement. What a file does
not say (no such column, or a blank cell) is left as it is.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

import orjson
from django.db import connection, transaction
from django.utils import timezone

from referentiel.communes import ReferenceCommunes
from referentiel.complements import reference
from referentiel.ecriture.auteur import signer
from referentiel.ecriture.signalements import Signalement, nommer, signaler
from referentiel.ecriture.textes import CaractereInterdit, cle_libelle, nettoyer
from referentiel.identifiants import (
    IdentifiantInvalide,
    cle_uai_valide,
    lire_date,
    normaliser_code_commune,
    normaliser_siret,
    normaliser_uai,
)
from referentiel.imports.lecture.erreurs import FichierIllisible, LigneIllisible
from referentiel.imports.lecture.ouverture import ouvrir
from referentiel.imports.listes.base import BilanDImport, Changement
from referentiel.imports.listes.colonnes import Correspondance
from referentiel.models import Etablissement
from referentiel.nomenclatures import Secteur, TypeEtablissement

NOM_MAXIMUM = 255

#: What the ministry publishes as types (its list is open), besides our own codes and labels.
TYPES_PUBLIES = {
    "Université": TypeEtablissement.UNIVERSITE,
    "Communauté d'universités et établissements": TypeEtablissement.UNIVERSITE,
    "Université de technologie": TypeEtablissement.ECOLE_INGENIEUR,
    "Institut national polytechnique": TypeEtablissement.ECOLE_INGENIEUR,
    "Grand établissement": TypeEtablissement.GRAND_ETABLISSEMENT,
    "École normale supérieure": TypeEtablissement.GRAND_ETABLISSEMENT,
    "École d'ingénieurs": TypeEtablissement.ECOLE_INGENIEUR,
    "École de formation d'ingénieurs": TypeEtablissement.ECOLE_INGENIEUR,
    "École de commerce": TypeEtablissement.ECOLE_COMMERCE,
    "École de commerce, gestion, vente": TypeEtablissement.ECOLE_COMMERCE,
    "École de commerce et de gestion": TypeEtablissement.ECOLE_COMMERCE,
    "École d'art": TypeEtablissement.ECOLE_ART,
    "École d'architecture": TypeEtablissement.ECOLE_ART,
    "École supérieure artistique et culturelle": TypeEtablissement.ECOLE_ART,
    "École paramédicale": TypeEtablissement.ECOLE_SANTE,
    "École paramédicale et sociale": TypeEtablissement.ECOLE_SANTE,
    "Lycée": TypeEtablissement.LYCEE,
    "Lycée général et technologique": TypeEtablissement.LYCEE,
    "Lycée polyvalent": TypeEtablissement.LYCEE,
    "Autre établissement": TypeEtablissement.AUTRE,
    "Autre": TypeEtablissement.AUTRE,
    "Établissement-composante": TypeEtablissement.AUTRE,
    "École française à l'étranger": TypeEtablissement.AUTRE,
}
_TYPES = {cle_libelle(libelle): str(type_) for libelle, type_ in TYPES_PUBLIES.items()}
for _code, _libelle in TypeEtablissement.choices:
    _TYPES |= dict.fromkeys((cle_libelle(_code), cle_libelle(_libelle)), _code)
_SECTEURS = {"public": "public", "secteurpublic": "public", "prive": "prive", "secteurprive": "prive"}
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ].*)?")
_DATE_FRANCAISE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")


class EtablissementLu(NamedTuple):
    """`None`: the file does not say."""

    uai: str
    nom: str
    code_commune: str
    departement: str
    academie: str
    type: str | None = None
    secteur: str | None = None
    siret: str | None = None
    ouvert: bool | None = None


def valider(
    champs: Mapping[str, str], *, communes: ReferenceCommunes, aujourdhui: datetime.date
) -> tuple[EtablissementLu | None, list[Signalement], list[Signalement]]:
    """(establishment or None, errors, notices). None exactly when there are errors. Blank means not given."""
    erreurs: list[Signalement] = []
    avis: list[Signalement] = []
    lus: dict[str, str | bool | None] = {}

    def refuser(champ: str, code: str, **details: object) -> None:
        erreurs.append(signaler(champ, champs.get(champ), code, **details))

    uai = champs.get("uai", "")
    try:
        lus["uai"] = uai = normaliser_uai(uai)
        if not cle_uai_valide(uai):
            avis.append(signaler("uai", uai, "cle"))
    except IdentifiantInvalide:
        refuser("uai", "format" if uai else "obligatoire")

    try:
        lus["nom"] = nom = nettoyer(champs.get("nom", ""))
        if not nom:
            refuser("nom", "obligatoire")
        elif len(nom) > NOM_MAXIMUM:
            refuser("nom", "trop_long", maximum=NOM_MAXIMUM)
        elif not any(map(str.isalpha, nom)):
            refuser("nom", "format")
    except CaractereInterdit as interdit:
        refuser("nom", "caractere_interdit", caractere=nommer(interdit.caractere))

    if type_ := champs.get("type"):
        lus["type"] = _lire_type(type_)
        if lus["type"] is None:  # the ministry's list of types is open: what is not in ours is "autre"
            lus["type"] = str(TypeEtablissement.AUTRE)
            avis.append(signaler("type", type_, "type_autre"))

    if secteur := champs.get("secteur"):
        lus["secteur"] = _SECTEURS.get(cle_libelle(secteur[:40]))
        if lus["secteur"] is None:
            refuser("secteur", "valeur_inconnue")

    commune = champs.get("codeCommune", "")
    try:
        commune = normaliser_code_commune(commune)
        if communes.connue(commune):
            lus["code_commune"] = commune
            lus["departement"] = communes.departement(commune) or ""
            lus["academie"] = communes.academie(commune) or ""
        else:
            refuser("codeCommune", "commune_inconnue")
    except IdentifiantInvalide:
        refuser("codeCommune", "format" if commune else "obligatoire")

    if siret := champs.get("siret"):
        try:
            lus["siret"] = normaliser_siret(siret)
        except IdentifiantInvalide:
            refuser("siret", "format")

    if "dateFermeture" in champs:  # of this column alone a blank says something: not closed
        try:
            fermeture = _lire_fermeture(champs["dateFermeture"])
            lus["ouvert"] = fermeture is None or fermeture > aujourdhui
        except IdentifiantInvalide:
            refuser("dateFermeture", "format")

    return (None if erreurs else EtablissementLu(**lus)), erreurs, avis  # type: ignore[arg-type]


def _lire_type(valeur: str) -> str | None:
    """The first type known: the ministry writes several in one cell, separated by commas or the like."""
    valeur = valeur[:200]
    for partie in (valeur, *re.split(r"[;,|/]", valeur)):
        if type_ := _TYPES.get(cle_libelle(partie)):
            return type_
    return None


def _lire_fermeture(valeur: str) -> datetime.date | None:
    if not valeur:
        return None
    if francaise := _DATE_FRANCAISE.fullmatch(valeur):
        valeur = f"{francaise[3]}-{francaise[2]}-{francaise[1]}"
    elif iso := _DATE.fullmatch(valeur):
        valeur = iso[1]
    return lire_date(valeur)


def importer(*, fichier: BinaryIO, auteur: str, a_blanc: bool = False) -> BilanDImport:
    """Import a CSV, XLSX or ODS file; valid lines are taken, the others told. `a_blanc`: tell, and take nothing.

    Raises FichierIllisible when nothing of the file can be read.
    """
    lecture = ouvrir(fichier)
    if lecture.entetes is None:
        raise FichierIllisible("Un fichier CSV, XLSX ou ODS est attendu, pas du JSON.")
    correspondance = Correspondance(lecture.entetes)
    if correspondance.erreurs:
        raise FichierIllisible(" ".join(correspondance.erreurs))
    communes, aujourdhui = reference(), timezone.localdate()
    fictifs = frozenset(Etablissement.objects.filter(fictif=True).values_list("uai", flat=True))
    retenus: dict[str, tuple[int, EtablissementLu]] = {}
    erreurs: list[tuple[int, Signalement]] = []
    avis: list[tuple[int, Signalement]] = []
    lignes = rejetes = doubles = 0
    for numero, rangee in lecture.lignes():
        lignes += 1
        if not isinstance(rangee, list):
            rejetes += 1
            if isinstance(rangee, LigneIllisible):
                erreurs.append((numero, rangee.signalement))
            continue
        lu, refus, remarques = valider(
            correspondance.champs(rangee), communes=communes, aujourdhui=aujourdhui
        )
        if lu is not None and lu.uai in fictifs:
            refus = [signaler("uai", lu.uai, "etablissement_fictif")]
            lu = None
        if lu is None:
            rejetes += 1
            erreurs += [(numero, un) for un in refus]
            continue
        avis += [(numero, un) for un in remarques]
        if lu.uai in retenus:
            doubles += 1
            avis.append((retenus[lu.uai][0], signaler("uai", lu.uai, "uai_repete", ligne=numero)))
        retenus[lu.uai] = (numero, lu)
    changements = _ecrire([lu for _, lu in retenus.values()], auteur=auteur, a_blanc=a_blanc)
    modifies = sum(bool(changement.avant) for changement in changements)
    return BilanDImport(
        lignes=lignes,
        crees=len(changements) - modifies,
        modifies=modifies,
        inchanges=len(retenus) - len(changements) + doubles,
        rejetes=rejetes,
        erreurs=erreurs,
        avis=sorted(avis, key=lambda un: un[0]),
        changements=changements,
    )


# Sorted by UAI: two imports at once take their locks in the same order. The condition on `fictif` is there for an
# establishment of the sandbox that would appear between the judgement and the writing.
_ECRIRE = """
WITH ecrits AS (
    INSERT INTO referentiel_etablissement AS e (uai, nom, type, secteur, code_commune, departement, academie, siret,
        ouvert, fictif, cree_le, modifie_le)
    SELECT s.uai, s.nom, coalesce(s.type, a.type, %(type)s), coalesce(s.secteur, a.secteur, %(secteur)s),
        s.code_commune, s.departement, s.academie, coalesce(s.siret, a.siret, ''),
        coalesce(s.ouvert, a.ouvert, true), false, now(), now()
    FROM jsonb_to_recordset(%(lus)s::jsonb) AS s(uai text, nom text, type text, secteur text, code_commune text,
        departement text, academie text, siret text, ouvert boolean)
    LEFT JOIN referentiel_etablissement a ON a.uai = s.uai
    ORDER BY s.uai
    ON CONFLICT (uai) DO UPDATE SET nom = excluded.nom, type = excluded.type, secteur = excluded.secteur,
        code_commune = excluded.code_commune, departement = excluded.departement, academie = excluded.academie,
        siret = excluded.siret, ouvert = excluded.ouvert, modifie_le = now()
    WHERE NOT e.fictif
      AND (e.nom, e.type, e.secteur, e.code_commune, e.departement, e.academie, e.siret, e.ouvert)
        IS DISTINCT FROM (excluded.nom, excluded.type, excluded.secteur, excluded.code_commune,
                          excluded.departement, excluded.academie, excluded.siret, excluded.ouvert)
    RETURNING e.id, e.uai, e.nom, e.type, e.secteur, e.code_commune, e.departement, e.academie, e.siret, e.ouvert,
        xmax = 0 AS cree
)
-- The table, in the same statement, is still as it was before it.
SELECT n.cree, to_jsonb(n) - 'id' - 'cree', to_jsonb(a) - 'id' FROM ecrits n
LEFT JOIN (SELECT id, uai, nom, type, secteur, code_commune, departement, academie, siret, ouvert
           FROM referentiel_etablissement) AS a USING (id)
ORDER BY n.uai
"""


def _ecrire(lus: Sequence[EtablissementLu], *, auteur: str, a_blanc: bool) -> list[Changement]:
    """What changed, as the database says it."""
    parametres = {
        "lus": orjson.dumps([lu._asdict() for lu in lus]).decode(),
        "type": TypeEtablissement.AUTRE.value,
        "secteur": Secteur.PUBLIC.value,
    }
    with transaction.atomic(), connection.cursor() as curseur:
        signer(curseur, auteur)
        curseur.execute(_ECRIRE, parametres)
        ecrits = [(cree, orjson.loads(n), orjson.loads(a or "{}")) for cree, n, a in curseur.fetchall()]
        if a_blanc:
            transaction.set_rollback(True)
    return [_changement(apres, {} if cree else avant) for cree, apres, avant in ecrits]


def _changement(apres: dict[str, Any], avant: dict[str, Any]) -> Changement:
    """Only what differs; everything, for what is created."""
    noms = [nom for nom in apres if nom not in {"uai"} and (not avant or avant[nom] != apres[nom])]
    return Changement(
        apres["uai"],
        apres["nom"],
        {_LIBELLES[nom]: _dire(nom, avant[nom]) for nom in noms} if avant else {},
        {_LIBELLES[nom]: _dire(nom, apres[nom]) for nom in noms},
    )


_LIBELLES = {
    "nom": "Nom", "type": "Type", "secteur": "Secteur", "code_commune": "Commune", "departement": "Département",
    "academie": "Académie", "siret": "SIRET", "ouvert": "Ouvert",
}  # fmt: skip
_CHOIX: dict[str, dict[Any, Any]] = {
    "type": dict(TypeEtablissement.choices),
    "secteur": dict(Secteur.choices),
    "ouvert": {True: "oui", False: "non"},
}


def _dire(nom: str, valeur: Any) -> str:
    dite: Any = _CHOIX.get(nom, {}).get(valeur, valeur)
    return str(dite)
