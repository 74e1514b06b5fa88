"""The sandbox's fixed set: read from `donnees/bac_a_sable/`, and put back as it was.

Nobody in it exists. UAI begin with 999, which no académie uses; INE and UAI have right keys. The dates of the records
follow the university year, so that the set never gets old. `docs/bac-a-sable.md` tells integrators what it holds.
"""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from django.db import connection, transaction

from referentiel.calendrier import debut_annee_universitaire
from referentiel.champs_d_inscription import (
    CLES,
    ECRITS,
    GENERAUX,
    VALEURS,
    affecter,
    declarer,
    different,
    lister,
)
from referentiel.communes import reference
from referentiel.ecriture.auteur import signer
from referentiel.models import Anomalie, Etablissement, Etudiant, IneRemplace
from referentiel.nomenclatures import Source

DONNEES = Path(__file__).parent / "donnees" / "bac_a_sable"
#: The texts of the natural key, of which the normal form only is compared.
TEXTES = tuple(champ for champ in CLES if champ.type_sql == "text")
ANNEES = {"precedente": -1, "en_cours": 0, "suivante": 1}


class EtablissementFictif(NamedTuple):
    uai: str
    nom: str
    type: str
    secteur: str
    code_commune: str
    ouvert: bool


class InscriptionFictive(NamedTuple):
    ine: str
    uai: str
    annee: str  # of `ANNEES`: the university year that it begins with
    duree: int  # in university years
    dits: dict[str, str]  # the other fields of the inscription, by column; `code_commune` may be blank

    def __getattr__(self, colonne: str) -> str:
        try:
            return self.dits[colonne]
        except KeyError:
            raise AttributeError(colonne) from None

    def dates(self, rentree: date) -> tuple[date, date]:
        """First and last day; `rentree` opens the current university year."""
        debut = rentree.replace(year=rentree.year + ANNEES[self.annee])
        return debut, debut.replace(year=debut.year + self.duree) - timedelta(days=1)

    def valeurs(self, rentree: date, commune: str) -> dict[str, str]:
        """Every field, by column, as texts. `commune`: the establishment's."""
        debut, fin = self.dates(rentree)
        dits = {**self.dits, "code_commune": self.dits["code_commune"] or commune}
        return {**dits, "date_debut": debut.isoformat(), "date_fin": fin.isoformat()}


class EtudiantFictif(NamedTuple):
    ine: str
    nom_naissance: str
    prenoms: list[str]
    sexe: str | None
    date_naissance: date
    precision_naissance: str
    lieu_naissance: str | None
    identite_verifiee: bool
    cas: str  # what this student is there to show
    inscriptions: list[InscriptionFictive]


class Jeu(NamedTuple):
    etablissements: list[EtablissementFictif]
    etudiants: list[EtudiantFictif]

    @property
    def inscriptions(self) -> list[InscriptionFictive]:
        return [inscription for etudiant in self.etudiants for inscription in etudiant.inscriptions]


class BilanDuChargement(NamedTuple):
    """`ecrits`: rows created or put right; `retires`: rows that were not of the set."""

    etablissements: int
    etudiants: int
    inscriptions: int
    ecrits: int
    retires: int


class UaiDejaPris(Exception):
    """A real establishment bears a UAI of the sandbox."""


def _lire(nom: str) -> list[dict[str, str]]:
    with (DONNEES / nom).open(encoding="utf-8", newline="") as fichier:
        return list(csv.DictReader(fichier))


