"""Who may open what in the establishments' admin: every address under /gestion/, every kind of person, on a manager's
object; and that another's object answers as an absent one, to the byte.

The table is the documentation. An address that is not in it fails the test. `OBJETS` (monde.py) says what an address
names.
"""

from types import SimpleNamespace

import pytest

from tests.referentiel.gestion import monde as m

pytestmark = pytest.mark.django_db

#: Who posts (without any field): the others are stopped before the method matters.
QUI_POSTE = ("agent", "gestionnaire", "autre", "responsable")

# fmt: off
# GET              visit. agent inst. dpd  gest. autre resp. admin.
TOUS =            (302,  403,  403,  403, 200,  200,  200,  200)
SIEN =            (302,  403,  403,  403, 200,  404,  200,  200)
AU_GESTIONNAIRE = (302,  403,  403,  403, 200,  404,  404,  404)
AUX_GESTIONNAIRES = (302, 403, 403, 403, 200, 200, 404, 404)
SIEN_AILLEURS =   (302,  403,  403,  403, 302,  404,  302,  302)
MINISTERE =       (302,  403,  403,  403, 404,  404,  200,  200)
AILLEURS =        (302,  403,  403,  403, 302,  302,  302,  302)
INTERDIT =        (302,  403,  403,  403, 403,  403,  403,  403)
ABSENT =          (302,  403,  403,  403, 404,  404,  404,  404)
INTERDIT_AU_MINISTERE = (302, 403, 403, 403, 404, 404, 403, 403)
# POST            agent gest. autre resp.
REPONDU =        (403,  200,  200,  200)
REPOSE =         (403,  200,  404,  200)  # the form comes back
FAIT =           (403,  302,  404,  302)
VERS =           (403,  302,  302,  302)
LIRE =           (403,  405,  405,  405)
LIRE_SEULEMENT = (405,  405,  405,  405)
AU_MINISTERE =   (403,  404,  404,  200)
REFUS =          (403,  403,  403,  403)
RIEN =           (403,  404,  404,  404)


