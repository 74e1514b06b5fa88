"""Which failures are answered 503: those that time mends, told by SQLSTATE and errno."""

import errno

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, InternalError, OperationalError, ProgrammingError

from referentiel.indisponibilite import Absence, absence


def de_django(classe: type[Exception], cause: Exception) -> Exception:
    """As Django wraps the driver's."""
    enveloppe = classe("CANARI")
    enveloppe.__cause__ = cause
    return enveloppe


@pytest.mark.parametrize(
    ("cause", "attendue"),
    [
        (psycopg.errors.DiskFull(), Absence.BASE),
        (psycopg.errors.TooManyConnections(), Absence.BASE),
        (psycopg.errors.OutOfMemory(), Absence.BASE),
        (psycopg.errors.AdminShutdown(), Absence.BASE),
        (psycopg.errors.CannotConnectNow(), Absence.BASE),
        (psycopg.errors.QueryCanceled(), Absence.BASE),
        (psycopg.errors.IoError(), Absence.BASE),
        (psycopg.errors.DeadlockDetected(), Absence.BASE),
        (psycopg.errors.SerializationFailure(), Absence.BASE),
        (psycopg.errors.LockNotAvailable(), Absence.BASE),
        (psycopg.errors.ConnectionFailure(), Absence.BASE),
        (psycopg.OperationalError(), Absence.BASE),
        (psycopg.InterfaceError(), Absence.BASE),
        (psycopg.DatabaseError(), Absence.BASE),
        (psycopg.errors.ReadOnlySqlTransaction(), Absence.LECTURE_SEULE),
        (psycopg.errors.UndefinedTable(), Absence.STRUCTURE),
        (psycopg.errors.UndefinedColumn(), Absence.STRUCTURE),
        (psycopg.errors.UndefinedFunction(), Absence.STRUCTURE),
        (psycopg.errors.InvalidSchemaName(), Absence.STRUCTURE),
        (psycopg.errors.UniqueViolation(), None),
        (psycopg.errors.CheckViolation(), None),
        (psycopg.errors.SyntaxError(), None),
        (psycopg.errors.NumericValueOutOfRange(), None),
        (psycopg.errors.InsufficientPrivilege(), None),
        (psycopg.errors.RaiseException(), None),
        (psycopg.errors.StatementTooComplex(), None),
    ],
)
def test_what_postgresql_says_is_judged_by_its_code_whoever_wraps_it(cause, attendue):
    assert absence(cause) is attendue
    for classe in (DatabaseError, OperationalError, InternalError, ProgrammingError, IntegrityError):
        assert absence(de_django(classe, cause)) is attendue


@pytest.mark.parametrize(
    ("numero", "attendue"),
    [
        (errno.ENOSPC, Absence.DISQUE),
        (errno.EDQUOT, Absence.DISQUE),
        (errno.EROFS, Absence.DISQUE),
        (errno.EIO, Absence.DISQUE),
        (errno.EMFILE, Absence.DISQUE),
        (errno.ENOENT, None),
        (errno.ECONNREFUSED, None),
        (errno.EACCES, None),
    ],
)
def test_what_the_system_says_is_judged_by_its_number(numero, attendue):
    assert absence(OSError(numero, "CANARI")) is attendue


def levee_pendant(premiere: Exception, seconde: Exception) -> Exception:
    """`seconde`, raised while `premiere` was handled."""
    try:
        try:
            raise premiere
        except type(premiere):
            raise seconde  # noqa: B904 - as it happens
    except type(seconde) as erreur:
        return erreur


def test_a_bug_met_while_an_absence_is_handled_is_a_bug():
    assert absence(levee_pendant(psycopg.errors.DiskFull(), KeyError("absente"))) is None


def test_the_reason_of_a_failed_transaction_is_the_error_before():
    suite = levee_pendant(psycopg.errors.DiskFull(), psycopg.errors.InFailedSqlTransaction())
    assert absence(suite) is Absence.BASE


def test_nothing_is_absent_without_an_error():
    assert absence(None) is None
