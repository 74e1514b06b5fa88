"""Counting the calls of each token, by day and status, for its holder's consumption page."""

from django.db import connection

from statut_etudiant.api.jours import jour, tranche
from statut_etudiant.differe import Cumul

# A token that is no more (its data erased meanwhile) takes nothing away from the others.
_AJOUTER = """
INSERT INTO habilitations_consommation AS c (jeton_id, jour, statut, appels)
SELECT jeton_id, jour, statut, sum(appels)
FROM unnest(%s::bigint[], %s::date[], %s::int[], %s::int[]) AS x(jeton_id, jour, statut, appels)
JOIN habilitations_jeton j ON j.id = x.jeton_id
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (jeton_id, jour, statut) DO UPDATE SET appels = c.appels + excluded.appels
"""

Cle = tuple[int, int, int]  # token, slice of time, status


class Comptage(Cumul[Cle]):
    nom = "comptage"

    def compter(self, jeton_id: int, statut: int) -> None:
        self.ajouter({(jeton_id, tranche(), statut): 1})

    def enregistrer(self, sommes: dict[Cle, int]) -> None:
        with connection.cursor() as curseur:
            curseur.execute(
                _AJOUTER,
                [
                    [jeton for jeton, _, _ in sommes],
                    [jour(instant) for _, instant, _ in sommes],
                    [statut for _, _, statut in sommes],
                    list(sommes.values()),
                ],
            )


comptage = Comptage()
