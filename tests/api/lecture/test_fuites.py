"""No value that the scopes do not show leaves by HTTP: canaries searched in the bytes of bodies and headers."""

import random

import orjson
import pytest

from referentiel.dossiers import Dossier, Trouve
from referentiel.models import Inscription
from tests import fabriques
from tests.api import oracle
from tests.api.canaris import caches
from tests.api.lecture.appels import (
    IDENTITE,
    INE,
    PAR_IDENTITE_V2,
    PAR_IDENTITE_V3,
    V2,
    lire,
    obtenir,
    par_ine,
)

pytestmark = pytest.mark.django_db

#: Drawn before anything is read of a student: no need to search it, and its randomness would find short canaries.
VARIABLES = {"X-Request-ID", "RateLimit-Remaining", "RateLimit-Reset"}

TOUTES = list(oracle.POPULATION)


def octets(reponse) -> bytes:
    """Everything that leaves, but for what changes from one call to the next."""
    entetes = sorted(f"{n}: {v}" for n, v in reponse.headers.items() if n not in VARIABLES)
    return "\n".join([str(reponse.status_code), *entetes, ""]).encode() + reponse.content


def semer(numero: int, cases: list[tuple[str, str]]) -> Trouve:
    """A student in the database whose every value is found nowhere else, and what is expected of it."""
    annee = fabriques.rentree().year
    etudiant = fabriques.etudiant(
        id=77_000_000_000 + numero,
        ine=f"99887{numero:05}Z",
        nom_naissance=f"Canarinom {'abcdefghij'[numero % 10]}{'abcdefghij'[numero // 10]}",
        prenoms=["Canariprenom", "Canarisecond"],
        date_naissance="1977-12-31",
    )
    dossiers = []
    for rang, (statut, regime) in enumerate(cases):
        etablissement = fabriques.etablissement(nom=f"École canari {numero} {rang}")
        inscription = fabriques.inscription(
            etudiant=etudiant,
            etablissement=etablissement,
            statut=statut,
            regime=regime,
            date_debut=f"{annee}-{rang + 1:02}-11",
            date_fin=f"{annee + 1}-{rang + 1:02}-22",
            code_commune=f"7{rang}{rang}99",
            diplome="Canaridiplome",
            niveau_diplome="Canariniveau",
        )
        dossiers.append(
            Dossier(
                statut,
                regime,
                str(inscription.date_debut),
                str(inscription.date_fin),
                inscription.code_commune,
                etablissement.uai,
                etablissement.nom,
            )
        )
    return Trouve(etudiant.pk, etudiant.ine, etudiant.nom_naissance, "Canariprenom", "1977-12-31", dossiers)


def identite(trouve: Trouve, version: str) -> dict[str, str]:
    if version == "v2":
        return {
            "nom": trouve.nom,
            "prenom": trouve.prenom,
            "dateDeNaissance": trouve.date_naissance,
            "sexe": "f",
        }
    return PAR_IDENTITE_V3 | {
        "nomNaissance": trouve.nom,
        "prenoms[]": trouve.prenom,
        "anneeDateNaissance": "1977",
        "moisDateNaissance": "12",
        "jourDateNaissance": "31",
    }


def trie(corps: dict) -> dict:
    """Records in any order: the order is another test's business."""
    cle = "inscriptions" if "inscriptions" in corps else "admissions"
    ou = corps if cle in corps else corps["data"]
    ou[cle].sort(key=lambda dossier: orjson.dumps(dossier, option=orjson.OPT_SORT_KEYS))
    return corps


def test_no_canary_leaves_in_2_500_answers(client):
    hasard = random.Random(20261121)
    etudiants = [semer(numero, hasard.sample(TOUTES, k=hasard.randint(1, 4))) for numero in range(25)]
    ensembles = [
        frozenset(hasard.sample(oracle.SCOPES, k=hasard.randint(1, len(oracle.SCOPES)))) for _ in range(25)
    ]
    nombre = 0
    for scopes in ensembles:
        emis = fabriques.jeton(*sorted(scopes), sans_quota=True)
        for trouve in etudiants:
            for chemin, version, parametres in (
                (V2, "v2", {"ine": trouve.ine}),
                (V2, "v2", identite(trouve, "v2")),
                (INE, "v3", par_ine(trouve.ine)),
                (IDENTITE, "v3", identite(trouve, "v3")),
            ):
                reponse = obtenir(client, chemin, parametres, emis.cle)
                partis = octets(reponse).decode()
                toujours = ["Canarisecond", "Canaridiplome", "Canariniveau"]
                fuites = [v for v in [*caches(trouve, scopes, version, False), *toujours] if v in partis]
                assert not fuites, (chemin, sorted(scopes), fuites)
                attendu = oracle.attendu(trouve, scopes, version, False)
                assert (reponse.status_code == 200) is (attendu is not None)
                if attendu is not None:
                    assert trie(lire(reponse)) == trie(attendu)
                nombre += 1
    assert nombre == 2_500


