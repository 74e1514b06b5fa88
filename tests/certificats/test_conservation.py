"""How long certificates are known, and what becomes of them when students are merged or erased."""

from datetime import timedelta

import pytest
from django.utils import timezone

from referentiel.models import IneRemplace, Inscription
from statut_etudiant.certificats import conservation, preuves
from statut_etudiant.certificats.models import Certificat
from statut_etudiant.citoyens import echeances
from tests import fabriques
from tests.certificats.aides import etablir, etudiante, verifier
from tests.franceconnect.citoyens import citoyen
from tests.proprietaire import en_proprietaire

pytestmark = pytest.mark.django_db


def _finir(certificat: Certificat, *, il_y_a: timedelta) -> None:
    with en_proprietaire() as curseur:
        curseur.execute("ALTER TABLE certificats_certificat DISABLE TRIGGER certificats_garder")
        curseur.execute(
            "UPDATE certificats_certificat SET valable_jusqu_au = %s WHERE id = %s",
            [timezone.localdate() - il_y_a, certificat.pk],
        )
        curseur.execute("ALTER TABLE certificats_certificat ENABLE TRIGGER certificats_garder")


def test_a_certificate_is_known_for_a_year_after_its_end() -> None:
    etudiant = etudiante()
    garde, oublie = etablir(etudiant), etablir(etudiant)
    _finir(garde.certificat, il_y_a=timedelta(days=365))
    _finir(oublie.certificat, il_y_a=timedelta(days=366))
    assert echeances.oublier() == 1
    assert "a expiré" in verifier(garde.code)
    assert "Aucun certificat ne porte ce code" in verifier(oublie.code)


def test_what_an_erased_student_had_made_goes_with_them() -> None:
    etudiant = etudiante()
    etablir(etudiant)
    preuves.produire(donnees={"admissions": []}, etudiant_id=etudiant.pk, organisation="Ville", fictif=False)
    reste = etablir(fabriques.inscrit()).certificat
    Inscription.objects.filter(etudiant=etudiant).delete()
    etudiant.delete()
    assert conservation.oublier() == 2
    assert Certificat.objects.get() == reste


def test_a_certificate_follows_its_student_into_a_merge() -> None:
    garde, fondu = etudiante(), fabriques.inscrit()
    etabli = etablir(fondu, champs=["etablissement"])
    cle = fondu.pk
    Inscription.objects.filter(etudiant=fondu).update(
        etudiant=garde, date_debut=timezone.localdate() - timedelta(days=10)
    )
    fondu.delete()
    IneRemplace.objects.create(
        ancien_ine=fabriques.ine(),
        ancien_etudiant_id=cle,
        etudiant=garde,
        fictif=False,
        date_naissance="2004-05-17",
        motif="Doublon",
        auteur="Le ministère",
    )
    assert conservation.oublier() == 0
    assert "toujours vrai" in verifier(etabli.code)
    client = citoyen(garde)
    assert etabli.certificat.numero in client.get("/mon-espace/certificats").content.decode()
    client.post(f"/mon-espace/certificats/{etabli.certificat.pk}/retirer")
    assert "a été retiré" in verifier(etabli.code)
