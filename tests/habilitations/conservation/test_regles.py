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


def test_aucun_modele_n_est_oublie():
    """A new model is in the register, or said here to name nobody."""
    connus = {modele.lower() for regle in regles.regles() for modele in regle.modeles}
    tous = {modele._meta.label for modele in apps.get_models()}
    assert {un for un in tous if un.lower() not in connus} == SANS_PERSONNE
    assert {un for un in connus if un not in {t.lower() for t in tous}} == set()


def test_un_modele_personnel_sans_regle_est_refuse():
    connus = {modele.lower() for regle in regles.regles() for modele in regle.modeles}
    sans = {
        modele._meta.label
        for modele in apps.get_models()
        if personnels(modele) and modele._meta.label_lower not in connus
    }
    assert sans - SANS_PERSONNE == set()


def test_chaque_modele_a_une_seule_regle():
    tous = [modele for regle in regles.regles() for modele in regle.modeles]
    assert len(tous) == len(set(tous))


@pytest.mark.parametrize("regle", regles.regles(), ids=lambda regle: regle.titre)
def test_chaque_regle_dit_tout(regle):
    assert all(
        (regle.titre, regle.modeles, regle.donnees, regle.pourquoi, regle.base, regle.duree, regle.ensuite)
    )


@pytest.mark.django_db
def test_la_tache_passe_partout_et_une_purge_qui_echoue_n_arrete_pas_les_autres(monkeypatch):
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
