"""What goes when its time is over, and what stays until then."""

import datetime

import pytest
from dateutil.relativedelta import relativedelta
from django.utils import timezone

from habilitations.conservation import purges
from habilitations.models import (
    Compte,
    Consommation,
    ContactDeDemande,
    Courriel,
    Demande,
    Evenement,
    JournalAcces,
)
from referentiel.journal import conservation, controle, sceaux
from referentiel.models import Etudiant, Historique, Inscription
from tests import fabriques
from tests.habilitations import scenes
from tests.referentiel.journal.aides import acces, forcer, vieillir

pytestmark = pytest.mark.django_db


def il_y_a(**duree):
    return timezone.now() - relativedelta(**duree)


def test_an_inscription_goes_ten_years_after_its_end_and_the_student_a_year_after_the_last():
    aujourdhui = timezone.localdate()
    ancienne, recente = fabriques.inscription(), fabriques.inscription()
    for une, fin in (
        (ancienne, aujourdhui - relativedelta(years=10, days=1)),
        (recente, aujourdhui - relativedelta(years=10)),
    ):
        Inscription.objects.filter(pk=une.pk).update(
            date_debut=fin - datetime.timedelta(days=300), date_fin=fin
        )
    Etudiant.objects.update(cree_le=il_y_a(years=11))
    assert conservation.purger_les_inscriptions() == 1
    assert list(Inscription.objects.all()) == [recente]
    assert conservation.purger_les_etudiants() == 1
    assert list(Etudiant.objects.all()) == [recente.etudiant]
    assert Historique.objects.filter(auteur="tache:conserver", operation="suppression").count() == 2


def test_a_brand_new_student_without_inscription_stays():
    fabriques.etudiant()
    assert conservation.purger_les_etudiants() == 0


def test_an_email_sent_a_year_ago_is_deleted():
    vieux, recent, en_attente = (
        Courriel.objects.create(cle=cle, genre="g", destinataire="a@b.test", objet="o", texte="t", html="")
        for cle in ("vieux", "recent", "en_attente")
    )
    Courriel.objects.filter(pk=vieux.pk).update(cree_le=il_y_a(months=12, days=1), envoye_le=timezone.now())
    Courriel.objects.filter(pk=recent.pk).update(cree_le=il_y_a(months=11, days=29), envoye_le=timezone.now())
    Courriel.objects.filter(pk=en_attente.pk).update(cree_le=il_y_a(months=13))
    assert purges.purger_les_courriels() == 1
    assert set(Courriel.objects.values_list("cle", flat=True)) == {"recent", "en_attente"}


def test_an_account_without_sign_in_for_three_years_no_longer_names_anybody():
    oublie, recent, instructeur = scenes.compte(), scenes.compte(), scenes.compte("instructeur")
    Compte.objects.update(last_login=il_y_a(months=36, days=1))
    Compte.objects.filter(pk=recent.pk).update(last_login=il_y_a(months=35))
    assert purges.purger_les_comptes() == 1
    oublie.refresh_from_db()
    assert (str(oublie), oublie.courriel, oublie.is_active) == (
        "Compte effacé", f"compte-{oublie.pk}@efface.invalid", False,
    )  # fmt: skip
    assert not oublie.has_usable_password()
    assert Compte.objects.get(pk=instructeur.pk).is_active
    assert purges.purger_les_comptes() == 0


def test_a_request_closed_for_five_years_no_longer_names_anybody_and_keeps_its_decision():
    vieille, recente = scenes.demande("refusee"), scenes.demande("refusee")
    for demande, quand in ((vieille, il_y_a(years=5, days=1)), (recente, il_y_a(years=4, months=11))):
        Demande.objects.filter(pk=demande.pk).update(modifie_le=quand)
    assert ContactDeDemande.objects.filter(demande=vieille).exists()
    assert Evenement.objects.filter(demande=vieille, instantane__isnull=False).exists()
    sceaux.sceller()
    vieillir()
    sceaux.sceller()
    assert purges.purger_les_demandes() > 0
    assert not ContactDeDemande.objects.filter(demande=vieille).exists()
    assert not Evenement.objects.filter(demande=vieille, instantane__isnull=False).exists()
    assert Evenement.objects.filter(demande=vieille, acte="refuser").exists()
    assert ContactDeDemande.objects.filter(demande=recente).exists()
    assert Evenement.objects.filter(demande=recente, instantane__isnull=False).exists()
    assert controle.controler().constats == []
    assert purges.purger_les_demandes() == 0


def test_the_counts_of_calls_go_after_thirteen_months():
    jeton = fabriques.jeton().jeton
    aujourdhui = timezone.localdate()
    for mois in (13, 14):
        Consommation.objects.create(
            jeton=jeton, jour=aujourdhui - relativedelta(months=mois), statut=200, appels=1
        )
    assert purges.purger_la_consommation() == 1


def test_the_access_log_goes_by_sealed_slices_after_thirty_six_months():
    acces(4)
    forcer(
        "UPDATE habilitations_journalacces SET instant = date_trunc('month', now()) - interval '37 months'"
        " WHERE id IN (SELECT id FROM habilitations_journalacces ORDER BY id LIMIT 2)"
    )
    # Nothing is sealed yet: nothing goes.
    assert conservation.purger_les_journaux() == 0
    sceaux.sceller()
    vieillir()
    sceaux.sceller()
    # One slice holds all four, and two are recent: it stays whole.
    assert conservation.purger_les_journaux() == 0
    forcer(
        "UPDATE habilitations_journalacces SET instant = date_trunc('month', now()) - interval '37 months'"
    )
    forcer("DELETE FROM referentiel_sceau")
    sceaux.sceller()
    assert conservation.purger_les_journaux() == 4
    assert not JournalAcces.objects.exists()
    bilan = controle.controler()
    assert (bilan.constats, bilan.purgees) == ([], 1)
