"""Who signs in to the establishments' admin."""

from habilitations.models import Compte, Gestionnaire, Role
from referentiel.models import Etablissement
from tests import fabriques
from tests.habilitations import scenes


def gestionnaire(*etablissements: Etablissement) -> Compte:
    compte = scenes.compte()
    for etablissement in etablissements:
        Gestionnaire.objects.create(
            compte=compte,
            etablissement=etablissement,
            habilitation=fabriques.habilitation(ecriture=True, uais=[etablissement.uai]),
        )
    return compte


def ministere() -> Compte:
    return scenes.compte(Role.Nom.RESPONSABLE)
