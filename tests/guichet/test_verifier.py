"""One verification at the desk: what the scopes let see, journaled before it is given, refused at once when it must."""

import datetime
import io
import re
import time

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone

from habilitations.comptes import incarnation
from habilitations.demandes import actes
from habilitations.models import Habilitation
from referentiel.models import Echange
from statut_etudiant.api.parametres import RechercheIne
from statut_etudiant.certificats.models import Certificat
from statut_etudiant.citoyens import consultations
from statut_etudiant.guichet import agents, verification
from statut_etudiant.guichet.models import Agent
from tests import fabriques
from tests.certificats.aides import verifier as verifier_le_code
from tests.guichet import aides
from tests.guichet.aides import DOSSIER, GUICHET, echanges, par_identite, par_ine, texte
from tests.habilitations import scenes
from tests.proprietaire import en_proprietaire

pytestmark = pytest.mark.django_db

TOUT = ("mesri_etablissements", "mesri_identite", "mesri_inscription_etudiant")


def clairval(**colonnes):
    return fabriques.inscrit(etablissement=fabriques.etablissement(nom="Université de Clairval"), **colonnes)


def test_an_agent_sees_what_the_scopes_open() -> None:
    etudiant = clairval()
    client, _ = aides.agent(aides.ville(*TOUT))
    response = par_ine(client, etudiant.ine)
    page = texte(response)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    for dit in (
        "Étudiant trouvé",
        "Martin",
        "Camille",
        "27/03/2004",
        "Université de Clairval",
        "Formation initiale",
    ):
        assert dit in page
    # One of the given names is enough: the others are not told.
    assert "Andrea" not in page
    # v3 never gives the INE, nor does the desk.
    assert etudiant.ine not in page


@pytest.mark.parametrize(
    ("scopes", "vus", "caches"),
    [
        (
            ("mesri_inscription_etudiant",),
            ("Inscrit", "Formation initiale"),
            ("Martin", "27/03/2004", "Clairval", "31555"),
        ),
        (
            ("mesri_inscription_etudiant", "mesri_identite"),
            ("Martin", "27/03/2004", "Inscrit"),
            ("Clairval",),
        ),
        # The dates alone of each record: neither statut nor place.
        (("mesri_admissions",), ("1er septembre",), ("Inscrit<", "Clairval", "Martin", "Formation initiale")),
    ],
)
def test_nothing_else_leaves(scopes, vus, caches) -> None:
    etudiant = clairval()
    client, _ = aides.agent(aides.ville(*scopes))
    contenu = par_ine(client, etudiant.ine).content.decode()
    corps = contenu[contenu.index("Étudiant trouvé") : contenu.index("ase-guichet-suite")]
    assert [dit for dit in vus if dit not in corps] == []
    assert [dit for dit in caches if dit in corps] == []


def test_out_of_scope_is_said_as_unknown() -> None:
    """A student in continuing education, asked under a habilitation that opens initial training only."""
    hors = clairval(continue_=True)
    client, _ = aides.agent(aides.ville(*TOUT))
    dites = []
    for ine in (hors.ine, fabriques.ine()):
        response = par_ine(client, ine)
        assert response.status_code == 200
        dites.append(re.sub(r'value="[^"]*"|à \d\d:\d\d', "", texte(response)))
    assert "Aucun étudiant n'a pu être trouvé avec les critères de recherche fournis" in dites[0]
    assert dites[0] == dites[1]
    assert [un.issue for un in echanges()] == ["non_trouve", "non_trouve"]


@pytest.mark.parametrize(
    ("champs", "trouve"),
    [
        ({}, True),
        ({"nom": "MARTÏN"}, True),
        ({"prenom": "Camille Andrea"}, True),
        ({"lieu": "Toulouse (31)"}, True),
        ({"lieu": "31555"}, True),
        ({"lieu": "Lyon"}, False),
        ({"sexe": "M"}, False),
        ({"naissance": "2004-03-28"}, False),
    ],
)
def test_by_identity_with_the_register_s_own_rules(champs, trouve) -> None:
    clairval()
    client, _ = aides.agent(aides.ville(*TOUT))
    page = texte(par_identite(client, **champs))
    assert ("Étudiant trouvé" in page, "Aucun étudiant trouvé" in page) == (trouve, not trouve)


