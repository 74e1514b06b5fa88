"""The database keeps the state of a request, whatever the code says before."""

import pytest
from django.db import IntegrityError, connection, transaction

from habilitations.acteur import Acteur
from habilitations.models import Demande, Evenement
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db


def test_an_act_moves_a_request_to_its_own_state_only_even_if_the_history_says_otherwise() -> None:
    demande = scenes.brouillon()
    acteur = Acteur(demande.demandeur)
    with (  # noqa: PT012
        pytest.raises(IntegrityError, match="ne passe pas de « brouillon » à « validee »"),
        transaction.atomic(),
    ):
        with connection.cursor() as curseur:
            curseur.execute("SELECT set_config('ase.acte', 'soumettre', true)")
        Evenement.objects.create(
            demande=demande,
            acte="soumettre",
            acteur=acteur.compte,
            acteur_nom=acteur.nom_affiche,
            acteur_role="demandeur",
            de="brouillon",
            vers="validee",
        )
        Demande.objects.filter(pk=demande.pk).update(etat="validee")
    demande.refresh_from_db()
    assert demande.etat == "brouillon"
