"""Writing the journal of accesses: one row for each change of a right, or of what proves who a person is."""

from typing import Any

from habilitations.models import Compte, JournalAcces


def noter(
    genre: JournalAcces.Genre, *, compte: Compte, auteur: Compte | None, **details: Any
) -> JournalAcces:
    """Keep what was done to `compte`, and by whom (None: a command of the operators)."""
    return JournalAcces.objects.create(
        genre=genre,
        compte=compte,
        auteur=auteur,
        auteur_nom=str(auteur) if auteur else "Exploitation",
        details=details,
    )