def test_two_people_of_one_identity_are_nobody() -> None:
    clairval(), clairval()
    client, _ = aides.agent(aides.ville(*TOUT))
    assert "Aucun étudiant trouvé" in texte(par_identite(client))


def test_the_journal_knows_who_asked_and_for_what() -> None:
    etudiant = clairval()
    ville = aides.ville(*TOUT, nom="Ville de Belleroche")
    client, agent = aides.agent(ville)
    par_ine(client, etudiant.ine)
    (echange,) = echanges()
    agent.refresh_from_db()
    assert agent.compte_id is not None
    assert (
        echange.issue,
        echange.compte_id,
        echange.dossier,
        echange.habilitation_id,
        echange.organisation,
        echange.voie,
        echange.etudiant_id,
        echange.jeton_id,
        echange.categories,
    ) == (
        "donnees",
        agent.compte_id,
        "Cantine 2026-118",
        ville.habilitation.pk,
        "Ville de Belleroche",
        "ine",
        etudiant.pk,
        None,
        ["identite", "inscription", "statut", "regime", "commune", "etablissement"],
    )
    assert echange.siret == echange.recipient == ville.habilitation.organisation.siret


def test_nothing_is_shown_that_could_not_be_journaled(monkeypatch) -> None:
    etudiant = clairval()
    client, _ = aides.agent(aides.ville(*TOUT))

    async def en_panne(*_):
        raise RuntimeError("journal")

    monkeypatch.setattr("statut_etudiant.api.moyens.Directs.journaliser", en_panne)
    client.raise_request_exception = False
    response = par_ine(client, etudiant.ine)
    assert response.status_code == 500
    assert "Martin" not in response.content.decode()


def test_the_student_reads_who_consulted_and_why() -> None:
    etudiant = clairval()
    client, _ = aides.agent(aides.ville(*TOUT))
    par_ine(client, etudiant.ine)
    (une,) = consultations.raconter(consultations.echanges(etudiant.pk))
    assert une.organisation == "Ville de Belleroche"
    assert une.finalite.intitule == "Tarif étudiant des transports"
    assert une.voie == "par mon INE, par un agent au guichet"
    assert une.contestable


@pytest.mark.parametrize(
    "dossier",
    ["", "  ", "ab", "INE 0123456789M", "né le 27/03/2004", "x" * 101],
)
def test_a_reason_is_required_and_names_nobody(dossier) -> None:
    client, _ = aides.agent(aides.ville(*TOUT))
    response = par_ine(client, clairval().ine, dossier=dossier)
    assert "Étudiant trouvé" not in response.content.decode()
    assert response.context["form"].errors["dossier"]
    assert echanges() == []


@pytest.mark.parametrize(
    ("dossier", "accepte"),
    [("Dossier Martin", False), ("Demande MARTÏN, cantine", False), ("Martinique", True)],
)
def test_the_reason_does_not_hold_the_name_looked_for(dossier, accepte) -> None:
    clairval()
    client, _ = aides.agent(aides.ville(*TOUT))
    assert ("Étudiant trouvé" in texte(par_identite(client, dossier=dossier))) is accepte


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"nom": ""}, "nom"),
        ({"nom": "123"}, "nom"),
        ({"naissance": "27/03/2004"}, "naissance"),
        ({"naissance": "1850-01-01"}, "naissance"),
        ({"sexe": ""}, "sexe"),
        ({"lieu": "Nulle part sur Rien"}, "lieu"),
    ],
)
def test_what_is_mistyped_is_told_and_nobody_is_looked_for(champs, champ) -> None:
    client, _ = aides.agent(aides.ville(*TOUT))
    response = par_identite(client, **champs)
    assert list(response.context["form"].errors) == [champ]
    assert echanges() == []


