"""What the acts do besides moving the state: habilitation, tokens, history, restored data, mails."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.demandes import actes, instantane, workflow
from habilitations.jetons import emission, liens
from habilitations.models import Courriel, Demande, Evenement, Habilitation
from referentiel.models import Etablissement
from tests import fabriques
from tests.api.ecriture.aides import Appelant, enregistrement
from tests.habilitations import scenes
from tests.habilitations.jetons import ouvrir
from tests.proprietaire import en_proprietaire

pytestmark = pytest.mark.django_db


def emettre(habilitation: Habilitation) -> str:
    return emission.emettre(
        organisation=habilitation.organisation,
        type_="l",
        habilitation=habilitation,
        scopes=habilitation.scopes,
    )[1]


def test_approval_freezes_what_was_asked_for() -> None:
    demande = scenes.demande("validee")
    habilitation = demande.habilitation
    assert (habilitation.etat, habilitation.scopes) == ("active", sorted(demande.scopes))
    assert demande.instantane_valide == instantane.prendre(demande)
    with pytest.raises(IntegrityError, match="figée"), transaction.atomic():
        Habilitation.objects.filter(pk=habilitation.pk).update(scopes=["mesri_admission"])


def test_an_instructor_may_reduce_the_data_with_a_reason_and_never_extend_them() -> None:
    demande, agent = scenes.demande("soumise"), scenes.instructeur()
    reduits = ["mesri_inscription_etudiant"]
    with pytest.raises(actes.ActeRefuse, match="pourquoi"):
        actes.valider(demande_id=demande.pk, acteur=agent, scopes=reduits)
    with pytest.raises(actes.ActeRefuse, match="s'étendent pas"):
        actes.valider(demande_id=demande.pk, acteur=agent, scopes=["mesri_identifiant"], motif_scopes="x")
    with pytest.raises(actes.ActeRefuse, match="n'ouvre aucune donnée"):
        actes.valider(demande_id=demande.pk, acteur=agent, scopes=["mesri_identite"], motif_scopes="x")
    validee = actes.valider(
        demande_id=demande.pk, acteur=agent, scopes=reduits, motif_scopes="L'identité est déjà connue."
    )
    assert validee.habilitation.scopes == reduits
    evenement = validee.evenements.get(acte="valider")
    assert evenement.details["scopes_demandes"] == demande.scopes


def test_revocation_ends_the_token_at_the_next_call() -> None:
    demande = scenes.demande("validee")
    secret = emettre(demande.habilitation)
    assert ouvrir(secret).etat == "ouvert"
    actes.revoquer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Usage abusif")
    assert ouvrir(secret).etat == "revoque"


def test_an_approved_reopening_gives_the_new_scopes_to_the_same_token() -> None:
    demande = scenes.demande("validee")
    ancienne, secret = demande.habilitation, emettre(demande.habilitation)
    actes.rouvrir(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    demande.refresh_from_db()
    demande.scopes = [*demande.scopes, "mesri_identifiant"]
    demande.cgu_acceptees = demande.dpd_informe = True
    demande.save()
    actes.soumettre(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    assert "mesri_identifiant" not in ouvrir(secret).scopes
    validee = actes.valider(
        demande_id=demande.pk, acteur=scenes.instructeur(), motif_doutes=scenes.MOTIF_DOUTES
    )
    assert "mesri_identifiant" in ouvrir(secret).scopes
    ancienne.refresh_from_db()
    assert (ancienne.etat, validee.habilitation.etat) == ("obsolete", "active")


def test_a_reopening_of_a_write_request_gives_the_token_its_new_establishments() -> None:
    """A removed one is refused from the next call on, an added one is taken, with the same token."""
    garde, retire, ajoute = (fabriques.etablissement() for _ in range(3))
    demande = scenes.demande("validee", type_="ecriture", uais=[garde.uai, retire.uai])
    jeton, secret = liens.montrer(habilitation=demande.habilitation, acteur=Acteur(demande.demandeur))
    appelant = Appelant(secret)
    etudiant = fabriques.etudiant()

    def declarer(etablissement: Etablissement) -> int:
        return appelant.poster(
            enregistrement(
                ine=etudiant.ine, dateNaissance=etudiant.date_naissance.isoformat(), uai=etablissement.uai
            )
        ).status_code

    assert [declarer(e) for e in (garde, retire, ajoute)] == [200, 200, 403]
    actes.rouvrir(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    Demande.objects.filter(pk=demande.pk).update(
        uais=[garde.uai, ajoute.uai], cgu_acceptees=True, dpd_informe=True
    )
    actes.soumettre(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    assert ouvrir(secret).uais == sorted([garde.uai, retire.uai])  # nothing changes before the decision
    validee = actes.valider(
        demande_id=demande.pk, acteur=scenes.instructeur(), motif_doutes=scenes.MOTIF_DOUTES
    )
    jeton.refresh_from_db()
    assert (jeton.habilitation, jeton.uais) == (validee.habilitation, sorted([garde.uai, ajoute.uai]))
    assert declarer(retire) == 403
    assert declarer(ajoute) == 200
    assert validee.habilitation.uais == sorted([garde.uai, ajoute.uai])


#: Every column of what was decided, and another value for it.
FIGEES = {
    "type": "franceconnect",
    "organisation_id": None,  # another organisation, made by the test
    "intitule": "Un autre usage",
    "scopes": ["mesri_admission"],
    "uais": ["0311384L"],
    "fc_client_id": "un-autre-client",
    "validee_le": "2020-01-01T00:00:00Z",
}


@pytest.mark.parametrize("colonne", FIGEES)
def test_no_column_of_a_decided_habilitation_can_be_rewritten(colonne: str) -> None:
    habilitation = scenes.demande("validee").habilitation
    valeur = fabriques.organisation().pk if colonne == "organisation_id" else FIGEES[colonne]
    with pytest.raises(IntegrityError, match="figée"), transaction.atomic():
        Habilitation.objects.filter(pk=habilitation.pk).update(**{colonne: valeur})


def test_only_the_end_and_the_quota_of_a_habilitation_can_be_written() -> None:
    habilitation = scenes.demande("validee").habilitation
    lignes = Habilitation.objects.filter(pk=habilitation.pk)
    lignes.update(quota_par_seconde=50)
    lignes.update(etat="revoquee", revoquee_le=timezone.now())
    for retour in ("active", "obsolete"):
        with pytest.raises(IntegrityError), transaction.atomic():
            lignes.update(etat=retour, revoquee_le=None)
    colonnes = {champ.attname for champ in Habilitation._meta.concrete_fields}
    assert colonnes == set(FIGEES) | {"id", "etat", "revoquee_le", "quota_par_seconde", "cle_recherche"}


def test_a_refused_reopening_puts_the_request_back_as_it_was_approved() -> None:
    demande = scenes.demande("soumise", reouverture=True)
    avant = demande.instantane_valide
    assert instantane.prendre(demande) != avant
    actes.refuser_reouverture(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Trop large.")
    demande.refresh_from_db()
    assert demande.etat == "validee"
    assert instantane.prendre(demande) == avant
    assert demande.evenements.last().texte == "Trop large."


def test_a_reopening_without_change_cannot_be_submitted() -> None:
    demande = scenes.demande("validee")
    acteur = Acteur(demande.demandeur)
    actes.rouvrir(demande_id=demande.pk, acteur=acteur)
    Demande.objects.filter(pk=demande.pk).update(cgu_acceptees=True, dpd_informe=True)
    with pytest.raises(actes.ActeRefuse, match="Rien n'a changé"):
        actes.soumettre(demande_id=demande.pk, acteur=acteur)


@pytest.mark.parametrize("type_", ["lecture", "franceconnect", "ecriture"])
def test_an_empty_request_cannot_be_submitted_and_each_step_says_what_lacks(type_: str) -> None:
    acteur = scenes.demandeur()
    vide = actes.creer(
        acteur=acteur, organisation=acteur.compte.rattachements.get().organisation, type_=type_
    )
    with pytest.raises(actes.DemandeIncomplete) as refus:
        actes.soumettre(demande_id=vide.pk, acteur=acteur)
    propres = {"lecture": set(), "franceconnect": {"franceconnect"}, "ecriture": {"etablissements"}}[type_]
    lecture = set() if type_ == "ecriture" else {"donnees", "cadre"}
    assert (
        set(refus.value.erreurs) == {"organisation", "projet", "personnes", "engagements"} | propres | lecture
    )


def test_an_approved_request_to_write_allows_writing_for_its_uai() -> None:
    uai = fabriques.etablissement().uai
    demande = scenes.demande("validee", type_="ecriture", uais=[uai])
    assert (demande.habilitation.type, demande.habilitation.uais) == ("ecriture", [uai])


def test_a_state_is_not_written_outside_the_acts() -> None:
    demande = scenes.demande("soumise")
    with pytest.raises(IntegrityError, match="ne passe pas"), transaction.atomic():
        Demande.objects.filter(pk=demande.pk).update(etat="validee")
    with pytest.raises(IntegrityError, match="se crée par"), transaction.atomic():
        Demande.objects.create(
            demandeur=demande.demandeur, organisation=demande.organisation, type="lecture", etat="brouillon"
        )


def test_history_cannot_be_rewritten() -> None:
    demande = scenes.demande("soumise")
    with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic(), en_proprietaire():
        Evenement.objects.filter(demande=demande).update(texte="autre chose")
    with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic(), en_proprietaire():
        Evenement.objects.filter(demande=demande).delete()


def test_the_database_s_table_is_the_code_s() -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT acte, de, vers FROM habilitations_transition")
        assert sorted(curseur.fetchall()) == sorted(workflow.transitions())


def test_the_snapshot_holds_the_whole_form() -> None:
    suivi = {
        "id", "type", "acteur_declare", "cas", "etat", "organisation", "demandeur", "instructeur", "habilitation",
        "instantane_valide",
        "cle_recherche", "motif", "cree_le", "modifie_le", "soumise_le", "decidee_le", "archivee_le",
    }  # fmt: skip
    colonnes = {champ.name for champ in Demande._meta.concrete_fields}
    assert colonnes - suivi == set(instantane.CHAMPS)


def test_each_act_tells_what_it_must_to_whom_it_must() -> None:
    agent = scenes.instructeur()
    demande = scenes.demande("validee")
    genres = set(Courriel.objects.filter(demande=demande).values_list("genre", "destinataire"))
    assert ("accuse_reception", demande.demandeur.courriel) in genres
    assert ("demande_a_instruire", agent.compte.courriel) in genres
    assert ("demande_validee", demande.demandeur.courriel) in genres
    assert ("information_validation", f"dpd{demande.pk}@exemple.test") in genres
    accuse = Courriel.objects.get(demande=demande, genre="accuse_reception")
    assert "deux mois" in accuse.texte
    assert demande.numero in accuse.objet
    assert accuse.objet in accuse.html
