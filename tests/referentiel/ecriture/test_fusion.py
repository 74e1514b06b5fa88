"""The rules of writing, each through a single call and through a deposit: same cases, same outcomes."""

import datetime

import pytest
from django.utils import timezone

from referentiel.models import Anomalie, Etudiant, Historique, Inscription
from tests import fabriques
from tests.referentiel.ecriture.portes import Appel, Fichier, Sort, champs, identite

pytestmark = pytest.mark.django_db

AN = timezone.localdate().year
HIER = timezone.now() - datetime.timedelta(days=1)


@pytest.fixture(params=[Appel, Fichier], ids=["appel", "fichier"])
def porte(request):
    fabriques.etablissement(uai="0311384L", code_commune="31555")
    return request.param()


@pytest.fixture
def autre_porte(porte):
    return Fichier() if isinstance(porte, Appel) else Appel()


@pytest.fixture
def anne(porte):
    return fabriques.etudiant(
        ine="1234567890V", nom_naissance="Le Goff", prenoms=["Anne-Marie", "Gaëlle"], lieu_naissance="29232"
    )


def histoire(objet, id_):
    lignes = Historique.objects.filter(objet=objet, objet_id=id_).order_by("id")
    return list(lignes.values_list("operation", "avant", "apres", "auteur"))


# --- who is written for


def test_a_known_student_gets_the_inscription(porte, anne):
    assert porte.envoyer(champs()) == Sort("creee")
    inscription = Inscription.objects.get()
    assert (inscription.etudiant, inscription.etablissement.uai, inscription.source) == (
        anne,
        "0311384L",
        porte.source,
    )
    assert (inscription.statut, inscription.regime, inscription.code_commune) == ("inscrit", "RF1", "31555")


def test_an_unknown_ine_without_identity_is_refused(porte):
    assert porte.envoyer(champs()) == Sort("etudiant_introuvable")
    assert not Etudiant.objects.exists()
    assert not Historique.objects.exists()


def test_an_unknown_ine_with_identity_makes_a_student_to_verify(porte):
    assert porte.envoyer(champs(identite=identite())) == Sort("creee")
    etudiant = Etudiant.objects.get()
    assert (etudiant.ine, etudiant.nom_naissance, etudiant.prenoms, etudiant.sexe) == (
        "1234567890V",
        "Le Goff",
        ["Anne-Marie", "Gaëlle"],
        "F",
    )
    assert (etudiant.date_naissance, etudiant.lieu_naissance) == (datetime.date(2004, 3, 27), "29232")
    assert (etudiant.identite_verifiee, etudiant.fictif) == (False, False)
    assert (etudiant.cle_nom, etudiant.cle_prenom) == ("LEGOFF", "ANNE MARIE")


@pytest.mark.parametrize("avec", [{}, {"identite": identite()}], ids=["sans identité", "avec identité"])
def test_another_birth_date_is_refused(porte, anne, avec):
    assert porte.envoyer(champs(dateNaissance="2004-03-28", **avec)) == Sort("etudiant_introuvable")
    assert not Inscription.objects.exists()
    assert Etudiant.objects.get().date_naissance == datetime.date(2004, 3, 27)


# --- another name


@pytest.mark.parametrize(
    "recue",
    [
        identite("LE GOFF", "anne marie"),
        identite("Legoff", "Anne"),
        identite("Le-Goff", "Anne-Marie", "Zoé"),
        identite("Le Goff", "Anne-Marie", sexe="M", lieu="75056"),
    ],
)
def test_the_same_name_written_otherwise_is_no_anomaly(porte, anne, recue):
    assert porte.envoyer(champs(identite=recue)) == Sort("creee")
    assert not Anomalie.objects.exists()
    assert histoire("etudiant", anne.pk)[1:] == []


@pytest.mark.parametrize("recue", [identite("Le Gall"), identite("Le Goff", "Marie")])
def test_another_name_takes_the_line_keeps_the_name_and_raises_an_anomaly(porte, anne, recue):
    assert porte.envoyer(champs(identite=recue)) == Sort("creee", ("nom_different",))
    anne.refresh_from_db()
    assert (anne.nom_naissance, anne.prenoms) == ("Le Goff", ["Anne-Marie", "Gaëlle"])
    anomalie = Anomalie.objects.get()
    assert (anomalie.etudiant, anomalie.etablissement.uai) == (anne, "0311384L")
    assert anomalie.recu == {
        "nomNaissance": recue["nomNaissance"],
        "prenoms": recue["prenoms"],
        "sexe": "F",
        "codeCogInseeCommuneNaissance": "29232",
    }


def test_the_same_other_name_raises_one_anomaly_while_it_is_open(porte, autre_porte, anne):
    porte.envoyer(champs(identite=identite("Le Gall")))
    assert autre_porte.envoyer(champs(identite=identite("LE GALL"))) == Sort("inchangee", ("nom_different",))
    assert Anomalie.objects.count() == 1
    conclure(Anomalie.Decision.CORRIGER)
    porte.envoyer(champs(identite=identite("Le Gall")))
    assert Anomalie.objects.count() == 2


def conclure(decision):
    Anomalie.objects.filter(traitee_le=None).update(
        traitee_le=timezone.now(), traitee_par="compte:1", decision=decision
    )


def test_a_name_that_the_ministry_set_aside_raises_nothing(porte, anne):
    """For that name of that establishment, and for nothing else."""
    porte.envoyer(champs(identite=identite("Le Gall")))
    conclure(Anomalie.Decision.GARDER)
    assert porte.envoyer(champs(identite=identite("LE GALL"))) == Sort("inchangee", ("nom_different",))
    assert Anomalie.objects.count() == 1
    porte.envoyer(champs(identite=identite("Le Gac")))
    assert Anomalie.objects.count() == 2
    fabriques.etablissement(uai="0755890V", code_commune="75105")
    porte.envoyer(champs(identite=identite("Le Gall"), uai="0755890V"))
    assert Anomalie.objects.count() == 3