def test_nothing_personal_is_in_an_address() -> None:
    """Even when somebody writes it there: only what is sent as a form is read."""
    etudiant = clairval()
    client, _ = aides.agent(aides.ville(*TOUT))
    response = client.get(GUICHET, {"par": "ine", "ine": etudiant.ine, "dossier": DOSSIER})
    assert etudiant.ine not in response.content.decode()
    assert echanges() == []


# --- what stops an agent on the next request


def _page(client: Client, ine: str) -> str:
    return texte(par_ine(client, ine))


def test_who_is_no_agent_sees_how_one_becomes_one() -> None:
    client = aides.connecte(scenes.compte())
    page = _page(client, clairval().ine)
    assert "demandez à la personne qui en répond de vous désigner" in page
    assert echanges() == []


def test_a_removed_agent_is_stopped_at_once() -> None:
    ville, etudiant = aides.ville(*TOUT), clairval()
    client, agent = aides.agent(ville)
    assert "Étudiant trouvé" in _page(client, etudiant.ine)
    agents.retirer(acteur=ville.responsable, agent_id=agent.pk)
    assert "Étudiant trouvé" not in _page(client, etudiant.ine)
    assert len(echanges()) == 1


def test_a_revoked_habilitation_is_stopped_at_once() -> None:
    ville, etudiant = aides.ville(*TOUT), clairval()
    client, _ = aides.agent(ville)
    actes.revoquer(demande_id=ville.demande.pk, acteur=scenes.instructeur(), texte="Usage abusif")
    assert "Étudiant trouvé" not in _page(client, etudiant.ine)
    assert echanges() == []


def test_a_designation_ends() -> None:
    ville, etudiant = aides.ville(*TOUT), clairval()
    client, agent = aides.agent(ville)
    hier = timezone.now() - datetime.timedelta(days=1)
    Agent.objects.filter(pk=agent.pk).update(ajoute_le=hier - datetime.timedelta(days=365), expire_le=hier)
    assert "Étudiant trouvé" not in _page(client, etudiant.ine)
    assert echanges() == []


def _masques_seuls(habilitation: Habilitation) -> None:
    """What nobody approves, and the application cannot write: an old habilitation may be so all the same."""
    with en_proprietaire() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        curseur.execute("ALTER TABLE habilitations_habilitation DISABLE TRIGGER USER")
        curseur.execute(
            "UPDATE habilitations_habilitation SET scopes = '{mesri_identite}' WHERE id = %s",
            [habilitation.pk],
        )
        curseur.execute("ALTER TABLE habilitations_habilitation ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("changer", "etat"),
    [
        (lambda agent, h: Agent.objects.filter(pk=agent.pk).update(retire_le=timezone.now()), "inconnu"),
        (
            lambda agent, h: Habilitation.objects.filter(pk=h.pk).update(
                etat="revoquee", revoquee_le=timezone.now()
            ),
            "revoque",
        ),
        (
            lambda agent, h: Agent.objects.filter(pk=agent.pk).update(
                ajoute_le=timezone.now() - datetime.timedelta(days=400),
                expire_le=timezone.now() - datetime.timedelta(seconds=1),
            ),
            "expire",
        ),
        (lambda agent, h: _masques_seuls(h), "perimetre"),
        (lambda agent, h: type(agent.compte).objects.update(is_active=False), "inconnu"),
    ],
)
def test_the_database_itself_refuses(changer, etat) -> None:
    """Whatever the pages have checked before: between the two, everything may change."""
    ville, etudiant = aides.ville(*TOUT), clairval()
    client, agent = aides.agent(ville)
    client.get(GUICHET)  # comes once: the designation is theirs
    agent.refresh_from_db()
    changer(agent, ville.habilitation)
    demandeur = verification.Demandeur(agent.pk, agent.compte_id, DOSSIER)
    verdict = verification.verifier(demandeur, verification.Question(RechercheIne(etudiant.ine), "essai"))
    assert (verdict.etat, verdict.donnees) == (etat, None)
    assert echanges() == []


def test_somebody_else_s_designation_gives_nothing() -> None:
    etudiant = clairval()
    _, agent = aides.agent(aides.ville(*TOUT))
    autre = scenes.compte()
    demandeur = verification.Demandeur(agent.pk, autre.pk, DOSSIER)
    assert (
        verification.verifier(demandeur, verification.Question(RechercheIne(etudiant.ine), "essai")).etat
        == "inconnu"
    )


