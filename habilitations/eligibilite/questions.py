"""The whole questionnaire « Suis-je éligible ? », as data.

To add a question, add a `Question` and name it as the `suite` of a choice. The pages, the progress and the tests
follow.
"""

from habilitations.eligibilite.acteurs import ACTEURS, NON, PEUT_ETRE
from habilitations.eligibilite.genres import ECRITURE, FRANCE_CONNECT, LECTURE
from habilitations.eligibilite.liens import (
    API_PARTICULIER,
    BAC_A_SABLE,
    DOCUMENTATION,
    LOI,
    PARTENAIRES,
    VERIFIER,
)
from habilitations.eligibilite.questionnaire import Choix, Lien, Question, Questionnaire

QUESTIONNAIRE = Questionnaire(
    Question("acteur", "Vous êtes…", tuple(acteur.choix for acteur in ACTEURS)),
    # --- administrations, and public establishments that read
    Question(
        "franceconnect",
        "Vos usagers s'identifient-ils avec FranceConnect ?",
        (
            Choix(
                "oui",
                "Oui, tous",
                suite="donnees",
                ouvre=(FRANCE_CONNECT,),
                explications=(
                    "Demandez la lecture par FranceConnect : l'usager connecté est reconnu sans rien saisir, et vous "
                    "n'avez pas de jeton à protéger. Munissez-vous du numéro de votre habilitation FranceConnect.",
                ),
            ),
            Choix(
                "parfois",
                "Oui, mais certains s'en passent",
                "Par exemple au guichet, ou avec un compte propre à votre service",
                suite="donnees",
                ouvre=(FRANCE_CONNECT, LECTURE),
                explications=(
                    "Deux demandes se complètent : la lecture par FranceConnect pour les usagers connectés, et la "
                    "lecture par jeton, avec un INE ou une identité, pour les autres. Les données sont les mêmes.",
                ),
            ),
            Choix(
                "non",
                "Non, ou pas encore",
                suite="donnees",
                ouvre=(LECTURE,),
                explications=(
                    "Demandez la lecture par jeton : votre service interroge l'API avec l'INE ou l'identité que "
                    "l'usager vous donne.",
                ),
            ),
        ),
    ),
    Question(
        "donnees",
        "Vous faut-il d'autres données que le statut d'étudiant ?",
        (
            Choix("non", "Non, le statut d'étudiant suffit", suite="technique"),
            Choix(
                "oui",
                "Oui, d'autres aussi",
                "Bourse et échelon, quotient familial, demandeur d'emploi…",
                suite="technique",
                explications=(
                    "L'API Statut étudiant ne donne que les inscriptions et les admissions. Les autres données, dont "
                    "le statut de boursier, se demandent séparément dans le bouquet API Particulier.",
                ),
                liens=(API_PARTICULIER,),
            ),
        ),
    ),
    Question(
        "technique",
        "Qui réalisera l'intégration de l'API ?",
        (
            Choix(
                "interne",
                "Nos propres développeurs",
                explications=(
                    "Dès le brouillon de la demande, un jeton de bac à sable donne à votre équipe des étudiants "
                    "fictifs : l'intégration commence sans attendre la décision.",
                ),
                liens=(DOCUMENTATION, BAC_A_SABLE),
            ),
            Choix(
                "prestataire",
                "Un prestataire",
                explications=(
                    "Nommez votre prestataire contact technique de la demande. Dès le brouillon, un jeton de bac à "
                    "sable lui donne des étudiants fictifs : l'intégration commence sans attendre la décision.",
                ),
                liens=(DOCUMENTATION, BAC_A_SABLE),
            ),
            Choix(
                "editeur",
                "L'éditeur de notre logiciel",
                explications=(
                    "Vérifiez auprès de votre éditeur que son logiciel appelle déjà l'API, ou qu'il le prévoit : il a "
                    "peut-être préparé un formulaire pour ses clients. L'habilitation reste celle de votre "
                    "organisation : vous la lui déléguez une fois validée, et la reprenez quand vous voulez.",
                ),
            ),
            Choix(
                "personne",
                "Personne : nous n'avons ni développeur, ni logiciel",
                "Vos agents vérifieront dans une page de ce site",
                ouvre=(LECTURE,),
                remplace=True,
                nom="Lecture, au guichet",
                promesse="vérifier des statuts dans une page de ce site",
                preremplit=(("sans_logiciel", "oui"),),
                explications=(
                    "Il n'y a rien à développer : une fois l'habilitation accordée, les agents que vous désignez "
                    "vérifient une personne, ou une liste, au guichet de vérification de ce site. Aucun jeton "
                    "n'est à protéger, et vous n'avez pas besoin de FranceConnect.",
                    "Le jour où un logiciel prend le relais, la même habilitation donne un jeton.",
                ),
            ),
        ),
    ),
    # --- companies and associations, and private establishments that read
    Question(
        "partenaire",
        "Êtes-vous partenaire de FranceConnect ?",
        (
            Choix("oui", "Oui", suite="loi"),
            Choix(
                "non",
                "Non",
                reponse=NON,
                explications=(
                    "Un acteur privé n'accède à l'API que par FranceConnect, dont il doit d'abord être partenaire.",
                    "Si vous agissez pour une administration ou une collectivité (délégation, marché), c'est à elle "
                    "de faire la demande : vous pourrez y être nommé contact technique.",
                ),
                liens=(PARTENAIRES, VERIFIER),
            ),
        ),
    ),
    Question(
        "loi",
        "Un texte vous autorise-t-il à utiliser le statut d'étudiant ?",
        (
            Choix(
                "oui",
                "Oui, je peux le citer",
                "Loi, décret, arrêté ou convention de service public",
                ouvre=(FRANCE_CONNECT,),
                reponse=PEUT_ETRE,
                explications=(
                    "Vous pouvez demander la lecture par FranceConnect. Le ministère vérifiera que votre usage est de "
                    "ceux que la loi autorise : joignez le cadre juridique et votre numéro d'habilitation "
                    "FranceConnect.",
                ),
                liens=(DOCUMENTATION, BAC_A_SABLE),
            ),
            Choix(
                "non",
                "Non, ou je ne sais pas",
                reponse=NON,
                explications=(
                    "Le consentement de l'étudiant ne suffit pas : sans texte qui autorise votre usage, la demande "
                    "serait refusée. Vérifiez ce point avec votre délégué à la protection des données, puis revenez.",
                    "L'étudiant peut en revanche vous remettre un certificat, dont vous vérifiez ici qu'il est "
                    "authentique et toujours vrai.",
                ),
                liens=(VERIFIER,),
            ),
        ),
        aide="Le consentement de la personne ne remplace pas ce texte.",
    ),
    # --- establishments
    Question(
        "but",
        "Que voulez-vous faire ?",
        (
            Choix(
                "declarer",
                "Déclarer nos étudiants",
                "Pour qu'ils n'aient plus à fournir de certificat",
                suite="envoi",
                ouvre=(ECRITURE,),
                explications=(
                    "Demandez l'écriture pour le ou les codes UAI de votre établissement. Vous ne modifierez que les "
                    "inscriptions que vous avez déclarées.",
                ),
            ),
            Choix(
                "verifier",
                "Vérifier un statut d'étudiant",
                "Pour une démarche, une aide ou un service que vous proposez",
                suite="statut",
            ),
        ),
    ),
    Question(
        "envoi",
        "Comment enverrez-vous vos inscriptions ?",
        (
            Choix(
                "logiciel",
                "Par notre logiciel de scolarité",
                "Votre équipe ou votre éditeur appellera l'API",
                explications=(
                    "Nommez votre équipe ou votre éditeur contact technique. Dès le brouillon, un jeton de bac à "
                    "sable leur permet d'essayer leurs envois sur des étudiants fictifs.",
                ),
                liens=(DOCUMENTATION, BAC_A_SABLE),
            ),
            Choix(
                "fichier",
                "Par fichiers",
                "CSV, Excel ou LibreOffice",
                explications=(
                    "Une fois l'habilitation accordée, vos gestionnaires déposent les fichiers dans l'espace de "
                    "l'établissement, après un essai à blanc qui montre chaque erreur. Il n'y a rien à développer.",
                ),
            ),
            Choix(
                "ecran",
                "À l'écran, une par une",
                "Pour de petits effectifs",
                explications=(
                    "Une fois l'habilitation accordée, vos gestionnaires saisissent les inscriptions dans l'espace de "
                    "l'établissement. Il n'y a rien à développer.",
                ),
            ),
            Choix(
                "inconnu",
                "Nous ne savons pas encore",
                explications=(
                    "Vous n'avez pas à choisir maintenant : l'API, le dépôt de fichiers et la saisie à l'écran sont "
                    "ouverts par la même habilitation.",
                ),
            ),
        ),
    ),
    Question(
        "statut",
        "Votre établissement est-il public ?",
        (
            Choix(
                "public",
                "Oui",
                suite="franceconnect",
                explications=(
                    "Un établissement public peut demander, comme une administration, les seules données nécessaires "
                    "à une démarche de l'usager.",
                ),
                liens=(LOI,),
            ),
            Choix("prive", "Non, il est privé", suite="partenaire"),
        ),
    ),
    # --- editors: never for themselves
    Question(
        "clients",
        "Qui utilise votre logiciel ?",
        (
            Choix(
                "administrations",
                "Des administrations ou des collectivités",
                explications=(
                    "Chacun de vos clients publics demande son habilitation à la lecture et vous nomme contact "
                    "technique : vous recevez alors un lien personnel pour lire son jeton.",
                    "Pour commencer l'intégration, demandez à un premier client d'ouvrir un brouillon : son jeton de "
                    "bac à sable donne des étudiants fictifs. Écrivez-nous pour être référencé sur un cas d'usage.",
                ),
                liens=(DOCUMENTATION, BAC_A_SABLE, Lien("Demander à être référencé", "contact")),
            ),
            Choix(
                "etablissements",
                "Des établissements ou des lycées",
                explications=(
                    "Chaque établissement demande son habilitation à l'écriture, y indique votre logiciel et vous "
                    "nomme contact technique : vous recevez alors un lien personnel pour lire son jeton.",
                    "Pour commencer l'intégration, demandez à un premier établissement d'ouvrir un brouillon : son "
                    "jeton de bac à sable accepte des inscriptions fictives.",
                ),
                liens=(DOCUMENTATION, BAC_A_SABLE, Lien("Demander à être référencé", "contact")),
            ),
            Choix(
                "entreprises",
                "Des entreprises ou des associations",
                explications=(
                    "Un client privé n'accède à l'API que par FranceConnect, s'il en est partenaire et si un texte "
                    "l'y autorise. C'est à lui de faire la demande.",
                ),
                liens=(PARTENAIRES,),
            ),
        ),
    ),
)
