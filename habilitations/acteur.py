"""Who acts, and in what quality on a given request."""

from dataclasses import dataclass
from functools import cached_property

from django.db import models

from habilitations.models import Compte, Demande, Role


class Qualite(models.TextChoices):
    """In what quality something was done on a request; the label is what the history shows."""

    DEMANDEUR = "demandeur", "demandeur"
    INSTRUCTEUR = "instructeur", "instruction"
    ADMINISTRATEUR = "administrateur", "administration"
    #: Who keeps an establishment's records touches its tokens, not the request.
    GESTIONNAIRE = "gestionnaire", "gestion de l'établissement"
    SYSTEME = "systeme", "automatique"


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

    def qualites(self, demande: Demande) -> frozenset[Qualite]:
        trouvees = set()
        if demande.demandeur_id == self.compte.pk:
            trouvees.add(Qualite.DEMANDEUR)
        # Nobody decides on their own request.
        elif self.roles & {Role.Nom.INSTRUCTEUR, Role.Nom.RESPONSABLE}:
            trouvees.add(Qualite.INSTRUCTEUR)
        if Role.Nom.ADMINISTRATEUR in self.roles:
            trouvees.add(Qualite.ADMINISTRATEUR)
        return frozenset(trouvees)

    @property
    def nom_affiche(self) -> str:
        if self.au_nom_de is not None:
            return f"{self.compte} (par {self.au_nom_de})"
        return str(self.compte)
