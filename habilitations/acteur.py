"""Who acts, and in what quality on a given request."""

from dataclasses import dataclass
from functools import cached_property

from django.db import models

from habilitations import parties
from habilitations.models import Compte, Demande, Role


class Qualite(models.TextChoices):
    """In what quality something was done on a request; the label is what the history shows."""

    DEMANDEUR = "demandeur", "demandeur"
    INSTRUCTEUR = "instructeur", "instruction"
    ADMINISTRATEUR = "administrateur", "administration"
    #: Of the applicant's organisation, verifiably: takes the request over when its applicant has left, and designates
    #: the agents of the verification desk.
    COLLEGUE = "collegue", "collègue du demandeur"
    #: To whom the request is proposed.
    DESTINATAIRE = "destinataire", "destinataire du transfert"
    #: The technical contact, and managers of an establishment, act on tokens, never on the request.
    CONTACT_TECHNIQUE = "contact_technique", "contact technique"
    GESTIONNAIRE = "gestionnaire", "gestion de l'établissement"
    SYSTEME = "systeme", "automatique"


#: In what quality one acts from one's own pages, and from the ministry's.
A_TITRE_PERSONNEL = frozenset({Qualite.DEMANDEUR, Qualite.COLLEGUE, Qualite.DESTINATAIRE})
POUR_LE_MINISTERE = frozenset({Qualite.INSTRUCTEUR, Qualite.ADMINISTRATEUR})


@dataclass(frozen=True)
class Acteur:
    """`au_nom_de`: the administrator behind an impersonation, kept in every event."""

    compte: Compte
    au_nom_de: Compte | None = None

    @cached_property
    def roles(self) -> frozenset[str]:
        return self.compte.noms_des_roles

    @property
    def responsable(self) -> Compte:
        """Who answers for what is done: the administrator, when one stands in for the person."""
        return self.au_nom_de or self.compte

    @property
    def instruit(self) -> bool:
        """Whether the person instructs requests, those at least to which they are no party."""
        return bool(self.roles & {Role.Nom.INSTRUCTEUR, Role.Nom.RESPONSABLE})

    def qualites(self, demande: Demande) -> frozenset[Qualite]:
        """Who stands in for somebody does what they would as an applicant, and nothing for the ministry; nor do they
        accept a request, or take one over, in their place."""
        trouvees = set()
        if demande.demandeur_id == self.compte.pk:
            trouvees.add(Qualite.DEMANDEUR)
        if self.au_nom_de is None:
            if not trouvees and self.compte.appartient_a(demande.organisation_id):
                trouvees.add(Qualite.COLLEGUE)
            if self.instruit and not parties.liens(demande, self.compte):
                trouvees.add(Qualite.INSTRUCTEUR)
            if Role.Nom.ADMINISTRATEUR in self.roles:
                trouvees.add(Qualite.ADMINISTRATEUR)
            transfert = demande.transfert_propose
            if transfert is not None and transfert.vers_id == self.compte.pk:
                trouvees.add(Qualite.DESTINATAIRE)
        return frozenset(trouvees)

    @property
    def nom_affiche(self) -> str:
        if self.au_nom_de is not None:
            return f"{self.compte} (par {self.au_nom_de})"
        return str(self.compte)
