"""A deposit never loses what it does not speak of, nor doubles what it tells in other words."""

import pytest

from referentiel.ecriture.chevauchements import nombreux
from referentiel.models import Anomalie, Historique, Inscription, LigneSignalee
from referentiel.views.depots.actes import _choix_de_doublons
from tests import fabriques
from tests.portail.pages import plat
from tests.referentiel.ecriture.portes import (
    Appel,
    Fichier,
    Sort,
    champs,
    deposer_octets,
    en_csv,
    identite,
    signalees,
    traiter,
)
from tests.referentiel.imports import parcours

pytestmark = pytest.mark.django_db

PORTES = [Appel, Fichier]
COMPLETE = champs(
    identite=identite(),
    regime="RF4",
    codeCommune="31069",
    cursus="L",
    diplome="Licence de droit",
    niveauDiplome="L2",
)


@pytest.fixture(autouse=True)
def toulouse():
    return fabriques.etablissement(uai="0311384L", code_commune="31555")


def lignes(nombre, **remplace):
    return [
        champs(ine=f"{n:010}A", identite=identite(), diplome="Licence de droit", regime="RF4") | remplace
        for n in range(nombre)
    ]


def deposer(*lignes, colonnes=None, **options):
    octets = en_csv(list(lignes))
    if colonnes is not None:
        garde = [
            rang for rang, nom in enumerate(octets.decode().split("\r\n")[0].split(";")) if nom in colonnes
        ]
        octets = "\r\n".join(
            ";".join(ligne.split(";")[rang] for rang in garde)
            for ligne in octets.decode().split("\r\n")
            if ligne
        ).encode()
    lot = traiter(deposer_octets(octets, **options))
    assert lot.etat == "termine", lot.message
    return lot


def essayer(*lignes):
    """The dry run, as the screen does it."""
    return parcours.essayer(parcours.envoyer(en_csv(list(lignes))))


def comptes(lot):
    return lot.creees, lot.modifiees, lot.inchangees, lot.rejetees


# --- what is not given is left alone


@pytest.mark.parametrize("Porte", PORTES)
@pytest.mark.parametrize("absent", [..., None, "", "  "])
@pytest.mark.parametrize("champ", ["regime", "codeCommune", "cursus", "niveauDiplome"])
def test_an_absent_or_empty_field_keeps_the_stored_value(Porte, champ, absent):
    porte = Porte()
    assert porte.envoyer(COMPLETE).issue == "creee"
    ligne = {cle: valeur for cle, valeur in (COMPLETE | {champ: absent}).items() if valeur is not ...}
    assert porte.envoyer(ligne) == Sort("inchangee")
    garde = Inscription.objects.get()
    assert (garde.regime, garde.code_commune, garde.cursus, garde.niveau_diplome) == (
        "RF4",
        "31069",
        "L",
        "L2",
    )


@pytest.mark.parametrize("Porte", PORTES)
def test_the_default_regime_is_for_new_lines_only(Porte):
    Porte().envoyer(champs(identite=identite()))
    neuve = Inscription.objects.get()
    assert (neuve.regime, neuve.code_commune, neuve.cursus, neuve.niveau_diplome) == ("RF1", "31555", "", "")


@pytest.mark.parametrize("Porte", PORTES)
def test_a_value_is_erased_only_when_the_line_asks_for_it(Porte):
    porte = Porte()
    porte.envoyer(COMPLETE)
    gestes = {
        "regime": "(effacer)",
        "codeCommune": "(effacer)",
        "cursus": "(effacer)",
        "niveauDiplome": "(effacer)",
    }
    assert porte.envoyer(COMPLETE | gestes) == Sort("modifiee")
    efface = Inscription.objects.get()
    assert (efface.regime, efface.code_commune, efface.cursus, efface.niveau_diplome) == (
        "RF1",
        "31555",
        "",
        "",
    )
    assert porte.envoyer(COMPLETE | {"statut": "(effacer)"}).issue == "valeur_inconnue"