def lire_jeu() -> Jeu:
    """The set as it is declared."""
    etablissements = [
        EtablissementFictif(
            uai=ligne["uai"],
            nom=ligne["nom"],
            type=ligne["type"],
            secteur=ligne["secteur"],
            code_commune=ligne["codeCommune"],
            ouvert=ligne["ouvert"] == "oui",
        )
        for ligne in _lire("etablissements.csv")
    ]
    dossiers: dict[str, list[InscriptionFictive]] = {}
    for ligne in _lire("inscriptions.csv"):
        dossiers.setdefault(ligne["ine"], []).append(
            InscriptionFictive(
                ine=ligne["ine"],
                uai=ligne["uai"],
                annee=ligne["annee"],
                duree=int(ligne["duree"]),
                dits={champ.colonne: ligne[champ.nom] for champ in GENERAUX},
            )
        )
    etudiants = [
        EtudiantFictif(
            ine=ligne["ine"],
            nom_naissance=ligne["nomNaissance"],
            prenoms=ligne["prenoms"].split(","),
            sexe=ligne["sexe"] or None,
            date_naissance=date.fromisoformat(ligne["dateNaissance"]),
            precision_naissance=ligne["precision"],
            lieu_naissance=ligne["lieuNaissance"] or None,
            identite_verifiee=ligne["verifiee"] == "oui",
            cas=ligne["cas"],
            inscriptions=dossiers.pop(ligne["ine"], []),
        )
        for ligne in _lire("etudiants.csv")
    ]
    if dossiers:
        raise ValueError(f"inscriptions sans étudiant : {', '.join(dossiers)}")
    return Jeu(etablissements, etudiants)


_ETABLISSEMENTS = """
INSERT INTO referentiel_etablissement AS e (uai, nom, type, secteur, code_commune, departement, academie, siret,
    ouvert, fictif, cree_le, modifie_le)
SELECT uai, nom, type, secteur, code_commune, departement, academie, '', ouvert, true, now(), now()
FROM jsonb_to_recordset(%(etablissements)s::jsonb) AS s(uai text, nom text, type text, secteur text,
    code_commune text, departement text, academie text, ouvert boolean)
ON CONFLICT (uai) DO UPDATE SET nom = excluded.nom, type = excluded.type, secteur = excluded.secteur,
    code_commune = excluded.code_commune, departement = excluded.departement, academie = excluded.academie,
    siret = '', ouvert = excluded.ouvert, modifie_le = now()
WHERE e.fictif
  AND (e.nom, e.type, e.secteur, e.code_commune, e.departement, e.academie, e.siret, e.ouvert)
    IS DISTINCT FROM (excluded.nom, excluded.type, excluded.secteur, excluded.code_commune,
                      excluded.departement, excluded.academie, '', excluded.ouvert)
"""

_ETUDIANTS = """
INSERT INTO referentiel_etudiant AS e (ine, nom_naissance, prenoms, sexe, date_naissance, precision_naissance,
    lieu_naissance, identite_verifiee, fictif)
SELECT ine, nom_naissance, prenoms, sexe, date_naissance, precision_naissance, lieu_naissance, identite_verifiee,
    true
FROM jsonb_to_recordset(%(etudiants)s::jsonb) AS s(ine text, nom_naissance text, prenoms text[], sexe text,
    date_naissance date, precision_naissance text, lieu_naissance text, identite_verifiee boolean)
ON CONFLICT (ine, fictif) DO UPDATE SET nom_naissance = excluded.nom_naissance, prenoms = excluded.prenoms,
    sexe = excluded.sexe, date_naissance = excluded.date_naissance,
    precision_naissance = excluded.precision_naissance, lieu_naissance = excluded.lieu_naissance,
    identite_verifiee = excluded.identite_verifiee, modifie_le = now()
WHERE (e.nom_naissance, e.prenoms, e.sexe, e.date_naissance, e.precision_naissance, e.lieu_naissance,
        e.identite_verifiee)
    IS DISTINCT FROM (excluded.nom_naissance, excluded.prenoms, excluded.sexe, excluded.date_naissance,
        excluded.precision_naissance, excluded.lieu_naissance, excluded.identite_verifiee)
"""

_VOULUES = f"""
    SELECT e.id AS etudiant_id, b.id AS etablissement_id, s.*
    FROM jsonb_to_recordset(%(inscriptions)s::jsonb) AS s(ine text, uai text, {declarer(ECRITS)})
    JOIN referentiel_etudiant e ON e.ine = s.ine AND e.fictif
    JOIN referentiel_etablissement b ON b.uai = s.uai AND b.fictif
"""  # noqa: S608

_RETIRER_INSCRIPTIONS = f"""
DELETE FROM referentiel_inscription i WHERE i.etudiant_id = ANY(%(presents)s) AND i.fictif
  AND NOT EXISTS (SELECT FROM ({_VOULUES}) v
                  WHERE (v.etudiant_id, v.etablissement_id, v.date_debut, referentiel_cle_diplome(v.diplome))
                      = (i.etudiant_id, i.etablissement_id, i.date_debut, referentiel_cle_diplome(i.diplome)))
"""  # noqa: S608 (constants only)

