"""When each error of the API occurs, and what its reader does about it: said once for all the doors.

The tables of errors (`v2.erreurs`, `v3.erreurs`, `ecriture.erreurs`) say how a door answers; each of their cases is one
of these situations. The public catalogue (`GET /api/errors`) brings both together.
"""

from typing import NamedTuple


class Situation(NamedTuple):
    """Two sentences in French, for the developer of a client."""

    quand: str
    que_faire: str


_REESSAYER = "Réessayez après le délai de l'en-tête Retry-After, sans changer l'appel."
_CORRIGER = "Corrigez la valeur : la documentation donne la forme attendue et un exemple."

SITUATIONS: dict[str, Situation] = {
    "jeton_absent": Situation(
        "L'appel ne porte aucun jeton, ou un jeton que nous n'avons pas émis.",
        "Recopiez le jeton en entier dans l'en-tête X-Api-Key, ou Authorization: Bearer en v3.",
    ),
    "jeton_expire": Situation(
        "Le jeton est arrivé à son terme.",
        "Prolongez-le ou remplacez-le depuis la page des jetons de votre habilitation.",
    ),
    "jeton_revoque": Situation(
        "Le jeton, ou l'habilitation qui l'a donné, a été révoqué.",
        "Obtenez un nouveau jeton depuis votre habilitation ; si elle est révoquée, son porteur en connaît le motif.",
    ),
    "privileges": Situation(
        "L'habilitation n'ouvre aucune donnée ici : des masques sans population, ou un autre genre de jeton.",
        "Comparez les périmètres du jeton (/api/introspect) à ceux que la documentation donne pour cette adresse.",
    ),
    "ip_refusee": Situation(
        "L'appel vient d'une adresse IP qui n'est pas dans la liste du jeton.",
        "Ajoutez l'adresse de sortie de votre serveur à la liste, sur la page des jetons de l'habilitation.",
    ),
    "sans_delegation": Situation(
        "Le jeton est celui d'un éditeur, et l'organisme appelé par recipient ne lui délègue pas (ou plus) "
        "d'habilitation ; ou delegation_id en nomme une autre.",
        "Relisez vos délégations (/editeur/api/v1/delegations) ; l'organisme en donne une depuis son habilitation.",
    ),
    "delegation_a_choisir": Situation(
        "Le jeton est celui d'un éditeur à qui cet organisme délègue plusieurs habilitations.",
        "Transmettez dans delegation_id l'identifiant de celle qui convient, lu dans /editeur/api/v1/delegations.",
    ),
    "cle_absente": Situation(
        "L'appel à /api/v1/ ne porte aucune clé d'API, ou une clé que nous n'avons pas émise.",
        "Créez une clé depuis la page Intégrations, et transmettez-la en entier dans l'en-tête X-Api-Key.",
    ),
    "cle_finie": Situation(
        "La clé d'API est arrivée à son terme, ou a été révoquée.",
        "Créez-en une autre depuis la page Intégrations.",
    ),
    "cle_portee": Situation(
        "La clé d'API n'a pas le droit que cette adresse demande.",
        "Créez une clé qui l'a, depuis la page Intégrations.",
    ),
    "cle_objet": Situation(
        "Le numéro n'est celui d'aucun objet de l'organisation dont c'est la clé.",
        "Relisez la liste : elle donne les numéros de vos objets.",
    ),
    "cle_auteur": Situation(
        "La personne qui a créé la clé d'API a quitté l'organisation, ou n'y est plus vérifiée.",
        "Un membre vérifié crée une autre clé depuis la page Intégrations : les demandes seront les siennes.",
    ),
    "cle_demande_refusee": Situation(
        "L'organisation n'est pas de celles qui demandent ce genre d'habilitation.",
        "« Suis-je éligible ? » dit ce qui lui est ouvert, et pourquoi.",
    ),
    "cle_quota": Situation(
        "La clé d'API a déjà fait 120 appels dans la minute.",
        "Attendez le délai de l'en-tête Retry-After ; un webhook évite d'interroger sans cesse.",
    ),
    "jeton_dans_url": Situation(
        "Un jeton figure parmi les paramètres de l'adresse. En v3 aussi : X-Generate-Proof vaut autre chose que "
        "proof-only ou pdf.",
        "Transmettez le jeton dans un en-tête. Celui qui est passé dans l'adresse est révoqué : obtenez-en un autre.",
    ),
    "requete_illisible": Situation(
        "La requête ne se lit pas : trop de paramètres, ou un corps interrompu.",
        "Vérifiez ce que votre client envoie, et ce qu'un intermédiaire en coupe.",
    ),
    "trop_gros": Situation(
        "Le corps de la requête dépasse la taille admise.",
        "Découpez l'envoi en plusieurs lots.",
    ),
    "type_contenu": Situation(
        "L'en-tête Content-Type annonce autre chose que ce qui est accepté.",
        "Envoyez application/json, ou application/x-ndjson pour un lot.",
    ),
    "format": Situation(
        "Le format demandé n'est pas servi.",
        "Demandez l'un de ceux que donne la documentation.",
    ),
    "quota": Situation(
        "Le jeton a déjà fait, dans la seconde écoulée, autant d'appels que son quota le permet.",
        "Attendez le délai de l'en-tête Retry-After ; étalez vos appels à l'aide des en-têtes RateLimit.",
    ),
    "introuvable": Situation(
        "Personne ne répond aux critères, plusieurs personnes y répondent, ou la personne n'a rien dans les "
        "populations que le jeton ouvre : ces trois cas se répondent exactement de même.",
        "Vérifiez la saisie ; à défaut, demandez un justificatif à la personne.",
    ),
    "version_inconnue": Situation(
        "L'adresse nomme une version de l'API qui n'est pas servie.", "Appelez /v3/ ou /api/v2/."
    ),
    "adresse_inconnue": Situation(
        "Aucune opération n'existe à cette adresse.",
        "Vérifiez l'adresse de base de votre client et le chemin donné par la documentation.",
    ),
    "methode": Situation(
        "L'opération existe, mais pas par cette méthode HTTP.",
        "L'en-tête Allow donne les méthodes acceptées.",
    ),
    "commune": Situation(
        "Aucune commune ne porte ce nom dans ce département, ni ne l'a porté, ou plusieurs l'ont porté.",
        "Transmettez le code COG de la commune, ou cherchez sans lieu de naissance.",
    ),
    "departement": Situation(
        "Une commune est nommée avec un département qui n'en a pas la forme.",
        "Transmettez un code de département (31, 2A, 974), ou le code du pays dans codeCogInseeCommuneNaissance.",
    ),
    "recipient_absent": Situation(
        "Le paramètre recipient manque ou est vide.",
        "Transmettez le SIRET de l'organisme pour lequel l'appel est fait.",
    ),
    "recipient": Situation(
        "Le paramètre recipient n'a pas la forme d'un SIRET, ou sa clé est fausse.",
        "Transmettez les 14 chiffres du SIRET de l'organisme pour lequel l'appel est fait.",
    ),
    "ine": Situation("L'INE manque ou n'a pas la forme d'un INE.", _CORRIGER),
    "nom": Situation("Le nom de naissance manque, dépasse 100 caractères ou ne se lit pas.", _CORRIGER),
    "prenoms": Situation(
        "Les prénoms manquent, ou ne sont pas une liste.",
        "Transmettez prenoms[]=… une fois par prénom ; une seule fois, vide, pour qui n'a qu'un nom.",
    ),
    "annee": Situation("L'année de naissance manque ou n'a pas quatre chiffres.", _CORRIGER),
    "mois": Situation("Le mois de naissance manque ou n'est pas de 1 à 12.", _CORRIGER),
    "jour": Situation("Le jour de naissance manque ou n'est pas de 1 à 31.", _CORRIGER),
    "date": Situation(
        "La date n'existe pas au calendrier, précède le 1er janvier 1900 ou est à venir.", _CORRIGER
    ),
    "sexe": Situation("Le sexe manque ou n'est ni M ni F.", _CORRIGER),
    "lieu": Situation("Le code du lieu de naissance n'a pas la forme d'un code COG.", _CORRIGER),
    "parametre": Situation(
        "Un paramètre manque ou n'a pas la forme attendue ; le premier en cause est nommé.", _CORRIGER
    ),
    "fc_jeton_absent": Situation(
        "Aucun jeton d'accès FranceConnect n'accompagne l'appel.",
        "Transmettez dans Authorization: Bearer le jeton que FranceConnect vous a remis.",
    ),
    "fc_jeton_malforme": Situation(
        "Ce qui est transmis n'a pas la forme d'un jeton d'accès FranceConnect.",
        "Transmettez le jeton d'accès tel que FranceConnect l'a remis, et non un jeton de cette API.",
    ),
    "fc_jeton_inconnu": Situation(
        "FranceConnect ne connaît pas ce jeton d'accès, ou il a plus d'une minute.",
        "Appelez dès la connexion de l'usager ; sinon, demandez-lui de se reconnecter.",
    ),
    "fc_identite_absente": Situation(
        "FranceConnect n'a pas transmis le nom de naissance, la date de naissance ou le sexe.",
        "Cette personne ne peut pas être cherchée ainsi : proposez-lui une autre voie.",
    ),
    "fc_identite_inutilisable": Situation(
        "Une valeur de l'identité transmise par FranceConnect ne se lit pas.",
        "Cette personne ne peut pas être cherchée ainsi : proposez-lui une autre voie.",
    ),
    "fc_service_inconnu": Situation(
        "Aucune habilitation n'est enregistrée pour l'identifiant client FranceConnect du service.",
        "Demandez une habilitation « Lecture par FranceConnect » avec cet identifiant.",
    ),
    "fc_incoherent": Situation(
        "FranceConnect a répondu autre chose que ce que son protocole prévoit.",
        "Réessayez plus tard : l'exploitant est prévenu.",
    ),
    "fc_delai": Situation("FranceConnect n'a pas répondu en trois secondes.", "Réessayez plus tard."),
    "fc_indisponible": Situation("FranceConnect ne répond pas.", _REESSAYER),
    "indisponible": Situation("La base de données du référentiel ne répond pas.", _REESSAYER),
    "maintenance": Situation("Une maintenance annoncée est en cours.", _REESSAYER),
    "anomalie": Situation(
        "Une anomalie de notre côté.",
        "Signalez-la au support avec la valeur de l'en-tête X-Request-ID, si elle persiste.",
    ),
    "authentification": Situation(
        "Le jeton manque, n'est pas reconnu, a expiré ou été révoqué, ou n'est pas un jeton d'écriture : "
        "details.explication dit lequel de ces cas.",
        "Transmettez dans X-API-Key un jeton d'écriture en service ; la page des jetons en donne un nouveau.",
    ),
    "uai_refuse": Situation(
        "Le jeton n'écrit pas pour cet établissement, ou l'appel vient d'une adresse IP qui n'est pas dans sa liste.",
        "Vérifiez l'UAI transmis et la liste d'adresses du jeton.",
    ),
    "etudiant_inconnu": Situation(
        "Aucun étudiant n'a cet INE avec cette date de naissance.",
        "Vérifiez les deux ; pour un étudiant nouveau, ajoutez « identite ».",
    ),
    "etablissement_inconnu": Situation(
        "L'UAI n'est pas celui d'un établissement du référentiel.",
        "Vérifiez l'UAI ; l'exploitant importe la liste des établissements.",
    ),
    "inscription_inconnue": Situation(
        "Cette inscription n'existe pas, a été retirée, ou est celle d'un autre établissement.",
        "Reprenez l'identifiant dans GET /api/inscriptions.",
    ),
    "lot_inconnu": Situation(
        "Ce lot n'existe pas, ou est celui d'un autre établissement.",
        "Reprenez l'adresse donnée par l'en-tête Location de l'envoi.",
    ),
}
