"""Uses that look wrong, told to the ministry's data protection officer and to the token's technical contact.

Computed by a task from what is kept already: each token's daily counts, and the exchange journal. Nothing is added to
the reading path, and nothing new is kept of students. In particular the INE of those who are not found is kept nowhere:
who walks along INE shows by its rate of students not found, and, where INE are dense, by students whose INE are
neighbours.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from habilitations.courriels.boite import ecrire
from habilitations.jetons import suspension
from habilitations.jetons.vie import gardiens, porteurs
from habilitations.models import Compte, Consommation, ContactDeDemande, Jeton, Role
from referentiel.models import Alerte

#: A day is compared with the median of the days with calls of these last four weeks.
JOURS_COMPARES = 28
FOIS_LA_MEDIANE = 5
#: Under this many calls in a day, nothing is unusual; without a past to compare with, under this many.
APPELS_MINIMUM, APPELS_SANS_PASSE = 1_000, 10_000
JOURS_DE_PASSE = 5
INTROUVABLES_MINIMUM, PART_D_INTROUVABLES = 200, 0.5
#: Sheets that a person opens in a day.
FICHES_MAXIMUM = 300
#: Students of a day whose INE share all but the last three characters.
VOISINS_MAXIMUM, CARACTERES_COMMUNS = 30, 8

_VOISINS = """
SELECT {porteur}, max(voisins) FROM (
    SELECT x.{porteur}, left(e.ine, %s), count(DISTINCT e.id) AS voisins
    FROM referentiel_echange x JOIN referentiel_etudiant e ON e.id = x.etudiant_id
    WHERE x.issue = 'donnees' AND x.{porteur} IS NOT NULL AND x.voie = ANY (%s) AND x.instant >= %s AND NOT e.fictif
    GROUP BY 1, 2
) AS blocs GROUP BY 1 HAVING max(voisins) >= %s
"""

_FICHES = """
SELECT compte_id, count(DISTINCT etudiant_id) FROM referentiel_echange
WHERE issue = 'donnees' AND voie = 'consultation' AND instant >= %s GROUP BY 1 HAVING count(DISTINCT etudiant_id) >= %s
"""


class Journee(NamedTuple):
    appels: int = 0
    introuvables: int = 0


class Seuils(NamedTuple):
    """Under `minimum` calls in a day, nothing is unusual; without a past to compare with, under `sans_passe`."""

    minimum: int
    sans_passe: int
    introuvables: int


DES_JETONS = Seuils(APPELS_MINIMUM, APPELS_SANS_PASSE, INTROUVABLES_MINIMUM)


def surveiller() -> int:
    """Look at today so far; how many alerts are new. Tokens beyond the ministry's limits are suspended."""
    aujourdhui = timezone.localdate()
    minuit = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    nouvelles = 0
    for jeton_id, jours in _journees(aujourdhui).items():
        jour = jours.pop(aujourdhui, None)
        if jour is None:
            continue
        passe = [un.appels for un in jours.values()]
        for genre, mesures in anormal(jour, passe, DES_JETONS):
            nouvelles += Alerte.lever(genre, f"jeton:{jeton_id}", mesures, jour=aujourdhui)
        if motif := _a_suspendre(jour):
            suspension.suspendre(jeton_id=jeton_id, motif=motif)
    for porteur, voies in (("jeton_id", ["ine"]), ("compte_id", ["consultation", "ine"])):
        for numero, voisins in _lire(
            _VOISINS.format(porteur=porteur), [CARACTERES_COMMUNS, voies, minuit, VOISINS_MAXIMUM]
        ):
            sujet = f"{porteur.removesuffix('_id')}:{numero}"
            nouvelles += Alerte.lever(Alerte.Genre.SUITE, sujet, {"voisins": voisins}, jour=aujourdhui)
    for numero, fiches in _lire(_FICHES, [minuit, FICHES_MAXIMUM]):
        nouvelles += Alerte.lever(
            Alerte.Genre.VOLUME, f"compte:{numero}", {"fiches": fiches}, jour=aujourdhui
        )
    return nouvelles


