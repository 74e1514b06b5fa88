"""Who is found by identity, against the database (referential, "Who is found by identity")."""

import datetime

import pytest

from referentiel.enonces_prepares import executer
from referentiel.recherche import SQL_IDENTITE, SQL_INE, assembler, parametres_identite, parametres_ine
from tests import fabriques

pytestmark = pytest.mark.django_db

NAISSANCE = datetime.date(2004, 3, 27)


def chercher(**criteres) -> list[int]:
    """The students found. By default the criteria are those of the factories' student."""
    criteres = {
        "nom": "Martin",
        "prenom": "Camille",
        "date_naissance": NAISSANCE,
        "sexe": None,
        "lieu": None,
        "depuis": fabriques.rentree(),
    } | criteres
    lignes = executer(SQL_IDENTITE.format(fictif="false"), parametres_identite(**criteres))
    return [trouve.etudiant_id for trouve in assembler(lignes)]


def registrer(**identite) -> int:
    return fabriques.inscrit(identite=identite).pk


@pytest.mark.parametrize(
    ("enregistre", "demande"),
    [
        ("Lefèvre", "LEFEVRE"),
        ("LEFEVRE", "lefèvre"),
        ("Lefe\u0300vre", "Lefèvre"),  # decomposed
        ("Lebœuf", "LEBOEUF"),
        ("LEBOEUF", "Lebœuf"),
        ("Ægidius", "aegidius"),
        ("Strauß", "STRAUSS"),
        ("STRAUẞ", "strauss"),
        ("d'Artagnan", "D ARTAGNAN"),
        ("D ARTAGNAN", "dartagnan"),
        ("DARTAGNAN", "d’Artagnan"),
        ("D´ARTAGNAN", "d'artagnan"),
        ("L’Haÿ--les.Roses", "l hay les roses"),
        ("Saint-Exupéry", "Saint Exupery"),
        ("Saint‑Exupéry", "SAINT-EXUPÉRY"),  # non-breaking hyphen
        ("Martin–Durand", "Martin - Durand"),
        ("De La Fontaine", "DELAFONTAINE"),
        ("St. John", "St John"),
        ("\u00a0 Nguyễn\u00a0Văn ", "NGUYEN VAN"),
        ("Łukasz", "LUKASZ"),
        ("øre", "ORE"),
        ("Þórðarson", "THORDARSON"),
        ("Diaz/Perez", "DIAZ PEREZ"),
        ("Müller (née Schmidt)", "Muller née Schmidt"),
        ("Iıdır", "IIDIR"),
        ("ﬁlipe", "FILIPE"),  # a ligature of typography
    ],
)
def test_the_forms_of_one_name_find_the_same_person(enregistre, demande):
    attendu = registrer(nom_naissance=enregistre)
    assert chercher(nom=demande) == [attendu]
    assert chercher(nom=enregistre) == [attendu]


@pytest.mark.parametrize(
    "demande", ["Artagnan", "d'Artagna", "d'Artagnan Petit", "de Artagnan", "D'ARTAGNÀNE"]
)
def test_another_name_finds_nobody(demande):
    registrer(nom_naissance="d'Artagnan")
    assert chercher(nom=demande) == []


@pytest.mark.parametrize(
    ("enregistre", "demande", "trouve"),
    [
        (["Marie-Anne"], "Marie-Anne", True),
        (["Marie-Anne"], "MARIE ANNE", True),
        (["Marie-Anne"], "Marie", True),
        (["Marie-Anne"], "Anne", False),
        (["Jean-Pierre"], "JEAN PIERRE", True),
        (["Jean-Pierre"], "JEANPIERRE", True),
        (["Jean-Pierre"], "Jean - Pierre", True),
        (["Jean-Pierre"], "Jean Pierre Marie", True),
        (["Jean-Pierre"], "Jean, Pierre", True),
        (["Jean-Pierre"], "Jean Paul", False),
        (["Jean-Pierre"], "Jean-Paul", False),
        (["Jean Pierre Marie"], "Jean", True),
        (["Jean Pierre Marie"], "Jean Pierre", True),
        (["Jean Pierre Marie"], "Jean-Pierre", True),
        (["Jean Pierre Marie"], "Jean Paul", False),
        (["Anne-Laure Marie"], "Anne-Laure", True),
        (["Anne-Laure Marie"], "Anne", True),
        (["Anne-Laure Marie"], "Laure", False),
        (["Odile", "Claire"], "Odile Claire Louise", True),
        (["Odile", "Claire"], "Odile,Claire", True),
        (["Odile Claire Louise"], "Odile, Claire", True),
        (["Odile Claire Louise"], "Claire", False),
        (["M'Hamed"], "MHAMED", True),
        (["M'Hamed"], "M Hamed", True),
        (["MHAMED"], "m’hamed ali", True),
        ([], "", True),
        ([], "Marie", False),
        (["Marie"], "", False),
        (["Marie", "Anne"], "Marie-Anne", False),
        (["Marie", "Anne"], "Anne", False),
        (["Marie"], "Marie-Anne", False),
        (["Zoé"], "ZOE", True),
        (["Loïc"], "loi\u0308c", True),
        (["N'Golo"], "n golo", True),
        (["N'Golo"], "N", False),
        (["Mar"], "Marie", False),
        (["Marie"], "Mar", False),
    ],
)
def test_the_first_given_name_whole_or_its_first_word_is_enough(enregistre, demande, trouve):
    attendu = registrer(prenoms=enregistre)
    assert chercher(prenom=demande) == ([attendu] if trouve else [])


