"""Print the part of requirements.lock that production runs: neither the embedded servers nor the tools.

The lock says of each package who needs it (`# via`); what pyproject.toml's own dependencies lead to is kept,
with its hashes. Standard library only: it runs before anything is installed.
"""

import re
import sys
import tomllib
from pathlib import Path


def nom(exigence: str) -> str:
    """`Celery[redis]>=5.5` → `celery`."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", exigence).group()).lower()  # type: ignore[union-attr]


def extraire(verrou: str, directes: set[str]) -> str:
    blocs = re.findall(r"^[\w.-]+==.*\n(?:[ ].*\n)*", verrou, re.MULTILINE)
    parents = {
        nom(bloc): {nom(via) for via in re.findall(r"^ +#(?: via)? +([\w.-]+)", bloc, re.MULTILINE)}
        for bloc in blocs
    }
    gardes = set(directes)
    while nouveaux := {paquet for paquet, via in parents.items() if paquet not in gardes and via & gardes}:
        gardes |= nouveaux
    if inconnus := gardes - parents.keys():
        sys.exit(f"absent from requirements.lock: {', '.join(sorted(inconnus))}")
    return "".join(bloc for bloc in blocs if nom(bloc) in gardes)


if __name__ == "__main__":
    projet = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    sys.stdout.write(extraire(Path("requirements.lock").read_text(), set(map(nom, projet["dependencies"]))))
