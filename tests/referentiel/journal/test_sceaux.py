"""The journals' seals: nothing is altered, removed, added, exchanged or cut without its being found, and where."""

import datetime
import json
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from referentiel.journal import cles, controle, sceaux, tranches
from referentiel.models import Echange, Sceau
from referentiel.tasks import sceller_journaux
from tests import fabriques
from tests.referentiel.journal.aides import acces, echanges, forcer, vieillir

pytestmark = pytest.mark.django_db

#: From the specification: what is added to, never rewritten.
SCELLES = [
    "habilitations_evenement",
    "habilitations_journalacces",
    "habilitations_rechercheaujournal",
    "referentiel_actedelot",
    "referentiel_echange",
    "referentiel_effacement",
    "referentiel_export",
    "referentiel_historique",
]


@pytest.fixture
def scelle(monkeypatch):
    """Twelve rows with data, three without, eight accesses; sealed by slices of five rows."""
    monkeypatch.setattr(tranches, "LIGNES_PAR_SCEAU", 5)
    echanges(12)
    echanges(3, issue="non_trouve")
    # One transaction gives one instant: as many as there are rows, as when calls follow one another.
    forcer("UPDATE referentiel_echange SET instant = instant - id %% 50 * interval '1 millisecond'", [])
    acces(8)
    passer()
    assert controle.controler().constats == []


def passer():
    sceaux.sceller()
    vieillir()
    return sceaux.sceller()


def constats() -> str:
    return " ; ".join(f"{ou} : {quoi}" for ou, quoi in controle.controler().constats)


def test_all_journals_are_sealed():
    assert sorted(journal.nom for journal in tranches.journaux()) == SCELLES


def test_intact_journals_are_said_to_be_intact(scelle):
    bilan = controle.controler()
    assert (bilan.constats, bilan.purgees, bilan.non_scellees) == ([], 0, 0)
    assert bilan.lignes >= 23
    sortie = StringIO()
    call_command("verifier_journaux", stdout=sortie)
    assert "Les journaux sont intacts." in sortie.getvalue()


def test_slices_are_bounded_and_cover_everything(scelle):
    donnees = Sceau.objects.filter(partie__startswith="referentiel_echange_donnees")
    assert [sceau.lignes for sceau in donnees] == [5, 5, 2]
    assert [sceau.lignes for sceau in Sceau.objects.filter(journal="habilitations_journalacces")] == [5, 3]
    assert [a.fin for a in donnees][:-1] == [b.debut for b in donnees][1:]


@pytest.mark.parametrize(
    ("acte", "dit"),
    [
        ("UPDATE referentiel_echange SET siret = '' WHERE requete = 'donnees-3'", "contenu changé"),
        ("UPDATE referentiel_echange SET etudiant_id = 8 WHERE requete = 'donnees-11'", "contenu changé"),
        ("DELETE FROM referentiel_echange WHERE requete = 'donnees-3'", "1 ligne(s) supprimée(s)"),
        (
            "DELETE FROM referentiel_echange WHERE issue = 'non_trouve'",
            "3 ligne(s) supprimée(s) : 3 scellées, 0",
        ),
        (
            "INSERT INTO referentiel_echange (instant, issue, requete, organisation, siret, recipient, interface, voie,"
            " etudiant_id, categories) SELECT instant - interval '1 microsecond', issue, 'forgée', organisation, siret,"
            " recipient, interface, voie, etudiant_id, categories FROM referentiel_echange WHERE requete = 'donnees-3'",
            "1 ligne(s) ajoutée(s)",
        ),
        (
            "UPDATE referentiel_echange e SET requete = f.requete FROM referentiel_echange f"
            " WHERE (e.requete, f.requete) IN (('donnees-3', 'donnees-4'), ('donnees-4', 'donnees-3'))",
            "contenu changé, ou lignes échangées",
        ),
        ("UPDATE habilitations_journalacces SET auteur_nom = 'Y'", "contenu changé"),
        (
            "DELETE FROM habilitations_journalacces WHERE id = (SELECT min(id) FROM habilitations_journalacces)",
            "1 ligne(s) supprimée(s) : 5 scellées, 4 trouvées",
        ),
        ("DELETE FROM referentiel_historique", "supprimée(s)"),
    ],
)
def test_what_is_done_to_the_rows_is_seen(scelle, acte, dit):
    if "historique" in acte:
        fabriques.inscrit()
        passer()
    forcer(acte)
    trouves = constats()
    assert dit in trouves
    assert trouves.startswith(next(nom for nom in SCELLES if nom in acte))


