"""What a person types to find a student: an INE; or a birth name, with a first name or a birth date when they know it.

Names are looked for by their beginning, in the normal form of the referential: « martin c », « de la tour 27/03/2004 ».
"""

import datetime
import re
from typing import NamedTuple, TypeVar

from django.db.models import Model, Q, QuerySet

from referentiel.identifiants import IdentifiantInvalide, normaliser_ine
from referentiel.models import IneRemplace
from referentiel.nomenclatures import Precision
from referentiel.noms import mots_du_nom

#: Fewer letters would find tens of thousands of people.
LETTRES_MINIMUM = 2
#: Most words read: each split between name and first name is tried.
MOTS_MAXIMUM = 6

_DATE = re.compile(
    r"(?<!\d)(?:(?P<jour>\d{1,2})[/.-](?P<mois>\d{1,2})[/.-](?P<annee>\d{4})"
    r"|(?P<an>\d{4})-(?P<mo>\d{2})-(?P<jo>\d{2}))(?!\d)"
)


class SaisieIncomprise(ValueError):
    """The typed text cannot be searched. The message is in French, for the person, and does not repeat the text."""


class Saisie(NamedTuple):
    """Either `ine`, or `mots` (normal forms) with or without `naissance`."""

    ine: str
    mots: tuple[str, ...] = ()
    naissance: datetime.date | None = None


def lire(texte: str) -> Saisie:
    try:
        return Saisie(normaliser_ine("".join(texte.split())))
    except IdentifiantInvalide:
        pass
    naissance = None
    if trouvee := _DATE.search(texte):
        naissance = _date(trouvee)
        texte = texte[: trouvee.start()] + " " + texte[trouvee.end() :]
    mots = tuple(mots_du_nom(texte.replace("\x00", "")))[:MOTS_MAXIMUM]
    if len("".join(mots)) < LETTRES_MINIMUM:
        raise SaisieIncomprise(
            "Saisissez un INE entier, ou au moins les deux premières lettres du nom de naissance."
        )
    if any(mot.isdecimal() for mot in mots):
        raise SaisieIncomprise(
            "Un INE compte 11 caractères et une date s'écrit JJ/MM/AAAA : vérifiez ce qui est saisi."
        )
    return Saisie("", mots, naissance)


def _date(trouvee: re.Match[str]) -> datetime.date:
    annee, mois, jour = (
        trouvee.group("annee", "mois", "jour") if trouvee["annee"] else trouvee.group("an", "mo", "jo")
    )
    try:
        return datetime.date(int(annee), int(mois), int(jour))
    except ValueError:
        raise SaisieIncomprise("Cette date de naissance n'existe pas dans le calendrier.") from None


Ligne = TypeVar("Ligne", bound=Model)


def chercher(etudiants: QuerySet[Ligne], saisie: Saisie) -> QuerySet[Ligne]:
    """Those of these students that answer: each alternative is a range of the index `etudiant_identite`. The INE of a
    student who was merged into another finds the other."""
    if saisie.ine:
        garde = (
            IneRemplace.objects.filter(ancien_ine=saisie.ine, fictif=False).values_list("etudiant").first()
        )
        return etudiants.filter(pk=garde[0]) if garde else etudiants.filter(ine=saisie.ine)
    mots = saisie.mots
    alternatives = Q(cle_nom__startswith="".join(mots))
    for rang in range(1, len(mots)):
        avant, apres = mots[:rang], mots[rang:]
        # In either order: « martin camille », « camille martin ».
        for nom, prenom in ((avant, apres), (apres, avant)):
            # Apostrophes vanish in the key of given names: M'Hamed, two words here, is MHAMED there.
            for cle in {" ".join(prenom), "".join(prenom)}:
                alternatives |= Q(cle_nom__startswith="".join(nom), cle_prenom__startswith=cle)
    trouves = etudiants.filter(alternatives)
    if saisie.naissance is None:
        return trouves
    jour = saisie.naissance
    # Of some people only the month, or the year, of birth is known: it is stored at its first day.
    return trouves.filter(
        Q(date_naissance=jour)
        | Q(date_naissance=jour.replace(day=1), precision_naissance=Precision.MOIS)
        | Q(date_naissance=jour.replace(day=1, month=1), precision_naissance=Precision.ANNEE)
    )
