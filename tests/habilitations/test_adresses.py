"""E-mail addresses: one form each, those to which nobody can write, those that look mistyped."""

import html
from typing import Any

import dns.resolver
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from habilitations import adresses
from habilitations.adresses import AdresseInvalide, doute, normaliser
from habilitations.models import Compte, ContactDeDemande, Courriel, Demande, Organisation
from referentiel.caracteres import valider_des_lignes, valider_une_ligne
from tests import fabriques
from tests.habilitations import scenes
from tests.portail.pages import source

#: One of each kind that a line of text must not hold.
CONTROLES = {
    "retour": "\r", "ligne": "\n", "tabulation": "\t", "échappement": "\x1b", "suppression": "\x7f",
    "ligne suivante": "\x85", "C1": "\x9b", "séparateur de ligne": "\u2028", "séparateur de paragraphe": "\u2029",
    "droite à gauche": "\u202e", "isolat": "\u2066",
}  # fmt: skip


@pytest.mark.parametrize(
    ("brute", "gardee"),
    [
        ("  Agent@Ville.TEST ", "agent@ville.test"),
        ("agent@ｖille.test", "agent@ville.test"),
        ("ａgent@ville.test", "agent@ville.test"),
        ("o'brien+api@sous.ville.test", "o'brien+api@sous.ville.test"),
        ("agent@mairie-évry.test", "agent@mairie-évry.test"),
    ],
)
def test_an_address_has_a_single_form(brute: str, gardee: str) -> None:
    assert normaliser(brute) == gardee
    assert normaliser(gardee) == gardee


@pytest.mark.parametrize(
    "brute",
    [
        "", "agent", "agent@", "@ville.test", "a b@ville.test", "é.durand@ville.test", "a@" + "é" * 62 + ".test",
        "a" * 250 + "@ville.test", "agent@ville.test\r\nBcc: x@y.test", "agent@vi\x00lle.test", "agent@straße.test",
        "agent@ville..test", "agent@[192.0.2.1", "agent@ville.test\u202e",
    ],
)  # fmt: skip
def test_what_is_not_an_address_is_refused(brute: str) -> None:
    with pytest.raises(AdresseInvalide):
        normaliser(brute)


@pytest.mark.parametrize(
    ("ecrite", "voulue"),
    [
        ("nom@gmial.com", "nom@gmail.com"),
        ("nom@gmal.com", "nom@gmail.com"),
        ("nom@gmaill.com", "nom@gmail.com"),
        ("nom@gmail.con", "nom@gmail.com"),
        ("nom@gmail.fr", ""),  # not one of theirs, but a real domain
        ("nom@ville.con", "nom@ville.com"),
        ("nom@mairie-clairval.ft", "nom@mairie-clairval.fr"),
        ("nom@hotmial.fr", "nom@hotmail.fr"),
        ("nom@outlok.com", "nom@outlook.com"),
        ("nom@laposte.nte", "nom@laposte.net"),
        ("nom@wanado.fr", "nom@wanadoo.fr"),
        ("nom@education.gouv", "nom@education.gouv.fr"),
        ("nom@gmail.com", ""),
        ("nom@mail.com", ""),
        ("nom@gmx.com", ""),
        ("nom@ville-de-clairval.fr", ""),
        ("nom@sfr.fr", ""),
        ("nom@hotmail.it", ""),
    ],
)
def test_a_common_typing_mistake_gets_a_suggestion(ecrite: str, voulue: str) -> None:
    assert doute(ecrite) == (f"Vouliez-vous écrire {voulue} ?" if voulue else "")


@pytest.fixture
def dns_connu(monkeypatch: pytest.MonkeyPatch, settings: Any) -> dict[tuple[str, str], Any]:
    """What the resolver answers by (domain, kind); what is not there does not exist."""
    settings.COURRIEL_VERIFIER_DOMAINES = True
    connus: dict[tuple[str, str], Any] = {}

    class Relais:
        def __init__(self, exchange: str) -> None:
            self.exchange = exchange

    def resolve(self: Any, domaine: str, genre: str) -> Any:
        reponse = connus.get((domaine, genre), dns.resolver.NXDOMAIN)
        if isinstance(reponse, type):
            raise reponse
        return [Relais(echange) for echange in reponse]

    monkeypatch.setattr(dns.resolver.Resolver, "resolve", resolve)
    monkeypatch.setattr(adresses.cache, "get", lambda cle: None)
    return connus


