"""Who is offered which link."""

import pytest
from django.urls import NoReverseMatch, path, reverse

from habilitations.models import Gestionnaire
from statut_etudiant.portail import navigation, views
from statut_etudiant.templatetags.portail import fil
from statut_etudiant.urls import handler500  # noqa: F401
from statut_etudiant.urls import urlpatterns as du_projet
from tests import fabriques
from tests.habilitations import scenes
from tests.portail.pages import lire

PAGES = sorted(
    {lien.page for lien in (*navigation.ESPACES, *navigation.LE_SERVICE)}
    | {"compte", "deconnexion", "connexion"}
)
_GABARIT = {"gabarit": "portail/contact.html"}
#: Every page that the navigation names, in front of the project's own, so that none depends on what is delivered.
urlpatterns = [*(path(f"n/{page}", views.page, _GABARIT, name=page) for page in PAGES), *du_projet]
# Reversing takes the last of the same name: the pages of this test come again after the project's.
urlpatterns += urlpatterns[: len(PAGES)]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portail.test_navigation")]

SERVICE = [
    "accueil",
    "catalogue",
    "eligibilite",
    "api-docs",
    "etablissements-couverts",
    "habilitations-publiques",
    "mon-espace",
    "verifier",
]

#: What citizens ask, for who answers them.
SUIVI = ["suivi-rectifications", "suivi-contestations"]


def menu(client, chemin="/contact"):
    liens = lire(client.get(chemin)).tous("a", **{"class": "fr-nav__link"})
    return [lien["href"].removeprefix("/n/") for lien in liens]


def test_a_visitor_sees_the_public_pages_and_how_to_sign_in(client):
    assert menu(client) == SERVICE
    page = lire(client.get("/contact"))
    assert "/n/connexion" in page.liens()
    assert "Se déconnecter" not in page.texte


@pytest.mark.parametrize(
    ("roles", "espaces"),
    [
        ((), ["demandes", "habilitations"]),
        (("rapporteur",), ["demandes", "habilitations", "instruction"]),
        (("instructeur",), ["demandes", "habilitations", "instruction"]),
        (
            ("responsable",),
            [
                "demandes",
                "habilitations",
                "gestion",
                "instruction",
                "modeles",
                "editeurs",
                "annonces",
                "roles",
                *SUIVI,
            ],
        ),
        (
            ("administrateur",),
            [
                "demandes",
                "habilitations",
                "gestion",
                "instruction",
                "editeurs",
                "annonces",
                "roles",
                "administration",
                *SUIVI,
            ],
        ),
        (
            ("dpd",),
            [
                "demandes",
                "habilitations",
                *SUIVI,
                "journal-echanges",
                "alertes",
                "registre-des-traitements",
            ],
        ),
    ],
)
def test_each_role_sees_its_pages_before_the_service_s(client, roles, espaces):
    client.force_login(scenes.compte(*roles))
    assert menu(client) == espaces + SERVICE


@pytest.mark.parametrize(
    ("roles", "menus"),
    [
        ((), ["Le service"]),
        (("instructeur",), ["Le service"]),
        (("responsable",), ["Réglages", "Droits des étudiants", "Le service"]),
        (("administrateur",), ["Réglages", "Droits des étudiants", "Le service"]),
        (("dpd",), ["Droits des étudiants", "Protection des données", "Le service"]),
    ],
)
def test_who_has_many_pages_finds_them_in_menus(client, roles, menus):
    client.force_login(scenes.compte(*roles))
    page = lire(client.get("/contact"))
    boutons = page.tous("button", **{"class": "fr-nav__btn"})
    assert len(boutons) == len(menus)
    assert all(page.tous("div", id=un["aria-controls"]) for un in boutons)
    source = client.get("/contact").content.decode()
    assert [nom for nom in menus if f">{nom}</button>" in source] == menus


def test_a_menu_of_one_link_is_that_link(client):
    """A manager answers rectifications, and no contested consultation."""
    etablissement = fabriques.etablissement()
    compte = scenes.gestionnaire(etablissement).compte
    client.force_login(compte)
    source = client.get("/contact").content.decode()
    assert "Droits des étudiants</button>" not in source
    assert "suivi-rectifications" in menu(client)


def test_the_menu_of_the_page_where_one_is_says_so(client):
    client.force_login(scenes.compte("dpd"))
    courants = lire(client.get("/n/alertes")).tous("button", **{"aria-current": "true"})
    assert len(courants) == 1


