"""Every state × act × quality: allowed or refused as the table of the specification says.

The expected table is written here by hand, from the workflow's specification and not from the product's table.
"""

from collections.abc import Iterable, Iterator

import pytest
from django.db import transaction

from habilitations.acteur import Acteur
from habilitations.demandes import actes
from habilitations.demandes.workflow import ACTES
from habilitations.models import Compte, Demande, Rattachement, Role
from tests.habilitations import scenes
from tests.habilitations.attendus import ATTENDU, ETATS

pytestmark = pytest.mark.django_db

QUALITES = [
    "demandeur",
    "instructeur",
    "administrateur",
    "rapporteur",
    "collegue",
    "etranger",
    "destinataire",
]

SUR_UN_TRANSFERT = {"accepter_transfert", "decliner_transfert", "annuler_transfert"}
AVEC_TEXTE = {
    "demander_modifications",
    "valider",
    "refuser",
    "refuser_reouverture",
    "revoquer",
    "annuler_reouverture_instructeur",
    "reprendre",
}


def test_the_table_declares_exactly_the_acts_of_the_specification() -> None:
    assert set(ACTES) - {"creer"} == set(ATTENDU)


def _acteur(qualite: str, demande: Demande) -> Acteur:
    if qualite == "demandeur":
        return Acteur(demande.demandeur)
    if qualite == "collegue":
        return Acteur(scenes.compte(organisation=demande.organisation))
    if qualite == "etranger":
        return scenes.demandeur()
    if qualite == "destinataire":
        transfert = demande.transferts.first()
        return Acteur(transfert.vers) if transfert else scenes.demandeur()
    return Acteur(scenes.compte(Role.Nom(qualite)))


def _tenter(nom: str, demande: Demande, acteur: Acteur) -> Demande | None:
    parametres = {"demande_id": demande.pk, "acteur": acteur}
    if nom in AVEC_TEXTE:
        parametres["texte"] = "Parce que."
    if nom == "transferer":
        parametres["vers"] = scenes.compte(organisation=demande.organisation)
    if nom == "rendre":
        Demande.objects.filter(pk=demande.pk).update(instructeur=acteur.compte)
    try:
        return getattr(actes, nom)(**parametres)
    except actes.ActeRefuse:
        return None


def _tour_a_tour(demande: Demande, qualites: Iterable[str]) -> Iterator[str]:
    """Each quality in turn, before the same request: what the one before did is undone."""
    for qualite in qualites:
        with transaction.atomic():
            demande.refresh_from_db()
            yield qualite
            transaction.set_rollback(True)


@pytest.mark.parametrize("nom", ATTENDU)
@pytest.mark.parametrize("etat", ETATS)
def test_each_act_is_allowed_in_its_states_and_qualities_only(nom: str, etat: str) -> None:
    etats, _, qualites, vers = ATTENDU[nom]
    demande = scenes.demande(etat)
    if nom in SUR_UN_TRANSFERT and etat != "archivee":
        scenes.transfert(demande)
    if nom == "reprendre":
        Compte.objects.filter(pk=demande.demandeur_id).update(is_active=False)
    for qualite in _tour_a_tour(demande, QUALITES):
        faite = _tenter(nom, demande, _acteur(qualite, demande))
        if etat in etats and qualite in qualites:
            assert faite is not None, qualite
            assert faite.etat == (vers or etat)
            assert demande.evenements.last().acte == nom
        else:
            assert faite is None, qualite
            demande.refresh_from_db()
            assert demande.etat == etat


@pytest.mark.parametrize("nom", ATTENDU)
@pytest.mark.parametrize("etat", ["brouillon", "soumise", "modifications_demandees"])
def test_a_reopening_can_neither_archive_the_habilitation_nor_lose_it_otherwise_than_by_revocation(
    nom: str, etat: str
) -> None:
    _, etats, qualites, vers = ATTENDU[nom]
    demande = scenes.demande(etat, reouverture=True)
    if nom in SUR_UN_TRANSFERT:
        scenes.transfert(demande)
    if nom == "reprendre":
        Compte.objects.filter(pk=demande.demandeur_id).update(is_active=False)
    for qualite in _tour_a_tour(demande, ("demandeur", "instructeur", "destinataire", "collegue")):
        faite = _tenter(nom, demande, _acteur(qualite, demande))
        attendue = etat in etats and qualite in qualites
        assert (faite is not None) is attendue, qualite
        demande.refresh_from_db()
        assert demande.etat == ((vers or etat) if attendue else etat)
        revoquee = attendue and nom == "revoquer"
        assert demande.habilitation.etat == ("revoquee" if revoquee else "active")


@pytest.mark.parametrize("nom", sorted(AVEC_TEXTE - {"valider"}))
def test_an_act_that_needs_a_reason_refuses_a_blank_text(nom: str) -> None:
    etats, etats_reouverture, _, _ = ATTENDU[nom]
    demande = scenes.demande(min(etats or etats_reouverture), reouverture=not etats)
    acteur = scenes.instructeur()
    if nom == "reprendre":
        Compte.objects.filter(pk=demande.demandeur_id).update(is_active=False)
        acteur = Acteur(scenes.compte(organisation=demande.organisation))
    with pytest.raises(actes.ActeRefuse, match=r"motif|message|départ"):
        getattr(actes, nom)(demande_id=demande.pk, acteur=acteur, texte=" \n ")


def test_nobody_instructs_their_own_request() -> None:
    acteur = scenes.demandeur()
    Role.objects.create(compte=acteur.compte, nom=Role.Nom.INSTRUCTEUR)
    demande = scenes.demande("soumise", acteur=acteur)
    with pytest.raises(actes.ActeRefuse, match="vous en êtes le demandeur"):
        actes.valider(demande_id=demande.pk, acteur=Acteur(acteur.compte))


def test_a_role_taken_back_allows_nothing() -> None:
    agent = scenes.instructeur()
    agent.compte.roles.update(retire_le="2026-01-01T00:00:00Z")
    demande = scenes.demande("soumise")
    with pytest.raises(actes.ActeRefuse, match="droit"):
        actes.valider(
            demande_id=demande.pk, acteur=Acteur(type(agent.compte).objects.get(pk=agent.compte.pk))
        )


def test_a_request_is_transferred_within_the_organisation_except_by_an_administrator() -> None:
    demande = scenes.demande("soumise")
    ailleurs = scenes.demandeur().compte
    with pytest.raises(actes.ActeRefuse, match="rattaché"):
        actes.transferer(demande_id=demande.pk, acteur=Acteur(demande.demandeur), vers=ailleurs)
    non_verifie = scenes.compte()
    Rattachement.objects.create(compte=non_verifie, organisation=demande.organisation, verifie=False)
    with pytest.raises(actes.ActeRefuse, match="rattaché"):
        actes.transferer(demande_id=demande.pk, acteur=scenes.instructeur(), vers=non_verifie)
    admin = Acteur(scenes.compte(Role.Nom.ADMINISTRATEUR))
    proposee = actes.transferer(demande_id=demande.pk, acteur=admin, vers=ailleurs)
    assert proposee.demandeur == demande.demandeur
    assert actes.accepter_transfert(demande_id=demande.pk, acteur=Acteur(ailleurs)).demandeur == ailleurs
