"""What search engines, shared links, the site map and the search say of each public page, by the name of its URL.

One sentence or two, of the page alone. A page that has none here, nor in its template, is not meant to be found from
outside: it is somebody's own, or one is sent there.
"""

DESCRIPTIONS = {
    # Discover
    "accueil": "Administrations, vérifiez à la source qu'une personne est inscrite ou admise dans l'enseignement "
    "supérieur, sans lui demander de certificat de scolarité.",
    "catalogue": "Trois API : lire un statut étudiant par jeton, le lire par FranceConnect, déclarer des inscriptions. "
    "Laquelle pour qui, avec quelles données.",
    "catalogue-lecture": "Vérifier une inscription à partir de l'INE ou de l'identité : qui peut demander l'accès, "
    "données rendues, périmètres, quota, cadre juridique.",
    "catalogue-franceconnect": "Vérifier le statut étudiant de l'usager connecté à votre service par FranceConnect : "
    "éligibilité, données, périmètres, quota, contacts.",
    "catalogue-ecriture": "Établissements et lycées : déclarer ses étudiants dans le référentiel national, données à "
    "transmettre, quota, documentation et contacts.",
    "etablissements-couverts": "Quels établissements déclarent leurs étudiants, et depuis quand leurs données sont à "
    "jour : liste à filtrer et à télécharger.",
    "couverture": "Carte de France des établissements qui déclarent leurs étudiants, par département ou par académie, "
    "avec son tableau et ses données.",
    "habilitations-publiques": "Qui accède au référentiel des étudiants, à quelles données, pour quel usage et sur "
    "quel fondement : les habilitations en vigueur.",
    "statistiques": "Deux mois d'appels par API, par voie et par résultat, délais d'instruction des demandes et "
    "inscriptions par régime, en graphiques et en tableaux.",
    "disponibilite": "État de l'API mesuré chaque minute, disponibilité sur 90 jours et 12 mois, incidents passés et "
    "maintenances annoncées.",
    "donnees-ouvertes": "Habilitations, établissements, couverture et appels en fichiers CSV, avec leur schéma, à "
    "réutiliser librement sous licence ouverte.",
    "nouveautes": "Ce qui change dans les API et sur ce site, de la plus récente évolution à la première, à suivre "
    "par courriel ou par un flux Atom.",
    "abonnement": "Recevez un courriel quand les API changent, quelques fois par an. Chaque message porte un lien qui "
    "efface votre adresse.",
    # Ask for access
    "eligibilite": "En quelques questions et sans créer de compte, sachez si votre organisation peut demander un "
    "accès, et quelle demande remplir.",
    "cas-d-usage": "Tarif étudiant, transport, bourse, logement : des demandes d'habilitation déjà rédigées, à relire "
    "et à compléter pour votre organisation.",
    "connexion": "Entrez dans l'espace de votre organisation : demandes d'habilitation, jetons, inscriptions de votre "
    "établissement.",
    "ouverture-de-compte": "Créez votre compte d'agent avec votre adresse professionnelle, pour demander une "
    "habilitation au nom de votre organisation.",
    # Develop
    "api-docs": "Référence de l'API : adresses, paramètres, réponses et erreurs de la lecture, de FranceConnect et de "
    "l'écriture, avec ses documents OpenAPI.",
    "demarrer": "Un premier appel à l'API en curl, Python, JavaScript, PHP ou Ruby, sur une étudiante fictive du bac à "
    "sable.",
    "webhooks-documentation": "Être prévenu par un appel à votre serveur de ce qui arrive à vos demandes et à vos "
    "jetons : événements, signature, reprises.",
    "api-organisation-documentation": "Lire depuis vos outils l'avancement de vos demandes, vos habilitations et leurs "
    "événements, avec une clé de votre organisation.",
    "essayer": "Appelez l'API depuis cette page, sans jeton : choisissez un étudiant fictif et des périmètres, voyez "
    "l'appel et la réponse exacte.",
    "essayer-franceconnect": "Appelez l'API par FranceConnect depuis cette page : un usager fictif, les périmètres "
    "accordés, l'appel et la réponse exacte.",
    "essayer-ecriture": "Déclarez, modifiez ou retirez une inscription fictive depuis cette page : la requête à "
    "changer, la réponse exacte, rien de gardé.",
    "bac-a-sable": "Étudiants et établissements fictifs pour développer votre client : chaque cas, avec son INE, son "
    "identité et ses inscriptions.",
    "erreurs": "Chaque code d'erreur des API, en lecture et en écriture : ce que dit la réponse, quand elle survient "
    "et ce qu'il faut faire.",
    "guide-etablissements": "Déclarer ses étudiants une inscription à la fois, par lots ou en déposant un fichier : "
    "les étapes, avec des commandes à essayer.",
    "migrer": "Vous appelez déjà le statut étudiant d'API Particulier : ce qui est pareil, ce qui diffère et comment "
    "vérifier votre client.",
    "version-3": "De la version 2 à la version 3 de la lecture : adresses, paramètres, réponses et erreurs, "
    "côte à côte.",
    # Students and certificates
    "mon-espace": "Étudiants, voyez avec FranceConnect ce qui est enregistré à votre sujet et qui l'a consulté, et "
    "établissez un certificat.",
    "verifier": "Un étudiant vous a remis un certificat : son code dit s'il est authentique et s'il est toujours vrai. "
    "Gratuit, sans compte.",
    "attestation-numerique": "Le certificat d'un étudiant en fichier signé, au format SD-JWT VC des portefeuilles "
    "d'identité numérique : contenu et vérification.",
    # Help and legal matters
    "questions": "Qui peut lire ces données, en combien de temps, que veut dire une personne introuvable, qui corrige "
    "une erreur : les réponses courtes.",
    "contact": "À qui écrire, selon que vous êtes une administration, un éditeur, un établissement ou un étudiant, et "
    "ce qu'il faut indiquer.",
    "accessibilite": "Déclaration d'accessibilité du site : état de conformité au RGAA, contenus à améliorer, contact "
    "et voies de recours.",
    "schema-pluriannuel": "Schéma pluriannuel d'accessibilité de 2026 à 2029 : politique, organisation et plan "
    "d'actions, année par année.",
    "mentions-legales": "Éditeur, directeur de la publication, hébergeur, cadre juridique du service et réutilisation "
    "de ses contenus.",
    "conditions": "Ce à quoi s'engage une organisation habilitée : un usage, la protection des données reçues, la "
    "garde des jetons ; et ce que fait le ministère.",
    "donnees-personnelles": "Données enregistrées, qui les consulte et pourquoi, combien de temps chacune est gardée, "
    "cookies, et comment exercer vos droits.",
    "rechercher": "Cherchez un mot dans les pages du site : guides, erreurs de l'API, questions fréquentes, "
    "informations légales.",
    "plan": "Toutes les pages du site, par rubrique : découvrir le service, demander un accès, développer, vérifier un "
    "certificat, s'informer.",
}
