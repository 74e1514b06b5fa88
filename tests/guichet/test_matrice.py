"""Who may open which page of the desk: every route, every kind of person. Unlisted fails."""

import pytest
from django.test import Client

from habilitations.models import Role
from statut_etudiant.guichet import urls
from statut_etudiant.guichet.models import Agent, Liste
from tests.guichet import aides, listes
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db

#: `ailleurs`: who answers for another organisation's habilitation, and is an agent of its desk.
QUI = ("visiteur", "personne", "ailleurs", "agent", "demandeur", *Role.Nom.values)
_MINISTERE = len(Role.Nom.values)

# fmt: off
#                            visit. pers. aill. agent dem.  the ministry's roles give nothing here
MATRICE = {
    "guichet":               (302,  200,  200,  200,  200,  *(200,) * _MINISTERE),  # how one becomes an agent
    "guichet-preuve":        (302,  403,  405,  405,  403,  *(403,) * _MINISTERE),
    "guichet-historique":    (302,  403,  200,  200,  403,  *(403,) * _MINISTERE),
    "guichet-listes":        (302,  403,  200,  200,  403,  *(403,) * _MINISTERE),
    "guichet-liste-nouvelle": (302, 403,  200,  200,  403,  *(403,) * _MINISTERE),
    "guichet-liste":         (302,  403,  404,  200,  403,  *(403,) * _MINISTERE),
    "guichet-liste-verifier": (302, 403,  405,  405,  403,  *(403,) * _MINISTERE),
    "guichet-liste-avancement": (302, 403, 404, 200,  403,  *(403,) * _MINISTERE),
    "guichet-liste-resultat": (302, 403,  404,  200,  403,  *(403,) * _MINISTERE),
    "guichet-liste-effacer": (302,  403,  404,  200,  403,  *(403,) * _MINISTERE),
    "guichet-agents":        (302,  404,  404,  404,  200,  *(404,) * _MINISTERE),
    "guichet-agent-ajouter": (302,  404,  404,  404,  200,  *(404,) * _MINISTERE),
    "guichet-agent-retirer": (302,  404,  404,  404,  200,  *(404,) * _MINISTERE),
}
# fmt: on


def adresse(nom: str, ville: aides.Ville, agent: Agent, liste: Liste) -> str:
    (route,) = (str(motif.pattern) for motif in urls.urlpatterns if motif.name == nom)
    numero = agent.pk if nom == "guichet-agent-retirer" else ville.habilitation.pk
    suite = "?format=csv" if nom == "guichet-liste-resultat" else ""
    return "/" + route.replace("<int:pk>", str(numero)).replace("<uuid:cle>", str(liste.cle)) + suite


@pytest.mark.parametrize("nom", [motif.name for motif in urls.urlpatterns])
def test_the_desk_is_its_agents_and_who_designates_them(nom: str) -> None:
    ville, autre = aides.ville(), aides.ville()
    client_agent, agent = aides.agent(ville)
    aides.designer(autre, autre.responsable.compte)
    client_agent.get(aides.GUICHET)
    liste = listes.verifiee(client_agent, listes.en_csv(("INE",), ("0123456789A",)))
    clients = {
        "visiteur": Client(),
        "personne": aides.connecte(scenes.compte()),
        "ailleurs": aides.connecte(autre.responsable.compte),
        "agent": client_agent,
        "demandeur": aides.connecte(ville.responsable.compte),
        **{role: aides.connecte(scenes.compte(role)) for role in Role.Nom.values},
    }
    obtenus = tuple(clients[qui].get(adresse(nom, ville, agent, liste)).status_code for qui in QUI)
    assert obtenus == MATRICE[nom]
