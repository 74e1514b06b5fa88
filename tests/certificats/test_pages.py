"""The student's pages: choosing, previewing, making, extending, withdrawing, sharing."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone

from referentiel.models import Echange, Inscription
from referentiel.une_fois import tirer_une_cle
from statut_etudiant.certificats import actes, feuille
from statut_etudiant.certificats.models import Certificat
from tests import fabriques
from tests.certificats.aides import NOMS, demain, etablir, etudiante
from tests.franceconnect.citoyens import au_registre, citoyen

pytestmark = pytest.mark.django_db
NOUVEAU = "/mon-espace/certificats/nouveau"


def _formulaire(etudiant: Any, **valeurs: Any) -> dict[str, Any]:
    return {
        "inscription": Inscription.objects.filter(etudiant=etudiant).latest("date_fin").pk,
        "champs": NOMS,
        "pour_qui": "",
        "valable_jusqu_au": demain().isoformat(),
        **valeurs,
    }


def _lire(reponse: Any, statut: int = 200) -> str:
    assert reponse.status_code == statut, reponse.content.decode()[:500]
    return re.sub(r"\s+", " ", reponse.content.decode().replace("&#x27;", "'"))


def test_the_form_proposes_what_most_ask_for_and_three_months() -> None:
    page = _lire(citoyen(etudiante()).get(NOUVEAU))
    coches = re.findall(r'<input[^>]*name="champs"[^>]*value="(\w+)"[^>]*\bchecked', page)
    assert coches == ["nom", "etablissement", "regime", "annee"]
    assert "Aucune inscription" not in page


@pytest.mark.parametrize(
    ("jour", "dernier", "propose"),
    [
        (date(2026, 11, 28), date(2027, 8, 31), date(2027, 2, 28)),
        (date(2026, 9, 1), date(2027, 8, 31), date(2026, 12, 1)),
        (date(2027, 7, 14), date(2027, 8, 31), date(2027, 8, 31)),
        (date(2027, 8, 31), date(2027, 9, 1), date(2027, 9, 1)),
    ],
)
def test_three_months_by_default_and_the_university_year_s_end_at_most(
    jour: date, dernier: date, propose: date
) -> None:
    assert actes.dernier_jour(jour) == dernier
    assert actes.jour_par_defaut(jour) == propose


def test_a_certificate_is_previewed_then_made_and_its_secrets_shown_once() -> None:
    etudiant = etudiante(etablissement=fabriques.etablissement(nom="Université de Clairval"))
    client = citoyen(etudiant)
    formulaire = _formulaire(etudiant, pour_qui="Agence du Parc", partage="on", pin="2580")
    apercu = _lire(client.post(NOUVEAU, formulaire | {"action": "apercu"}))
    assert "Certificat de scolarité" in apercu
    assert "Agathe d’Artigues" in apercu
    assert "D’AR…" in apercu
    assert not Certificat.objects.exists()
    faite = _lire(client.post(NOUVEAU, formulaire | {"action": "etablir"}))
    certificat = Certificat.objects.get()
    code = re.search(r'id="code">(\w{10})<', faite)
    assert code is not None
    assert re.search(r"/certificats/partage/[\w-]{43}", faite)
    assert "2580" not in faite
    liste = _lire(client.get("/mon-espace/certificats"))
    assert certificat.numero in liste
    assert "Agence du Parc" in liste
    assert "avec code PIN" in liste
    assert code[1] not in liste


def test_a_second_click_shows_the_same_certificate_and_makes_no_other() -> None:
    etudiant = etudiante()
    client = citoyen(etudiant)
    formulaire = _formulaire(etudiant, cle_d_envoi=tirer_une_cle(), action="etablir")
    premiere, seconde = (_lire(client.post(NOUVEAU, formulaire)) for _ in range(2))
    codes = [re.findall(r'id="code">(\w{10})<', page) for page in (premiere, seconde)]
    assert codes[0] == codes[1] != []
    assert Certificat.objects.count() == 1


def test_the_preview_keeps_its_key_for_the_act_that_follows() -> None:
    etudiant = etudiante()
    client = citoyen(etudiant)
    formulaire = _formulaire(etudiant, action="apercu")
    apercu = _lire(client.post(NOUVEAU, formulaire))
    cle = re.search(r'name="cle_d_envoi" value="([\w-]{43})"', apercu)
    assert cle is not None
    _lire(client.post(NOUVEAU, formulaire | {"action": "etablir", "cle_d_envoi": cle[1]}))
    assert Certificat.objects.count() == 1


def test_who_changes_their_mind_at_the_preview_finds_their_choices_again() -> None:
    etudiant = etudiante()
    formulaire = _formulaire(etudiant, champs=["ine"], pour_qui="Agence du Parc", action="corriger")
    page = _lire(citoyen(etudiant).post(NOUVEAU, formulaire))
    assert 'value="Agence du Parc"' in page
    assert re.findall(r'<input[^>]*name="champs"[^>]*value="(\w+)"[^>]*\bchecked', page) == ["ine"]
    assert not Certificat.objects.exists()


@pytest.mark.parametrize(
    ("valeurs", "message"),
    [
        ({"champs": []}, "Choisissez au moins une information à montrer."),
        ({"valable_jusqu_au": ""}, "Choisissez un jour."),
        ({"valable_jusqu_au": str(timezone.localdate())}, "Choisissez un jour à partir de demain"),
        ({"valable_jusqu_au": "2099-01-01"}, "au plus tard le"),
        ({"pin": "2580"}, "Un code PIN protège un lien de partage"),
        ({"partage": "on", "pin": "12"}, "Le code PIN compte de 4 à 8 chiffres."),
        ({"partage": "on", "pin": "abcd"}, "Le code PIN compte de 4 à 8 chiffres."),
        ({"inscription": 10**9}, "Cette inscription n'est pas l'une des vôtres"),
    ],
)
def test_a_wrong_choice_is_told_and_makes_nothing(valeurs: dict[str, Any], message: str) -> None:
    etudiant = etudiante()
    page = _lire(citoyen(etudiant).post(NOUVEAU, _formulaire(etudiant, **valeurs, action="etablir")))
    assert message in page
    assert not Certificat.objects.exists()


def test_nobody_certifies_another_person_s_enrolment() -> None:
    moi, autre = etudiante(), au_registre("elodie")
    formulaire = _formulaire(autre, action="etablir")
    assert "n'est pas l'une des vôtres" in _lire(citoyen(moi).post(NOUVEAU, formulaire))
    assert not Certificat.objects.exists()


def test_what_is_over_cannot_be_certified() -> None:
    etudiant = etudiante(ancienne=True)
    assert "Aucune inscription ni admission en cours" in _lire(citoyen(etudiant).get(NOUVEAU))


def test_another_person_s_certificate_does_not_exist() -> None:
    moi, autre = etudiante(), au_registre("elodie")
    pk = etablir(autre).certificat.pk
    client = citoyen(moi)
    for adresse in ("prolonger", "retirer"):
        assert client.get(f"/mon-espace/certificats/{pk}/{adresse}").status_code == 404
        assert client.post(f"/mon-espace/certificats/{pk}/{adresse}").status_code == 404
    assert client.get(f"/mon-espace/certificats/{pk}.sd-jwt").status_code == 404
    assert Certificat.objects.get().retire_le is None


def test_a_student_extends_then_withdraws() -> None:
    etudiant = etudiante()
    pk = etablir(etudiant).certificat.pk
    client = citoyen(etudiant)
    jusqu_au = timezone.localdate() + timedelta(days=2)
    if jusqu_au <= actes.dernier_jour(timezone.localdate()):
        client.post(f"/mon-espace/certificats/{pk}/prolonger", {"valable_jusqu_au": jusqu_au.isoformat()})
        assert Certificat.objects.get().valable_jusqu_au == jusqu_au
    assert "Retirer ce certificat" in _lire(client.get(f"/mon-espace/certificats/{pk}/retirer"))
    assert Certificat.objects.get().retire_le is None
    client.post(f"/mon-espace/certificats/{pk}/retirer")
    assert Certificat.objects.get().retire_le is not None
    assert "déjà retiré" in _lire(client.post(f"/mon-espace/certificats/{pk}/retirer", follow=True))


def test_a_validity_is_extended_and_never_shortened() -> None:
    etudiant = etudiante()
    jour = timezone.localdate()
    pk = etablir(etudiant, valable_jusqu_au=actes.dernier_jour(jour)).certificat.pk
    page = _lire(
        citoyen(etudiant).post(
            f"/mon-espace/certificats/{pk}/prolonger", {"valable_jusqu_au": demain().isoformat()}
        )
    )
    assert "Choisissez un jour après" in page


def test_nobody_makes_certificates_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actes, "EN_VIGUEUR_MAXIMUM", 2)
    etudiant = etudiante()
    premier = etablir(etudiant)
    etablir(etudiant)
    with pytest.raises(actes.Refus, match="retirez ceux qui ne servent plus"):
        etablir(etudiant)
    actes.retirer(etudiant_id=etudiant.pk, certificat_id=premier.certificat.pk)
    etablir(etudiant)


# --- the share link


def test_a_share_link_shows_what_was_chosen_once_its_button_is_pressed() -> None:
    etudiant = etudiante(etablissement=fabriques.etablissement(nom="Université de Clairval"))
    etabli = etablir(etudiant, partage=True, champs=["nom", "dates"])
    adresse = f"/certificats/partage/{etabli.secret}"
    avant = _lire(Client().get(adresse))
    assert "d’Artigues" not in avant
    assert not Echange.objects.exists()
    page = _lire(Client().post(adresse))
    assert "Agathe d’Artigues" in page
    assert "Clairval" not in page
    assert etudiant.ine not in page
    (trace,) = Echange.objects.all()
    assert set(trace.categories) == {"identite", "inscription", "statut"}
    assert "lien de partage" in trace.organisation


def test_a_pin_is_wanted_and_its_guesses_are_slowed_down() -> None:
    etabli = etablir(etudiante(), partage=True, pin="2580")
    adresse = f"/certificats/partage/{etabli.secret}"
    assert "Agathe" not in _lire(Client().post(adresse, {"pin": ""}))
    for rang in range(5):
        page = _lire(Client().post(adresse, {"pin": f"000{rang}"}, REMOTE_ADDR=f"192.0.2.{rang}"))
        assert "Ce n'est pas le code PIN" in page
        assert "Agathe" not in page
    attendre = _lire(Client().post(adresse, {"pin": "2580"}, REMOTE_ADDR="192.0.2.99"), 429)
    assert "Agathe" not in attendre
    assert not Echange.objects.exists()


def test_the_right_pin_opens() -> None:
    etabli = etablir(etudiante(), partage=True, pin="2580")
    assert "Agathe d’Artigues" in _lire(
        Client().post(f"/certificats/partage/{etabli.secret}", {"pin": "2580"})
    )


def test_an_unknown_or_withdrawn_share_link_gives_nothing() -> None:
    etudiant = etudiante()
    etabli = etablir(etudiant, partage=True)
    assert "Ce lien ne mène à aucun certificat" in _lire(
        Client().get("/certificats/partage/" + "x" * 43), 404
    )
    actes.retirer(etudiant_id=etudiant.pk, certificat_id=etabli.certificat.pk)
    page = _lire(Client().post(f"/certificats/partage/{etabli.secret}"))
    assert "Ce certificat a été retiré" in page
    assert "Agathe" not in page


# --- the paper


def _pdf(chemin: str) -> pikepdf.Pdf:
    reponse = Client().get(chemin)
    assert reponse.status_code == 200
    assert reponse["Content-Type"] == "application/pdf"
    assert "no-cache" in reponse["Cache-Control"]
    return pikepdf.open(io.BytesIO(reponse.content))


def test_the_paper_is_one_tagged_archivable_page_in_french() -> None:
    etudiant = etudiante(
        etablissement=fabriques.etablissement(nom="Université de Clairval " + "et d'ailleurs " * 15)
    )
    etabli = etablir(
        etudiant,
        champs=["nom", "naissance", "ine", "etablissement", "regime", "annee", "dates", "diplome"],
        pour_qui="W" * 120,
    )
    with _pdf(feuille.lien(etabli.code, duree=60)[0]) as document:
        assert len(document.pages) == 1
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).startswith("fr")
        assert document.Root.ViewerPreferences.DisplayDocTitle
        roles = _roles(document.Root.StructTreeRoot)
        assert {"/Document", "/H1", "/Table", "/TH", "/TD", "/Figure", "/P"} <= roles
        with document.open_metadata() as faits:
            assert faits["dc:title"] == "Certificat de scolarité"
            assert (faits["pdfaid:part"], faits["pdfaid:conformance"]) == ("2", "A")
            assert faits["pdfuaid:part"] == "1"


def _roles(noeud: Any) -> set[str]:
    trouves = {str(noeud.S)} if "/S" in noeud else set()
    enfants = noeud.get("/K", [])
    for enfant in enfants if isinstance(enfants, pikepdf.Array) else [enfants]:
        if isinstance(enfant, pikepdf.Dictionary):
            trouves |= _roles(enfant)
    return trouves


def test_a_character_that_no_typeface_draws_does_not_prevent_the_paper() -> None:
    etabli = etablir(etudiante(), pour_qui="Ștefan Nguyễn, Иван, 日本 🐈")
    with _pdf(feuille.lien(etabli.code, duree=60)[0]) as document:
        assert len(document.pages) == 1


def test_a_paper_s_link_stops_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    etabli = etablir(etudiante())
    chemin, expire = feuille.lien(etabli.code, duree=300)
    assert etabli.code not in chemin
    assert Client().get(chemin).status_code == 200
    monkeypatch.setattr(feuille.time, "time", lambda: expire + 1)
    assert "ne sert plus" in _lire(Client().get(chemin), 410)
    assert Client().get("/certificats/pdf/nimporte").status_code == 410


def test_no_paper_is_made_of_what_is_withdrawn_or_has_changed() -> None:
    etudiant = etudiante()
    etabli = etablir(etudiant)
    chemin = feuille.lien(etabli.code, duree=300)[0]
    Inscription.objects.filter(etudiant=etudiant).update(regime="RF5")
    assert Client().get(chemin).status_code == 410
    Inscription.objects.filter(etudiant=etudiant).update(regime="RF1")
    assert Client().get(chemin).status_code == 200
    actes.retirer(etudiant_id=etudiant.pk, certificat_id=etabli.certificat.pk)
    assert Client().get(chemin).status_code == 410
