"""What the declaration of an act says. The acts themselves are declared in `habilitations.demandes.workflow`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from habilitations.acteur import Acteur, Qualite
from habilitations.courriels.annonces import Annonce
from habilitations.models import Demande, Habilitation


class Texte(StrEnum):
    """What the act must say in words."""

    AUCUN = "aucun"
    FACULTATIF = "facultatif"
    MESSAGE = "message"
    MOTIF = "motif"
    DEPART = "depart"


class Saisie(StrEnum):
    """What the act asks besides its words; each has its fields in `habilitations.forms.acte`."""

    SCOPES = "scopes"
    NOUVEAU_DEMANDEUR = "nouveau_demandeur"
    DOUTES = "doutes"


class Mots(NamedTuple):
    """How the pages tell an act to those who do it. `{numero}` is the request's."""

    fait: str  # once it is done
    consequences: str = ""  # before it is confirmed
    bouton: str = ""  # that confirms it; empty: « Confirmer : » and its label
    suite: str = "demande"  # name of the page where it leads, among the applicant's own


@dataclass
class Passage:
    """One act being done, or foreseen. What the history keeps of it is gathered here."""

    acte: "Acte"
    demande: Demande
    acteur: Acteur
    qualite: Qualite
    texte: str
    instantane: dict[str, Any] | None = None
    details: dict[str, Any] = field(default_factory=dict)
    #: The habilitation in force that the one being given replaces.
    remplacee: Habilitation | None = None


Etape = Callable[..., None]


def _rien(passage: Passage) -> None:
    """The act does nothing besides moving the state."""


def _sans_complement(demande: Demande) -> str:
    return ""


def _jamais(demande: Demande, acteur: Acteur) -> str:
    return ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Acte:
    """One act, whole: pages, mails, history, checks, tests and the database's trigger read nothing else of it.

    What it does is in two parts, so that its preview goes through the same code: `preparer` checks, changes the request
    in memory and says what the history will keep, writing nothing; `accomplir` writes, besides the request itself.
    """

    nom: str
    libelle: str
    recit: str  # as the history tells it: « … a soumis la demande »
    de: tuple[Demande.Etat, ...]
    vers: Demande.Etat | None  # None: the state stays as it is
    #: Who may do it, and the words for each.
    pour: Mapping[Qualite, Mots]
    courriels: tuple[Annonce, ...]
    preparer: Etape = _rien
    accomplir: Etape = _rien
    #: Why it would be in vain on this request, though its state allows it; empty when it is not.
    empeche: Callable[[Demande, Acteur], str] = _jamais
    #: True: only on a request whose habilitation is being changed; False: never on one; None: on both.
    reouverture: bool | None = None
    texte: Texte = Texte.AUCUN
    #: The kind of message templates that its words may start from.
    modeles: str | None = None
    saisies: tuple[Saisie, ...] = ()
    dangereux: bool = False
    #: Done by its button alone, without a page to confirm it.
    immediat: bool = False
    #: What one comes for: its button stands out.
    principal: bool = False
    #: What its button adds to its label on this request.
    complement: Callable[[Demande], str] = _sans_complement
    #: What it sends besides its mails, for who looks at them before.
    envoie_aussi: Callable[[Demande], str] = _sans_complement

    @property
    def public(self) -> frozenset[Qualite]:
        return frozenset(self.pour)

    def applicable(self, *, reouverture: bool) -> bool:
        return self.reouverture is None or self.reouverture is reouverture

    def mots(self, qualite: Qualite) -> Mots:
        return self.pour[qualite]

    def bouton(self, qualite: Qualite) -> str:
        """The words of the button that confirms the act."""
        return self.mots(qualite).bouton or (
            f"Confirmer : {self.libelle}" if self.dangereux else self.libelle
        )

    def __post_init__(self) -> None:
        if defauts := self.defauts():
            raise ValueError(f"acte « {self.nom} » : {', '.join(defauts)}")

    def defauts(self) -> list[str]:
        """What is missing from this declaration for every page, mail and line of history to be made of it."""
        trouves = [
            f"« {champ} » est vide" for champ in ("nom", "libelle", "recit") if not getattr(self, champ)
        ]
        if not self.pour:
            trouves.append("personne ne peut le faire (« pour »)")
        trouves += [f"« fait » est vide pour {q.value}" for q, mots in self.pour.items() if not mots.fait]
        if self.de and not self.immediat and Qualite.DEMANDEUR in self.pour:
            mots = self.pour[Qualite.DEMANDEUR]
            trouves += [f"« {champ} » manque pour le demandeur" for champ in ("consequences", "bouton")
                        if not getattr(mots, champ)]  # fmt: skip
        if self.dangereux:
            trouves += [f"« consequences » manque pour {q.value}" for q, mots in self.pour.items()
                        if not mots.consequences and q != Qualite.DEMANDEUR]  # fmt: skip
        if (self.texte in {Texte.AUCUN, Texte.DEPART}) != (self.modeles is None):
            trouves.append("« texte » et « modeles » vont ensemble")
        if self.immediat and (self.saisies or self.texte != Texte.AUCUN):
            trouves.append("un acte immédiat ne demande rien")
        return trouves