def test_a_refused_line_raises_no_anomaly(porte, anne):
    porte.envoyer(champs(identite=identite("Le Gall"), dateNaissance="2004-03-28"))
    assert not Anomalie.objects.exists()


# --- the natural key


def test_the_same_line_twice_is_unchanged_and_confirmed(porte, autre_porte, anne):
    porte.envoyer(champs())
    avant = Inscription.objects.get()
    Inscription.objects.update(confirmee_le=HIER, modifie_le=HIER)
    for encore in (porte, autre_porte):
        assert encore.envoyer(champs()) == Sort("inchangee")
    apres = Inscription.objects.get()
    assert apres.pk == avant.pk
    assert apres.confirmee_le > HIER
    assert apres.modifie_le == HIER
    assert [operation for operation, *_ in histoire("inscription", avant.pk)] == ["creation"]


CHANGEMENTS = {
    "statut": ("statut", "admis", "inscrit", "admis"),
    "regime": ("regime", "RF4", "RF1", "RF4"),
    "fin": ("dateFinInscription", f"{AN + 2}-01-31", f"{AN + 1}-08-31", f"{AN + 2}-01-31"),
    "commune": ("codeCommune", "31069", "31555", "31069"),
    "cursus": ("cursus", "M", "", "M"),
    "niveau": ("niveauDiplome", "M1", "", "M1"),
}
COLONNE = {"fin": "date_fin", "commune": "code_commune", "niveau": "niveau_diplome"}


@pytest.mark.parametrize("quoi", CHANGEMENTS)
def test_a_changed_field_updates_and_leaves_its_trace(porte, autre_porte, anne, quoi):
    champ, valeur, avant, apres = CHANGEMENTS[quoi]
    autre_porte.envoyer(champs())
    nee = Inscription.objects.get()
    Inscription.objects.update(modifie_le=HIER, confirmee_le=HIER)
    assert porte.envoyer(champs(**{champ: valeur})) == Sort("modifiee")
    inscription = Inscription.objects.get()
    colonne = COLONNE.get(quoi, quoi)
    assert inscription.pk == nee.pk
    assert str(getattr(inscription, colonne)) == apres
    assert inscription.modifie_le > HIER
    assert inscription.confirmee_le > HIER
    # The door and the deposit are those of the creation.
    assert (inscription.source, inscription.lot_id) == (nee.source, nee.lot_id)
    assert histoire("inscription", nee.pk) == [
        ("creation", None, None, autre_porte.auteur),
        ("modification", {colonne: avant}, {colonne: apres}, porte.auteur),
    ]


@pytest.mark.parametrize(
    ("autre", "avis"),
    [
        ({"diplome": "Licence de droit"}, ("doublon_probable",)),
        ({"dateDebutInscription": f"{AN}-09-02"}, ("doublon_probable",)),
        ({"uai": "0755890V"}, ()),
    ],
    ids=["diplôme", "début", "établissement"],
)
def test_what_is_in_the_key_makes_another_inscription(porte, anne, autre, avis):
    fabriques.etablissement(uai="0755890V", code_commune="75105")
    assert porte.envoyer(champs()) == Sort("creee")
    assert porte.envoyer(champs(**autre)) == Sort("creee", avis)
    assert porte.envoyer(champs()) == Sort("inchangee")
    assert porte.envoyer(champs(**autre)) == Sort("inchangee")
    assert Inscription.objects.count() == 2


def test_two_writings_of_a_diploma_are_the_same(porte, autre_porte, anne):
    porte.envoyer(champs(diplome="Licence de  géographie"))
    assert autre_porte.envoyer(champs(diplome=" Licence de ge\u0301ographie")) == Sort("inchangee")


def test_a_new_student_has_a_trace(porte):
    porte.envoyer(champs(identite=identite()))
    assert histoire("etudiant", Etudiant.objects.get().pk) == [("creation", None, None, porte.auteur)]
    porte.envoyer(champs(identite=identite()))
    assert Historique.objects.count() == 2


# --- the two worlds


def test_one_ine_in_both_worlds_is_two_persons(porte, anne):
    fabriques.etablissement(uai="9990001A", code_commune="31555", fictif=True)
    # Of a line that is not taken, a file says why, and no notice besides.
    assert porte.envoyer(champs(uai="9990001A"), fictif=True).issue == "etudiant_introuvable"
    fictive = champs(uai="9990001A", dateNaissance="1999-01-01", identite=identite("Bac", "Sable"))
    assert porte.envoyer(fictive, fictif=True) == Sort("creee", ("cle",))
    assert porte.envoyer(champs()) == Sort("creee")
    assert not Anomalie.objects.exists()
    for etudiant in Etudiant.objects.filter(ine="1234567890V"):
        (inscription,) = etudiant.inscriptions.all()
        assert inscription.fictif == etudiant.fictif == inscription.etablissement.fictif
    anne.refresh_from_db()
    assert anne.nom_naissance == "Le Goff"


@pytest.mark.parametrize("fictif", [False, True])
def test_an_establishment_of_the_other_world_does_not_exist(porte, anne, fictif):
    fabriques.etablissement(uai="9990001A", fictif=True)
    uai = "0311384L" if fictif else "9990001A"
    assert porte.envoyer(champs(uai=uai), fictif=fictif).issue == "uai_inconnu"
    assert not Inscription.objects.exists()
