"""What makes an event: every act on a request, every change of a token's life, whoever makes it and however."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.demandes import actes
from habilitations.demandes.workflow import ACTES
from habilitations.echeances import prevenir_des_expirations
from habilitations.editeurs import designation
from habilitations.integrateurs import types
from habilitations.jetons import emission, liens, octroi, suspension, vie
from habilitations.models import Envoi, Fait, Jeton, Role, Suspension, Webhook
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.integrations.aides import webhook
from tests.habilitations.jetons import en_service

pytestmark = pytest.mark.django_db


def dits(**filtre: Any) -> list[str]:
    return list(Fait.objects.filter(**filtre).order_by("id").values_list("type", flat=True))


def test_each_act_on_a_request_is_an_event_with_its_states() -> None:
    demande = scenes.demande("validee")
    acteur = Acteur(demande.demandeur)
    actes.rouvrir(demande_id=demande.pk, acteur=acteur)
    actes.annuler_reouverture(demande_id=demande.pk, acteur=acteur)
    scenes.transferer(demande)
    faits = list(Fait.objects.filter(demande_id=demande.pk, type__startswith="demande.").order_by("id"))
    assert [(un.type, un.details.get("etat_precedent"), un.details["etat"]) for un in faits] == [
        ("demande.creer", None, "brouillon"),
        ("demande.soumettre", "brouillon", "soumise"),
        ("demande.valider", "soumise", "validee"),
        ("demande.rouvrir", "validee", "brouillon"),
        ("demande.annuler_reouverture", "brouillon", "validee"),
        ("demande.transferer", "validee", "validee"),
        ("demande.accepter_transfert", "validee", "validee"),
    ]
    validation = faits[2]
    assert validation.details == {
        "demande": demande.numero,
        "habilitation": demande.habilitation.numero,
        "genre": "lecture",
        "etat": "validee",
        "etat_precedent": "soumise",
    }
    assert (validation.organisation, validation.habilitation_id) == (
        demande.organisation,
        demande.habilitation_id,
    )
    assert "habilitation" not in faits[0].details


def test_every_act_that_the_table_declares_may_be_chosen() -> None:
    assert {un for un in types.LIBELLES if un.startswith("demande.")} == {f"demande.{nom}" for nom in ACTES}
    assert {"demande.soumettre", "demande.refuser", "demande.revoquer", "demande.archiver"} <= set(
        types.LIBELLES
    )


def test_an_act_that_is_refused_is_no_event() -> None:
    demande = scenes.demande("soumise")
    avant = dits()
    with pytest.raises(actes.ActeRefuse):
        actes.valider(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    with transaction.atomic():
        actes.refuser(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Sans base légale.")
        assert dits() == [*avant, "demande.refuser"]
        transaction.set_rollback(True)
    assert dits() == avant


def test_the_life_of_a_token_is_told_without_its_value() -> None:
    acteur, jeton, valeur = en_service()
    habilitation = jeton.habilitation
    de = {"habilitation_id": habilitation.pk, "type__startswith": "jeton."}
    Jeton.objects.filter(pk=jeton.pk).update(
        expire_le=timezone.now() + timedelta(days=20)
    )  # shortened: no event
    jeton.refresh_from_db()
    vie.prolonger(jeton=jeton, acteur=acteur, rien_n_a_change=True)
    nouveau, _ = liens.montrer(habilitation=habilitation, acteur=acteur)
    vie.revoquer(jeton=jeton, acteur=acteur, motif="Départ de M. Durand")
    suspension.suspendre(jeton_id=nouveau.pk, motif="trop d'appels")
    suspension.rendre(suspension_id=Suspension.objects.get().pk, acteur=scenes.instructeur())
    octroi.revoquer(habilitation=habilitation, motif="Abus de Mme Martin")
    assert dits(**de) == [
        "jeton.emis", "jeton.prolonge", "jeton.remplace", "jeton.revoque", "jeton.revoque", "jeton.rendu",
        "jeton.revoque",
    ]  # fmt: skip
    premier = Fait.objects.filter(**de).order_by("id").first()
    assert premier.details["jeton"] == str(jeton.cle)
    assert (premier.details["fin"], premier.details["genre"]) == (valeur[-4:], "lecture")
    assert premier.details["habilitation"] == habilitation.numero
    tout = str(list(Fait.objects.values_list("details", flat=True)))
    for secret in (valeur, valeur[:30], "Durand", "Martin", "trop d'appels"):
        assert secret not in tout


def test_a_leaked_token_and_a_sandbox_one_are_events_too() -> None:
    emis = fabriques.jeton()
    emission.revoquer_divulgue(emis.secret, ou="dans l'adresse d'un appel")
    acteur = scenes.demandeur()
    demande = scenes.brouillon(acteur=acteur)
    for _ in range(2):
        vie.essayer(demande=demande, acteur=acteur, uais_fictifs=[])
    assert dits(organisation=emis.jeton.organisation, type__startswith="jeton.") == [
        "jeton.emis",
        "jeton.revoque",
    ]
    assert dits(organisation=demande.organisation, type__startswith="jeton.") == [
        "jeton.emis", "jeton.revoque", "jeton.emis",
    ]  # fmt: skip


def test_a_delegation_is_told_to_whoever_gives_it_and_to_its_editor() -> None:
    editeur = fabriques.editeur()
    donnee, tenue = fabriques.delegation(editeur), fabriques.delegation(editeur)
    fabriques.delegation(fabriques.editeur())
    administration = donnee.habilitation.organisation
    donnee.reprendre(par=donnee.donnee_par)
    assert dits(organisation=administration, type__startswith="delegation.") == [
        "delegation.donnee",
        "delegation.reprise",
    ]
    # The organisation is no longer an editor: what it still held ends with that.
    siennes = {"organisation": editeur.organisation, "type__startswith": "delegation."}
    assert dits(**siennes) == ["delegation.donnee", "delegation.donnee", "delegation.reprise"]
    ministere = Acteur(scenes.compte(Role.Nom.ADMINISTRATEUR))
    designation.retirer(editeur=editeur, acteur=ministere, motif="Fin de la convention")
    assert dits(**siennes)[3:] == ["delegation.reprise"]
    fin = Fait.objects.filter(**siennes).order_by("id").last()
    assert fin.details == {
        "delegation": str(tenue.cle),
        "habilitation": tenue.habilitation.numero,
        "administration": {"siret": tenue.habilitation.organisation.siret},
        "editeur": {"siret": editeur.organisation.siret},
    }


def test_an_editor_s_token_is_told_to_the_editor() -> None:
    editeur = fabriques.editeur()
    jeton = fabriques.jeton_d_editeur(editeur).jeton
    fabriques.jeton_d_editeur(editeur)
    assert dits(organisation=editeur.organisation) == ["jeton.emis", "jeton.remplace"]
    premier = Fait.objects.order_by("id").first()
    assert (premier.details["genre"], premier.details["jeton"]) == ("editeur", str(jeton.cle))
    assert "habilitation" not in premier.details


def test_an_end_that_comes_is_told_once_a_threshold() -> None:
    _, jeton, _ = en_service()
    for jours, attendus in ((59, [59]), (59, [59]), (29, [59, 29]), (7, [59, 29, 7]), (0, [59, 29, 7, 0])):
        fin = timezone.localtime().replace(hour=23, minute=59, second=59) + timedelta(days=jours)
        Jeton.objects.filter(pk=jeton.pk).update(expire_le=fin)
        prevenir_des_expirations()
        prevenir_des_expirations()
        faits = Fait.objects.filter(type="jeton.expire_bientot").order_by("id")
        assert [un.details["jours"] for un in faits] == attendus
    assert faits[0].details["jeton"] == str(jeton.cle)


def test_an_event_goes_to_the_open_webhooks_of_its_organisation_that_want_it(boucle: None) -> None:
    organisation = fabriques.organisation()
    adresse = "http://127.0.0.1:9249/"

    def ouvrir(*evenements: str, qui: Any = organisation, etat: str = "actif") -> Webhook:
        cree = webhook(adresse, organisation=qui, evenements=list(evenements)).webhook
        Webhook.objects.filter(pk=cree.pk).update(etat=etat, essaye_le=timezone.now())
        return cree

    voulu = ouvrir("jeton.emis", "jeton.revoque")
    ouvrir("demande.creer")
    ouvrir("jeton.emis", etat="arrete")
    ouvrir("jeton.emis", qui=fabriques.organisation())
    fabriques.jeton(organisation=organisation)
    (envoi,) = Envoi.objects.all()
    assert (envoi.webhook, envoi.fait.type, envoi.etat, envoi.essais) == (
        voulu,
        "jeton.emis",
        "en_attente",
        0,
    )


def test_the_database_opens_no_webhook_that_was_never_tried(boucle: None) -> None:
    cree = webhook("http://127.0.0.1:9249/").webhook
    with pytest.raises(IntegrityError, match="webhook_essaye_avant_d_etre_actif"), transaction.atomic():
        Webhook.objects.filter(pk=cree.pk).update(etat="actif")
