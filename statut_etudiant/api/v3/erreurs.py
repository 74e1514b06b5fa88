"""The errors of the v3 reading API (contract §3): one table, from a code to all that is said about it.

No detail repeats a value that was received.
"""

from typing import Any, NamedTuple


class Erreur(NamedTuple):
    """`situation`: a key of `api.situations.SITUATIONS`."""

    situation: str
    statut: int
    titre: str
    detail: str
    source: dict[str, str] = {}
    meta: dict[str, str] = {}


JETON = {"parameter": "token"}
RECIPIENT = {"parameter": "recipient"}
DELEGATION = {"parameter": "delegation_id"}
MESRI = {"provider": "MESRI"}
FC = {"provider": "FranceConnect"}

ACCES = "Accès non autorisé"
PRIVILEGES = "Privilèges insuffisants"
PARAMETRE = "Paramètre invalide"
INTROUVABLE = "Ressource introuvable"
FOURNISSEUR = "Fournisseur de données indisponible"
FRANCECONNECT = "FranceConnect indisponible"

ERREURS: dict[str, Erreur] = {
    # The token
    "00101": Erreur(
        "jeton_absent",
        401,
        ACCES,
        "Le jeton d'accès est absent ou n'est pas reconnu : vérifiez l'en-tête Authorization. Avec FranceConnect : "
        "aucune habilitation n'est enregistrée pour l'identifiant client du service.",
        JETON,
    ),
    "00103": Erreur(
        "jeton_expire",
        401,
        ACCES,
        "Le jeton d'accès a expiré : prolongez ou renouvelez-le depuis votre habilitation.",
        JETON,
    ),
    "00105": Erreur(
        "jeton_revoque",
        401,
        ACCES,
        "Le jeton d'accès a été révoqué : obtenez-en un depuis votre habilitation. Avec FranceConnect : l'habilitation "
        "du service a été révoquée.",
        JETON,
    ),
    "00100": Erreur(
        "privileges",
        403,
        PRIVILEGES,
        "Aucune des données de votre habilitation n'est servie à cette adresse.",
        JETON,
    ),
    "00107": Erreur(
        "ip_refusee",
        403,
        PRIVILEGES,
        "Votre adresse IP n'est pas dans la liste autorisée pour ce jeton.",
        {"header": "X-Forwarded-For"},
    ),
    "00401": Erreur(
        "jeton_dans_url",
        400,
        "Requête refusée",
        "Un jeton ne se transmet pas dans l'adresse, où il est enregistré par de nombreux intermédiaires. "
        "Il est considéré comme divulgué : s'il est l'un des nôtres, il est révoqué. Transmettez un nouveau "
        "jeton par l'en-tête Authorization.",
    ),
    "00406": Erreur(
        "requete_illisible",
        400,
        "Requête refusée",
        "La requête n'est pas lisible : trop de paramètres, ou un corps interrompu.",
    ),
    "00429": Erreur(
        "quota",
        429,
        "Trop de requêtes",
        "Le nombre d'appels autorisés par seconde est dépassé. L'en-tête Retry-After indique le délai avant "
        "un nouvel essai.",
    ),
    # What is asked for
    "25003": Erreur(
        "introuvable",
        404,
        INTROUVABLE,
        "Aucun étudiant ne correspond aux critères de la recherche.",
        meta=MESRI,
    ),
    "00402": Erreur("version_inconnue", 404, INTROUVABLE, "Cette version de l'API n'est pas servie."),
    "00404": Erreur(
        "adresse_inconnue",
        404,
        INTROUVABLE,
        "Cette adresse n'existe pas. Consultez la documentation de l'API.",
    ),
    "00405": Erreur(
        "methode",
        405,
        "Méthode refusée",
        "Cette méthode HTTP n'est pas acceptée à cette adresse. L'en-tête Allow donne celles qui le sont.",
    ),
    "01003": Erreur(
        "commune",
        404,
        INTROUVABLE,
        "Ce nom ne désigne aucune commune certaine de ce département, ni d'aujourd'hui ni d'autrefois : transmettez "
        "plutôt le code COG de la commune dans codeCogInseeCommuneNaissance.",
    ),
    # The parameters
    "00203": Erreur(
        "recipient_absent",
        422,
        "Paramètre obligatoire",
        "Le paramètre recipient est obligatoire : le SIRET de l'organisme pour lequel l'appel est fait.",
        RECIPIENT,
    ),
    "00210": Erreur(
        "recipient", 422, PARAMETRE, "Le paramètre recipient n'est pas un numéro de SIRET.", RECIPIENT
    ),
    # The delegations of an editor
    "00212": Erreur(
        "delegation_a_choisir",
        422,
        PARAMETRE,
        "L'organisme du paramètre recipient vous a confié plusieurs délégations : nommez-en une dans delegation_id.",
        DELEGATION,
    ),
    "00213": Erreur(
        "sans_delegation",
        403,
        PRIVILEGES,
        "L'organisme du paramètre recipient ne vous a confié aucune délégation, ou pas celle que nomme delegation_id.",
        RECIPIENT,
    ),
    "00214": Erreur(
        "parametre",
        422,
        PARAMETRE,
        "Le paramètre limite est un nombre de 1 à 1000 ; curseur reprend la valeur donnée par la page précédente.",
    ),
    "00360": Erreur(
        "ine",
        422,
        PARAMETRE,
        "Le paramètre ine est absent ou mal formé : un INE compte 11 chiffres et lettres.",
    ),
    "00365": Erreur(
        "lieu",
        422,
        PARAMETRE,
        "Le code du lieu de naissance est mal formé : code COG d'une commune, ou 99 suivi de trois chiffres "
        "pour un pays.",
    ),
    "00420": Erreur(
        "nom",
        422,
        PARAMETRE,
        "Le paramètre nomNaissance est absent ou mal formé : un nom d'au plus 100 caractères.",
    ),
    "00421": Erreur(
        "prenoms",
        422,
        PARAMETRE,
        "Le paramètre prenoms[] est absent ou mal formé : liste de prénoms d'au plus 100 caractères chacun.",
    ),
    "00422": Erreur(
        "annee",
        422,
        PARAMETRE,
        "Le paramètre anneeDateNaissance est absent ou n'est pas une année en quatre chiffres.",
    ),
    "00423": Erreur(
        "mois", 422, PARAMETRE, "Le paramètre moisDateNaissance est absent ou n'est pas un mois, de 1 à 12."
    ),
    "00424": Erreur(
        "jour", 422, PARAMETRE, "Le paramètre jourDateNaissance est absent ou n'est pas un jour, de 1 à 31."
    ),
    "00425": Erreur(
        "date",
        422,
        PARAMETRE,
        "La date de naissance n'existe pas au calendrier, est antérieure au 1er janvier 1900 ou est à venir.",
    ),
    "00427": Erreur("sexe", 422, PARAMETRE, "Le paramètre sexeEtatCivil est absent ou n'est ni M ni F."),
    "00428": Erreur(
        "departement",
        422,
        PARAMETRE,
        "Le paramètre codeCogInseeDepartementNaissance est mal formé alors qu'une commune est nommée. Pour une "
        "naissance à l'étranger, transmettez le code du pays (99 suivi de trois chiffres) dans "
        "codeCogInseeCommuneNaissance.",
    ),
    # FranceConnect
    "51501": Erreur(
        "fc_jeton_malforme",
        401,
        ACCES,
        "Le jeton d'accès transmis n'a pas la forme d'un jeton FranceConnect.",
        meta=FC,
    ),
    "51502": Erreur(
        "fc_jeton_inconnu",
        401,
        ACCES,
        "Le jeton d'accès FranceConnect est inconnu ou a expiré : demandez à l'usager de se reconnecter.",
        meta=FC,
    ),
    "51503": Erreur(
        "fc_identite_absente",
        401,
        ACCES,
        "L'identité pivot liée au jeton FranceConnect est incomplète : nom de naissance, date de naissance et sexe "
        "sont nécessaires.",
        meta=FC,
    ),
    "51504": Erreur(
        "fc_jeton_absent",
        401,
        ACCES,
        "Aucun jeton d'accès FranceConnect n'a été transmis : ajoutez-le à l'en-tête Authorization.",
        meta=FC,
    ),
    "51564": Erreur(
        "fc_identite_inutilisable",
        422,
        PARAMETRE,
        "L'identité pivot transmise par FranceConnect n'est pas exploitable : l'une de ses valeurs est mal formée.",
        meta=FC,
    ),
    "51999": Erreur(
        "fc_incoherent", 502, FRANCECONNECT, "La réponse de FranceConnect n'a pas pu être exploitée.", meta=FC
    ),
    "51002": Erreur(
        "fc_delai", 504, FRANCECONNECT, "FranceConnect n'a pas répondu dans le délai imparti.", meta=FC
    ),
    "51001": Erreur(
        "fc_indisponible", 503, FRANCECONNECT, "FranceConnect est momentanément indisponible.", meta=FC
    ),
    # This service
    "25001": Erreur(
        "indisponible",
        503,
        FOURNISSEUR,
        "Le référentiel des étudiants est momentanément indisponible. L'en-tête Retry-After indique le délai "
        "avant un nouvel essai.",
        meta=MESRI,
    ),
    "25020": Erreur(
        "maintenance",
        503,
        FOURNISSEUR,
        "Le référentiel des étudiants est en maintenance. L'en-tête Retry-After indique le délai avant un "
        "nouvel essai.",
        meta=MESRI,
    ),
    "00500": Erreur(
        "anomalie",
        500,
        "Erreur interne",
        "Une erreur interne s'est produite. Si elle persiste, signalez-la avec la valeur de l'en-tête "
        "X-Request-ID.",
    ),
}


def erreurs(*codes: str, retry_in: int | None = None) -> tuple[int, dict[str, Any]]:
    """Status and body for one code, or several that share a status. `retry_in`: seconds before a retry."""
    statut = ERREURS[codes[0]].statut
    return statut, {"errors": [_objet(code, retry_in) for code in codes]}


def preuve_refusee() -> tuple[int, dict[str, Any]]:
    """Status and body when `X-Generate-Proof` asks for what does not exist: the request is refused as such (00401)."""
    refusee = ERREURS["00401"]
    detail = "L'en-tête X-Generate-Proof demande une preuve : il vaut proof-only ou pdf."
    objet = {"code": "00401", "title": refusee.titre, "detail": detail, "meta": {}}
    return refusee.statut, {"errors": [objet]}


def _objet(code: str, retry_in: int | None) -> dict[str, Any]:
    _, _, titre, detail, source, meta = ERREURS[code]
    objet: dict[str, Any] = {"code": code, "title": titre, "detail": detail}
    if source:
        objet["source"] = dict(source)
    objet["meta"] = dict(meta) if retry_in is None else {**meta, "retry_in": retry_in}
    return objet
