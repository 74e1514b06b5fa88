"""Editors: called so by the ministry, given delegations by who manages a habilitation's tokens, and taken back."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.demandes import actes
from habilitations.editeurs import designation
from habilitations.editeurs import jetons as jetons_d_editeur
from habilitations.jetons import delegations, emission, vie
from habilitations.jetons.delegations import DelegationRefusee
from habilitations.jetons.vie import JetonRefuse
from habilitations.models import Courriel, Delegation, Editeur, Evenement, Jeton, JournalAcces
from habilitations.refus import ActeRefuse, DejaFait
from tests import fabriques
from tests.api.lecture.appels import INE, obtenir, verifier_v3
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db

MOTIF = "Convention du 3 novembre"


def ministere(role: str = "responsable") -> Acteur:
    return Acteur(scenes.compte(role))


def agent(editeur: Editeur) -> Acteur:
    return scenes.demandeur(editeur.organisation)


def habilitee():
    """A habilitation approved on request, and its applicant."""
    demande = scenes.demande("validee")
    return demande.habilitation, Acteur(demande.demandeur)


def courriels(genre: str) -> set[str]:
    return set(Courriel.objects.filter(genre=genre).values_list("destinataire", flat=True))


# --- the ministry's word


@pytest.mark.parametrize("role", ["responsable", "administrateur"])
def test_the_ministry_names_an_editor_and_its_agents_are_told(role):
    organisation = fabriques.organisation()
    collegue = scenes.compte(organisation=organisation)
    acteur = ministere(role)
    editeur = designation.designer(organisation=organisation, motif=f"  {MOTIF} ", acteur=acteur)
    assert (editeur.motif, editeur.designe_par, editeur.retire_le) == (MOTIF, acteur.compte, None)
    assert courriels("editeur_designe") == {collegue.courriel}
    note = JournalAcces.objects.get(genre="editeur_designe")
    assert (note.auteur, note.details["motif"]) == (acteur.compte, MOTIF)
    assert organisation.siret in note.details["organisation"]
    with pytest.raises(DejaFait):
        designation.designer(organisation=organisation, motif=MOTIF, acteur=acteur)


@pytest.mark.parametrize("role", ["rapporteur", "instructeur", "dpd", ""])
def test_nobody_else_names_one(role):
    acteur = Acteur(scenes.compte(*([role] if role else [])))
    with pytest.raises(ActeRefuse):
        designation.designer(organisation=fabriques.organisation(), motif=MOTIF, acteur=acteur)
    with pytest.raises(ActeRefuse):
        designation.retirer(editeur=fabriques.editeur(), motif=MOTIF, acteur=acteur)


def test_nobody_names_their_own_organisation_nor_in_another_s_place():
    organisation = fabriques.organisation()
    sien = Acteur(scenes.compte("responsable", organisation=organisation))
    incarne = Acteur(scenes.compte("responsable"), au_nom_de=scenes.compte("administrateur"))
    for acteur in (sien, incarne):
        with pytest.raises(ActeRefuse):
            designation.designer(organisation=organisation, motif=MOTIF, acteur=acteur)


@pytest.mark.parametrize("motif", ["", "  \n"])
def test_the_reason_is_asked_for(motif):
    editeur, acteur = fabriques.editeur(), ministere()
    with pytest.raises(ActeRefuse, match="motif"):
        designation.designer(organisation=fabriques.organisation(), motif=motif, acteur=acteur)
    with pytest.raises(ActeRefuse, match="motif"):
        designation.retirer(editeur=editeur, motif=motif, acteur=acteur)


def test_taking_the_flag_back_kills_the_token_at_the_next_call_and_ends_the_delegations(client):
    editeur, etudiant = fabriques.editeur(), fabriques.inscrit()
    emis, qui = fabriques.jeton_d_editeur(editeur), agent(editeur)
    habilitation, demandeur = habilitee()
    delegation = delegations.donner(habilitation=habilitation, editeur=editeur, acteur=demandeur)
    appel = {"recipient": habilitation.organisation.siret, "ine": etudiant.ine}
    assert obtenir(client, INE, appel, emis.bearer).status_code == 200
    designation.retirer(editeur=editeur, motif="Manquements répétés", acteur=ministere())
    verifier_v3(obtenir(client, INE, appel, emis.bearer), 401, "00105")
    delegation.refresh_from_db()
    assert (delegation.reprise_par, delegation.en_cours) == (None, False)
    [adieu] = Courriel.objects.filter(genre="editeur_retire")
    assert adieu.destinataire == qui.compte.courriel
    assert "Manquements répétés" in adieu.texte
    assert demandeur.compte.courriel in courriels("delegation_reprise")
    with pytest.raises(DejaFait):
        designation.retirer(editeur=editeur, motif=MOTIF, acteur=ministere())


def test_an_editor_named_again_starts_with_nothing(client):
    editeur = fabriques.editeur()
    emis, delegation = fabriques.jeton_d_editeur(editeur), fabriques.delegation(editeur)
    designation.retirer(editeur=editeur, motif=MOTIF, acteur=ministere())
    encore = designation.designer(organisation=editeur.organisation, motif=MOTIF, acteur=ministere())
    appel = {"recipient": delegation.habilitation.organisation.siret, "ine": fabriques.ine()}
    verifier_v3(obtenir(client, INE, appel, emis.bearer), 401, "00105")
    nouveau = fabriques.jeton_d_editeur(encore)
    verifier_v3(obtenir(client, INE, appel, nouveau.bearer), 403, "00213")


# --- delegations


def test_a_delegation_is_told_to_both_and_written_in_the_history():
    habilitation, demandeur = habilitee()
    editeur = fabriques.editeur()
    qui = agent(editeur)
    delegation = delegations.donner(
        habilitation=habilitation, editeur=editeur, acteur=demandeur, adresses=["192.0.2.7"]
    )
    assert delegation.adresses == ["192.0.2.7/32"]
    assert courriels("delegation_donnee") == {qui.compte.courriel, *vie.porteurs(habilitation)}
    recus = {c.destinataire: c for c in Courriel.objects.filter(genre="delegation_donnee")}
    assert habilitation.organisation.siret in recus[qui.compte.courriel].texte
    assert editeur.organisation.nom in recus[demandeur.compte.courriel].objet
    delegations.reprendre(delegation=delegation, acteur=demandeur)
    assert courriels("delegation_reprise") == {qui.compte.courriel, *vie.porteurs(habilitation)}
    faits = Evenement.objects.filter(acte__startswith="delegation_").order_by("pk")
    assert [(fait.acte, fait.acteur, fait.details["editeur"]) for fait in faits] == [
        ("delegation_donnee", demandeur.compte, str(editeur.organisation)),
        ("delegation_reprise", demandeur.compte, str(editeur.organisation)),
    ]


def test_who_does_not_manage_the_tokens_delegates_nothing_and_takes_nothing_back():
    habilitation, demandeur = habilitee()
    editeur = fabriques.editeur()
    delegation = delegations.donner(habilitation=habilitation, editeur=editeur, acteur=demandeur)
    collegue = scenes.compte(organisation=habilitation.organisation)
    etrangers = [
        Acteur(collegue), agent(editeur), scenes.demandeur(), scenes.instructeur(), ministere("administrateur"),
    ]  # fmt: skip
    for acteur in etrangers:
        with pytest.raises(DelegationRefusee):
            delegations.donner(habilitation=habilitation, editeur=fabriques.editeur(), acteur=acteur)
        with pytest.raises(DelegationRefusee):
            delegations.reprendre(delegation=delegation, acteur=acteur)
        with pytest.raises(DelegationRefusee):
            delegations.restreindre(delegation=delegation, acteur=acteur, adresses=[])
    assert Delegation.objects.en_cours().count() == 1


def test_what_cannot_be_delegated_is_said():
    habilitation, demandeur = habilitee()
    editeur = fabriques.editeur()
    with pytest.raises(DelegationRefusee, match="éditeur"):
        delegations.donner(
            habilitation=habilitation, editeur=fabriques.editeur(retire=True), acteur=demandeur
        )
    with pytest.raises(DelegationRefusee, match="adresse IP"):
        delegations.donner(
            habilitation=habilitation, editeur=editeur, acteur=demandeur, adresses=["mairie.fr"]
        )
    delegations.donner(habilitation=habilitation, editeur=editeur, acteur=demandeur)
    with pytest.raises(DelegationRefusee, match="déjà"):
        delegations.donner(habilitation=habilitation, editeur=editeur, acteur=demandeur)


def test_a_delegation_is_taken_back_once():
    habilitation, demandeur = habilitee()
    delegation = delegations.donner(habilitation=habilitation, editeur=fabriques.editeur(), acteur=demandeur)
    delegations.reprendre(delegation=delegation, acteur=demandeur)
    with pytest.raises(DelegationRefusee, match="déjà"):
        delegations.reprendre(delegation=delegation, acteur=demandeur)


def test_a_revoked_habilitation_ends_its_delegations_and_tells_the_editor():
    habilitation, demandeur = habilitee()
    editeur = fabriques.editeur()
    qui = agent(editeur)
    delegation = delegations.donner(habilitation=habilitation, editeur=editeur, acteur=demandeur)
    demande = habilitation.demandes.get()
    actes.revoquer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Fin du service")
    delegation.refresh_from_db()
    assert not delegation.en_cours
    assert courriels("delegation_reprise") == {qui.compte.courriel}


def test_a_delegation_follows_the_habilitation_that_takes_the_place_of_another(client):
    habilitation, demandeur = habilitee()
    editeur = fabriques.editeur()
    emis = fabriques.jeton_d_editeur(editeur)
    delegation = delegations.donner(habilitation=habilitation, editeur=editeur, acteur=demandeur)
    demande = habilitation.demandes.get()
    actes.rouvrir(demande_id=demande.pk, acteur=demandeur)
    demande.refresh_from_db()
    demande.scopes = ["mesri_inscription_etudiant"]
    demande.cgu_acceptees = demande.dpd_informe = True
    demande.save()
    actes.soumettre(demande_id=demande.pk, acteur=demandeur)
    appel = {"recipient": habilitation.organisation.siret, "ine": fabriques.inscrit().ine}
    avant = obtenir(client, INE, appel, emis.bearer).json()["data"]
    assert "identite" in avant
    validee = actes.valider(
        demande_id=demande.pk, acteur=scenes.instructeur(), motif_doutes=scenes.MOTIF_DOUTES
    )
    delegation.refresh_from_db()
    assert (delegation.habilitation, delegation.en_cours) == (validee.habilitation, True)
    apres = obtenir(client, INE, appel, emis.bearer).json()["data"]
    assert "identite" not in apres
    # Who gave it still takes it back.
    delegations.reprendre(delegation=delegation, acteur=demandeur)
    verifier_v3(obtenir(client, INE, appel, emis.bearer), 403, "00213")


# --- what the database keeps


@pytest.mark.parametrize(
    "fautive",
    [
        lambda e: fabriques.delegation(e, habilitation=fabriques.habilitation(ecriture=True)),
        lambda e: fabriques.delegation(e, habilitation=fabriques.habilitation(revoquee=True)),
        lambda e: fabriques.delegation(fabriques.editeur(retire=True)),
        lambda e: fabriques.jeton_d_editeur(fabriques.editeur(retire=True)),
        lambda e: [fabriques.jeton_d_editeur(e) for _ in range(3)],
        lambda e: emission.emettre(organisation=e.organisation, type_="d"),
        lambda e: emission.emettre(organisation=e.organisation, type_="d", editeur=e, scopes=["mesri_identite"]),
        lambda e: emission.emettre(
            organisation=e.organisation, type_="l", editeur=e, habilitation=fabriques.habilitation()
        ),
        lambda e: fabriques.editeur(organisation=e.organisation),
        lambda e: fabriques.editeur(motif=" "),
        lambda e: Editeur.objects.filter(pk=e.pk).update(retire_le=timezone.now()),
        lambda e: Editeur.objects.filter(pk=e.pk).update(motif="Autre chose"),
        lambda e: e.delete(),
        lambda e: fabriques.delegation(e).delete(),
        lambda e: fabriques.delegation(e).habilitation.delegations.update(editeur=fabriques.editeur()),
    ],
)  # fmt: skip
def test_the_database_refuses_what_makes_no_sense(fautive):
    editeur = fabriques.editeur()
    with pytest.raises(IntegrityError), transaction.atomic():
        fautive(editeur)


def test_what_is_over_stays_over():
    finie, editeur = fabriques.delegation(fabriques.editeur()), fabriques.editeur(retire=True)
    finie.reprendre(par=finie.donnee_par)
    for ecriture in (
        lambda: Delegation.objects.filter(pk=finie.pk).update(reprise_le=None, reprise_par=None),
        lambda: Editeur.objects.filter(pk=editeur.pk).update(
            retire_le=None, retire_par=None, motif_retrait=""
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ecriture()


# --- an editor's token


def test_a_token_is_replaced_with_an_overlap_then_revoked():
    editeur = fabriques.editeur()
    qui = agent(editeur)
    premier, secret = jetons_d_editeur.montrer(editeur=editeur, acteur=qui)
    assert secret.startswith("ase_d_")
    jetons_d_editeur.restreindre(jeton=premier, acteur=qui, adresses=["192.0.2.0/24"])
    second, autre = jetons_d_editeur.montrer(editeur=editeur, acteur=qui, chevauchement_jours=10)
    premier.refresh_from_db()
    assert autre != secret
    assert 9 <= (premier.expire_le - timezone.now()).days <= 10
    assert second.adresses == ["192.0.2.0/24"]
    with pytest.raises(JetonRefuse, match="Deux jetons"):
        jetons_d_editeur.montrer(editeur=editeur, acteur=qui)
    jetons_d_editeur.revoquer(jeton=premier, acteur=qui, motif="Remplacé")
    assert Jeton.objects.filter(editeur=editeur).vivants().get() == second
    actes_notes = JournalAcces.objects.filter(genre="jeton_d_editeur").order_by("pk")
    assert [note.details["acte"] for note in actes_notes] == ["remis", "restreint", "remis", "révoqué"]
    assert not any(secret in str(note.details) for note in actes_notes)


def test_only_the_editor_s_verified_agents_manage_its_tokens():
    editeur = fabriques.editeur()
    jeton = fabriques.jeton_d_editeur(editeur).jeton
    a_verifier = scenes.demandeur(editeur.organisation)
    a_verifier.compte.rattachements.update(verifie=False)
    incarne = Acteur(agent(editeur).compte, au_nom_de=scenes.compte("administrateur"))
    for acteur in (a_verifier, incarne, scenes.demandeur(), ministere("administrateur")):
        with pytest.raises(JetonRefuse):
            jetons_d_editeur.montrer(editeur=editeur, acteur=acteur)
        with pytest.raises(JetonRefuse):
            jetons_d_editeur.revoquer(jeton=jeton, acteur=acteur, motif="x")
        with pytest.raises(JetonRefuse):
            jetons_d_editeur.restreindre(jeton=jeton, acteur=acteur, adresses=[])


def test_a_token_of_an_organisation_that_is_no_longer_an_editor_is_not_issued():
    editeur = fabriques.editeur()
    qui = agent(editeur)
    designation.retirer(editeur=editeur, motif=MOTIF, acteur=ministere())
    with pytest.raises(JetonRefuse):
        jetons_d_editeur.montrer(editeur=editeur, acteur=qui)


def test_a_token_in_an_address_is_revoked_and_the_editor_told(client):
    editeur = fabriques.editeur()
    emis, qui = fabriques.jeton_d_editeur(editeur), agent(editeur)
    obtenir(client, INE, {"token": emis.secret}, {})
    emis.jeton.refresh_from_db()
    assert emis.jeton.revoque_le is not None
    assert courriels("jeton_divulgue") == {qui.compte.courriel}
