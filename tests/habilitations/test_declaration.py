"""An act is declared in one place, and so is the look of a state: what is forgotten is told before anything starts."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.test import Client
from django.urls import reverse

from habilitations.acteur import Acteur, Qualite
from habilitations.courriels.annonces import Annonce, demandeur
from habilitations.demandes import actes, badges, delai, historique, situation, workflow
from habilitations.demandes.acte import Acte, Mots, Passage, Saisie, Texte
from habilitations.models import Courriel, Demande, ModeleDeMessage
from tests.habilitations import scenes
from tests.habilitations.instruction.conftest import Connecter, connecter

__all__ = ["connecter"]

pytestmark = pytest.mark.django_db

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
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO habilitations_transition VALUES ('suspendre', 'soumise', 'modifications_demandees')"
        )
    return FICTIF


def test_un_acte_ajoute_a_la_table_a_tout_de_suite_boutons_pages_courriels_et_historique(
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


def test_le_demandeur_a_aussi_la_page_de_l_acte_ajoute(acte_fictif: Acte, client: Client) -> None:
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
def test_une_declaration_incomplete_arrete_le_demarrage(oubli: dict, dit: str) -> None:
    with pytest.raises(ValueError, match=dit):
        replace(FICTIF, **oubli)


def test_une_declaration_sans_l_une_de_ses_parties_obligatoires_n_existe_pas() -> None:
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
def test_ce_qui_manque_hors_de_la_table_est_dit_par_les_verifications_de_django(
    monkeypatch: pytest.MonkeyPatch, oubli: dict, dit: str
) -> None:
    monkeypatch.setitem(workflow.ACTES, FICTIF.nom, replace(FICTIF, **oubli))
    with pytest.raises(SystemCheckError, match=dit):
        call_command("check", "--tag", "habilitations")


def test_une_saisie_sans_champ_est_dite(monkeypatch: pytest.MonkeyPatch) -> None:
    from habilitations.forms import acte as formulaires

    monkeypatch.delitem(formulaires.CHAMPS, Saisie.SCOPES)
    with pytest.raises(SystemCheckError, match=r"scopes.*n'a pas de champ"):
        call_command("check", "--tag", "habilitations")


@pytest.mark.parametrize("etat", [*Demande.Etat], ids=str)
def test_un_etat_sans_badge_ou_dont_on_ne_dit_rien_arrete_le_demarrage(
    monkeypatch: pytest.MonkeyPatch, etat: Demande.Etat
) -> None:
    with monkeypatch.context() as oubli:
        oubli.delitem(badges.BADGES[Demande.Etat], etat)
        with pytest.raises(SystemCheckError, match=f"{etat.value}.*sans badge"):
            call_command("check", "--tag", "habilitations")
    monkeypatch.delitem(situation.SITUATIONS, etat)
    with pytest.raises(SystemCheckError, match=f"{etat.value}.*rien n'est dit"):
        call_command("check", "--tag", "habilitations")


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
def test_un_etat_a_le_meme_badge_pour_le_demandeur_et_pour_l_instruction(
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


def test_le_courriel_et_la_page_donnent_la_meme_echeance_autour_de_minuit(
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


def test_le_texte_d_un_courriel_n_est_pas_du_html_mais_sa_page_en_est_protegee() -> None:
    demande = scenes.demande("soumise", intitule="L'<b>été</b> & l'hiver")
    courriel = Courriel.objects.get(genre="accuse_reception", demande=demande)
    assert "« L'<b>été</b> & l'hiver »" in courriel.texte
    assert "L&#x27;&lt;b&gt;été&lt;/b&gt; &amp; l&#x27;hiver" in courriel.html


def test_l_apercu_d_un_acte_passe_par_l_acte_lui_meme_et_n_ecrit_rien() -> None:
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


def test_une_seconde_decision_de_la_meme_personne_est_deja_faite_et_non_celle_d_un_autre(
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
