"""The acts through their pages: every state, what is typed and kept, two people at once, the mails shown before."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from habilitations.acteur import Acteur
from habilitations.demandes import actes, modeles_de_message, workflow
from habilitations.demandes.workflow import Qualite
from habilitations.models import Courriel, Demande, ModeleDeMessage
from tests.habilitations import scenes
from tests.habilitations.attendus import ATTENDU
from tests.habilitations.instruction.conftest import Connecter
from tests.portail.pages import source

pytestmark = pytest.mark.django_db

SAISIES = {
    "demander_modifications": {"texte": "Précisez le cadre."},
    "valider": {"texte": "Bienvenue.", "scopes": scenes.COMPLETE["scopes"]},
    "refuser": {"texte": "Sans base légale."},
    "refuser_reouverture": {"texte": "Pas ces données."},
    "revoquer": {"texte": "Usage abusif."},
    "annuler_reouverture_instructeur": {"texte": "Abandonnée."},
    "archiver": {},
    "prendre_en_charge": {},
}
CAS = [
    (acte.nom, etat, rouverte)
    for acte in workflow.ACTES.values()
    for etat in acte.de
    for rouverte in (False, True)
    if acte.nom in SAISIES
    and acte.applicable(reouverture=rouverte)
    and not (rouverte and etat in {"validee", "refusee", "revoquee"})
    and not (rouverte and acte.nom == "archiver")
]


def adresse(demande: Demande, acte: str) -> str:
    return reverse("instruction-acte", args=[demande.pk, acte])


def texte_de(response: object) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(("acte", "etat", "rouverte"), CAS)
def test_each_act_is_done_by_its_form(instructeur: Client, acte: str, etat: str, rouverte: bool) -> None:
    demande = scenes.demande(etat, reouverture=rouverte)
    page = instructeur.get(reverse("instruction-demande", args=[demande.pk]))
    assert adresse(demande, acte) in page.content.decode()
    response = instructeur.post(adresse(demande, acte), SAISIES[acte])
    assert response.status_code == 302, texte_de(response)
    demande.refresh_from_db()
    assert demande.etat == (workflow.ACTES[acte].vers or etat)
    evenement = demande.evenements.order_by("-id").first()
    assert (evenement.acte, evenement.acteur) == (acte, instructeur.compte)
    assert evenement.texte == SAISIES[acte].get("texte", "")


@pytest.mark.parametrize("etat", [etat.value for etat in Demande.Etat])
def test_the_page_offers_the_acts_of_the_state_only(instructeur: Client, etat: str) -> None:
    demande = scenes.demande(etat)
    html = instructeur.get(reverse("instruction-demande", args=[demande.pk])).content.decode()
    permis = {
        acte.nom
        for acte, _ in workflow.possibles(
            demande, Acteur(instructeur.compte), frozenset({Qualite.INSTRUCTEUR})
        )
    }
    proposes = {nom for nom in workflow.ACTES if f'{adresse(demande, nom)}"' in html}
    assert proposes == permis
    for nom in set(SAISIES) - permis:
        assert instructeur.get(adresse(demande, nom)).status_code == 302
        refus = instructeur.post(adresse(demande, nom), SAISIES[nom])
        premiers, rouvertes, _, _ = ATTENDU[nom]
        if nom == "prendre_en_charge":
            attendu = 302  # told on the request's own page
        elif etat == "brouillon" or etat in premiers | rouvertes:
            attendu = 422  # nobody decided anything: it does not apply
        else:
            attendu = 409  # somebody brought the request where it is, and the page says who
        assert refus.status_code == attendu, nom
    demande.refresh_from_db()
    assert demande.etat == etat


@pytest.mark.parametrize("acte", ["demander_modifications", "refuser"])
def test_an_empty_text_is_refused_and_its_field_marked(instructeur: Client, acte: str) -> None:
    demande = scenes.demande("soumise")
    response = instructeur.post(adresse(demande, acte), {"texte": "   "})
    assert response.status_code == 422
    assert 'href="#id_texte"' in response.content.decode()
    demande.refresh_from_db()
    assert demande.etat == "soumise"


def test_reducing_the_data_needs_a_reason_and_keeps_what_was_typed(instructeur: Client) -> None:
    demande = scenes.demande("soumise")
    saisie = {"texte": "Mot gardé", "scopes": ["mesri_inscription_etudiant"]}
    response = instructeur.post(adresse(demande, "valider"), saisie)
    assert response.status_code == 422
    html = texte_de(response)
    assert "Dites pourquoi les données accordées sont réduites." in html
    assert "Mot gardé" in html
    assert html.count(" checked") == 1
    assert (
        instructeur.post(adresse(demande, "valider"), saisie | {"motif_scopes": "Inutile."}).status_code
        == 302
    )
    demande.refresh_from_db()
    assert demande.habilitation.scopes == ["mesri_inscription_etudiant"]


def test_a_reduction_that_opens_nothing_is_refused_in_its_words(instructeur: Client) -> None:
    demande = scenes.demande("soumise")
    response = instructeur.post(
        adresse(demande, "valider"), {"scopes": ["mesri_identite"], "motif_scopes": "Assez", "texte": "Gardé"}
    )
    assert response.status_code == 422
    assert escape("n'ouvre aucune donnée") in response.content.decode()
    assert "Gardé" in response.content.decode()


def test_the_second_to_decide_learns_who_did_and_keeps_what_they_wrote(
    instructeur: Client, connecter: Connecter
) -> None:
    demande = scenes.demande("soumise")
    autre = connecter("instructeur")
    assert autre.post(adresse(demande, "valider"), SAISIES["valider"]).status_code == 302
    response = instructeur.post(adresse(demande, "refuser"), {"texte": "Un long motif."})
    assert response.status_code == 409
    html = texte_de(response)
    assert f"Trop tard : {autre.compte} a validé la demande le " in html
    assert "Un long motif." in html
    demande.refresh_from_db()
    assert demande.etat == "validee"


@pytest.mark.django_db(transaction=True)
def test_of_two_instructors_at_once_one_wins(connecter: Connecter) -> None:
    demande = scenes.demande("soumise")
    clients, depart = [connecter("instructeur") for _ in range(2)], Barrier(2)

    def decider(client: Client, acte: str) -> int:
        try:
            depart.wait()
            return client.post(adresse(demande, acte), SAISIES[acte]).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as fils:
        codes = list(fils.map(decider, clients, ("valider", "refuser")))
    assert sorted(codes) == [302, 409]
    demande.refresh_from_db()
    assert demande.etat == ("validee" if codes[0] == 302 else "refusee")
    assert demande.evenements.filter(acte__in=["valider", "refuser"]).count() == 1


APERCUS = {
    "demander_modifications": ("soumise", SAISIES["demander_modifications"]),
    "refuser": ("soumise", SAISIES["refuser"]),
    "revoquer": ("validee", SAISIES["revoquer"]),
    "valider": (
        "soumise",
        {
            "texte": "Bravo.",
            "scopes": ["mesri_inscription_etudiant"],
            "motif_scopes": "Le reste est de trop.",
        },
    ),
}


@pytest.mark.parametrize("acte", APERCUS)
def test_the_preview_is_the_mail_that_leaves(instructeur: Client, acte: str) -> None:
    etat, saisie = APERCUS[acte]
    demande = scenes.demande(etat)
    avant, numero = set(Courriel.objects.values_list("pk", flat=True)), demande.evenements.count()
    response = instructeur.post(adresse(demande, acte), saisie | {"apercu": "1"})
    assert response.status_code == 200
    apercus = response.context["apercus"]
    assert set(Courriel.objects.values_list("pk", flat=True)) == avant
    assert demande.evenements.count() == numero
    html = source(response)
    assert all(escape(apercu.contenu.objet) in html for apercu in apercus)

    assert instructeur.post(adresse(demande, acte), saisie).status_code == 302
    demande.refresh_from_db()
    attendus = {
        (destinataire, *(_avec_numero(partie, demande) for partie in apercu.contenu))
        for apercu in apercus
        for destinataire in apercu.destinataires
    }
    # The token's one-time link is a secret: the page says that it leaves, and shows nothing of it.
    nouveaux = Courriel.objects.exclude(pk__in=avant).exclude(genre="jeton_a_retirer")
    assert ("lien à usage unique" in html) is (acte == "valider")
    ecrits = {
        (destinataire, objet, *map(_sans_lien_propre, (texte, html_)))
        for destinataire, objet, texte, html_ in nouveaux.values_list(
            "destinataire", "objet", "texte", "html"
        )
    }
    assert attendus
    assert ecrits == attendus


def _sans_lien_propre(partie: str) -> str:
    """The preview shows nobody else's link."""
    motif = r'<a href="[^"]*/non-informe/[^"]*"[^>]*>[^<]*</a>|http\S+/non-informe/\S+'
    return re.sub(motif, "par un lien propre à chaque destinataire", partie)


