"""No value that the scopes do not show ever leaves: canaries, searched in the bytes of the answers."""

from collections.abc import Iterator
from functools import partial
from itertools import product

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referentiel.dossiers import Dossier, Trouve
from statut_etudiant.api.v2 import corps as corps_v2
from statut_etudiant.api.v3 import corps as corps_v3
from tests.api import oracle
from tests.api.canaris import caches, cles_de
from tests.api.rendus import rendre_v2, rendre_v3

RENDRE = {
    ("v2", False): rendre_v2,
    ("v2", True): partial(rendre_v2, france_connect=True),
    ("v3", False): rendre_v3,
    ("v3", True): partial(rendre_v3, france_connect=True),
}
#: 2,500 students and sets of scopes, each tried at the four doors: 10,000 cases.
dix_mille = settings(max_examples=2_500, deadline=None, database=None)
#: Companions of the main property, cheaper in number.
quelques = settings(
    max_examples=400, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)

ensembles = st.frozensets(st.sampled_from(oracle.SCOPES))
kinds = st.lists(
    st.tuples(st.sampled_from(oracle.STATUTS), st.sampled_from(oracle.REGIMES)), min_size=1, max_size=5
)


def etudiant(kinds: list[tuple[str, str]]) -> Trouve:
    """Every value of every record is found nowhere else."""
    return Trouve(
        etudiant_id=770077,
        ine="CANARIINE01",
        nom="CANARINOM",
        prenom="Canariprenom",
        date_naissance="1999-12-31",
        dossiers=[
            Dossier(
                statut,
                regime,
                f"2026-{rang + 1:02d}-11",
                f"2027-{rang + 1:02d}-22",
                f"9{rang}{rang}99",
                f"{rang}55555{rang}Z",
                f"École canari {rang}",
            )
            for rang, (statut, regime) in enumerate(kinds)
        ],
    )


@dix_mille
@given(kinds=kinds, scopes=ensembles)
def test_no_value_outside_the_scopes_is_in_the_bytes_returned(kinds, scopes):
    trouve = etudiant(kinds)
    for (version, france_connect), rendre in RENDRE.items():
        octets = orjson.dumps(rendre(trouve, scopes)).decode()
        fuites = [valeur for valeur in caches(trouve, scopes, version, france_connect) if valeur in octets]
        assert not fuites, (version, france_connect, fuites)


@quelques
@given(kinds=kinds, scopes=ensembles, hasard=st.randoms(use_true_random=False))
def test_the_order_of_the_records_in_the_database_is_not_seen(kinds, scopes, hasard):
    """Neither the order of the rows nor anything hidden moves a byte: only visible values are sorted."""
    trouve = etudiant(kinds)
    # Same dates for all, so that what is left to sort by is the rest of the record.
    dossiers = [d._replace(date_debut="2026-09-01", date_fin="2027-08-31") for d in trouve.dossiers]
    melanges = hasard.sample(dossiers, k=len(dossiers))
    for rendre in RENDRE.values():
        un = rendre(trouve._replace(dossiers=dossiers), scopes)
        autre = rendre(trouve._replace(dossiers=melanges), scopes)
        assert orjson.dumps(un) == orjson.dumps(autre)


@quelques
@given(kinds=kinds, scopes=ensembles, donnees=st.data())
def test_two_students_who_differ_by_hidden_values_only_give_the_same_bytes(kinds, scopes, donnees):
    trouve = etudiant(kinds)
    for (version, france_connect), rendre in RENDRE.items():
        jumeau = _jumeau(trouve, scopes, version, france_connect, donnees)
        assert orjson.dumps(rendre(trouve, scopes)) == orjson.dumps(rendre(jumeau, scopes))


