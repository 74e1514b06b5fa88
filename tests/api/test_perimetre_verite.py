"""The truth table of the scopes: every set × statut × régime × door, against the contract said again."""

from itertools import combinations, product

import pytest

from habilitations.scopes import CATALOGUE
from referentiel.dossiers import Dossier, Trouve
from statut_etudiant.api.perimetre import TABLE, Porte, ouvrants, perimetre, vue
from tests.api import oracle
from tests.api.rendus import rendre_v2, rendre_v3

RENDRE = {"v2": rendre_v2, "v3": rendre_v3}


def etudiant(*cases: tuple[str, str]) -> Trouve:
    return Trouve(
        etudiant_id=7,
        ine="120890177FA",
        nom="MARTIN",
        prenom="Marie-Anne",
        date_naissance="2004-05-06",
        dossiers=[
            Dossier(
                statut, regime, f"2026-09-{30 - rang:02d}", "2027-08-31", "31555", "0311384L", "Université"
            )
            for rang, (statut, regime) in enumerate(cases)
        ],
    )


def ensembles(scopes: tuple[str, ...]) -> list[frozenset[str]]:
    return [frozenset(parmi) for taille in range(len(scopes) + 1) for parmi in combinations(scopes, taille)]


@pytest.mark.parametrize(("version", "france_connect"), oracle.PORTES)
def test_each_set_of_scopes_shows_exactly_what_the_contract_says(version, france_connect):
    """2,048 sets × 14 kinds of record: seed sets, v3 sets, and every mix of both."""
    tous = ensembles(oracle.SCOPES)
    assert len(tous) == 2048
    for case in product(oracle.STATUTS, oracle.REGIMES):
        trouve = etudiant(case)
        for scopes in tous:
            obtenu = RENDRE[version](trouve, scopes, france_connect=france_connect)
            assert obtenu == oracle.attendu(trouve, scopes, version, france_connect), (sorted(scopes), case)


@pytest.mark.parametrize(("version", "france_connect"), oracle.PORTES)
def test_grants_add_up_record_by_record(version, france_connect):
    """The same sets on a student who has one record of every kind at once."""
    trouve = etudiant(*product(oracle.STATUTS, oracle.REGIMES))
    for scopes in ensembles(oracle.SCOPES):
        obtenu = RENDRE[version](trouve, scopes, france_connect=france_connect)
        assert obtenu == oracle.attendu(trouve, scopes, version, france_connect), sorted(scopes)


INITIALE, CONTINUE, ADMISSION = "mesri_inscription_etudiant", "mesri_inscription_autre", "mesri_admission"
DATES_V3 = "date_debut date_fin"
SEMENCE_V3 = "date_debut date_fin est_inscrit regime_formation"
SEMENCE_V2 = "statut regime dateDebutInscription dateFinInscription"
ADMIS_V2 = "statut regime dateDebutAdmission dateFinAdmission"
LIEU_V2, LIEU_V3 = " codeCommune etablissement", " code_cog_insee_commune etablissement_etudes"


