"""Nobody decides for themselves: what ties a person to a request, and the refusal, on the pages and by the database."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from habilitations.acteur import Acteur
from habilitations.demandes import actes, brouillon, documents, messagerie
from habilitations.models import (
    Compte,
    Courriel,
    Demande,
    Evenement,
    Message,
    Redaction,
    Role,
)
from tests.habilitations import scenes
from tests.habilitations.demandes.pdfs import pdf

pytestmark = pytest.mark.django_db


def instructeur_en_plus(compte: Compte) -> Compte:
    """The same person, who instructs from now on."""
    Role.objects.get_or_create(compte=compte, nom=Role.Nom.INSTRUCTEUR)
    return Compte.objects.get(pk=compte.pk)


def ecrire(demande: Demande, acteur: Acteur, **valeurs: str) -> None:
    demande.refresh_from_db()
    depart = brouillon.empreintes(brouillon.lire(demande, valeurs))
    brouillon.enregistrer(demande_id=demande.pk, acteur=acteur, valeurs=valeurs, depart=depart)


def soumettre(demande: Demande) -> None:
    demande.refresh_from_db()
    actes.soumettre(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    demande.refresh_from_db()


def createur(demande: Demande) -> Compte:
    """Made the draft, handed it over before anything else."""
    ancien = demande.demandeur
    scenes.transferer(demande)
    soumettre(demande)
    return ancien


def redacteur(demande: Demande) -> Compte:
    """Received the draft, wrote in a step, gave it back; submitted nothing."""
    premier = demande.demandeur
    compte = scenes.transferer(demande)
    ecrire(demande, Acteur(compte), description="Écrite par un autre.")
    scenes.transferer(demande, vers=premier)
    soumettre(demande)
    return compte


def deposant(demande: Demande) -> Compte:
    premier = demande.demandeur
    compte = scenes.transferer(demande)
    documents.deposer(
        demande_id=demande.pk, acteur=Acteur(compte), genre="cadre", nom="texte.pdf", contenu=pdf()
    )
    scenes.transferer(demande, vers=premier)
    soumettre(demande)
    return compte


def soumetteur(demande: Demande) -> Compte:
    compte = scenes.transferer(demande)
    soumettre(demande)
    scenes.transferer(demande)
    return compte


def demandeur_du_jour(demande: Demande) -> Compte:
    soumettre(demande)
    return scenes.transferer(demande)


def transmetteur(demande: Demande) -> Compte:
    """An instructor who only handed it over from a colleague to another."""
    soumettre(demande)
    agent = scenes.instructeur()
    scenes.transferer(demande, acteur=agent)
    return agent.compte


def contact(role: str) -> Callable[[Demande], Compte]:
    def nomme(demande: Demande) -> Compte:
        compte = scenes.compte()
        demande.contacts.filter(role=role).update(courriel=compte.courriel)
        soumettre(demande)
        return compte

    nomme.__name__ = role
    return nomme


def administrateur_a_la_place(demande: Demande) -> Compte:
    """Wrote in the applicant's place, under both names."""
    administrateur = scenes.compte(Role.Nom.ADMINISTRATEUR)
    ecrire(demande, Acteur(demande.demandeur, au_nom_de=administrateur), description="À sa place.")
    soumettre(demande)
    return administrateur


LIENS = [
    (createur, "vous l'avez créée le 3 mars 2026"),
    (redacteur, "vous en avez rempli l'étape « Le projet » le 3 mars 2026"),
    (deposant, "vous en avez rempli l'étape « Le cadre juridique » le 3 mars 2026"),
    (soumetteur, "vous avez accepté d'en devenir le demandeur le 3 mars 2026"),
    (demandeur_du_jour, "vous en êtes le demandeur"),
    (transmetteur, "vous avez proposé de la transférer le 3 mars 2026"),
    (contact("technique"), "vous y êtes nommé comme contact technique"),
    (contact("dpd"), "vous y êtes nommé comme délégué à la protection des données"),
    (contact("responsable_traitement"), "vous y êtes nommé comme responsable de traitement"),
    (administrateur_a_la_place, "vous en avez rempli l'étape « Le projet » le 3 mars 2026"),
]


