"""« Mes consultations »: each exchange about me, and about nobody else; grouped, filtered, taken away as files."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from referentiel.models import Echange, IneRemplace
from statut_etudiant.citoyens import consultations, exports
from tests import fabriques
from tests.franceconnect.citoyens import au_registre, citoyen, echange
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db
PAGE = "/mon-espace/consultations"


def html(client: Client, adresse: str = PAGE, **parametres: str) -> str:
    reponse = client.get(adresse, parametres)
    assert reponse.status_code == 200
    return reponse.content.decode().replace("&#x27;", "'")


def test_a_consultation_tells_who_when_why_how_and_which_data() -> None:
    etudiant = au_registre("agathe")
    demande = scenes.demande("validee")
    habilitation = demande.habilitation
    numero = echange(etudiant, habilitation=habilitation, voie="france_connect", jti_fc="e" * 64)
    page = html(citoyen(etudiant))
    assert habilitation.organisation.nom in page
    assert habilitation.organisation.siret in page
    assert demande.intitule in page
    assert demande.cadre_references in page
    assert "par FranceConnect, à ma demande" in page
    assert "dates d'inscription ou d'admission, statut (inscrit ou admis)" in page
    assert f"E{numero}" in page
    assert "requete-de-test" in page
    assert date_format(timezone.localtime(), "j F Y") in page
    assert etudiant.ine not in page


def test_nobody_sees_another_person_s_consultations() -> None:
    moi, autre = au_registre("thomas-lille"), au_registre("thomas-arras")
    mien = echange(moi, organisation="Mairie de Lille")
    sien = echange(autre, organisation="Mairie d'Arras", siret="21620041000017")
    client = citoyen(moi)
    page = html(client)
    assert f"E{mien}<" in page.replace("\n", "").replace(" ", "")
    assert f"E{sien}<" not in page.replace("\n", "").replace(" ", "")
    assert "Mairie d'Arras" not in page
    assert "Mairie d'Arras" not in html(client, organisme=str(sien))
    assert client.get(f"{PAGE}/{sien}/contester").status_code == 404
    assert client.post(f"{PAGE}/{sien}/contester", {}).status_code == 404
    for format_ in ("csv", "json"):
        assert "Arras" not in client.get(f"{PAGE}.{format_}").content.decode()


def test_an_agent_who_opened_my_sheet_is_not_named() -> None:
    etudiant = au_registre("agathe")
    etablissement = etudiant.inscriptions.get().etablissement
    gerant = scenes.gestionnaire(etablissement)
    client = Client()
    client.force_login(gerant.compte)
    assert client.get(f"/gestion/referentiel/etudiant/{etudiant.pk}/change/").status_code == 200
    page = html(citoyen(etudiant))
    assert etablissement.nom in page
    assert "ma fiche a été ouverte par un agent" in page
    assert str(gerant.compte) not in page
    assert gerant.compte.courriel not in page


def test_my_own_visits_are_journaled_and_told_apart() -> None:
    etudiant = au_registre("agathe")
    client = citoyen(etudiant)
    html(client)
    (trace,) = Echange.objects.all()
    assert (trace.voie, trace.interface, trace.categories) == ("citoyen", "citoyen", ["consultations"])
    page = html(client)
    assert "Moi-même" in page
    assert "Je ne reconnais pas" not in page


def test_consultations_from_before_a_merge_stay_mine() -> None:
    etudiant, ancien = au_registre("agathe"), fabriques.etudiant()
    numero, cle = echange(ancien), ancien.pk
    ancien.delete()
    IneRemplace.objects.create(
        ancien_ine=fabriques.ine(),
        ancien_etudiant_id=cle,
        etudiant=etudiant,
        fictif=False,
        date_naissance="2004-05-17",
        motif="Doublon",
        auteur="Le ministère",
    )
    assert f"E{numero}" in html(citoyen(etudiant))


def test_organisations_are_grouped_latest_first_with_few_rows_each() -> None:
    etudiant = au_registre("agathe")
    for jour in range(7):
        dernier = echange(
            etudiant,
            organisation="CROUS de Toulouse",
            siret="18310010300017",
            il_y_a=timedelta(days=jour + 2),
        )
    echange(etudiant, organisation="Tisséo", siret="25310028200014", il_y_a=timedelta(days=1))
    trouves = consultations.organismes(etudiant.pk, consultations.TOUJOURS, par_organisme=5)
    assert [(o.nom, o.nombre, len(o.consultations), o.autres) for o in trouves] == [
        ("Tisséo", 1, 1, 0),
        ("CROUS de Toulouse", 7, 5, 2),
    ]
    page = html(citoyen(etudiant))
    assert page.index("Tisséo") < page.index("CROUS de Toulouse")
    assert "Voir les 7 consultations" in page
    assert html(citoyen(etudiant), organisme=str(dernier)).count("Je ne reconnais pas") == 7


def test_a_period_counts_in_days_of_paris_both_included() -> None:
    etudiant = au_registre("agathe")
    hier = timezone.localtime() - timedelta(days=1)
    a_minuit = hier.replace(hour=0, minute=0, second=0, microsecond=0)
    numeros = {
        nom: echange(etudiant, instant=instant)
        for nom, instant in {
            "avant": a_minuit - timedelta(seconds=1),
            "debut": a_minuit,
            "fin": a_minuit + timedelta(hours=23, minutes=59, seconds=59),
            "apres": a_minuit + timedelta(days=1),
        }.items()
    }
    jour = hier.date().isoformat()
    page = html(citoyen(etudiant), du=jour, au=jour)
    assert {nom for nom, numero in numeros.items() if f"E{numero}" in page} == {"debut", "fin"}


@pytest.mark.parametrize(
    ("du", "au", "mots"),
    [
        ("2026-02-30", "", "Saisissez une date valide"),
        ("2026-03-01", "2026-02-01", "La fin de la période précède"),
    ],
)
def test_an_impossible_period_is_told_and_nothing_is_lost(du: str, au: str, mots: str) -> None:
    etudiant = au_registre("agathe")
    echange(etudiant)
    page = html(citoyen(etudiant), du=du, au=au)
    assert mots in page
    assert "Ville de Belleroche" in page


def test_the_csv_neutralises_formulas_and_tells_everything() -> None:
    etudiant = au_registre("agathe")
    numero = echange(etudiant, organisation="=HYPERLINK()")
    reponse = citoyen(etudiant).get(f"{PAGE}.csv")
    assert reponse["Content-Disposition"] == 'attachment; filename="mes-consultations.csv"'
    assert reponse["Cache-Control"] == "no-store, private"
    lignes = list(csv.DictReader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    (ligne,) = [une for une in lignes if une["reference"] == f"E{numero}"]
    assert ligne["organisme"] == "'=HYPERLINK()"
    assert ligne["données"] == "dates d'inscription ou d'admission, statut (inscrit ou admis)"


def test_json_and_pdf_tell_the_same() -> None:
    etudiant = au_registre("agathe")
    numero = echange(etudiant, organisation="Bibliothèque de l’Œuvre – 2 €")
    client = citoyen(etudiant)
    (lue,) = [
        une
        for une in json.loads(client.get(f"{PAGE}.json").content)["consultations"]
        if une["reference"] == f"E{numero}"
    ]
    assert lue["organisme"] == {"nom": "Bibliothèque de l’Œuvre – 2 €", "siret": "13002526500013"}
    assert lue["categories"] == ["dates d'inscription ou d'admission", "statut (inscrit ou admis)"]
    pdf = client.get(f"{PAGE}.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    from habilitations.demandes.pdf import est_un_pdf

    assert est_un_pdf(pdf.content)
    with pikepdf.open(io.BytesIO(pdf.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).startswith("fr")
        with document.open_metadata() as faits:
            assert faits["dc:title"] == "Consultations de mon statut étudiant"
            assert (faits["pdfaid:part"], faits["pdfuaid:part"]) == ("2", "1")


def test_a_pdf_of_too_many_consultations_holds_the_newest_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    composes: list[dict[str, Any]] = []
    monkeypatch.setattr(exports, "LIGNES_D_UN_PDF", 2)
    monkeypatch.setattr(exports, "composer", lambda modele, donnees: composes.append(donnees) or b"%PDF-")
    etudiant = au_registre("agathe")
    numeros = [echange(etudiant, il_y_a=timedelta(days=jours)) for jours in (3, 2, 1)]
    lignes = consultations.raconter(consultations.echanges(etudiant.pk))
    exports.en_pdf(lignes, nom="Agathe")
    (donnees,) = composes
    assert [ligne[0] for ligne in donnees["lignes"]] == [f"E{numeros[2]}", f"E{numeros[1]}"]
    assert "les 2 plus récentes" in donnees["introduction"]


def test_the_number_of_queries_does_not_depend_on_the_number_of_consultations(
    django_assert_max_num_queries: Any,
) -> None:
    etudiant = au_registre("agathe")
    for rang in range(12):
        habilitation = fabriques.habilitation()
        for _ in range(3):
            echange(etudiant, habilitation=habilitation, il_y_a=timedelta(hours=rang))
    client = citoyen(etudiant)
    with django_assert_max_num_queries(20):
        html(client)


def test_the_ine_is_masked_until_it_is_asked_for() -> None:
    etudiant = au_registre("agathe")
    client = citoyen(etudiant)
    page = client.get("/mon-espace/statut").content.decode()
    assert etudiant.ine not in page
    assert etudiant.ine[-3:] in page
    assert etudiant.ine in client.post("/mon-espace/statut").content.decode()
    assert [ligne.categories for ligne in Echange.objects.order_by("id")] == [
        ["identite", "inscriptions"],
        ["identite", "ine", "inscriptions"],
    ]


def test_my_status_tells_who_declared_what_and_when_the_past_included() -> None:
    etudiant = au_registre("agathe")
    passee = fabriques.inscription(
        etudiant=etudiant, ancienne=True, source="fichier", diplome="Licence de lettres", admis=True
    )
    page = citoyen(etudiant).get("/mon-espace/statut").content.decode().replace("&#x27;", "'")
    assert passee.etablissement.nom in page
    assert passee.etablissement.uai in page
    assert "Licence de lettres" in page
    assert "par un fichier, confirmée le" in page
    assert "Admis, terminé" in " ".join(page.split())


def test_a_student_reads_the_name_of_the_place_of_studies() -> None:
    etudiant = au_registre("agathe", code_commune="31555")
    assert "31555, Toulouse" in citoyen(etudiant).get("/mon-espace/statut").content.decode()
