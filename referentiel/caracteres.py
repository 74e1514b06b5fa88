"""Characters that no line of text holds: they break headers and lists, or show something else than what is there."""

import re

from django.core.exceptions import ValidationError

#: Controls, line separators and the marks that turn the direction of the text: PostgreSQL's regular expression, for
#: the CHECK constraints of one-line columns.
MOTIF_CONTROLE = r"[\u0001-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]"
#: The same for texts of several lines: tabulations and line ends are theirs.
MOTIF_CONTROLE_HORS_LIGNES = (
    r"[\u0001-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]"
)

# NUL and lone surrogates reach no column: PostgreSQL has no such text.
_CONTROLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_HORS_LIGNES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def sans_controle(texte: str) -> str:
    """The text on one line, each run of control characters and blanks being one space."""
    return " ".join(_CONTROLE.sub(" ", texte).split())


def valider_une_ligne(texte: str) -> None:
    """Raises ValidationError, in French, when the text holds what a line cannot."""
    if _CONTROLE.search(texte):
        raise ValidationError(
            "Ce champ contient un caractère invisible (retour à la ligne, tabulation…) : ressaisissez-le.",
            code="controle",
        )


def valider_des_lignes(texte: str) -> None:
    """As `valider_une_ligne`, where line ends are welcome."""
    if _HORS_LIGNES.search(texte):
        raise ValidationError(
            "Ce texte contient un caractère de contrôle invisible : ressaisissez le passage.", code="controle"
        )
