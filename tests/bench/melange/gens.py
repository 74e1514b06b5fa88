"""Who uses the service during the mix: each in a thread, at their own pace, on a connection of their own."""

import http.client
import random
import threading
import time
from collections import Counter, defaultdict
from datetime import date
from typing import Any

import orjson

from referentiel.calendrier import debut_annee_universitaire
from referentiel.generation.numeros import Numeros
from referentiel.generation.personnes import personnes
from tests.bench.melange.monde import UAI

DELAI = 30
RECIPIENT = "13002526500013"
#: People and INEs that the declarations draw from.
INVENTEES, POSSIBLES = 5_000, 1_000_000


class Releves:
    """What everybody saw: how long each kind of thing took (ms), and what was not as it should."""

    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self.durees: dict[str, list[float]] = defaultdict(list)
        self.erreurs: Counter[str] = Counter()

    def noter(self, quoi: str, duree: float) -> None:
        with self._verrou:
            self.durees[quoi].append(duree * 1000)

    def refuser(self, quoi: str, pourquoi: str) -> None:
        with self._verrou:
            self.erreurs[f"{quoi} : {pourquoi}"] += 1


class Personne(threading.Thread):
    """One thing after the other until `fin`; `pause`: seconds between two, on average."""

    def __init__(
        self, port: int, releves: Releves, fin: threading.Event, *, pause: float, graine: int
    ) -> None:
        super().__init__(daemon=True)
        self.releves, self.fin, self.pause = releves, fin, pause
        self.hasard = random.Random(graine)
        self._port = port
        self._connexion = self._ouvrir()

    def _ouvrir(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=DELAI)

    def run(self) -> None:
        self.fin.wait(self.hasard.uniform(0, self.pause))
        while not self.fin.is_set():
            debut = time.perf_counter()
            try:
                self.agir()
            except (KeyError, TypeError, ValueError) as erreur:  # an answer that is not what was expected
                self.releves.refuser(type(self).__name__, f"réponse illisible ({type(erreur).__name__})")
            attente = self.hasard.uniform(0.5, 1.5) * self.pause - (time.perf_counter() - debut)
            self.fin.wait(max(0.0, attente))
        self._connexion.close()

    def agir(self) -> None:
        raise NotImplementedError

    def demander(
        self, quoi: str, methode: str, adresse: str, *, attendus: tuple[int, ...] = (200,), **reste: Any
    ) -> bytes:
        debut = time.perf_counter()
        try:
            self._connexion.request(methode, adresse, **reste)
            reponse = self._connexion.getresponse()
            corps = reponse.read()
        except (OSError, http.client.HTTPException) as erreur:
            self._connexion.close()
            self._connexion = self._ouvrir()
            self.releves.refuser(quoi, type(erreur).__name__)
            return b""
        self.releves.noter(quoi, time.perf_counter() - debut)
        if reponse.status not in attendus:
            self.releves.refuser(quoi, str(reponse.status))
        return corps


class Visiteur(Personne):
    """Goes through the pages that are theirs."""

    def __init__(
        self, *arguments: Any, pages: list[tuple[str, str]], session: str | None, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self._pages = pages
        self._entetes = {"Cookie": f"sessionid={session}"} if session else {}

    def agir(self) -> None:
        nom, adresse = self.hasard.choice(self._pages)
        self.demander(nom, "GET", adresse, headers=self._entetes)


class Appelant(Personne):
    """Asks for students by INE, one in ten that nobody is."""

    def __init__(self, *arguments: Any, jeton: str, ines: list[str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._ines = ines
        self._entetes = {"Authorization": f"Bearer {jeton}"}

    def agir(self) -> None:
        inconnu = self.hasard.random() < 0.1
        ine = "0000000000Z" if inconnu else self.hasard.choice(self._ines)
        self.demander(
            "API, lecture par INE",
            "GET",
            f"/v3/mesri/statut_etudiant/ine?recipient={RECIPIENT}&ine={ine}",
            headers=self._entetes,
            attendus=(404, 422) if inconnu else (200,),
        )


class Etablissement(Personne):
    """Declares enrolments, one by one, or by `lot` of so many."""

    def __init__(
        self, *arguments: Any, jeton: str, inventees: list[dict[str, Any]], lot: int = 0, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self._lot = lot
        self._entetes = {"X-API-Key": jeton, "Content-Type": "application/json"}
        self._inventees, self._numeros = inventees, Numeros(POSSIBLES)

    def agir(self) -> None:
        if not self._lot:
            corps = orjson.dumps(self._un())
            self.demander(
                "API, écriture d'une inscription",
                "POST",
                "/api/inscription",
                body=corps,
                headers=self._entetes,
            )
            return
        corps = orjson.dumps([self._un() for _ in range(self._lot)])
        debut = time.perf_counter()
        recu = self.demander(
            f"API, envoi de {self._lot} inscriptions", "POST", "/api/inscriptions",
            body=corps, headers=self._entetes, attendus=(200, 202),
        )  # fmt: skip
        if recu:
            self._suivre(str(orjson.loads(recu)["lot"]["id"]), debut)

    def _un(self) -> dict[str, Any]:
        """A student, always with the same INE: the birth date of another would be refused."""
        rang = self.hasard.randrange(POSSIBLES)
        return {"ine": self._numeros.ine(rang), **self._inventees[rang % len(self._inventees)]}

    def _suivre(self, cle: str, debut: float) -> None:
        """Until the worker has written them all."""
        quoi = f"dépôt de {self._lot} inscriptions, fini"
        while time.perf_counter() - debut < 60:
            etat = orjson.loads(
                self.demander("API, suivi d'un lot", "GET", f"/api/lots/{cle}", headers=self._entetes)
                or b"{}"
            ).get("etat")
            if etat == "termine":
                self.releves.noter(quoi, time.perf_counter() - debut)
                return
            if etat not in ("en_attente", "en_cours"):
                break
            time.sleep(0.2)
        self.releves.refuser(quoi, "pas fini")


def inventer() -> list[dict[str, Any]]:
    """Enrolments without their INE. Made once, before anybody comes: it takes the interpreter that they share."""
    rentree = debut_annee_universitaire(date.today())  # noqa: DTZ011
    return [
        {
            "dateNaissance": str(personne.naissance),
            "identite": {
                "nomNaissance": personne.nom,
                "prenoms": list(personne.prenoms),
                "sexe": personne.sexe or "F",
            },
            "uai": UAI,
            "dateDebutInscription": f"{rentree.year}-09-01",
            "dateFinInscription": f"{rentree.year + 1}-08-31",
            "statut": "inscrit",
        }
        for personne in personnes(random.Random(0), INVENTEES, rentree=rentree)
    ]