def test_the_footer_leads_to_the_service_s_texts_and_each_says_something(client):
    pied = {
        "/accessibilite": "non conforme",
        "/mentions-legales": "Directeur de la publication",
        "/conditions-generales": "Une habilitation, un usage",
        "/donnees-personnelles": "Vos droits",
        "/contact": "Établissements",
        "/plan-du-site": "Développer",
        "/rechercher": "Mots à trouver",
        "/nouveautes": "Ouverture du service",
        "/questions-frequentes": "Qui peut lire ces données",
        "/statistiques": "Appels par jour",
        "/disponibilite": "flux Atom",
        "/donnees-ouvertes": "licence Etalab 2.0",
    }
    liens = [lien["href"] for lien in lire(client.get("/")).tous("a", **{"class": "fr-footer__bottom-link"})]
    assert {lien.replace("/n/", "/") for lien in liens} == set(pied)
    for adresse, dit in pied.items():
        page = lire(client.get(adresse))
        assert dit in page.texte
        assert page.tous("h1")
        assert adresse in [lien.replace("/n/", "/") for lien in page.liens()]


def test_a_role_taken_back_shows_nothing(client):
    compte = scenes.compte("instructeur")
    compte.roles.update(retire_le="2026-01-01T00:00:00Z")
    client.force_login(compte)
    assert "instruction" not in menu(client)


def test_a_manager_sees_their_establishments(client):
    compte = scenes.compte()
    etablissement = fabriques.etablissement()
    Gestionnaire.objects.create(
        compte=compte,
        etablissement=etablissement,
        habilitation=fabriques.habilitation(ecriture=True, uais=[etablissement.uai]),
    )
    client.force_login(compte)
    assert "gestion" in menu(client)


def test_the_account_shows_name_and_organisation_and_signs_out_by_a_form(client):
    organisation = fabriques.organisation(nom="Métropole d'Essai")
    compte = scenes.compte(organisation=organisation)
    client.force_login(compte)
    page = lire(client.get("/contact"))
    assert str(compte) in page.texte
    assert "Métropole d'Essai" in page.texte
    assert page.tous("form", method="post", action="/n/deconnexion")
    assert "/n/deconnexion" not in page.liens()


def test_an_unverified_organisation_is_said_so(client):
    organisation = fabriques.organisation(nom="Métropole d'Essai")
    compte = scenes.compte(organisation=organisation)
    compte.rattachements.update(verifie=False)
    client.force_login(compte)
    assert "Métropole d'Essai (non vérifiée)" in lire(client.get("/contact")).texte


def test_the_current_page_is_said(client):
    (lien,) = lire(client.get("/n/eligibilite")).tous(
        "a", **{"aria-current": "page", "class": "fr-nav__link"}
    )
    assert lien["href"] == "/n/eligibilite"


@pytest.mark.parametrize(
    ("url", "chemin", "attendu"),
    [
        ("/", "/", "page"),
        ("/", "/demandes", ""),
        ("/demandes", "/demandes", "page"),
        ("/demandes", "/demandes/12", "true"),
        ("/demandes", "/demandes-publiques", ""),
    ],
)
def test_a_page_below_a_link_makes_it_current(url, chemin, attendu):
    assert navigation._courant(url, chemin) == attendu


@pytest.mark.urls("statut_etudiant.urls")
@pytest.mark.parametrize(
    "page", sorted({lien.page for lien in (*navigation.ESPACES, *navigation.LE_SERVICE)})
)
def test_every_announced_page_exists(page):
    assert reverse(page)


def test_a_link_to_a_page_that_does_not_exist_is_noticed():
    faux = (navigation.Lien("Faute de frappe", "demandse", frozenset({navigation.Public.VISITEUR})),)
    with pytest.raises(NoReverseMatch):
        list(navigation.entrees(faux, pour=frozenset({navigation.Public.VISITEUR}), chemin="/"))
    with pytest.raises(NoReverseMatch):
        fil("Mes demandes", "demandse", "Demande D12")


def test_the_agents_of_an_editor_see_its_space(client):
    editeur = fabriques.editeur()
    client.force_login(scenes.compte(organisation=editeur.organisation))
    assert menu(client)[:3] == ["demandes", "habilitations", "editeur"]


def test_the_header_costs_the_same_queries_whatever_the_role(client, django_assert_max_num_queries):
    client.force_login(scenes.compte("instructeur", "responsable", organisation=fabriques.organisation()))
    # session, account, roles, managed establishments, organisation
    with django_assert_max_num_queries(5):
        client.get("/contact")


def test_the_demonstration_banner_shows_in_demonstration_only(client, monkeypatch):
    from statut_etudiant.portail.contexte import Cadre

    assert "Démonstration." not in lire(client.get("/contact")).texte
    monkeypatch.setattr(Cadre, "demonstration", True)
    assert "Démonstration." in lire(client.get("/contact")).texte


def test_standing_in_for_somebody_shows_on_every_page(client, monkeypatch, rf):
    from django.shortcuts import render

    compte, administrateur = scenes.compte(), scenes.compte("administrateur")
    request = rf.get("/contact")
    request.user, request.au_nom_de = compte, administrateur
    page = lire(render(request, "portail/contact.html"))
    assert f"Vous agissez à la place de {compte}." in page.texte
    assert str(administrateur) in page.texte