def test_a_row_slipped_into_a_sealed_and_empty_month_is_seen(scelle):
    """Where a partition has no seal at all, what appears before the limit was not there."""
    forcer(
        "INSERT INTO referentiel_echange (instant, issue, requete, organisation, siret, recipient, interface, voie,"
        " etudiant_id, categories) VALUES (date_trunc('month', now()) - interval '1 day', 'donnees', 'forgée', '', '',"
        " '', 'v3', 'ine', 7, '{statut}')"
    )
    assert "1 ligne(s) ajoutée(s) dans une période déjà scellée" in constats()
    passer()
    assert "1 ligne(s) ajoutée(s) dans une période déjà scellée" in constats()


def test_a_partition_dropped_before_its_time_is_seen_and_in_its_time_is_not(scelle):
    [partie] = (
        Sceau.objects.filter(partie__startswith="referentiel_echange_donnees")
        .values_list("partie", flat=True)
        .order_by()
        .distinct()
    )
    forcer(f"DROP TABLE {partie}")
    assert "12 lignes scellées" not in constats()
    assert "5 lignes scellées : la table n'existe plus" in constats()


def test_a_partition_purged_at_its_term_keeps_its_seals_and_the_chain(scelle, monkeypatch):
    [partie] = (
        Sceau.objects.filter(partie__startswith="referentiel_echange_donnees")
        .values_list("partie", flat=True)
        .order_by()
        .distinct()
    )
    avant = Sceau.objects.count()
    forcer(f"DROP TABLE {partie}")
    monkeypatch.setattr(controle, "_perimee", lambda sceau: sceau.partie == partie)
    bilan = controle.controler()
    assert (bilan.constats, bilan.purgees, bilan.sceaux) == ([], 3, avant)


@pytest.mark.parametrize(
    ("acte", "dit"),
    [
        ("DELETE FROM referentiel_sceau WHERE numero = 2", "sceaux manquants avant celui-ci : n° 2"),
        ("DELETE FROM referentiel_sceau WHERE numero = 1", "sceaux manquants avant celui-ci : n° 1"),
        ("UPDATE referentiel_sceau SET lignes = lignes + 1 WHERE numero = 2", "signature fausse"),
        ("UPDATE referentiel_sceau SET colonnes = colonnes[2:] WHERE numero = 2", "signature fausse"),
        ("UPDATE referentiel_sceau SET signature = sha512('') WHERE numero = 2", "ne suit pas le précédent"),
        ("UPDATE referentiel_sceau SET cle = repeat('a', 16) WHERE numero = 2", "clé inconnue"),
        (
            "UPDATE referentiel_sceau SET numero = CASE numero WHEN 2 THEN 3 ELSE 2 END + 1000 WHERE numero IN (2, 3);"
            "UPDATE referentiel_sceau SET numero = numero - 1000 WHERE numero > 1000",
            "signature fausse",
        ),
    ],
)
def test_what_is_done_to_the_seals_is_seen(scelle, acte, dit):
    forcer(acte)
    trouves = constats()
    assert dit in trouves


def test_a_chain_cut_at_its_end_is_seen_by_what_was_noted_elsewhere(scelle, tmp_path, caplog):
    """Rows and their seals, the last ones, gone together, then sealing goes on: only a note kept elsewhere tells."""
    dernier = sceaux.dernier()
    note = {
        "message": "journaux scellés",
        "sceau": dernier.numero,
        "empreinte": sceaux.empreinte_du_sceau(dernier).hex(),
    }
    journal = tmp_path / "worker.log"
    journal.write_text("du bruit\n{pas du json\n" + json.dumps(note) + "\n")
    call_command("verifier_journaux", ancres=journal, stdout=StringIO())
    siens = Sceau.objects.filter(numero=dernier.numero).get()
    forcer(f"DELETE FROM {siens.journal} WHERE id >= {siens.debut}")
    forcer("DELETE FROM referentiel_sceau WHERE numero = %s", [dernier.numero])
    assert constats() == ""
    sortie = StringIO()
    with pytest.raises(CommandError, match="pas intacts"):
        call_command("verifier_journaux", ancres=journal, stdout=sortie)
    assert "la fin de la chaîne a été coupée" in sortie.getvalue()
    acces(1)
    passer()
    sortie = StringIO()
    with pytest.raises(CommandError, match="pas intacts"):
        call_command("verifier_journaux", ancres=journal, stdout=sortie)
    assert "n'est pas celui qui a été noté ailleurs" in sortie.getvalue()