@pytest.mark.parametrize(
    ("scopes", "version", "initiale", "continue_", "admission"),
    [
        # scopes, then the keys of an RF4 inscrit, of an RF5 inscrit, of an RF6 admis
        (INITIALE, "v2", SEMENCE_V2, "", ""),
        (CONTINUE, "v2", "", SEMENCE_V2, ""),
        (ADMISSION, "v2", "", "", ADMIS_V2),
        (f"{INITIALE} {CONTINUE} {ADMISSION}", "v2", SEMENCE_V2, SEMENCE_V2, ADMIS_V2),
        (f"{INITIALE} mesri_etablissements", "v2", SEMENCE_V2 + LIEU_V2, "", ""),
        (f"{ADMISSION} mesri_etablissements", "v2", "", "", ADMIS_V2 + LIEU_V2),
        ("mesri_etablissements mesri_identite mesri_identifiant", "v2", "", "", ""),
        ("mesri_admissions mesri_admission_inscrit mesri_identite", "v2", "", "", ""),
        (f"{CONTINUE} mesri_admissions mesri_admission_commune_etudes", "v2", "", SEMENCE_V2, ""),
        ("mesri_identite", "v3", "", "", ""),
        ("mesri_admission_inscrit mesri_admission_regime_formation", "v3", "", "", ""),
        ("mesri_etablissements mesri_identite", "v3", "", "", ""),
        (INITIALE, "v3", SEMENCE_V3, "", ""),
        (ADMISSION, "v3", "", "", SEMENCE_V3),
        (f"{CONTINUE} mesri_etablissements", "v3", "", SEMENCE_V3 + LIEU_V3, ""),
        ("mesri_admissions", "v3", DATES_V3, DATES_V3, DATES_V3),
        ("mesri_admissions mesri_admission_inscrit", "v3", *[DATES_V3 + " est_inscrit"] * 3),
        ("mesri_admissions mesri_admission_regime_formation", "v3", *[DATES_V3 + " regime_formation"] * 3),
        (
            "mesri_admissions mesri_admission_commune_etudes",
            "v3",
            *[DATES_V3 + " code_cog_insee_commune"] * 3,
        ),
        (
            "mesri_admissions mesri_admission_etablissement_etudes",
            "v3",
            *[DATES_V3 + " etablissement_etudes"] * 3,
        ),
        # Mixed families: each record has the sum of what each scope opens on it, and no more.
        (f"mesri_admissions {INITIALE}", "v3", SEMENCE_V3, DATES_V3, DATES_V3),
        (f"mesri_admissions {INITIALE} mesri_etablissements", "v3", SEMENCE_V3 + LIEU_V3, DATES_V3, DATES_V3),
        ("mesri_admissions mesri_etablissements", "v3", DATES_V3, DATES_V3, DATES_V3),
        (
            f"mesri_admissions mesri_admission_commune_etudes {ADMISSION}",
            "v3",
            DATES_V3 + " code_cog_insee_commune",
            DATES_V3 + " code_cog_insee_commune",
            SEMENCE_V3 + " code_cog_insee_commune",
        ),
        (f"mesri_admission_commune_etudes {INITIALE}", "v3", SEMENCE_V3, "", ""),
    ],
)
def test_the_visible_keys_are_those_read_in_the_contract(scopes, version, initiale, continue_, admission):
    demandes = frozenset(scopes.split())
    for case, attendues in (
        (("inscrit", "RF4"), initiale),
        (("inscrit", "RF5"), continue_),
        (("admis", "RF6"), admission),
    ):
        corps = RENDRE[version](etudiant(case), demandes)
        if not attendues:
            assert corps is None, case
            continue
        [dossier] = corps["inscriptions"] if version == "v2" else corps["data"]["admissions"]
        assert set(dossier) == set(attendues.split()), case


@pytest.mark.parametrize(
    ("porte", "attendus"),
    [
        (Porte.V2, {INITIALE, CONTINUE, ADMISSION}),
        (Porte.V2_FC, {INITIALE, CONTINUE, ADMISSION}),
        (Porte.V3, {INITIALE, CONTINUE, ADMISSION, "mesri_admissions"}),
        (Porte.V3_FC, {INITIALE, CONTINUE, ADMISSION, "mesri_admissions"}),
    ],
)
def test_the_scopes_that_open_something_are_known_for_each_door(porte, attendus):
    assert ouvrants(porte) == attendus


@pytest.mark.parametrize("porte", Porte)
def test_a_set_without_an_opening_scope_shows_no_record(porte):
    cases = list(product(oracle.STATUTS, oracle.REGIMES))
    for scopes in ensembles(oracle.SCOPES):
        visible = any(perimetre(scopes, dossier, porte) for dossier in etudiant(*cases).dossiers)
        assert visible == (not scopes.isdisjoint(ouvrants(porte))), sorted(scopes)


def test_the_student_shows_only_what_the_door_can_say():
    tous, masques = frozenset(oracle.SCOPES), frozenset({"mesri_identifiant", "mesri_identite"})
    assert {porte: vue(tous, porte).etudiant for porte in Porte} == {
        Porte.V2: {"ine", "identite"},
        Porte.V2_FC: {"ine", "identite"},
        Porte.V3: {"identite"},
        Porte.V3_FC: frozenset(),
    }
    # Without any population nobody exists, so nobody has an INE nor a name.
    assert not any(vue(masques, porte).etudiant for porte in Porte)


def test_an_unknown_scope_status_or_regime_opens_nothing():
    tous = frozenset(oracle.SCOPES)
    assert rendre_v3(etudiant(("inscrit", "RF1")), frozenset({"mesri_tout", ""})) is None
    assert rendre_v3(etudiant(("diplome", "RF1")), tous) is None
    assert rendre_v2(etudiant(("inscrit", "RF8")), tous) is None


def test_the_catalogue_presents_exactly_the_scopes_applied():
    assert sorted(scope.nom for scope in CATALOGUE) == sorted(octroi.scope for octroi in TABLE)
    assert {scope.nom for scope in CATALOGUE if scope.est_population} == ouvrants(Porte.V3)
    assert {scope.nom: scope.famille for scope in CATALOGUE} == {o.scope: o.famille for o in TABLE}
