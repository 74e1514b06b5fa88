"""What a list does not show is not read by its filters, letter by letter: every table of the product's admins."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from habilitations.admin import site as administration
from habilitations.models import Courriel
from referentiel.site.gestion import gestion
from tests import fabriques
from tests.habilitations import scenes
from tests.referentiel.gestion import personnes

pytestmark = pytest.mark.django_db

#: Columns that no list may be asked about, wherever they are reached from. Written by hand: a new secret goes here.
SENSIBLES = {
    "password", "empreinte", "cle_chiffree", "texte", "html", "contenu", "session_data", "cle", "sub", "courriel",
    "generation", "code", "objet", "ine", "date_naissance", "nom_naissance", "prenoms",
}  # fmt: skip
PREFIXES = ("startswith", "regex", "contains", "gte", "in", "exact")


def chemins(modele: type[Model], debut: str = "", profondeur: int = 2) -> Iterator[str]:
    """`compte__password`…: the sensitive columns of this table, and of those that it leads to."""
    for champ in modele._meta.get_fields():
        if champ.name in SENSIBLES and not champ.is_relation:
            yield f"{debut}{champ.name}"
        suivi = (
            champ.is_relation and champ.related_model not in {None, modele} and not champ.name.endswith("+")
        )
        if suivi and profondeur:
            yield from chemins(champ.related_model, f"{debut}{champ.name}__", profondeur - 1)


def cas(site: Any) -> list[tuple[str, str]]:
    return [
        (
            f"{site.name}:{modele._meta.app_label}_{modele._meta.model_name}_changelist",
            f"{chemin}__{PREFIXES[rang % len(PREFIXES)]}",
        )
        for modele in site._registry
        for rang, chemin in enumerate(sorted(set(chemins(modele))))
    ]


@pytest.mark.parametrize("site", [administration, gestion], ids=lambda site: site.name)
def test_no_table_answers_about_a_hidden_column(site: Any) -> None:
    if site is administration:
        client = Client()
        client.force_login(scenes.compte("administrateur"))
    else:
        client = personnes.entrer(scenes.compte("responsable"))
    essais = cas(site)
    assert len(essais) > 100
    repondues = [
        (nom, filtre)
        for nom, filtre in essais
        # 400: refused; anything shown, even an empty list, is an answer.
        if client.get(reverse(nom), {filtre: "p"}).status_code not in {400, 404}
    ]
    assert repondues == []


@pytest.mark.parametrize(
    "attaque",
    [
        ("compte", {"password__startswith": "md5$"}),
        ("compte", {"password__regex": "^md5"}),
        ("courriel", {"texte__regex": "mot-de-passe/nouveau/MQ/a"}),
        ("courriel", {"html__contains": "nouveau"}),
        ("jeton", {"empreinte__startswith": "a"}),
        ("role", {"compte__password__startswith": "md5$"}),
        ("demande", {"demandeur__password__startswith": "md5$"}),
        ("demande", {"demandeur__identites__sub__startswith": "a"}),
        ("rattachement", {"compte__appareils__cle_chiffree__startswith": "a"}),
    ],
)
def test_digests_and_links_cannot_be_guessed(attaque: tuple[str, dict[str, str]]) -> None:
    modele, filtre = attaque
    fabriques.jeton()
    scenes.demande("soumise")
    client = Client()
    client.force_login(scenes.compte("administrateur"))
    assert client.get(reverse(f"administration:habilitations_{modele}_changelist"), filtre).status_code == 400


def test_the_filters_that_the_pages_offer_still_work() -> None:
    scenes.demande("soumise")
    client = Client()
    client.force_login(scenes.compte("administrateur"))
    for modele, filtre in (
        ("demande", {"etat__exact": "soumise"}),
        ("demande", {"type__exact": "lecture"}),
        ("compte", {"is_active__exact": "1"}),
        ("role", {"retire_le__isempty": "1"}),
        ("courriel", {"etat": Courriel.Etat.EN_ATTENTE, "genre": "accuse_reception"}),
        ("evenement", {"acte": "soumettre"}),
        ("courriel", {"etat": Courriel.Etat.EN_ATTENTE}),
        ("demande", {"q": "Tarif"}),
    ):
        adresse = reverse(f"administration:habilitations_{modele}_changelist")
        assert client.get(adresse, filtre).status_code == 200, filtre


@pytest.mark.parametrize("genre", ["mot_de_passe_oublie", "ouverture_de_compte", "courriel_a_confirmer"])
def test_an_account_link_is_neither_readable_nor_kept(genre: str, mailoutbox: list[Any]) -> None:
    from habilitations.comptes import changement_de_courriel, mot_de_passe, ouverture_de_compte
    from habilitations.tasks import envoyer_courriels

    compte = scenes.compte(courriel="camille@exemple.test", password="x" * 12)
    match genre:
        case "mot_de_passe_oublie":
            mot_de_passe.demander("camille@exemple.test")
        case "ouverture_de_compte":
            ouverture_de_compte.demander("nouvelle@exemple.test")
        case _:
            changement_de_courriel.demander(compte=compte, nouveau="autre@exemple.test")
    courriel = Courriel.objects.get(genre=genre)
    assert courriel.sensible
    assert "http" in courriel.texte
    client = Client()
    client.force_login(scenes.compte("administrateur"))
    adresse = reverse("administration:habilitations_courriel_change", args=[courriel.pk])
    lien = next(mot for mot in courriel.texte.split() if mot.startswith("http"))
    assert lien not in client.get(adresse).content.decode()
    envoyer_courriels()
    courriel.refresh_from_db()
    assert lien in mailoutbox[0].body
    assert lien not in courriel.texte + courriel.html