def test_a_narrower_habilitation_shows_less_on_the_next_request() -> None:
    ville, etudiant = aides.ville(*TOUT), clairval()
    client, _ = aides.agent(ville)
    assert "Université de Clairval" in _page(client, etudiant.ine)
    actes.rouvrir(demande_id=ville.demande.pk, acteur=ville.responsable)
    # As long as it is being changed, what was approved holds.
    assert "Université de Clairval" in _page(client, etudiant.ine)
    ville.demande.refresh_from_db()
    ville.demande.cgu_acceptees = ville.demande.dpd_informe = True
    ville.demande.scopes = ["mesri_identite", "mesri_inscription_etudiant"]
    ville.demande.save()
    actes.soumettre(demande_id=ville.demande.pk, acteur=ville.responsable)
    actes.valider(demande_id=ville.demande.pk, acteur=scenes.instructeur(), motif_doutes=scenes.MOTIF_DOUTES)
    page = _page(client, etudiant.ine)
    assert "Étudiant trouvé" in page
    assert "Université de Clairval" not in page


def test_the_quota_is_the_habilitation_s() -> None:
    ville, etudiant = aides.ville(*TOUT), clairval()
    Habilitation.objects.filter(pk=ville.habilitation.pk).update(quota_par_seconde=2)
    clients = [aides.agent(ville)[0] for _ in range(3)]
    for client in clients:
        client.get(GUICHET)
    statuts = [par_ine(client, etudiant.ine).status_code for client in clients]
    assert statuts == [200, 200, 429]
    assert len(echanges()) == 2


def test_nobody_verifies_in_somebody_else_s_place() -> None:
    etudiant = clairval()
    ville = aides.ville(*TOUT)
    compte = scenes.compte()
    aides.designer(ville, compte)
    admin = scenes.compte("administrateur")
    client = aides.connecte(admin)
    session = client.session
    session[incarnation.CLE] = {"compte": compte.pk, "depuis": time.time()}
    session.save()
    response = par_ine(client, etudiant.ine)
    assert "Étudiant trouvé" not in response.content.decode()
    assert echanges() == []


def test_maintenance_is_said(settings) -> None:
    etudiant = clairval()
    client, _ = aides.agent(aides.ville(*TOUT))
    settings.MAINTENANCE_JUSQUA = (timezone.now() + datetime.timedelta(hours=1)).isoformat()
    response = par_ine(client, etudiant.ine)
    assert response.status_code == 503
    assert echanges() == []


# --- several habilitations


def test_an_agent_of_two_towns_chooses() -> None:
    etudiant, compte = clairval(), scenes.compte()
    une, autre = aides.ville(*TOUT, nom="Ville d'Aubrac"), aides.ville(*TOUT, nom="Ville de Brive")
    client, _ = aides.agent(une, compte)
    designe = aides.designer(autre, compte)
    assert par_ine(client, etudiant.ine).context["form"].errors["agent"]
    assert "pour la Ville de Brive" in texte(par_ine(client, etudiant.ine, agent=str(designe.pk)))
    (echange,) = echanges()
    assert echange.organisation == "Ville de Brive"
    # Nor one that is not theirs.
    _, d_autrui = aides.agent(aides.ville(*TOUT))
    assert par_ine(client, etudiant.ine, agent=str(d_autrui.pk)).context["form"].errors["agent"]


# --- the proof


def _scelle(response) -> str:
    trouve = re.search(r'name="reponse" value="([^"]+)"', response.content.decode())
    assert trouve is not None
    return trouve[1]


