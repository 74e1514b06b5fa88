"""A field is declared once: what is rendered, documented and journaled comes from its line, and from nowhere else."""

import pytest

from referentiel.dossiers import Dossier, Trouve
from statut_etudiant.api.champs import CHAMPS, DOSSIER, ETUDIANT, Categorie, Champ, Forme, Redaction, Sujet
from statut_etudiant.api.documentation.briques import texte
from statut_etudiant.api.documentation.schemas import SCHEMAS
from statut_etudiant.api.perimetre import TABLE, Porte
from statut_etudiant.api.v2 import corps as corps_v2
from statut_etudiant.api.v3 import corps as corps_v3

ETUDIANTE = Trouve(
    42, "120890177FA", "D'ARTAGNAN", "Marie-Anne", "2004-05-06",
    [Dossier("inscrit", "RF4", "2026-09-01", "2027-08-31", "31555", "0311384L", "Université Toulouse III")],
)  # fmt: skip
TOUS = frozenset(ligne.scope for ligne in TABLE)
RENDRE = {"v2": corps_v2.rendre, "v3": corps_v3.rendre}


def fictif(sujet: Sujet, donnee: str, cle: str) -> Champ:
    forme = Forme(cle, lambda _: "CANARI", texte("Donnée inventée.", "exemple"))
    return Champ(donnee, Categorie.COMMUNE, sujet, v2=forme, v3=forme)


@pytest.mark.parametrize("version", ["v2", "v3"])
@pytest.mark.parametrize("sujet", [ETUDIANT, DOSSIER])
@pytest.mark.parametrize("cle", ["invente", "objet_invente.invente"])
def test_a_new_field_is_returned_documented_and_logged_by_its_own_line_alone(version, sujet, cle):
    donnee = "identite" if sujet is ETUDIANT else "dates"
    seul = Redaction(version, (*CHAMPS, fictif(sujet, donnee, cle)))
    # Without the commune's own field, the category can only come from the new one.
    sans_commune = ETUDIANTE._replace(dossiers=[ETUDIANTE.dossiers[0]._replace(code_commune="")])

    rendu = RENDRE[version](sans_commune, TOUS, redaction=seul)
    assert str(rendu.corps).count("CANARI") == 1
    assert "commune" in rendu.categories
    assert "commune" not in RENDRE[version](sans_commune, TOUS).categories

    schema, exemple = seul.schema(sujet), seul.exemple(sujet)
    for segment in cle.split("."):
        assert schema["additionalProperties"] is False
        schema, exemple = schema["properties"][segment], exemple[segment]
    assert schema == {"type": "string", "description": "Donnée inventée.", "example": "exemple"}
    assert exemple == "exemple"


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_field_that_the_scopes_do_not_open_is_neither_returned_nor_logged(version):
    redaction = Redaction(version, (*CHAMPS, fictif(DOSSIER, "commune", "invente")))
    rendu = RENDRE[version](ETUDIANTE, frozenset({"mesri_inscription_etudiant"}), redaction=redaction)
    assert "CANARI" not in str(rendu)
    assert rendu.categories == ("inscription", "statut", "regime")


def test_each_item_of_the_table_has_its_fields_and_each_field_its_item():
    ouvertes = {(donnee, porte) for ligne in TABLE for donnee in ligne.donnees for porte in ligne.portes}
    for version, portes in (("v2", {Porte.V2, Porte.V2_FC}), ("v3", {Porte.V3, Porte.V3_FC})):
        declarees = {champ.donnee for champ in CHAMPS if getattr(champ, version) is not None}
        assert declarees == {donnee for donnee, porte in ouvertes if porte in portes}


def test_in_v2_dates_do_not_open_without_the_statut_that_their_keys_tell():
    for ligne in TABLE:
        if "dates" in ligne.donnees and Porte.V2 in ligne.portes:
            assert "statut" in ligne.donnees


def test_the_schemas_of_the_responses_allow_nothing_else():
    for nom in ("EtudiantV2", "InscriptionV2", "AdmissionV3", "StatutEtudiantV3"):
        _ferme(SCHEMAS[nom])


def _ferme(schema) -> None:
    if schema.get("type") == "object":
        assert schema["additionalProperties"] is False
        for propriete in schema["properties"].values():
            _ferme(propriete)


def test_the_fields_of_each_version_are_those_of_the_contract():
    assert [*SCHEMAS["EtudiantV2"]["properties"]] == ["ine", "nom", "prenom", "dateNaissance", "inscriptions"]
    assert {*SCHEMAS["InscriptionV2"]["properties"]} == {
        "statut", "regime", "dateDebutInscription", "dateFinInscription", "dateDebutAdmission", "dateFinAdmission",
        "codeCommune", "etablissement",
    }  # fmt: skip
    donnees = SCHEMAS["StatutEtudiantV3"]["properties"]["data"]["properties"]
    assert {*donnees} == {"identite", "admissions"}
    assert {*donnees["identite"]["properties"]} == {"nom_naissance", "prenom", "date_naissance"}
    admission = SCHEMAS["AdmissionV3"]["properties"]
    assert {*admission} == {
        "date_debut", "date_fin", "est_inscrit", "regime_formation", "code_cog_insee_commune", "etablissement_etudes",
    }  # fmt: skip
    assert {*admission["regime_formation"]["properties"]} == {"libelle", "code"}
    assert {*admission["etablissement_etudes"]["properties"]} == {"uai", "nom"}
