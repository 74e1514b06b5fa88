"""What whoever checks a certificate is told, and what they are not."""

import secrets
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from referentiel.models import Echange, Etudiant, Inscription
from statut_etudiant.certificats import actes, champs
from statut_etudiant.certificats import code as codes
from statut_etudiant.certificats.models import Certificat
from tests import fabriques
from tests.certificats.aides import demain, etablir, etudiante, verifier
from tests.franceconnect.citoyens import citoyen
from tests.proprietaire import en_proprietaire

pytestmark = pytest.mark.django_db

VRAI = "Authentique, et toujours vrai aujourd'hui"
PLUS_VRAI = "plus vrai aujourd'hui"
INCONNU = "Aucun certificat ne porte ce code"


def test_an_authentic_certificate_shows_what_to_compare_and_no_more() -> None:
    etudiant = etudiante(etablissement=fabriques.etablissement(nom="Université de Clairval"))
    code = etablir(etudiant, pour_qui="Agence du Parc").code
    page = verifier(code)
    assert VRAI in page
    assert code in page
    assert "Agence du Parc" in page
    assert "Université de Clairval" in page
    assert "D’AR…" in page
    assert f"{etudiant.date_naissance:%m/%Y}" in page
    assert f"{etudiant.date_naissance:%d/%m/%Y}" not in page
    assert etudiant.ine not in page
    assert etudiant.nom_naissance.lower() not in page.lower()
    assert etudiant.prenom not in page


@pytest.mark.parametrize(
    ("precision", "dite"), [("annee", "2004 (mois inconnu)"), ("mois", "05/2004"), ("jour", "05/2004")]
)
def test_a_birth_month_is_said_as_far_as_it_is_known(precision: str, dite: str) -> None:
    etudiant = etudiante()
    jour = {"annee": "2004-01-01", "mois": "2004-05-01", "jour": "2004-05-17"}[precision]
    Etudiant.objects.filter(pk=etudiant.pk).update(date_naissance=jour, precision_naissance=precision)
    page = verifier(etablir(etudiant).code)
    assert dite in page
    assert "01/2004" not in page


@pytest.mark.parametrize(
    "forme", [str.lower, lambda code: f" {code[:5]} {code[5:]} ", lambda code: f"{code[:5]}-{code[5:]}"]
)
def test_case_spaces_and_dashes_of_a_code_do_not_matter(forme: Any) -> None:
    assert VRAI in verifier(forme(etablir(etudiante()).code))


@pytest.mark.parametrize(("tape", "lu"), [("OOOOOILILO", "0000011110"), ("k7qf2-m9xtb", "K7QF2M9XTB")])
def test_letters_that_look_like_digits_are_read_as_digits(tape: str, lu: str) -> None:
    assert codes.lire(tape) == lu


@pytest.mark.parametrize(
    ("nom", "debut"),
    [
        ("d'Artigues", "D'AR…"),
        ("Le Goff", "LE G…"),
        ("Ng", "NG"),
        ("Lee", "LEE"),
        ("Œuvrard", "ŒUV…"),
        ("N'Ze", "N'ZE"),
    ],
)
def test_a_name_is_cut_after_its_third_letter(nom: str, debut: str) -> None:
    assert champs.debut_du_nom(nom) == debut


@pytest.mark.parametrize("tape", ["", "K7QF2M9XT", "K7QF2M9XTBB", "K7QF2M9XT!", "K7QF2M9XTU", "é" * 10])
def test_what_is_no_code_is_told_to_be_none_before_anything_is_looked_up(tape: str) -> None:
    with pytest.raises(codes.CodeIllisible):
        codes.lire(tape)


