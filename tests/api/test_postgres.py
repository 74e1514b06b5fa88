"""The straight way to PostgreSQL: same connection, transaction and errors as the ORM's."""

import contextlib
import datetime
import uuid

import pytest
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError, connection, transaction

from referentiel.models import Etablissement
from statut_etudiant.api.postgres import executer

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
    def test_les_types_reviennent_tels_que_django_les_rend(self) -> None:
        identifiant = uuid.uuid4()
        ((entier, texte, rien, liste, vrai, cle),) = executer(
            "SELECT %s::int, %s::text, %s::text, %s::text[], true, %s::uuid",
            (3, "été — %s 'x' \\", None, ["a", 'b "c" \\ {d,e}', ""], identifiant),
        )
        assert (entier, texte, rien, liste, vrai, cle) == (
            3, "été — %s 'x' \\", None, ["a", 'b "c" \\ {d,e}', ""], True, identifiant,
        )  # fmt: skip

    def test_une_date_est_donnee_telle_quelle(self) -> None:
        assert executer("SELECT %s::date", (datetime.date(2026, 9, 1),)) == [(datetime.date(2026, 9, 1),)]

    def test_des_octets_seuls_ou_en_liste(self) -> None:
        octets = bytes(range(256))
        assert executer("SELECT %s::bytea, %s::bytea[]", (octets, [octets, b""])) == [(octets, [octets, b""])]

    def test_un_type_imprevu_est_refuse(self) -> None:
        with pytest.raises(TypeError):
            executer("SELECT %s", ({"a": 1},))

    def test_plusieurs_lignes_ou_aucune(self) -> None:
        assert executer("SELECT generate_series(1, %s::int)", (3,)) == [(1,), (2,), (3,)]
        assert executer("SELECT 1 WHERE false", ()) == []
        assert executer("SET LOCAL work_mem = '4MB'", ()) == []

    def test_un_nul_est_refuse_et_non_coupe(self) -> None:
        with pytest.raises(DataError):
            executer("SELECT %s::text", ("a\0b",))

    def test_chaque_enonce_est_prepare_une_fois(self) -> None:
        for n in range(3):
            assert executer("SELECT %s::int + 40", (n,)) == [(n + 40,)]
        ((nombre,),) = executer(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ("%+ 40",)
        )
        assert nombre == 1


@pytest.mark.django_db
class TestTransaction:
    def test_les_lignes_de_l_orm_se_voient_et_inversement(self) -> None:
        executer(CREER, ("0000001A",))
        assert Etablissement.objects.filter(uai="0000001A").exists()
        Etablissement.objects.update(nom="École")
        assert executer("SELECT nom FROM referentiel_etablissement", ()) == [("École",)]

    def test_un_point_de_reprise_defait_l_enonce(self) -> None:
        with transaction.atomic():
            executer(CREER, ("0000001A",))
            transaction.set_rollback(True)
        assert not Etablissement.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestValidation:
    def test_hors_transaction_chaque_enonce_est_valide(self) -> None:
        executer(CREER, ("0000001A",))
        connection.close()
        assert Etablissement.objects.filter(uai="0000001A").exists()

    def test_premier_enonce_d_une_transaction_defait_avec_elle(self) -> None:
        with transaction.atomic():
            executer(CREER, ("0000001A",))
            transaction.set_rollback(True)
        assert not Etablissement.objects.exists()

    def test_une_erreur_est_une_erreur_de_django_et_la_suite_fonctionne(self) -> None:
        executer(CREER, ("0000001A",))
        with pytest.raises(IntegrityError):
            executer(CREER, ("0000001A",))
        with pytest.raises(ProgrammingError):
            executer("SELECT inconnue", ())
        with pytest.raises(DataError):
            executer("SELECT %s::int", ("x",))
        assert executer("SELECT 1", ()) == [(1,)]


class TestConnexion:
    def test_perdue_elle_est_rouverte_une_fois(self, tuer_la_connexion: None) -> None:
        assert executer("SELECT 1", ()) == [(1,)]

    def test_coupee_par_le_serveur_elle_est_rouverte(self, transactional_db: None) -> None:
        ((pid,),) = executer("SELECT pg_backend_pid()", ())
        with contextlib.closing(connection.copy()) as autre, autre.cursor() as curseur:
            curseur.execute("SET ROLE NONE")
            curseur.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        ((nouveau,),) = executer("SELECT pg_backend_pid()", ())
        assert nouveau != pid

    def test_perdue_dans_une_transaction_rien_n_est_rejoue(self, transactional_db: None) -> None:
        def ecrire() -> None:
            with transaction.atomic():
                executer(CREER, ("0000001A",))
                connection.connection.pgconn.finish()
                executer("SELECT 1", ())

        with pytest.raises(OperationalError):
            ecrire()
        assert not Etablissement.objects.exists()

    @pytest.mark.parametrize("quoi", ["DISCARD ALL", "ALTER TABLE bd_essai ADD COLUMN b int"])
    def test_un_enonce_perime_est_prepare_a_nouveau(self, transactional_db: None, quoi: str) -> None:
        with connection.cursor() as curseur:
            curseur.execute("CREATE TEMP TABLE bd_essai (a int); INSERT INTO bd_essai VALUES (1)")
            lire = "SELECT * FROM bd_essai" if "ALTER" in quoi else "SELECT 1"
            assert executer(lire, ())[0][0] == 1
            curseur.execute(quoi)
        assert executer(lire, ())[0][0] == 1
        connection.close()
