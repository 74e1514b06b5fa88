"""A small world for the write API: two universities, a fictitious one, and tokens for them."""

import itertools
from typing import Any

import orjson
from django.test import Client

from habilitations.jetons import emission
from habilitations.models import Habilitation, Organisation
from referentiel.models import Etablissement, Etudiant

TOULOUSE = "0311384L"
PARIS = "0755890V"
FICTIVE = "9990001X"

INE = "1234567890V"
NAISSANCE = "2004-03-27"

_sirets = (f"{356000000 * 100000 + numero}" for numero in itertools.count(1))


def creer_etablissement(uai: str, *, commune: str = "31555", **champs: Any) -> Etablissement:
    base = {"nom": f"Université {uai}", "type": "universite", "code_commune": commune}
    return Etablissement.objects.create(uai=uai, **(base | champs))


def creer_organisation(nom: str = "Université de Toulouse") -> Organisation:
    return Organisation.objects.create(siret=next(_sirets), nom=nom)


def creer_jeton(
    *uais: str, type_: str = "e", organisation: Organisation | None = None, quota: int | None = 1000
) -> str:
    """The secret of a new token. The quota is out of the way unless it is what is tried."""
    organisation = organisation or creer_organisation()
    habilitation = None
    if type_ != "t":
        ecriture = type_ == "e"
        habilitation = Habilitation.objects.create(
            type="ecriture" if ecriture else "lecture",
            organisation=organisation,
            intitule="Essais",
            uais=list(uais) if ecriture else [],
            scopes=[] if ecriture else ["mesri_identite"],
            quota_par_seconde=quota,
        )
    _, secret = emission.emettre(
        organisation=organisation,
        type_=type_,
        habilitation=habilitation,
        uais=uais,
        scopes=["mesri_identite"] if type_ == "l" else (),
    )
    return secret


def creer_etudiant(ine: str = INE, *, naissance: str = NAISSANCE, **champs: Any) -> Etudiant:
    base = {"nom_naissance": "Le Goff", "prenoms": ["Anne-Marie"], "sexe": "F"}
    return Etudiant.objects.create(ine=ine, date_naissance=naissance, **(base | champs))


def enregistrement(**remplace: Any) -> dict[str, Any]:
    """The smallest record that is taken, with fields replaced, or removed when `...`."""
    base = {
        "ine": INE,
        "dateNaissance": NAISSANCE,
        "uai": TOULOUSE,
        "dateDebutInscription": "2026-09-01",
        "dateFinInscription": "2027-08-31",
        "statut": "inscrit",
    }
    return {cle: valeur for cle, valeur in (base | remplace).items() if valeur is not ...}


IDENTITE = {"nomNaissance": "Le Goff", "prenoms": ["Anne-Marie", "Gaëlle"], "sexe": "F"}


class Appelant:
    """A client that holds a token."""

    def __init__(self, jeton: str, *, entete: str = "X-API-Key") -> None:
        self.client = Client(raise_request_exception=False)
        self.entetes = {entete: jeton} if entete != "Bearer" else {"Authorization": f"Bearer {jeton}"}

    def poster(self, corps: Any, *, chemin: str = "/api/inscription", type_: str = "application/json") -> Any:
        octets = corps if isinstance(corps, bytes) else orjson.dumps(corps)
        return self.client.post(chemin, octets, content_type=type_, headers=self.entetes)

    def lire(self, chemin: str, **parametres: Any) -> Any:
        return self.client.get(chemin, parametres, headers=self.entetes)

    def retirer(self, chemin: str) -> Any:
        return self.client.delete(chemin, headers=self.entetes)
