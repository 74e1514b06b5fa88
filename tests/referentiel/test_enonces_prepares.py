"""The straight way to PostgreSQL: same connection, transaction and errors as the ORM's."""

import contextlib
import datetime
import uuid

import pytest
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError, connection, transaction

from referentiel.enonces_prepares import executer
from referentiel.models import Etablissement

CREER = """
INSERT INTO referentiel_etablissement (uai, nom, type, secteur, code_commune, departement, academie, siret, ouvert,
    fictif, cree_le, modifie_le)
VALUES (%s, 'Université', 'universite', 'public', '31555', '31', 'Toulouse', '', true, false, now(), now())
"""


@pytest.fixture
def tuer_la_connexion(transactional_db: None) -> None:
    """PostgreSQL restarted, as the connection sees it."""
    executer("SELECT 1", ())
    connection.connection.pgconn.finish()


@pytest.mark.django_db
class TestValeurs:
    def test_types_come_back_as_django_gives_them(self) -> None:
        identifiant = uuid.uuid4()
        ((entier, texte, rien, liste, vrai, cle),) = executer(
            "SELECT %s::int, %s::text, %s::text, %s::text[], true, %s::uuid",
            (3, "été — %s 'x' \\", None, ["a", 'b "c" \\ {d,e}', ""], identifiant),
        )
        assert (entier, texte, rien, liste, vrai, cle) == (
            3, "été — %s 'x' \\", None, ["a", 'b "c" \\ {d,e}', ""], True, identifiant,
        )  # fmt: skip

    def test_a_date_is_given_as_it_is(self) -> None:
        assert executer("SELECT %s::date", (datetime.date(2026, 9, 1),)) == [(datetime.date(2026, 9, 1),)]

    def test_bytes_alone_or_in_a_list_come_back_unchanged(self) -> None:
        octets = bytes(range(256))
        assert executer("SELECT %s::bytea, %s::bytea[]", (octets, [octets, b""])) == [(octets, [octets, b""])]

    def test_an_unexpected_type_is_refused(self) -> None:
        with pytest.raises(TypeError):
            executer("SELECT %s", ({"a": 1},))

    def test_a_query_gives_several_rows_or_none(self) -> None:
        assert executer("SELECT generate_series(1, %s::int)", (3,)) == [(1,), (2,), (3,)]
        assert executer("SELECT 1 WHERE false", ()) == []
        assert executer("SET LOCAL work_mem = '4MB'", ()) == []

    def test_a_null_byte_is_refused_and_not_cut_off(self) -> None:
        with pytest.raises(DataError):
            executer("SELECT %s::text", ("a\0b",))

    def test_each_statement_is_prepared_once(self) -> None:
        for n in range(3):
            assert executer("SELECT %s::int + 40", (n,)) == [(n + 40,)]
        ((nombre,),) = executer(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ("%+ 40",)
        )
        assert nombre == 1


@pytest.mark.django_db
class TestTransaction:
    def test_the_orm_sees_the_rows_written_here_and_the_reverse(self) -> None:
        executer(CREER, ("0000001A",))
        assert Etablissement.objects.filter(uai="0000001A").exists()
        Etablissement.objects.update(nom="École")
        assert executer("SELECT nom FROM referentiel_etablissement", ()) == [("École",)]

    def test_a_savepoint_rolled_back_undoes_the_statement(self) -> None:
        with transaction.atomic():
            executer(CREER, ("0000001A",))
            transaction.set_rollback(True)
        assert not Etablissement.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestValidation:
    def test_outside_a_transaction_each_statement_is_committed(self) -> None:
        executer(CREER, ("0000001A",))
        connection.close()
        assert Etablissement.objects.filter(uai="0000001A").exists()

    def test_the_first_statement_of_a_transaction_is_undone_with_it(self) -> None:
        with transaction.atomic():
            executer(CREER, ("0000001A",))
            transaction.set_rollback(True)
        assert not Etablissement.objects.exists()

    def test_an_error_is_a_django_error_and_what_follows_works(self) -> None:
        executer(CREER, ("0000001A",))
        with pytest.raises(IntegrityError):
            executer(CREER, ("0000001A",))
        with pytest.raises(ProgrammingError):
            executer("SELECT inconnue", ())
        with pytest.raises(DataError):
            executer("SELECT %s::int", ("x",))
        assert executer("SELECT 1", ()) == [(1,)]


class TestConnexion:
    def test_a_lost_connection_is_reopened_once(self, tuer_la_connexion: None) -> None:
        assert executer("SELECT 1", ()) == [(1,)]

    def test_a_connection_cut_by_the_server_is_reopened(self, transactional_db: None) -> None:
        ((pid,),) = executer("SELECT pg_backend_pid()", ())
        with contextlib.closing(connection.copy()) as autre, autre.cursor() as curseur:
            curseur.execute("SET ROLE NONE")
            curseur.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        ((nouveau,),) = executer("SELECT pg_backend_pid()", ())
        assert nouveau != pid

    def test_a_connection_lost_in_a_transaction_replays_nothing(self, transactional_db: None) -> None:
        def ecrire() -> None:
            with transaction.atomic():
                executer(CREER, ("0000001A",))
                connection.connection.pgconn.finish()
                executer("SELECT 1", ())

        with pytest.raises(OperationalError):
            ecrire()
        assert not Etablissement.objects.exists()

    @pytest.mark.parametrize("quoi", ["DISCARD ALL", "ALTER TABLE bd_essai ADD COLUMN b int"])
    def test_an_outdated_statement_is_prepared_again(self, transactional_db: None, quoi: str) -> None:
        with connection.cursor() as curseur:
            curseur.execute("CREATE TEMP TABLE bd_essai (a int); INSERT INTO bd_essai VALUES (1)")
            lire = "SELECT * FROM bd_essai" if "ALTER" in quoi else "SELECT 1"
            assert executer(lire, ())[0][0] == 1
            curseur.execute(quoi)
        assert executer(lire, ())[0][0] == 1
        connection.close()
