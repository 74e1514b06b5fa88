"""No link leads nowhere: every page that a person can reach by clicking answers, for every person and for nobody."""

import re
import time
from collections import Counter, deque
from collections.abc import Container, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import Resolver404, resolve

from habilitations.acteur import Acteur
from habilitations.demandes import actes, messagerie
from habilitations.jetons import suspension
from habilitations.models import Compte, Demande, Document, Habilitation, Jeton, Rattachement
from referentiel.models import Etudiant
from statut_etudiant.citoyens import session
from statut_etudiant.demonstration import chargement, secrets
from statut_etudiant.demonstration.citoyens import CITOYENS
from statut_etudiant.demonstration.personnes import PERSONNES
from tests.portail.pages import Page

#: More pages of one kind than this say nothing new: the lists hold the same rows for all.
PAGES_PAR_VUE = 2
#: And of lists, one by state at least.
ETATS = 12


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


#: Attributes that are read aloud, or seen.
DITS = ("alt", "aria-label", "placeholder", "title")
#: Where a person types: a value put there by a program is read too.
SAISIES = {"email", "number", "search", "tel", "text", "url"}


def bruts_de(page: Page) -> list[str]:
    """What this page says as a program would: its text, its title, its attributes, what its fields hold."""
    attributs = [valeurs[nom] for _, valeurs in page.elements for nom in DITS if nom in valeurs]
    dits = [*page.phrases, page.titre, *attributs]
    saisis = [
        un.get("value", "")
        for un in page.tous("input")
        if un.get("type", "text") in SAISIES and "value" in un
    ]
    trouves = [phrase for phrase in dits if BRUT.search(ADRESSES.sub("", phrase))]
    return trouves + [un for un in saisis if re.search(r"\b(?:None|True|False|nan)\b|object \(\d+\)", un)]


class Passage(NamedTuple):
    """What one walk has seen. `especes`: the states of the requests whose pages were opened."""

    vues: set[str]
    casses: list[str]
    bruts: list[str]
    #: The names among them that gave a page or a file.
    lues: set[str]
    especes: set[tuple[object, ...]]


