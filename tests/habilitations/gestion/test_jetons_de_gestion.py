"""Write tokens in the establishments' admin: who sees them, who acts on them, what the dashboard says of them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from habilitations import gestion
from habilitations.acteur import Acteur
from habilitations.jetons import liens, vie
from habilitations.models import Consommation, Evenement, Gestionnaire, Habilitation, Jeton, LienDeJeton, Role
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import texte
from tests.habilitations.gestion.aides import connecte, incarne
from tests.habilitations.jetons import ouvrir

pytestmark = pytest.mark.django_db
JETON = re.compile(r"ase_e_[0-9A-Za-z]{49}")
PAGES = ("gestion-jeton-revoquer", "gestion-jeton-prolonger", "gestion-jeton-adresses")
LIENS = ("gestion-habilitation-lien", "gestion-habilitation-montrer")


def jeton_de(*etablissements: Any, **habilite: Any) -> Jeton:
    return fabriques.jeton(ecriture=True, uais=[e.uai for e in etablissements], **habilite).jeton


def gere(acteur: Acteur, etablissement: Any, habilitation: Habilitation) -> None:
    Gestionnaire.objects.create(compte=acteur.compte, etablissement=etablissement, habilitation=habilitation)


@pytest.fixture
def scene() -> dict[str, Any]:
    """A token for two establishments; who manages both, one only, others."""
    deux = [fabriques.etablissement(), fabriques.etablissement()]
    jeton = jeton_de(*deux)
    habilite = {"habilitation": jeton.habilitation}
    # The same establishments, but for another organisation.
    autre_organisation = fabriques.habilitation(ecriture=True, uais=[e.uai for e in deux])
    retire = scenes.gestionnaire(*deux, **habilite)
    Gestionnaire.objects.filter(compte=retire.compte).update(retire_le=timezone.now())
    gere(retire, fabriques.etablissement(), jeton.habilitation)
    return {
        "jeton": jeton,
        "tous": scenes.gestionnaire(*deux, **habilite),
        "un_seul": scenes.gestionnaire(deux[0], **habilite),
        "autre_organisation": scenes.gestionnaire(*deux, habilitation=autre_organisation),
        "intrus": scenes.gestionnaire(fabriques.etablissement()),
        "retire": retire,
        "responsable": Acteur(scenes.compte(Role.Nom.RESPONSABLE)),
        "administrateur": Acteur(scenes.compte(Role.Nom.ADMINISTRATEUR)),
        "instructeur": Acteur(scenes.compte(Role.Nom.INSTRUCTEUR)),
    }


# fmt: off
#                        voit   agit  révoque
DROITS = {
    "tous":               (200,  200,  200),
    "un_seul":            (200,  404,  404),
    "autre_organisation": (200,  404,  404),
    "intrus":             (404,  404,  404),
    "retire":             (404,  404,  404),
    "responsable":        (200,  404,  200),
    "administrateur":     (200,  404,  200),
    "instructeur":        (403,  403,  403),
}
# fmt: on


@pytest.mark.parametrize("qui", DROITS)
def test_who_manages_all_establishments_acts_others_see_or_know_nothing(
    scene: dict[str, Any], qui: str
) -> None:
    voit, agit, revoque = DROITS[qui]
    jeton, client = scene["jeton"], connecte(scene[qui].compte)
    attendus = {
        "gestion-jeton-consommation": (jeton.pk, voit),
        "gestion-jeton-adresses": (jeton.pk, agit),
        "gestion-jeton-prolonger": (jeton.pk, agit),
        "gestion-jeton-revoquer": (jeton.pk, revoque),
        "gestion-habilitation-lien": (jeton.habilitation_id, agit),
        "gestion-habilitation-montrer": (jeton.habilitation_id, agit),
    }
    liste = client.get(reverse("gestion-jetons"))
    assert liste.status_code == (403 if voit == 403 else 200)
    if voit != 403:
        assert (jeton.affichage in liste.content.decode()) == (voit == 200)
    for page, (cible, statut) in attendus.items():
        assert client.get(reverse(page, args=[cible])).status_code == statut, page
        absent = client.get(reverse(page, args=[cible + 10**6])).status_code
        assert absent == (403 if voit == 403 else 404), page
        if voit == 200:
            offerte = reverse(page, args=[cible]) in liste.content.decode()
            assert offerte == (statut == 200 and "prolonger" not in page), page
    if revoque != 200:
        client.post(reverse("gestion-jeton-revoquer", args=[jeton.pk]), {"motif": "Essai"})
        client.post(reverse("gestion-habilitation-montrer", args=[jeton.habilitation_id]), {})
        assert list(jeton.habilitation.jetons.vivants()) == [jeton]


def test_the_same_rights_hold_on_the_habilitation_s_pages(scene: dict[str, Any]) -> None:
    jeton = scene["jeton"]
    page = reverse("jeton-adresses", args=[jeton.pk])
    assert connecte(scene["tous"].compte).get(page).status_code == 200
    assert connecte(scene["un_seul"].compte).get(page).status_code == 404
    # The rule and its reverse say the same.
    for qui in DROITS:
        tenue = Habilitation.objects.tenues_par(scene[qui].compte).filter(pk=jeton.habilitation_id).exists()
        prevenu = scene[qui].compte.courriel in vie.porteurs(jeton.habilitation)
        assert tenue == prevenu == (qui == "tous"), qui


def test_a_token_to_read_or_of_an_ended_habilitation_is_not_managed_here(
    scene: dict[str, Any],
) -> None:
    client = connecte(scene["administrateur"].compte)
    lecture = fabriques.jeton().jeton
    fini = fabriques.jeton(ecriture=True, habilitation_revoquee=True).jeton
    for jeton in (lecture, fini):
        assert client.get(reverse("gestion-jeton-revoquer", args=[jeton.pk])).status_code == 404


def test_creating_and_showing_shows_once_cancels_the_link_and_is_told() -> None:
    etablissement = fabriques.etablissement()
    demande = scenes.demande("validee", type_="ecriture", uais=[etablissement.uai])
    collegue = scenes.gestionnaire(etablissement, habilitation=demande.habilitation)
    client = connecte(collegue.compte)
    adresse = reverse("gestion-habilitation-montrer", args=[demande.habilitation_id])
    assert not JETON.search(client.get(adresse).content.decode())
    assert not Jeton.objects.exists()
    response = client.post(adresse, {})
    (valeur,) = set(JETON.findall(response.content.decode()))
    assert "no-store" in response.headers["Cache-Control"]
    assert ouvrir(valeur).uais == [etablissement.uai]
    assert LienDeJeton.objects.get().annule_le is not None
    assert valeur not in client.get(reverse("gestion-jetons")).content.decode()
    evenement = Evenement.objects.get(demande=demande, acte="jeton_emis")
    assert (evenement.acteur, evenement.acteur_role) == (collegue.compte, "gestionnaire")
    assert "gestion de l'établissement" in texte(
        connecte(demande.demandeur).get(f"/demandes/{demande.pk}")
    ).replace("&#x27;", "'")


def test_replacing_and_showing_leaves_the_old_token_its_time_and_refuses_a_third() -> None:
    etablissement = fabriques.etablissement()
    emis = fabriques.jeton(ecriture=True, uais=[etablissement.uai], adresses=["192.0.2.0/24"])
    acteur = scenes.gestionnaire(etablissement, habilitation=emis.jeton.habilitation)
    client = connecte(acteur.compte)
    adresse = reverse("gestion-habilitation-montrer", args=[emis.jeton.habilitation_id])
    assert client.post(adresse, {"chevauchement_jours": "91"}).status_code == 200
    assert Jeton.objects.count() == 1
    client.post(adresse, {"chevauchement_jours": "3"})
    nouveau = Jeton.objects.exclude(pk=emis.jeton.pk).get()
    emis.jeton.refresh_from_db()
    assert timedelta(days=2) < emis.jeton.expire_le - timezone.now() < timedelta(days=3, minutes=1)
    assert nouveau.adresses == ["192.0.2.0/24"]
    refus = client.post(adresse, {"chevauchement_jours": "3"})
    assert "Deux jetons sont déjà en service" in texte(refus)
    assert Jeton.objects.count() == 2


def test_who_stands_in_for_a_manager_gets_no_token(scene: dict[str, Any]) -> None:
    habilitation = scene["jeton"].habilitation
    client = incarne(scene["tous"].compte)
    for page in LIENS:
        response = client.post(
            reverse(page, args=[habilitation.pk]),
            {"destinataire": "x@exemple.test", "chevauchement_jours": 1},
        )
        assert response["Location"] == "/compte"
    assert habilitation.jetons.count() == 1
    assert not LienDeJeton.objects.exists()
    administrateur = scene["administrateur"].compte
    with pytest.raises(vie.JetonRefuse, match="à la place"):
        liens.montrer(habilitation=habilitation, acteur=Acteur(scene["tous"].compte, administrateur))


def test_acts_lead_back_to_the_admin_s_list(scene: dict[str, Any]) -> None:
    jeton, client = scene["jeton"], connecte(scene["tous"].compte)
    retour = f"/gestion/jetons#{jeton.habilitation.numero}"
    envoye = client.post(
        reverse("gestion-habilitation-lien", args=[jeton.habilitation_id]),
        {"destinataire": "tech@exemple.test", "chevauchement_jours": 5},
    )
    assert envoye["Location"] == retour
    adresses = client.post(reverse("gestion-jeton-adresses", args=[jeton.pk]), {"adresses": "192.0.2.7"})
    assert adresses["Location"] == retour
    revoque = client.post(
        reverse("gestion-jeton-revoquer", args=[jeton.pk]), {"motif": "Départ"}, follow=True
    )
    assert "Aucun jeton n'est en service" in texte(revoque).replace("&#x27;", "'")
    assert "tech@exemple.test" in texte(revoque)
    assert 'aria-label="Gestion des inscriptions"' in revoque.content.decode()


def test_the_ministry_looks_for_tokens_by_establishment_or_organisation() -> None:
    etablissement = fabriques.etablissement(nom="Institut du Levant")
    jeton = jeton_de(etablissement, organisation=fabriques.organisation(nom="Groupement Ponant"))
    autre = jeton_de(fabriques.etablissement())
    client = connecte(scenes.compte(Role.Nom.RESPONSABLE))
    for q in (etablissement.uai, "levant", "ponant"):
        page = client.get("/gestion/jetons", {"q": q}).content.decode()
        assert jeton.habilitation.numero in page
        assert f'"{autre.habilitation.numero}"' not in page
    assert "Rien ne correspond" in texte(client.get("/gestion/jetons", {"q": "zzz"}))


def encarts(acteur: Acteur) -> list[Any]:
    requete = RequestFactory().get("/gestion/")
    requete.user = acteur.compte
    return gestion.encarts(gestion.droits(requete))


@pytest.mark.parametrize(
    ("situation", "titre"),
    [
        ("sans", "Aucun jeton d'écriture"),
        ("lien", None),
        ("revoque", "Jeton d'écriture révoqué"),
        ("expire", "Jeton d'écriture expiré"),
        ("bientot", "Jeton d'écriture bientôt expiré"),
        ("rotation", None),
        ("inutilise", "Jeton d'écriture jamais utilisé"),
        ("neuf", None),
        ("utilise", None),
    ],
)
def test_the_dashboard_says_what_to_know_of_the_tokens(situation: str, titre: str | None) -> None:
    etablissement = fabriques.etablissement()
    maintenant = timezone.now()
    if situation in {"sans", "lien"}:
        habilitation = fabriques.habilitation(ecriture=True, uais=[etablissement.uai])
        if situation == "lien":
            liens.envoyer_lien(habilitation=habilitation, destinataire="t@exemple.test", acteur=None)
    else:
        jeton = fabriques.jeton(
            ecriture=True,
            uais=[etablissement.uai],
            revoque=situation == "revoque",
            expire=situation == "expire",
        ).jeton
        habilitation = jeton.habilitation
        if situation not in {"expire", "neuf"}:
            Jeton.objects.filter(pk=jeton.pk).update(cree_le=maintenant - timedelta(days=300))
        if situation in {"bientot", "rotation"}:
            Jeton.objects.filter(pk=jeton.pk).update(expire_le=maintenant + timedelta(days=59))
        if situation == "rotation":
            liens.montrer(habilitation=habilitation, acteur=Acteur(scenes.compte()))
        if situation == "utilise":
            Consommation.objects.create(jeton=jeton, jour=maintenant.date(), statut=200, appels=3)
    acteur = scenes.gestionnaire(etablissement, habilitation=habilitation)
    trouves = encarts(acteur)
    assert [encart.titre for encart in trouves] == ([titre] if titre else [])
    if titre:
        assert trouves[0].lien == f"/gestion/jetons#{habilitation.numero}"
        assert "{" not in trouves[0].texte
        assert "None" not in trouves[0].texte


def test_notices_and_list_cost_the_same_for_one_as_for_ten(
    django_assert_max_num_queries: Any,
) -> None:
    etablissements = [fabriques.etablissement() for _ in range(10)]
    acteur = scenes.gestionnaire(*etablissements)
    for etablissement in etablissements:
        jeton_de(etablissement)
    requete = RequestFactory().get("/gestion/")
    requete.user = acteur.compte
    siens = gestion.droits(requete)
    with django_assert_max_num_queries(4):
        assert len(gestion.encarts(siens)) == 1  # the habilitation without any token; the others are new
    cache.clear()
    client: Client = connecte(acteur.compte)
    with django_assert_max_num_queries(14):
        assert client.get("/gestion/jetons").status_code == 200
