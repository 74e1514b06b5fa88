"""No name, INE nor birth date of the people shown in an address or in a technical log, whatever one does."""

import datetime
import io
import logging
import re
from collections.abc import Callable

import pytest
from django.urls import reverse

from tests import fabriques
from tests.referentiel.gestion import personnes

pytestmark = pytest.mark.django_db

INE, NOM, PRENOM, NAISSANCE = "9081726354Z", "Canarinom", "Canariprenom", datetime.date(1977, 12, 31)
CANARIS = ("canarinom", "canariprenom", "9081726354z", "1977-12-31", "31/12/1977", "19771231")
LISTES = ("inscription", "etudiant")


@pytest.fixture
def journaux(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """What the process writes by its own configuration, at the lowest level, with what it prints besides."""
    tampon = io.StringIO()
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.getLogger().manager.loggerDict)]
    consoles = {h for un in loggers for h in un.handlers if type(h) is logging.StreamHandler}
    assert consoles
    for console in consoles:
        monkeypatch.setattr(console, "stream", tampon)
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)

    def lire() -> str:
        imprime = capfd.readouterr()
        return (tampon.getvalue() + imprime.out + imprime.err).lower()

    return lire


def test_neither_address_nor_log_holds_a_canary(journaux: Callable[[], str]) -> None:
    etudiant = fabriques.etudiant(ine=INE, nom_naissance=NOM, prenoms=[PRENOM], date_naissance=NAISSANCE)
    inscription = fabriques.inscription(etudiant=etudiant, admis=True)
    client = personnes.gestionnaire(inscription.etablissement)
    reponses = []
    for table in LISTES:
        liste = reverse(f"gestion:referentiel_{table}_changelist")
        for texte in (INE, NOM, f"{NOM} {PRENOM}", f"{NOM} 31/12/1977"):
            reponses.append(client.post(liste, {"q": texte}))
            reponses.append(client.get(reponses[-1]["Location"]))
            assert reponses[-1].context["cl"].result_count == 1
        # What someone puts in the address themselves goes no further.
        reponses += [client.get(liste, {"etudiant__nom_naissance": NOM}), client.get(liste, {"q": NOM})]
    champs = {
        "ine": INE, "date_naissance": str(NAISSANCE), "nom_naissance": NOM, "prenoms": PRENOM, "sexe": "X",
        "uai": inscription.etablissement.uai, "statut": "inscrit", "regime": "RF1",
        "date_debut": "2026-09-01", "date_fin": "2027-08-31", "version": INE,
    }  # fmt: skip
    ajout = reverse("gestion:referentiel_inscription_add")
    reponses += [client.post(ajout, champs), client.post(ajout, champs | {"sexe": "F"})]
    reponses.append(client.get(reverse("gestion:referentiel_etudiant_change", args=[etudiant.pk])))
    for page in ("change", "history", "delete"):
        adresse = reverse(f"gestion:referentiel_inscription_{page}", args=[inscription.pk])
        reponses += [client.get(adresse), client.post(adresse, champs | {"sexe": "F"})]
    assert {response.status_code for response in reponses} == {200, 302, 400}
    vues = "".join(response.content.decode().lower() for response in reponses)
    assert "canarinom" in vues  # the pages were really driven
    adresses = re.findall(r'(?:href|action|src)="([^"]*)"', vues)
    adresses += [response.headers.get("Location", "").lower() for response in reponses]
    cookies = [morceau.value.lower() for response in reponses for morceau in response.cookies.values()]
    ecrits = journaux()
    for canari in CANARIS:
        assert not [un for un in (*adresses, *cookies) if canari in un]
        assert canari not in ecrits
