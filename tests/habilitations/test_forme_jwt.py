"""The JWT form of a reading token: taken by the software that asks for it, opened like any other token."""

import base64
import datetime
import json
import re

import pytest
from django.core.management import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from habilitations.jetons import emission, liens, vie
from habilitations.jetons.vie import JetonRefuse
from habilitations.models import Jeton
from referentiel.models import Etablissement
from tests import fabriques
from tests.api.lecture.appels import INE, INTROSPECT, lire, obtenir, par_ine, verifier_v2, verifier_v3
from tests.habilitations import scenes
from tests.habilitations.jetons import secret_du_lien, validee
from tests.habilitations.test_creer_jeton import creer

pytestmark = pytest.mark.django_db

JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")


def decoder(valeur: str) -> tuple[dict, dict]:
    """Header and payload, as software reads them that has no key."""
    entete, charge, _ = valeur.split(".")
    return tuple(
        json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (entete, charge)
    )


def demarches_simplifiees_accepte(valeur: str) -> bool:
    """Its rule at input: a JWT, decoded without key, whose `exp` is absent or to come."""
    try:
        _, charge = decoder(valeur)
    except (ValueError, UnicodeDecodeError):
        return False
    return charge.get("exp") is None or charge["exp"] > timezone.now().timestamp()


def test_the_software_that_wants_a_jwt_takes_it_and_refuses_the_short_form():
    assert demarches_simplifiees_accepte(fabriques.jeton(jwt=True).secret)
    assert not demarches_simplifiees_accepte(fabriques.jeton().secret)


def test_it_says_what_the_contract_lists_and_nothing_personal():
    emis = fabriques.jeton("mesri_admissions", jwt=True, intitule="Tarification sociale")
    entete, charge = decoder(emis.secret)
    assert entete == {"typ": "JWT", "alg": "HS256", "kid": "ase_l"}
    assert charge.keys() == {"jti", "iat", "iss", "version", "scopes", "sub", "exp", "nonce"}
    assert charge["jti"] == str(emis.jeton.cle)
    assert charge["sub"] == "Tarification sociale"
    assert charge["scopes"] == ["mesri_admissions"]
    assert charge["exp"] == int(emis.jeton.expire_le.timestamp())
    assert abs(charge["iat"] - timezone.now().timestamp()) < 60


def test_a_secret_scanner_recognises_it_by_its_beginning():
    assert fabriques.jeton(jwt=True).secret.startswith(
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIsImtpZCI6ImFzZV9sIn0."
    )
    assert fabriques.jeton(jwt=True, bac_a_sable=True).secret.startswith(
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIsImtpZCI6ImFzZV90In0."
    )


@pytest.mark.parametrize("entete", ["cle", "bearer"])
def test_it_opens_a_call_like_any_other(client: Client, entete: str):
    etudiant, emis = fabriques.inscrit(), fabriques.jeton(jwt=True)
    assert obtenir(client, INE, par_ine(etudiant.ine), getattr(emis, entete)).status_code == 200


def test_revoked_it_is_refused_on_the_next_call(client: Client):
    emis = fabriques.jeton(jwt=True)
    emission.revoquer(jeton_id=emis.jeton.pk, motif="Fin du marché")
    verifier_v3(obtenir(client, INE, {}, emis.bearer), 401, "00105")


def test_nobody_can_alter_it_nor_make_one(client: Client, django_assert_num_queries):
    valeur = fabriques.jeton(jwt=True).secret
    entete, charge, signature = valeur.split(".")
    autre = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"none","kid":"ase_l"}').rstrip(b"=").decode()
    for faux in (
        f"{entete}.{charge}.{signature[:-2]}AA",
        f"{entete}.{charge[:-4]}AAAA.{signature}",
        f"{entete}.{charge}.",
        f"{autre}.{charge}.",
        f"{autre}.{charge}.{signature}",
        valeur + "A" * 5000,
        f"{entete}.é.{signature}",
    ):
        assert not emission.bien_forme(faux)
        with django_assert_num_queries(0):
            verifier_v2(
                obtenir(client, INTROSPECT, {}, {"X-Api-Key": faux.encode().decode("latin-1")}),
                401,
                "access_denied",
            )


