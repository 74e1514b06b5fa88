"""The preview says what the API answers, byte for byte of its JSON; the advice comes when the set is wide."""

import json
import re
from html import unescape
from itertools import combinations

import pytest
from django.test import Client

from habilitations.demandes.usages import REGLES, Projet, conseils
from habilitations.scopes import SCOPES
from referentiel.models import Etablissement
from statut_etudiant.portail.apercu import apercus, etudiante
from tests import fabriques
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db

SCOPES = tuple(SCOPES)
JEUX = [
    frozenset(jeu)
    for jeu in (
        *combinations(SCOPES, 1),
        ("mesri_inscription_etudiant", "mesri_etablissements"),
        ("mesri_inscription_autre", "mesri_identite", "mesri_identifiant"),
        ("mesri_admission", "mesri_etablissements", "mesri_identifiant"),
        ("mesri_admissions", "mesri_admission_inscrit", "mesri_admission_regime_formation"),
        ("mesri_admissions", "mesri_admission_commune_etudes", "mesri_etablissements"),
        ("mesri_inscription_etudiant", "mesri_admissions", "mesri_admission_etablissement_etudes"),
        SCOPES,
    )
]


@pytest.fixture
def en_base() -> None:
    """The fictitious student, as a real one of the referential."""
    camille = etudiante()
    personne = fabriques.etudiant(
        ine=camille.ine,
        nom_naissance=camille.nom,
        prenoms=[camille.prenom],
        date_naissance=camille.date_naissance,
    )
    for rang, dossier in enumerate(camille.dossiers):
        etablissement = Etablissement.objects.filter(uai=dossier.uai).first() or fabriques.etablissement(
            uai=dossier.uai, nom=dossier.etablissement
        )
        fabriques.inscription(
            etudiant=personne, etablissement=etablissement, statut=dossier.statut, regime=dossier.regime,
            date_debut=dossier.date_debut, date_fin=dossier.date_fin, code_commune=dossier.code_commune,
            diplome=str(rang),
        )  # fmt: skip


@pytest.mark.parametrize("scopes", JEUX, ids=lambda jeu: "+".join(sorted(jeu)))
def test_the_preview_is_the_api_s_answer(client: Client, en_base: None, scopes: frozenset[str]) -> None:
    jeton = fabriques.jeton(*sorted(scopes))
    v3, v2 = (apercu.corps for apercu in apercus(scopes, france_connect=False))
    recu = client.get("/api/v2/etudiants", {"ine": etudiante().ine}, headers=jeton.cle)
    assert (recu.json() if recu.status_code == 200 else "") == (json.loads(v2) if v2 else "")
    assert recu.status_code == (200 if v2 else 401)
    recu = client.get(
        "/v3/mesri/statut_etudiant/ine",
        {"ine": etudiante().ine, "recipient": "13002526500013"},
        headers=jeton.bearer,
    )
    assert (recu.json() if recu.status_code == 200 else "") == (json.loads(v3) if v3 else "")
    assert recu.status_code == (200 if v3 else 403)


def test_through_franceconnect_version_3_does_not_repeat_the_identity() -> None:
    v3, v2 = apercus({"mesri_admission", "mesri_identite"}, france_connect=True)
    assert ("nom_naissance" in v3.corps, '"nom"' in v2.corps) == (False, True)


def test_the_page_previews_the_data_that_are_ticked(client: Client) -> None:
    demande = scenes.brouillon(scopes=["mesri_admission"])
    client.force_login(demande.demandeur)
    html = unescape(client.get(f"/demandes/{demande.pk}/etapes/donnees").content.decode())
    blocs = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", html, re.S)
    attendus = [apercu.corps for apercu in apercus(["mesri_admission"], france_connect=False)]
    assert blocs == attendus


def test_the_script_gets_the_preview_alone_and_nothing_unknown_passes(client: Client) -> None:
    client.force_login(scenes.compte())
    response = client.post("/demandes/apercu", {"scopes": ["mesri_identite", "<b>"], "type": "lecture"})
    html = response.content.decode()
    assert "cochez au moins une population" in html
    assert "<html" not in html
    assert "<b>" not in html
    assert client.get("/demandes/apercu").status_code == 405
    client.logout()
    assert client.post("/demandes/apercu").status_code == 302


CAS = {
    "deux_familles": ({"mesri_admission", "mesri_admissions"}, ""),
    "masques_sans_effet": ({"mesri_admissions", "mesri_etablissements"}, ""),
    "identite_et_ine": ({"mesri_admission", "mesri_identite", "mesri_identifiant"}, ""),
    "identite_par_franceconnect": ({"mesri_admission", "mesri_identite"}, ""),
    "formation_continue": ({"mesri_inscription_autre"}, "Réduction pour les étudiants."),
    "admissions": ({"mesri_admission"}, "Réduction pour les étudiants."),
    "lieu": ({"mesri_inscription_etudiant", "mesri_etablissements"}, "Réduction pour les étudiants."),
}


@pytest.mark.parametrize("nom", [regle.nom for regle in REGLES])
def test_each_advice_comes_when_it_should_and_is_silent_otherwise(nom: str) -> None:
    regle = next(regle for regle in REGLES if regle.nom == nom)
    scopes, texte = CAS[nom]
    assert regle.conseil in conseils(Projet(frozenset(scopes), texte, france_connect=True))
    raisonnable = Projet(
        frozenset({"mesri_inscription_etudiant", "mesri_etablissements"}), "Bus de la métropole de Tours."
    )
    assert conseils(raisonnable) == []


def test_a_word_of_the_use_silences_the_advice() -> None:
    for texte in ("Pour les salariés en formation", "Pour les ADULTES", "reprise d'études"):
        assert conseils(Projet(frozenset({"mesri_inscription_autre"}), texte)) == []