def test_the_same_deposit_without_three_columns_changes_nothing():
    deposer(*lignes(30))
    Inscription.objects.update(cursus="L", niveau_diplome="L1")
    colonnes = {
        "ine",
        "dateNaissance",
        "uai",
        "dateDebutInscription",
        "dateFinInscription",
        "statut",
        "diplome",
    }
    avant = Historique.objects.count()
    assert comptes(deposer(*lignes(30), colonnes=colonnes)) == (0, 0, 30, 0)
    assert set(Inscription.objects.values_list("regime", "cursus", "niveau_diplome")) == {("RF4", "L", "L1")}
    assert Historique.objects.count() == avant


def test_a_later_line_of_a_file_does_not_lose_what_the_first_one_said():
    lot = deposer(champs(identite=identite(), regime="RF4", niveauDiplome="L1"), champs(cursus="L"))
    assert comptes(lot)[:1] == (1,)
    seule = Inscription.objects.get()
    assert (seule.regime, seule.niveau_diplome, seule.cursus) == ("RF4", "L1", "L")


def test_a_batch_tells_by_kind_what_its_updates_change():
    deposer(*lignes(3))
    lot = deposer(*lignes(3, regime="RF1", statut="admis"))
    assert lot.changements == [["regime", "RF4", "RF1", 3], ["statut", "inscrit", "admis", 3]]
    dites = lot.lignes_signalees.filter(niveau="modif").order_by("ligne", "champ")
    assert list(dites.values_list("ligne", "champ", "valeur", "message"))[:2] == [
        (2, "regime", "RF4", "RF1"),
        (2, "statut", "inscrit", "admis"),
    ]


# --- case 41: the diploma in its normal form


@pytest.mark.parametrize("Porte", PORTES)
@pytest.mark.parametrize(
    "autre",
    [
        "LICENCE DE DROIT",
        "licence droit",
        "Licence  de  Droit",
        "Licence-de-droit",
        "LICENCE D'DROIT",
        "Licence du droit",
    ],
)
def test_a_diploma_written_otherwise_is_the_same_inscription(Porte, autre):
    porte = Porte()
    porte.envoyer(COMPLETE)
    assert porte.envoyer(COMPLETE | {"diplome": autre}) == Sort("inchangee")
    assert Inscription.objects.get().diplome == "Licence de droit"


@pytest.mark.parametrize(
    ("un", "autre", "meme"),
    [
        ("Études européennes", "ETUDES EUROPEENNES", True),
        ("Histoire de l’art", "histoire art", True),
        ("Sciences de la vie", "SCIENCES VIE", True),
        ("Master d'œnologie", "MASTER OENOLOGIE", True),
        ("D.U. Éthique", "DU ethique", True),
        ("DU de droit", "DE de droit", False),
        ("DES chirurgie", "chirurgie", False),
        ("BUT 1", "BUT 2", False),
        ("Licence C", "Licence C++", False),
    ],
)
def test_two_diplomas_are_one_only_when_their_normal_forms_are_equal(un, autre, meme):
    appel = Appel()
    appel.envoyer(champs(identite=identite(), diplome=un))
    appel.envoyer(champs(diplome=autre))
    assert Inscription.objects.count() == (1 if meme else 2)


def test_two_thousand_lines_in_capitals_create_nothing():
    deposer(*lignes(2_000))
    capitales = [{**une, "diplome": une["diplome"].upper()} for une in lignes(2_000)]
    assert comptes(deposer(*capitales)) == (0, 0, 2_000, 0)
    assert Inscription.objects.count() == 2_000


# --- probable duplicates


