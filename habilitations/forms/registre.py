"""Which form is which step's."""

from habilitations.forms.etablissements import Etablissements
from habilitations.forms.etapes import (
    Cadre,
    Donnees,
    Engagements,
    FormulaireDEtape,
    FranceConnect,
    Organisation,
    Projet,
)
from habilitations.forms.personnes import Personnes

FORMULAIRES: dict[str, type[FormulaireDEtape]] = {
    "organisation": Organisation,
    "projet": Projet,
    "donnees": Donnees,
    "cadre": Cadre,
    "personnes": Personnes,
    "franceconnect": FranceConnect,
    "etablissements": Etablissements,
    "engagements": Engagements,
}
