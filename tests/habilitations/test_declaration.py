"""An act is declared in one place, and so is the look of a state: what is forgotten is told before anything starts."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client
from django.urls import reverse

from habilitations.acteur import Acteur, Qualite
from habilitations.courriels.annonces import Annonce, demandeur
from habilitations.demandes import actes, badges, delai, historique, situation, workflow
from habilitations.demandes.acte import Acte, Mots, Passage, Saisie, Texte
from habilitations.models import Courriel, Demande, ModeleDeMessage
from tests.habilitations import scenes
from tests.habilitations.instruction.conftest import Connecter, connecter
from tests.proprietaire import en_proprietaire

__all__ = ["connecter"]

pytestmark = pytest.mark.django_db

GABARITS = settings.BASE_DIR / "templates"

FICTIF = Acte(
    nom="suspendre",
    libelle="Suspendre l'examen",
    recit="a suspendu l'examen",
    de=(Demande.Etat.SOUMISE,),
    vers=Demande.Etat.MODIFICATIONS,
    pour={
        Qualite.INSTRUCTEUR: Mots("L'examen de {numero} est suspendu.", "L'examen s'arrête."),
        Qualite.DEMANDEUR: Mots("Vous avez suspendu {numero}.", "L'examen s'arrête.", "Oui, suspendre"),
    },
    courriels=(Annonce("modifications_demandees", demandeur),),
    preparer=lambda passage: setattr(passage.demande, "motif", passage.texte),
    texte=Texte.MOTIF,
    modeles=ModeleDeMessage.Usage.MODIFICATIONS,
    dangereux=True,
)


@pytest.fixture
def acte_fictif(monkeypatch: pytest.MonkeyPatch) -> Acte:
    monkeypatch.setitem(workflow.ACTES, FICTIF.nom, FICTIF)
    with en_proprietaire() as curseur:
        curseur.execute(
            "INSERT INTO habilitations_transition VALUES ('suspendre', 'soumise', 'modifications_demandees')"
        )
    return FICTIF


def test_an_act_added_to_the_table_has_buttons_pages_mails_and_history_at_once(
    acte_fictif: Acte, connecter: Connecter
) -> None:
    assert run_checks(tags=["habilitations"]) == []
    demande = scenes.demande("soumise")
    instructeur = connecter("instructeur")
    dossier = reverse("instruction-demande", args=[demande.pk])
    adresse = reverse("instruction-acte", args=[demande.pk, "suspendre"])
    assert f'href="{adresse}">Suspendre l&#x27;examen</a>' in instructeur.get(dossier).content.decode()
    page = instructeur.get(adresse).content.decode()
    assert "L&#x27;examen s&#x27;arrête." in page
    assert "Partir d'un modèle" in page
    apercu = instructeur.post(adresse, {"texte": "Pièce attendue.", "apercu": "1"}).content.decode()
    assert demande.demandeur.courriel in apercu
    response = instructeur.post(adresse, {"texte": "Pièce attendue."}, follow=True)
    assert f"L&#x27;examen de {demande.numero} est suspendu." in response.content.decode()
    assert "a suspendu l&#x27;examen" in response.content.decode()
    demande.refresh_from_db()
    assert (demande.etat, demande.motif) == ("modifications_demandees", "Pièce attendue.")
    assert Courriel.objects.filter(genre="modifications_demandees", demande=demande).count() == 1
    (ligne, *_) = historique.lire(demande.evenements.order_by("id"))
    assert ligne.fait == "a suspendu l'examen"


def test_the_applicant_has_the_page_of_the_added_act_too(acte_fictif: Acte, client: Client) -> None:
    demande = scenes.demande("soumise")
    client.force_login(demande.demandeur)
    adresse = reverse("demande-acte", args=[demande.pk, "suspendre"])
    assert adresse in client.get(reverse("demande", args=[demande.pk])).content.decode()
    assert "Oui, suspendre" in client.get(adresse).content.decode()
    page = client.post(adresse, {"texte": "Un instant."}, follow=True).content.decode()
    assert f"Vous avez suspendu {demande.numero}." in page


@pytest.mark.parametrize(
    ("oubli", "dit"),
    [
        ({"libelle": ""}, "libelle"),
        ({"recit": ""}, "recit"),
        ({"pour": {}}, "personne ne peut le faire"),
        ({"pour": {Qualite.INSTRUCTEUR: Mots("")}}, "fait"),
        ({"pour": {Qualite.INSTRUCTEUR: Mots("Suspendu.")}}, "consequences"),
        ({"pour": {Qualite.DEMANDEUR: Mots("Suspendu.", "Il s'arrête.")}}, "bouton"),
        ({"modeles": None}, "modeles"),
        ({"immediat": True}, "immédiat"),
    ],
)
def test_an_incomplete_declaration_stops_the_start(oubli: dict, dit: str) -> None:
    with pytest.raises(ValueError, match=dit):
        replace(FICTIF, **oubli)


def test_a_declaration_without_a_mandatory_part_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="courriels"):
        Acte(
            nom="x", libelle="X", recit="a fait x", de=(), vers=None, pour={Qualite.DEMANDEUR: Mots("Fait.")}
        )


def _sans_argument(passage: Passage) -> None:
    pass


@pytest.mark.parametrize(
    ("oubli", "dit"),
    [
        ({"courriels": (Annonce("courriel_sans_gabarit", demandeur),)}, "courriel_sans_gabarit"),
        ({"saisies": (Saisie.SCOPES,)}, "preparer"),
        (
            {"pour": {Qualite.DEMANDEUR: Mots("Fait.", "Il s'arrête.", "Oui", "page-inconnue")}},
            "page-inconnue",
        ),
    ],
)
def test_what_lacks_outside_the_table_is_told_by_django_s_checks(
    monkeypatch: pytest.MonkeyPatch, oubli: dict, dit: str
) -> None:
    monkeypatch.setitem(workflow.ACTES, FICTIF.nom, replace(FICTIF, **oubli))
    with pytest.raises(SystemCheckError, match=dit):
        call_command("check", "--tag", "habilitations")


def test_an_input_without_field_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from habilitations.forms import acte as formulaires

    monkeypatch.delitem(formulaires.CHAMPS, Saisie.SCOPES)
    with pytest.raises(SystemCheckError, match=r"scopes.*n'a pas de champ"):
        call_command("check", "--tag", "habilitations")


@pytest.mark.parametrize("etat", [*Demande.Etat], ids=str)
def test_a_state_without_badge_or_words_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, etat: Demande.Etat
) -> None:
    with monkeypatch.context() as oubli:
        oubli.delitem(badges.BADGES[Demande.Etat], etat)
        with pytest.raises(SystemCheckError, match=f"{etat.value}.*sans badge"):
            call_command("check", "--tag", "habilitations")
    monkeypatch.delitem(situation.SITUATIONS, etat)
    with pytest.raises(SystemCheckError, match=f"{etat.value}.*rien n'est dit"):
        call_command("check", "--tag", "habilitations")


def test_a_template_leads_only_to_acts_that_exist() -> None:
    motif = re.compile(r"""url ["'](?:demande|instruction)-acte["'] \S+ ["'](\w+)["']""")
    nommes = {nom for page in GABARITS.rglob("*.html") for nom in motif.findall(page.read_text())}
    assert {"soumettre", "rouvrir", "revoquer"} <= nommes <= set(workflow.ACTES)


