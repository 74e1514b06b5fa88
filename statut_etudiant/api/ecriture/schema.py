"""The bodies of what establishments write, follow and read back, for the OpenAPI document."""

from referentiel.champs_d_inscription import GENERAUX, Champ, Role
from referentiel.ecriture.validation import EFFACER
from referentiel.identifiants import MOTIF_INE, MOTIF_UAI
from referentiel.nomenclatures import Regime, Source, Statut
from statut_etudiant.api.documentation.briques import (
    COMMUNE,
    EXEMPLE_LIEU,
    EXEMPLE_NAISSANCE,
    EXEMPLE_NOM,
    EXEMPLE_PRENOM,
    EXEMPLE_SEXE,
    INE,
    UAI,
    Schema,
    date,
    entier,
    instant,
    liste,
    objet,
    ref,
    texte,
)
from statut_etudiant.api.ecriture.lots import ETATS

IDENTITE = objet(
    {
        "nomNaissance": texte("Nom de naissance.", EXEMPLE_NOM, minLength=1, maxLength=100),
        "prenoms": liste(
            texte("Prénom.", EXEMPLE_PRENOM, minLength=1, maxLength=100),
            description="Vide pour une personne qui n'a qu'un nom.",
            maxItems=20,
        ),
        "sexe": texte("Sexe à l'état civil ; absent s'il n'est pas connu.", EXEMPLE_SEXE, enum=["M", "F"]),
        "codeCogInseeCommuneNaissance": texte(
            "Lieu de naissance : code COG d'une commune, ou 99 et trois chiffres pour un pays.", EXEMPLE_LIEU
        ),
    },
    exige=("nomNaissance", "prenoms"),
    description="Crée l'étudiant quand son INE n'est pas connu. Quand il l'est, l'identité enregistrée est gardée.",
)

_COMMUNS = {
    "ine": INE,
    "dateNaissance": date("Date de naissance.", EXEMPLE_NAISSANCE),
    "dateDebutInscription": date("Début.", "2026-09-01"),
    "dateFinInscription": date("Fin.", "2027-08-31"),
    "statut": texte("Statut.", "inscrit", enum=Statut.values),
    "codeCommune": COMMUNE,
    "uai": UAI,
}
_ID = texte("Identifiant de l'inscription.", "1024")
_SIGNALEMENT = {
    "parameter": texte("Champ concerné.", "codeCommune"),
    "code": texte("Code, pour les programmes.", "code_postal_converti"),
    "explication": texte("Explication.", "Code postal de l'établissement, converti en code Insee 31555."),
}

#: What the table of fields does not say: it is the contract's own.
_PRECISIONS = {
    "regime": " Les numéros suivent cet ordre : formation initiale, formation continue, formation initiale hors "
    "apprentissage, reprise d'études non financée sans convention, contrat d'apprentissage, formation continue hors "
    "contrat professionnel, contrat de professionnalisation.",
    "codeCommune": " Un code postal de la commune de l'établissement est converti, et l'avis le dit.",
}


def _general(champ: Champ) -> Schema:
    """A field, from the one table that declares it (`referentiel.champs_d_inscription`)."""
    description = f"{champ.sens} Attendu : {champ.attendu}.{_PRECISIONS.get(champ.nom, '')}"
    if not champ.obligatoire and champ.role is Role.VALEUR:
        description += f" « {EFFACER} » efface la valeur enregistrée."
    if champ.lecture.genre != "choix":
        return texte(
            description,
            champ.exemple,
            **({"maxLength": champ.lecture.maximum} if champ.lecture.maximum else {}),
        )
    formes = list(champ.lecture.choix)
    facultatif = [] if champ.obligatoire else [EFFACER]
    return {
        "description": description,
        "enum": [*formes, *(int(forme) for forme in formes if forme.isdecimal()), *facultatif],
        "example": champ.exemple,
    }