def test_the_task_notes_the_last_seal_in_the_technical_log(caplog):
    echanges(1)
    with caplog.at_level("INFO", logger="referentiel.tasks"):
        sceller_journaux()
        vieillir()
        sceller_journaux()
    [note] = [enregistrement.faits for enregistrement in caplog.records if hasattr(enregistrement, "faits")]
    dernier = sceaux.dernier()
    assert (note["sceau"], note["empreinte"]) == (dernier.numero, sceaux.empreinte_du_sceau(dernier).hex())


def test_the_application_cannot_rewrite_the_seals(scelle):
    for acte in ("DELETE FROM referentiel_sceau", "UPDATE referentiel_sceau SET lignes = 0"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(acte)


def test_the_key_changes_and_the_old_seals_are_still_verified(scelle, settings):
    publique = StringIO()
    call_command("verifier_journaux", cle_publique=True, stdout=publique)
    avant = settings.CLE_SCEAUX
    settings.CLE_SCEAUX = "une-autre-cle-de-trente-deux-caracteres"
    assert "clé inconnue" in constats()
    settings.CLES_SCEAUX_ANCIENNES = [publique.getvalue().strip()]
    assert constats() == ""
    acces(1)
    [dernier] = passer()
    assert dernier.cle == cles.nom_courant() != Sceau.objects.first().cle
    assert constats() == ""
    # Whoever verifies needs no secret.
    settings.CLES_SCEAUX_ANCIENNES = [publique.getvalue().strip(), cles.publique_courante().hex()]
    settings.CLE_SCEAUX = ""
    assert constats() == ""
    assert avant not in str(Sceau.objects.values())


def test_without_a_key_nothing_is_sealed(settings):
    settings.CLE_SCEAUX = ""
    with pytest.raises(ImproperlyConfigured, match="CLE_SCEAUX"):
        sceaux.sceller()


def test_rows_without_a_seal_since_the_day_before_are_told(scelle):
    assert controle.controler().constats == []
    acces(1)
    forcer(
        "UPDATE habilitations_journalacces SET instant = now() - interval '25 hours'"
        " WHERE id = (SELECT max(id) FROM habilitations_journalacces)"
    )
    assert "la tâche qui scelle ne tourne pas" in constats()


def test_a_silent_journal_is_sealed_empty_and_nothing_slips_into_it():
    sceaux.sceller()
    vieillir()
    sceaux.sceller()
    [vide] = Sceau.objects.filter(journal="referentiel_echange")
    assert (vide.lignes, vide.partie) == (0, "referentiel_echange")
    assert vide.fin > tranches.microsecondes(
        datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=1)
    )
    echanges(1)  # its instant is that of this transaction, before the seal
    assert "1 ligne(s) ajoutée(s)" in constats()
    assert Echange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("donnees_validees")
def test_a_late_transaction_has_its_place_in_its_slice():
    """It took its identifier and its instant, others committed and would be sealed: the pass waits for it."""
    retard = connection.copy()
    retard.set_autocommit(False)
    ids = []
    with retard.cursor() as curseur:
        curseur.execute("SELECT nextval(pg_get_serial_sequence('habilitations_journalacces', 'id'))")
        ids.append(curseur.fetchone()[0])
        acces(2)
        assert sceaux.sceller() == []  # notes
        vieillir()
        assert sceaux.sceller() == []  # waits
        curseur.execute(
            "INSERT INTO habilitations_journalacces (id, genre, compte_id, auteur_nom, details)"
            " SELECT %s, 'connexion', min(id), 'En retard', '{}' FROM habilitations_compte",
            ids,
        )
    retard.commit()
    retard.close()
    faits = sceaux.sceller()
    [sien] = [sceau for sceau in faits if sceau.journal == "habilitations_journalacces"]
    assert (sien.lignes, sien.debut <= ids[0] < sien.fin) == (3, True)
    assert constats() == ""
