"""A suspended token waits for the ministry's answer: what happens to its habilitation meanwhile happens to it too, and
who may end a token ends this one for good."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from habilitations.acteur import Acteur
from habilitations.demandes import actes
from habilitations.jetons import liens, suspension, vie
from habilitations.models import Courriel, Demande, Habilitation, Jeton, Suspension
from tests.habilitations import scenes
from tests.habilitations.jetons import en_service, ouvrir
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db

MOINS = ["mesri_inscription_etudiant"]


def suspendre(jeton: Jeton) -> Suspension:
    assert suspension.suspendre(jeton_id=jeton.pk, motif="trop d'introuvables")
    return Suspension.objects.get()


def rendre(une: Suspension) -> bool:
    return suspension.rendre(suspension_id=une.pk, acteur=Acteur(scenes.compte("dpd")))


def approuver_de_nouveau(demande: Demande, scopes: list[str]) -> Habilitation:
    """The habilitation is opened again, and approved with these scopes."""
    acteur = Acteur(demande.demandeur)
    actes.rouvrir(demande_id=demande.pk, acteur=acteur)
    demande.refresh_from_db()
    demande.cgu_acceptees = demande.dpd_informe = True
    demande.scopes = scopes
    demande.save()
    actes.soumettre(demande_id=demande.pk, acteur=acteur)
    actes.valider(demande_id=demande.pk, acteur=scenes.instructeur(), motif_doutes=scenes.MOTIF_DOUTES)
    demande.refresh_from_db()
    return demande.habilitation


def test_given_back_it_opens_what_the_habilitation_opens_now() -> None:
    _, jeton, valeur = en_service()
    une = suspendre(jeton)
    demande = jeton.habilitation.demandes.get()
    nouvelle = approuver_de_nouveau(demande, MOINS)
    assert rendre(une)
    ouverture = ouvrir(valeur)
    assert (ouverture.etat, ouverture.scopes, ouverture.habilitation_id) == ("ouvert", MOINS, nouvelle.pk)
    # It is this habilitation's: it ends with it.
    actes.revoquer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Usage abusif")
    assert ouvrir(valeur).etat == "revoque"


def test_of_a_revoked_habilitation_it_is_not_given_back() -> None:
    _, jeton, valeur = en_service()
    une = suspendre(jeton)
    demande = jeton.habilitation.demandes.get()
    actes.revoquer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Usage abusif")
    assert not rendre(une)
    jeton.refresh_from_db()
    assert jeton.motif_revocation.startswith("Habilitation révoquée")
    assert ouvrir(valeur).etat == "revoque"


def test_its_holder_ends_it_for_good(client: Client) -> None:
    acteur, jeton, valeur = en_service()
    une = suspendre(jeton)
    client.force_login(acteur.compte)
    client.post(reverse("jeton-revoquer", args=[jeton.pk]), {"motif": "Copié dans un courriel"})
    assert not rendre(une)
    jeton.refresh_from_db()
    assert jeton.motif_revocation == "Copié dans un courriel"
    assert ouvrir(valeur).etat == "revoque"


def test_seen_where_others_can_read_it_is_not_given_back() -> None:
    _, jeton, valeur = en_service()
    une = suspendre(jeton)
    assert vie.signaler_divulgation(valeur=valeur, ou="sur une forge publique")
    assert Courriel.objects.filter(genre="jeton_divulgue").exists()
    assert not rendre(une)
    assert ouvrir(valeur).etat == "revoque"


def test_one_that_was_replaced_meanwhile_does_not_make_a_third() -> None:
    acteur, jeton, valeur = en_service()
    une = suspendre(jeton)
    for _ in range(2):
        liens.montrer(habilitation=jeton.habilitation, acteur=acteur)
    assert not rendre(une)
    assert ouvrir(valeur).etat == "revoque"


@pytest.mark.parametrize("etat", ["obsolete", "revoquee"])
def test_no_token_lives_of_a_habilitation_that_is_over_whoever_writes(etat: str) -> None:
    _, jeton, _ = en_service()
    suspendre(jeton)
    passee = {"etat": etat} | ({"revoquee_le": jeton.cree_le} if etat == "revoquee" else {})
    Habilitation.objects.filter(pk=jeton.habilitation_id).update(**passee)
    with pytest.raises(IntegrityError, match="plus en vigueur"), transaction.atomic():
        Jeton.objects.filter(pk=jeton.pk).update(revoque_le=None, motif_revocation="")
    with pytest.raises(IntegrityError, match="plus en vigueur"), transaction.atomic():
        Jeton.objects.create(
            type="l",
            organisation=jeton.organisation,
            habilitation=jeton.habilitation,
            empreinte=b"x" * 32,
            fin="xxxx",
            expire_le=jeton.expire_le,
        )


def test_the_page_of_the_tokens_offers_to_end_it(client: Client) -> None:
    acteur, jeton, _ = en_service()
    suspendre(jeton)
    client.force_login(acteur.compte)
    page = lire(client.get(f"/habilitations/{jeton.habilitation_id}/jetons"))
    assert page.tous("a", href=reverse("jeton-revoquer", args=[jeton.pk]))
