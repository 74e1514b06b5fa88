"""Loading the demonstration: each part is made if it is not there, so that a second loading changes nothing."""

from collections.abc import Callable
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

import referentiel
from habilitations.acteur import Acteur
from habilitations.ailleurs import ADRESSES
from habilitations.demandes import actes
from habilitations.gestionnaires import attributions, collegues
from habilitations.jetons import emission
from habilitations.jetons.octroi import octroyer_bac_a_sable
from habilitations.models import (
    Compte,
    ContactDeDemande,
    Demande,
    Habilitation,
    Jeton,
    Organisation,
    Rattachement,
    Role,
)
from habilitations.scopes import SCOPES
from referentiel.bac_a_sable import lire_jeu
from referentiel.generation.copie import generer
from referentiel.models import Etablissement, Etudiant
from statut_etudiant.demonstration import editeurs, frequentation, secrets, vie, vie_citoyenne
from statut_etudiant.demonstration.demandes import PROJETS, Projet
from statut_etudiant.demonstration.personnes import DOMAINE, INVITEE, PERSONNES, STRUCTURES, Personne
from statut_etudiant.demonstration.secrets import Secrets
from statut_etudiant.guichet import agents

ETUDIANTS = 2000
ETABLISSEMENTS = Path(referentiel.__file__).parent / "donnees" / "demonstration" / "etablissements.csv"
EDITEUR = "éditeur, pour ses trois clients"
BAC_A_SABLE = "bac à sable (lecture et écriture fictives)"
TYPES_DE_JETON = {
    Habilitation.Type.LECTURE: Jeton.Type.LECTURE,
    Habilitation.Type.ECRITURE: Jeton.Type.ECRITURE,
}

Dire = Callable[[str], None]


def charger(dire: Dire) -> None:
    """Have everything the demonstration shows. Run again, it only replaces what is missing."""
    gardes = secrets.lire()
    valeurs = gardes or secrets.tirer()
    _referentiel(dire)
    with transaction.atomic():
        comptes = _comptes(valeurs, nouveau_mot_de_passe=gardes is None)
        if not Demande.objects.filter(demandeur__in=comptes.values()).exists():
            dire(f"{len(PROJETS)} demandes d'habilitation, dans tous leurs états")
            for projet in PROJETS:
                _derouler(projet, comptes)
            _equipes(comptes)
            if editeurs.installer(comptes):
                dire("un éditeur de logiciels et ses clients")
            _guichets(comptes)
        nouveaux = _jetons(valeurs)
    if nouveaux or gardes is None:
        secrets.garder(valeurs)
        dire(f"{nouveaux} jetons d'accès")
    with transaction.atomic():
        if appels := frequentation.installer():
            dire(f"{appels} appels de l'API depuis le début du mois dernier")
    for personne in (personne for personne in PERSONNES if personne.uai):
        if depots := vie.deposer(compte=comptes[personne.courriel], uai=personne.uai):
            dire(f"{depots} dépôts de fichiers")
    if doubles := vie.dedoubler():
        dire(f"{doubles} étudiants enregistrés deux fois")
    with transaction.atomic():
        if citoyens := vie_citoyenne.inscrire():
            dire(f"{citoyens} étudiants connus du FranceConnect local")
        if consultations := vie_citoyenne.consulter():
            dire(f"{consultations} consultations de leurs données, une rectification et deux contestations")
    vie.compter()


def _referentiel(dire: Dire) -> None:
    if not Etablissement.objects.reels().exists():
        dire("établissements")
        call_command("importer_etablissements", str(ETABLISSEMENTS), verbosity=0)
    dire("bac à sable")
    call_command("charger_bac_a_sable", verbosity=0)
    manquants = ETUDIANTS - Etudiant.objects.filter(fictif=False).count()
    if manquants > 0:
        dire(f"{manquants} étudiants inventés, deux ans d'inscriptions")
        generer(etudiants=manquants, par_etudiant=2, graine=2026)
        vie.dater()


def _comptes(valeurs: Secrets, *, nouveau_mot_de_passe: bool) -> dict[str, Compte]:
    empreinte = make_password(valeurs.mot_de_passe)
    comptes = {}
    for personne in PERSONNES:
        compte, cree = Compte.objects.get_or_create(
            courriel=personne.adresse,
            defaults={
                "prenom": personne.prenom,
                "nom": personne.nom,
                "password": empreinte,
                "is_staff": bool(personne.role),
                "is_superuser": personne.role == Role.Nom.ADMINISTRATEUR,
            },
        )
        if nouveau_mot_de_passe and not cree:
            compte.password = empreinte
            compte.save(update_fields=["password"])
        if personne.role:
            Role.objects.get_or_create(compte=compte, nom=personne.role, retire_le=None)
        if personne.structure:
            structure = STRUCTURES[personne.structure]
            organisation, _ = Organisation.objects.get_or_create(
                siret=structure.siret, defaults=structure._asdict()
            )
            Rattachement.objects.get_or_create(
                compte=compte, organisation=organisation, defaults={"verifie": True}
            )
        comptes[personne.courriel] = compte
    return comptes


