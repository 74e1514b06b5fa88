"""A transfer takes effect when its receiver accepts it: proposed, answered, cancelled, left without an answer."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from habilitations import tasks
from habilitations.acteur import Acteur
from habilitations.demandes import actes, historique, transferts
from habilitations.models import Courriel, Demande, Rattachement, Role, Transfert
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db


def courriels(demande: Demande, genre: str) -> list[str]:
    return sorted(
        Courriel.objects.filter(demande=demande, genre=genre).values_list("destinataire", flat=True)
    )


def vieillir(transfert: Transfert, jours: int) -> None:
    Transfert.objects.filter(pk=transfert.pk).update(
        propose_le=transfert.propose_le - timedelta(days=jours), expire_le=transfert.expire_le - timedelta(days=jours)
    )  # fmt: skip


def test_nothing_changes_before_the_answer_and_both_are_told() -> None:
    demande = scenes.demande("soumise")
    ancien, collegue = demande.demandeur, scenes.transfert(demande)
    demande.refresh_from_db()
    assert demande.demandeur == ancien
    transfert = demande.transferts.get()
    assert (transfert.de, transfert.vers, transfert.propose_par) == (ancien, collegue, ancien)
    assert transfert.expire_le - transfert.propose_le == timedelta(days=15)
    assert courriels(demande, "transfert_propose") == [collegue.courriel]
    assert courriels(demande, "transfert_en_attente") == [ancien.courriel]
    with pytest.raises(actes.ActeRefuse, match=f"déjà proposée à {collegue}"):
        scenes.transfert(demande)


def test_who_accepts_becomes_the_applicant_and_the_former_one_is_told(client: Client) -> None:
    demande = scenes.demande("soumise")
    ancien, collegue = demande.demandeur, scenes.transfert(demande)
    client.force_login(collegue)
    page = client.get(reverse("demande", args=[demande.pk])).content.decode()
    assert f"{ancien} vous propose de devenir le demandeur, à sa place." in page
    assert reverse("demande-acte", args=[demande.pk, "decliner_transfert"]) in page
    adresse = reverse("demande-acte", args=[demande.pk, "accepter_transfert"])
    assert "Oui, accepter la demande" in client.get(adresse).content.decode()
    assert "Vous êtes le demandeur de" in client.post(adresse, follow=True).content.decode()
    demande.refresh_from_db()
    assert demande.demandeur == collegue
    assert demande.transferts.get().issue == "accepte"
    assert courriels(demande, "demande_transferee") == [collegue.courriel]
    assert courriels(demande, "demande_cedee") == [ancien.courriel]
    (ligne, *_) = historique.lire(demande.evenements.order_by("id"))
    assert (ligne.fait, ligne.role) == ("a accepté de devenir le demandeur", "destinataire du transfert")
    assert ligne.precisions == [f"De {ancien} à {collegue}."]
    assert client.post(adresse)["Location"] == reverse(
        "demande", args=[demande.pk]
    )  # nothing to accept any more


def test_declining_leaves_the_request_and_tells_the_applicant(client: Client) -> None:
    demande = scenes.demande("soumise")
    ancien, collegue = demande.demandeur, scenes.transfert(demande)
    client.force_login(collegue)
    client.post(reverse("demande-acte", args=[demande.pk, "decliner_transfert"]))
    demande.refresh_from_db()
    assert (demande.demandeur, demande.transferts.get().issue) == (ancien, "decline")
    assert courriels(demande, "transfert_decline") == [ancien.courriel]
    scenes.transfert(demande)  # and it may be proposed again


@pytest.mark.parametrize("role", ["demandeur", "instructeur", "administrateur"])
def test_the_applicant_or_the_ministry_cancels_and_the_others_are_told(role: str) -> None:
    demande = scenes.demande("soumise")
    ancien, collegue = demande.demandeur, scenes.transfert(demande)
    qui = Acteur(ancien if role == "demandeur" else scenes.compte(role))
    actes.annuler_transfert(demande_id=demande.pk, acteur=qui)
    assert demande.transferts.get().issue == "annule"
    prevenus = {collegue.courriel, ancien.courriel} - {qui.compte.courriel}
    assert courriels(demande, "transfert_annule") == sorted(prevenus)
    with pytest.raises(actes.ActeRefuse):
        actes.accepter_transfert(demande_id=demande.pk, acteur=Acteur(collegue))


def test_without_answer_in_fifteen_days_the_proposal_lapses_and_both_know_it() -> None:
    demande = scenes.demande("soumise")
    ancien, collegue = demande.demandeur, scenes.transfert(demande)
    transfert = demande.transferts.get()
    vieillir(transfert, 14)
    tasks.prevenir()
    transfert.refresh_from_db()
    assert transfert.issue == "en_attente"
    vieillir(transfert, 1)
    # Too late, whether the daily task has come by or not.
    with pytest.raises(actes.ActeRefuse):
        actes.accepter_transfert(demande_id=demande.pk, acteur=Acteur(collegue))
    assert (transferts.clore_les_perimes(), transferts.clore_les_perimes()) == (1, 0)
    transfert.refresh_from_db()
    assert transfert.issue == "expire"
    assert courriels(demande, "transfert_sans_reponse") == sorted([ancien.courriel, collegue.courriel])
    (ligne, *_) = historique.lire(demande.evenements.order_by("id"))
    assert (ligne.qui, ligne.role) == ("API Statut étudiant", "automatique")
    assert ligne.fait == "a clos le transfert proposé, resté quinze jours sans réponse"


def test_a_lapsed_proposal_that_the_task_has_not_closed_does_not_prevent_another() -> None:
    demande = scenes.demande("soumise")
    scenes.transfert(demande)
    vieillir(demande.transferts.get(), 15)
    autre = scenes.transfert(demande)
    assert list(demande.transferts.order_by("id").values_list("issue", flat=True)) == ["expire", "en_attente"]
    assert demande.transferts.get(issue="en_attente").vers == autre


def test_the_administrator_proposes_to_another_organisation_which_reads_the_request_first(
    client: Client,
) -> None:
    demande = scenes.demande("soumise")
    ailleurs = scenes.demandeur().compte
    client.force_login(ailleurs)
    adresse = reverse("demande", args=[demande.pk])
    assert client.get(adresse).status_code == 404
    scenes.transfert(demande, vers=ailleurs, acteur=Acteur(scenes.compte(Role.Nom.ADMINISTRATEUR)))
    page = client.get(adresse).content.decode()
    assert "vous propose de devenir le demandeur" in page
    assert "Historique" not in page  # named, and nothing more, until they accept
    liste = client.get(reverse("demandes")).content.decode()
    assert demande.numero in liste
    assert f'href="{adresse}#transfert"' in liste
    client.post(reverse("demande-acte", args=[demande.pk, "decliner_transfert"]))
    assert client.get(adresse).status_code == 404


def test_who_left_the_organisation_meanwhile_accepts_no_more() -> None:
    demande = scenes.demande("soumise")
    collegue = scenes.transfert(demande)
    Rattachement.objects.filter(compte=collegue).update(verifie=False)
    with pytest.raises(actes.ActeRefuse, match="n'est pas vérifié"):
        actes.accepter_transfert(demande_id=demande.pk, acteur=Acteur(collegue))


def test_nobody_accepts_in_another_s_place() -> None:
    demande = scenes.demande("soumise")
    collegue = scenes.transfert(demande)
    for qui in (
        Acteur(collegue, au_nom_de=scenes.compte(Role.Nom.ADMINISTRATEUR)),
        Acteur(scenes.compte(organisation=demande.organisation)),
        Acteur(demande.demandeur),
        scenes.instructeur(),
    ):
        with pytest.raises(actes.ActeRefuse):
            actes.accepter_transfert(demande_id=demande.pk, acteur=qui)
    with pytest.raises(IntegrityError, match="que s'il l'accepte"), transaction.atomic():
        Demande.objects.filter(pk=demande.pk).update(demandeur=collegue)


def test_an_instructor_who_passes_on_or_receives_a_request_is_no_longer_in_charge_of_it() -> None:
    demande, agent = scenes.demande("soumise"), scenes.instructeur()
    actes.prendre_en_charge(demande_id=demande.pk, acteur=agent)
    scenes.transfert(demande, acteur=agent)
    demande.refresh_from_db()
    assert demande.instructeur is None
    receveur = scenes.instructeur()
    Rattachement.objects.create(compte=receveur.compte, organisation=demande.organisation, verifie=True)
    autre = scenes.demande("soumise", acteur=scenes.demandeur(demande.organisation))
    actes.prendre_en_charge(demande_id=autre.pk, acteur=receveur)
    scenes.transferer(autre, vers=receveur.compte)
    assert (autre.demandeur, autre.instructeur) == (receveur.compte, None)


def test_an_archived_request_is_no_longer_proposed() -> None:
    demande = scenes.brouillon()
    scenes.transfert(demande)
    actes.archiver(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    assert demande.transferts.get().issue == "annule"


def test_the_database_demands_one_proposal_at_a_time_and_to_someone_else() -> None:
    demande = scenes.demande("soumise")
    scenes.transfert(demande)
    pareil = {
        "demande": demande,
        "de": demande.demandeur,
        "propose_par": demande.demandeur,
        "expire_le": timezone.now() + timedelta(days=1),
    }
    with pytest.raises(IntegrityError, match="transfert_un_a_la_fois"), transaction.atomic():
        Transfert.objects.create(**pareil, vers=scenes.compte())
    with pytest.raises(IntegrityError, match="transfert_a_quelqu_un_d_autre"), transaction.atomic():
        Transfert.objects.create(**pareil, vers=demande.demandeur, issue="annule", clos_le=timezone.now())
    with pytest.raises(IntegrityError, match="transfert_issue_datee"), transaction.atomic():
        Transfert.objects.create(**pareil, vers=scenes.compte(), issue="annule")