def test_it_lives_on_through_a_rotation_of_the_pepper(client: Client, settings):
    emis = fabriques.jeton(jwt=True)
    settings.JETON_POIVRES_ANCIENS = [settings.JETON_POIVRE]
    settings.JETON_POIVRE = "un autre poivre, de trente-deux caractères au moins"
    assert obtenir(client, INTROSPECT, {}, emis.cle).status_code == 200
    settings.JETON_POIVRES_ANCIENS = []
    assert obtenir(client, INTROSPECT, {}, emis.cle).status_code == 401


def test_it_is_never_stored_and_is_shown_by_its_end_alone():
    emis = fabriques.jeton(jwt=True)
    assert bytes(Jeton.objects.get().empreinte) == emission.empreintes(emis.secret)[0]
    assert emis.jeton.affichage == f"JWT …{emis.secret[-4:]}"


def test_whoever_opens_the_link_chooses_the_form(client: Client):
    _, habilitation = validee()
    adresse = reverse("jeton-retrait", args=[secret_du_lien(habilitation)])
    ouverte = client.get(adresse).content.decode()
    assert "démarches simplifiées" in ouverte
    montree = client.post(adresse, {"format": "jwt"}).content.decode()
    [valeur] = set(JWT.findall(montree))
    assert demarches_simplifiees_accepte(valeur)
    assert Jeton.objects.get().en_jwt


def test_a_form_that_does_not_exist_issues_nothing(client: Client):
    _, habilitation = validee()
    adresse = reverse("jeton-retrait", args=[secret_du_lien(habilitation)])
    refusee = client.post(adresse, {"format": "xml"})
    assert refusee.status_code == 200
    assert not Jeton.objects.exists()


def test_a_draft_tries_it_in_the_sandbox():
    demande = scenes.demande("brouillon")
    client = Client()
    client.force_login(demande.demandeur)
    page = client.post(reverse("demande-bac-a-sable", args=[demande.pk]), {"format": "jwt"})
    [valeur] = set(JWT.findall(page.content.decode()))
    assert decoder(valeur)[1]["sub"] == f"Bac à sable de la demande D{demande.pk}"
    assert lire(obtenir(client, INTROSPECT, {}, {"X-Api-Key": valeur}))["scopes"] == sorted(demande.scopes)


def test_prolonging_it_shows_another_and_leaves_the_first_its_thirty_days():
    acteur, habilitation = validee()
    jeton, _ = liens.montrer(habilitation=habilitation, acteur=acteur, en_jwt=True)
    Jeton.objects.filter(pk=jeton.pk).update(expire_le=timezone.now() + datetime.timedelta(days=80))
    with pytest.raises(JetonRefuse, match="porte sa date de fin"):
        vie.prolonger(jeton=jeton, acteur=acteur, rien_n_a_change=True)
    client = Client()
    client.force_login(acteur.compte)
    adresse = reverse("jeton-prolonger", args=[jeton.pk])
    assert "en crée un autre" in client.get(adresse).content.decode()
    assert JWT.search(client.post(adresse, {}).content.decode()) is None
    page = client.post(adresse, {"rien_n_a_change": "on"})
    assert "no-store" in page["Cache-Control"]
    [valeur] = set(JWT.findall(page.content.decode()))
    ancien, nouveau = Jeton.objects.order_by("pk")
    assert decoder(valeur)[1]["exp"] == int(nouveau.expire_le.timestamp())
    assert nouveau.expire_le > timezone.now() + datetime.timedelta(days=500)
    assert ancien.expire_le.date() == (timezone.now() + datetime.timedelta(days=30)).date()


def test_the_command_makes_one_on_demand():
    (valeur,), _ = creer("--scopes", "mesri_admissions", "--format", "jwt")
    assert demarches_simplifiees_accepte(valeur)
    assert Jeton.objects.get().en_jwt


def test_the_command_makes_no_writing_token_in_that_form():
    Etablissement.objects.create(uai="0311384L", nom="Université", code_commune="31555")
    with pytest.raises(CommandError, match="jeton de lecture"):
        creer("--type", "ecriture", "--uai", "0311384L", "--format", "jwt")


def test_the_command_makes_the_token_of_a_bouquet_that_reads_everything():
    (valeur,), messages = creer("--type", "bouquet", "--organisation", "DINUM")
    jeton = Jeton.objects.get()
    assert valeur.startswith("ase_b_")
    assert (jeton.type, jeton.scopes, jeton.uais) == ("b", [], [])
    assert valeur not in messages


def test_the_command_gives_a_bouquet_no_scope_of_its_own():
    with pytest.raises(CommandError, match="lit tout"):
        creer("--type", "bouquet", "--scopes", "mesri_admissions")
