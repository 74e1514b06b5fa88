"""The form that all the pages' forms derive from."""

from referentiel.formulaires import Formulaire

__all__ = ["Formulaire"]