def annoncer() -> int:
    """Write the mails of the alerts that have none yet; how many alerts."""
    delegues = sorted(
        Compte.objects.filter(is_active=True, roles__nom=Role.Nom.DPD, roles__retire_le__isnull=True)
        .values_list("courriel", flat=True)
        .distinct()
    )
    alertes = list(Alerte.objects.filter(annoncee_le__isnull=True).order_by("pk"))
    for alerte in alertes:
        jeton = _jeton(alerte)
        for adresse in sorted({*delegues, *_techniques(jeton)}):
            ecrire(
                genre="alerte_d_usage",
                destinataire=adresse,
                cle=f"alerte:{alerte.pk}:{adresse}",
                contexte={
                    "alerte": alerte,
                    "jeton": jeton,
                    "mesures": mesures_lisibles(alerte),
                    "du_ministere": adresse in delegues,
                },
            )
        Alerte.objects.filter(pk=alerte.pk).update(annoncee_le=timezone.now())
    return len(alertes)


def mesures_lisibles(alerte: Alerte) -> str:
    """The figures of an alert, in words."""
    dit = {
        "appels": "{} appels dans la journée",
        "mediane": "{} appels un jour ordinaire",
        "verifications": "{} vérifications au guichet dans la journée",
        "ordinaire": "{} vérifications un jour ordinaire",
        "introuvables": "{} étudiants introuvables",
        "voisins": "{} étudiants dont les INE se suivent",
        "fiches": "{} fiches ouvertes dans la journée",
    }
    return ", ".join(
        phrase.format(alerte.mesures[nom]) for nom, phrase in dit.items() if nom in alerte.mesures
    )


def anormal(jour: Journee, passe: list[int], seuils: Seuils) -> Iterator[tuple[Alerte.Genre, dict[str, int]]]:
    """`passe`: the calls of each of the days before that had some."""
    if len(passe) >= JOURS_DE_PASSE:
        ordinaire = int(median(passe))
        if jour.appels >= max(seuils.minimum, FOIS_LA_MEDIANE * ordinaire):
            yield Alerte.Genre.VOLUME, {"appels": jour.appels, "mediane": ordinaire}
    elif jour.appels >= seuils.sans_passe:
        yield Alerte.Genre.VOLUME, {"appels": jour.appels}
    if jour.introuvables >= max(seuils.introuvables, PART_D_INTROUVABLES * jour.appels):
        yield Alerte.Genre.INTROUVABLES, {"appels": jour.appels, "introuvables": jour.introuvables}


def _a_suspendre(jour: Journee) -> str:
    for nombre, limite, quoi in (
        (jour.appels, settings.SUSPENSION_APPELS_PAR_JOUR, "appels"),
        (jour.introuvables, settings.SUSPENSION_INTROUVABLES_PAR_JOUR, "étudiants introuvables"),
    ):
        if limite and nombre > limite:
            return f"plus de {limite} {quoi} dans la journée"
    return ""


def _journees(aujourdhui: date) -> dict[int, dict[date, Journee]]:
    jetons: dict[int, dict[date, Journee]] = defaultdict(lambda: defaultdict(Journee))
    comptes = Consommation.objects.filter(
        jour__gte=aujourdhui - timedelta(days=JOURS_COMPARES), jour__lte=aujourdhui
    ).exclude(jeton__type=Jeton.Type.BAC_A_SABLE)
    for jeton_id, jour, statut, appels in comptes.values_list("jeton_id", "jour", "statut", "appels"):
        avant = jetons[jeton_id][jour]
        # Refusals of the quota reach no student.
        jetons[jeton_id][jour] = Journee(
            avant.appels + appels * (statut != 429), avant.introuvables + appels * (statut == 404)
        )
    return {jeton_id: dict(jours) for jeton_id, jours in jetons.items()}


def _jeton(alerte: Alerte) -> Jeton | None:
    genre, _, numero = alerte.sujet.partition(":")
    if genre != "jeton":
        return None
    jetons = Jeton.objects.select_related("habilitation", "organisation", "editeur", "demande__demandeur")
    return jetons.filter(pk=int(numero)).first()


def _techniques(jeton: Jeton | None) -> set[str]:
    if jeton is None:
        return set()
    if jeton.habilitation is None:
        return gardiens(jeton)
    contacts = ContactDeDemande.objects.filter(
        demande__habilitation=jeton.habilitation, role=ContactDeDemande.Role.TECHNIQUE
    ).values_list("courriel", flat=True)
    return {adresse for adresse in contacts if adresse} or set(porteurs(jeton.habilitation))


def _lire(enonce: str, parametres: list[Any]) -> list[tuple[int, int]]:
    with connection.cursor() as curseur:
        curseur.execute(enonce, parametres)
        return list(curseur.fetchall())
