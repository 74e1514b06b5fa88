"""The sandbox's set: what it must cover, and that it comes back whatever was done to it."""

import io
import itertools
import re
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from referentiel import tasks
from referentiel.bac_a_sable import UaiDejaPris, charger, lire_jeu
from referentiel.communes import reference
from referentiel.identifiants import cle_ine_valide, cle_uai_valide, normaliser_ine, normaliser_uai
from referentiel.models import Anomalie, Etablissement, Etudiant, Historique, Inscription
from referentiel.nomenclatures import Regime, Statut
from statut_etudiant.celery import app
from tests import fabriques

JEU = lire_jeu()
AUJOURDHUI = date(2026, 11, 21)


def charger_ce_jour(jour: date = AUJOURDHUI) -> Any:
    return charger(aujourdhui=jour, auteur="test")


def contenu(*, fictif: bool = True) -> tuple[set[Any], set[Any], set[Any]]:
    """All that the database holds of one world."""
    return (
        set(Etablissement.objects.filter(fictif=fictif).values_list("uai", "nom", "code_commune", "ouvert")),
        {
            (*autres, tuple(prenoms))
            for prenoms, *autres in Etudiant.objects.filter(fictif=fictif).values_list(
                "prenoms",
                "ine",
                "nom_naissance",
                "sexe",
                "date_naissance",
                "precision_naissance",
                "lieu_naissance",
                "identite_verifiee",
            )
        },
        set(
            Inscription.objects.filter(fictif=fictif).values_list(
                "etudiant__ine",
                "etablissement__uai",
                "statut",
                "regime",
                "date_debut",
                "date_fin",
                "code_commune",
                "cursus",
                "diplome",
                "niveau_diplome",
            )
        ),
    )


class TestLeJeu:
    def test_every_statut_has_every_regime_this_year(self) -> None:
        presents = {(un.statut, un.regime) for un in JEU.inscriptions if un.annee == "en_cours"}
        assert presents == set(itertools.product(Statut.values, Regime.values))

    def test_identifiers_have_right_keys_and_every_shape_of_ine_is_there(self) -> None:
        for etudiant in JEU.etudiants:
            assert normaliser_ine(etudiant.ine) == etudiant.ine
            assert cle_ine_valide(etudiant.ine)
        formes = [r"\d{9}[A-Z]{2}", r"\d{10}[A-Z]", r"[0-9A-Z]*[A-Z][0-9A-Z]*\d", r"\d{4}A\d{5}[A-Z]"]
        for forme in formes:
            assert any(re.fullmatch(forme, etudiant.ine) for etudiant in JEU.etudiants), forme
        assert len({etudiant.ine for etudiant in JEU.etudiants}) == len(JEU.etudiants)

    def test_fictitious_uai_have_right_keys_in_a_range_of_no_academie(self) -> None:
        for etablissement in JEU.etablissements:
            assert normaliser_uai(etablissement.uai) == etablissement.uai
            assert cle_uai_valide(etablissement.uai)
            assert etablissement.uai.startswith("999")

    def test_places_are_those_of_the_cog(self) -> None:
        codes = {etablissement.code_commune for etablissement in JEU.etablissements}
        codes |= {un.code_commune for un in JEU.inscriptions if un.code_commune}
        codes |= {
            un.lieu_naissance for un in JEU.etudiants if not (un.lieu_naissance or "99").startswith("99")
        }
        assert [code for code in codes if not reference().connue(code)] == []

    @pytest.mark.parametrize(
        ("situation", "vraie"),
        [
            ("several records at once", lambda e: sum(i.annee == "en_cours" for i in e.inscriptions) > 2),
            ("no record", lambda e: not e.inscriptions),
            ("an old record only", lambda e: [i.annee for i in e.inscriptions] == ["precedente"]),
            ("a future record only", lambda e: [i.annee for i in e.inscriptions] == ["suivante"]),
            ("compound first name", lambda e: re.search("[- ]", e.prenoms[0])),
            ("compound name", lambda e: "-" in e.nom_naissance),
            ("accents", lambda e: not e.nom_naissance.isascii() and not e.prenoms[0].isascii()),
            ("apostrophe", lambda e: "’" in e.nom_naissance),
            ("born abroad", lambda e: (e.lieu_naissance or "").startswith("99")),
            ("born in a year", lambda e: e.precision_naissance == "annee"),
            ("born in a month", lambda e: e.precision_naissance == "mois"),
            ("unknown sexe", lambda e: e.sexe is None and e.lieu_naissance),
            ("unknown place", lambda e: e.lieu_naissance is None and e.sexe),
            ("neither", lambda e: e.lieu_naissance is None and e.sexe is None),
            ("to verify", lambda e: not e.identite_verifiee),
        ],
    )
    def test_each_situation_has_its_student(self, situation: str, vraie: Callable[[Any], object]) -> None:
        assert any(vraie(etudiant) for etudiant in JEU.etudiants)

    def test_there_are_homonyms_told_apart_by_place_by_sexe_and_by_nothing(self) -> None:
        par_nom: dict[Any, list[Any]] = {}
        for etudiant in JEU.etudiants:
            par_nom.setdefault(
                (etudiant.nom_naissance, etudiant.prenoms[0], etudiant.date_naissance), []
            ).append((etudiant.sexe, etudiant.lieu_naissance))
        differences = {
            (un[0] != autre[0], un[1] != autre[1]) for un, autre in filter(lambda h: h[1:], par_nom.values())
        }
        assert differences == {(False, True), (True, False), (False, False)}