def _avec_numero(texte: str, demande: Demande) -> str:
    """The habilitation's number is the one thing that a preview cannot know."""
    return texte.replace(
        "H… (numéro attribué à la validation)", demande.habilitation.numero if demande.habilitation else ""
    )


@pytest.fixture
def modele() -> ModeleDeMessage:
    return ModeleDeMessage.objects.create(
        usage="refuser", titre="Hors champ", texte="Refus de {numero} pour {organisation} & {inconnu}."
    )


def test_a_template_fills_the_text_without_script(instructeur: Client, modele: ModeleDeMessage) -> None:
    demande = scenes.demande("soumise")
    attendu = f"Refus de {demande.numero} pour {demande.organisation.nom} & {{inconnu}}."
    response = instructeur.post(
        adresse(demande, "refuser"), {"modele": modele.pk, "texte": "x", "remplir": "1"}
    )
    assert response.context["form"]["texte"].value() == attendu
    assert escape(attendu) in response.content.decode()
    par_adresse = instructeur.get(adresse(demande, "refuser"), {"modele": modele.pk})
    assert par_adresse.context["form"]["texte"].value() == attendu
    demande.refresh_from_db()
    assert demande.etat == "soumise"


def test_an_inactive_template_or_one_of_another_use_is_not_offered(
    instructeur: Client, modele: ModeleDeMessage
) -> None:
    demande = scenes.demande("soumise")
    assert "Hors champ" in instructeur.get(adresse(demande, "refuser")).content.decode()
    assert "Hors champ" not in instructeur.get(adresse(demande, "valider")).content.decode()
    modele.actif = False
    modele.save()
    assert "Hors champ" not in instructeur.get(adresse(demande, "refuser")).content.decode()


