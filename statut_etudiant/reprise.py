"""What people took back or had corrected, so that a restored backup does not undo it.

A restore to an instant brings back tokens, roles and deposits that were withdrawn since, and what students had had
corrected. `faits_depuis` says them, by internal identifiers alone, while the base is there; the list is kept elsewhere.
`reprendre` reads it against the restored base, before the service opens, when an identifier still means the same thing:
tokens are revoked again at once, and the rest, which somebody must decide or send again, is said.
"""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import Model, Q

from habilitations.jetons import emission
from habilitations.models import Delegation, Editeur, Gestionnaire, Habilitation, Jeton, Role
from referentiel.models import Lot
from statut_etudiant.citoyens.models import Rectification


class Source(NamedTuple):
    modele: type[Model]
    #: The field that says when; empty in the restored base: to be done again.
    instant: str
    #: What a person is to do, when a machine may not.
    a_faire: str = ""
    condition: Q = Q()


SOURCES = {
    "jeton": Source(Jeton, "revoque_le"),
    "habilitation": Source(Habilitation, "revoquee_le", "révoquer de nouveau l'habilitation"),
    "delegation": Source(Delegation, "reprise_le", "faire reprendre la délégation"),
    "editeur": Source(Editeur, "retire_le", "retirer de nouveau la désignation de l'éditeur"),
    "role": Source(Role, "retire_le", "retirer de nouveau le rôle"),
    "gestionnaire": Source(Gestionnaire, "retire_le", "retirer de nouveau le gestionnaire"),
    "depot": Source(Lot, "retire_le", "retirer de nouveau le dépôt"),
    "rectification": Source(
        Rectification,
        "repondue_le",
        "faire corriger de nouveau, puis répondre à la demande de rectification",
        Q(etat=Rectification.Etat.CORRIGEE),
    ),
}


class Fait(NamedTuple):
    genre: str
    identifiant: int
    le: str


class Bilan(NamedTuple):
    jetons_revoques: int
    #: In French, one for each thing that a person must do.
    a_faire: list[str]


def faits_depuis(depuis: datetime.datetime) -> Iterator[Fait]:
    for genre, source in SOURCES.items():
        lignes: Any = source.modele._default_manager.filter(
            source.condition, **{f"{source.instant}__gte": depuis}
        )
        for pk, le in lignes.order_by("pk").values_list("pk", source.instant):
            yield Fait(genre, pk, le.astimezone(datetime.UTC).isoformat(timespec="seconds"))


def reprendre(faits: Iterable[Fait]) -> Bilan:
    """Do again what may be, and say the rest. Nothing twice: what the base already knows is left."""
    revoques, a_faire = 0, []
    for fait in sorted(set(faits)):
        source = SOURCES[fait.genre]
        ligne: Any = source.modele._default_manager.filter(pk=fait.identifiant).first()
        if ligne is not None and getattr(ligne, source.instant) is not None:
            continue
        if fait.genre == "jeton":
            motif = "Révoqué avant la restauration d'une sauvegarde."
            revoques += ligne is not None and emission.revoquer(jeton_id=ligne.pk, motif=motif)
        elif ligne is not None:
            a_faire.append(f"{source.a_faire} n° {fait.identifiant} ({fait.le})")
        elif fait.genre == "rectification":
            a_faire.append(
                f"rectification n° {fait.identifiant} ({fait.le}) : demandée et corrigée depuis la sauvegarde,"
                " elle n'est plus dans la base ; prévenir les établissements qui écrivaient ce jour-là"
            )
    return Bilan(revoques, a_faire)