def test_a_code_has_fifty_bits_and_is_stored_as_a_keyed_digest(settings: Any) -> None:
    assert len(codes.ALPHABET) ** codes.LONGUEUR >= 2**50
    etabli = etablir(etudiante())
    range_ = {str(valeur) for valeur in Certificat.objects.filter(pk=etabli.certificat.pk).values_list()[0]}
    assert not any(etabli.code in valeur for valeur in range_)
    avant = codes.empreintes("code", etabli.code)[0]
    settings.JETON_POIVRE = "un autre poivre, de plus de trente-deux caractères"
    assert codes.empreintes("code", etabli.code)[0] != avant


def test_nothing_of_the_register_is_stored_with_a_student_s_certificate() -> None:
    etudiant = etudiante(etablissement=fabriques.etablissement(nom="Université de Clairval"))
    etabli = etablir(etudiant, champs=["nom", "naissance", "ine", "etablissement"])
    gardees = " ".join(
        str(valeur) for valeur in Certificat.objects.filter(pk=etabli.certificat.pk).values_list()[0]
    )
    for valeur in (
        etudiant.ine,
        etudiant.nom_naissance,
        etudiant.prenom,
        "Clairval",
        str(etudiant.date_naissance),
    ):
        assert valeur not in gardees


def test_a_certificate_of_a_withdrawn_enrolment_is_no_longer_true() -> None:
    etudiant = etudiante()
    code = etablir(etudiant).code
    Inscription.objects.filter(etudiant=etudiant).delete()
    page = verifier(code)
    assert PLUS_VRAI in page
    assert VRAI not in page
    assert "a retiré cette inscription" in page
    assert "D’AR…" not in page


def test_the_same_enrolment_sent_anew_makes_it_true_again() -> None:
    etudiant = etudiante()
    code = etablir(etudiant).code
    inscription = Inscription.objects.get(etudiant=etudiant)
    ancienne = inscription.pk
    inscription.delete()
    inscription.pk = None
    inscription.save(force_insert=True)
    assert Inscription.objects.get(etudiant=etudiant).pk != ancienne
    assert VRAI in verifier(code)


def test_a_certificate_whose_values_changed_says_so() -> None:
    etudiant = etudiante()
    code = etablir(etudiant).code
    Inscription.objects.filter(etudiant=etudiant).update(regime="RF5")
    page = verifier(code)
    assert PLUS_VRAI in page
    assert "a changé depuis" in page


def test_a_change_of_what_it_does_not_show_leaves_it_true() -> None:
    etudiant = etudiante()
    code = etablir(etudiant, champs=["etablissement"]).code
    Inscription.objects.filter(etudiant=etudiant).update(regime="RF5")
    assert VRAI in verifier(code)


def test_a_certificate_of_what_is_over_says_that_it_is_not_true_any_more() -> None:
    etudiant = etudiante()
    code = etablir(etudiant).code
    Inscription.objects.filter(etudiant=etudiant).update(date_fin=timezone.localdate() - timedelta(days=1))
    page = verifier(code)
    assert VRAI not in page
    assert "n'est plus vraie aujourd'hui" in page


def test_an_unknown_code_gives_nothing() -> None:
    etudiante()
    page = verifier("K7QF2M9XTB")
    assert INCONNU in page
    assert not Echange.objects.exists()


def test_an_expired_certificate_gives_its_last_day_and_no_data() -> None:
    etudiant = etudiante(etablissement=fabriques.etablissement(nom="Université de Clairval"))
    etabli = etablir(etudiant)
    _vieillir(etabli.certificat, timedelta(days=2))
    page = verifier(etabli.code)
    assert "Ce certificat a expiré" in page
    assert "Clairval" not in page
    assert "D’AR…" not in page


def test_a_certificate_is_worth_something_on_its_last_day() -> None:
    etabli = etablir(etudiante())
    _vieillir(etabli.certificat, timedelta(days=1))
    assert VRAI in verifier(etabli.code)


