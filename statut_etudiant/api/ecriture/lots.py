"""Many records at once: `POST /api/inscriptions` keeps them as a batch, `GET /api/lots/{id}` follows it."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from habilitations.models import Jeton
from referentiel.imports.depots.depot import deposer
from referentiel.imports.depots.place import PlaceManquante
from referentiel.imports.lecture.erreurs import FichierIllisible
from referentiel.imports.lecture.json import LectureJson
from referentiel.models import LigneSignalee, Lot
from referentiel.nomenclatures import EtatLot, Source
from statut_etudiant.api.ecriture.reception import morceaux
from statut_etudiant.api.ecriture.vue import CORPS, EcritureRefusee, VueEcriture
from statut_etudiant.api.filtres import (
    FiltreRefuse,
    curseur_refuse,
    entier,
    lire_limite,
    refuser_les_inconnus,
)

ENREGISTREMENTS_MAXIMUM = 50_000
#: Batches of one token that may wait at the same time: a deposit costs more than the call that leaves it.
LOTS_EN_ATTENTE_MAXIMUM = 50
#: Seconds after which one of them may have ended.
ATTENTE = 10
_HEURE = 3600
_MORCEAU = 64 * 1024
_EN_MEMOIRE = 1024 * 1024


class _Corps(BaseParser):
    """The body as it is, in a file: it is read again by the worker that will do the batch."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> IO[bytes]:
        with ExitStack() as pile:
            fichier = pile.enter_context(SpooledTemporaryFile(max_size=_EN_MEMOIRE))
            maximum = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            refus = f"{maximum >> 20} Mo au plus par lot."
            for morceau in morceaux(stream, parser_context, maximum=maximum, refus=refus):
                fichier.write(morceau)
            pile.pop_all()  # read whole: whoever asked for it closes it
            return fichier


class CorpsJson(_Corps):
    media_type = "application/json"


class CorpsNdjson(_Corps):
    media_type = "application/x-ndjson"


def deposer_en_lot(vue: VueEcriture, request: Request) -> HttpResponse:
    """Keep the records and answer at once; they are judged and written by a worker, as a file would be."""
    tout_ou_rien = _lire_tout_ou_rien(request)
    fichier = request.data
    if not hasattr(fichier, "read"):
        raise EcritureRefusee("parametre", parametre=CORPS, explication="Le corps est vide.")
    with fichier:
        format_, nombre = _controler(fichier, ndjson="ndjson" in (request.content_type or ""))
        _refuser_l_exces(vue)
        fichier.seek(0)
        with transaction.atomic(), _la_place_refuse():
            lot = deposer(
                contenu=iter(partial(fichier.read, _MORCEAU), b""),
                canal=Source.API.value,
                format=format_,
                uais=sorted(vue.uais),
                fictif=vue.ouverture.fictif,
                jeton_id=vue.ouverture.jeton_id,
                tout_ou_rien=tout_ou_rien,
            )
            lot.lignes = nombre
            lot.save(update_fields=["lignes"])
    response = vue.repondre(202, {"message": "lot reçu, en attente de traitement", "lot": resumer(lot)})
    response.headers["Location"] = adresse(lot)
    return response


class SuiviDeLot(VueEcriture):
    """L'avancement d'un lot, ses comptes, et ses lignes rejetées une à une."""

    def get(self, request: Request, cle: str) -> HttpResponse:
        lot = self._lots().filter(cle=_lire_cle(cle)).first()
        if lot is None:
            raise EcritureRefusee("lot", parametre="id")
        try:
            signalees = _signalees(lot, request)
        except FiltreRefuse as refus:
            raise EcritureRefusee("parametre", parametre=refus.parametre, explication=refus.message) from None
        return self.repondre(200, resumer(lot) | signalees)

    def _lots(self) -> QuerySet[Lot]:
        """Those of the organisation's tokens: the one that left the batch may have been renewed since."""
        jetons = Jeton.objects.filter(organisation__siret=self.ouverture.siret).values_list("id", flat=True)
        return Lot.objects.filter(jeton_id__in=list(jetons), canal=Source.API, fictif=self.ouverture.fictif)


#: The contract's words, and those that a state of ours goes by: what a person does to a batch afterwards is not in it.
ETATS = (
    EtatLot.A_CONFIRMER,
    EtatLot.EN_ATTENTE,
    EtatLot.EN_COURS,
    EtatLot.TERMINE,
    EtatLot.ECHEC,
    EtatLot.ANNULE,
)
_DITS = {
    EtatLot.ESSAI_EN_ATTENTE: EtatLot.A_CONFIRMER,
    EtatLot.ESSAI_EN_COURS: EtatLot.A_CONFIRMER,
    EtatLot.RETRAIT_EN_ATTENTE: EtatLot.TERMINE,
    EtatLot.RETRAIT_EN_COURS: EtatLot.TERMINE,
    EtatLot.RETIRE: EtatLot.ANNULE,
}
_RETIRE = (
    "Lot retiré : ses inscriptions ne sont plus au référentiel, sauf celles que d'autres envois ont reprises."
)


def adresse(lot: Lot) -> str:
    return f"/api/lots/{lot.cle}"


