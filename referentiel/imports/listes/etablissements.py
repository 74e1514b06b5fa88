"""Establishments: importing a list of them. The real ones only: the sandbox's are not touched.

A line is judged as a whole, then all valid lines are written by one statement, and the former UAIs that lead to them by
another.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

import orjson
from django.db import connection, transaction
from django.utils import timezone

from referentiel.complements import reference
from referentiel.ecriture.auteur import signer
from referentiel.ecriture.signalements import Signalement, signaler
from referentiel.imports.lecture.erreurs import FichierIllisible, LigneIllisible
from referentiel.imports.lecture.ouverture import ouvrir
from referentiel.imports.listes.base import BilanDImport, Changement
from referentiel.imports.listes.colonnes import Correspondance
from referentiel.imports.listes.etablissement_lu import EtablissementLu, valider
from referentiel.models import Etablissement
from referentiel.nomenclatures import Secteur, TypeEtablissement


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
    anciens, partages = _anciens_uai(retenus.values())
    avis += partages
    changements, anciens_uai = _ecrire(
        [lu for _, lu in retenus.values()], anciens, auteur=auteur, a_blanc=a_blanc
    )
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
        anciens_uai=anciens_uai,
    )


def _anciens_uai(
    retenus: Iterable[tuple[int, EtablissementLu]],
) -> tuple[dict[str, str], list[tuple[int, Signalement]]]:
    """(former UAI → today's, notices): one that two establishments claim leads to none of them."""
    paires = [(ancien, lu.uai, numero) for numero, lu in retenus for ancien in lu.anciens_uai]
    fois = Counter(ancien for ancien, _, _ in paires)
    return (
        {ancien: uai for ancien, uai, _ in paires if fois[ancien] == 1},
        [
            (numero, signaler("anciensUai", ancien, "uai_ancien_partage"))
            for ancien, _, numero in paires
            if fois[ancien] > 1
        ],
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

_ECRIRE_ANCIENS = """
INSERT INTO referentiel_uaiancien AS u (uai, etablissement_id)
SELECT a.ancien, e.id FROM unnest(%s::text[], %s::text[]) AS a (ancien, uai)
JOIN referentiel_etablissement e ON e.uai = a.uai AND NOT e.fictif
ORDER BY a.ancien
ON CONFLICT (uai) DO UPDATE SET etablissement_id = excluded.etablissement_id
    WHERE u.etablissement_id <> excluded.etablissement_id
"""


def _ecrire(
    lus: Sequence[EtablissementLu], anciens: dict[str, str], *, auteur: str, a_blanc: bool
) -> tuple[list[Changement], int]:
    """What changed, as the database says it; how many former UAIs lead somewhere else than before."""
    parametres = {
        "lus": orjson.dumps([lu._asdict() for lu in lus]).decode(),
        "type": TypeEtablissement.AUTRE.value,
        "secteur": Secteur.PUBLIC.value,
    }
    with transaction.atomic(), connection.cursor() as curseur:
        signer(curseur, auteur)
        curseur.execute(_ECRIRE, parametres)
        ecrits = [(cree, orjson.loads(n), orjson.loads(a or "{}")) for cree, n, a in curseur.fetchall()]
        curseur.execute(_ECRIRE_ANCIENS, [list(anciens), list(anciens.values())])
        nombre = curseur.rowcount
        if a_blanc:
            transaction.set_rollback(True)
    changements = [_changement(apres, {} if cree else avant) for cree, apres, avant in ecrits]
    return changements, nombre


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