def test_a_withdrawn_certificate_gives_no_data_and_stays_withdrawn() -> None:
    etudiant = etudiante(etablissement=fabriques.etablissement(nom="Université de Clairval"))
    etabli = etablir(etudiant)
    actes.retirer(etudiant_id=etudiant.pk, certificat_id=etabli.certificat.pk)
    page = verifier(etabli.code)
    assert "Ce certificat a été retiré" in page
    assert "Clairval" not in page
    lignes = Certificat.objects.filter(pk=etabli.certificat.pk)
    for changement in ({"retire_le": None}, {"valable_jusqu_au": demain() + timedelta(days=9)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            lignes.update(**changement)


@pytest.mark.parametrize(
    "changement",
    [
        {"champs": ["ine"]},
        {"empreinte": b"x" * 32},
        {"condense": b"x" * 32},
        {"pour_qui": "Un autre"},
        {"etudiant_id": 1},
        {"valable_jusqu_au": date(2000, 1, 1)},
    ],
)
def test_the_database_keeps_what_is_on_the_paper(changement: dict[str, Any]) -> None:
    etabli = etablir(etudiante())
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificat.objects.filter(pk=etabli.certificat.pk).update(**changement)


def test_each_verification_is_shown_to_the_student() -> None:
    etudiant = etudiante()
    etabli = etablir(etudiant)
    verifier(etabli.code)
    verifier(etabli.code)
    lues = Echange.objects.filter(voie="verification")
    assert [(une.etudiant_id, une.interface) for une in lues] == [(etudiant.pk, "certificat")] * 2
    page = citoyen(etudiant).get("/mon-espace/consultations").content.decode().replace("&#x27;", "'")
    assert f"Vérification de votre certificat, n° {etabli.certificat.numero}" in page
    assert "par le code ou le lien d'un certificat" in page
    assert "Voir ou retirer mes certificats" in page
    assert "Je ne reconnais pas" not in page
    numero = lues[0].id
    assert citoyen(etudiant).get(f"/mon-espace/consultations/{numero}/contester").status_code == 404


def test_a_scanned_link_fills_the_code_in_and_checks_nothing_by_itself() -> None:
    code = etablir(etudiante()).code
    page = Client().get(f"/verifier/{code}").content.decode()
    assert f'value="{code}"' in page
    assert VRAI not in page
    assert not Echange.objects.exists()


def test_whoever_tries_codes_is_made_to_wait_by_address_and_nobody_else_is() -> None:
    code = etablir(etudiante()).code
    la = {"REMOTE_ADDR": "192.0.2.7"}
    client = Client()
    for _ in range(21):
        verifier("".join(secrets.choice(codes.ALPHABET) for _ in range(10)), client, **la)
    attendre = client.post("/verifier", {"code": code}, **la)
    assert attendre.status_code == 429
    assert "Trop de codes inconnus" in attendre.content.decode()
    assert VRAI not in attendre.content.decode()
    assert VRAI in verifier(code, REMOTE_ADDR="192.0.2.8")


def test_whoever_checks_real_certificates_is_never_made_to_wait() -> None:
    code = etablir(etudiante()).code
    for _ in range(30):
        assert VRAI in verifier(code)


def test_a_previous_pepper_still_opens_the_certificates_made_under_it(settings: Any) -> None:
    code = etablir(etudiante()).code
    settings.JETON_POIVRES_ANCIENS = [settings.JETON_POIVRE]
    settings.JETON_POIVRE = "un poivre tout neuf, de plus de trente-deux caractères"
    assert VRAI in verifier(code)


def _vieillir(certificat: Certificat, de: timedelta) -> None:
    """As if it had been made so long ago: the calendar moves, and not what the trigger keeps."""
    with en_proprietaire() as curseur:
        curseur.execute("ALTER TABLE certificats_certificat DISABLE TRIGGER certificats_garder")
        curseur.execute(
            "UPDATE certificats_certificat SET valable_jusqu_au = valable_jusqu_au - %s WHERE id = %s",
            [de, certificat.pk],
        )
        curseur.execute("ALTER TABLE certificats_certificat ENABLE TRIGGER certificats_garder")
