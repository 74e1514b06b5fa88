"""Every personal datum has its rule: why it is kept, how long, and what does away with it."""

import pytest
from django.apps import apps
from django.db import models

from habilitations.conservation import regles

#: What a person is known by, whichever the table: a column that bears one of these words, or leads to who does.
MOTS = ("nom", "prenom", "courriel", "telephone", "ine", "naissance", "auteur", "destinataire", "adresse")
PERSONNES = {"habilitations.Compte", "referentiel.Etudiant"}

#: Words that name no person there.
SANS_PERSONNE = {
    "referentiel.Commune",  # names of places
    "referentiel.Etablissement",
    "referentiel.EtablissementCouvert",
    "referentiel.Couverture",
    "referentiel.UaiAncien",
    "referentiel.CouvertureNationale",
    "referentiel.CouverturePerimee",
    "referentiel.ConnecteurInes",
    "referentiel.Sceau",
    "referentiel.ReleveDesJournaux",
    "habilitations.Organisation",  # legal persons, public data
    "habilitations.Habilitation",
    "habilitations.Jeton",
    "habilitations.AppelsDuJour",  # sums
    "habilitations.StatistiquesPubliques",
    "abonnements.NouveauteAnnoncee",
    "disponibilite.Sonde",
    "disponibilite.Journee",
    "disponibilite.Echec",
    "disponibilite.SigneDeVie",
    "disponibilite.Reponse",
    "habilitations.ModeleDeMessage",
    "auth.Permission",
    "auth.Group",
    "contenttypes.ContentType",
    "dsfr.DsfrConfig",
    "dsfr.DsfrSocialMedia",
}


def personnels(modele: type[models.Model]) -> bool:
    for champ in modele._meta.concrete_fields:
        if champ.related_model is not None and champ.related_model._meta.label in PERSONNES:
            return True
        if any(mot in champ.column.split("_") for mot in MOTS) or champ.column in {
            "etudiant_id",
            "compte_id",
        }:
            return True
    return False


def test_no_model_is_forgotten():
    """A new model is in the register, or said here to name nobody."""
    connus = {modele.lower() for regle in regles.regles() for modele in regle.modeles}
    tous = {modele._meta.label for modele in apps.get_models()}
    assert {un for un in tous if un.lower() not in connus} == SANS_PERSONNE
    assert {un for un in connus if un not in {t.lower() for t in tous}} == set()


def test_a_personal_model_without_rule_is_refused():
    connus = {modele.lower() for regle in regles.regles() for modele in regle.modeles}
    sans = {
        modele._meta.label
        for modele in apps.get_models()
        if personnels(modele) and modele._meta.label_lower not in connus
    }
    assert sans - SANS_PERSONNE == set()


def test_each_model_has_one_rule_only():
    tous = [modele for regle in regles.regles() for modele in regle.modeles]
    assert len(tous) == len(set(tous))


@pytest.mark.parametrize("regle", regles.regles(), ids=lambda regle: regle.titre)
def test_each_rule_says_everything(regle):
    assert all(
        (regle.titre, regle.modeles, regle.donnees, regle.pourquoi, regle.base, regle.duree, regle.ensuite)
    )


@pytest.mark.django_db
def test_the_task_goes_everywhere_and_a_purge_that_fails_does_not_stop_the_others(monkeypatch):
    faits = regles.appliquer()
    assert not [titre for titre, fait in faits.items() if isinstance(fait, str)]
    assert len(faits) == sum(regle.purge is not None for regle in regles.regles())

    def echouer():
        raise TimeoutError

    premiere, *_ = regles.traitements()
    casse = premiere._replace(regles=(premiere.regles[0]._replace(purge=echouer), *premiere.regles[1:]))
    monkeypatch.setattr(regles, "traitements", lambda: (casse,))
    faits = regles.appliquer()
    assert faits["Inscriptions et admissions"] == "TimeoutError"
    assert faits["Identité des étudiants"] == 0
