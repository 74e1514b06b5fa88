"""The views of the write API themselves, called for a sandbox token that does not exist; all that they write is undone.

One transaction around the call, rolled back at the end: the answer is the one that the API would give, and nobody else
ever sees what was written. The identifier that a new record is given is not used again.
"""

import io

from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import HttpResponse

from habilitations.jetons.ouverture import OUVERT, Ouverture, sans_rien
from habilitations.models import Jeton
from statut_etudiant import maintenance
from statut_etudiant.api.appel import Appel
from statut_etudiant.api.ecriture.inscription import InscriptionUnitaire
from statut_etudiant.api.ecriture.inscriptions import InscriptionDeposee, Inscriptions
from statut_etudiant.api.ecriture.vue import VueEcriture
from statut_etudiant.api.familles import ECRITURE
from statut_etudiant.api.reponse import Reponse
from statut_etudiant.middleware import nouvel_identifiant


class _Essayee(VueEcriture):
    """A view whose caller holds a sandbox token for one establishment. `uai`: that one; without it, who calls has no
    token and the view's own gate says so."""

    uai = ""

    @property
    def auteur(self) -> str:
        return "portail:essayer"

    def _ouvrir(self) -> Ouverture:
        if not self.uai:
            return super()._ouvrir()
        return sans_rien(OUVERT)._replace(type=Jeton.Type.BAC_A_SABLE.value, uais=[self.uai])


class Declarer(_Essayee, InscriptionUnitaire):
    pass


class Retirer(_Essayee, InscriptionDeposee):
    pass


class Relire(_Essayee, Inscriptions):
    pass


def ecrire(
    vue: type[_Essayee], *, methode: str, adresse: str, corps: str | None, uai: str, **variables: str
) -> Reponse:
    """What this view answers. `adresse`: path and query string; `variables`: what the path holds."""
    chemin, _, requete = adresse.partition("?")
    octets = (corps or "").encode()
    request = WSGIRequest(
        {
            "REQUEST_METHOD": methode,
            "PATH_INFO": chemin,
            "QUERY_STRING": requete,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(octets)),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(octets),
        }
    )
    request.identifiant = nouvel_identifiant()  # type: ignore[attr-defined]
    if (attente := maintenance.attente()) is not None:
        return ECRITURE.repondre(ECRITURE.maintenance, Appel.de_django(request), retry_after=attente)
    with transaction.atomic():
        rendue = vue.as_view(uai=uai)(request, **variables)
        transaction.set_rollback(True)
    return _lire(rendue)


def _lire(rendue: HttpResponse) -> Reponse:
    return Reponse(rendue.status_code, dict(rendue.items()), rendue.content)
