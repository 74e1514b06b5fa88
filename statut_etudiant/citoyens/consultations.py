"""« Mes consultations »: the exchanges about one person, as the journal has them and as that person reads them.

Who, when (Paris), for what and on which legal ground, by which way, which categories of data: never the values, which
the journal does not hold. Look-ups by an establishment or the ministry show the role, not the agent.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, Max, Min, QuerySet, Subquery, TextField, Value, When, Window
from django.db.models.functions import RowNumber
from django.db.models.lookups import Exact
from django.utils import timezone

from habilitations.models import Demande, Habilitation
from referentiel.journal.echanges import identifiants_internes
from referentiel.models import Echange
from statut_etudiant.certificats.journal import INTERFACE as VERIFICATION
from statut_etudiant.citoyens.journal import INTERFACE
from statut_etudiant.guichet.journal import INTERFACE as GUICHET

#: What the journal's categories are to a person.
CATEGORIES = {
    "identite": "identité",
    "ine": "INE",
    "inscription": "dates d'inscription ou d'admission",
    "inscriptions": "inscriptions",
    "statut": "statut (inscrit ou admis)",
    "regime": "régime de formation",
    "commune": "commune d'études",
    "etablissement": "établissement",
    "historique": "historique des modifications",
    "consultations": "liste de mes consultations",
    "certificats": "liste de mes certificats",
    "certificat": "état du certificat, sans autre donnée",
}
VOIES = {
    Echange.Voie.INE: "par mon INE",
    Echange.Voie.IDENTITE: "par mon identité",
    Echange.Voie.FRANCE_CONNECT: "par FranceConnect, à ma demande",
    Echange.Voie.CONSULTATION: "ma fiche a été ouverte par un agent",
    Echange.Voie.CITOYEN: "par moi-même, sur ces pages",
    Echange.Voie.VERIFICATION: "par le code ou le lien d'un certificat",
}
MOI = "Moi-même"


class Periode(NamedTuple):
    """Days of Paris, both included; None: no limit."""

    du: datetime.date | None
    au: datetime.date | None


TOUJOURS = Periode(None, None)


class Finalite(NamedTuple):
    """Of a habilitation, as its approval froze it."""

    intitule: str
    fondement: str
    fondement_url: str


class Consultation(NamedTuple):
    reference: str
    echange_id: int
    instant: datetime.datetime
    organisation: str
    siret: str
    destinataire: str
    #: Whose software called, when the organisation lets an editor call for it.
    editeur: str
    finalite: Finalite
    #: As the person reads it, and as anybody else does.
    voie: str
    voie_dite: str
    categories: list[str]
    requete: str
    habilitation_id: int | None
    par_moi: bool
    #: Of a certificate, by whoever holds it: nobody in particular can be asked why.
    verification: bool

    @property
    def contestable(self) -> bool:
        return not (self.par_moi or self.verification)


class Organisme(NamedTuple):
    """An organisation that consulted, and its exchanges: the newest ones, or all of them."""

    nom: str
    siret: str
    nombre: int
    premiere: datetime.datetime
    derniere: datetime.datetime
    consultations: list[Consultation]

    @property
    def autres(self) -> int:
        """How many are not listed."""
        return self.nombre - len(self.consultations)


#: What makes two exchanges those of one organisation: its SIRET; its name when it has none.
_ORGANISME = Case(
    When(interface=INTERFACE, then=Value("")),
    When(siret="", then=F("organisation")),
    default=F("siret"),
    output_field=TextField(),
)


def echanges(etudiant_id: int, periode: Periode = TOUJOURS, *, comme: int | None = None) -> QuerySet[Any]:
    """Those that gave data about this person, newest first. `comme`: the number of one of them, to have those of the
    same organisation only; none when it is not one of theirs."""
    tous = Echange.objects.filter(
        issue=Echange.Issue.DONNEES, etudiant_id__in=identifiants_internes(etudiant_id)
    ).annotate(organisme=_ORGANISME)
    trouves = tous
    if periode.du:
        trouves = trouves.filter(instant__gte=_minuit(periode.du))
    if periode.au:
        trouves = trouves.filter(instant__lt=_minuit(periode.au + datetime.timedelta(days=1)))
    if comme is not None:
        sien = tous.filter(id=comme).values("organisme")[:1]
        trouves = trouves.filter(Exact(F("organisme"), Subquery(sien)))
    return trouves.order_by("-instant", "-id")


def organismes(etudiant_id: int, periode: Periode, *, par_organisme: int) -> list[Organisme]:
    """Grouped by organisation, the one that consulted last first; the person's own visits come at the end."""
    chiffres = {
        ligne.pop("organisme"): ligne
        for ligne in echanges(etudiant_id, periode)
        .order_by()
        .values("organisme")
        .annotate(nombre=Count("id"), premiere=Min("instant"), derniere=Max("instant"))
    }
    rang = Window(RowNumber(), partition_by="organisme", order_by=[F("instant").desc(), F("id").desc()])
    rangees: list[Any] = list(
        echanges(etudiant_id, periode).annotate(rang=rang).filter(rang__lte=par_organisme)
    )
    groupes: dict[str, list[Consultation]] = {}
    for rangee, consultation in zip(rangees, raconter(rangees), strict=True):
        groupes.setdefault(rangee.organisme, []).append(consultation)
    trouves = [
        Organisme(
            consultations[0].organisation,
            consultations[0].siret,
            consultations=consultations,
            **chiffres[cle],
        )
        for cle, consultations in groupes.items()
    ]
    return sorted(
        trouves, key=lambda organisme: (organisme.consultations[0].par_moi, -organisme.derniere.timestamp())
    )