def test_a_domain_without_mail_is_told_when_the_dns_answers(dns_connu: dict[tuple[str, str], Any]) -> None:
    vide = dns.resolver.NoAnswer
    dns_connu |= {
        ("ville.test", "MX"): ["relais.test."],
        ("adresse.test", "MX"): vide, ("adresse.test", "A"): ["192.0.2.1"],
        ("refuse.test", "MX"): ["."],
        ("rien.test", "MX"): vide, ("rien.test", "A"): vide, ("rien.test", "AAAA"): vide,
        ("muet.test", "MX"): dns.resolver.LifetimeTimeout,
        ("xn--mairie-vry-h7a.test", "MX"): ["relais.test."],
    }  # fmt: skip
    recus = {
        d: doute(f"a@{d}") == "" for d in ("ville.test", "adresse.test", "muet.test", "mairie-évry.test")
    }
    assert recus == dict.fromkeys(recus, True)
    refuses = {d: doute(f"a@{d}") == "" for d in ("refuse.test", "rien.test", "absent.test")}
    assert refuses == dict.fromkeys(refuses, False)


def test_the_dns_is_not_asked_without_the_setting(
    dns_connu: dict[tuple[str, str], Any], settings: Any
) -> None:
    settings.COURRIEL_VERIFIER_DOMAINES = False
    assert doute("a@absent.test") == ""


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/inscription", "/mot-de-passe/oublie"])
def test_a_doubtful_address_is_asked_about_once_then_taken(client: Client, page: str) -> None:
    premiere = html.unescape(source(client.post(page, {"courriel": "nom@gmial.com"})))
    assert "Vouliez-vous écrire nom@gmail.com ?" in premiere
    assert 'name="courriel_confirme" value="nom@gmial.com"' in premiere
    assert not Courriel.objects.exists()
    # Another address is asked about again.
    client.post(page, {"courriel": "nom@hotmial.com", "courriel_confirme": "nom@gmial.com"})
    assert not Courriel.objects.exists()
    client.post(page, {"courriel": "nom@gmial.com", "courriel_confirme": "nom@gmial.com"})
    assert Courriel.objects.get().destinataire == "nom@gmial.com"


@pytest.mark.django_db
@pytest.mark.parametrize("controle", CONTROLES.values(), ids=CONTROLES)
@pytest.mark.parametrize(
    ("modele", "champ"),
    [
        (Compte, "nom"), (Compte, "prenom"),
        (Organisation, "nom"),
        (ContactDeDemande, "nom"), (ContactDeDemande, "prenom"), (ContactDeDemande, "fonction"),
        (ContactDeDemande, "telephone"), (ContactDeDemande, "courriel"),
        (Demande, "intitule"), (Demande, "demandeur_fonction"), (Demande, "demandeur_telephone"),
    ],
)  # fmt: skip
def test_the_database_refuses_control_characters(modele: Any, champ: str, controle: str) -> None:
    scenes.brouillon()
    with pytest.raises(IntegrityError, match="sans_controle"), transaction.atomic():
        modele.objects.update(**{champ: f"a{controle}b"})


@pytest.mark.django_db
def test_a_postal_address_has_lines_and_no_other_control_character() -> None:
    fabriques.organisation()
    Organisation.objects.update(adresse="1 rue Haute\r\n94000 Clairval\tCedex")
    for controle in set(CONTROLES.values()) - {"\r", "\n", "\t"}:
        with pytest.raises(IntegrityError, match="sans_controle"), transaction.atomic():
            Organisation.objects.update(adresse=f"1 rue{controle} Haute")


@pytest.mark.parametrize("controle", [*CONTROLES.values(), "\x00", "\ud800"])
def test_forms_refuse_what_the_database_refuses(controle: str) -> None:
    with pytest.raises(Exception, match="invisible"):
        valider_une_ligne(f"a{controle}b")
    if controle in "\r\n\t":
        valider_des_lignes(f"a{controle}b")
    else:
        with pytest.raises(Exception, match="invisible"):
            valider_des_lignes(f"a{controle}b")
    valider_une_ligne("Éloïse d'Août-Ñandú 中文 العربية")


@pytest.mark.django_db
@pytest.mark.parametrize("controle", ["\r", "\n", "\u2028", "\u202e", "\x1b"])
def test_a_person_corrects_a_name_of_two_lines_on_the_page(client: Client, controle: str) -> None:
    compte = scenes.compte()
    client.force_login(compte)
    page = client.post("/compte/nom", {"prenom": "Ana", "nom": f"Vas{controle}seur"})
    assert page.status_code == 200
    assert "caractère invisible" in page.content.decode()


@pytest.mark.django_db
def test_the_patterns_of_the_database_and_of_the_forms_say_the_same() -> None:
    from referentiel.caracteres import _CONTROLE, _HORS_LIGNES, MOTIF_CONTROLE, MOTIF_CONTROLE_HORS_LIGNES

    tous = [chr(n) for n in range(1, 0x3000) if not 0xD800 <= n <= 0xDFFF]
    for motif, python in ((MOTIF_CONTROLE, _CONTROLE), (MOTIF_CONTROLE_HORS_LIGNES, _HORS_LIGNES)):
        with connection.cursor() as curseur:
            curseur.execute("SELECT c FROM unnest(%s::text[]) c WHERE c ~ %s", [tous, motif])
            assert {c for (c,) in curseur} == {c for c in tous if python.search(c)}