@pytest.fixture
def le_3_mars(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the application dates; the database's own clock dates the history, and is set back by the test."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 3, 3, 9, 0, tzinfo=UTC))


@pytest.fixture
def histoire_du_3_mars(monkeypatch: pytest.MonkeyPatch) -> None:
    sauver = Evenement.save

    def dater(self: Evenement, *args: object, **options: object) -> None:
        self.instant = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
        sauver(self, *args, **options)

    monkeypatch.setattr(Evenement, "save", dater)


@pytest.mark.usefixtures("le_3_mars", "histoire_du_3_mars")
@pytest.mark.parametrize(("lien", "dit"), LIENS, ids=[lien.__name__ for lien, _ in LIENS])
def test_who_is_party_to_a_request_does_not_instruct_it_and_knows_why(
    client: Client, monkeypatch: pytest.MonkeyPatch, lien: Callable[[Demande], Compte], dit: str
) -> None:
    demande = scenes.brouillon()
    partie = instructeur_en_plus(lien(demande))
    demande.refresh_from_db()
    assert demande.etat == "soumise"
    phrase = f"Vous ne pouvez pas instruire cette demande : {dit}."
    for acte in ("valider", "refuser", "demander_modifications", "prendre_en_charge"):
        texte = {} if acte == "prendre_en_charge" else {"texte": "Bien."}
        with pytest.raises(actes.ActeRefuse) as refus:
            actes.faire(acte, demande_id=demande.pk, acteur=Acteur(partie), **texte)
        assert str(refus.value) == phrase
    with pytest.raises(actes.ActeRefuse, match="instruire") if partie != demande.demandeur else _rien():
        messagerie.envoyer(demande_id=demande.pk, acteur=Acteur(partie), texte="Bonjour")
    client.force_login(partie)
    page = client.get(reverse("instruction-demande", args=[demande.pk])).content.decode()
    assert phrase in page.replace("&#x27;", "'").replace("\u00a0", " ")
    assert reverse("instruction-acte", args=[demande.pk, "valider"]) not in page
    # The database, whoever asks it.
    with pytest.raises(IntegrityError, match="on est partie"), transaction.atomic():
        Evenement.objects.create(
            demande=demande, acte="valider", acteur=partie, acteur_nom=str(partie), acteur_role="instructeur",
            de="soumise", vers="validee",
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="on est partie"), transaction.atomic():
        Message.objects.create(demande=demande, auteur=partie, du_ministere=True, texte="Bonjour")
    monkeypatch.undo()  # the one-time link is dated by the database too
    assert actes.valider(demande_id=demande.pk, acteur=scenes.instructeur()).etat == "validee"


class _rien:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


def test_a_contact_of_the_habilitation_in_force_does_not_instruct_its_replacement() -> None:
    compte = scenes.compte()
    demande = scenes.brouillon()
    demande.contacts.filter(role="technique").update(courriel=compte.courriel)
    soumettre(demande)
    actes.valider(demande_id=demande.pk, acteur=scenes.instructeur())
    actes.rouvrir(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    demande.contacts.filter(role="technique").update(courriel="autre@exemple.test")
    Demande.objects.filter(pk=demande.pk).update(cgu_acceptees=True, dpd_informe=True)
    soumettre(demande)
    with pytest.raises(actes.ActeRefuse, match="contact technique"):
        actes.valider(demande_id=demande.pk, acteur=Acteur(instructeur_en_plus(compte)))


def test_an_instructor_gets_no_token_of_their_own_through_an_unknowing_colleague() -> None:
    """Submits, hands over, approves, receives the token as technical contact: each step but the first is refused."""
    agent = scenes.demandeur()
    demande = scenes.brouillon(acteur=agent)
    demande.contacts.filter(role="technique").update(courriel=agent.compte.courriel)
    soumettre(demande)
    Role.objects.create(compte=agent.compte, nom=Role.Nom.INSTRUCTEUR)
    agent = Acteur(Compte.objects.get(pk=agent.compte.pk))
    collegue = scenes.transfert(demande)
    demande.refresh_from_db()
    assert demande.demandeur == agent.compte
    with pytest.raises(actes.ActeRefuse, match="vous en êtes le demandeur"):
        actes.valider(demande_id=demande.pk, acteur=agent)
    actes.accepter_transfert(demande_id=demande.pk, acteur=Acteur(collegue))
    with pytest.raises(actes.ActeRefuse, match="vous l'avez créée"):
        actes.valider(demande_id=demande.pk, acteur=agent)


def test_what_somebody_wrote_stays_known() -> None:
    demande = scenes.brouillon()
    ecrire(demande, Acteur(demande.demandeur), intitule="Un autre titre", logiciel="Apogée")
    trace = Redaction.objects.get(demande=demande, etape="projet")
    assert (trace.compte, trace.au_nom_de) == (demande.demandeur, None)
    assert set(Redaction.objects.values_list("etape", flat=True)) == {"projet", "etablissements"}
    for geste in (
        lambda: Redaction.objects.all().delete(),
        lambda: Redaction.objects.update(compte=scenes.compte()),
        lambda: Redaction.objects.update(etape="cadre"),
    ):
        with pytest.raises(IntegrityError, match="reste connu"), transaction.atomic():
            geste()
    ecrire(demande, Acteur(demande.demandeur), intitule="Encore un titre")
    trace.refresh_from_db()
    assert trace.derniere_le > trace.premiere_le


def test_a_state_does_not_change_without_its_line_in_the_history() -> None:
    demande = scenes.demande("soumise")
    with connection.cursor() as curseur:
        curseur.execute("SELECT set_config('ase.acte', 'refuser', true)")
    with pytest.raises(IntegrityError, match="sans sa ligne"), transaction.atomic():
        Demande.objects.filter(pk=demande.pk).update(etat="refusee", motif="x", decidee_le=datetime.now(UTC))


class TestALaPlaceDUnePersonne:
    """An administrator who stands in for somebody."""

    @pytest.fixture
    def administrateur(self) -> Compte:
        return scenes.compte(Role.Nom.ADMINISTRATEUR, Role.Nom.INSTRUCTEUR)

    def incarner(self, client: Client, administrateur: Compte, compte: Compte) -> None:
        client.force_login(administrateur)
        reponse = client.post(f"/personnes/{compte.pk}/incarner", {"motif": "Une panne à comprendre"})
        assert reponse.status_code == 302

    def test_a_stand_in_can_do_no_act_of_instruction(self, client: Client, administrateur: Compte) -> None:
        demande, agent = scenes.demande("soumise"), scenes.instructeur().compte
        a_sa_place = Acteur(agent, au_nom_de=administrateur)
        for acte in ("valider", "refuser", "demander_modifications", "prendre_en_charge", "transferer"):
            with pytest.raises(actes.ActeRefuse, match="aucun acte d'instruction"):
                actes.faire(acte, demande_id=demande.pk, acteur=a_sa_place)
        with pytest.raises(actes.ActeRefuse, match="aucun acte d'instruction"):
            messagerie.envoyer(demande_id=demande.pk, acteur=a_sa_place, texte="Bonjour")
        with pytest.raises(IntegrityError, match="à la place"), transaction.atomic():
            Evenement.objects.create(
                demande=demande, acte="valider", acteur=agent, au_nom_de=administrateur, acteur_nom="x",
                acteur_role="instructeur", de="soumise", vers="validee",
            )  # fmt: skip
        with pytest.raises(IntegrityError, match="à la place"), transaction.atomic():
            Message.objects.create(
                demande=demande, auteur=agent, au_nom_de=administrateur, du_ministere=True, texte="Bonjour"
            )
        self.incarner(client, administrateur, agent)
        page = client.get(reverse("instruction-demande", args=[demande.pk])).content.decode()
        assert "Redevenez d'abord vous-même" in page.replace("&#x27;", "'")
        for acte in ("valider", "refuser", "prendre_en_charge"):
            client.post(reverse("instruction-acte", args=[demande.pk, acte]), {"texte": "Bien."})
        demande.refresh_from_db()
        assert (demande.etat, demande.instructeur) == ("soumise", None)

    def test_a_stand_in_touches_neither_role_nor_message_template_nor_token(
        self, client: Client, administrateur: Compte
    ) -> None:
        responsable = scenes.compte(Role.Nom.RESPONSABLE)
        demande = scenes.demande("validee")
        jeton = scenes.jeton(demande)
        self.incarner(client, administrateur, responsable)
        for qui in (administrateur, responsable):
            assert client.post(f"/personnes/{qui.pk}/roles/rapporteur/donner")["Location"] == "/compte"
        assert not Role.objects.filter(nom="rapporteur").exists()
        assert client.post(reverse("modele-nouveau"), {})["Location"] == "/compte"
        assert client.post(reverse("jeton-revoquer", args=[jeton.pk]), {"motif": "x"}).status_code == 404
        jeton.refresh_from_db()
        assert jeton.revoque_le is None

    def test_every_trace_of_a_stand_in_bears_both_names(self, client: Client, administrateur: Compte) -> None:
        demande = scenes.brouillon()
        agent = scenes.instructeur().compte
        a_sa_place = Acteur(demande.demandeur, au_nom_de=administrateur)
        noms = f"{demande.demandeur} (par {administrateur})"
        actes.soumettre(demande_id=demande.pk, acteur=a_sa_place)
        messagerie.envoyer(demande_id=demande.pk, acteur=a_sa_place, texte="Un mot")
        evenement = demande.evenements.get(acte="soumettre")
        assert (evenement.acteur_nom, evenement.au_nom_de) == (noms, administrateur)
        assert noms in Courriel.objects.get(genre="nouveau_message", destinataire=agent.courriel).texte
        client.force_login(demande.demandeur)
        page = client.get(reverse("demande", args=[demande.pk])).content.decode()
        assert page.count(noms) == 2  # the thread and the history
        scenes.transfert(demande, acteur=a_sa_place)
        assert noms in Courriel.objects.get(genre="transfert_propose").texte

    def test_an_administrator_does_not_take_a_request_over_to_approve_it_in_another_s_place(
        self, administrateur: Compte
    ) -> None:
        demande = scenes.demande("soumise")
        moi = Acteur(administrateur)
        scenes.transferer(demande, vers=administrateur, acteur=moi)
        assert demande.demandeur == administrateur
        with pytest.raises(actes.ActeRefuse, match="vous en êtes le demandeur"):
            actes.valider(demande_id=demande.pk, acteur=moi)
        agent = scenes.instructeur().compte
        with pytest.raises(actes.ActeRefuse, match="aucun acte d'instruction"):
            actes.valider(demande_id=demande.pk, acteur=Acteur(agent, au_nom_de=administrateur))
        assert demande.etat == "soumise"
