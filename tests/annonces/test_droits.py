"""Who announces: every route of the announcements, every kind of person. Unlisted fails."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from habilitations.models import Role
from statut_etudiant.annonces import urls
from statut_etudiant.annonces.models import Bandeau, Maintenance
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db
QUI = ("visiteur", "agent", *Role.Nom.values)

# fmt: off
#                          visit. agent rapp. inst. resp. admin. dpd
PAROLE =                  (302,   403,  403,  403,  200,  200,   403)
FERMETURE =               (302,   403,  403,  403,  403,  200,   403)
MATRICE = {
    "annonces":             PAROLE,
    "bandeau-nouveau":      PAROLE,
    "bandeau":              PAROLE,
    "bandeau-retirer":      PAROLE,
    "maintenance-nouvelle": FERMETURE,
    "maintenance":          FERMETURE,
    "maintenance-annuler":  FERMETURE,
}
# fmt: on


@pytest.mark.parametrize("motif", urls.urlpatterns, ids=lambda motif: motif.name)
def test_everybody_opens_their_own_pages_only(motif) -> None:
    auteur, maintenant = scenes.compte(), timezone.now()
    periode = {"debut": maintenant, "fin": maintenant + timedelta(hours=1), "auteur": auteur}
    un = (
        Maintenance.objects.create(motif="Essai", **periode)
        if motif.name.startswith("maintenance")
        else Bandeau.objects.create(titre="Essai", **periode)
    )
    obtenus = []
    for qui in QUI:
        client = Client()
        if qui != "visiteur":
            client.force_login(scenes.compte(*([] if qui == "agent" else [qui])))
        obtenus.append(client.get(f"/{motif.pattern}".replace("<int:pk>", str(un.pk))).status_code)
    assert tuple(obtenus) == MATRICE[motif.name]
