"""People and requests in every state, brought there by the acts themselves."""

from typing import Any

from habilitations.acteur import Acteur
from habilitations.demandes import actes
from habilitations.jetons import liens
from habilitations.models import (
    Compte,
    ContactDeDemande,
    Demande,
    Gestionnaire,
    Habilitation,
    Jeton,
    Organisation,
    Rattachement,
    Role,
)
from referentiel.models import Etablissement
from tests import fabriques

_compteur = iter(range(1, 1_000_000))


def compte(*roles: str, organisation: Organisation | None = None, **champs: Any) -> Compte:
    rang = next(_compteur)
    champs.setdefault("courriel", f"personne{rang}@exemple.test")
    # No password unless asked for: hashing one costs more than most tests.
    cree = Compte.objects.create_user(
        password=champs.pop("password", None), nom=f"Nom{rang}", prenom="Camille", **champs
    )
    for role in roles:
        Role.objects.create(compte=cree, nom=role)
    if organisation is not None:
        Rattachement.objects.create(compte=cree, organisation=organisation, verifie=True)
    return cree


def instructeur() -> Acteur:
    return Acteur(compte(Role.Nom.INSTRUCTEUR))


def demandeur(organisation: Organisation | None = None) -> Acteur:
    return Acteur(compte(organisation=organisation or fabriques.organisation()))


def gestionnaire(
    *etablissements: Etablissement, habilitation: Habilitation | None = None, **champs: Any
) -> Acteur:
    """Who manages these establishments, under one habilitation for all of them; by default, one that is made."""
    if habilitation is None:
        habilitation = fabriques.habilitation(ecriture=True, uais=[e.uai for e in etablissements])
    personne = compte(**champs)
    for etablissement in etablissements:
        Gestionnaire.objects.create(compte=personne, etablissement=etablissement, habilitation=habilitation)
    return Acteur(personne)


COMPLETE: dict[str, Any] = {
    "demandeur_fonction": "Cheffe de projet",
    "demandeur_telephone": "01 02 03 04 05",
    "intitule": "Tarif étudiant des transports",
    "description": "Vérifier le statut d'étudiant pour appliquer le tarif réduit.",
    "scopes": ["mesri_etablissements", "mesri_identite", "mesri_inscription_etudiant"],
    "destinataires": "Agents de la billettique",
    "conservation_mois": 12,
    "cadre_nature": "code_transports",
    "cadre_references": "Code des transports, article L1231-1",
    "cadre_url": "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000039666574",
    "cgu_acceptees": True,
    "dpd_informe": True,
}


#: What an instructor writes when something of who asks is doubtful.
MOTIF_DOUTES = "Vérifié par téléphone auprès du standard."


def brouillon(*, acteur: Acteur | None = None, type_: str = "lecture", **champs: Any) -> Demande:
    """A complete draft, unless `champs` say otherwise."""
    acteur = acteur or demandeur()
    organisation = acteur.compte.rattachements.get().organisation
    valeurs = COMPLETE | champs
    if type_ == "ecriture":
        uais = valeurs.get("uais") or [fabriques.etablissement(siret=organisation.siret).uai]
        valeurs |= {"scopes": [], "uais": uais}
    if type_ == "franceconnect":
        rang = next(_compteur)
        valeurs = {"fc_numero_habilitation": f"FC-{rang}", "fc_client_id": f"client-{rang}"} | valeurs
    demande = actes.creer(acteur=acteur, organisation=organisation, type_=type_, **valeurs)
    for role in ContactDeDemande.Role:
        ContactDeDemande.objects.create(
            demande=demande,
            role=role,
            nom="Durand",
            prenom="Dominique",
            fonction="Directeur",
            courriel=f"{role.value}{demande.pk}@exemple.test",
            telephone="01 02 03 04 05",
        )
    return demande


def demande(etat: str, *, reouverture: bool = False, acteur: Acteur | None = None, **champs: Any) -> Demande:
    """A request in this state; `reouverture`: of a habilitation already given."""
    acteur = acteur or demandeur()
    faite = brouillon(acteur=acteur, **champs)
    cle: dict[str, Any] = {"demande_id": faite.pk}
    decide = reouverture or etat in {"validee", "revoquee", "modifications_demandees", "refusee"}
    # Made only where one decides: every instructor gets a mail of every submission.
    agent = instructeur() if decide else acteur
    if reouverture or etat in {"validee", "revoquee"}:
        actes.soumettre(**cle, acteur=acteur)
        actes.valider(**cle, acteur=agent, motif_doutes=MOTIF_DOUTES)
        if etat == "revoquee":
            actes.revoquer(**cle, acteur=agent, texte="Usage abusif")
        elif etat != "validee":
            actes.rouvrir(**cle, acteur=acteur)
            faite.refresh_from_db()
            faite.cgu_acceptees = faite.dpd_informe = True
            faite.destinataires = "Agents de la billettique et du guichet"
            faite.save()
    if etat in {"soumise", "modifications_demandees", "refusee"}:
        actes.soumettre(**cle, acteur=acteur)
    if etat == "modifications_demandees":
        actes.demander_modifications(**cle, acteur=agent, texte="Précisez les destinataires.")
    elif etat == "refusee":
        actes.refuser(**cle, acteur=agent, texte="Sans base légale.")
    elif etat == "archivee":
        actes.archiver(**cle, acteur=acteur)
    faite.refresh_from_db()
    assert faite.etat == etat
    return faite


def jeton(demande: Demande) -> Jeton:
    """The token of an approved request, as its one-time link would issue it."""
    return liens.montrer(habilitation=demande.habilitation, acteur=Acteur(demande.demandeur))[0]


def transfert(demande: Demande, *, vers: Compte | None = None, acteur: Acteur | None = None) -> Compte:
    """Propose the request to a colleague of its applicant, or to `vers`; who has to answer."""
    vers = vers or compte(organisation=demande.organisation)
    actes.transferer(demande_id=demande.pk, acteur=acteur or Acteur(demande.demandeur), vers=vers)
    return vers


def transferer(demande: Demande, *, vers: Compte | None = None, acteur: Acteur | None = None) -> Compte:
    """Propose the request and have it accepted."""
    vers = transfert(demande, vers=vers, acteur=acteur)
    actes.accepter_transfert(demande_id=demande.pk, acteur=Acteur(vers))
    demande.refresh_from_db()
    return vers
