"""The traffic of the demonstration's tokens since the first of last month, as the API counts and journals it.

No earlier: the exchange journal of a product just installed begins there. As many rows in it as calls counted 200 or
404, none for the others; other figures at the weekend; and what goes wrong in an integration's life: a call badly made
that nobody mends for a day, a loop that meets the quota, an hour during which the service did not answer.
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from habilitations.models import Consommation, Habilitation, Jeton
from referentiel.journal.echanges import COLONNES_D_APPEL
from referentiel.models import Echange, Etudiant

#: The token had been handed over for so long when its first program called. The habilitation keeps its date of today:
#: it is frozen, for the demonstration as for all.
AVANT_LE_PREMIER_APPEL = timedelta(days=9)
#: In a hundred calls that reach the register, those that find nobody.
INTROUVABLES = 9
SANS_CITOYEN = 500


class Usage(NamedTuple):
    """`ouvre`, `chome`: calls of a working day and of another, more or less a third. `incidents`: days ago → HTTP
    status, and how many calls had it that day."""

    ouvre: int
    chome: int
    formes: tuple[tuple[str, str], ...]  # interface, way
    categories: tuple[str, ...]
    incidents: dict[int, dict[int, int]]


#: Title of the project → how its token is used.
USAGES = {
    "Carte jeunes régionale": Usage(
        42, 6, (("v3", "ine"), ("v3", "ine"), ("v2", "identite")),
        ("identite", "ine", "inscription", "statut", "regime", "etablissement"),
        {26: {422: 27}, 25: {422: 8}, 16: {429: 64}, 15: {429: 12}, 9: {503: 5}},
    ),
    "Tarif étudiant à la piscine": Usage(
        17, 29, (("v3", "identite"),), ("inscription", "statut", "regime"),
        {20: {422: 19}, 9: {503: 3}, 4: {422: 6}},
    ),
    "Aides d'urgence aux étudiants": Usage(
        11, 0, (("v3", "ine"), ("v3", "identite")), ("inscription", "statut", "commune"),
        {27: {403: 4}, 13: {422: 7}},
    ),
    "Remontée des inscriptions de l'université": Usage(
        3, 1, (), (), {24: {422: 5}, 12: {422: 2}, 9: {503: 1}},
    ),
}  # fmt: skip

_TYPES = ", ".join(f"{nom} {type_}" for nom, type_ in {"instant": "timestamptz", **COLONNES_D_APPEL}.items())
_NOMS = ", ".join(["instant", *COLONNES_D_APPEL])
_CONSIGNER = f"""
INSERT INTO referentiel_echange ({_NOMS}) SELECT {_NOMS} FROM json_to_recordset(%s::json) AS appel({_TYPES})
"""  # noqa: S608 (constants only)


def installer() -> int:
    """Have calls of each token that has a use, if its habilitation knows none: how many were made."""
    total = 0
    for intitule, usage in USAGES.items():
        jeton = (
            Jeton.objects.vivants()
            .filter(habilitation__intitule=intitule, habilitation__etat=Habilitation.Etat.ACTIVE)
            .select_related("habilitation__organisation")
            .first()
        )
        if jeton is None or Consommation.objects.filter(jeton__habilitation=jeton.habilitation_id).exists():
            continue
        total += _appeler(jeton, usage, Random(intitule))  # noqa: S311 - invented, and the same at each loading
    return total


def _appeler(jeton: Jeton, usage: Usage, hasard: Random) -> int:
    maintenant = timezone.localtime()
    etudiants = list(
        Etudiant.objects.filter(fictif=False).order_by("pk").values_list("pk", flat=True)[:SANS_CITOYEN]
    )
    aujourdhui = timezone.localdate(maintenant)
    premier = (aujourdhui.replace(day=1) - timedelta(days=1)).replace(day=1)
    comptes: Counter[tuple[date, int]] = Counter()
    lignes = []
    for age in range((aujourdhui - premier).days, -1, -1):
        jour = aujourdhui - timedelta(days=age)
        for instant in _instants(jour, usage, hasard):
            if instant > maintenant:
                continue
            trouve = not usage.formes or hasard.randrange(100) >= INTROUVABLES
            comptes[jour, 200 if trouve else 404] += 1
            if usage.formes:
                lignes.append(
                    _ligne(jeton, usage, instant, hasard.choice(etudiants) if trouve else None, hasard)
                )
        for statut, appels in usage.incidents.get(age, {}).items():
            comptes[jour, statut] += appels
    remis = timezone.make_aware(datetime.combine(premier - AVANT_LE_PREMIER_APPEL, time(11, 8)))
    Jeton.objects.filter(pk=jeton.pk).update(cree_le=remis)
    Consommation.objects.bulk_create(
        Consommation(jeton=jeton, jour=jour, statut=statut, appels=appels)
        for (jour, statut), appels in comptes.items()
    )
    with connection.cursor() as curseur:
        curseur.execute(_CONSIGNER, [json.dumps(lignes)])
    return comptes.total()


def _instants(jour: date, usage: Usage, hasard: Random) -> Iterator[datetime]:
    """When it is called that day, in the order of the clock: office hours, mostly."""
    moyenne = usage.chome if jour.weekday() >= 5 else usage.ouvre
    nombre = hasard.randint(moyenne * 2 // 3, (moyenne * 4 + 2) // 3)
    minutes = sorted(int(hasard.triangular(7 * 60, 21 * 60, 10 * 60)) for _ in range(nombre))
    for minute in minutes:
        yield timezone.make_aware(
            datetime.combine(jour, time(minute // 60, minute % 60, hasard.randrange(60)))
        )


def _ligne(
    jeton: Jeton, usage: Usage, instant: datetime, etudiant: int | None, hasard: Random
) -> dict[str, Any]:
    interface, voie = hasard.choice(usage.formes)
    vide = {nom: None if type_ == "bigint" else "" for nom, type_ in COLONNES_D_APPEL.items()}
    return vide | {
        "instant": instant.isoformat(),
        "issue": Echange.Issue.NON_TROUVE if etudiant is None else Echange.Issue.DONNEES,
        "requete": UUID(int=hasard.getrandbits(128)).hex,
        "jeton_id": jeton.pk,
        "habilitation_id": jeton.habilitation_id,
        "organisation": jeton.organisation.nom,
        "siret": jeton.organisation.siret,
        "recipient": jeton.organisation.siret if interface == "v3" else "",
        "interface": interface,
        "voie": voie,
        "etudiant_id": etudiant,
        "categories": [] if etudiant is None else list(usage.categories),
    }
