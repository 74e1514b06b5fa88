"""A certificate as a verifiable credential (SD-JWT VC): the same fields, each disclosed or kept back by its holder."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as heure
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from statut_etudiant.certificats import divulgation, statuts
from statut_etudiant.certificats import verification as actualites
from statut_etudiant.certificats.champs import Champ, Source, lire_champs
from statut_etudiant.certificats.cles import trousseau
from statut_etudiant.certificats.models import Certificat

TYPE = "dc+sd-jwt"
MEDIA = "application/dc+sd-jwt"
#: Also where the keys are found, by the address that the credential names.
CLES = "/.well-known/jwt-vc-issuer"


class PlusVrai(Exception):
    """The register no longer says what this certificate says, or the certificate is over: nothing is signed."""


class _Attribut(NamedTuple):
    nom: str
    libelle: str
    valeur: Callable[[Source], Any]


#: Names of the credential's claims. The first two are those of OpenID Connect, which wallets know.
ATTRIBUTS: dict[Champ, tuple[_Attribut, ...]] = {
    Champ.NOM: (
        _Attribut("family_name", "Nom de naissance", lambda lue: lue.inscription.etudiant.nom_naissance),
        _Attribut("given_name", "Prénom", lambda lue: lue.inscription.etudiant.prenom),
    ),
    # As far as it is known: a year, a month or a day.
    Champ.NAISSANCE: (_Attribut("birthdate", "Date de naissance", lambda lue: _naissance(lue)),),
    Champ.INE: (_Attribut("ine", "Identifiant national étudiant", lambda lue: lue.inscription.etudiant.ine),),
    Champ.ETABLISSEMENT: (
        _Attribut("etablissement", "Établissement", lambda lue: lue.inscription.etablissement.nom),
        _Attribut(
            "etablissement_uai", "UAI de l'établissement", lambda lue: lue.inscription.etablissement.uai
        ),
    ),
    Champ.REGIME: (
        _Attribut("regime", "Régime de formation", lambda lue: lue.inscription.get_regime_display()),
    ),
    Champ.ANNEE: (
        _Attribut(
            "annee_universitaire", "Année universitaire", lambda lue: f"{lue.annee.year}-{lue.annee.year + 1}"
        ),
    ),
    Champ.DATES: (
        _Attribut("date_debut", "Début", lambda lue: lue.inscription.date_debut.isoformat()),
        _Attribut("date_fin", "Fin", lambda lue: lue.inscription.date_fin.isoformat()),
    ),
    Champ.DIPLOME: (_Attribut("diplome", "Diplôme préparé", lambda lue: lue.inscription.diplome),),
}
STATUT = _Attribut("statut", "Statut", lambda lue: lue.inscription.statut)


def type_de_credential() -> str:
    """`vct`: also the address of its description."""
    return settings.ADRESSE_PUBLIQUE + reverse("certificat-type")


def emettre(certificat: Certificat) -> str:
    """The credential of a student's certificate, with all its disclosures. Raises PlusVrai, cles.SansCle."""
    cle = trousseau().privees[0]
    actualite, lue = actualites.aujourd_hui(certificat)
    vraies = (actualites.Actualite.ENCORE_VRAI, actualites.Actualite.A_VENIR)
    if lue is None or actualite not in vraies or not en_vigueur(certificat):
        raise PlusVrai
    divulgables = {STATUT.nom: STATUT.valeur(lue)}
    for champ in lire_champs(certificat.champs):
        for attribut in ATTRIBUTS[champ]:
            if valeur := attribut.valeur(lue):
                divulgables[attribut.nom] = valeur
    fin = datetime.combine(certificat.valable_jusqu_au + timedelta(days=1), heure.min)
    clairs = {
        "iss": settings.ADRESSE_PUBLIQUE,
        "iat": int(time.time()),
        "exp": int(timezone.make_aware(fin).timestamp()),
        "vct": type_de_credential(),
        "status": statuts.reference(statuts.placer(certificat)),
    }
    return divulgation.emettre(clairs=clairs, divulgables=divulgables, cle=cle, type_=TYPE)


def en_vigueur(certificat: Certificat) -> bool:
    return certificat.retire_le is None and certificat.valable_jusqu_au >= timezone.localdate()


def description_du_type() -> dict[str, Any]:
    """The credential's type metadata."""
    attributs = [STATUT, *(attribut for groupe in ATTRIBUTS.values() for attribut in groupe)]
    return {
        "vct": type_de_credential(),
        "name": "Certificat de scolarité",
        "description": "Inscription ou admission dans l'enseignement supérieur, selon le référentiel du ministère.",
        "display": [{"locale": "fr-FR", "name": "Certificat de scolarité"}],
        "claims": [
            {
                "path": [attribut.nom],
                "display": [{"locale": "fr-FR", "label": attribut.libelle}],
                "sd": "always",
            }
            for attribut in attributs
        ],
    }


def _naissance(lue: Source) -> str:
    etudiant = lue.inscription.etudiant
    longueur = {"annee": 4, "mois": 7}.get(etudiant.precision_naissance, 10)
    return etudiant.date_naissance.isoformat()[:longueur]