@pytest.mark.parametrize("Porte", PORTES)
@pytest.mark.parametrize(
    ("autre", "avis"),
    [
        ({"diplome": "Licence de droit privé"}, ("doublon_probable",)),
        ({"diplome": "Licnce de droit"}, ("doublon_probable",)),
        ({"dateDebutInscription": "2026-10-02"}, ("doublon_probable",)),
        ({"dateDebutInscription": "2026-10-03"}, ()),
        ({"diplome": "Master de gestion"}, ()),
        ({"diplome": "Licence 2 de droit"}, ()),
    ],
)
def test_an_inscription_that_overlaps_another_is_told(Porte, autre, avis):
    porte = Porte()
    dates = {"dateDebutInscription": "2026-09-01", "dateFinInscription": "2027-08-31"}
    porte.envoyer(COMPLETE | dates)
    assert porte.envoyer(COMPLETE | dates | autre) == Sort("creee", avis)


PROCHE = {"diplome": "Licence de droit international"}


@pytest.mark.parametrize(
    ("deja", "envoyees", "doublon"),
    [
        # Neither is recorded: the second is the duplicate.
        ([], [{}, PROCHE], (3, 2)),
        # One is recorded: the new one is, wherever it stands.
        ([{}], [{}, PROCHE], (3, 2)),
        ([{}], [PROCHE, {}], (2, 3)),
        # Both are recorded, or they are far apart: nothing to say.
        ([{}, PROCHE], [{}, PROCHE], None),
        ([], [{}, {"diplome": "Master de gestion"}], None),
        ([], [{}, {"dateDebutInscription": "2026-10-15"}], None),
        # The same line twice is told otherwise.
        ([], [{}, {}], None),
    ],
)
def test_two_lines_of_the_same_file_may_be_duplicates_of_each_other(deja, envoyees, doublon):
    dates = {"dateDebutInscription": "2026-09-01", "dateFinInscription": "2027-08-31"}
    for ligne in deja:
        deposer(COMPLETE | dates | ligne)
    lot = deposer(*(COMPLETE | dates | ligne for ligne in envoyees))
    dits = [
        (ligne.ligne, ligne.message)
        for ligne in LigneSignalee.objects.filter(lot=lot, code="doublon_probable", niveau="avis")
    ]
    if doublon is None:
        assert (dits, lot.doublons) == ([], 0)
    else:
        numero, autre = doublon
        [(dit, message)] = dits
        assert (dit, lot.doublons) == (numero, 1)
        assert f"de la ligne {autre} de ce fichier" in message
        assert "Les deux lignes sont prises" in message


def test_many_duplicates_of_one_file_are_set_aside_when_nobody_can_be_asked():
    memes = [*lignes(21), *lignes(21, diplome="Licence de droit général")]
    lot = deposer(*memes, canal="commande")
    assert (comptes(lot), lot.doublons) == ((21, 0, 0, 21), 21)
    rejets = LigneSignalee.objects.filter(lot=lot, niveau="rejet")
    assert {rejet.ligne for rejet in rejets} == set(range(23, 44))
    assert all("la ligne n'est pas prise" in rejet.message for rejet in rejets)


@pytest.mark.parametrize("fois", [1, 2])
@pytest.mark.parametrize("choix", ["creer", "mettre_a_jour", "ecarter"])
def test_what_the_page_announces_of_a_choice_is_what_it_does(renommees, choix, fois):
    """Even when each line is written twice, and when some resemble a line of the file and no recorded inscription."""
    autres = [
        champs(ine=f"{n:010}B", identite=identite(), diplome=diplome)
        for n in range(2)
        for diplome in ("Master de gestion", "Master de gestion fine")
    ]
    lot = essayer(*renommees * fois, *autres)
    assert (lot.creees, lot.doublons, lot.doublons_a_jour) == (25, 23, 21)
    [offert] = [un for un in _choix_de_doublons(lot) if un.code == choix]
    assert (
        plat(offert.effet)
        == {
            "creer": "25 inscriptions créées en tout.",
            "mettre_a_jour": "21 inscriptions enregistrées mises à jour. 4 inscriptions créées.",
            "ecarter": "23 inscriptions laissées, rendues avec les rejets. 2 inscriptions créées.",
        }[choix]
    )
    avant = Inscription.objects.count()
    ecrit = parcours.ecrire(lot, choix=choix)
    crees, modifiees = {"creer": (25, 0), "mettre_a_jour": (4, 21), "ecarter": (2, 0)}[choix]
    assert (ecrit.creees, ecrit.modifiees) == (crees, modifiees)
    assert Inscription.objects.count() == avant + crees
    assert ecrit.rejetees == (21 * fois + 2 if choix == "ecarter" else 0)


