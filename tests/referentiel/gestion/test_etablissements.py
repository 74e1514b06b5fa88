"""The sheet of an establishment."""

import pytest
from django.urls import reverse

from referentiel.models import Etablissement
from tests import fabriques
from tests.referentiel.gestion import personnes

pytestmark = pytest.mark.django_db


def fiche(etablissement: Etablissement) -> str:
    return reverse("gestion:referentiel_etablissement_change", args=[etablissement.pk])


def test_a_manager_reads_their_establishment_and_changes_nothing() -> None:
    sien = fabriques.etablissement()
    client = personnes.gestionnaire(sien)
    page = client.get(fiche(sien)).content.decode()
    assert sien.nom in page
    assert "Corriger" not in page
    assert client.post(fiche(sien), {"type": "lycee", "secteur": "prive"}).status_code == 403
    assert client.get(fiche(fabriques.etablissement())).status_code == 404
    assert Etablissement.objects.get(pk=sien.pk).type == "universite"


def test_the_ministry_corrects_by_the_rules_of_the_import() -> None:
    un, siret = fabriques.etablissement(), fabriques.siret()
    client = personnes.ministere()
    refuse = client.post(fiche(un), {"type": "lycee", "secteur": "prive", "siret": "12345678901234"})
    assert refuse.context["form"].errors == {
        "siret": ["Valeur mal formée. Attendu : 14 chiffres dont la clé de contrôle est juste, ou rien."]
    }
    pris = f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"
    assert client.post(fiche(un), {"type": "lycee", "secteur": "prive", "siret": pris}).status_code == 302
    un.refresh_from_db()
    assert (un.type, un.secteur, un.siret, un.ouvert) == ("lycee", "prive", siret, False)


def test_the_sandbox_is_not_there() -> None:
    assert personnes.ministere().get(fiche(fabriques.etablissement(fictif=True))).status_code == 404
