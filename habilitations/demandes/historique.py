"""A request's history as people read it: who did what, in what role then, in which words, and what changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from habilitations.acteur import POUR_LE_MINISTERE, Qualite
from habilitations.demandes import lisible
from habilitations.demandes.workflow import ACTES
from habilitations.models import Demande, Evenement
from habilitations.scopes import SCOPES
from referentiel import francais

#: What is no act on the request, but is told with it: what happens to the tokens, what nobody answered.
AUTRES_FAITS = {
    "agent_designe": "a désigné un agent du guichet de vérification",
    "agent_retire": "a retiré un agent du guichet de vérification",
    "lien_envoye": "a envoyé le lien de retrait du jeton",
    "jeton_emis": "a remis le jeton",
    "jeton_revoque": "a révoqué un jeton",
    "jeton_prolonge": "a prolongé un jeton",
    "jeton_restreint": "a changé les adresses autorisées d'un jeton",
    "delegation_donnee": "a délégué l'habilitation à un éditeur",
    "delegation_reprise": "a repris la délégation donnée à un éditeur",
    "delegation_restreinte": "a changé les adresses autorisées d'une délégation",
    "suivi_permis": "a permis à un éditeur de suivre la demande",
    "suivi_retire": "a retiré à un éditeur le suivi de la demande",
    "non_informe": "a signalé ne pas en avoir connaissance",
    "rattachement_verifie": "a vérifié le rattachement du demandeur à l'organisation",
    "rattachement_refuse": "a refusé le rattachement du demandeur à l'organisation",
    "transfert_sans_reponse": "a clos le transfert proposé, resté quinze jours sans réponse",
}


#: What is done by itself is told on the ministry's side.
DU_MINISTERE = POUR_LE_MINISTERE | {Qualite.SYSTEME}


class Ligne(NamedTuple):
    instant: datetime
    qui: str
    role: str
    fait: str
    texte: str
    precisions: list[str]
    ecarts: list[lisible.Ecart]  # since the version before
    etat: str  # the state that the act led to, empty when it left it as it was
    du_ministere: bool


def fait(acte: str) -> str:
    """What was done, as it is told: « a validé la demande »."""
    connu = ACTES.get(acte)
    return connu.recit if connu else AUTRES_FAITS.get(acte, acte.replace("_", " "))


def lire(evenements: Iterable[Evenement]) -> list[Ligne]:
    """From the oldest to the newest, as given; the page shows the newest first."""
    lignes, version = [], None
    for evenement in evenements:
        changements = []
        if evenement.instantane is not None:
            changements = lisible.ecarts(version, evenement.instantane)
            version = evenement.instantane
        lignes.append(
            Ligne(
                evenement.instant,
                evenement.acteur_nom,
                str(Qualite(evenement.acteur_role).label),
                fait(evenement.acte),
                evenement.texte,
                precisions(evenement.details),
                changements,
                str(Demande.Etat(evenement.vers).label) if evenement.de != evenement.vers else "",
                evenement.acteur_role in DU_MINISTERE,
            )
        )
    return lignes[::-1]


def precisions(details: dict[str, Any]) -> list[str]:
    """What an act tells beside its words, a sentence each."""
    dites = []
    if "scopes_demandes" in details:
        demandes = ", ".join(SCOPES[s].label if s in SCOPES else s for s in details["scopes_demandes"])
        dites.append(f"Données demandées : {demandes}.")
        dites.append(f"Raison de la réduction : {details.get('motif_scopes', '')}")
    if "doutes" in details:
        dites.append(f"Validée malgré : {' '.join(details['doutes'])}")
        dites.append(f"Raison : {details['motif_doutes']}")
    if "vers" in details:
        dites.append(f"De {details['de']} à {details['vers']}.")
    if "reprise_a" in details:
        dites.append(f"Jusque-là à la charge {francais.de(details['reprise_a'])}.")
    if "destinataire" in details:
        dites.append(f"Destinataire : {details['destinataire']}.")
    if "jeton" in details:
        dites.append(f"Jeton {details['jeton']}.")
    if "agent" in details:
        dites.append(f"Agent : {details['agent']}.")
    if "editeur" in details:
        dites.append(f"Éditeur : {details['editeur']}.")
    if "adresses" in details:
        dites.append(f"Adresses autorisées : {', '.join(details['adresses']) or 'toutes'}.")
    return dites