_RETIRER_ETUDIANTS = """
DELETE FROM referentiel_etudiant WHERE id = ANY(%(presents)s) AND fictif AND ine <> ALL(%(ines)s)
"""

_INSCRIPTIONS = f"""
INSERT INTO referentiel_inscription AS i (etudiant_id, etablissement_id, fictif, {lister(ECRITS)}, source)
SELECT etudiant_id, etablissement_id, true, {lister(ECRITS)}, %(source)s
FROM ({_VOULUES}) v
ON CONFLICT (etudiant_id, etablissement_id, date_debut, referentiel_cle_diplome(diplome)) DO UPDATE SET
    {affecter((*TEXTES, *VALEURS), "excluded")}, modifie_le = now(), confirmee_le = now()
WHERE {different((*TEXTES, *VALEURS), "i", "excluded")}
"""  # noqa: S608 (constants only)


def charger(*, aujourdhui: date, auteur: str) -> BilanDuChargement:
    """Put the sandbox back as it is declared; what its writers added or changed goes. Doing it again does nothing.

    Raises UaiDejaPris, and writes nothing, when a real establishment stands in the way.
    """
    jeu = lire_jeu()
    parametres: dict[str, Any] = {
        "etablissements": _json(map(_etablissement, jeu.etablissements)),
        "etudiants": _json(map(_etudiant, jeu.etudiants)),
        "inscriptions": _json(_inscriptions(jeu, debut_annee_universitaire(aujourdhui))),
        "ines": [etudiant.ine for etudiant in jeu.etudiants],
        "source": Source.COMMANDE.value,
    }
    ecrits = retires = 0
    with transaction.atomic(), connection.cursor() as curseur:
        signer(curseur, auteur)
        curseur.execute("SELECT pg_advisory_xact_lock(hashtext('bac_a_sable'))")
        curseur.execute(_ETABLISSEMENTS, parametres)
        ecrits += curseur.rowcount
        _verifier_etablissements(jeu)
        # Locked until the end: concurrent writers about these students wait, so that no record is added to a
        # student about to be deleted.
        presents = Etudiant.objects.filter(fictif=True).order_by("id").select_for_update()
        parametres["presents"] = list(presents.values_list("id", flat=True))
        Anomalie.objects.filter(etudiant__in=parametres["presents"]).delete()
        IneRemplace.objects.filter(fictif=True).delete()
        for instruction in (_RETIRER_INSCRIPTIONS, _RETIRER_ETUDIANTS):
            curseur.execute(instruction, parametres)
            retires += curseur.rowcount
        for instruction in (_ETUDIANTS, _INSCRIPTIONS):
            curseur.execute(instruction, parametres)
            ecrits += curseur.rowcount
    return BilanDuChargement(
        len(jeu.etablissements), len(jeu.etudiants), len(jeu.inscriptions), ecrits, retires
    )


def _verifier_etablissements(jeu: Jeu) -> None:
    uais = [etablissement.uai for etablissement in jeu.etablissements]
    if pris := list(Etablissement.objects.filter(uai__in=uais, fictif=False).values_list("uai", flat=True)):
        raise UaiDejaPris(f"UAI du bac à sable pris par un établissement réel : {', '.join(pris)}.")


def _etablissement(etablissement: EtablissementFictif) -> dict[str, object]:
    commune = etablissement.code_commune
    departement, academie = reference().departement(commune), reference().academie(commune)
    return {**etablissement._asdict(), "departement": departement, "academie": academie}


def _etudiant(etudiant: EtudiantFictif) -> dict[str, object]:
    champs = etudiant._asdict()
    del champs["inscriptions"], champs["cas"]
    return champs


def _inscriptions(jeu: Jeu, rentree: date) -> list[dict[str, object]]:
    communes = {etablissement.uai: etablissement.code_commune for etablissement in jeu.etablissements}
    return [
        {"ine": une.ine, "uai": une.uai, **une.valeurs(rentree, communes[une.uai])}
        for une in jeu.inscriptions
    ]


def _json(lignes: Any) -> str:
    return orjson.dumps(list(lignes)).decode()
