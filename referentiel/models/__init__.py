from referentiel.models.alerte import Alerte
from referentiel.models.anomalie import Anomalie
from referentiel.models.commune import Commune
from referentiel.models.couverture import (
    Couverture,
    CouvertureNationale,
    CouverturePerimee,
    EtablissementCouvert,
)
from referentiel.models.doublon_possible import DoublonPossible
from referentiel.models.echange import Echange
from referentiel.models.effacement import Effacement
from referentiel.models.etablissement import Etablissement
from referentiel.models.etudiant import Etudiant
from referentiel.models.export import Export
from referentiel.models.fichier_a_importer import FichierAImporter
from referentiel.models.formulaire_envoye import FormulaireEnvoye
from referentiel.models.historique import Historique
from referentiel.models.ine_remplace import IneRemplace
from referentiel.models.inscription import Inscription
from referentiel.models.lot import ActeDeLot, FragmentDeLot, LigneSignalee, Lot
from referentiel.models.naissance_essayee import Introuvables, NaissanceEssayee
from referentiel.models.sceau import ReleveDesJournaux, Sceau
from referentiel.models.uai_ancien import UaiAncien
from referentiel.models.verification import ConnecteurInes, Verification

__all__ = [
    "ActeDeLot",
    "Alerte",
    "Anomalie",
    "Commune",
    "ConnecteurInes",
    "Couverture",
    "CouvertureNationale",
    "CouverturePerimee",
    "DoublonPossible",
    "Echange",
    "Effacement",
    "Etablissement",
    "EtablissementCouvert",
    "Etudiant",
    "Export",
    "FichierAImporter",
    "FormulaireEnvoye",
    "FragmentDeLot",
    "Historique",
    "IneRemplace",
    "Inscription",
    "Introuvables",
    "LigneSignalee",
    "Lot",
    "NaissanceEssayee",
    "ReleveDesJournaux",
    "Sceau",
    "UaiAncien",
    "Verification",
]