#: What people see of each state, wherever it shows.
BADGES = {
    "brouillon": "fr-badge--new",
    "soumise": "fr-badge--info",
    "modifications_demandees": "fr-badge--warning",
    "validee": "fr-badge--success",
    "refusee": "fr-badge--error",
    "revoquee": "fr-badge--error",
    "archivee": "",
}


@pytest.mark.parametrize(("etat", "classe"), BADGES.items())
def test_a_state_has_the_same_badge_for_applicant_and_instructors(
    etat: str, classe: str, connecter: Connecter, client: Client
) -> None:
    demande = scenes.demande(etat)
    client.force_login(demande.demandeur)
    pages = (
        connecter("instructeur").get(reverse("instruction-demande", args=[demande.pk])),
        client.get(reverse("demande", args=[demande.pk])),
    )
    for page in pages:
        html = page.content.decode()
        badge = html[html.index('<p class="fr-badge') :].partition(">")[0]
        assert [mot for mot in badge.split() if mot.startswith("fr-badge--") and mot[10:] in {
            "new", "info", "warning", "success", "error"}] == ([classe] if classe else [])  # fmt: skip


def test_mail_and_page_give_the_same_deadline_around_midnight(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """29 August 2026, half past midnight in Paris: still the 28th in UTC. Two months later is 29 October."""
    instant = datetime(2026, 8, 28, 22, 30, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: instant)
    demande = scenes.demande("soumise")
    assert demande.soumise_le == instant
    courriel = Courriel.objects.get(genre="accuse_reception", demande=demande)
    assert "d'ici le 29 octobre 2026" in courriel.texte
    assert "28 octobre" not in courriel.texte
    assert "a été reçue le 29 août 2026" in courriel.texte
    client.force_login(demande.demandeur)
    assert "29 octobre 2026" in client.get(reverse("demande", args=[demande.pk])).content.decode()
    assert delai.echeance(instant).isoformat() == "2026-10-29"


def test_the_text_of_a_mail_is_no_html_but_its_page_is_protected_from_it() -> None:
    demande = scenes.demande("soumise", intitule="L'<b>été</b> & l'hiver")
    courriel = Courriel.objects.get(genre="accuse_reception", demande=demande)
    assert "« L'<b>été</b> & l'hiver »" in courriel.texte
    assert "L&#x27;&lt;b&gt;été&lt;/b&gt; &amp; l&#x27;hiver" in courriel.html


def test_the_preview_of_an_act_goes_through_the_act_and_writes_nothing() -> None:
    demande, agent = scenes.demande("soumise"), scenes.instructeur()
    avant = (Courriel.objects.count(), demande.evenements.count())
    (validee, *_) = actes.prevoir("valider", demande=demande, acteur=agent, texte="Bienvenue.")
    assert "H… (numéro attribué à la validation)" in validee.contenu.texte
    with pytest.raises(actes.ActeRefuse, match="s'étendent pas"):
        actes.prevoir(
            "valider", demande=demande, acteur=agent, scopes=["mesri_identifiant"], motif_scopes="x"
        )
    assert (Courriel.objects.count(), demande.evenements.count()) == avant
    demande.refresh_from_db()
    assert (demande.etat, demande.habilitation) == ("soumise", None)


def test_a_second_decision_of_the_same_person_is_already_done_and_not_another_s(
    connecter: Connecter,
) -> None:
    demande = scenes.demande("soumise")
    agent = connecter("instructeur")
    actes.refuser(demande_id=demande.pk, acteur=Acteur(agent.compte), texte="Sans base.")
    response = agent.post(reverse("instruction-acte", args=[demande.pk, "refuser"]), {"texte": "Encore"})
    assert response.status_code == 409
    html = " ".join(response.content.decode().split())
    assert "C&#x27;est déjà fait" in html or "C'est déjà fait" in html
    assert "Déjà fait :" in html
    assert "Quelqu'un a décidé avant vous" not in html