def raconter(lignes: Iterable[Echange]) -> list[Consultation]:
    """Rows of the journal as their person reads them."""
    lignes = list(lignes)
    finalites = _finalites({ligne.habilitation_id for ligne in lignes if ligne.habilitation_id is not None})
    return [_raconter(ligne, finalites) for ligne in lignes]


def trouver(etudiant_id: int, echange_id: int) -> Consultation | None:
    """One of this person's, by its number."""
    return next(iter(raconter(echanges(etudiant_id).filter(id=echange_id)[:1])), None)


def _raconter(ligne: Echange, finalites: dict[int, Finalite]) -> Consultation:
    par_moi = ligne.interface == INTERFACE
    return Consultation(
        reference=f"E{ligne.id}",
        echange_id=ligne.id,
        instant=timezone.localtime(ligne.instant),
        organisation=MOI if par_moi else ligne.organisation,
        siret=ligne.siret,
        destinataire=ligne.recipient if ligne.recipient != ligne.siret else "",
        editeur=ligne.editeur,
        finalite=_finalite(ligne, finalites),
        voie=_voie(ligne),
        voie_dite=Echange.Voie(ligne.voie).label if ligne.voie in Echange.Voie.values else "",
        categories=[CATEGORIES.get(code, code) for code in ligne.categories],
        requete=ligne.requete,
        habilitation_id=ligne.habilitation_id,
        par_moi=par_moi,
        verification=ligne.interface == VERIFICATION,
    )


def _voie(ligne: Echange) -> str:
    dite = VOIES.get(Echange.Voie(ligne.voie), "") if ligne.voie in Echange.Voie.values else ""
    return f"{dite}, par un agent au guichet" if ligne.interface == GUICHET else dite


GESTION = Finalite(
    "Gestion des inscriptions : saisie, correction et suivi des fiches",
    "Tenue du référentiel des inscriptions, mission d'intérêt public (RGPD, article 6.1.e)",
    "",
)
LES_MIENNES = Finalite("Mes propres visites de ces pages", "", "")
VERIFIER = Finalite("Contrôle d'un certificat par la personne à qui il a été remis", "", "")
INCONNUE = Finalite("Finalité inconnue : l'habilitation n'est plus enregistrée", "", "")


def _finalite(ligne: Echange, finalites: dict[int, Finalite]) -> Finalite:
    if ligne.interface == INTERFACE:
        return LES_MIENNES
    if ligne.interface == VERIFICATION:
        return VERIFIER
    if ligne.habilitation_id is None:
        return GESTION
    return finalites.get(ligne.habilitation_id, INCONNUE)


def _finalites(habilitations: set[int]) -> dict[int, Finalite]:
    """What each approval froze: a request being reopened may say something else, which nobody approved."""
    trouvees = {}
    figees = dict(
        Demande.objects.filter(habilitation__in=habilitations, instantane_valide__isnull=False)
        .order_by("pk")
        .values_list("habilitation", "instantane_valide")
    )
    for pk, intitule in Habilitation.objects.filter(pk__in=habilitations).values_list("pk", "intitule"):
        cadre = figees.get(pk) or {}
        url = cadre.get("cadre_url") or ""
        trouvees[pk] = Finalite(
            intitule,
            cadre.get("cadre_references") or "",
            # Written by applicants: only an address of the web becomes a link.
            url if url.startswith(("https://", "http://")) else "",
        )
    return trouvees


def _minuit(jour: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(jour, datetime.time.min))


#: What the exports tell of a consultation: the name of each column, and how its value is told, in words.
COLONNES: dict[str, Callable[[Consultation], str]] = {
    "reference": lambda une: une.reference,
    "date": lambda une: f"{timezone.localdate(une.instant):%d/%m/%Y}",
    "heure (Paris)": lambda une: f"{une.instant:%H:%M:%S}",
    "organisme": lambda une: une.organisation,
    "siret": lambda une: une.siret,
    "pour le compte de": lambda une: une.destinataire,
    "logiciel de": lambda une: une.editeur,
    "finalité": lambda une: une.finalite.intitule,
    "fondement": lambda une: une.finalite.fondement,
    "voie": lambda une: une.voie,
    "données": lambda une: ", ".join(une.categories),
    "identifiant de requête": lambda une: une.requete,
}


def en_lignes(consultations: Sequence[Consultation]) -> list[dict[str, str]]:
    """For the exports: one line each."""
    return [{nom: dire(une) for nom, dire in COLONNES.items()} for une in consultations]
