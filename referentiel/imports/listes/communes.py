"""Communes that the ministry adds to the Code officiel géographique shipped with the product, or corrects in it.

A file is judged line by line, every error at once; valid lines are written by one statement. Nothing is ever taken
away: a commune that is no more stays known, as the former code of another.
"""

from collections.abc import Mapping
from typing import Any, BinaryIO, NamedTuple

import orjson
from django.db import connection, transaction

from referentiel.communes import ReferenceCommunes, departement_du_code
from referentiel.complements import oublier, reference
from referentiel.ecriture.signalements import Signalement, nommer, signaler
from referentiel.ecriture.textes import CaractereInterdit, nettoyer
from referentiel.identifiants import IdentifiantInvalide, normaliser_code_commune
from referentiel.imports.lecture.erreurs import FichierIllisible, LigneIllisible
from referentiel.imports.lecture.ouverture import ouvrir
from referentiel.imports.listes.base import BilanDImport, Changement
from referentiel.imports.listes.colonnes import Colonne, Correspondance
from referentiel.models import Commune

NOM_MAXIMUM = 100

COLONNES = (
    Colonne("code", ("code", "Code Insee", "Code COG", "COM"), obligatoire=True),
    Colonne("nom", ("nom", "Libellé", "NCCENR"), obligatoire=True),
    Colonne("codeActuel", ("codeActuel", "Commune actuelle", "Code de la commune actuelle", "COMPARENT")),
    Colonne("codesPostaux", ("codesPostaux", "Codes postaux", "Code postal")),
)


class CommuneLue(NamedTuple):
    """`codes_postaux` None: the file does not say."""

    code: str
    nom: str
    type: str
    departement: str
    academie: str
    code_actuel: str
    codes_postaux: list[str] | None


def valider(
    champs: Mapping[str, str], *, connues: ReferenceCommunes, actuelles: frozenset[str]
) -> tuple[CommuneLue | None, list[Signalement]]:
    """(commune or None, errors). `actuelles`: the codes that the same file gives as communes of today."""
    erreurs: list[Signalement] = []

    def refuser(champ: str, code: str, **details: object) -> None:
        erreurs.append(signaler(champ, champs.get(champ), code, **details))

    code = champs.get("code", "")
    try:
        code = normaliser_code_commune(code)
    except IdentifiantInvalide:
        refuser("code", "format" if code else "obligatoire")
    else:
        if not connues.departement_existe(departement_du_code(code)):
            refuser("code", "format")
    nom = ""
    try:
        nom = nettoyer(champs.get("nom", ""))
        if not nom:
            refuser("nom", "obligatoire")
        elif len(nom) > NOM_MAXIMUM:
            refuser("nom", "trop_long", maximum=NOM_MAXIMUM)
        elif not any(map(str.isalpha, nom)):
            refuser("nom", "format")
    except CaractereInterdit as interdit:
        refuser("nom", "caractere_interdit", caractere=nommer(interdit.caractere))
    actuel = champs.get("codeActuel", "")
    if actuel:
        try:
            actuel = normaliser_code_commune(actuel)
            if actuel == code:
                actuel = ""
            elif actuel not in actuelles and not connues.est_actuelle(actuel):
                refuser("codeActuel", "commune_inconnue")
        except IdentifiantInvalide:
            refuser("codeActuel", "format")
    postaux = champs.get("codesPostaux", "").replace(",", " ").replace(";", " ").split()
    if not all(len(un) == 5 and un.isascii() and un.isdecimal() for un in postaux):
        refuser("codesPostaux", "format")
    if erreurs:
        return None, erreurs
    departement = (
        connues.departement(actuel) or departement_du_code(actuel) if actuel else departement_du_code(code)
    )
    type_ = Commune.Type.ANCIENNE if actuel else Commune.Type.ACTUELLE
    return (
        CommuneLue(
            code,
            nom,
            type_.value,
            departement,
            connues.academie_du_departement(departement),
            actuel,
            postaux or None,
        ),
        [],
    )