def _derouler(projet: Projet, comptes: dict[str, Compte]) -> None:
    """Fill the form and go through the acts, as the persons would."""
    demandeur = comptes[projet.demandeur]
    personne = next(personne for personne in PERSONNES if personne.courriel == projet.demandeur)
    demande = actes.creer(
        acteur=Acteur(demandeur),
        organisation=Organisation.objects.get(siret=STRUCTURES[personne.structure].siret),
        type_=projet.type,
        cas=projet.cas,
        intitule=projet.intitule,
        description=projet.description,
        demandeur_fonction=personne.fonction,
        demandeur_telephone="01 99 00 00 00",
        scopes=list(projet.scopes),
        uais=list(projet.uais),
        logiciel="Apogée" if projet.uais else "",
        fc_client_id=projet.fc_client_id,
        fc_numero_habilitation="DP-0001" if projet.fc_client_id else "",
        destinataires="Agents du service instructeur, nommément habilités.",
        conservation_mois=12,
        volume_annuel=20_000,
        cadre_nature="CRPA",
        cadre_references="Code des relations entre le public et l'administration, articles L. 114-8 et R. 114-9-1",
        cadre_url=ADRESSES["crpa"],
        cgu_acceptees=True,
        dpd_informe=True,
    )
    nommes = {ContactDeDemande.Role.RESPONSABLE_TRAITEMENT: personne}
    if projet.technique:
        nommes[ContactDeDemande.Role.TECHNIQUE] = next(p for p in PERSONNES if p.courriel == projet.technique)
    for role in ContactDeDemande.Role:
        nomme = nommes.get(role, Personne(role.value, "Ana", "Vasseur", role.label))
        ContactDeDemande.objects.create(
            demande=demande,
            role=role,
            nom=nomme.nom,
            prenom=nomme.prenom,
            fonction=nomme.fonction,
            courriel=nomme.adresse,
            telephone="01 99 00 00 01",
        )
    for etape in projet.etapes:
        acteur = Acteur(comptes[etape.par] if etape.par else demandeur)
        texte = {"texte": etape.texte} if etape.texte else {}
        getattr(actes, etape.acte)(demande_id=demande.pk, acteur=acteur, **texte)


def _equipes(comptes: dict[str, Compte]) -> None:
    """Each establishment's first manager has the others as colleagues, and has invited one more."""
    for uai in sorted({personne.uai for personne in PERSONNES if personne.uai}):
        premier, *autres = (comptes[personne.courriel] for personne in PERSONNES if personne.uai == uai)
        etablissement = Etablissement.objects.get(uai=uai)
        habilitation = attributions.habilitation_de(etablissement)
        assert habilitation is not None  # noqa: S101 - one of the requests just approved gave it
        for autre in autres:
            attributions.confier(compte=autre, etablissements={etablissement: habilitation}, auteur=premier)
            attributions.prevenir(compte=autre, etablissements=[etablissement], auteur=premier)
        collegues.ajouter(acteur=Acteur(premier), courriel=INVITEE, etablissements=[etablissement])


def _guichets(comptes: dict[str, Compte]) -> None:
    """Who verifies at the desk, designated by who asked for the habilitation."""
    for projet in PROJETS:
        for agent in projet.agents:
            demande = Demande.objects.get(intitule=projet.intitule, demandeur=comptes[projet.demandeur])
            assert demande.habilitation_id is not None  # noqa: S101 - an approved request has one
            agents.designer(
                acteur=Acteur(comptes[projet.demandeur]),
                habilitation_id=demande.habilitation_id,
                courriel=comptes[agent].courriel,
            )


def _jetons(valeurs: Secrets) -> int:
    """Have a token alive for each kind; how many had to be issued."""
    nouveaux = 0
    for projet in (projet for projet in PROJETS if projet.jeton):
        if _vivant(valeurs.jetons.get(projet.jeton, "")):
            continue
        habilitation = (
            Habilitation.objects.actives()
            .filter(
                demandes__intitule=projet.intitule,
                demandes__demandeur__courriel=f"{projet.demandeur}@{DOMAINE}",
            )
            .first()
        )
        if habilitation is None:  # someone tried the revocation
            valeurs.jetons.pop(projet.jeton, None)
            continue
        # Those of an earlier loading, whose secrets are lost, would stay without use.
        Jeton.objects.filter(habilitation=habilitation, revoque_le__isnull=True).update(
            revoque_le=timezone.now(), motif_revocation="Démonstration rechargée"
        )
        # The token below stands for the one that the link would give.
        habilitation.liens.filter(utilise_le=None, annule_le=None).update(annule_le=timezone.now())
        _, valeurs.jetons[projet.jeton] = emission.emettre(
            organisation=habilitation.organisation,
            type_=TYPES_DE_JETON[Habilitation.Type(habilitation.type)],
            habilitation=habilitation,
            scopes=habilitation.scopes,
            uais=habilitation.uais,
        )
        nouveaux += 1
    if not _vivant(valeurs.jetons.get(BAC_A_SABLE, "")):
        octroi = octroyer_bac_a_sable(
            organisation=Organisation.objects.get(siret=STRUCTURES["region"].siret),
            scopes=list(SCOPES),
            uais=[etablissement.uai for etablissement in lire_jeu().etablissements if etablissement.ouvert],
        )
        assert octroi.secret is not None  # noqa: S101 - a sandbox token always has one
        valeurs.jetons[BAC_A_SABLE] = octroi.secret
        nouveaux += 1
    if not _vivant(valeurs.jetons.get(EDITEUR, "")):
        secret = editeurs.emettre_le_jeton()
        if secret is None:
            valeurs.jetons.pop(EDITEUR, None)
        else:
            valeurs.jetons[EDITEUR] = secret
            nouveaux += 1
    return nouveaux


def _vivant(secret: str) -> bool:
    return (
        bool(secret)
        and Jeton.objects.filter(
            empreinte__in=emission.empreintes(secret),
            revoque_le__isnull=True,
            expire_le__gt=timezone.now(),
        ).exists()
    )
