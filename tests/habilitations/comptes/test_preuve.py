"""What would cost most asks again who one is; sessions are seen and closed; accounts too."""

import re
import time
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from habilitations.acteur import Acteur
from habilitations.comptes import fermeture, preuve
from habilitations.comptes.sessions import decrire_navigateur
from habilitations.models import Identite, JournalAcces, Role, SessionOuverte
from habilitations.refus import ActeRefuse
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import MOT_DE_PASSE, code, connecte, se_connecter, telephone, texte
from tests.referentiel.gestion import personnes

pytestmark = pytest.mark.django_db

#: Issuing or showing a token, a key or a secret, letting others call, roles, exports, standing in: the pages that want
#: a recent proof. By hand.
EXIGEANTES = {
    "role-donner", "role-retirer", "second-facteur-perdu", "incarnation", "compte-fermer",
    "habilitation-lien", "gestion-habilitation-lien", "gestion-habilitation-montrer",
    "instruction-export", "instruction-habilitations-export",
    "cle-nouvelle", "webhook-nouveau", "webhook-secret",
    "editeur-designer", "editeur-retirer", "editeur-jeton", "habilitation-deleguer",
    "gestion:referentiel_inscription_exporter", "gestion:referentiel_etablissement_exporter",
    "gestion:referentiel_commune_exporter", "gestion:referentiel_etablissementcouvert_exporter",
}  # fmt: skip


def vieillir(client: Client, minutes: int = 16) -> None:
    """As if the person had proved who they are that long ago."""
    session = client.session
    session[preuve.CLE] = time.time() - minutes * 60
    session.save()


def exigeantes(resolveur: URLResolver | None = None, espace: str = "") -> set[str]:
    trouvees = set()
    for motif in (resolveur or get_resolver()).url_patterns:
        if isinstance(motif, URLResolver):
            trouvees |= exigeantes(motif, espace + (f"{motif.namespace}:" if motif.namespace else ""))
        elif _exige(motif.callback):
            trouvees.add(f"{espace}{motif.name}")
    return trouvees


def _exige(vue: Any) -> bool:
    """Whether `preuve_exigee` is one of its decorators."""
    while vue is not None:
        if getattr(vue, "preuve_exigee", False):
            return True
        vue = getattr(vue, "__wrapped__", None)
    return False


def test_the_pages_that_want_a_recent_proof_are_the_listed_ones() -> None:
    assert exigeantes() == EXIGEANTES


@pytest.mark.parametrize(
    ("nom", "arguments", "methode"),
    [
        ("role-donner", ["{autre}", "rapporteur"], "post"),
        ("role-retirer", ["{autre}", "rapporteur"], "get"),
        ("incarnation", ["{autre}"], "post"),
        ("second-facteur-perdu", ["{autre}"], "get"),
        ("compte-fermer", ["{autre}"], "get"),
        ("instruction-export", [], "get"),
        ("instruction-habilitations-export", [], "get"),
    ],
)
def test_a_proof_too_old_is_given_again_before_the_act(nom: str, arguments: list[str], methode: str) -> None:
    autre = scenes.compte()
    client = Client()
    client.force_login(scenes.compte(Role.Nom.ADMINISTRATEUR, Role.Nom.INSTRUCTEUR))
    adresse = reverse(nom, args=[un.format(autre=autre.pk) for un in arguments])
    vieillir(client, minutes=14)
    assert (
        not getattr(client, methode)(adresse, {"motif": ""})
        .headers.get("Location", "")
        .startswith("/connexion/confirmer")
    )
    autre.roles.all().delete()
    vieillir(client)
    page = getattr(client, methode)(adresse, {"motif": "Essai"} if methode == "post" else {})
    assert page["Location"].startswith("/connexion/confirmer?next=%2F")
    assert not autre.roles.exists()


def test_an_export_of_the_management_site_wants_a_recent_proof() -> None:
    client = personnes.entrer(scenes.compte("responsable"))
    adresse = "/gestion/referentiel/etablissement/exporter"
    assert client.get(adresse).status_code == 200
    vieillir(client)
    assert client.get(adresse)["Location"].startswith("/connexion/confirmer")
    assert client.post(adresse, {"format": "csv"})["Location"].startswith("/connexion/confirmer")


