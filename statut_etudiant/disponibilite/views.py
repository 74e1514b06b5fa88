"""« Disponibilité »: does the service work, and how well did it; the incidents as an Atom feed too."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from referentiel import francais
from statut_etudiant import maintenance
from statut_etudiant.annonces import maintenances
from statut_etudiant.disponibilite import registre
from statut_etudiant.disponibilite.models import Etat, Journee, Sonde
from statut_etudiant.disponibilite.sondes import services

#: Of the strip of days, in units of its viewBox.
LARGEUR_D_UN_JOUR, HAUTEUR = 8, 40


class Trait(NamedTuple):
    """A day of the strip: low when nothing was measured, lower when the service failed."""

    x: int
    y: int
    hauteur: int
    classe: str
    texte: str


class Ligne(NamedTuple):
    """A service on the page. `etat`: None when it is not measured (any more)."""

    libelle: str
    etat: Etat | None
    depuis: datetime | None
    sur_90_jours: str
    sur_12_mois: str
    traits: list[Trait]


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    maintenant = timezone.now()
    lignes = _lignes(maintenant)
    attente = maintenance.attente()
    contexte: dict[str, Any] = {
        "lignes": lignes,
        "en_panne": [ligne for ligne in lignes if ligne.etat == Etat.PANNE],
        "sans_mesure": any(ligne.etat is None for ligne in lignes),
        "maintenance_jusqu_a": attente and maintenant + timedelta(seconds=attente),
        "a_venir": [une for une in maintenances.ouvertes() if une.debut > maintenant],
        "incidents": registre.incidents(maintenant=maintenant),
        "mesuree_le": max((s.mesuree_le for s in Sonde.objects.all()), default=None),
        "largeur": registre.JOURS * LARGEUR_D_UN_JOUR,
        "hauteur": HAUTEUR,
    }
    return render(request, "disponibilite/page.html", contexte)


@login_not_required
@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """An incident keeps its identifier while it lasts: its entry is updated when it ends."""
    adresse = settings.ADRESSE_PUBLIQUE + reverse("disponibilite")
    flux = Atom1Feed(
        title="Disponibilité de l'API Statut étudiant",
        link=adresse,
        description="Incidents et maintenances",
        language="fr",
        feed_url=settings.ADRESSE_PUBLIQUE + reverse("disponibilite-atom"),
    )
    for fenetre in maintenances.ouvertes():
        flux.add_item(
            title=f"Maintenance : {fenetre.motif}",
            link=adresse,
            description=f"Du {_dire(fenetre.debut)} au {_dire(fenetre.fin)}, l'API répond « maintenance » (503).",
            unique_id=f"{adresse}#maintenance-{fenetre.pk}",
            unique_id_is_permalink=False,
            pubdate=fenetre.modifiee_le,
            updateddate=fenetre.modifiee_le,
        )
    for incident in registre.incidents(maintenant=timezone.now()):
        debut = timezone.localtime(incident.debut)
        flux.add_item(
            title=f"{incident.libelle} : {incident.etat.label.lower()}",
            link=adresse,
            description=_raconter(incident),
            unique_id=f"{adresse}#{incident.sonde}-{incident.etat}-{debut:%Y%m%dT%H%M}",
            unique_id_is_permalink=False,
            pubdate=incident.debut,
            updateddate=incident.fin or incident.debut,
        )
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    flux.write(response, "utf-8")
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


def _raconter(incident: registre.Incident) -> str:
    debut = _dire(incident.debut)
    if incident.minutes is None:
        return f"Depuis le {debut}, toujours en cours."
    return f"Le {debut}, pendant {incident.minutes} min."


def _dire(instant: datetime) -> str:
    return francais.date(timezone.localtime(instant), "j F Y, H:i")


def _lignes(maintenant: datetime) -> list[Ligne]:
    aujourdhui = timezone.localdate(maintenant)
    sondes = {sonde.nom: sonde for sonde in Sonde.objects.all()}
    par_sonde: dict[str, dict[date, Journee]] = {nom: {} for nom in services()}
    for journee in Journee.objects.filter(
        sonde__in=services(), jour__gt=aujourdhui - relativedelta(months=registre.MOIS_MONTRES)
    ):
        par_sonde[journee.sonde][journee.jour] = journee
    jours = [aujourdhui - timedelta(days=registre.JOURS - 1 - rang) for rang in range(registre.JOURS)]
    lignes = []
    for nom, service in services().items():
        sonde, journees = sondes.get(nom), par_sonde[nom]
        connue = sonde is not None and maintenant - sonde.mesuree_le <= registre.SILENCE
        lignes.append(
            Ligne(
                service.libelle,
                Etat(sonde.etat) if sonde and connue else None,
                sonde.depuis if sonde and connue else None,
                registre.disponibilite([journees[jour] for jour in jours if jour in journees]),
                registre.disponibilite(list(journees.values())),
                [_trait(rang, jour, journees.get(jour)) for rang, jour in enumerate(jours)],
            )
        )
    return lignes


def _trait(rang: int, jour: date, journee: Journee | None) -> Trait:
    quand = francais.date(jour)
    if journee is None:
        part, classe, texte = 0.1, "inconnu", f"{quand} : pas de mesure"
    elif journee.pannes:
        part, classe = 0.5, "panne"
        texte = f"{quand} : {journee.pannes} min sans réponse"
    elif journee.maintenances:
        part, classe = 0.75, "maintenance"
        texte = f"{quand} : {journee.maintenances} min de maintenance"
    else:
        part, classe, texte = 1.0, "ok", f"{quand} : sans incident"
    hauteur = round(HAUTEUR * part)
    return Trait(rang * LARGEUR_D_UN_JOUR, HAUTEUR - hauteur, hauteur, classe, texte)
