"""Each verification of a certificate is in the exchange journal, so on the student's pages, before it is answered."""

import json
from collections.abc import Iterable

from django.db import connection

from referentiel import francais
from referentiel.journal.echanges import SQL_ECHANGES
from referentiel.models import Echange
from statut_etudiant.certificats.models import Certificat

#: Of the journal's rows that verifications write.
INTERFACE = "certificat"
#: What is given of a certificate that is over: that it existed, and until when.
ETAT_SEUL = ("certificat",)
REDUITES = ("identite", "statut", "etablissement", "inscription")


def consigner(
    certificat: Certificat, *, requete: str, categories: Iterable[str], par_lien: bool = False
) -> None:
    """Journal that somebody is about to be shown these categories."""
    quoi = f"attestation {francais.de(certificat.organisation)}" if certificat.organisation else "certificat"
    qui = f"Vérification de votre {quoi}, n° {certificat.numero}"
    ligne = {
        "issue": Echange.Issue.DONNEES.value,
        "requete": requete,
        "organisation": qui + (" (lien de partage)" if par_lien else ""),
        "siret": "",
        "recipient": "",
        "interface": INTERFACE,
        "voie": Echange.Voie.VERIFICATION.value,
        "etudiant_id": certificat.etudiant_id,
        "categories": list(categories),
        "jti_fc": "",
        "appelant": "",
        "dossier": "",
        "editeur": "",
        "editeur_siret": "",
    }
    with connection.cursor() as curseur:
        curseur.execute(SQL_ECHANGES, [json.dumps([ligne])])
