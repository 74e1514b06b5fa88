"""Simultaneous decisions: exactly one wins, whatever the order; the other is told who and when."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from habilitations.demandes import actes
from habilitations.models import Courriel, Demande, Habilitation
from tests.habilitations import scenes

COUPLES = 250  # × 2 decisions


@pytest.mark.django_db(transaction=True)
def test_of_five_hundred_simultaneous_decisions_one_wins_for_each_request() -> None:
    demandeur = scenes.demandeur()
    demandes = [scenes.demande("soumise", acteur=demandeur).pk for _ in range(COUPLES)]
    # Made afterwards: every instructor gets a mail of every submission.
    agents = [scenes.instructeur(), scenes.instructeur()]
    depart = Barrier(2)

    def decider(rang: int) -> list[tuple[int, str]]:
        issues = []
        try:
            for numero, pk in enumerate(demandes):
                depart.wait(timeout=30)
                try:
                    if rang == 1 and numero % 2:
                        actes.refuser(demande_id=pk, acteur=agents[1], texte="Sans base légale.")
                    else:
                        actes.valider(demande_id=pk, acteur=agents[rang])
                    issues.append((pk, "fait"))
                except actes.DejaFait as trop_tard:
                    issues.append((pk, str(trop_tard)))
        finally:
            connection.close()
        return issues

    with ThreadPoolExecutor(2) as fils:
        premier, second = fils.map(decider, [0, 1])

    for (pk, une), (_, autre) in zip(premier, second, strict=True):
        assert [une, autre].count("fait") == 1
        dit = autre if une == "fait" else une
        assert "Trop tard : Camille Nom" in dit
        assert Demande.objects.get(pk=pk).evenements.filter(acte__in=["valider", "refuser"]).count() == 1
    decidees = {"demande_validee", "demande_refusee"}
    assert Courriel.objects.filter(genre__in=decidees, demande__in=demandes).count() == COUPLES
    validees = Demande.objects.filter(pk__in=demandes, etat="validee").count()
    assert Habilitation.objects.filter(demandes__in=demandes).count() == validees
