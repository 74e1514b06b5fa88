"""Passwords that a machine guesses: common ones with a number behind, keyboards' rows, French words."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

#: What zxcvbn takes in before it counts guesses: it is slow on long texts, and more tells it nothing.
LONGUEUR = 72
#: Its scale: 3 is « safely unguessable » offline against a slow hash (10^8 guesses and more).
SCORE_MINIMAL = 3
#: zxcvbn knows English, its dictionary of passwords and the American keyboard. People here type in French.
MOTS = (Path(__file__).parent / "mots_courants.txt").read_text(encoding="ascii").split()


class MotDePasseDevinable:
    """Refuses what zxcvbn finds in fewer guesses than a patient attacker makes."""

    def validate(self, password: str, user: Any = None) -> None:
        propres = [str(getattr(user, champ, "") or "") for champ in ("courriel", "prenom", "nom")]
        connus = [*MOTS, *filter(None, propres), *propres[0].partition("@")[::2]]
        if zxcvbn(password[:LONGUEUR], user_inputs=connus, max_length=LONGUEUR)["score"] < SCORE_MINIMAL:
            raise ValidationError(
                "Ce mot de passe se devine : trop courant, ou fait de mots et de suites connus. Choisissez par "
                "exemple quatre mots sans rapport entre eux.",
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return "Votre mot de passe ne doit pas se deviner : ni mot courant suivi de chiffres, ni suite du clavier."