def test_each_written_act_starts_from_a_template() -> None:
    assert {nom: acte.modeles for nom, acte in workflow.ACTES.items() if acte.modeles} == {
        "demander_modifications": "demander_modifications",
        "valider": "valider",
        "refuser": "refuser",
        "refuser_reouverture": "refuser",
        "revoquer": "revoquer",
        "annuler_reouverture_instructeur": "annuler_reouverture",
    }
    for usage in ModeleDeMessage.Usage:
        textes = ModeleDeMessage.objects.filter(usage=usage, actif=True).values_list("texte", flat=True)
        assert textes, usage
        assert not any(modeles_de_message.inconnues(texte) for texte in textes)


@pytest.mark.parametrize(
    ("etat", "reouverture", "acte", "titre"),
    [
        ("validee", False, "revoquer", "Service fermé"),
        ("brouillon", True, "annuler_reouverture_instructeur", "Changements restés sans suite"),
    ],
)
def test_revocation_and_cancellation_start_from_a_template(
    instructeur: Client, etat: str, reouverture: bool, acte: str, titre: str
) -> None:
    demande = scenes.demande(etat, reouverture=reouverture)
    fourni = ModeleDeMessage.objects.get(titre=titre)
    page = instructeur.get(adresse(demande, acte), {"modele": fourni.pk})
    texte = page.context["form"]["texte"].value()
    assert texte.startswith(f"Bonjour {demande.demandeur},")
    assert demande.intitule in texte
    assert instructeur.post(adresse(demande, acte), {"texte": texte}).status_code == 302
    assert demande.evenements.last().texte == texte.strip()