def test_the_phone_s_code_confirms_and_the_password_does_for_who_has_no_phone() -> None:
    avec, sans = scenes.compte("administrateur", password=MOT_DE_PASSE), scenes.compte(password=MOT_DE_PASSE)
    appareil = telephone(avec)
    for compte, faux, juste in (
        (avec, {"mot_de_passe": MOT_DE_PASSE}, {"code": code(appareil)}),
        (sans, {"mot_de_passe": "faux"}, {"mot_de_passe": MOT_DE_PASSE}),
    ):
        client = Client()
        client.force_login(compte)
        vieillir(client)
        assert client.post("/connexion/confirmer", {**faux, "next": "/compte"}).status_code == 200
        assert not preuve.recente(requete(client))
        cle = client.session.session_key
        page = client.post("/connexion/confirmer", {**juste, "next": "/compte"})
        assert page["Location"] == "/compte"
        assert preuve.recente(requete(client))
        assert client.session.session_key != cle


def requete(client: Client) -> Any:
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.session = client.session
    return request


def test_a_click_confirms_in_demonstration_and_nowhere_else(settings: Any) -> None:
    client = Client()
    client.force_login(compte := scenes.compte("administrateur"))
    telephone(compte)
    vieillir(client)
    assert client.post("/connexion/confirmer").status_code == 200
    assert not preuve.recente(requete(client))
    settings.ENVIRONNEMENT = "demonstration"
    assert client.post("/connexion/confirmer")["Location"] == "/compte"
    assert preuve.recente(requete(client))


