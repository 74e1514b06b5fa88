"""The contract's §1 said a second time, independently of the product, for the tests to compare with.

Nothing here is imported from the product but the tuples that carry a record. For each kind of record, each
line says: a scope, and the wire keys that the contract grants it there.
"""

from referentiel.dossiers import Dossier, Trouve

SCOPES_SEMENCE = (
    "mesri_inscription_etudiant",
    "mesri_inscription_autre",
    "mesri_admission",
    "mesri_identifiant",
    "mesri_identite",
    "mesri_etablissements",
)
SCOPES_V3 = (
    "mesri_identite",
    "mesri_admissions",
    "mesri_admission_inscrit",
    "mesri_admission_regime_formation",
    "mesri_admission_commune_etudes",
    "mesri_admission_etablissement_etudes",
)
SCOPES = tuple(dict.fromkeys(SCOPES_SEMENCE + SCOPES_V3))
STATUTS = ("inscrit", "admis")
REGIMES = ("RF1", "RF2", "RF3", "RF4", "RF5", "RF6", "RF7")
#: (version, through FranceConnect)
PORTES = (("v2", False), ("v2", True), ("v3", False), ("v3", True))

#: The seed population that opens a record, case by case.
POPULATION = {
    ("inscrit", "RF1"): "mesri_inscription_etudiant",
    ("inscrit", "RF2"): "mesri_inscription_etudiant",
    ("inscrit", "RF3"): "mesri_inscription_etudiant",
    ("inscrit", "RF4"): "mesri_inscription_etudiant",
    ("inscrit", "RF5"): "mesri_inscription_autre",
    ("inscrit", "RF6"): "mesri_inscription_autre",
    ("inscrit", "RF7"): "mesri_inscription_autre",
    ("admis", "RF1"): "mesri_admission",
    ("admis", "RF2"): "mesri_admission",
    ("admis", "RF3"): "mesri_admission",
    ("admis", "RF4"): "mesri_admission",
    ("admis", "RF5"): "mesri_admission",
    ("admis", "RF6"): "mesri_admission",
    ("admis", "RF7"): "mesri_admission",
}
REGIME_V2 = {
    "RF1": "formation initiale",
    "RF2": "formation initiale",
    "RF3": "formation initiale",
    "RF4": "formation initiale",
    "RF5": "formation continue",
    "RF6": "formation continue",
    "RF7": "formation continue",
}
LIBELLE_V3 = {
    "RF1": "formation initiale",
    "RF2": "formation initiale hors apprentissage",
    "RF3": "reprise d'études non financée sans convention",
    "RF4": "contrat d'apprentissage",
    "RF5": "formation continue",
    "RF6": "formation continue hors contrat professionnel",
    "RF7": "contrat de professionnalisation",
}
#: v3, on every record, provided that mesri_admissions opened it.
MASQUES_V3 = {
    "mesri_admission_inscrit": "est_inscrit",
    "mesri_admission_regime_formation": "regime_formation",
    "mesri_admission_commune_etudes": "code_cog_insee_commune",
    "mesri_admission_etablissement_etudes": "etablissement_etudes",
}
ORDRE_V2 = (
    "statut",
    "regime",
    "dateDebutInscription",
    "dateFinInscription",
    "dateDebutAdmission",
    "dateFinAdmission",
    "codeCommune",
    "etablissement",
)


def cles_v2(scopes: frozenset[str], statut: str, regime: str) -> set[str]:
    """The keys of this record in v2; none when it must not appear."""
    if POPULATION[statut, regime] not in scopes:
        return set()
    cles = {"statut", "regime"}
    # The largest client tells the two kinds apart by which pair is there.
    if statut == "admis":
        cles |= {"dateDebutAdmission", "dateFinAdmission"}
    else:
        cles |= {"dateDebutInscription", "dateFinInscription"}
    if "mesri_etablissements" in scopes:
        cles |= {"codeCommune", "etablissement"}
    return cles


def cles_v3(scopes: frozenset[str], statut: str, regime: str) -> set[str]:
    """The keys of this record in v3; none when it must not appear."""
    cles = set()
    if POPULATION[statut, regime] in scopes:
        cles |= {"date_debut", "date_fin", "est_inscrit", "regime_formation"}
        if "mesri_etablissements" in scopes:
            cles |= {"code_cog_insee_commune", "etablissement_etudes"}
    if "mesri_admissions" in scopes:
        cles |= {"date_debut", "date_fin"} | {cle for scope, cle in MASQUES_V3.items() if scope in scopes}
    return cles


def attendu(trouve: Trouve, scopes: frozenset[str], version: str, france_connect: bool) -> dict | None:
    """The body that the contract promises for a student whose every value is known, records in any order."""
    en_v2 = version == "v2"
    dossiers = [
        dossier_v2(dossier, cles) if en_v2 else dossier_v3(dossier, cles)
        for dossier in trouve.dossiers
        if (cles := (cles_v2 if en_v2 else cles_v3)(scopes, dossier.statut, dossier.regime))
    ]
    if not dossiers:
        return None
    if en_v2:
        corps = {"inscriptions": dossiers}
        if "mesri_identifiant" in scopes:
            corps["ine"] = trouve.ine
        if "mesri_identite" in scopes:
            corps |= {"nom": trouve.nom, "prenom": trouve.prenom, "dateNaissance": trouve.date_naissance}
        return corps
    donnees = {"admissions": dossiers}
    if "mesri_identite" in scopes and not france_connect:
        donnees["identite"] = {
            "nom_naissance": trouve.nom,
            "prenom": trouve.prenom,
            "date_naissance": trouve.date_naissance,
        }
    return {"data": donnees, "links": {}, "meta": {}}


def dossier_v2(dossier: Dossier, cles: set[str]) -> dict:
    entier = {
        "statut": dossier.statut,
        "regime": REGIME_V2[dossier.regime],
        "dateDebutInscription": dossier.date_debut,
        "dateFinInscription": dossier.date_fin,
        "dateDebutAdmission": dossier.date_debut,
        "dateFinAdmission": dossier.date_fin,
        "codeCommune": dossier.code_commune,
        "etablissement": {"uai": dossier.uai, "nom": dossier.etablissement},
    }
    return {cle: entier[cle] for cle in ORDRE_V2 if cle in cles}


def dossier_v3(dossier: Dossier, cles: set[str]) -> dict:
    entier = {
        "date_debut": dossier.date_debut,
        "date_fin": dossier.date_fin,
        "est_inscrit": dossier.statut == "inscrit",
        "regime_formation": {"libelle": LIBELLE_V3[dossier.regime], "code": dossier.regime},
        "code_cog_insee_commune": dossier.code_commune,
        "etablissement_etudes": {"uai": dossier.uai, "nom": dossier.etablissement},
    }
    return {cle: valeur for cle, valeur in entier.items() if cle in cles}
