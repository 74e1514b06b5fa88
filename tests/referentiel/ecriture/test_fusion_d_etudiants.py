"""Merging two students: what moves, what goes, what is remembered, who is refused."""

import datetime

import pytest
from django.apps import apps
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from referentiel.ecriture.fusion_d_etudiants import GARDE, RETIRE, FusionImpossible, apercu, fusionner
from referentiel.enonces_prepares import executer
from referentiel.journal.echanges import identifiants_internes
from referentiel.models import (
    Anomalie,
    DoublonPossible,
    Etudiant,
    Historique,
    IneRemplace,
    Inscription,
    Verification,
)
from referentiel.recherche import SQL_INE, assembler, parametres_ine
from tests import fabriques

pytestmark = pytest.mark.django_db

AUTEUR = "compte:7"
JOUR = datetime.timedelta(days=1)


def fusion(garde, retire, *, identite=GARDE, **options):
    options.setdefault("motif", "Même personne, vérifié avec l'établissement")
    return fusionner(garde_id=garde.pk, retire_id=retire.pk, identite=identite, auteur=AUTEUR, **options)


@pytest.fixture
def garde():
    return fabriques.etudiant(nom_naissance="Le Goff", prenoms=["Anne-Marie"], lieu_naissance=None)


@pytest.fixture
def retire():
    return fabriques.etudiant(
        nom_naissance="Legoff", prenoms=["Anne", "Marie"], date_naissance=datetime.date(2004, 3, 28)
    )


def anomalie(etudiant, **colonnes):
    colonnes.setdefault("etablissement", None)
    if colonnes["etablissement"] is None and colonnes.get("type") != "identite_refusee":
        colonnes["etablissement"] = fabriques.etablissement()
    return Anomalie.objects.create(
        etudiant=etudiant, **{"type": "nom_different", "recu": {}, "cle": "LEGALL ANNE", **colonnes}
    )


def test_inscriptions_pass_and_history_signs_it(garde, retire):
    sienne = fabriques.inscription(etudiant=garde)
    passee = fabriques.inscription(etudiant=retire)
    assert fusion(garde, retire) == (1, 0)
    assert set(garde.inscriptions.all()) == {sienne, passee}
    assert not Etudiant.objects.filter(pk=retire.pk).exists()
    deplacee = Historique.objects.get(objet="inscription", objet_id=passee.pk, operation="modification")
    assert (deplacee.avant, deplacee.apres, deplacee.auteur) == (
        {"etudiant_id": retire.pk},
        {"etudiant_id": garde.pk},
        AUTEUR,
    )
    partie = Historique.objects.get(objet="etudiant", objet_id=retire.pk, operation="suppression")
    assert (partie.avant["ine"], partie.auteur) == (retire.ine, AUTEUR)
    avant = passee.modifie_le
    passee.refresh_from_db()
    assert passee.modifie_le != avant


@pytest.mark.parametrize(
    ("ecart", "attendue"), [(JOUR, "retire"), (-JOUR, "garde"), (JOUR * 0, "garde")], ids=str
)
def test_of_two_inscriptions_of_one_key_the_last_confirmed_stays(garde, retire, ecart, attendue):
    une = fabriques.inscription(etudiant=garde, diplome="Licence")
    autre = fabriques.inscription(
        etudiant=retire, etablissement=une.etablissement, diplome="Licence", admis=True
    )
    hier = timezone.now() - 3 * JOUR
    Inscription.objects.filter(pk=une.pk).update(confirmee_le=hier)
    Inscription.objects.filter(pk=autre.pk).update(confirmee_le=hier + ecart)
    [rencontre] = apercu(garde_id=garde.pk, retire_id=retire.pk).rencontres
    assert fusion(garde, retire) == ((1, 1) if attendue == "retire" else (0, 1))
    reste = Inscription.objects.get()
    assert reste == {"garde": une, "retire": autre}[attendue] == rencontre.gardee
    assert reste.etudiant == garde
    partie = autre if reste == une else une
    assert rencontre.supprimee == partie
    assert (
        Historique.objects.get(operation="suppression", objet_id=partie.pk, objet="inscription").auteur
        == AUTEUR
    )


def test_the_chosen_identity_is_the_one_that_stays(garde, retire):
    Etudiant.objects.filter(pk=garde.pk).update(identite_verifiee=True)
    ine = garde.ine
    fusion(garde, retire, identite=RETIRE)
    garde.refresh_from_db()
    assert (garde.ine, garde.nom_naissance, garde.prenoms, garde.lieu_naissance) == (
        ine,
        "Legoff",
        ["Anne", "Marie"],
        "31555",
    )
    assert garde.date_naissance == datetime.date(2004, 3, 28)
    # Another birth date than the one that INES vouched for: to be asked again.
    assert not garde.identite_verifiee
    assert Verification.objects.get(etudiant=garde).etat == "a_reprendre"
    signee = Historique.objects.filter(objet="etudiant", objet_id=garde.pk).last()
    assert (signee.auteur, signee.apres["nom_naissance"]) == (AUTEUR, "Legoff")