@pytest.mark.parametrize(
    ("jour", "debut", "fin"),
    [
        (date(2026, 8, 31), date(2025, 9, 1), date(2026, 8, 31)),
        (date(2026, 9, 1), date(2026, 9, 1), date(2027, 8, 31)),
    ],
)
@pytest.mark.django_db
def test_records_follow_the_university_year(jour: date, debut: date, fin: date) -> None:
    charger_ce_jour(jour)
    alice = Inscription.objects.get(etudiant__ine=JEU.etudiants[0].ine)
    assert (alice.date_debut, alice.date_fin) == (debut, fin)


@pytest.mark.django_db
class TestCharger:
    def test_the_whole_set_is_there_and_is_fictitious(self) -> None:
        bilan = charger_ce_jour()
        assert bilan.ecrits == len(JEU.etablissements) + len(JEU.etudiants) + len(JEU.inscriptions)
        etablissements, etudiants, inscriptions = contenu()
        assert len(etablissements) == len(JEU.etablissements)
        assert len(etudiants) == len(JEU.etudiants)
        assert len(inscriptions) == len(JEU.inscriptions)
        assert contenu(fictif=False) == (set(), set(), set())
        ajaccio = Etablissement.objects.get(code_commune="2A004")
        assert (ajaccio.departement, ajaccio.academie) == ("2A", "Corse")

    def test_a_record_without_a_place_is_at_its_establishment_s(self) -> None:
        charger_ce_jour()
        communes = {un.uai: un.code_commune for un in JEU.etablissements}
        attendues = sorted(un.code_commune or communes[un.uai] for un in JEU.inscriptions)
        assert sorted(Inscription.objects.values_list("code_commune", flat=True)) == attendues

    def test_doing_it_again_writes_nothing_not_even_in_the_history(self) -> None:
        charger_ce_jour()
        avant = contenu(), set(Etudiant.objects.values_list("id", "modifie_le")), Historique.objects.count()
        bilan = charger_ce_jour()
        assert (bilan.ecrits, bilan.retires) == (0, 0)
        apres = contenu(), set(Etudiant.objects.values_list("id", "modifie_le")), Historique.objects.count()
        assert apres == avant

    def test_what_writers_did_is_undone_and_the_history_says_who_undid_it(self) -> None:
        charger_ce_jour()
        avant = contenu()
        premier, second, *_ = Etudiant.objects.filter(fictif=True).order_by("ine")
        ajoute = fabriques.inscription(fictif=True, etablissement=Etablissement.objects.get(uai="9990001X"))
        fabriques.inscription(
            etudiant=premier, etablissement=Etablissement.objects.get(uai="9990002Y"), diplome="De trop"
        )
        Anomalie.objects.create(
            type="nom_different", etudiant=premier, etablissement=ajoute.etablissement, recu={}, cle="X"
        )
        Etudiant.objects.filter(pk=premier.pk).update(nom_naissance="Autre", sexe=None)
        Inscription.objects.filter(etudiant=second).update(statut="admis", regime="RF7", niveau_diplome="9")
        Inscription.objects.filter(etudiant__nom_naissance="Olivier").delete()
        Etablissement.objects.filter(uai="9990003Z").update(nom="Débaptisée", ouvert=False)
        assert contenu() != avant

        bilan = charger_ce_jour()

        assert contenu() == avant
        assert (bilan.ecrits, bilan.retires) == (5, 3)  # name, record, two records, establishment
        assert not Anomalie.objects.exists()
        suppression = Historique.objects.get(objet="etudiant", operation="suppression")
        assert (suppression.objet_id, suppression.auteur) == (ajoute.etudiant_id, "test")

    def test_real_students_and_establishments_are_untouched_even_those_of_the_same_ine(self) -> None:
        reel = fabriques.inscrit(identite={"ine": JEU.etudiants[0].ine, "nom_naissance": "Réel"})
        fabriques.etudiant()
        Anomalie.objects.create(
            type="nom_different", etudiant=reel, etablissement=Etablissement.objects.get(), recu={}, cle="X"
        )
        avant = contenu(fictif=False)
        charger_ce_jour()
        charger_ce_jour(date(2027, 9, 2))
        assert contenu(fictif=False) == avant
        assert Anomalie.objects.count() == 1
        reel.refresh_from_db()
        assert reel.nom_naissance == "Réel"

    def test_a_new_university_year_replaces_the_records(self) -> None:
        charger_ce_jour()
        charger_ce_jour(date(2027, 9, 2))
        assert Inscription.objects.count() == len(JEU.inscriptions)
        assert min(Inscription.objects.values_list("date_debut", flat=True)) == date(2026, 9, 1)

    def test_a_real_establishment_in_the_way_stops_everything(self) -> None:
        fabriques.etablissement(uai="9990001X", nom="Réelle")
        with pytest.raises(UaiDejaPris):
            charger_ce_jour()
        with pytest.raises(CommandError, match="9990001X"):
            call_command("charger_bac_a_sable")
        assert contenu() == (set(), set(), set())
        assert Etablissement.objects.get().nom == "Réelle"

    def test_the_command_tells_what_it_did(self) -> None:
        sortie = io.StringIO()
        call_command("charger_bac_a_sable", stdout=sortie)
        assert f"{len(JEU.etudiants)} étudiants" in sortie.getvalue()
        assert Etudiant.objects.filter(fictif=True).count() == len(JEU.etudiants)
        assert Historique.objects.filter(auteur="commande:charger_bac_a_sable").exists()

    def test_the_nightly_task_restores_this_year_s_set(self) -> None:
        tasks.restaurer_bac_a_sable()
        avant = contenu()
        Inscription.objects.filter(fictif=True).delete()
        tasks.restaurer_bac_a_sable()
        assert contenu() == avant
        assert fabriques.rentree() in {debut for _, _, _, _, debut, *_ in avant[2]}


def test_the_task_is_scheduled_every_night_under_the_name_it_has() -> None:
    app.loader.import_default_modules()
    prevue = settings.CELERY_BEAT_SCHEDULE["bac à sable"]
    assert prevue["task"] in app.tasks
    assert (prevue["schedule"].hour, prevue["schedule"].minute) == ({3}, {30})


@pytest.mark.usefixtures("donnees_validees")
def test_a_writer_at_work_meanwhile_is_waited_for_then_undone() -> None:
    charger_ce_jour()
    avant = contenu()
    ajoute = fabriques.etudiant(fictif=True)
    fini = threading.Event()

    def restaurer() -> None:
        try:
            charger_ce_jour()
        finally:
            connection.close()
            fini.set()

    with transaction.atomic():
        fabriques.inscription(etudiant=ajoute, etablissement=Etablissement.objects.get(uai="9990001X"))
        fil = threading.Thread(target=restaurer)
        fil.start()
        assert not fini.wait(0.5)
    assert fini.wait(30)
    fil.join()
    assert contenu() == avant