@pytest.mark.parametrize("connu", ["M", "F", None])
@pytest.mark.parametrize("demande", ["M", "F", None])
def test_sexe_is_compared_when_known_on_both_sides(connu, demande):
    attendu = registrer(sexe=connu)
    assert chercher(sexe=demande) == ([attendu] if None in (connu, demande) or connu == demande else [])


@pytest.mark.parametrize("connu", ["31555", "99109", None])
@pytest.mark.parametrize("demande", ["31555", "99109", None])
def test_birth_place_is_compared_when_known_on_both_sides(connu, demande):
    attendu = registrer(lieu_naissance=connu)
    assert chercher(lieu=demande) == ([attendu] if None in (connu, demande) or connu == demande else [])


@pytest.mark.parametrize(
    ("situation", "demande", "trouve"),
    [
        ({}, (2004, 3, 27), True),
        ({}, (2004, 3, 1), False),
        ({}, (2004, 1, 1), False),
        ({}, (2004, 3, 28), False),
        ({"ne_dans_le_mois": True}, (2004, 3, 1), True),
        ({"ne_dans_le_mois": True}, (2004, 1, 1), False),
        ({"ne_dans_le_mois": True}, (2004, 3, 27), False),
        ({"ne_dans_l_annee": True}, (2004, 1, 1), True),
        ({"ne_dans_l_annee": True}, (2004, 3, 1), False),
        ({"ne_dans_l_annee": True}, (2004, 3, 27), False),
        ({"ne_dans_l_annee": True}, (2005, 1, 1), False),
    ],
)
def test_a_presumed_birth_date_is_found_by_its_first_day(situation, demande, trouve):
    attendu = registrer(**situation)
    assert chercher(date_naissance=datetime.date(*demande)) == ([attendu] if trouve else [])


def test_all_namesakes_are_given():
    """The caller decides that several are nobody, once the scopes are known."""
    un, autre = registrer(), registrer(nom_naissance="MARTIN", prenoms=["Camille-Anne"])
    assert chercher() == [un, autre]
    registrer(sexe="M")
    assert chercher(sexe="F") == [un, autre]
    assert chercher(prenom="Camille-Anne") == [autre]


def test_a_namesake_without_served_record_does_no_harm():
    attendu = registrer()
    fabriques.inscription(etudiant=fabriques.etudiant(), ancienne=True)
    fabriques.etudiant()
    assert chercher() == [attendu]


def test_many_records_of_namesakes_hide_nobody():
    """A student of many records must not push the next homonym out of the rows read."""
    premier, second = fabriques.etudiant(), fabriques.etudiant()
    rentree = fabriques.rentree()
    for rang in range(40):
        fabriques.inscription(etudiant=premier, date_fin=rentree + datetime.timedelta(days=300 + rang))
    fabriques.inscription(etudiant=second)
    assert chercher() == [premier.pk, second.pk]


def test_particles_count_and_usage_names_do_not_match():
    attendu = registrer(nom_naissance="de La Tour du Pin")
    assert chercher(nom="De la Tour-du-Pin") == [attendu]
    assert chercher(nom="La Tour du Pin") == []
    assert chercher(nom="Tour du Pin") == []


def test_by_ine_the_records_are_found_and_nothing_else():
    inscription = fabriques.inscription(regime="RF7")
    etudiant = inscription.etudiant
    lignes = executer(
        SQL_INE.format(fictif="false"), parametres_ine(ine=etudiant.ine, depuis=fabriques.rentree())
    )
    [trouve] = assembler(lignes)
    assert trouve[:5] == (etudiant.pk, etudiant.ine, "Martin", "Camille", "2004-03-27")
    assert [tuple(dossier) for dossier in trouve.dossiers] == [
        (
            "inscrit",
            "RF7",
            str(inscription.date_debut),
            str(inscription.date_fin),
            "31555",
            inscription.etablissement.uai,
            inscription.etablissement.nom,
        )
    ]