def test_the_kept_identity_does_not_change(garde, retire):
    fusion(garde, retire)
    garde.refresh_from_db()
    assert (garde.nom_naissance, garde.prenoms) == ("Le Goff", ["Anne-Marie"])
    assert not Historique.objects.filter(
        objet="etudiant", objet_id=garde.pk, operation="modification"
    ).exists()
    assert not Verification.objects.exists()


def test_an_identity_of_the_same_date_stays_verified(garde):
    Etudiant.objects.filter(pk=garde.pk).update(identite_verifiee=True)
    fusion(garde, fabriques.etudiant(nom_naissance="Legoff"), identite=RETIRE)
    garde.refresh_from_db()
    assert (garde.nom_naissance, garde.identite_verifiee) == ("Legoff", True)
    assert not Verification.objects.exists()


def test_a_merge_is_remembered_and_followed_from_merge_to_merge(garde, retire):
    dernier = fabriques.etudiant()
    fusion(garde, retire)
    retenue = IneRemplace.objects.get()
    assert (retenue.ancien_ine, retenue.etudiant, retenue.ancien_etudiant_id) == (
        retire.ine,
        garde,
        retire.pk,
    )
    assert (retenue.date_naissance, retenue.auteur) == (retire.date_naissance, AUTEUR)
    fusion(dernier, garde)
    assert set(IneRemplace.objects.values_list("ancien_ine", "etudiant")) == {
        (retire.ine, dernier.pk),
        (garde.ine, dernier.pk),
    }
    assert set(identifiants_internes(dernier.pk)) == {dernier.pk, garde.pk, retire.pk}


def lire_par_ine(ine, *, fictif="false"):
    return assembler(
        executer(SQL_INE.format(fictif=fictif), parametres_ine(ine=ine, depuis=fabriques.rentree()))
    )


def test_the_old_ine_finds_the_kept_student(garde, retire):
    fabriques.inscription(etudiant=garde)
    fabriques.inscription(etudiant=retire)
    fusion(garde, retire)
    [par_ancien] = lire_par_ine(retire.ine)
    [par_ine] = lire_par_ine(garde.ine)
    assert par_ancien == par_ine
    assert (par_ine.etudiant_id, par_ine.ine, len(par_ine.dossiers)) == (garde.pk, garde.ine, 2)
    # In its own world only: elsewhere, this INE may be somebody's.
    fictif = fabriques.inscrit(identite={"ine": retire.ine}, fictif=True)
    assert [un.etudiant_id for un in lire_par_ine(retire.ine, fictif="true")] == [fictif.pk]


def test_anomalies_pass_and_those_that_the_merge_settles_are_closed(garde, retire):
    lieu = fabriques.etablissement()
    origine = anomalie(garde, cle="LEGOFF ANNE")
    deja = anomalie(garde, etablissement=lieu)
    double = anomalie(retire, etablissement=lieu)
    refusee = anomalie(retire, type="identite_refusee", cle="2004-03-28")
    ancienne = anomalie(
        retire, traitee_le=timezone.now(), traitee_par="compte:1", decision="garder", conclusion="Bon nom"
    )
    autre = anomalie(retire)
    fusion(garde, retire, anomalie_id=origine.pk, motif="Vu ensemble")
    assert set(garde.anomalies.ouvertes()) == {deja, autre}
    assert set(garde.anomalies.filter(decision="fusionner")) == {origine, double, refusee}
    origine.refresh_from_db()
    assert (origine.traitee_par, origine.conclusion) == (AUTEUR, "Vu ensemble")
    ancienne.refresh_from_db()
    assert (ancienne.etudiant, ancienne.decision, ancienne.conclusion) == (garde, "garder", "Bon nom")


def paire(un, autre, **colonnes):
    premier, second = sorted((un, autre), key=lambda e: e.pk)
    return DoublonPossible.objects.create(premier=premier, second=second, **colonnes)


