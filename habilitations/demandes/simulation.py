"""The mails of an act before it is done: what its preview shows is what the outbox would receive."""

from copy import copy

from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.courriels.boite import Apercu, apercus
from habilitations.demandes.workflow import PAR_NOM
from habilitations.models import Compte, Demande, Evenement, Habilitation


def courriels(
    *,
    acte: str,
    demande: Demande,
    acteur: Acteur,
    texte: str = "",
    scopes: list[str] | None = None,
    motif_scopes: str = "",
    vers: Compte | None = None,
) -> list[Apercu]:
    """Nothing is written. A number that the act would give is not known yet, and said so."""
    apres = copy(demande)
    # A copied model shares its cache of relations with the first one.
    apres._state = copy(demande._state)
    apres._state.fields_cache = dict(demande._state.fields_cache)
    apres.etat = PAR_NOM[acte].vers or demande.etat
    details = {}
    if acte == "valider":
        if scopes is not None and set(scopes) != set(demande.scopes):
            apres.scopes = sorted(scopes)
            details = {"scopes_demandes": demande.scopes, "motif_scopes": motif_scopes.strip()}
        apres.habilitation = Habilitation(organisation=demande.organisation, intitule=demande.intitule)
    if vers is not None:
        apres.demandeur = vers
    return apercus(
        Evenement(
            demande=apres,
            acte=acte,
            acteur=acteur.compte,
            acteur_nom=acteur.nom_affiche,
            texte=texte.strip(),
            details=details,
            instant=timezone.now(),
        )
    )
