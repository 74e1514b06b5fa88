"""Message templates, figures, and the list of habilitations."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from habilitations.demandes import statistiques
from habilitations.models import Evenement, ModeleDeMessage
from referentiel.pilotage import graphiques
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.instruction import volume
from tests.habilitations.instruction.conftest import Connecter

pytestmark = pytest.mark.django_db


@pytest.fixture
def responsable(connecter: Connecter) -> Client:
    return connecter("responsable")


SAISIE = {"usage": "refuser", "titre": "Hors périmètre", "texte": "Bonjour {demandeur}, {organisation}."}


def test_a_template_is_written_corrected_and_switched_off(responsable: Client) -> None:
    assert responsable.post(reverse("modele-nouveau"), SAISIE).status_code == 302
    modele = ModeleDeMessage.objects.get(titre="Hors périmètre")
    assert (
        responsable.post(reverse("modele", args=[modele.pk]), SAISIE | {"titre": "Autre"}).status_code == 302
    )
    responsable.post(reverse("modele-actif", args=[modele.pk]), {"actif": "non"})
    modele.refresh_from_db()
    assert (modele.titre, modele.texte, modele.actif) == ("Autre", SAISIE["texte"], False)
    assert "Autre" in responsable.get(reverse("modeles")).content.decode()


def test_the_preview_replaces_the_words_and_saves_nothing(responsable: Client) -> None:
    avant = ModeleDeMessage.objects.count()
    response = responsable.post(reverse("modele-nouveau"), SAISIE | {"apercu": "1"})
    assert response.context["apercu"] == "Bonjour Camille Martin, Commune d'Exemple."
    assert ModeleDeMessage.objects.count() == avant


def test_an_unknown_word_in_braces_is_told_and_nothing_is_lost(responsable: Client) -> None:
    response = responsable.post(reverse("modele-nouveau"), SAISIE | {"texte": "Bonjour {prenom}"})
    assert response.status_code == 422
    assert "{prenom}." in response.content.decode()
    assert "Bonjour {prenom}" in response.content.decode()


def test_the_figures_of_the_instruction_are_right(instructeur: Client) -> None:
    volume.remplir(50)
    ensemble, mois = statistiques.reponses()
    # volume.remplir answers every request twelve days after its submission; some were so more than a year ago.
    assert 0 < ensemble.total <= 50
    assert (ensemble.mediane, ensemble.neuf_sur_dix) == (pytest.approx(12), pytest.approx(12))
    assert (ensemble.part_refus, ensemble.part_modifications) == (100, 0)
    assert len(mois) == 12
    assert mois[-1].mois == timezone.localdate().replace(day=1)
    assert sum(m.total for m in mois) == ensemble.total
    assert sum(v.total for v in statistiques.par_etat_et_type()) == 50
    html = instructeur.get(reverse("instruction-statistiques")).content.decode()
    assert html.count('<svg class="ase-graphique"') == html.count("<table") == 3
    assert " style=" not in html


def test_there_are_figures_without_any_request(instructeur: Client) -> None:
    html = instructeur.get(reverse("instruction-statistiques")).content.decode()
    assert "Aucune réponse" in html


def test_the_median_is_not_carried_away() -> None:
    fin = timezone.now()
    for jours in (1, 2, 90):
        demande = scenes.brouillon()
        for acte, instant in (("soumettre", fin - timedelta(days=jours)), ("refuser", fin)):
            Evenement.objects.create(
                demande=demande, acte=acte, acteur_nom="X", acteur_role="x", instant=instant
            )
    ensemble, _ = statistiques.reponses()
    assert ensemble.mediane == pytest.approx(2)
    assert ensemble.neuf_sur_dix == pytest.approx(2 + 0.8 * 88)


def test_each_answer_counts_from_the_submission_that_it_answers_even_within_one_request() -> None:
    """Each answer counts from the submission that it answers: 10, 4, 6 and 20 days, in four months."""
    histoire = [
        ("soumettre", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("demander_modifications", datetime(2026, 3, 11, 9, tzinfo=UTC)),
        ("soumettre", datetime(2026, 4, 2, 9, tzinfo=UTC)),
        ("valider", datetime(2026, 4, 6, 9, tzinfo=UTC)),
        ("rouvrir", datetime(2026, 5, 1, 9, tzinfo=UTC)),
        ("soumettre", datetime(2026, 5, 2, 9, tzinfo=UTC)),
        ("refuser_reouverture", datetime(2026, 5, 8, 9, tzinfo=UTC)),
    ]
    autre = [
        ("soumettre", datetime(2026, 6, 1, 9, tzinfo=UTC)),
        ("refuser", datetime(2026, 6, 21, 9, tzinfo=UTC)),
    ]
    for faits in (histoire, autre):
        demande = scenes.brouillon()
        for acte, instant in faits:
            Evenement.objects.create(
                demande=demande, acte=acte, acteur_nom="X", acteur_role="x", instant=instant
            )
    ensemble, mois = statistiques.reponses(jusqu_a=date(2026, 12, 15))
    assert (ensemble.total, ensemble.validees, ensemble.modifications, ensemble.refusees) == (4, 1, 1, 2)
    assert (ensemble.part_refus, ensemble.part_modifications) == (50, 25)
    assert ensemble.mediane == pytest.approx(8)
    par_mois = {m.mois: (m.validees, m.modifications, m.refusees, m.mediane) for m in mois if m.total}
    assert par_mois == {
        date(2026, 3, 1): (0, 1, 0, pytest.approx(10)),
        date(2026, 4, 1): (1, 0, 0, pytest.approx(4)),
        date(2026, 5, 1): (0, 0, 1, pytest.approx(6)),
        date(2026, 6, 1): (0, 0, 1, pytest.approx(20)),
    }


@pytest.mark.parametrize("maximum", [0.2, 1, 3, 4, 5, 17, 99, 1234])
def test_a_bar_never_leaves_the_drawing(maximum: float) -> None:
    graphique = graphiques.colonnes([("a", [maximum, None]), ("b", [0, maximum / 2])])
    assert len(graphique.rectangles) == 2
    for r in graphique.rectangles:
        assert r.y >= graphiques.HAUT - 0.1
        assert r.y + r.hauteur <= graphiques.HAUTEUR - graphiques.BAS + 0.1
        assert r.x >= graphiques.GAUCHE
        assert r.fin <= graphiques.LARGEUR


def test_habilitations_are_found_and_lead_to_revocation(instructeur: Client) -> None:
    demande = scenes.demande("validee", intitule="Carte Étudiante")
    autre = fabriques.habilitation(revoquee=True, intitule="Logement")
    url = reverse("instruction-habilitations")
    html = instructeur.get(url, {"q": "carte etudiante"}).content.decode()
    assert demande.habilitation.numero in html
    assert autre.numero not in html
    assert reverse("instruction-acte", args=[demande.pk, "revoquer"]) in html
    assert autre.numero in instructeur.get(url, {"etat": "revoquee"}).content.decode()
    assert autre.numero in instructeur.get(url, {"q": autre.numero}).content.decode()
    assert "Aucune habilitation" in instructeur.get(url, {"q": "introuvable"}).content.decode()
    export = b"".join(instructeur.get(reverse("instruction-habilitations-export"))).decode()
    assert f"{demande.habilitation.numero};" in export


def test_the_list_of_habilitations_costs_a_constant_number_of_queries(instructeur: Client) -> None:
    url = reverse("instruction-habilitations")
    fabriques.habilitation()
    with CaptureQueriesContext(connection) as peu:
        instructeur.get(url)
    for _ in range(9):
        fabriques.habilitation()
    with CaptureQueriesContext(connection) as beaucoup:
        instructeur.get(url)
    assert len(peu) == len(beaucoup)
