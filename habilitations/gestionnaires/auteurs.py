"""Who wrote in the referential, told to the people who read its history: persons and tokens."""

from collections.abc import Collection, Iterator

from habilitations.models import Compte, Jeton, Role
from referentiel.droits import Auteur

#: Roles that see every establishment, handle anomalies and merge students.
MINISTERE = frozenset({Role.Nom.RESPONSABLE, Role.Nom.ADMINISTRATEUR})


def auteurs(codes: Collection[str]) -> dict[str, Auteur]:
    """By code: `compte:7`, `compte:7/par:3` (an administrator stood in for the person), `jeton:12`."""
    comptes = {identifiant for code in codes for genre, identifiant in _parties(code) if genre != "jeton"}
    jetons = {identifiant for code in codes for genre, identifiant in _parties(code) if genre == "jeton"}
    personnes = {compte.pk: compte for compte in _comptes(comptes)}
    emis = Jeton.objects.in_bulk(jetons)
    trouves = {}
    for code in codes:
        match _parties(code):
            case [("jeton", identifiant)] if identifiant in emis:
                jeton = emis[identifiant]
                trouves[code] = Auteur(
                    f"API d'écriture, jeton se terminant par {jeton.fin}", frozenset(jeton.uais)
                )
            case [("compte", identifiant), *par] if identifiant in personnes:
                auteur = _auteur(personnes[identifiant])
                trouves[code] = auteur._replace(nom=f"{auteur.nom}, par un administrateur") if par else auteur
    return trouves


def _parties(code: str) -> list[tuple[str, int]]:
    return list(_lire(code))


def _lire(code: str) -> Iterator[tuple[str, int]]:
    for partie in code.split("/"):
        genre, _, identifiant = partie.partition(":")
        if genre in {"compte", "jeton", "par"} and identifiant.isdecimal():
            yield genre, int(identifiant)


def _comptes(identifiants: Collection[int]) -> list[Compte]:
    return list(
        Compte.objects.filter(pk__in=identifiants).prefetch_related("roles", "gestions__etablissement")
    )


def _auteur(compte: Compte) -> Auteur:
    """Somebody who has ever had a role of the ministry is shown as the ministry, since rows do not say which role
    they had."""
    if any(role.nom in MINISTERE for role in compte.roles.all()):
        return Auteur(str(compte), None)
    return Auteur(str(compte), frozenset(gestion.etablissement.uai for gestion in compte.gestions.all()))
