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
