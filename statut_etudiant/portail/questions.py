"""« Questions fréquentes »: what people ask, by theme, each answer with the page that says more."""

from typing import NamedTuple


class Question(NamedTuple):
    """`page`: name of the URL that says more, `lien` its label."""

    question: str
    reponse: str
    page: str
    lien: str


class Theme(NamedTuple):
    titre: str
    questions: tuple[Question, ...]


THEMES = (
    Theme(
        "Demander un accès",
        (
            Question(
                "Qui peut lire ces données ?",
                "Les administrations, les collectivités et leurs opérateurs, pour instruire une démarche de l'usager. "
                "Une entreprise ne le peut que par FranceConnect, dont elle est partenaire, et si un texte l'y "
                "autorise.",
                "eligibilite",
                "Vérifier mon éligibilité",
            ),
            Question(
                "Combien de temps dure l'instruction ?",
                "Deux mois au plus. Un brouillon suffit pour obtenir un jeton de bac à sable et développer "
                "en attendant.",
                "bac-a-sable",
                "Voir le bac à sable",
            ),
            Question(
                "Je suis éditeur : puis-je demander un accès pour mes clients ?",
                "Non : chaque administration fait sa demande, puis vous délègue son habilitation. Désigné éditeur par "
                "le ministère, vous préparez leur formulaire et appelez pour toutes avec un seul jeton.",
                "api-docs",
                "Lire la documentation",
            ),
            Question(
                "Nous n'avons ni logiciel ni développeur : comment vérifier un statut ?",
                "Au guichet de vérification de ce site : une fois l'habilitation accordée, les agents que vous "
                "désignez cherchent une personne, ou envoient une liste. Dites-le dans la demande.",
                "eligibilite",
                "Vérifier mon éligibilité",
            ),
            Question(
                "L'API donne-t-elle le statut de boursier ?",
                "Non : elle ne donne que les inscriptions et les admissions. Le statut de boursier et son échelon "
                "relèvent d'une autre API, du bouquet API Particulier.",
                "catalogue",
                "Voir ce que donnent nos API",
            ),
        ),
    ),
    Theme(
        "Déclarer des étudiants",
        (
            Question(
                "Qui peut déclarer ?",
                "Tout établissement qui inscrit ou admet des étudiants : université, école publique ou privée, sous "
                "tutelle du ministère ou non, lycée pour ses formations d'enseignement supérieur.",
                "catalogue-ecriture",
                "Lire la fiche de l'API Écriture",
            ),
            Question(
                "Faut-il un développeur ?",
                "Non : un fichier de tableur ou un export de votre logiciel de scolarité suffit, avec un essai complet "
                "avant d'enregistrer. L'API sert à qui veut déclarer au fil de l'eau.",
                "guide-etablissements",
                "Lire le guide des établissements",
            ),
            Question(
                "Que gagnent les étudiants ?",
                "Ceux que vous déclarez n'ont plus de carte ni de certificat à fournir aux services en ligne qui "
                "utilisent l'API ; les autres, si.",
                "etablissements-couverts",
                "Voir qui déclare déjà",
            ),
        ),
    ),
    Theme(
        "Intégrer l'API",
        (
            Question(
                "Une personne introuvable est-elle un faux étudiant ?",
                "Non. Son établissement peut ne pas déclarer ses étudiants, ou elle peut être hors des populations de "
                "votre habilitation. Demandez-lui alors un justificatif.",
                "etablissements-couverts",
                "Voir les établissements couverts",
            ),
            Question(
                "Quelle version utiliser ?",
                "La version 3 pour un nouveau client ; la version 2 reste servie pour ceux qui existent. FranceConnect "
                "fonctionne avec les deux.",
                "catalogue",
                "Comparer les API",
            ),
            Question(
                "Mon client d'API Particulier fonctionnera-t-il ?",
                "Oui : changez l'adresse de base et le jeton. Quelques différences sont à connaître.",
                "migrer",
                "Lire ce qui diffère",
            ),
            Question(
                "Que faire d'un jeton divulgué ?",
                "Révoquez-le sans attendre depuis votre espace, puis créez-en un autre. Un jeton placé dans une "
                "adresse est révoqué d'office.",
                "habilitations",
                "Ouvrir mes habilitations",
            ),
        ),
    ),
    Theme(
        "Étudiants",
        (
            Question(
                "Qui a consulté mes données ?",
                "Connectez-vous avec FranceConnect : chaque consultation est listée, avec l'organisme et la démarche.",
                "mon-espace",
                "Voir mon statut et mes consultations",
            ),
            Question(
                "Une donnée est fausse : qui la corrige ?",
                "Votre établissement, qui l'a déclarée. Demandez-lui la rectification depuis votre espace : il doit "
                "vous répondre en un mois.",
                "mon-espace",
                "Demander une rectification",
            ),
            Question(
                "Combien de temps mes données sont-elles gardées ?",
                "Une durée est fixée pour chaque donnée, avec sa raison.",
                "donnees-personnelles",
                "Lire les durées de conservation",
            ),
        ),
    ),
)
