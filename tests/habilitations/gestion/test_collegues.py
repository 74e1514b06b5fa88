"""Colleagues: who may add and remove whom, what an invitation gives, what stays known, who is told."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from habilitations import tasks
from habilitations.acteur import Acteur
from habilitations.comptes.ouverture_de_compte import LienPerime
from habilitations.demandes import actes
from habilitations.gestionnaires import collegues, invitations
from habilitations.models import Courriel, Gestionnaire, Invitation, JournalAcces, Role
from habilitations.refus import ActeRefuse, DejaFait
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.gestion.aides import equipe, gere, gestion, secret

pytestmark = pytest.mark.django_db


def destinataires(genre: str) -> set[str]:
    return set(Courriel.objects.filter(genre=genre).values_list("destinataire", flat=True))


def test_an_invitation_gives_nothing_before_it_is_accepted() -> None:
    etablissement, (un, deux) = equipe()
    invite = scenes.compte(courriel="ines@exemple.test")
    assert (
        collegues.ajouter(acteur=un, courriel=" Ines@Exemple.TEST ", etablissements=[etablissement]) is None
    )
    assert not gere(invite, etablissement)
    collegues.accepter(secret=secret("ines@exemple.test"), compte=invite)
    assert gere(invite, etablissement)
    donnee = invite.gestions.get()
    assert donnee.ajoute_par == un.compte
    assert donnee.habilitation.uais == [etablissement.uai]
    journal = JournalAcces.objects.get(compte=invite)
    assert (journal.genre, journal.auteur, journal.details) == (
        "gestion_donnee",
        un.compte,
        {"uais": [etablissement.uai]},
    )
    assert destinataires("gestion_confiee") == {invite.courriel}
    assert destinataires("collegue_ajoute") == {deux.compte.courriel}


def test_an_invitation_works_once_and_for_its_address_only() -> None:
    etablissement, (un, _) = equipe()
    collegues.ajouter(acteur=un, courriel="ines@exemple.test", etablissements=[etablissement])
    lien = secret("ines@exemple.test")
    with pytest.raises(ActeRefuse, match=r"adressée à ines@exemple.test"):
        collegues.accepter(secret=lien, compte=scenes.compte())
    invite = scenes.compte(courriel="ines@exemple.test")
    collegues.accepter(secret=lien, compte=invite)
    with pytest.raises(LienPerime):
        collegues.accepter(secret=lien, compte=invite)
    collegues.retirer(acteur=un, gestion_id=gestion(Acteur(invite)).pk)
    with pytest.raises(LienPerime):
        collegues.accepter(secret=lien, compte=invite)
    assert not gere(invite, etablissement)


def test_an_invitation_expired_replaced_or_cancelled_works_no_more() -> None:
    etablissement, (un, _) = equipe()
    invite = scenes.compte(courriel="ines@exemple.test")

    def envoyer() -> str:
        collegues.ajouter(acteur=un, courriel=invite.courriel, etablissements=[etablissement])
        return secret(invite.courriel)

    premier, second = envoyer(), envoyer()
    with pytest.raises(LienPerime):
        invitations.lire(premier)
    collegues.annuler_invitation(acteur=un, invitation_id=invitations.lire(second).pk)
    troisieme = envoyer()
    Invitation.objects.update(expire_le=timezone.now())
    for lien in (second, troisieme, "inconnu", ""):
        with pytest.raises(LienPerime):
            collegues.accepter(secret=lien, compte=invite)
    with pytest.raises(DejaFait):
        collegues.annuler_invitation(acteur=un, invitation_id=Invitation.objects.first().pk)


def test_an_invitation_without_follow_up_is_forgotten_a_year_after_its_end() -> None:
    etablissement, (un, _) = equipe()
    for courriel in ("ines@exemple.test", "zoe@exemple.test", "ali@exemple.test"):
        collegues.ajouter(acteur=un, courriel=courriel, etablissements=[etablissement])
    invite = scenes.compte(courriel="ines@exemple.test")
    collegues.accepter(secret=secret(invite.courriel), compte=invite)
    Invitation.objects.exclude(courriel="ali@exemple.test").update(
        expire_le=timezone.now() - invitations.OUBLI - fabriques.UN_JOUR
    )
    tasks.nettoyer_acces()
    assert set(Invitation.objects.values_list("courriel", flat=True)) == {
        "ines@exemple.test",
        "ali@exemple.test",
    }


def test_the_invitation_of_a_former_manager_gives_nothing() -> None:
    etablissement, (un, deux) = equipe()
    autre = fabriques.etablissement()
    fabriques.habilitation(ecriture=True, uais=[autre.uai])
    Gestionnaire.objects.create(
        compte=un.compte,
        etablissement=autre,
        habilitation=fabriques.habilitation(ecriture=True, uais=[autre.uai]),
    )
    invite = scenes.compte(courriel="ines@exemple.test")
    collegues.ajouter(acteur=un, courriel=invite.courriel, etablissements=[etablissement, autre])
    collegues.retirer(acteur=deux, gestion_id=un.compte.gestions.get(etablissement=etablissement).pk)
    collegues.accepter(secret=secret(invite.courriel), compte=invite)
    assert gere(invite, autre)
    assert not gere(invite, etablissement)
    collegues.ajouter(acteur=deux, courriel="zoe@exemple.test", etablissements=[etablissement])
    Gestionnaire.objects.filter(compte=deux.compte).update(retire_le=timezone.now())
    with pytest.raises(ActeRefuse, match="ne gère plus"):
        collegues.accepter(
            secret=secret("zoe@exemple.test"), compte=scenes.compte(courriel="zoe@exemple.test")
        )


def test_a_known_colleague_is_added_at_once_and_nothing_is_learnt_of_others() -> None:
    etablissement, (un, deux) = equipe()
    autre = fabriques.etablissement()
    Gestionnaire.objects.create(
        compte=un.compte,
        etablissement=autre,
        habilitation=fabriques.habilitation(ecriture=True, uais=[autre.uai]),
    )
    assert (
        collegues.ajouter(acteur=un, courriel=deux.compte.courriel.upper(), etablissements=[autre])
        == deux.compte
    )
    assert gere(deux.compte, autre)
    with pytest.raises(DejaFait, match="gère déjà"):
        collegues.ajouter(acteur=un, courriel=deux.compte.courriel, etablissements=[etablissement])
    # Known or not, closed or not, manager elsewhere or not: the same answer.
    ailleurs = scenes.gestionnaire(fabriques.etablissement())
    ferme = scenes.compte(is_active=False)
    for courriel in (ailleurs.compte.courriel, ferme.courriel, "inconnu@exemple.test"):
        assert collegues.ajouter(acteur=un, courriel=courriel, etablissements=[etablissement]) is None
    assert destinataires("invitation") == {
        ailleurs.compte.courriel,
        ferme.courriel,
        "inconnu@exemple.test",
    }


def test_nobody_decides_for_an_establishment_that_they_do_not_manage() -> None:
    etablissement, (un, deux) = equipe()
    intrus = scenes.gestionnaire(fabriques.etablissement())
    for acteur in (intrus, Acteur(scenes.compte()), Acteur(scenes.compte(Role.Nom.INSTRUCTEUR))):
        with pytest.raises(ActeRefuse, match="ne gérez pas"):
            collegues.ajouter(acteur=acteur, courriel="x@exemple.test", etablissements=[etablissement])
        with pytest.raises(Gestionnaire.DoesNotExist):
            collegues.retirer(acteur=acteur, gestion_id=gestion(un).pk)
    with pytest.raises(ActeRefuse, match="Choisissez"):
        collegues.ajouter(acteur=un, courriel="x@exemple.test", etablissements=[])
    incarnation = Acteur(un.compte, au_nom_de=scenes.compte(Role.Nom.ADMINISTRATEUR))
    with pytest.raises(ActeRefuse, match="à sa place"):
        collegues.ajouter(acteur=incarnation, courriel="x@exemple.test", etablissements=[etablissement])
    with pytest.raises(ActeRefuse, match="à sa place"):
        collegues.retirer(acteur=incarnation, gestion_id=gestion(deux).pk)
    assert not Courriel.objects.exists()


@pytest.mark.parametrize("role", [Role.Nom.RESPONSABLE, Role.Nom.ADMINISTRATEUR])
def test_the_ministry_gives_and_takes_everywhere_even_from_the_last_manager(role: Role.Nom) -> None:
    agent = Acteur(scenes.compte(role))
    etablissement, (un,) = equipe(1)
    nouveau = scenes.compte()
    assert (
        collegues.ajouter(acteur=agent, courriel=nouveau.courriel, etablissements=[etablissement]) == nouveau
    )
    for personne in (un.compte, nouveau):
        collegues.retirer(acteur=agent, gestion_id=personne.gestions.get().pk)
    assert not Gestionnaire.objects.actifs().exists()
    sans = fabriques.etablissement()
    with pytest.raises(ActeRefuse, match="pas d'habilitation d'écriture"):
        collegues.ajouter(acteur=agent, courriel=nouveau.courriel, etablissements=[sans])
    fictif = fabriques.etablissement(fictif=True)
    with pytest.raises(ActeRefuse, match="ne gérez pas"):
        collegues.ajouter(acteur=agent, courriel=nouveau.courriel, etablissements=[fictif])


def test_a_removal_keeps_who_when_and_by_whom_and_tells_everybody() -> None:
    etablissement, (un, deux, trois) = equipe(3)
    collegues.retirer(acteur=un, gestion_id=gestion(deux).pk)
    reprise = gestion(deux)
    assert reprise.retire_par == un.compte
    assert reprise.retire_le is not None
    assert not gere(deux.compte, etablissement)
    assert destinataires("gestion_retiree") == {deux.compte.courriel}
    assert destinataires("collegue_retire") == {trois.compte.courriel}
    assert JournalAcces.objects.get(compte=deux.compte).genre == "gestion_retiree"
    with pytest.raises(DejaFait):
        collegues.retirer(acteur=un, gestion_id=reprise.pk)
    # Given again: a new row, the old one stays.
    collegues.ajouter(acteur=un, courriel=deux.compte.courriel, etablissements=[etablissement])
    collegues.accepter(secret=secret(deux.compte.courriel), compte=deux.compte)
    assert deux.compte.gestions.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Gestionnaire.objects.create(
            compte=deux.compte, etablissement=etablissement, habilitation=reprise.habilitation
        )


def test_the_last_manager_is_not_removed() -> None:
    _, (un, deux) = equipe()
    collegues.retirer(acteur=un, gestion_id=gestion(un).pk)
    with pytest.raises(ActeRefuse, match="plus personne"):
        collegues.retirer(acteur=deux, gestion_id=gestion(deux).pk)
    # A closed account manages nothing.
    _, (vif, ferme) = equipe()
    ferme.compte.is_active = False
    ferme.compte.save()
    with pytest.raises(ActeRefuse, match="plus personne"):
        collegues.retirer(acteur=vif, gestion_id=gestion(vif).pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("donnees_validees")
def test_two_managers_who_remove_each_other_leave_one() -> None:
    etablissement, (un, deux) = equipe()
    depart = threading.Barrier(2)
    refus: list[str] = []

    def retirer(qui: Acteur, cible: int) -> None:
        try:
            depart.wait()
            collegues.retirer(acteur=qui, gestion_id=cible)
        except (ActeRefuse, Gestionnaire.DoesNotExist) as erreur:
            refus.append(str(erreur))
        finally:
            connection.close()

    fils = [
        threading.Thread(target=retirer, args=(un, gestion(deux).pk)),
        threading.Thread(target=retirer, args=(deux, gestion(un).pk)),
    ]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(refus) == 1
    assert Gestionnaire.objects.actifs().filter(etablissement=etablissement).count() == 1


def test_the_end_of_a_habilitation_takes_its_establishments_back_and_history_stays() -> None:
    etablissement = fabriques.etablissement()
    demande = scenes.demande("validee", type_="ecriture", uais=[etablissement.uai])
    agent = scenes.instructeur()
    actes.revoquer(demande_id=demande.pk, acteur=agent, texte="Fermeture")
    reprise = Gestionnaire.objects.get()
    assert reprise.retire_par == agent.compte
    assert destinataires("gestion_retiree") == {demande.demandeur.courriel}


def test_another_habilitation_of_the_organisation_keeps_the_managers() -> None:
    etablissement = fabriques.etablissement()
    demande = scenes.demande("validee", type_="ecriture", uais=[etablissement.uai])
    seconde = fabriques.habilitation(
        ecriture=True, uais=[etablissement.uai], organisation=demande.organisation
    )
    fabriques.habilitation(ecriture=True, uais=[etablissement.uai])  # somebody else's
    actes.revoquer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Doublon")
    gardee = Gestionnaire.objects.get()
    assert (gardee.retire_le, gardee.habilitation) == (None, seconde)
