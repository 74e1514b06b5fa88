"""The summary of a request on paper: what the page shows, for who reads the page, in a document made for all."""

import io
from typing import Any

import pikepdf
import pytest
from django.test import Client

from habilitations.demandes import actes
from habilitations.demandes.documents import deposer
from habilitations.models import Demande
from statut_etudiant.portail import demande_en_pdf
from tests.habilitations import scenes
from tests.habilitations.demandes.pdfs import pdf
from tests.habilitations.demandes.test_droits import lecteurs

pytestmark = pytest.mark.django_db


def donnees(demande: Demande, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the document is composed of."""
    recues: dict[str, Any] = {}
    composer = demande_en_pdf.composer

    def noter(modele: str, valeurs: dict[str, Any]) -> bytes:
        assert modele == "demande"
        recues.update(valeurs)
        return composer(modele, valeurs)

    monkeypatch.setattr(demande_en_pdf, "composer", noter)
    assert demande_en_pdf.en_pdf(demande).startswith(b"%PDF-")
    return recues


@pytest.mark.parametrize("type_", ["lecture", "franceconnect", "ecriture"])
def test_every_kind_of_request_prints_whole(type_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    demande = scenes.demande("soumise", type_=type_)
    lues = donnees(demande, monkeypatch)
    titres = [bloc["titre"] for bloc in lues["blocs"]]
    assert titres == {
        "lecture": [
            "Votre organisation", "Le projet", "Les données", "Le cadre juridique", "Les personnes", "Les engagements",
        ],
        "franceconnect": [
            "Votre organisation", "Le projet", "Les données", "Le cadre juridique", "FranceConnect", "Les personnes",
            "Les engagements",
        ],
        "ecriture": ["Votre organisation", "Le projet", "Les établissements", "Les personnes", "Les engagements"],
    }[type_]  # fmt: skip
    faits = dict(lues["faits"])
    assert faits["État"] == "En cours d'instruction"
    assert "réponse due le" in faits["Soumise le"]
    assert str(demande.demandeur) in faits["Demande présentée par"]


def test_it_says_in_words_what_was_answered_and_what_was_not(monkeypatch: pytest.MonkeyPatch) -> None:
    demande = scenes.brouillon(volume_annuel=12000, date_prevue="2027-03-01")
    deposer(
        demande_id=demande.pk,
        acteur=scenes.Acteur(demande.demandeur),
        genre="maquette",
        nom="écran d'accueil.pdf",
        contenu=pdf(),
    )
    demande.refresh_from_db()
    lues = donnees(demande, monkeypatch)
    lignes = {libelle: textes for bloc in lues["blocs"] for libelle, textes in bloc["lignes"]}
    assert lignes["Données"] == [
        "Établissements et lieu d'études", "Identité", "Inscriptions en formation initiale",
    ]  # fmt: skip
    assert lignes["Nombre d'appels par an"] == ["12\xa0000"]
    assert lignes["Date prévue de mise en service"] == ["1er mars 2027"]
    assert lignes["Nature du texte"] == ["Code des transports, article L. 1231-1"]
    assert "Dominique Durand" in lignes["Contact technique"][0]
    assert lues["documents"] == [["Maquette", "écran d'accueil.pdf"]]
    assert "Soumise le" not in dict(lues["faits"])
    vide = scenes.brouillon(intitule="", description="", scopes=[])
    vides = donnees(vide, monkeypatch)
    assert vides["titre"] == f"Demande {vide.numero} : sans intitulé"
    assert ["Description du projet", ["Non renseigné"]] in vides["blocs"][1]["lignes"]


def test_who_reads_the_request_takes_its_summary_a_tagged_document_in_french(client: Client) -> None:
    demande = scenes.demande("validee")
    for nom, compte in lecteurs(demande).items():
        client.force_login(compte)
        reponse = client.get(f"/demandes/{demande.pk}/recapitulatif.pdf")
        assert reponse.status_code == 200, nom
        assert reponse["Content-Disposition"] == f'attachment; filename="demande-{demande.numero}.pdf"'
        assert reponse["Cache-Control"].startswith("max-age=0")
        with pikepdf.open(io.BytesIO(reponse.content)) as document:
            assert document.Root.Lang == "fr-FR"
            assert document.Root.MarkInfo.Marked
            with document.open_metadata() as faits:
                assert faits["dc:title"] == f"Demande {demande.numero} : {demande.intitule}"
                assert faits["pdfuaid:part"] == "1"
    assert (
        f"/demandes/{demande.pk}/recapitulatif.pdf" in client.get(f"/demandes/{demande.pk}").content.decode()
    )


def test_what_an_applicant_typed_is_text_there_never_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    demande = scenes.brouillon(
        intitule='#panic("x") *gras* $x$ <b>', description='= Titre\n#import "x"\n漢字'
    )
    assert donnees(demande, monkeypatch)["titre"].endswith('#panic("x") *gras* $x$ <b>')
    actes.soumettre(demande_id=demande.pk, acteur=scenes.Acteur(demande.demandeur))
