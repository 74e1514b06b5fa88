"""The demonstration's software editor: named so by the ministry, with clients, a form, and a request followed."""

from habilitations.acteur import Acteur
from habilitations.editeurs import accompagnement, designation, formulaires
from habilitations.jetons import delegations, emission
from habilitations.models import Compte, Demande, Editeur, Habilitation, Jeton, Organisation
from statut_etudiant.demonstration.demandes import JULIE, NADIA
from statut_etudiant.demonstration.personnes import STRUCTURES

#: Title of the project → who delegates the habilitation that it gave.
CLIENTS = {
    "Tarif étudiant à la piscine": "chloe.delorme",
    "Carte jeunes régionale": "malika.abadie",
    "Aides d'urgence aux étudiants": "denis.etcheverry",
}
#: The one that took its delegation back.
PARTI = ("Abonnement de transport étudiant", "bruno.castel")
#: The request begun by the editor's form, which its applicant lets it follow.
SUIVIE = ("Cantine des apprentis", "chloe.delorme")
FORMULAIRE = {
    "intitule": "Tarif étudiant",
    "description": "Appliquer le tarif étudiant depuis le guichet en ligne, sans demander de justificatif.",
    "scopes": ["mesri_inscription_etudiant", "mesri_admission"],
    "destinataires": "Agents du service, nommément habilités dans le guichet en ligne.",
    "conservation_mois": 12,
    "cadre_nature": "crpa",
    "cadre_references": "Code des relations entre le public et l'administration, articles L. 114-8 et R. 114-9-1",
}


def installer(comptes: dict[str, Compte]) -> bool:
    """Whether there was anything to do."""
    organisation = Organisation.objects.get(siret=STRUCTURES["editeur"].siret)
    if Editeur.objects.filter(organisation=organisation).exists():
        return False
    editeur = designation.designer(
        organisation=organisation, motif="Convention du 3 mars", acteur=Acteur(comptes[JULIE])
    )
    for intitule, qui in (*CLIENTS.items(), PARTI):
        delegations.donner(
            habilitation=_habilitation(intitule, comptes[qui]), editeur=editeur, acteur=Acteur(comptes[qui])
        )
    intitule, qui = PARTI
    partie = editeur.delegations.get(habilitation=_habilitation(intitule, comptes[qui]))
    delegations.reprendre(delegation=partie, acteur=Acteur(comptes[qui]))
    formulaire = formulaires.preparer(
        editeur=editeur,
        acteur=Acteur(comptes[NADIA]),
        titre="Tarif étudiant avec Guichet Facile",
        champs=FORMULAIRE,
    )
    intitule, qui = SUIVIE
    accompagnement.commencer(
        demande=Demande.objects.get(intitule=intitule, demandeur=comptes[qui]),
        formulaire=formulaire,
        acteur=Acteur(comptes[qui]),
        suivie=True,
    )
    return True


def emettre_le_jeton() -> str | None:
    """A token in the place of those whose secrets are lost; None when someone tried the withdrawal of the flag."""
    editeur = Editeur.objects.actifs().filter(organisation__siret=STRUCTURES["editeur"].siret).first()
    if editeur is None:
        return None
    for perdu in Jeton.objects.vivants().filter(editeur=editeur):
        emission.revoquer(jeton_id=perdu.pk, motif="Démonstration rechargée")
    _, secret = emission.emettre(organisation=editeur.organisation, type_=Jeton.Type.EDITEUR, editeur=editeur)
    return secret


def _habilitation(intitule: str, demandeur: Compte) -> Habilitation:
    return Habilitation.objects.actives().get(demandes__intitule=intitule, demandes__demandeur=demandeur)
