"""The bodies of the reading API, v2 and v3, and of its monitoring."""

from referentiel.nomenclatures import Regime, Statut
from statut_etudiant.api.documentation.briques import (
    COMMUNE,
    INE,
    NOM_ETABLISSEMENT,
    UAI,
    Schema,
    date,
    instant,
    liste,
    objet,
    ref,
    texte,
)

LECTURE_V2: Schema = {
    "EtudiantV2": objet(
        {
            "ine": INE,
            "nom": texte("Nom de naissance.", "LE GOFF"),
            "prenom": texte("Premier prénom.", "Anne-Marie"),
            "dateNaissance": date("Date de naissance.", "2004-03-27"),
            "inscriptions": liste(ref("InscriptionV2"), minItems=1),
        },
        exige=("inscriptions",),
        description="Une clé que le jeton n'ouvre pas, ou qui n'est pas connue, est absente.",
    ),
    "InscriptionV2": objet(
        {
            "statut": texte("Inscrit, ou admis sans inscription définitive.", "inscrit", enum=Statut.values),
            "regime": texte(
                "Régime de formation.",
                "formation initiale",
                enum=["formation initiale", "formation continue"],
            ),
            "dateDebutInscription": date("Début.", "2026-09-01"),
            "dateFinInscription": date("Fin.", "2027-08-31"),
            "dateDebutAdmission": date("Début, répété pour une admission.", "2026-09-01"),
            "dateFinAdmission": date("Fin, répétée pour une admission.", "2027-08-31"),
            "codeCommune": COMMUNE,
            "etablissement": objet({"uai": UAI, "nom": NOM_ETABLISSEMENT}),
        }
    ),
    "ErreurV2": objet(
        {
            "error": texte("Code de l'erreur, pour les programmes.", "not_found"),
            "reason": texte("Raison, en anglais.", "Student not found"),
            "message": texte("Explication, en français.", "Aucun étudiant n'a pu être trouvé."),
        },
        exige=("error", "reason", "message"),
    ),
    "ErreursV2": objet(
        {"errors": liste(texte("Explication.", "Vous avez effectué trop de requêtes"))}, exige=("errors",)
    ),
    "Introspection": objet(
        {
            "_id": texte("Identifiant du jeton.", "5f0c1a9e-3b51-4f9e-9a1e-5b7a9f1f2c3d", format="uuid"),
            "name": texte("Toujours vide.", ""),
            "scopes": liste(texte("Scope.", "mesri_identite")),
        },
        exige=("_id", "name", "scopes"),
    ),
    "Ping": objet(
        {
            "status": texte("État.", "ok", enum=["ok", "bad_gateway", "maintenance"]),
            "last_update": instant("Instant de la mesure."),
            "last_ok_status": instant("Dernier instant où l'état était bon."),
        },
        exige=("status", "last_update"),
    ),
    "Surveillance": objet(
        {"name": texte("Nom.", "mesri_statut_etudiant_ine"), "url": texte("Adresse.", "https://…")},
        exige=("name", "url"),
    ),
}

LECTURE_V3: Schema = {
    "StatutEtudiantV3": objet(
        {
            "data": objet(
                {
                    "identite": objet(
                        {
                            "nom_naissance": texte("Nom de naissance.", "LE GOFF"),
                            "prenom": texte("Premier prénom, tel qu'enregistré.", "Anne-Marie"),
                            "date_naissance": date("Date de naissance.", "2004-03-27"),
                        },
                        description="Jamais rendue par FranceConnect, qui la connaît déjà.",
                    ),
                    "admissions": liste(ref("AdmissionV3"), minItems=1),
                },
                exige=("admissions",),
            ),
            "links": objet({}, description="Toujours vide."),
            "meta": objet({}, description="Toujours vide."),
        },
        exige=("data", "links", "meta"),
        description="Une clé que le jeton n'ouvre pas, ou qui n'est pas connue, est absente.",
    ),
    "AdmissionV3": objet(
        {
            "date_debut": date("Début.", "2026-09-01"),
            "date_fin": date("Fin.", "2027-08-31"),
            "est_inscrit": {
                "type": "boolean",
                "description": "true : inscription définitive ; false : admission.",
                "example": True,
            },
            "regime_formation": objet(
                {
                    "libelle": texte("Libellé.", Regime.RF1.label, enum=Regime.labels),
                    "code": texte("Code.", "RF1", enum=Regime.values),
                }
            ),
            "code_cog_insee_commune": COMMUNE,
            "etablissement_etudes": objet({"uai": UAI, "nom": NOM_ETABLISSEMENT}),
        }
    ),
    "ErreursV3": objet(
        {
            "errors": liste(
                objet(
                    {
                        "code": texte("Code de l'erreur, pour les programmes.", "25003"),
                        "title": texte("Titre.", "Ressource introuvable"),
                        "detail": texte("Explication.", "Aucun étudiant ne correspond."),
                        "source": objet({}, additionalProperties={"type": "string"}),
                        "meta": {"type": "object"},
                    },
                    exige=("code", "title", "detail", "meta"),
                ),
                minItems=1,
            )
        },
        exige=("errors",),
    ),
}
