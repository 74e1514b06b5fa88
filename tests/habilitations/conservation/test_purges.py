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


def test_une_inscription_part_dix_ans_apres_sa_fin_et_l_etudiant_un_an_apres_la_derniere():
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


def test_un_etudiant_tout_neuf_sans_inscription_reste():
    fabriques.etudiant()
    assert conservation.purger_les_etudiants() == 0


def test_un_courriel_parti_il_y_a_un_an_est_supprime():
    vieux, recent, en_attente = (
        Courriel.objects.create(cle=cle, genre="g", destinataire="a@b.test", objet="o", texte="t", html="")
        for cle in ("vieux", "recent", "en_attente")
    )
    Courriel.objects.filter(pk=vieux.pk).update(cree_le=il_y_a(months=12, days=1), envoye_le=timezone.now())
    Courriel.objects.filter(pk=recent.pk).update(cree_le=il_y_a(months=11, days=29), envoye_le=timezone.now())
    Courriel.objects.filter(pk=en_attente.pk).update(cree_le=il_y_a(months=13))
    assert purges.purger_les_courriels() == 1
    assert set(Courriel.objects.values_list("cle", flat=True)) == {"recent", "en_attente"}


def test_un_compte_sans_connexion_depuis_trois_ans_ne_nomme_plus_personne():
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


def test_une_demande_close_depuis_cinq_ans_ne_nomme_plus_personne_et_garde_sa_decision():
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


def test_les_comptes_d_appels_vont_au_bout_de_treize_mois():
    jeton = fabriques.jeton().jeton
    aujourdhui = timezone.localdate()
    for mois in (13, 14):
        Consommation.objects.create(
            jeton=jeton, jour=aujourdhui - relativedelta(months=mois), statut=200, appels=1
        )
    assert purges.purger_la_consommation() == 1


def test_le_journal_des_acces_part_par_tranches_scellees_au_bout_de_trente_six_mois():
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