def importer(*, fichier: BinaryIO, auteur: str, a_blanc: bool = False) -> BilanDImport:
    """Add or correct communes from a CSV, XLSX or ODS file. `a_blanc`: tell, and take nothing.

    Raises FichierIllisible when nothing of the file can be read.
    """
    lecture = ouvrir(fichier)
    if lecture.entetes is None:
        raise FichierIllisible("Un fichier CSV, XLSX ou ODS est attendu, pas du JSON.")
    correspondance = Correspondance(lecture.entetes, COLONNES)
    if correspondance.erreurs:
        raise FichierIllisible(" ".join(correspondance.erreurs))
    rangees = list(lecture.lignes())
    lignes = [
        (numero, correspondance.champs(rangee)) for numero, rangee in rangees if isinstance(rangee, list)
    ]
    erreurs = [
        (numero, rangee.signalement) for numero, rangee in rangees if isinstance(rangee, LigneIllisible)
    ]
    rejetes = len(rangees) - len(lignes)
    actuelles = frozenset(champs["code"].upper() for _, champs in lignes if not champs.get("codeActuel"))
    retenues: dict[str, CommuneLue] = {}
    connues, doubles = reference(), 0
    for numero, champs in lignes:
        lue, refus = valider(champs, connues=connues, actuelles=actuelles)
        if lue is None:
            rejetes += 1
            erreurs += [(numero, un) for un in refus]
            continue
        if connues.est_arrondissement(lue.code):  # Paris, Lyon, Marseille: what they are does not change
            lue = lue._replace(
                type=Commune.Type.ARRONDISSEMENT.value, code_actuel=connues.code_actuel(lue.code)
            )
        doubles += lue.code in retenues
        retenues[lue.code] = lue
    changements = _ecrire(list(retenues.values()), a_blanc=a_blanc)
    modifies = sum(bool(changement.avant) for changement in changements)
    return BilanDImport(
        lignes=len(rangees),
        crees=len(changements) - modifies,
        modifies=modifies,
        inchanges=len(retenues) - len(changements) + doubles,
        rejetes=rejetes,
        erreurs=sorted(erreurs, key=lambda une: une[0]),
        avis=[],
        changements=changements,
    )


_ECRIRE = """
WITH lues AS (
    SELECT s.code, s.nom, s.type, s.departement, s.academie, s.code_actuel,
        coalesce(s.codes_postaux, a.codes_postaux, '{}') AS codes_postaux
    FROM jsonb_to_recordset(%s::jsonb) AS s(code text, nom text, type text, departement text, academie text,
        code_actuel text, codes_postaux varchar(5)[])
    LEFT JOIN referentiel_commune a USING (code)
), ecrites AS (
    INSERT INTO referentiel_commune AS c (code, nom, type, departement, academie, code_actuel, codes_postaux,
        ajoutee_le)
    SELECT code, nom, type, departement, academie, code_actuel, codes_postaux, clock_timestamp()
    FROM lues ORDER BY code
    ON CONFLICT (code) DO UPDATE SET nom = excluded.nom, type = excluded.type, departement = excluded.departement,
        academie = excluded.academie, code_actuel = excluded.code_actuel, codes_postaux = excluded.codes_postaux,
        ajoutee_le = excluded.ajoutee_le
    WHERE (c.nom, c.type, c.departement, c.academie, c.code_actuel, c.codes_postaux) IS DISTINCT FROM
        (excluded.nom, excluded.type, excluded.departement, excluded.academie, excluded.code_actuel,
         excluded.codes_postaux)
    RETURNING c.*
)
-- The table, in the same statement, is still as it was before it.
SELECT to_jsonb(e), to_jsonb(a) FROM ecrites e LEFT JOIN referentiel_commune a USING (code) ORDER BY e.code
"""

_LIBELLES = {
    "nom": "Nom", "type": "Type", "departement": "Département", "academie": "Académie",
    "code_actuel": "Commune actuelle", "codes_postaux": "Codes postaux",
}  # fmt: skip


def _ecrire(lues: list[CommuneLue], *, a_blanc: bool) -> list[Changement]:
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(_ECRIRE, [orjson.dumps([lue._asdict() for lue in lues]).decode()])
        ecrites = [(orjson.loads(apres), orjson.loads(avant or "{}")) for apres, avant in curseur.fetchall()]
        if a_blanc:
            transaction.set_rollback(True)
        else:
            transaction.on_commit(oublier)
    return [_changement(apres, avant) for apres, avant in ecrites]


def _changement(apres: dict[str, Any], avant: dict[str, Any]) -> Changement:
    noms = [nom for nom in _LIBELLES if not avant or avant[nom] != apres[nom]]
    return Changement(
        apres["code"],
        apres["nom"],
        {_LIBELLES[nom]: _dire(nom, avant[nom]) for nom in noms} if avant else {},
        {_LIBELLES[nom]: _dire(nom, apres[nom]) for nom in noms},
    )


def _dire(nom: str, valeur: Any) -> str:
    if nom == "type":
        return str(Commune.Type(valeur).label)
    return " ".join(valeur) if nom == "codes_postaux" else str(valeur)
