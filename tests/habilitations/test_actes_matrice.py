"""Every state × act × quality: allowed or refused as the table of the specification says.

The expected table is written here by hand, from the workflow's specification and not from the product's table.
"""

from collections.abc import Iterable, Iterator

import pytest
from django.db import transaction

from habilitations.acteur import Acteur
from habilitations.demandes import actes
from habilitations.demandes.workflow import ACTES
from habilitations.models import Demande, Rattachement, Role
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db

ETATS = ["brouillon", "soumise", "modifications_demandees", "validee", "refusee", "revoquee", "archivee"]
QUALITES = ["demandeur", "instructeur", "administrateur", "rapporteur", "collegue", "etranger"]

#: act → (states of a first request, states of a reopened one, qualities, state reached or None)
ATTENDU = {
    "soumettre": (
        {"brouillon", "modifications_demandees"},
        {"brouillon", "modifications_demandees"},
        {"demandeur"},
        "soumise",
    ),
    "demander_modifications": ({"soumise"}, {"soumise"}, {"instructeur"}, "modifications_demandees"),
    "valider": ({"soumise"}, {"soumise"}, {"instructeur"}, "validee"),
    "refuser": ({"soumise"}, set(), {"instructeur"}, "refusee"),
    "refuser_reouverture": (set(), {"soumise"}, {"instructeur"}, "validee"),
    "revoquer": ({"validee"}, set(), {"instructeur"}, "revoquee"),
    "rouvrir": ({"validee"}, set(), {"demandeur"}, "brouillon"),
    "annuler_reouverture": (
        set(),
        {"brouillon", "soumise", "modifications_demandees"},
        {"demandeur"},
        "validee",
    ),
    "annuler_reouverture_instructeur": (
        set(),
        {"brouillon", "soumise", "modifications_demandees"},
        {"instructeur"},
        "validee",
    ),
    # A reopened draft has an active habilitation: it is not archived.
    "archiver": ({"brouillon", "refusee", "revoquee"}, set(), {"demandeur", "instructeur"}, "archivee"),
    "transferer": (
        set(ETATS) - {"archivee"},
        {"brouillon", "soumise", "modifications_demandees"},
        {"demandeur", "instructeur", "administrateur"},
        None,
    ),
    "prendre_en_charge": (
        {"soumise", "modifications_demandees"},
        {"soumise", "modifications_demandees"},
        {"instructeur"},
        None,
    ),
    "rendre": (
        {"soumise", "modifications_demandees"},
        {"soumise", "modifications_demandees"},
        {"instructeur"},
        None,
    ),
}
AVEC_TEXTE = {
    "demander_modifications",
    "valider",
    "refuser",
    "refuser_reouverture",
    "revoquer",
    "annuler_reouverture_instructeur",
}


def test_la_table_declare_exactement_les_actes_specifies() -> None:
    assert set(ACTES) - {"creer"} == set(ATTENDU)


def _acteur(qualite: str, demande: Demande) -> Acteur:
    if qualite == "demandeur":
        return Acteur(demande.demandeur)
    if qualite == "collegue":
        return Acteur(scenes.compte(organisation=demande.organisation))
    if qualite == "etranger":
        return scenes.demandeur()
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
def test_chaque_acte_n_est_permis_qu_aux_etats_et_aux_qualites_prevus(nom: str, etat: str) -> None:
    etats, _, qualites, vers = ATTENDU[nom]
    demande = scenes.demande(etat)
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
def test_une_reouverture_ne_peut_ni_perdre_ni_archiver_l_habilitation(nom: str, etat: str) -> None:
    _, etats, qualites, vers = ATTENDU[nom]
    demande = scenes.demande(etat, reouverture=True)
    for qualite in _tour_a_tour(demande, ("demandeur", "instructeur")):
        faite = _tenter(nom, demande, _acteur(qualite, demande))
        attendue = etat in etats and qualite in qualites
        assert (faite is not None) is attendue, qualite
        demande.refresh_from_db()
        assert demande.etat == ((vers or etat) if attendue else etat)
        assert demande.habilitation.etat == "active"


@pytest.mark.parametrize("nom", sorted(AVEC_TEXTE - {"valider"}))
def test_un_acte_qui_doit_etre_motive_refuse_un_texte_blanc(nom: str) -> None:
    etats, etats_reouverture, _, _ = ATTENDU[nom]
    demande = scenes.demande(min(etats or etats_reouverture), reouverture=not etats)
    with pytest.raises(actes.ActeRefuse, match=r"motif|message"):
        getattr(actes, nom)(demande_id=demande.pk, acteur=scenes.instructeur(), texte=" \n ")


def test_personne_n_instruit_sa_propre_demande() -> None:
    acteur = scenes.demandeur()
    Role.objects.create(compte=acteur.compte, nom=Role.Nom.INSTRUCTEUR)
    demande = scenes.demande("soumise", acteur=acteur)
    with pytest.raises(actes.ActeRefuse, match="droit"):
        actes.valider(demande_id=demande.pk, acteur=Acteur(acteur.compte))


def test_un_role_retire_ne_permet_plus_rien() -> None:
    agent = scenes.instructeur()
    agent.compte.roles.update(retire_le="2026-01-01T00:00:00Z")
    demande = scenes.demande("soumise")
    with pytest.raises(actes.ActeRefuse, match="droit"):
        actes.valider(
            demande_id=demande.pk, acteur=Acteur(type(agent.compte).objects.get(pk=agent.compte.pk))
        )


def test_on_ne_transfere_qu_a_quelqu_un_de_l_organisation_sauf_l_administrateur() -> None:
    demande = scenes.demande("soumise")
    ailleurs = scenes.demandeur().compte
    with pytest.raises(actes.ActeRefuse, match="rattaché"):
        actes.transferer(demande_id=demande.pk, acteur=Acteur(demande.demandeur), vers=ailleurs)
    non_verifie = scenes.compte()
    Rattachement.objects.create(compte=non_verifie, organisation=demande.organisation, verifie=False)
    with pytest.raises(actes.ActeRefuse, match="rattaché"):
        actes.transferer(demande_id=demande.pk, acteur=scenes.instructeur(), vers=non_verifie)
    admin = Acteur(scenes.compte(Role.Nom.ADMINISTRATEUR))
    assert actes.transferer(demande_id=demande.pk, acteur=admin, vers=ailleurs).demandeur == ailleurs
