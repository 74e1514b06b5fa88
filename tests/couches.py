"""Import cycles between modules, and between the folders of a package."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from grimp import ImportGraph


def cycles(graphe: ImportGraph, *, sauf: Collection[str] = ()) -> list[list[str]]:
    """Groups of modules, or of neighbouring folders, that reach each other by imports, each sorted.

    `sauf`: packages whose folders may, though not their modules. Imports inside functions count: they hide a cycle
    from Python, not from whoever must understand the code.
    """
    imports = {module: graphe.find_modules_directly_imported_by(module) for module in graphe.modules}
    trouves = list(_groupes(imports))
    paquets = {module.rpartition(".")[0] for module in graphe.modules} - {""}
    for paquet in sorted(paquets - set(sauf)):
        trouves += _groupes(_entre_enfants(paquet, imports))
    return sorted({tuple(groupe): groupe for groupe in trouves}.values())


def _entre_enfants(paquet: str, imports: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """The imports of this package's modules, as seen from its direct children."""
    profondeur = paquet.count(".") + 2

    def enfant(module: str) -> str:
        return ".".join(module.split(".")[:profondeur]) if module.startswith(f"{paquet}.") else ""

    vus: dict[str, set[str]] = defaultdict(set)
    for importeur, importes in imports.items():
        depart = enfant(importeur)
        if depart:
            vus[depart] |= {arrivee for module in importes if (arrivee := enfant(module)) not in {"", depart}}
    return vus


def _groupes(imports: Mapping[str, Iterable[str]]) -> Iterable[list[str]]:
    """Two or more modules that each lead to all the others."""
    atteints = {module: _atteints(module, imports) for module in imports}
    deja: set[str] = set()
    for module in sorted(imports):
        groupe = {module} | {autre for autre in atteints[module] if module in atteints.get(autre, ())}
        if len(groupe) > 1 and module not in deja:
            deja |= groupe
            yield sorted(groupe)


def _atteints(depart: str, imports: Mapping[str, Iterable[str]]) -> set[str]:
    vus: set[str] = set()
    a_suivre = [depart]
    while a_suivre:
        for module in imports.get(a_suivre.pop(), ()):
            if module not in vus:
                vus.add(module)
                a_suivre.append(module)
    return vus