def test_an_instructor_takes_a_request_then_gives_it_back(instructeur: Client) -> None:
    demande = scenes.demande("soumise")
    for acte, attendu in (("prendre_en_charge", instructeur.compte), ("rendre", None)):
        assert f'{adresse(demande, acte)}"' in texte_de(
            instructeur.get(reverse("instruction-demande", args=[demande.pk]))
        )
        instructeur.post(adresse(demande, acte))
        demande.refresh_from_db()
        assert demande.instructeur == attendu


def test_a_request_is_transferred_to_a_known_colleague_except_by_an_administrator(
    instructeur: Client, connecter: Connecter
) -> None:
    demande = scenes.demande("soumise")
    collegue, etranger = scenes.compte(organisation=demande.organisation), scenes.compte()
    url = adresse(demande, "transferer")
    assert instructeur.post(url, {"vers": "absent@exemple.test"}).status_code == 422
    assert instructeur.post(url, {"vers": etranger.courriel}).status_code == 422
    assert instructeur.post(url, {"vers": collegue.courriel.upper()}).status_code == 302
    administrateur = connecter("administrateur")
    # One proposal at a time: the first has to be answered, or cancelled.
    assert administrateur.post(url, {"vers": etranger.courriel}).status_code == 422
    assert administrateur.post(adresse(demande, "annuler_transfert")).status_code == 302
    assert administrateur.post(url, {"vers": etranger.courriel}).status_code == 302
    transfert = demande.transferts.get(issue="en_attente")
    assert (transfert.vers, transfert.par_administration) == (etranger, True)
    demande.refresh_from_db()
    assert demande.demandeur not in {collegue, etranger}


@pytest.mark.parametrize("role", ["rapporteur", "administrateur"])
def test_who_reads_without_instructing_does_not_decide(connecter: Connecter, role: str) -> None:
    demande = scenes.demande("soumise")
    client = connecter(role)
    html = client.get(reverse("instruction-demande", args=[demande.pk])).content.decode()
    assert adresse(demande, "valider") not in html
    assert client.get(adresse(demande, "valider")).status_code == 302
    assert client.post(adresse(demande, "valider"), SAISIES["valider"]).status_code == 422
    demande.refresh_from_db()
    assert demande.etat == "soumise"


def test_nobody_instructs_their_own_request(connecter: Connecter) -> None:
    acteur = scenes.demandeur()
    demande = scenes.demande("soumise", acteur=acteur)
    scenes.Role.objects.create(compte=acteur.compte, nom="instructeur")
    acteur.compte.__dict__.pop("noms_des_roles", None)
    client = connecter(compte=acteur.compte)
    assert client.post(adresse(demande, "valider"), SAISIES["valider"]).status_code == 422
    demande.refresh_from_db()
    assert demande.etat == "soumise"


def test_a_request_taken_over_says_so_in_its_history(instructeur: Client) -> None:
    demande, premier = scenes.demande("soumise"), scenes.instructeur()
    actes.prendre_en_charge(demande_id=demande.pk, acteur=premier)
    instructeur.post(adresse(demande, "prendre_en_charge"))
    html = texte_de(instructeur.get(reverse("instruction-demande", args=[demande.pk])))
    assert f"Jusque-là à la charge de {premier.compte}." in html
    assert Acteur(instructeur.compte).nom_affiche in html


def test_the_reason_of_a_narrowing_is_asked_of_who_narrows_and_is_not_optional(
    instructeur: Client,
) -> None:
    demande = scenes.demande("soumise")
    page = source(instructeur.get(adresse(demande, "valider")))
    assert "Raison de la réduction" in page
    assert page.count("(Optionnel)") == 1  # the message
    refus = instructeur.post(adresse(demande, "valider"), {"scopes": ["mesri_inscription_etudiant"]})
    assert refus.status_code == 422
    assert "Dites pourquoi les données accordées sont réduites." in source(refus)
    assert instructeur.post(adresse(demande, "valider"), {"scopes": demande.scopes}).status_code == 302