@pytest.mark.parametrize(
    ("doublons", "total", "beaucoup"),
    [(20, 20, False), (21, 21, True), (21, 2_099, True), (21, 2_100, False)],
)
def test_many_duplicates_are_more_than_twenty_and_more_than_one_percent(doublons, total, beaucoup):
    assert nombreux(doublons, total) is beaucoup


@pytest.fixture
def renommees():
    deposer(*lignes(21))
    return lignes(21, diplome="Licence de droit général", niveauDiplome="L1")


def test_many_duplicates_with_nobody_to_ask_are_not_taken(renommees):
    lot = deposer(*renommees, canal="commande")
    assert (comptes(lot), lot.doublons) == ((0, 0, 0, 21), 21)
    assert {code for *_, code in signalees(lot, "rejet")} == {"doublon_a_trancher"}


def test_a_few_duplicates_are_created_and_told(renommees):
    lot = deposer(*renommees[:20], canal="commande")
    assert (comptes(lot), lot.doublons) == ((20, 0, 0, 0), 20)
    assert {code for *_, code in signalees(lot, "avis")} == {"doublon_probable", "cle"}


def test_a_depositor_may_have_duplicates_update_the_stored_inscriptions(renommees):
    anciennes = set(Inscription.objects.values_list("pk", flat=True))
    lot = deposer(*renommees, choix_doublons="mettre_a_jour")
    assert comptes(lot) == (0, 21, 0, 0)
    assert set(Inscription.objects.values_list("pk", flat=True)) == anciennes
    assert set(Inscription.objects.values_list("diplome", "niveau_diplome", "regime")) == {
        ("Licence de droit général", "L1", "RF4")
    }
    assert ["diplome", "Licence de droit", "Licence de droit général", 21] in lot.changements
    assert comptes(deposer(*renommees)) == (0, 0, 21, 0)


def test_duplicates_are_created_when_the_depositor_says_so(renommees):
    assert comptes(deposer(*renommees, choix_doublons="creer", canal="commande")) == (21, 0, 0, 0)


# --- admitted and enrolled at once


@pytest.mark.parametrize("Porte", PORTES)
@pytest.mark.parametrize(("premier", "second"), [("admis", "inscrit"), ("inscrit", "admis")])
def test_a_student_admitted_and_enrolled_at_the_same_time_is_told_at_every_door(Porte, premier, second):
    porte = Porte()
    porte.envoyer(COMPLETE | {"statut": premier})
    assert (
        "admission_et_inscription"
        in porte.envoyer(COMPLETE | {"statut": second, "diplome": "Master de gestion"}).avis
    )
    # Another year, or the same statut: nothing to say.
    autre = {"dateDebutInscription": "2027-09-01", "dateFinInscription": "2028-08-31"}
    assert (
        "admission_et_inscription"
        not in porte.envoyer(COMPLETE | {"statut": second, "diplome": "Doctorat", **autre}).avis
    )


# --- what an anomaly keeps


def test_an_anomaly_keeps_all_that_was_received_of_the_identity():
    Appel().envoyer(COMPLETE)
    Appel().envoyer(COMPLETE | {"identite": identite("Martin", "Paul", sexe="M", lieu="75112")})
    assert Anomalie.objects.get().recu == {
        "nomNaissance": "Martin",
        "prenoms": ["Paul"],
        "sexe": "M",
        "codeCogInseeCommuneNaissance": "75112",
    }
