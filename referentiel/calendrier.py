"""The university year, which decides what is served (contract §1, "Records served")."""

from datetime import date


def debut_annee_universitaire(jour: date) -> date:
    """The 1 September that opens the university year of this day."""
    return date(jour.year if jour.month >= 9 else jour.year - 1, 9, 1)


def debut_historique(jour: date, annees: int) -> date:
    """The first day that a record must reach to be served: `annees` university years before the current one.

    A very large `annees` means everything, not a date before the calendar's first.
    """
    debut = debut_annee_universitaire(jour)
    return debut.replace(year=max(debut.year - annees, date.min.year))
