"""The life of tokens: one-time link, rotation with overlap, prolongation, addresses, leak, sandbox."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.courriels.envoi import EFFACE
from habilitations.demandes import actes
from habilitations.jetons import emission, liens, vie
from habilitations.models import Courriel, Evenement, Habilitation, Jeton, LienDeJeton
from habilitations.tasks import envoyer_courriels
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.jetons import en_service, ouvrir, secret_du_lien, validee
from tests.referentiel.ecriture.concurrence import attendre_qu_une_session_attende

pytestmark = pytest.mark.django_db


def test_approval_sends_the_technical_contact_a_link_that_gives_the_token_once() -> None:
    _, habilitation = validee()
    assert not habilitation.jetons.exists()
    courriel = Courriel.objects.get(genre="jeton_a_retirer")
    assert courriel.destinataire.startswith("technique")
    secret = secret_du_lien(habilitation)
    jeton, valeur = liens.retirer(secret=secret)
    assert ouvrir(valeur).etat == "ouvert"
    assert ouvrir(valeur).scopes == habilitation.scopes
    assert jeton.affichage not in valeur
    with pytest.raises(liens.LienInutilisable, match="déjà servi"):
        liens.retirer(secret=secret)
    assert habilitation.jetons.count() == 1


def test_the_link_stays_neither_in_the_database_nor_in_the_sent_mail(mailoutbox: list[object]) -> None:
    _, habilitation = validee()
    secret = secret_du_lien(habilitation)
    envoyer_courriels()
    assert any(secret in message.body for message in mailoutbox)
    courriel = Courriel.objects.get(genre="jeton_a_retirer")
    assert (courriel.texte, courriel.html) == (EFFACE, "")
    assert secret.encode() not in bytes(LienDeJeton.objects.get().empreinte)


@pytest.mark.parametrize("situation", ["inconnu", "perime", "annule", "habilitation_revoquee"])
def test_a_link_that_is_over_gives_nothing(situation: str) -> None:
    demande = scenes.demande("validee")
    secret = secret_du_lien(demande.habilitation)
    lien = LienDeJeton.objects.get()
    if situation == "inconnu":
        secret = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    elif situation == "perime":
        LienDeJeton.objects.update(
            cree_le=timezone.now() - timedelta(days=4), expire_le=timezone.now() - timedelta(seconds=1)
        )
    elif situation == "annule":
        liens.envoyer_lien(
            habilitation=demande.habilitation,
            destinataire=lien.destinataire,
            acteur=Acteur(demande.demandeur),
        )
    else:
        actes.revoquer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Abus")
    with pytest.raises(liens.LienInutilisable):
        liens.retirer(secret=secret)
    assert not Jeton.objects.exists()


def test_rotation_leaves_the_old_token_thirty_days_and_never_more_than_two() -> None:
    acteur, ancien, valeur = en_service()
    vie.restreindre(jeton=ancien, acteur=acteur, adresses=["127.0.0.0/8"])
    cle = {"habilitation": ancien.habilitation, "destinataire": "tech@exemple.test", "acteur": acteur}
    with pytest.raises(vie.JetonRefuse, match="déjà un jeton"):
        liens.envoyer_lien(**cle)
    liens.envoyer_lien(**cle, motif=LienDeJeton.Motif.ROTATION)
    nouveau, nouvelle_valeur = liens.retirer(secret=secret_du_lien(ancien.habilitation))
    ancien.refresh_from_db()
    assert timedelta(days=29) < ancien.expire_le - timezone.now() <= timedelta(days=30)
    assert [ouvrir(v).etat for v in (valeur, nouvelle_valeur)] == ["ouvert", "ouvert"]
    assert nouveau.adresses == ["127.0.0.0/8"]
    with pytest.raises(vie.JetonRefuse, match="Deux jetons"):
        liens.envoyer_lien(**cle, motif=LienDeJeton.Motif.ROTATION)
    with pytest.raises(IntegrityError, match="deux jetons"), transaction.atomic():
        emission.emettre(
            organisation=ancien.organisation,
            type_="l",
            habilitation=ancien.habilitation,
            scopes=ancien.scopes,
        )


def test_a_rotation_without_overlap_ends_the_old_token_at_once() -> None:
    acteur, ancien, valeur = en_service()
    liens.envoyer_lien(
        habilitation=ancien.habilitation,
        destinataire="tech@exemple.test",
        acteur=acteur,
        motif=LienDeJeton.Motif.ROTATION,
        chevauchement_jours=0,
    )
    Jeton.objects.filter(pk=ancien.pk).update(cree_le=timezone.now() - timedelta(days=1))
    liens.retirer(secret=secret_du_lien(ancien.habilitation))
    assert ouvrir(valeur).etat == "expire"


@pytest.mark.parametrize("restants", [1, 10, 29])
def test_a_rotation_never_prolongs_the_replaced_token(restants: int) -> None:
    """An overlap of thirty days is at most what was left to the old token."""
    acteur, ancien, _ = en_service()
    fin = timezone.now() + timedelta(days=restants)
    Jeton.objects.filter(pk=ancien.pk).update(expire_le=fin)
    liens.montrer(habilitation=ancien.habilitation, acteur=acteur)
    ancien.refresh_from_db()
    assert ancien.expire_le == fin


@pytest.mark.parametrize("fin", ["expiré", "révoqué"])
def test_a_token_no_longer_in_service_does_not_count_among_the_two(fin: str) -> None:
    acteur, premier, _ = en_service()
    liens.montrer(habilitation=premier.habilitation, acteur=acteur)
    assert premier.habilitation.jetons.vivants().count() == 2
    with pytest.raises(vie.JetonRefuse, match="Deux jetons"):
        liens.montrer(habilitation=premier.habilitation, acteur=acteur)
    if fin == "expiré":
        Jeton.objects.filter(pk=premier.pk).update(
            cree_le=timezone.now() - timedelta(days=2), expire_le=timezone.now() - timedelta(seconds=1)
        )
    else:
        vie.revoquer(jeton=premier, acteur=acteur, motif="Remplacé")
    troisieme, valeur = liens.montrer(habilitation=premier.habilitation, acteur=acteur)
    assert ouvrir(valeur).etat == "ouvert"
    assert premier.habilitation.jetons.vivants().filter(pk=troisieme.pk).exists()
    assert premier.habilitation.jetons.vivants().count() == 2


def test_a_token_is_prolonged_in_its_last_ninety_days() -> None:
    acteur, jeton, _ = en_service()
    with pytest.raises(vie.JetonRefuse, match="90 derniers jours"):
        vie.prolonger(jeton=jeton, acteur=acteur, rien_n_a_change=True)
    Jeton.objects.filter(pk=jeton.pk).update(expire_le=timezone.now() + timedelta(days=89))
    with pytest.raises(vie.JetonRefuse, match="Confirmez"):
        vie.prolonger(jeton=jeton, acteur=acteur, rien_n_a_change=False)
    prolonge = vie.prolonger(jeton=jeton, acteur=acteur, rien_n_a_change=True)
    assert prolonge.expire_le - timezone.now() > timedelta(days=500)


def test_the_list_of_addresses_holds_from_the_next_call_and_refuses_what_is_none() -> None:
    acteur, jeton, valeur = en_service()
    with pytest.raises(vie.JetonRefuse, match="ni une adresse"):
        vie.restreindre(jeton=jeton, acteur=acteur, adresses=["192.0.2.0/24", "mairie.fr"])
    vie.restreindre(jeton=jeton, acteur=acteur, adresses=["192.0.2.0/24"])
    assert ouvrir(valeur).etat == "adresse"
    vie.restreindre(jeton=jeton, acteur=acteur, adresses=["192.0.2.0/24", "127.0.0.1", "::1"])
    assert ouvrir(valeur).etat == "ouvert"


def test_a_leaked_token_is_revoked_and_its_holders_told_once() -> None:
    acteur, jeton, valeur = en_service()
    assert vie.signaler_divulgation(valeur=valeur, ou="dans l'adresse d'un appel")
    assert not vie.signaler_divulgation(valeur=valeur, ou="dans l'adresse d'un appel")
    assert ouvrir(valeur).etat == "revoque"
    prevenus = Courriel.objects.filter(genre="jeton_divulgue")
    assert acteur.compte.courriel in prevenus.values_list("destinataire", flat=True)
    assert not any(valeur in courriel.texte for courriel in prevenus)
    assert Evenement.objects.filter(acte="jeton_revoque", texte__startswith="Divulgué").count() == 1
    assert jeton.habilitation.etat == "active"


def test_a_draft_gives_a_sandbox_token_with_the_data_ticked() -> None:
    acteur = scenes.demandeur()
    demande = scenes.brouillon(acteur=acteur)
    premier, ancienne = vie.essayer(demande=demande, acteur=acteur, uais_fictifs=[])
    assert premier.type == "t"
    assert ouvrir(ancienne).scopes == sorted(demande.scopes)
    _, nouvelle = vie.essayer(demande=demande, acteur=acteur, uais_fictifs=[])
    assert [ouvrir(v).etat for v in (ancienne, nouvelle)] == ["revoque", "ouvert"]
    with pytest.raises(vie.JetonRefuse, match="obtiennent seuls"):
        vie.essayer(demande=demande, acteur=scenes.demandeur(), uais_fictifs=[])


def test_the_sandbox_of_a_request_to_write_writes_in_fictitious_establishments() -> None:
    acteur = scenes.demandeur()
    demande = scenes.brouillon(acteur=acteur, type_="ecriture")
    fictif = fabriques.etablissement(fictif=True).uai
    jeton, _ = vie.essayer(demande=demande, acteur=acteur, uais_fictifs=[fictif])
    assert (jeton.type, jeton.uais, jeton.scopes) == ("t", [fictif], [])


def test_a_link_that_cannot_serve_points_to_another_only_when_another_can_be_had(client) -> None:
    demande = scenes.demande("validee")
    adresse = f"/jetons/retrait/{secret_du_lien(demande.habilitation)}"
    LienDeJeton.objects.update(
        cree_le=timezone.now() - timedelta(days=4), expire_le=timezone.now() - timedelta(seconds=1)
    )
    assert "peut vous en envoyer un autre" in client.get(adresse).content.decode()
    LienDeJeton.objects.update(expire_le=timezone.now() + timedelta(days=1))
    actes.revoquer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Abus")
    LienDeJeton.objects.update(annule_le=None)
    page = client.get(adresse)
    assert page.status_code == 410
    assert "peut vous en envoyer un autre" not in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_link_opened_while_its_habilitation_is_replaced_gives_nothing() -> None:
    _, habilitation = validee()
    secret = secret_du_lien(habilitation)

    pris, rendu = threading.Event(), threading.Event()

    def remplacer() -> None:
        with transaction.atomic():
            Habilitation.objects.select_for_update().get(pk=habilitation.pk)
            pris.set()
            rendu.wait(30)
            Habilitation.objects.filter(pk=habilitation.pk).update(etat=Habilitation.Etat.OBSOLETE)
        connection.close()

    def retirer() -> str:
        try:
            liens.retirer(secret=secret)
        except liens.LienInutilisable as refus:
            return str(refus)
        finally:
            connection.close()
        return "remis"

    with ThreadPoolExecutor(2) as fils:
        remplacement = fils.submit(remplacer)
        pris.wait(30)
        retrait = fils.submit(retirer)
        attendre_qu_une_session_attende()
        rendu.set()
        assert "n'est plus active" in retrait.result()
        remplacement.result()
    assert not Jeton.objects.exists()
