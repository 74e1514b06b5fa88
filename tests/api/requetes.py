"""Query strings for the tests of the parameters, without a web server around."""

import datetime

from django.utils.datastructures import MultiValueDict

AUJOURDHUI = datetime.date(2026, 11, 21)
SIRET = "13002526500013"
INE = "120890177FA"

#: Texts that no parameter of the API may take for a value.
HOSTILES = {
    "dix kilo-octets": "A" * 10_000,
    "caractere nul": "DUP\x00ONT",
    "substitut isole": "DUP\udc80ONT",
    "octets invalides remplaces": "DUP\ufffdONT",
    "retour a la ligne": "DUPONT\n",
    "balise": "<b>DUPONT</b>",
    "injection": "x' OR 1=1; --",
    "emoji": "DUPONT\U0001f600",
    "ecriture inversee": "DUP\u202eONT",
    "chiffres pleine chasse": "１２３４",
}


def requete(parametres: dict[str, object]) -> MultiValueDict:
    """As Django reads a query string: a list stands for a repeated parameter."""
    return MultiValueDict({cle: v if isinstance(v, list) else [v] for cle, v in parametres.items()})
