"""`make liens`: call each page of another site that ours lead to. It asks the Internet, so no test does."""

import sys
import urllib.error
import urllib.request

from habilitations.ailleurs import ADRESSES

DELAI = 15.0
#: What sites that refuse programs answer: only a person with a browser can tell.
FERMES_AUX_PROGRAMMES = {401, 403, 429}


def plainte(adresse: str) -> str:
    """What is wrong with this address; nothing when a page answers."""
    requete = urllib.request.Request(adresse, headers={"User-Agent": "Mozilla/5.0 (liens)"})  # noqa: S310 (ours)
    try:
        with urllib.request.urlopen(requete, timeout=DELAI):  # noqa: S310
            return ""
    except urllib.error.HTTPError as erreur:
        suite = " : à ouvrir dans un navigateur" if erreur.code in FERMES_AUX_PROGRAMMES else ""
        return f"{adresse} répond {erreur.code}{suite}"
    except OSError as erreur:
        return f"{adresse} ne répond pas : {erreur}"


def principal() -> int:
    plaintes = [dite for adresse in ADRESSES.values() if (dite := plainte(adresse))]
    print("\n".join(plaintes) or f"{len(ADRESSES)} adresses répondent.")
    return bool(plaintes)


if __name__ == "__main__":
    sys.exit(principal())
