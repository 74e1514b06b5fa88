"""The banners of the moment: those that were declared, and maintenance that comes near."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from habilitations.models import Compte
from statut_etudiant.annonces import maintenances
from statut_etudiant.annonces.copie import Copie
from statut_etudiant.annonces.models import Bandeau

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


def _lire() -> tuple[Bandeau, ...]:
    """Those to come too: a copy lasts a while."""
    return tuple(Bandeau.objects.filter(fin__gt=timezone.now()).order_by("debut", "pk"))


COPIE: Copie[tuple[Bandeau, ...]] = Copie(_lire, vide=(), secondes=DELAI)


def a_afficher() -> list[Annonce]:
    maintenant = timezone.now()
    declares = [
        Annonce(f"{un.pk}-{_secondes(un.modifie_le)}", un.niveau, un.titre, un.texte, un.lien)
        for un in COPIE.valeur()
        if un.debut <= maintenant < un.fin
    ]
    proches = [une for une in maintenances.fenetres() if une.debut <= maintenant + PREAVIS]
    return [_maintenance(une, maintenant) for une in proches] + declares


def _maintenance(fenetre: maintenances.Fenetre, maintenant: datetime) -> Annonce:
    def dire(instant: datetime) -> str:
        return date_format(timezone.localtime(instant), "l j F à H:i")

    commencee = fenetre.debut <= maintenant
    return Annonce(
        f"maintenance-{_secondes(fenetre.debut)}-{_secondes(fenetre.fin)}-{'pendant' if commencee else 'avant'}",
        Bandeau.Niveau.ATTENTION,
        "Maintenance en cours." if commencee else "Maintenance prévue.",
        f"L'API ne répond pas jusqu'au {dire(fenetre.fin)}."
        if commencee
        else f"L'API ne répondra pas du {dire(fenetre.debut)} au {dire(fenetre.fin)}.",
        reverse("disponibilite"),
    )


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
