"""The errors of the v2 reading API (contract §2): one table, from a name to a status and a body.

`error` is what programs read; `reason` and `message` are for people, and say what to do next.
No message repeats a value that was received.
"""

from typing import Any, NamedTuple


class Erreur(NamedTuple):
    """`situation`: a key of `api.situations.SITUATIONS`."""

    situation: str
    statut: int
    error: str
    reason: str
    message: str


ERREURS: dict[str, Erreur] = {
    "jeton_absent": Erreur(
        "jeton_absent",
        401,
        "access_denied",
        "Token missing",
        "Aucun jeton d'accès n'a été transmis. Ajoutez-le à l'en-tête X-Api-Key.",
    ),
    "jeton_inconnu": Erreur(
        "jeton_absent",
        401,
        "access_denied",
        "Token not found",
        "Le jeton d'accès n'est pas reconnu. Vérifiez qu'il a été recopié en entier.",
    ),
    "jeton_expire": Erreur(
        "jeton_expire",
        401,
        "access_denied",
        "Token expired",
        "Le jeton d'accès a expiré. Prolongez ou renouvelez-le depuis votre habilitation.",
    ),
    "jeton_revoque": Erreur(
        "jeton_revoque",
        401,
        "access_denied",
        "Token revoked",
        "Le jeton d'accès a été révoqué. Obtenez-en un nouveau depuis votre habilitation.",
    ),
    "cle_absente": Erreur(
        "cle_absente",
        401,
        "access_denied",
        "API key missing",
        "Aucune clé d'API n'a été transmise. Ajoutez-la à l'en-tête X-Api-Key.",
    ),
    "cle_inconnue": Erreur(
        "cle_absente",
        401,
        "access_denied",
        "API key not found",
        "La clé d'API n'est pas reconnue. Vérifiez qu'elle a été recopiée en entier (elle commence par ase_k_).",
    ),
    "cle_expiree": Erreur(
        "cle_finie",
        401,
        "access_denied",
        "API key expired",
        "La clé d'API a expiré. Créez-en une autre depuis la page Intégrations.",
    ),
    "cle_revoquee": Erreur(
        "cle_finie",
        401,
        "access_denied",
        "API key revoked",
        "La clé d'API a été révoquée. Créez-en une autre depuis la page Intégrations.",
    ),
    "portee_absente": Erreur(
        "cle_portee",
        403,
        "access_denied",
        "API key does not allow this",
        "Cette clé d'API n'a pas le droit de lire ces objets. Créez-en une qui l'a, depuis la page Intégrations.",
    ),
    "objet_inconnu": Erreur(
        "cle_objet",
        404,
        "unknown_object",
        "Unknown object",
        "Votre organisation n'a aucun objet de ce numéro.",
    ),
    "auteur_parti": Erreur(
        "cle_auteur",
        403,
        "access_denied",
        "Author of the API key has left",
        "La demande serait celle de la personne qui a créé cette clé d'API, et qui n'est plus membre vérifié de votre "
        "organisation. Un membre crée une autre clé depuis la page Intégrations.",
    ),
    "demande_refusee": Erreur(
        "cle_demande_refusee",
        422,
        "refused",
        "Request not open to this organisation",
        "Ce genre de demande n'est pas ouvert à votre organisation. « Suis-je éligible ? » dit ce qui l'est.",
    ),
    "quota_de_cle": Erreur(
        "cle_quota",
        429,
        "too_many_requests",
        "Too many calls with this API key",
        "Cette clé d'API a fait 120 appels dans la minute. L'en-tête Retry-After indique le délai avant un nouvel "
        "essai.",
    ),
    "scopes_insuffisants": Erreur(
        "privileges",
        401,
        "access_denied",
        "Insufficient privileges",
        "Votre habilitation n'ouvre aucune population d'étudiants (inscriptions en formation initiale, "
        "inscriptions en formation continue ou admissions).",
    ),
    "sans_delegation": Erreur(
        "sans_delegation",
        403,
        "access_denied",
        "No delegation for this recipient",
        "L'organisme du paramètre recipient ne vous a confié aucune délégation, ou pas celle que nomme delegation_id.",
    ),
    "delegation_a_choisir": Erreur(
        "delegation_a_choisir",
        422,
        "bad_request",
        "Several delegations for this recipient",
        "L'organisme du paramètre recipient vous a confié plusieurs délégations : nommez-en une dans delegation_id.",
    ),
    "type_de_jeton": Erreur(
        "privileges",
        401,
        "access_denied",
        "Insufficient privileges",
        "Cette adresse est réservée aux jetons d'un bouquet d'API. Les autres lisent /api/v2/etudiants ou /v3/.",
    ),
    "fc_jeton_invalide": Erreur(
        "fc_jeton_malforme",
        401,
        "access_denied",
        "FranceConnect token malformed",
        "Le jeton d'accès FranceConnect est mal formé.",
    ),
    "fc_jeton_inconnu": Erreur(
        "fc_jeton_inconnu",
        401,
        "access_denied",
        "FranceConnect token not found or expired",
        "Le jeton d'accès FranceConnect est inconnu ou a expiré. Demandez à l'usager de se reconnecter.",
    ),
    "fc_identite_absente": Erreur(
        "fc_identite_absente",
        401,
        "access_denied",
        "FranceConnect identity incomplete",
        "L'identité pivot liée au jeton FranceConnect est incomplète : nom de naissance, date de naissance et sexe "
        "sont nécessaires.",
    ),
    "fc_identite_inutilisable": Erreur(
        "fc_identite_inutilisable",
        400,
        "bad_request",
        "FranceConnect identity unusable",
        "L'identité pivot transmise par FranceConnect n'est pas exploitable : l'une de ses valeurs est mal formée.",
    ),
    "fc_service_inconnu": Erreur(
        "fc_service_inconnu",
        401,
        "access_denied",
        "FranceConnect service not found",
        "Aucune habilitation n'est enregistrée pour l'identifiant client FranceConnect du service.",
    ),
    "fc_service_revoque": Erreur(
        "jeton_revoque",
        401,
        "access_denied",
        "FranceConnect service revoked",
        "L'habilitation du service FranceConnect a été révoquée.",
    ),
    "jeton_dans_url": Erreur(
        "jeton_dans_url",
        400,
        "bad_request",
        "Token in query string",
        "Un jeton ne se transmet pas dans l'adresse, où il est enregistré par de nombreux intermédiaires. "
        "Il est considéré comme divulgué : s'il est l'un des nôtres, il est révoqué. "
        "Transmettez un nouveau jeton par l'en-tête X-Api-Key.",
    ),
    "requete_refusee": Erreur(
        "requete_illisible",
        400,
        "bad_request",
        "Unreadable request",
        "La requête n'est pas lisible : trop de paramètres, ou un corps interrompu.",
    ),
    "introuvable": Erreur(
        "introuvable",
        404,
        "not_found",
        "Student not found",
        "Aucun étudiant n'a pu être trouvé avec les critères de recherche fournis",
    ),
    # Not `not_found`: a program that reads it would tell a person that they are no student.
    "adresse_inconnue": Erreur(
        "adresse_inconnue",
        404,
        "unknown_path",
        "Unknown path",
        "Cette adresse n'existe pas. Consultez la documentation de l'API.",
    ),
    "methode_refusee": Erreur(
        "methode",
        405,
        "method_not_allowed",
        "Method not allowed",
        "Cette méthode HTTP n'est pas acceptée à cette adresse. L'en-tête Allow donne celles qui le sont.",
    ),
    "fc_incoherent": Erreur(
        "fc_incoherent",
        502,
        "data_provider_error",
        "FranceConnect bad answer",
        "La réponse de FranceConnect n'a pas pu être exploitée. Réessayez plus tard.",
    ),
    "fc_delai": Erreur(
        "fc_delai",
        504,
        "data_provider_error",
        "FranceConnect timeout",
        "FranceConnect n'a pas répondu dans le délai imparti. Réessayez plus tard.",
    ),
    "fc_indisponible": Erreur(
        "fc_indisponible",
        503,
        "data_provider_error",
        "FranceConnect unavailable",
        "FranceConnect est momentanément indisponible. Réessayez plus tard.",
    ),
    "base_indisponible": Erreur(
        "indisponible",
        503,
        "data_provider_error",
        "Student referential unavailable",
        "Le référentiel des étudiants est momentanément indisponible. L'en-tête Retry-After indique le délai "
        "avant un nouvel essai.",
    ),
    "maintenance": Erreur(
        "maintenance",
        503,
        "data_provider_error",
        "Maintenance in progress",
        "Le référentiel des étudiants est en maintenance. L'en-tête Retry-After indique le délai avant un "
        "nouvel essai.",
    ),
    "anomalie": Erreur(
        "anomalie",
        500,
        "error",
        "Internal server error",
        "Une erreur interne s'est produite. Si elle persiste, signalez-la avec la valeur de l'en-tête "
        "X-Request-ID.",
    ),
}

#: Two cases have another shape, which existing clients read.
ERREURS_EN_LISTE: dict[str, tuple[int, str]] = {
    "quota": (429, "Vous avez effectué trop de requêtes"),
    "ip_refusee": (403, "Votre adresse IP n'est pas autorisée à utiliser ce jeton"),
}


def erreur(nom: str) -> tuple[int, dict[str, Any]]:
    """Status and body of a case of the tables."""
    if nom in ERREURS_EN_LISTE:
        statut, message = ERREURS_EN_LISTE[nom]
        return statut, {"errors": [message]}
    _, statut, error, reason, message = ERREURS[nom]
    return statut, {"error": error, "reason": reason, "message": message}


def parametre_refuse(parametre: str, message: str) -> tuple[int, dict[str, Any]]:
    """Status and body for the first parameter that is missing or invalid."""
    return 400, {"error": "bad_request", "reason": f"Invalid parameter: {parametre}", "message": message}
