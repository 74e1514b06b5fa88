"""The two doors of the API as a registrar and an administration use them, for one student at a time."""

from typing import Any

import orjson
from django.http import HttpResponse
from django.test import Client

from tests import fabriques

UAI = "0311384L"
RECIPIENT = "13002526500013"


class Portes:
    """A university that declares its students, and an administration that asks about them."""

    def __init__(self) -> None:
        fabriques.etablissement(uai=UAI, nom="Université d'essai", code_commune="31555")
        self._ecriture = fabriques.jeton(ecriture=True, sans_quota=True, uais=[UAI])
        self._lecture = fabriques.jeton(
            "mesri_identite", "mesri_admissions", "mesri_inscription_etudiant", sans_quota=True
        )
        self._client = Client()

    def declarer(
        self, *, naissance: str = "2004-03-27", ine: str = "", uai: str = UAI, **identite: Any
    ) -> Any:
        """POST of a student's first enrolment: `nomNaissance`, `prenoms`… are their identity; `...` removes a key."""
        debut = fabriques.rentree()
        complete = {"nomNaissance": "Martin", "prenoms": ["Camille"], "sexe": "F"} | identite
        corps = {
            "ine": ine or fabriques.ine(),
            "dateNaissance": naissance,
            "uai": uai,
            "dateDebutInscription": debut.isoformat(),
            "dateFinInscription": debut.replace(year=debut.year + 1, month=8, day=31).isoformat(),
            "statut": "inscrit",
            "identite": {cle: valeur for cle, valeur in complete.items() if valeur is not ...},
        }
        return self._client.post(
            "/api/inscription",
            orjson.dumps(corps),
            content_type="application/json",
            headers=self._ecriture.cle,
        )

    def enregistrer(self, **identite: Any) -> list[dict[str, str]]:
        """The same, taken; the notices of the answer."""
        response = self.declarer(**identite)
        assert response.status_code == 200, response.content
        avis: list[dict[str, str]] = response.json().get("avis", [])
        return avis

    def demander(self, *, naissance: str = "2004-03-27", **parametres: Any) -> HttpResponse:
        """GET v3 by identity; `prenoms` is `prenoms[]`, `...` removes a parameter."""
        annee, mois, jour = naissance.split("-")
        demandes = {
            "recipient": RECIPIENT,
            "nomNaissance": "Martin",
            "prenoms": "Camille",
            "anneeDateNaissance": annee,
            "moisDateNaissance": mois,
            "jourDateNaissance": jour,
            "sexeEtatCivil": "F",
        } | parametres
        if "prenoms" in demandes:
            demandes["prenoms[]"] = demandes.pop("prenoms")
        return self._client.get(
            "/v3/mesri/statut_etudiant/identite",
            {cle: valeur for cle, valeur in demandes.items() if valeur is not ...},
            headers=self._lecture.bearer,
        )

    def demander_v2(self, **parametres: str) -> HttpResponse:
        return self._client.get("/api/v2/etudiants", parametres, headers=self._lecture.cle)

    def trouve(self, **parametres: Any) -> bool:
        """Whether v3 finds the one student; a refusal of the parameters fails."""
        response = self.demander(**parametres)
        assert response.status_code in (200, 404), response.content
        if response.status_code == 404:
            assert codes(response) == ["25003"], response.content
        return response.status_code == 200


def codes(response: HttpResponse) -> list[str]:
    return [erreur["code"] for erreur in orjson.loads(response.content)["errors"]]
