"""The banners of the moment: those that were declared, and maintenance that comes near."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from habilitations.models import Compte
from referentiel import francais
from statut_etudiant.annonces.copie import Copie
from statut_etudiant.annonces.models import Bandeau, Maintenance

DELAI = 30
#: Maintenance is on every page from then on.
PREAVIS = timedelta(hours=72)


class Annonce(NamedTuple):
    """`cle`: which announcement it is, and in which state: whoever hid it sees it again once it has changed."""

    cle: str
    niveau: str
    titre: str
    texte: str
    lien: str


class Etat(NamedTuple):
    bandeaux: tuple[Bandeau, ...] = ()
    maintenances: tuple[Maintenance, ...] = ()


def _lire() -> Etat:
    """Those to come too: a copy lasts a while."""
    maintenant = timezone.now()
    return Etat(
        tuple(Bandeau.objects.filter(fin__gt=maintenant).order_by("debut", "pk")),
        tuple(Maintenance.objects.filter(fin__gt=maintenant, annulee_le__isnull=True).order_by("debut")),
    )


COPIE: Copie[Etat] = Copie(_lire, vide=Etat(), secondes=DELAI)


def a_afficher() -> list[Annonce]:
    maintenant = timezone.now()
    etat = COPIE.valeur()
    proches = [une for une in etat.maintenances if une.fin > maintenant >= une.debut - PREAVIS]
    declares = [
        Annonce(f"{un.pk}-{_secondes(un.modifie_le)}", un.niveau, un.titre, un.texte, un.lien)
        for un in etat.bandeaux
        if un.debut <= maintenant < un.fin
    ]
    return [_maintenance(une, maintenant) for une in proches] + declares


def _maintenance(fenetre: Maintenance, maintenant: datetime) -> Annonce:
    commencee = fenetre.debut <= maintenant
    return Annonce(
        f"maintenance-{fenetre.pk}-{_secondes(fenetre.modifiee_le)}-{'pendant' if commencee else 'avant'}",
        Bandeau.Niveau.ATTENTION,
        "Maintenance en cours." if commencee else "Maintenance prévue.",
        f"L'API ne répond pas, et rien ne s'enregistre, jusqu'au {_instant(fenetre.fin)}."
        if commencee
        else f"L'API ne répondra pas, et rien ne s'enregistrera, {dire(fenetre.debut, fenetre.fin)}.",
        reverse("disponibilite"),
    )


def dire(debut: datetime, fin: datetime) -> str:
    """When, in the hours of Paris; the day is said once when it is the same."""
    de, a = timezone.localtime(debut), timezone.localtime(fin)
    if de.date() == a.date():
        return f"le {francais.date(de, 'l j F')}, de {francais.date(de, 'H:i')} à {francais.date(a, 'H:i')}"
    return f"du {_instant(debut)} au {_instant(fin)}"


def _instant(instant: datetime) -> str:
    return francais.date(timezone.localtime(instant), "l j F à H:i")


def _secondes(instant: datetime) -> int:
    return int(instant.timestamp())


def enregistrer(bandeau: Bandeau, *, auteur: Compte) -> None:
    bandeau.auteur = auteur
    bandeau.save()
    transaction.on_commit(COPIE.relire)


def retirer(bandeau: Bandeau, *, auteur: Compte) -> None:
    """Shown no longer. One that was never shown leaves nothing; the others stay, with when they ended."""
    maintenant = timezone.now()
    if bandeau.debut > maintenant:
        bandeau.delete()
    elif bandeau.fin > maintenant:
        bandeau.fin, bandeau.auteur = maintenant, auteur
        bandeau.save()
    transaction.on_commit(COPIE.relire)