#: What the token may see, what changes in the database where it may not look.
JUMEAUX = [
    (["mesri_inscription_etudiant"], {"code_commune": "75056"}, {}),
    (["mesri_inscription_etudiant"], {"diplome": "Licence", "cursus": "L", "niveau_diplome": "6"}, {}),
    (["mesri_inscription_etudiant"], {"regime": "RF4"}, {"version": "v2"}),
    (["mesri_inscription_etudiant"], {"source": "fichier"}, {}),
    (["mesri_admissions"], {"statut": "admis", "regime": "RF7", "code_commune": "75056"}, {"version": "v3"}),
    (["mesri_admissions", "mesri_admission_inscrit"], {"regime": "RF7"}, {"version": "v3"}),
    (["mesri_admissions", "mesri_admission_regime_formation"], {"statut": "admis"}, {"version": "v3"}),
]
IDENTITES = [
    (
        ["mesri_inscription_etudiant", "mesri_etablissements"],
        {"nom_naissance": "Autre", "prenoms": ["Autre"]},
    ),
    (["mesri_inscription_etudiant", "mesri_etablissements"], {"date_naissance": "1990-01-01", "sexe": None}),
    (["mesri_inscription_etudiant", "mesri_identite"], {"sexe": "M", "lieu_naissance": "99100"}),
    (["mesri_inscription_etudiant", "mesri_identite"], {"prenoms": ["Camille"], "identite_verifiee": True}),
    (
        ["mesri_inscription_etudiant", "mesri_identite"],
        {"precision_naissance": "mois", "date_naissance": "2004-03-01"},
    ),
]


def par_ine_partout(client, ine, emis, version=None) -> list[bytes]:
    chemins = [c for c, v in ((V2, "v2"), (INE, "v3")) if version in (None, v)]
    return [octets(obtenir(client, chemin, par_ine(ine), emis.cle)) for chemin in chemins]


@pytest.mark.parametrize(("scopes", "change", "ou"), JUMEAUX)
def test_a_hidden_field_of_the_record_changes_no_byte(client, scopes, change, ou):
    inscription, emis = fabriques.inscription(), fabriques.jeton(*scopes)
    avant = par_ine_partout(client, inscription.etudiant.ine, emis, **ou)
    assert avant[0].startswith(b"200")
    Inscription.objects.filter(pk=inscription.pk).update(**change)
    assert par_ine_partout(client, inscription.etudiant.ine, emis, **ou) == avant


@pytest.mark.parametrize(("scopes", "change"), IDENTITES)
def test_a_hidden_field_of_the_student_changes_no_byte(client, scopes, change):
    etudiant, emis = fabriques.inscrit(identite={"date_naissance": "2004-03-01"}), fabriques.jeton(*scopes)
    avant = par_ine_partout(client, etudiant.ine, emis)
    assert avant[0].startswith(b"200")
    for champ, valeur in change.items():
        setattr(etudiant, champ, valeur)
    etudiant.save()
    assert par_ine_partout(client, etudiant.ine, emis) == avant


def test_a_hidden_record_changes_no_byte(client):
    etudiant, emis = (
        fabriques.inscrit(),
        fabriques.jeton("mesri_inscription_etudiant", "mesri_etablissements"),
    )
    avant = par_ine_partout(client, etudiant.ine, emis)
    fabriques.inscription(etudiant=etudiant, admis=True)
    fabriques.inscription(etudiant=etudiant, continue_=True)
    fabriques.inscription(etudiant=etudiant, ancienne=True)
    assert par_ine_partout(client, etudiant.ine, emis) == avant


def test_a_hidden_namesake_changes_no_byte(client):
    fabriques.inscrit()
    emis = fabriques.jeton("mesri_inscription_etudiant", "mesri_identite")
    appels = ((V2, PAR_IDENTITE_V2), (IDENTITE, PAR_IDENTITE_V3))
    avant = [octets(obtenir(client, chemin, parametres, emis.cle)) for chemin, parametres in appels]
    assert avant[0].startswith(b"200")
    fabriques.inscrit(admis=True)
    fabriques.inscrit(ancienne=True)
    fabriques.inscrit(fictif=True)
    fabriques.etudiant()
    assert [octets(obtenir(client, chemin, parametres, emis.cle)) for chemin, parametres in appels] == avant


def test_all_students_not_found_look_the_same_to_the_byte(client):
    emis = fabriques.jeton("mesri_inscription_etudiant", "mesri_identifiant", "mesri_identite")
    ines = {
        "absent": fabriques.ine(),
        "hors population": fabriques.inscrit(admis=True).ine,
        "trop ancien": fabriques.inscrit(ancienne=True).ine,
        "fictif": fabriques.inscrit(fictif=True).ine,
        "sans dossier": fabriques.etudiant().ine,
    }
    for chemin in (V2, INE):
        reponses = {cas: octets(obtenir(client, chemin, par_ine(ine), emis.cle)) for cas, ine in ines.items()}
        assert len(set(reponses.values())) == 1, reponses
        assert reponses["absent"].startswith(b"404")


@pytest.mark.parametrize(("chemin", "parametres"), [(V2, PAR_IDENTITE_V2), (IDENTITE, PAR_IDENTITE_V3)])
def test_by_identity_too_all_students_not_found_look_the_same_to_the_byte(client, chemin, parametres):
    emis = fabriques.jeton("mesri_inscription_etudiant", "mesri_identite")
    vus = [octets(obtenir(client, chemin, parametres, emis.cle))]
    for semer_un in (
        lambda: fabriques.inscrit(admis=True),
        lambda: fabriques.inscrit(ancienne=True),
        lambda: fabriques.inscrit(fictif=True),
        lambda: (fabriques.inscrit(), fabriques.inscrit()),  # several match
    ):
        semer_un()
        vus.append(octets(obtenir(client, chemin, parametres, emis.cle)))
    assert len(set(vus)) == 1
    assert vus[0].startswith(b"404")
