"""Closed lists of the referential: the codes stored, and the labels that people and clients read.

Source: the wire contract, §2 (v2 labels), §3 (v3 labels) and §6 (what the write API accepts).
"""

from django.db.models import TextChoices


class Statut(TextChoices):
    ADMIS = "admis", "Admis"
    INSCRIT = "inscrit", "Inscrit"


class Regime(TextChoices):
    """Régime de formation. The label is the v3 `regime_formation.libelle`, letter for letter."""

    RF1 = "RF1", "formation initiale"
    RF2 = "RF2", "formation initiale hors apprentissage"
    RF3 = "RF3", "reprise d'études non financée sans convention"
    RF4 = "RF4", "contrat d'apprentissage"
    RF5 = "RF5", "formation continue"
    RF6 = "RF6", "formation continue hors contrat professionnel"
    RF7 = "RF7", "contrat de professionnalisation"


FORMATION_INITIALE = frozenset({Regime.RF1, Regime.RF2, Regime.RF3, Regime.RF4})
FORMATION_CONTINUE = frozenset({Regime.RF5, Regime.RF6, Regime.RF7})

#: The numbers `1`..`7` of the write API follow the order of its public documentation, not that of the codes.
REGIME_PAR_NUMERO = {
    "1": Regime.RF1,
    "2": Regime.RF5,
    "3": Regime.RF2,
    "4": Regime.RF3,
    "5": Regime.RF4,
    "6": Regime.RF6,
    "7": Regime.RF7,
}

STATUT_PAR_NUMERO = {"1": Statut.ADMIS, "2": Statut.INSCRIT}


class Sexe(TextChoices):
    MASCULIN = "M", "Masculin"
    FEMININ = "F", "Féminin"


class Precision(TextChoices):
    """What is known of a birth date. Presumed dates are stored at the first day of the known period."""

    JOUR = "jour", "Jour, mois et année"
    MOIS = "mois", "Mois et année"
    ANNEE = "annee", "Année seule"


class Cursus(TextChoices):
    LICENCE = "L", "Licence"
    MASTER = "M", "Master"
    DOCTORAT = "D", "Doctorat"


class Secteur(TextChoices):
    PUBLIC = "public", "Public"
    PRIVE = "prive", "Privé"


class TypeEtablissement(TextChoices):
    UNIVERSITE = "universite", "Université"
    GRAND_ETABLISSEMENT = "grand_etablissement", "Grand établissement"
    ECOLE = "ecole_superieure", "École"
    ECOLE_INGENIEUR = "ecole_ingenieur", "École d'ingénieurs"
    ECOLE_COMMERCE = "ecole_commerce", "École de commerce"
    ECOLE_ART = "ecole_art", "École d'art ou d'architecture"
    ECOLE_SANTE = "ecole_sante", "École paramédicale ou sociale"
    LYCEE = "lycee", "Lycée"
    AUTRE = "autre", "Autre établissement"


class Source(TextChoices):
    """By which door an inscription came in."""

    API = "api", "API d'écriture"
    FICHIER = "fichier", "Dépôt de fichier"
    ADMIN = "admin", "Saisie"
    COMMANDE = "commande", "Ligne de commande"


class ChoixDeDoublons(TextChoices):
    """What becomes of the lines of a deposit that are probable duplicates (`ecriture.chevauchements`)."""

    CREER = "creer", "Créer ces inscriptions, en plus de celles qui sont enregistrées"
    METTRE_A_JOUR = "mettre_a_jour", "Mettre à jour les inscriptions enregistrées"
    #: Where nobody can be asked, the safe side.
    ECARTER = "ecarter", "Ne pas prendre ces lignes"


class EtatLot(TextChoices):
    """Which follows which is said by a trigger (`sql/lot.sql`)."""

    ANALYSE_EN_ATTENTE = "analyse_en_attente", "Analyse en attente"
    ANALYSE_EN_COURS = "analyse_en_cours", "Analyse en cours"
    A_CONFIRMER = "a_confirmer", "À confirmer"
    ESSAI_EN_ATTENTE = "essai_en_attente", "Essai en attente"
    ESSAI_EN_COURS = "essai_en_cours", "Essai en cours"
    EN_ATTENTE = "en_attente", "En attente"
    EN_COURS = "en_cours", "En cours"
    TERMINE = "termine", "Terminé"
    ECHEC = "echec", "Échec"
    ANNULE = "annule", "Annulé"
    RETRAIT_EN_ATTENTE = "retrait_en_attente", "Retrait en attente"
    RETRAIT_EN_COURS = "retrait_en_cours", "Retrait en cours"
    RETIRE = "retire", "Retiré"


#: Somebody is working on the batch, and holds its lease.
LOT_EN_TRAITEMENT = (
    EtatLot.ANALYSE_EN_COURS,
    EtatLot.ESSAI_EN_COURS,
    EtatLot.EN_COURS,
    EtatLot.RETRAIT_EN_COURS,
)
#: The batch waits for a worker.
LOT_EN_FILE = (
    EtatLot.ANALYSE_EN_ATTENTE,
    EtatLot.ESSAI_EN_ATTENTE,
    EtatLot.EN_ATTENTE,
    EtatLot.RETRAIT_EN_ATTENTE,
)
#: The batch's lines have had their issue: there is an end date.
LOT_FINI = (
    EtatLot.TERMINE,
    EtatLot.ECHEC,
    EtatLot.ANNULE,
    EtatLot.RETRAIT_EN_ATTENTE,
    EtatLot.RETRAIT_EN_COURS,
    EtatLot.RETIRE,
)
