"""The temporary tables of one attempt at a deposit: its valid lines, and what was found about the others.

Nobody else sees them, and they vanish with the attempt. What they say reaches the deposit's report only with its end.
"""

import json
from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

from referentiel.copies import copier
from referentiel.ecriture.fusion import COLONNES, LIGNES_MONTREES, SOURCE_TAMPON
from referentiel.ecriture.naissances import INTROUVABLE, PLUSIEURS, eprouver_un_lot, sujets_d_un_lot
from referentiel.ecriture.signalements import MESSAGES
from referentiel.ecriture.validation import LigneValide
from referentiel.models import LigneSignalee

REJET, AVIS = LigneSignalee.Niveau.REJET.value, LigneSignalee.Niveau.AVIS.value

#: Notices kept by batch: enough to see what is wrong; all are counted. Rejections are all kept.
AVIS_GARDES = 10_000

# `rang` keeps the errors of a line in the order in which validation says them.
_PREPARER = f"""
DROP TABLE IF EXISTS pg_temp.tampon, pg_temp.signales, pg_temp.diplomes, pg_temp.chevauchements, pg_temp.connus,
    pg_temp.jumelles, pg_temp.doublons;
CREATE TEMPORARY TABLE tampon ({COLONNES});
CREATE TEMPORARY TABLE signales (ligne int, niveau text, champ text, valeur text, code text, message text,
    rang int GENERATED ALWAYS AS IDENTITY);
"""

_DIPLOMES = """
CREATE TEMPORARY TABLE diplomes AS
    SELECT diplome, referentiel_cle_diplome(diplome) AS cle_diplome FROM (SELECT DISTINCT diplome FROM pg_temp.tampon)
    d;
ANALYZE pg_temp.tampon, pg_temp.diplomes;
"""

_TAIRE = """
WITH tus AS (
    DELETE FROM pg_temp.signales a USING (SELECT DISTINCT ligne FROM pg_temp.signales WHERE niveau = 'rejet') AS r
    WHERE a.niveau = 'avis' AND a.code <> 'fichier' AND a.ligne = r.ligne RETURNING a.message
)
SELECT count(message) FROM tus
"""

_COLONNES_SIGNALES = "ligne, niveau, champ, valeur, code, message"

_RAPPORTER = """
INSERT INTO referentiel_lignesignalee (lot_id, ligne, niveau, champ, valeur, code, message)
SELECT %(lot)s, ligne, niveau, champ, valeur, code, coalesce(message, %(messages)s::jsonb ->> code)
FROM (
    SELECT * FROM pg_temp.signales WHERE niveau = 'rejet'
    UNION ALL
    (SELECT * FROM pg_temp.signales WHERE niveau = 'avis' ORDER BY ligne, rang LIMIT %(avis)s)
    UNION ALL
    (SELECT * FROM pg_temp.signales WHERE niveau = 'modif' ORDER BY ligne, rang LIMIT %(modifs)s)
) AS s
ORDER BY ligne, rang
"""

#: The merge only knows codes.
_MESSAGES_DE_FUSION = json.dumps(
    {
        code: MESSAGES[code].format(attendu="")
        for code in (
            INTROUVABLE,
            PLUSIEURS,
            "nom_different",
            "ine_remplace",
            "doublon_dans_le_fichier",
            "doublon_probable",
            "identite_corrigee",
            "admission_et_inscription",
            "doublon_a_trancher",
        )
    }
)


class LigneDite(NamedTuple):
    ligne: int
    niveau: str
    champ: str
    valeur: str
    code: str
    message: str


class Tampon:
    def __init__(self, curseur: Any) -> None:
        self._curseur = curseur
        curseur.execute(_PREPARER)

    def verser(self, lignes: Iterable[LigneValide]) -> None:
        with copier(self._curseur, "COPY pg_temp.tampon FROM STDIN") as copie:
            for ligne in lignes:
                copie.write_row(ligne)

    def dire(self, dites: list[LigneDite]) -> None:
        if dites:
            with copier(self._curseur, f"COPY pg_temp.signales ({_COLONNES_SIGNALES}) FROM STDIN") as copie:
                for dite in dites:
                    copie.write_row(dite)

    def analyser(self) -> None:
        """Once all the lines are there."""
        self._curseur.execute(_DIPLOMES)

    def eprouver(self, *, lot_id: int, auteur: str) -> int:
        """Before any comparison; how many lines are not to be compared. Raises TropDIntrouvables."""
        return eprouver_un_lot(self._curseur, source=SOURCE_TAMPON, lot_id=lot_id, auteur=auteur)

    def mettre_de_cote(self) -> IO[bytes]:
        """What was said, in a file: the rollback that undoes a merge undoes what the merge said too."""
        fichier = TemporaryFile()  # noqa: SIM115 (given to the caller, who closes it)
        with copier(self._curseur, f"COPY pg_temp.signales ({_COLONNES_SIGNALES}) TO STDOUT") as copie:
            for morceau in copie:
                fichier.write(morceau)
        fichier.seek(0)
        return fichier

    def reprendre(self, fichier: IO[bytes]) -> None:
        self._curseur.execute("TRUNCATE pg_temp.signales")
        with copier(self._curseur, f"COPY pg_temp.signales ({_COLONNES_SIGNALES}) FROM STDIN") as copie:
            while morceau := fichier.read(65_536):
                copie.write(morceau)

    def introuvables(self) -> int:
        self._curseur.execute("SELECT count(*) FROM pg_temp.signales WHERE code = %s", [INTROUVABLE])
        (nombre,) = self._curseur.fetchone()
        return int(nombre)

    def expediteurs(self, *, auteur: str) -> list[str]:
        return sujets_d_un_lot(self._curseur, SOURCE_TAMPON, auteur=auteur)

    def taire_les_rejetees(self) -> int:
        """A notice says that its line is taken: those of a line that the merge rejects go. How many of the lines' own
        went; those of the merge are counted afterwards."""
        self._curseur.execute(_TAIRE)
        (nombre,) = self._curseur.fetchone()
        return int(nombre)

    def avis_de_fusion(self) -> int:
        self._curseur.execute(
            "SELECT count(*) FROM pg_temp.signales WHERE niveau = 'avis' AND message IS NULL"
        )
        (nombre,) = self._curseur.fetchone()
        return int(nombre)

    def rapporter(self, *, lot_id: int) -> None:
        """Make it the report of the deposit, in place of a dry run's, in the transaction that ends it."""
        self._curseur.execute("DELETE FROM referentiel_lignesignalee WHERE lot_id = %s", [lot_id])
        self._curseur.execute(
            _RAPPORTER,
            {
                "lot": lot_id,
                "messages": _MESSAGES_DE_FUSION,
                "avis": AVIS_GARDES,
                "modifs": LIGNES_MONTREES,
            },
        )

    def vider(self) -> None:
        self._curseur.execute(
            "DROP TABLE IF EXISTS "
            "pg_temp.tampon, pg_temp.signales, pg_temp.diplomes, pg_temp.chevauchements, pg_temp.connus, "
            "pg_temp.jumelles, pg_temp.doublons"
        )