def test_who_has_proconnect_only_goes_back_there_and_is_asked_again(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.http import HttpResponseRedirect

    settings.PROCONNECT_DECOUVERTE = settings.PROCONNECT_CLIENT_ID = "https://proconnect.test"
    demandes = []

    def partir(request: Any, *, de_nouveau: bool = False) -> HttpResponseRedirect:
        demandes.append(de_nouveau)
        return HttpResponseRedirect("https://proconnect.test/authorize")

    monkeypatch.setattr("habilitations.comptes.proconnect.partir", partir)
    compte = scenes.compte()
    Identite.objects.create(compte=compte, emetteur="https://proconnect.test", sub="a1")
    client = Client()
    client.force_login(compte)
    assert client.post("/connexion/confirmer", {"next": "/demandes"}).status_code == 302
    assert demandes == [True]
    assert client.session["proconnect_suite"] == "/demandes"


def test_confirming_is_slowed_down_as_signing_in_is() -> None:
    client = Client()
    client.force_login(scenes.compte(password=MOT_DE_PASSE))
    for _ in range(5):
        client.post("/connexion/confirmer", {"mot_de_passe": "faux"})
    assert "Trop d'essais" in texte(client.post("/connexion/confirmer", {"mot_de_passe": MOT_DE_PASSE}))


def test_who_stands_in_for_another_proves_who_they_are_themselves() -> None:
    administrateur = scenes.compte("administrateur", password=MOT_DE_PASSE)
    appareil = telephone(administrateur)
    cible = scenes.compte(password="autre mot de passe bien long")
    client = Client()
    client.force_login(administrateur)
    client.post(f"/personnes/{cible.pk}/incarner", {"motif": "Essai"})
    vieillir(client)
    assert (
        client.post("/connexion/confirmer", {"mot_de_passe": "autre mot de passe bien long"}).status_code
        == 200
    )
    assert client.post("/connexion/confirmer", {"code": code(appareil)}).status_code == 302


def test_the_next_page_is_never_on_another_site() -> None:
    client = Client()
    client.force_login(scenes.compte(password=MOT_DE_PASSE))
    page = client.post(
        "/connexion/confirmer", {"mot_de_passe": MOT_DE_PASSE, "next": "https://mechant.example/"}
    )
    assert page["Location"] == "/compte"


def ouvrir(compte: Any, agent: str) -> Client:
    client = Client(headers={"user-agent": agent})
    se_connecter(client, compte)
    assert connecte(client)
    return client


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"


@pytest.mark.parametrize(
    ("agent", "dit"),
    [
        (FIREFOX, "Firefox sur Windows"),
        (SAFARI, "Safari sur iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", "Chrome sur Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge sur Windows"),
        ("", "Navigateur inconnu"),
        ("<script>alert(1)</script>", "Navigateur inconnu"),
    ],
)
def test_a_browser_is_recognised_in_two_words(agent: str, dit: str) -> None:
    assert decrire_navigateur(agent) == dit


def test_a_person_sees_their_own_sessions_and_closes_one() -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    ici, ailleurs = ouvrir(compte, FIREFOX), ouvrir(compte, SAFARI)
    autrui = ouvrir(scenes.compte(password=MOT_DE_PASSE), FIREFOX)
    page = ici.get("/compte/sessions")
    assert texte(page).count("Ouverte le") == 2
    assert "Safari sur iPhone" in texte(page)
    cles = {ici.session.session_key, ailleurs.session.session_key}
    assert not any(cle in page.content.decode() for cle in cles)
    (adresse,) = re.findall(r'action="(/compte/sessions/\w+/fermer)"', page.content.decode())
    # Another person closes nothing of theirs.
    autrui.post(adresse)
    assert ailleurs.get("/compte").status_code == 200
    ici.post(adresse)
    assert ailleurs.get("/compte").status_code == 302
    assert ici.get("/compte").status_code == 200
    trace = JournalAcces.objects.get(genre="session_fermee")
    assert (trace.compte, trace.auteur) == (compte, compte)
    assert texte(ici.get("/compte/sessions")).count("Ouverte le") == 1


def test_a_session_keeps_the_instant_it_was_opened() -> None:
    client = ouvrir(scenes.compte(password=MOT_DE_PASSE), FIREFOX)
    ouverte = SessionOuverte.objects.get(compte__isnull=False).creee_le
    client.post("/session", headers={"referer": "http://testserver/"})
    assert SessionOuverte.objects.get(compte__isnull=False).creee_le == ouverte


def test_closing_an_account_ends_everything_and_says_who_and_why() -> None:
    compte = scenes.compte("instructeur", password=MOT_DE_PASSE)
    telephone(compte)
    client = Client()
    client.force_login(compte)
    administrateur = Client()
    administrateur.force_login(auteur := scenes.compte("administrateur"))
    adresse = f"/personnes/{compte.pk}/fermer"
    assert "finissent dès maintenant" in texte(administrateur.get(adresse))
    assert "Ce champ est obligatoire" in texte(administrateur.post(adresse, {"fermer": "1", "motif": " "}))
    assert (
        administrateur.post(adresse, {"fermer": "1", "motif": "Départ"})["Location"]
        == f"/personnes/{compte.pk}"
    )
    assert client.get("/compte").status_code == 302
    assert not SessionOuverte.objects.filter(compte=compte).exists()
    assert not compte.roles.filter(retire_le__isnull=True).exists()
    trace = JournalAcces.objects.get(genre="compte_ferme")
    assert (trace.compte, trace.auteur, trace.details) == (compte, auteur, {"motif": "Départ"})
    se_connecter(client, compte)
    assert not connecte(client)
    administrateur.post(adresse, {"rouvrir": "1", "motif": "Retour"})
    se_connecter(client, compte)
    assert client.get("/connexion/code").status_code == 200
    assert JournalAcces.objects.get(genre="compte_rouvert").details == {"motif": "Retour"}
    assert not compte.roles.filter(retire_le__isnull=True).exists()


@pytest.mark.parametrize("cas", ["soi", "à la place d'un autre", "responsable", "deux fois"])
def test_not_every_account_can_be_closed_by_anyone(cas: str) -> None:
    administrateur, cible = scenes.compte("administrateur"), scenes.compte()
    acteur = {
        "soi": Acteur(administrateur),
        "à la place d'un autre": Acteur(administrateur, au_nom_de=scenes.compte("administrateur")),
        "responsable": Acteur(scenes.compte("responsable")),
        "deux fois": Acteur(administrateur),
    }[cas]
    compte = administrateur if cas == "soi" else cible
    if cas == "deux fois":
        fermeture.fermer(acteur=acteur, compte_id=compte.pk, motif="Départ")
    with pytest.raises(ActeRefuse):
        fermeture.fermer(acteur=acteur, compte_id=compte.pk, motif="Départ")
    compte.refresh_from_db()
    assert compte.is_active is (cas != "deux fois")