def resumer(lot: Lot) -> dict[str, Any]:
    etat = EtatLot(lot.etat)
    dit = _DITS.get(etat, etat)
    resume = {
        "id": str(lot.cle),
        "adresse": adresse(lot),
        "etat": dit.value,
        "message": _RETIRE if etat == EtatLot.RETIRE else lot.message or dit.label,
        "toutOuRien": lot.tout_ou_rien,
        "enregistrements": lot.lignes,
        "lus": lot.lignes_lues,
        "deposeLe": lot.depose_le,
        "commenceLe": lot.commence_le,
        "finiLe": lot.fini_le,
        "comptes": {
            "creees": lot.creees,
            "modifiees": lot.modifiees,
            "inchangees": lot.inchangees,
            "rejetees": lot.rejetees,
            "etudiantsCrees": lot.etudiants_crees,
            "avis": lot.avis,
        },
    }
    return {cle: valeur for cle, valeur in resume.items() if valeur is not None}


def _controler(fichier: IO[bytes], *, ndjson: bool) -> tuple[str, int]:
    """The format of the body and the number of its records, once it is known to be readable."""
    try:
        lecture = LectureJson(fichier)
    except FichierIllisible as illisible:
        raise EcritureRefusee("parametre", parametre=CORPS, explication=illisible.message) from None
    if (lecture.format == "ndjson") != ndjson:
        attendu = (
            "Un objet JSON par ligne est attendu (application/x-ndjson)."
            if ndjson
            else "Un tableau JSON d'objets est attendu : [{…}, {…}]."
        )
        raise EcritureRefusee("parametre", parametre=CORPS, explication=attendu)
    nombre = lecture.nombre or _compter_lignes(fichier)
    if nombre > ENREGISTREMENTS_MAXIMUM:
        raise EcritureRefusee(
            "trop_gros",
            parametre=CORPS,
            explication=f"{ENREGISTREMENTS_MAXIMUM} enregistrements au plus par lot : envoyez-en plusieurs.",
        )
    return lecture.format, nombre


def _compter_lignes(fichier: IO[bytes]) -> int:
    fichier.seek(0)
    return sum(1 for ligne in fichier if ligne.strip())


def _refuser_l_exces(vue: VueEcriture) -> None:
    en_attente = Lot.objects.filter(
        jeton_id=vue.ouverture.jeton_id, etat__in=[EtatLot.EN_ATTENTE, EtatLot.EN_COURS]
    )
    if en_attente.count() >= LOTS_EN_ATTENTE_MAXIMUM:
        raise EcritureRefusee(
            "quota",
            explication=f"{LOTS_EN_ATTENTE_MAXIMUM} lots de ce jeton attendent déjà : laissez-les se terminer.",
            retry_after=ATTENTE,
        )


@contextmanager
def _la_place_refuse() -> Iterator[None]:
    try:
        yield
    except PlaceManquante as refus:
        raise EcritureRefusee(
            "quota", explication=refus.message, retry_after=_HEURE if refus.demain else ATTENTE
        ) from None


def _lire_tout_ou_rien(request: Request) -> bool:
    parametres = request.query_params
    valeur: str = parametres.get("toutOuRien", "false").lower()
    try:
        refuser_les_inconnus(parametres, connus={"toutOuRien"})
        if valeur not in {"true", "false"}:
            raise FiltreRefuse("toutOuRien", "true ou false est attendu.")
    except FiltreRefuse as refus:
        raise EcritureRefusee("parametre", parametre=refus.parametre, explication=refus.message) from None
    return valeur == "true"


def _lire_cle(cle: str) -> UUID | None:
    try:
        return UUID(cle)
    except ValueError:
        return None


def _signalees(lot: Lot, request: Request) -> dict[str, Any]:
    """A page of the lines rejected (or taken with a notice), and where the next one begins."""
    parametres = request.query_params
    refuser_les_inconnus(parametres, connus={"niveau", "curseur", "limite"})
    niveau = parametres.get("niveau") or LigneSignalee.Niveau.REJET.value
    if niveau not in LigneSignalee.Niveau.values:
        raise FiltreRefuse("niveau", "rejet ou avis est attendu.")
    limite = lire_limite(parametres)
    lignes = LigneSignalee.objects.filter(lot=lot, niveau=niveau).order_by("ligne", "id")
    if curseur := parametres.get("curseur"):
        ligne, id_ = _lire_curseur_de_ligne(curseur)
        lignes = lignes.filter(Q(ligne__gt=ligne) | Q(ligne=ligne, id__gt=id_))
    page = list(lignes[: limite + 1])
    corps: dict[str, Any] = {
        "erreurs" if niveau == LigneSignalee.Niveau.REJET else "avisParLigne": [
            {
                "ligne": une.ligne,
                "parameter": une.champ,
                "valeur": une.valeur,
                "code": une.code,
                "explication": une.message,
            }
            for une in page[:limite]
        ]
    }
    if len(page) > limite:
        derniere = page[limite - 1]
        corps["suivant"] = f"{derniere.ligne}-{derniere.id}"
    return corps


def _lire_curseur_de_ligne(curseur: str) -> tuple[int, int]:
    ligne, _, id_ = curseur.partition("-")
    lus = entier(ligne), entier(id_)
    if lus[0] is None or lus[1] is None:
        raise curseur_refuse()
    return lus[0], lus[1]
