"""Who may open which page of accounts: every route of `urls_comptes`, every kind of person. Unlisted fails."""

import pytest
from django.test import Client

from habilitations import urls_comptes
from habilitations.models import Role
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db
QUI = ("visiteur", "agent", *Role.Nom.values)
PUBLIQUE = (200,) * 7
ABSENTE = (404,) * 7
A_MOI = (302, *(200,) * 6)  # a visitor is sent to sign in
POST = (405,) * 7  # a GET does nothing: sign-out is open to all
POST_A_MOI = (302, *(405,) * 6)

# fmt: off
#                                     visit. agent rapp. inst. resp. admin. dpd
ENCADREMENT =                        (302,   403,  403,  403,  200,  200,   403)
ADMINISTRATION =                     (302,   403,  403,  403,  403,  200,   403)
MATRICE = {
    "connexion":                     (200,   302,  302,  302,  302,  302,   302),
    "ouverture-de-compte":                   (200,   302,  302,  302,  302,  302,   302),
    "connexion-code":                (302,)*7,  # nobody gave a password
    "connexion-second-facteur":      (302,)*7,
    "proconnect":                    ABSENTE,  # not configured
    "proconnect-retour":             ABSENTE,
    "proconnect-sorti":              (302,)*7,
    "proconnect-adresse":            ABSENTE,
    "proconnect-adresse-prouver":    ABSENTE,
    "connexion-confirmer":           A_MOI,
    "compte-sessions":               A_MOI,
    "compte-session-fermer":         POST_A_MOI,
    "session":                       (200,)*7,  # that nobody is signed in is an answer
    "demonstration":                 ABSENTE,  # not the demonstration
    "deconnexion":                   POST,
    "ouverture-de-compte-terminer":          (410,)*7,
    "mot-de-passe-oublie":           PUBLIQUE,
    "mot-de-passe-nouveau":          PUBLIQUE,
    "compte":                        A_MOI,
    "compte-nom":                    A_MOI,
    "compte-courriel":               A_MOI,
    "compte-courriel-confirmer":     (302,   *(410,)*6),
    "compte-mot-de-passe":           A_MOI,
    "second-facteur":                A_MOI,
    "second-facteur-retirer":        A_MOI,
    "second-facteur-codes":          A_MOI,
    "organisation-ajouter":          A_MOI,
    "organisation-choisir":          POST_A_MOI,
    "organisation-retirer":          (302,   *(404,)*6),  # none of theirs
    "roles":                         ENCADREMENT,
    "personne":                      ENCADREMENT,
    "role-donner":                   (302,   403,  403,  403,  302,  302,   403),  # by its button
    "role-retirer":                  ENCADREMENT,
    "second-facteur-perdu":          ADMINISTRATION,
    "compte-fermer":                 ADMINISTRATION,
    "incarnation":                   (302,   403,  403,  403,  403,  405,   403),
    "incarnation-quitter":           POST_A_MOI,
}
# fmt: on


def adresse(nom: str, compte_id: int) -> str:
    (route,) = (str(motif.pattern) for motif in urls_comptes.urlpatterns if motif.name == nom)
    valeurs = {
        "<str:jeton>": "x",
        "<str:uidb64>": "x",
        "<str:token>": "x-y",
        "<int:organisation_id>": "1",
        "<int:compte_id>": str(compte_id),
        "<str:nom>": "rapporteur",
        "<str:designation>": "x",
    }
    for motif, valeur in valeurs.items():
        route = route.replace(motif, valeur)
    return f"/{route}"


@pytest.mark.parametrize("nom", [motif.name for motif in urls_comptes.urlpatterns])
def test_everybody_opens_their_own_pages_only(nom: str) -> None:
    cible = scenes.compte()
    obtenus = []
    for qui in QUI:
        client = Client()
        if qui != "visiteur":
            client.force_login(scenes.compte(*([] if qui == "agent" else [qui])))
        obtenus.append(client.get(adresse(nom, cible.pk)).status_code)
    assert tuple(obtenus) == MATRICE[nom]


@pytest.mark.parametrize("nom", ["personne", "role-retirer", "second-facteur-perdu"])
def test_an_absent_person_is_not_found(nom: str) -> None:
    client = Client()
    client.force_login(scenes.compte(Role.Nom.ADMINISTRATEUR))
    assert client.get(adresse(nom, 10**12)).status_code == 404