@pytest.fixture
def demonstration(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ENVIRONNEMENT = "demonstration"
    monkeypatch.setattr(secrets, "FICHIER", tmp_path / "demonstration.json")
    monkeypatch.setattr(chargement, "ETUDIANTS", 20)
    call_command("charger_demonstration", verbosity=0)
    vivre()


def vivre() -> None:
    """What happens to requests and tokens, and that the demonstration does not show."""
    helene = Acteur(Compte.objects.get(courriel="helene.ibarra@demonstration.example"))

    def demande(intitule: str) -> tuple[Demande, Acteur]:
        trouvee = Demande.objects.get(intitule=intitule)
        return trouvee, Acteur(trouvee.demandeur)

    # A change under way, submitted; words and a document on a request; one that a colleague is offered.
    changee, bruno = demande("Abonnement de transport étudiant")
    changee.volume_annuel = 30_000
    changee.save()
    Demande.objects.filter(pk=changee.pk).update(cgu_acceptees=True, dpd_informe=True)
    actes.soumettre(demande_id=changee.pk, acteur=bruno)
    discutee, malika = demande("Prime au premier équipement")
    messagerie.envoyer(demande_id=discutee.pk, acteur=helene, texte="Quel arrêté fonde cette prime ?")
    messagerie.envoyer(demande_id=discutee.pk, acteur=malika, texte="Celui du 3 mars, joint.")
    Document.objects.create(
        demande=discutee, genre="cadre", nom="arrete.pdf", contenu=b"%PDF-1.7 x", taille=10, sha256="0" * 64,
        analyse="sans_avis", depose_par=discutee.demandeur,
    )  # fmt: skip
    Rattachement.objects.filter(compte=discutee.demandeur).update(verifie=False)
    rouverte, denis = demande("Aides d'urgence aux étudiants")
    actes.rouvrir(demande_id=rouverte.pk, acteur=denis)
    suspendu = Jeton.objects.vivants().get(habilitation__intitule="Tarif étudiant à la piscine")
    assert suspension.suspendre(jeton_id=suspendu.pk, motif="plus de 100 000 appels dans la journée")


def espece(vue: str, parametres: Mapping[str, Any]) -> tuple[object, ...]:
    """What a page shows, beside its view: two requests in one state look alike, and each state has its own words."""
    pk = parametres.get("pk")
    if pk is None or not vue.startswith(
        ("demande", "instruction-demande", "instruction-acte", "habilitation")
    ):
        return ()
    autres = tuple(sorted(valeur for nom, valeur in parametres.items() if nom != "pk"))
    if vue.startswith("habilitation"):
        etat = Habilitation.objects.filter(pk=pk).values_list("etat", "type").first()
    else:
        etat = Demande.objects.filter(pk=pk).values_list("etat", "type", "instantane_valide__isnull").first()
    return (*(etat or ()), *autres)


def parcourir(client: Client, depart: str = "/", *, publiques: Container[str] = ()) -> Passage:
    """Follow every link, breadth first. Two addresses that differ by the values of their parameters count as one.

    The names of the public pages, which everyone is shown alike, are given once they have been walked through.
    """
    a_voir = deque([Lien("", depart)])
    connues: set[object] = set()
    par_vue: Counter[object] = Counter()
    casses: list[str] = []
    bruts: list[str] = []
    ancres: dict[str, set[str]] = {}
    lues: set[str] = set()
    vues: set[str] = set()
    especes: set[tuple[object, ...]] = set()
    while a_voir:
        sur, vers = a_voir.popleft()
        adresse, ancre = urldefrag(vers)
        if adresse in ancres:
            if ancre and ancre not in ancres[adresse]:
                casses.append(f"{sur} → {vers} : pas d'ancre")
            continue
        parties = urlsplit(adresse)
        # A list's states each have their own rows; other values only sort or search.
        demandes = {(nom, valeur if nom == "etat" else "") for nom, valeur in parse_qsl(parties.query)}
        cle = (parties.path, frozenset(demandes))
        if cle in connues:
            continue
        connues.add(cle)
        try:
            trouvee = resolve(parties.path)
        except Resolver404:
            casses.append(f"{sur} → {vers} : aucune page")
            continue
        vue = trouvee.view_name
        sorte = espece(vue, trouvee.kwargs)
        vues.add(vue)
        par_vue[vue, sorte] += 1
        if par_vue[vue, sorte] > (1 if sorte else ETATS if "etat=" in parties.query else PAGES_PAR_VUE) or (
            vue in publiques and adresse != depart
        ):
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
        especes.add((vue, *sorte))
        if response["Content-Type"].startswith("text/html"):
            page = Page(response.content.decode())
            bruts += [f"{adresse} : « {phrase.strip()[:100]} »" for phrase in bruts_de(page)]
            ancres[adresse] = {a["id"] for _, a in page.elements if a.get("id")}
            a_voir += [
                Lien(adresse, urljoin(adresse, href))
                for href in page.liens()
                if not urlsplit(href).scheme and not href.startswith("//")
            ]
    return Passage(vues, casses, bruts, lues, especes)


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
    especes: set[tuple[object, ...]] = set()
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
        especes |= passage.especes
        if passage.casses or passage.bruts:
            casses[nom] = passage.casses + passage.bruts
    for cle in ("agathe", "elodie"):
        passage = parcourir(citoyen(cle), "/mon-espace")
        assert {"mon-statut", "mes-consultations", "mes-demandes"} <= passage.vues
        if passage.casses or passage.bruts:
            casses[cle] = passage.casses + passage.bruts
    for qui, liste in casses.items():
        print(qui)
        for un in liste:
            print("   ", un)
    assert casses == {}
    # Every state of a request, at its beginning and reopened, by its applicant and by who instructs it.
    for vue in ("demande", "instruction-demande"):
        etats = {(un[1], not un[3]) for un in especes if un[0] == vue}
        assert {etat for etat, _ in etats} >= set(Demande.Etat.values) - SANS_LIEN.get(vue, set())
        assert ("soumise", True) in etats
    assert {un[1] for un in especes if un[0] == "habilitation"} == {"active", "revoquee"}


#: Drafts are their applicant's alone.
SANS_LIEN = {"instruction-demande": {"brouillon"}}


def citoyen(cle: str) -> Client:
    """Signed in to their own pages, as by FranceConnect."""
    connu = next(un for un in CITOYENS if un.cle == cle)
    assert connu.registre is not None
    etudiant = Etudiant.objects.get(ine=connu.registre.ine)
    seance = import_module(settings.SESSION_ENGINE).SessionStore()
    seance[session._CLE] = session.Citoyen(etudiant.pk, connu.nom_affiche, time.time())._asdict()
    seance.save()
    client = Client()
    client.cookies[settings.CITOYEN_COOKIE_NAME] = seance.session_key
    return client


@pytest.mark.parametrize(
    "dit",
    [
        "<p>Validée le None</p>", "<p>Rattachement object (10)</p>", "<p>habilitation_revoquee</p>", "<p>cgct</p>",
        "<p>Données : mesri_admission</p>", "<p>&lt;QuerySet []&gt;</p>", "<p>&lt;Demande: D1&gt;</p>",
        "<p>{{ nom }}</p>", "<p>{% if %}</p>", "<p>True</p>", "<p>datetime.date(2026, 1, 1)</p>",
        "<p>l&amp;#x27;aide</p>",
        "<title>Demande None</title>", '<a href="/" aria-label="Voir None">x</a>', '<input value="None">',
        '<input type="tel" value="None">', '<img alt="mesri_identite">', "<p>statut : modifications_demandees</p>",
    ],
)  # fmt: skip
def test_what_a_program_says_is_noticed(dit: str) -> None:
    assert bruts_de(Page(dit))


@pytest.mark.parametrize(
    "dit",
    [
        "<p>Une demande validée le 1er mars, à 14:05.</p>", "<p>Aucun</p>", "<p><code>mesri_admission</code></p>",
        '<input type="hidden" value="None">', "<p>Lisez /api/v2/etudiants ou fichier.csv</p>",
    ],
)  # fmt: skip
def test_what_people_say_is_not(dit: str) -> None:
    assert bruts_de(Page(dit)) == []