def test_the_answer_becomes_a_proof_that_anybody_checks() -> None:
    etudiant = clairval()
    client, _ = aides.agent(aides.ville(*TOUT))
    scelle = _scelle(par_ine(client, etudiant.ine))
    response = client.post(f"{GUICHET}/preuve", {"reponse": scelle})
    assert response.status_code == 200
    preuve = response.context["preuve"]
    # The person is not looked up again: one consultation, that of the answer.
    assert len(echanges()) == 1
    pdf = Client().get(preuve.lien)
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert len(pikepdf.open(io.BytesIO(pdf.content)).pages) == 1
    certificat = Certificat.objects.get()
    assert (certificat.etudiant_id, certificat.organisation) == (etudiant.pk, "Ville de Belleroche")
    assert "Université de Clairval" in verifier_le_code(preuve.code)


def test_a_link_to_a_paper_is_no_answer_and_an_answer_opens_no_paper() -> None:
    client, _ = aides.agent(aides.ville(*TOUT))
    scelle = _scelle(par_ine(client, clairval().ine))
    lien = client.post(f"{GUICHET}/preuve", {"reponse": scelle}).context["preuve"].lien
    assert client.post(f"{GUICHET}/preuve", {"reponse": lien.rpartition("/")[2]}).status_code == 410
    assert Client().get(f"/certificats/pdf/{scelle}").status_code == 410
    assert Certificat.objects.count() == 1


def test_a_proof_is_its_agent_s_and_of_this_quarter_of_an_hour(monkeypatch) -> None:
    etudiant, ville = clairval(), aides.ville(*TOUT)
    client, agent = aides.agent(ville)
    autre, _ = aides.agent(ville)
    scelle = _scelle(par_ine(client, etudiant.ine))
    autre.get(GUICHET)
    for refuse in (
        autre.post(f"{GUICHET}/preuve", {"reponse": scelle}),
        client.post(f"{GUICHET}/preuve", {}),
    ):
        assert refuse.status_code in {403, 410}
    monkeypatch.setattr("statut_etudiant.guichet.preuve.time.time", lambda: 32_503_680_000)
    assert client.post(f"{GUICHET}/preuve", {"reponse": scelle}).status_code == 410
    monkeypatch.undo()
    agents.retirer(acteur=ville.responsable, agent_id=agent.pk)
    assert client.post(f"{GUICHET}/preuve", {"reponse": scelle}).status_code == 403
    assert not Certificat.objects.exists()


# --- one's own verifications


def test_an_agent_reads_what_they_verified_without_whom() -> None:
    etudiant, ville = clairval(), aides.ville(*TOUT)
    client, _ = aides.agent(ville)
    autre, _ = aides.agent(ville)
    par_ine(client, etudiant.ine)
    par_ine(client, fabriques.ine(), dossier="Transport 7")
    page = texte(client.get(f"{GUICHET}/historique"))
    assert page.index("Transport 7") < page.index("Cantine 2026-118")
    assert "2 vérifications" in page
    assert "Martin" not in page
    assert etudiant.ine not in page
    assert "Vous n'avez encore rien vérifié" in texte(autre.get(f"{GUICHET}/historique"))


def test_the_officer_finds_them_with_the_agent_and_the_case() -> None:
    from habilitations.models import RechercheAuJournal
    from habilitations.protection import journal

    ville = aides.ville(*TOUT)
    scenes.jeton(ville.demande)
    client, _ = aides.agent(ville)
    par_ine(client, clairval().ine)
    recherche = RechercheAuJournal(
        genre="habilitation",
        habilitation_id=ville.habilitation.pk,
        debut=timezone.now() - datetime.timedelta(days=1),
        fin=timezone.now() + datetime.timedelta(days=1),
    )
    ((*_, agent, dossier),) = journal.en_lignes(journal.resultats(recherche))
    (echange,) = Echange.objects.filter(interface="guichet")
    assert (agent, dossier) == (f"Compte n° {echange.compte_id}", "Cantine 2026-118")


@pytest.mark.parametrize(
    ("code", "dite"), [("31555", "Toulouse (31555)"), ("01999", "commune inconnue (01999)")]
)
def test_the_place_of_studies_is_named_or_said_unknown(code: str, dite: str) -> None:
    etudiant = clairval(code_commune=code)
    client, _ = aides.agent(aides.ville(*TOUT))
    page = texte(par_ine(client, etudiant.ine))
    assert dite in page
    assert "None" not in page