def table_du_ministere(nom: str, *, fiche: bool = False) -> dict[str, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Django's own addresses for a table that the ministry reads; `fiche`: each row has its page."""
    table = f"referentiel/{nom}/"
    lu = (MINISTERE, AU_MINISTERE)
    interdit = (INTERDIT_AU_MINISTERE, (403, 404, 404, 403))
    return {
        table: lu,
        f"{table}add/": interdit,
        f"{table}<path:object_id>/history/": lu if fiche else (ABSENT, RIEN),
        f"{table}<path:object_id>/delete/": interdit,
        f"{table}<path:object_id>/change/": lu if fiche else interdit,
        f"{table}<path:object_id>/": (AILLEURS, VERS),
    }


MATRICE = {
    "collegues":                                                   (TOUS, LIRE),
    "collegues/ajouter":                                           (AUX_GESTIONNAIRES, (403, 200, 200, 404)),
    "collegues/<int:pk>/retirer":                                  (SIEN, FAIT),
    "invitations/<int:pk>/annuler":                                (SIEN, FAIT),
    "invitation/<str:secret>":                                     ((410,) * 8, (410,) * 4),
    "jetons":                                                      (TOUS, LIRE),
    "jetons/habilitations/<int:pk>/lien":                          (AU_GESTIONNAIRE, (403, 200, 404, 404)),
    "jetons/habilitations/<int:pk>/montrer":                       (AU_GESTIONNAIRE, (403, 200, 404, 404)),
    "jetons/<int:pk>/revoquer":                                    (SIEN, REPOSE),
    "jetons/<int:pk>/prolonger":                                   (AU_GESTIONNAIRE, (403, 200, 404, 404)),
    "jetons/<int:pk>/adresses":                                    (AU_GESTIONNAIRE, (403, 302, 404, 404)),
    "jetons/<int:pk>/consommation":                                (SIEN, LIRE),
    "":                                                            (TOUS, LIRE),
    "depots":                                                      (TOUS, LIRE_SEULEMENT),
    "depots/nouveau":                                              (TOUS, (403, 422, 422, 422)),
    "depots/modele":                                               (TOUS, LIRE_SEULEMENT),
    "depots/modele.csv":                                           (TOUS, LIRE_SEULEMENT),
    "depots/modele.xlsx":                                          (TOUS, LIRE_SEULEMENT),
    "depots/exemple.csv":                                          (TOUS, LIRE_SEULEMENT),
    "depots/<uuid:cle>":                                           (SIEN, LIRE_SEULEMENT),
    "depots/<uuid:cle>/avancement":                                (SIEN, LIRE_SEULEMENT),
    "depots/<uuid:cle>/rejets":                                    (ABSENT, LIRE_SEULEMENT),
    "depots/<uuid:cle>/changements.csv":                           (ABSENT, LIRE_SEULEMENT),
    "depots/<uuid:cle>/verifier":                                  ((302, 405, 405, 405, 405, 405, 405, 405), FAIT),
    "depots/<uuid:cle>/enregistrer":                               (SIEN_AILLEURS, FAIT),
    "depots/<uuid:cle>/abandonner":                                (SIEN, FAIT),
    "depots/<uuid:cle>/retirer":                                   (SIEN_AILLEURS, (403, 422, 404, 422)),
    "login/":                                                      ((302,) * 8, (302,) * 4),
    "logout/":                                                     (AILLEURS, VERS),
    "password_change/":                                            (AILLEURS, VERS),
    "password_change/done/":                                       (AILLEURS, VERS),
    "autocomplete/":                                               (ABSENT, RIEN),
    "jsi18n/":                                                     (TOUS, LIRE),
    "r/<path:content_type_id>/<path:object_id>/":                  (ABSENT, RIEN),
    "referentiel/etablissement/exporter":                          (TOUS, REPONDU),
    "referentiel/etablissement/":                                  (TOUS, REPONDU),
    "referentiel/etablissement/add/":                              (INTERDIT, REFUS),
    "referentiel/etablissement/<path:object_id>/history/":         (ABSENT, RIEN),
    "referentiel/etablissement/<path:object_id>/delete/":          (INTERDIT, REFUS),
    "referentiel/etablissement/<path:object_id>/change/":          (SIEN, (403, 403, 404, 200)),
    "referentiel/etablissement/<path:object_id>/":                 (AILLEURS, VERS),
    "referentiel/etudiant/":                                       (TOUS, REPONDU),
    "referentiel/etudiant/add/":                                   (INTERDIT, REFUS),
    "referentiel/etudiant/<path:object_id>/history/":              (SIEN, REPOSE),
    "referentiel/etudiant/<path:object_id>/delete/":               (INTERDIT, REFUS),
    "referentiel/etudiant/<path:object_id>/change/":               (SIEN, REPOSE),
    "referentiel/etudiant/<path:object_id>/":                      (AILLEURS, VERS),
    "referentiel/inscription/exporter":                            (TOUS, REPONDU),
    "referentiel/inscription/":                                    (TOUS, REPONDU),
    "referentiel/inscription/add/":                                (TOUS, REPONDU),
    "referentiel/inscription/<path:object_id>/history/":           (SIEN, REPOSE),
    "referentiel/inscription/<path:object_id>/delete/":            (SIEN, FAIT),
    "referentiel/inscription/<path:object_id>/change/":            (SIEN, REPOSE),
    "referentiel/inscription/<path:object_id>/":                   (AILLEURS, VERS),
    "^(?P<app_label>referentiel)/$":                               (AILLEURS, VERS),
    "(?P<url>.*)$":                                                (ABSENT, RIEN),
    "referentiel/etablissementcouvert/exporter":                  (MINISTERE, AU_MINISTERE),
    **table_du_ministere("etablissementcouvert"),
    **table_du_ministere("export"),
    "referentiel/commune/exporter":                                (MINISTERE, AU_MINISTERE),
    **table_du_ministere("commune"),
    **table_du_ministere("anomalie", fiche=True),
    **table_du_ministere("doublonpossible", fiche=True),
    "anomalies/<str:numero>/garder":                               (MINISTERE, AU_MINISTERE),
    "anomalies/<str:numero>/corriger":                             (MINISTERE, AU_MINISTERE),
    "fusion":                                                      (ABSENT, RIEN),  # no pair is named
    "fusion/choisir":                                              (ABSENT, RIEN),
    "imports/<slug:objet>":                                        (MINISTERE, (403, 404, 404, 400)),  # no file
    "imports/<uuid:cle>":                                          (ABSENT, RIEN),
}
# fmt: on
ROUTES = {f"gestion/{route}": attendus for route, attendus in MATRICE.items()}
DECLAREES = dict.fromkeys(route for route, _ in m.routes())


def test_the_matrix_has_every_address() -> None:
    assert set(DECLAREES) == set(ROUTES)


@pytest.fixture
def monde() -> SimpleNamespace:
    """Once for all addresses: whatever a request writes is undone."""
    return m.peupler()


def test_everybody_gets_what_the_matrix_says(monde: SimpleNamespace) -> None:
    ecarts = []
    for route, attendus in ROUTES.items():
        chemin = m.adresse(route, monde)
        for methode, personnes, attendu in zip(("GET", "POST"), (m.QUI, QUI_POSTE), attendus, strict=True):
            obtenu = tuple(m.demander(monde.clients[qui], methode, chemin).status_code for qui in personnes)
            if obtenu != attendu:
                ecarts.append(f"{methode} {route} : {obtenu} au lieu de {attendu}")
    assert ecarts == []


def test_another_s_object_answers_like_an_absent_one(monde: SimpleNamespace) -> None:
    ecarts = []
    for route in filter(m.nomme_un_objet, ROUTES):
        sien, absent = m.adresse(route, monde), m.adresse(route, monde, absent=True)
        for methode in ("GET", "POST"):
            autre = monde.clients["autre"]
            reponses = [m.comparable(m.demander(autre, methode, chemin), chemin) for chemin in (sien, absent)]
            if reponses[0] != reponses[1]:
                ecarts.append(f"{methode} {route}")
        # Nor does it exist for those who see everything.
        if m.demander(monde.clients["responsable"], "GET", absent).status_code not in {
            302,
            403,
            404,
            405,
            410,
        }:
            ecarts.append(f"absent : {route}")
    assert ecarts == []
