"""Ending all of a person's sessions at once: what opened them is no longer what they are."""

from habilitations.models import Compte


def fermer_les_sessions(compte: Compte) -> None:
    """Close every session of the person; their next request asks them to sign in. The caller holds the transaction."""
    compte.generation += 1
    compte.save(update_fields=["generation"])