ECRITURE: Schema = {
    "Enregistrement": objet(
        {
            "ine": INE | {"pattern": MOTIF_INE},
            "dateNaissance": _COMMUNS["dateNaissance"],
            "uai": UAI | {"pattern": MOTIF_UAI},
            "dateDebutInscription": date("Début, avant la fin.", "2026-09-01"),
            "dateFinInscription": date("Fin, six ans au plus après le début.", "2027-08-31"),
            **{champ.nom: _general(champ) for champ in GENERAUX},
            "identite": ref("Identite"),
        },
        exige=("ine", "dateNaissance", "uai", "dateDebutInscription", "dateFinInscription", "statut"),
    ),
    "Identite": IDENTITE,
    "InscriptionEcrite": objet(
        {
            "message": texte(
                "Ce qui a été fait.",
                "une nouvelle inscription créée",
                enum=["une nouvelle inscription créée", "inscription mise à jour", "inscription inchangée"],
            ),
            "inscription": objet({"id_inscription": _ID, **_COMMUNS}, exige=("id_inscription", *_COMMUNS)),
            "avis": liste(
                objet(_SIGNALEMENT, exige=("parameter", "code", "explication")),
                description="Ce qui mérite une vérification. Présent quand il y a quelque chose à dire.",
            ),
        },
        exige=("message", "inscription"),
    ),
    "InscriptionRetiree": objet(
        {
            "message": texte("Ce qui a été fait.", "inscription retirée"),
            "inscription": objet({"id_inscription": _ID}, exige=("id_inscription",)),
        },
        exige=("message", "inscription"),
    ),
    "InscriptionRelue": objet(
        {
            "id_inscription": _ID,
            **_COMMUNS,
            "regime": texte("Code du régime.", "RF1", enum=Regime.values),
            "cursus": texte("Cursus.", "L"),
            "diplome": texte("Diplôme préparé.", "Licence de droit"),
            "niveauDiplome": texte("Niveau du diplôme.", "bac+3"),
            "source": texte("Par où elle est venue.", "api", enum=Source.values),
            "creeeLe": instant("Création."),
            "modifieeLe": instant("Dernier changement."),
            "confirmeeLe": instant("Dernière fois que l'établissement l'a envoyée, changée ou non."),
        },
        exige=("id_inscription", *_COMMUNS, "regime", "source", "creeeLe", "modifieeLe", "confirmeeLe"),
    ),
    "ListeInscriptions": objet(
        {
            "inscriptions": liste(ref("InscriptionRelue")),
            "suivant": texte("Valeur de « curseur » de la page suivante. Absente de la dernière.", "1024"),
        },
        exige=("inscriptions",),
    ),
    "ErreurEcriture": objet(
        {
            "message": texte("Message.", "la valeur du paramètre n'est pas valide"),
            "uid": texte(
                "Référence à donner au support.", "0123456789abc_0000", pattern="^[0-9a-f]{13}_0000$"
            ),
            "details": objet(
                {
                    "method": texte("Méthode.", "POST"),
                    "endpoint": texte("Adresse.", "inscription"),
                    "parameter": texte("Champ ou paramètre en cause, vide s'il n'y en a pas.", "uai"),
                    "explication": texte("Explication, en français.", "Valeur obligatoire, absente."),
                    "erreurs": liste(
                        objet(_SIGNALEMENT),
                        description="Toutes les erreurs de l'enregistrement, quand il y en a plusieurs.",
                    ),
                },
                exige=("method", "endpoint", "parameter"),
            ),
        },
        exige=("message", "uid", "details"),
    ),
}

_COMPTES = {
    "creees": entier("Inscriptions créées.", 3),
    "modifiees": entier("Inscriptions mises à jour.", 1),
    "inchangees": entier("Inscriptions inchangées.", 40),
    "rejetees": entier("Enregistrements rejetés.", 1),
    "etudiantsCrees": entier("Étudiants créés.", 2),
    "avis": entier("Avis.", 0),
}
_LOT = {
    "id": texte("Identifiant du lot.", "5f0c1a9e-3b51-4f9e-9a1e-5b7a9f1f2c3d", format="uuid"),
    "adresse": texte("Adresse du suivi.", "/api/lots/5f0c1a9e-3b51-4f9e-9a1e-5b7a9f1f2c3d"),
    "etat": texte("État.", "termine", enum=[etat.value for etat in ETATS]),
    "message": texte("L'état en clair, ou la raison d'un échec.", "Terminé"),
    "toutOuRien": {"type": "boolean", "description": "Rien n'est pris si un enregistrement est rejeté."},
    "enregistrements": entier("Enregistrements reçus.", 45),
    "lus": entier("Enregistrements déjà lus.", 45),
    "deposeLe": instant("Dépôt."),
    "commenceLe": instant("Début du traitement."),
    "finiLe": instant("Fin du traitement."),
    "comptes": objet(_COMPTES, exige=(*_COMPTES,)),
}
_EXIGES_LOT = ("id", "adresse", "etat", "message", "toutOuRien", "lus", "deposeLe", "comptes")
_LIGNE = {
    "ligne": entier("Rang de l'enregistrement dans le tableau, ou numéro de ligne, à partir de 1.", 12),
    "valeur": texte("Valeur reçue.", "31400"),
    **_SIGNALEMENT,
}

LOTS: Schema = {
    "Lot": objet(_LOT, exige=_EXIGES_LOT),
    "LotRecu": objet(
        {"message": texte("Message.", "lot reçu, en attente de traitement"), "lot": ref("Lot")},
        exige=("message", "lot"),
    ),
    "SuiviDeLot": objet(
        {
            **_LOT,
            "erreurs": liste(objet(_LIGNE), description="Les rejets, par ligne (niveau=rejet)."),
            "avisParLigne": liste(objet(_LIGNE), description="Les avis, par ligne (niveau=avis)."),
            "suivant": texte("Valeur de « curseur » de la page suivante.", "12-345"),
        },
        exige=_EXIGES_LOT,
    ),
}

SCHEMAS: Schema = ECRITURE | LOTS
