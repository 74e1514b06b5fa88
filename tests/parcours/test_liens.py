"""No link leads nowhere: every page that a person can reach by clicking answers, for every person and for nobody."""

import re
from collections import deque
from collections.abc import Container
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import Resolver404, resolve

from habilitations.models import Compte
from statut_etudiant.demonstration import chargement, secrets
from statut_etudiant.demonstration.personnes import PERSONNES
from tests.portail.pages import Page

#: More pages of one kind than this say nothing new: the lists hold the same rows for all.
PAGES_PAR_VUE = 2


class Lien(NamedTuple):
    sur: str
    vers: str


#: What no page says to a person: Python's words and representations, and names that programs read.
BRUT = re.compile(
    r"\b(?:None|True|False|NULL|nan)\b|\bobject \(\d+\)|<[\w.]+(?: object)?|\b\w+\.\w+\(|\{[{%]|[%}]\}|&#?\w+;"
    r"|\b[a-z0-9]+(?:_[a-z0-9]+)+\b|\b(?:cgct|crpa|casf)\b"
)


#: Addresses and names of files, which are what they are.
ADRESSES = re.compile(
    r"https?://\S+|(?:/|…/)(?:api|v3|france_connect)[\w/]*|\b[\w-]+\.(?:csv|pdf|xlsx|yml)\b"
)


class Passage(NamedTuple):
    """What one walk has seen."""

    vues: set[str]
    casses: list[str]
    bruts: list[str]
    #: The names among them that gave a page or a file.
    lues: set[str]


@pytest.fixture
def demonstration(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ENVIRONNEMENT = "demonstration"
    monkeypatch.setattr(secrets, "FICHIER", tmp_path / "demonstration.json")
    monkeypatch.setattr(chargement, "ETUDIANTS", 20)
    call_command("charger_demonstration", verbosity=0)


def parcourir(client: Client, depart: str = "/", *, publiques: Container[str] = ()) -> Passage:
    """Follow every link, breadth first. Two addresses that differ by the values of their parameters count as one.

    The names of the public pages, which everyone is shown alike, are given once they have been walked through.
    """
    a_voir = deque([Lien("", depart)])
    connues: set[object] = set()
    par_vue: dict[str, int] = {}
    casses: list[str] = []
    bruts: list[str] = []
    ancres: dict[str, set[str]] = {}
    lues: set[str] = set()
    while a_voir:
        sur, vers = a_voir.popleft()
        adresse, ancre = urldefrag(vers)
        if adresse in ancres:
            if ancre and ancre not in ancres[adresse]:
                casses.append(f"{sur} → {vers} : pas d'ancre")
            continue
        parties = urlsplit(adresse)
        cle = (parties.path, frozenset(nom for nom, _ in parse_qsl(parties.query)))
        if cle in connues:
            continue
        connues.add(cle)
        try:
            vue = resolve(parties.path).view_name
        except Resolver404:
            casses.append(f"{sur} → {vers} : aucune page")
            continue
        par_vue[vue] = par_vue.get(vue, 0) + 1
        if par_vue[vue] > PAGES_PAR_VUE or (vue in publiques and adresse != depart):
            continue
        response = client.get(adresse)
        if response.streaming:
            response.getvalue()  # to its end, which is what closes it as a server would
        if response.status_code >= 400:
            casses.append(f"{sur} → {vers} : {response.status_code}")
            continue
        if response.status_code in {301, 302}:
            a_voir.append(Lien(adresse, urljoin(adresse, response["Location"])))
            continue
        lues.add(vue)
        if response["Content-Type"].startswith("text/html"):
            page = Page(response.content.decode())
            bruts += [
                f"{adresse} : « {phrase.strip()[:100]} »"
                for phrase in page.phrases
                if BRUT.search(ADRESSES.sub("", phrase))
            ]
            ancres[adresse] = {a["id"] for _, a in page.elements if a.get("id")}
            a_voir += [
                Lien(adresse, urljoin(adresse, href))
                for href in page.liens()
                if not urlsplit(href).scheme and not href.startswith("//")
            ]
    return Passage(set(par_vue), casses, bruts, lues)


#: What each must have come across, or the walk has not been where it should.
ATTENDUES = {
    "malika.abadie": {"demandes", "demande", "habilitation", "habilitation-jetons", "compte"},
    "bruno.castel": {"demandes", "demande-etape", "demande-resume", "demande-bac-a-sable"},
    "nadia.olivier": {"demandes", "demande", "compte"},
    "helene.ibarra": {"instruction", "instruction-demande", "instruction-acte", "instruction-statistiques"},
    "julie.kermarrec": {"instruction", "modeles", "roles"},
    "lea.morvan": {"roles", "administration"},
}


def test_no_link_leads_nowhere_and_no_page_speaks_like_a_program(demonstration: None) -> None:
    casses = {}
    # What a visitor and the first person have both been through, the others need not walk again.
    publiques: set[str] = set()
    au_visiteur: set[str] = set()
    for personne in (None, *PERSONNES):
        client = Client()
        nom = "visiteur"
        if personne is not None:
            nom = personne.courriel
            client.force_login(Compte.objects.get(courriel=personne.adresse))
        passage = parcourir(client, publiques=publiques)
        publiques = publiques or au_visiteur & passage.lues
        au_visiteur = au_visiteur or passage.lues
        assert ATTENDUES.get(nom, {"accueil", "eligibilite"}) <= passage.vues, nom
        if passage.casses or passage.bruts:
            casses[nom] = passage.casses + passage.bruts
    for qui, liste in casses.items():
        print(qui)
        for un in liste:
            print("   ", un)
    assert casses == {}
