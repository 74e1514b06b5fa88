"""A student erased: nothing tells of the person, the journals stay whole, and a restore brings nobody back."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from referentiel.journal import controle, effacements, sceaux
from referentiel.models import Anomalie, Echange, Effacement, Etudiant, Historique, Inscription, Sceau
from referentiel.tasks import effacer_etudiants
from tests import fabriques
from tests.referentiel.journal.aides import forcer, vieillir

pytestmark = pytest.mark.django_db

INE = "1234567890V"


@pytest.fixture
def anne():
    anne = fabriques.etudiant(ine=INE, nom_naissance="Zorglubnom", prenoms=["Zorglubprénom"])
    fabriques.inscription(etudiant=anne)
    Etudiant.objects.filter(pk=anne.pk).update(nom_naissance="Zorglubautre")
    Inscription.objects.update(diplome="Zorglubdiplôme")
    fabriques.inscription(etudiant=anne).delete()
    Anomalie.objects.create(
        type="identite_refusee", etudiant=anne, recu={"dateNaissance": "2004-01-01"}, cle="x"
    )
    fabriques.inscrit()
    sceaux.sceller()
    vieillir()
    sceaux.sceller()
    assert controle.controler().constats == []
    return Etudiant.objects.get(pk=anne.pk)


def tout() -> str:
    """Every table of the register, in text."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND NOT relispartition AND relname LIKE 'referentiel_%'"
        )
        tables = [nom for (nom,) in curseur.fetchall()]
        textes = []
        for table in tables:
            curseur.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            textes.append(curseur.fetchone()[0] or "")
    return " ".join(textes)


def test_nothing_tells_who_it_was_any_more_and_the_journals_stay_intact(anne):
    effacements.demander(etudiant=anne, motif="Opposition admise", auteur="Dominique")
    assert Etudiant.objects.filter(pk=anne.pk).exists()
    effacer_etudiants()
    assert not Etudiant.objects.filter(pk=anne.pk).exists()
    reste = tout()
    for mot in (INE, "Zorglub", "ZORGLUB"):
        assert mot not in reste
    assert Historique.objects.filter(objet="etudiant", objet_id=anne.pk).count() >= 3
    bilan = controle.controler()
    assert bilan.constats == []
    assert Sceau.objects.filter(remplace__isnull=False, motif__startswith="effacement ").exists()
    assert [une.acte for une in Effacement.objects.order_by("pk")] == ["demande", "fait"]
    assert effacements.executer_en_attente() == 0


def test_an_erased_student_s_exchanges_stay_as_long_as_the_law_wants(anne):
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO referentiel_echange (issue, requete, organisation, siret, recipient, interface, voie,"
            " etudiant_id, categories) VALUES ('donnees', 'r', '', '', '', 'v3', 'ine', %s, '{statut}')",
            [anne.pk],
        )
    effacements.demander(etudiant=anne, motif="m", auteur="a")
    effacements.executer_en_attente()
    assert Echange.objects.get().etudiant_id == anne.pk


def test_the_ledger_keeps_only_a_keyed_digest(anne, settings):
    une = effacements.demander(etudiant=anne, motif="m", auteur="a")
    assert len(une.empreinte) == 64
    settings.CLE_CHIFFREMENT = "une-autre-cle-de-trente-deux-caracteres"
    assert effacements.empreinte(INE) != une.empreinte


def test_what_was_altered_before_is_not_covered_up_by_an_erasure(anne, caplog):
    forcer(
        "UPDATE referentiel_historique SET auteur = 'personne' WHERE objet = 'etudiant' AND objet_id = %s",
        [anne.pk],
    )
    effacements.demander(etudiant=anne, motif="m", auteur="a")
    assert effacements.executer_en_attente() == 0
    assert Etudiant.objects.filter(pk=anne.pk).exists()
    assert "effacement impossible" in caplog.text
    assert controle.controler().constats != []


def test_without_an_entry_in_the_ledger_nothing_is_erased(anne):
    with pytest.raises(IntegrityError, match="n'est pas au registre"), transaction.atomic():
        connection.cursor().execute(
            "SELECT referentiel_effacer_etudiant(gen_random_uuid(), ARRAY[%s]::bigint[])", [anne.pk]
        )


def test_a_merged_student_is_erased_with_those_they_were(anne):
    from referentiel.models import IneRemplace

    IneRemplace.objects.create(
        ancien_ine="0000000001B", etudiant=anne, ancien_etudiant_id=987_654, date_naissance="2004-03-27",
        motif="m", auteur="a",
    )  # fmt: skip
    effacements.demander(etudiant=anne, motif="m", auteur="a")
    assert effacements.executer_en_attente() == 1
    assert "0000000001B" not in tout()


@pytest.mark.parametrize("avec", ["le registre", "le journal des workers"])
def test_a_restore_brings_back_no_erased_student(
    anne, avec, tmp_path, caplog, django_capture_on_commit_callbacks
):
    une = effacements.demander(etudiant=anne, motif="m", auteur="a")
    with caplog.at_level("INFO"), django_capture_on_commit_callbacks(execute=True):
        effacements.executer_en_attente()
    [note] = [un.faits for un in caplog.records if "effacement" in getattr(un, "faits", {})]
    # The backup is from before: the person is there again, under another number or the same.
    fabriques.inscription(etudiant=fabriques.etudiant(ine=INE, nom_naissance="Zorglubnom"))
    options = {}
    if avec == "le journal des workers":
        forcer(
            "ALTER TABLE referentiel_effacement DISABLE TRIGGER USER; DELETE FROM referentiel_effacement;"
            "ALTER TABLE referentiel_effacement ENABLE TRIGGER USER"
        )
        fichier = tmp_path / "worker.log"
        fichier.write_text("bruit\n" + json.dumps({"message": "étudiant effacé", **note}) + "\n")
        options = {"registre": fichier}
        sortie = StringIO()
        call_command("rejouer_effacements", stdout=sortie)
        assert "effacés de nouveau : 0" in sortie.getvalue()
    sortie = StringIO()
    call_command("rejouer_effacements", stdout=sortie, **options)
    assert "effacés de nouveau : 1" in sortie.getvalue()
    assert not Etudiant.objects.filter(ine=INE).exists()
    assert "Zorglubnom" not in tout()
    assert Effacement.objects.filter(acte="rejoue").count() == 1
    assert une.empreinte == Effacement.objects.filter(acte="rejoue").get().empreinte


def test_an_absent_ledger_is_told(tmp_path):
    with pytest.raises(CommandError, match=r"absent\.log"):
        call_command("rejouer_effacements", registre=tmp_path / "absent.log")