def _jumeau(
    trouve: Trouve, scopes: frozenset[str], version: str, france_connect: bool, donnees: st.DataObject
) -> Trouve:
    """The same student with all that these scopes hide changed, and hidden records added or removed."""
    dossiers = []
    for dossier in trouve.dossiers:
        cles = cles_de(dossier, scopes, version)
        if not cles:
            continue
        if cles.isdisjoint({"codeCommune", "code_cog_insee_commune"}):
            dossier = dossier._replace(code_commune="00000")
        if cles.isdisjoint({"etablissement", "etablissement_etudes"}):
            dossier = dossier._replace(uai="0000000A", etablissement="Autre")
        statut, regime = donnees.draw(st.sampled_from(list(_indiscernables(dossier, scopes, version))))
        dossiers.append(dossier._replace(statut=statut, regime=regime))
    cles_des_cases = oracle.cles_v2 if version == "v2" else oracle.cles_v3
    invisibles = [case for case in oracle.POPULATION if not cles_des_cases(scopes, *case)]
    if invisibles:
        autres = donnees.draw(st.lists(st.sampled_from(invisibles), max_size=2))
        dossiers += [Dossier(*case, "2030-01-01", "2031-01-01", "1", "2", "3") for case in autres]
    jumeau = trouve._replace(etudiant_id=1, dossiers=donnees.draw(st.permutations(dossiers)))
    if version == "v3" or "mesri_identifiant" not in scopes:
        jumeau = jumeau._replace(ine="0000000000Z")
    if "mesri_identite" not in scopes or (version == "v3" and france_connect):
        jumeau = jumeau._replace(nom="AUTRE", prenom="", date_naissance="1900-01-01")
    return jumeau


def _indiscernables(dossier: Dossier, scopes: frozenset[str], version: str) -> Iterator[tuple[str, str]]:
    """The (statut, régime) that these scopes cannot tell from those of this record."""
    cles = cles_de(dossier, scopes, version)
    for statut, regime in oracle.POPULATION:
        if cles_de(dossier._replace(statut=statut, regime=regime), scopes, version) != cles:
            continue
        if not cles.isdisjoint({"statut", "est_inscrit"}) and statut != dossier.statut:
            continue
        if version == "v3" and "regime_formation" in cles and regime != dossier.regime:
            continue
        # v2 folds the seven régimes to two: which one of the same fold stays hidden.
        if version == "v2" and oracle.REGIME_V2[regime] != oracle.REGIME_V2[dossier.regime]:
            continue
        yield statut, regime


@quelques
@given(
    kinds=kinds,
    scopes=ensembles,
    vides=st.sets(st.sampled_from(["ine", "nom", "prenom", "date_naissance"])),
    vides_dossier=st.sets(st.sampled_from(["code_commune", "uai", "etablissement"])),
)
def test_an_unknown_value_is_an_absent_key(kinds, scopes, vides, vides_dossier):
    trouve = etudiant(kinds)
    trouve = trouve._replace(
        dossiers=[d._replace(**dict.fromkeys(vides_dossier, "")) for d in trouve.dossiers],
        **dict.fromkeys(vides, ""),
    )
    for rendre in RENDRE.values():
        corps = rendre(trouve, scopes)
        if corps is None:
            continue
        octets = orjson.dumps({cle: valeur for cle, valeur in corps.items() if cle not in ("links", "meta")})
        assert b"null" not in octets
        assert b'""' not in octets
        assert b"{}" not in octets


@quelques
@given(kinds=kinds, scopes=ensembles)
def test_the_log_notes_the_categories_given_and_no_others(kinds, scopes):
    cles_par_categorie = {
        "identite": ('"nom"', '"nom_naissance"'),
        "ine": ('"ine"',),
        "inscription": ('"dateDebutInscription"', '"dateDebutAdmission"', '"date_debut"'),
        "statut": ('"statut"', '"est_inscrit"'),
        "regime": ('"regime"', '"regime_formation"'),
        "commune": ('"codeCommune"', '"code_cog_insee_commune"'),
        "etablissement": ('"uai"',),
    }
    for rendre, france_connect in product((corps_v2.rendre, corps_v3.rendre), (False, True)):
        rendu = rendre(etudiant(kinds), scopes, france_connect=france_connect)
        if rendu is None:
            continue
        octets = orjson.dumps(rendu.corps).decode()
        attendues = [
            code
            for code, cles in cles_par_categorie.items()
            # The establishment's own `nom` is not an identity.
            if any(cle in octets.replace('Z","nom"', "") for cle in cles)
        ]
        assert list(rendu.categories) == attendues