def test_pairs_follow_and_one_set_aside_stays_so(garde, retire):
    tiers, voisin, jumelle = (fabriques.etudiant() for _ in range(3))
    ecartee = {"ecarte_le": timezone.now(), "ecarte_par": "compte:1", "motif": "Jumelles"}
    paire(garde, retire)
    paire(retire, tiers)
    paire(garde, jumelle)
    paire(retire, jumelle, **ecartee)
    paire(garde, voisin, **ecartee)
    paire(retire, voisin)
    fusion(garde, retire)
    lignes = DoublonPossible.objects.order_by("second").values_list("premier", "second", "motif")
    assert list(lignes) == [
        (garde.pk, tiers.pk, ""),
        (garde.pk, voisin.pk, "Jumelles"),
        (garde.pk, jumelle.pk, "Jumelles"),
    ]


def test_the_merge_knows_all_that_hangs_on_a_student():
    """A table that comes to refer to students must be given its place in the merge, then be added here."""
    Etudiant_ = apps.get_model("referentiel", "Etudiant")
    liees = {
        (relation.related_model.__name__, relation.field.name)
        for relation in Etudiant_._meta.get_fields(include_hidden=True)
        if relation.auto_created and relation.is_relation
    }
    assert liees == {
        ("Anomalie", "etudiant"),
        ("DoublonPossible", "premier"),
        ("DoublonPossible", "second"),
        ("IneRemplace", "etudiant"),
        ("Inscription", "etudiant"),
        ("Verification", "etudiant"),
    }


@pytest.mark.parametrize(
    "agir", [lambda a, b: fusion(a, b), lambda a, b: apercu(garde_id=a.pk, retire_id=b.pk)]
)
def test_some_students_cannot_be_merged(garde, agir):
    for autre, mot in (
        (garde, "même étudiant"),
        (fabriques.etudiant(fictif=True), "fictif"),
        (Etudiant(pk=0), "n'existe plus"),
    ):
        with pytest.raises(FusionImpossible, match=mot):
            agir(garde, autre)
    assert not IneRemplace.objects.exists()


def test_a_reason_is_required(garde, retire):
    with pytest.raises(FusionImpossible, match="motif"):
        fusion(garde, retire, motif="  ")
    assert Etudiant.objects.filter(pk=retire.pk).exists()


def test_the_preview_says_what_the_merge_does(garde, retire):
    commune = fabriques.inscription(etudiant=garde)
    fabriques.inscription(etudiant=retire, etablissement=commune.etablissement)
    passee = fabriques.inscription(etudiant=retire)
    vu = apercu(garde_id=garde.pk, retire_id=retire.pk)
    assert (vu.deja, vu.deplacees, len(vu.rencontres)) == ([commune], [passee], 1)
    assert [(une.libelle, une.garde, une.retire) for une in vu.differences if une.differe] == [
        ("Nom de naissance", "Le Goff", "Legoff"),
        ("Prénoms", "Anne-Marie", "Anne, Marie"),
        ("Date de naissance", "27/03/2004", "28/03/2004"),
        ("Lieu de naissance", "non renseigné", "31555, Toulouse"),
    ]
    assert [une.libelle for une in vu.differences if not une.differe] == ["Sexe"]


# --- what the database refuses by itself


@pytest.mark.parametrize(
    "ecrire",
    [
        lambda ine: fabriques.etudiant(ine=ine),
        lambda ine: Etudiant.objects.bulk_create([Etudiant(ine=ine, nom_naissance="A", prenoms=["B"],
                                                           date_naissance="2004-01-01")]),
        lambda ine: Etudiant.objects.update(ine=ine),
    ],
    ids=["création", "création en nombre", "changement"],
)  # fmt: skip
def test_a_replaced_ine_is_given_no_more(garde, retire, ecrire):
    fusion(garde, retire)
    with pytest.raises(IntegrityError, match="remplacé"), transaction.atomic():
        ecrire(retire.ine)
    fabriques.etudiant(ine=retire.ine, fictif=True)


def test_what_is_remembered_of_a_merge_neither_changes_nor_goes(garde, retire):
    fusion(garde, retire)
    for agir in (
        lambda: IneRemplace.objects.update(motif="Autre"),
        lambda: IneRemplace.objects.update(ancien_ine=fabriques.ine()),
        lambda: IneRemplace.objects.all().delete(),
        lambda: IneRemplace.objects.update(etudiant=fabriques.etudiant(fictif=True)),
    ):
        with pytest.raises(Error), transaction.atomic():
            agir()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("DELETE FROM referentiel_etudiant WHERE id = %s", [garde.pk])


def test_an_ine_in_use_is_not_replaced(garde):
    with pytest.raises(IntegrityError, match="porte cet INE"), transaction.atomic():
        IneRemplace.objects.create(
            ancien_ine=fabriques.etudiant().ine, etudiant=garde, ancien_etudiant_id=1,
            date_naissance="2004-01-01", motif="M", auteur=AUTEUR,
        )  # fmt: skip
