"""What the cards say, held against what the API's own doors answer: neither can change without the other.

The doors are opened on the sandbox, as « Essayer » opens them: nothing here reads the declarations that the cards are
made from.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from habilitations.scopes import CATALOGUE, Famille
from referentiel.bac_a_sable import charger
from statut_etudiant.api.perimetre import TABLE, Porte
from statut_etudiant.api.v2 import vue as v2
from statut_etudiant.api.v3 import vue as v3
from statut_etudiant.portail import catalogue
from statut_etudiant.portail.catalogue import donnees, donnees_ecrites
from statut_etudiant.portail.essai.commun import SIRET, etudiants
from statut_etudiant.portail.essai.ecriture import PAR_CLE as GESTES
from statut_etudiant.portail.essai.ecriture_fictive import Declarer, ecrire
from statut_etudiant.portail.fiches import FICHES
from statut_etudiant.portail.monde_fictif import MondeFictif, appeler
from tests import fabriques
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db

PORTES: dict[Porte, tuple[Any, str]] = {
    Porte.V2: (v2.etudiants, "/api/v2/etudiants"),
    Porte.V3: (v3.par_ine, "/v3/mesri/statut_etudiant/ine"),
}
POPULATIONS = {
    famille: frozenset(scope.nom for scope in CATALOGUE if scope.famille is famille and scope.est_population)
    for famille in Famille
}


@pytest.fixture(autouse=True)
def bac_a_sable() -> None:
    charger(aujourdhui=timezone.localdate(), auteur="essai")


def cles(porte: Porte, scopes: frozenset[str]) -> set[str]:
    """Every key that this door gives of anybody in the sandbox, for these scopes."""
    vue, chemin = PORTES[porte]
    trouvees: set[str] = set()
    for ine in etudiants():
        reponse = appeler(
            vue, MondeFictif(scopes), chemin=chemin, requete=urlencode({"ine": ine, "recipient": SIRET})
        )
        if reponse.statut == 200:
            trouvees.update(_noms(json.loads(reponse.corps)))
    return trouvees


#: What holds the fields, and is none.
ENVELOPPES = {"data", "links", "meta", "admissions", "identite", "inscriptions"}


def _noms(valeur: Any, dans: str = "") -> Iterator[str]:
    if isinstance(valeur, list):
        for element in valeur:
            yield from _noms(element, dans)
    elif isinstance(valeur, dict):
        for cle, contenu in valeur.items():
            yield from _noms(contenu, "" if cle in ENVELOPPES else f"{dans}.{cle}" if dans else cle)
    else:
        yield dans


def dites(porte: Porte, scopes: Iterable[str]) -> set[str]:
    """The keys that the card says these scopes open, by the last part of its name."""
    tenus = set(scopes)
    return {donnee.cles[0] for donnee in donnees((porte,)) if {scope.nom for scope in donnee.scopes} & tenus}


def sans_enveloppe(noms: Iterable[str]) -> set[str]:
    return {".".join(partie for partie in nom.split(".") if partie not in ENVELOPPES) for nom in noms}


@pytest.mark.parametrize("scope", CATALOGUE, ids=lambda scope: scope.nom)
@pytest.mark.parametrize("porte", PORTES)
def test_a_scope_opens_the_fields_beside_which_the_card_shows_it(porte: Porte, scope: Any) -> None:
    # A mask adds to what the populations of its family open.
    avec = POPULATIONS[scope.famille] if not scope.est_population else frozenset()
    donne = cles(porte, avec | {scope.nom}) - (cles(porte, avec) if avec else set())
    dit = sans_enveloppe(dites(porte, {scope.nom}))
    if avec:
        dit -= sans_enveloppe(dites(porte, avec))
    assert donne == dit, scope.nom


def test_every_key_that_the_api_gives_is_on_the_card() -> None:
    tous = frozenset(scope.nom for scope in CATALOGUE)
    for porte in PORTES:
        assert cles(porte, tous) == sans_enveloppe(dites(porte, tous))


@pytest.mark.parametrize("rang", range(len(TABLE)))
def test_a_card_that_followed_another_table_would_be_caught(
    monkeypatch: pytest.MonkeyPatch, rang: int
) -> None:
    ligne = TABLE[rang]
    avec = POPULATIONS[ligne.famille]
    porte = Porte.V2 if Porte.V2 in ligne.portes else Porte.V3
    juste = dites(porte, {ligne.scope})
    monkeypatch.setattr(catalogue, "TABLE", (*TABLE[:rang], *TABLE[rang + 1 :]))
    assert dites(porte, {ligne.scope}) != juste
    assert sans_enveloppe(juste) <= cles(porte, avec | {ligne.scope})


def _declaration(sans: str = "") -> dict[str, Any]:
    scene = GESTES["nouvel-etudiant"].preparer(next(iter(etudiants().values())))
    corps: dict[str, Any] = json.loads(scene.corps or "")
    *objets, cle = sans.split(".")
    objet = corps
    for nom in objets:
        objet = objet[nom]
    objet.pop(cle, None)
    return corps


def test_what_the_card_says_must_be_sent_is_what_the_api_refuses_to_do_without() -> None:
    uai = _declaration()["uai"]
    exigees = set()
    for donnee in donnees_ecrites():
        reponse = ecrire(
            Declarer,
            methode="POST",
            adresse="/api/inscription",
            corps=json.dumps(_declaration(sans=donnee.cle)),
            uai=uai,
        )
        if reponse.statut == 400:
            exigees.add(donnee.cle)
            assert donnee.cle.endswith(json.loads(reponse.corps)["details"]["parameter"].rpartition(".")[2])
    assert exigees == {donnee.cle for donnee in donnees_ecrites() if donnee.obligatoire}


def test_the_quota_that_the_cards_tell_is_the_one_that_the_api_applies(client: Client, settings: Any) -> None:
    settings.QUOTA_PAR_SECONDE = 7
    jeton = fabriques.jeton(bac_a_sable=True)
    reponse = client.get(
        "/api/v2/etudiants", {"ine": next(iter(etudiants()))}, headers={"X-Api-Key": jeton.secret}
    )
    assert reponse["RateLimit-Limit"] == "7"
    for fiche in FICHES:
        assert "7 appels par seconde" in lire(client.get(f"/catalogue/{fiche.type}")).texte


def test_the_addresses_that_the_cards_give_are_served(client: Client) -> None:
    """Refused for want of a token, or of its method, and never unknown."""
    for fiche in FICHES:
        texte = lire(client.get(f"/catalogue/{fiche.type}")).texte
        chemins = {mot for mot in texte.split() if mot.startswith(("/api/", "/v3/"))}
        assert chemins
        for chemin in chemins:
            assert client.get(chemin).status_code in {200, 400, 401, 405, 422}, chemin
