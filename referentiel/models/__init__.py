from referentiel.models.anomalie import Anomalie
from referentiel.models.commune import Commune
from referentiel.models.couverture import Couverture, CouvertureNationale, CouverturePerimee
from referentiel.models.echange import Echange
from referentiel.models.etablissement import Etablissement
from referentiel.models.etudiant import Etudiant
from referentiel.models.historique import Historique
from referentiel.models.inscription import Inscription
from referentiel.models.lot import FragmentDeLot, LigneSignalee, Lot

__all__ = [
    "Anomalie",
    "Commune",
    "Couverture",
    "CouvertureNationale",
    "CouverturePerimee",
    "Echange",
    "Etablissement",
    "Etudiant",
    "FragmentDeLot",
    "Historique",
    "Inscription",
    "LigneSignalee",
    "Lot",
]
