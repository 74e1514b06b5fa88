"""What integrators are told that no trigger sees happen (`Fait`; the others are written by migration `webhooks`)."""

from django.db import connection

_FIN_PROCHE = """
INSERT INTO habilitations_fait (cle, type, organisation_id, habilitation_id, details, unicite)
SELECT gen_random_uuid(), 'jeton.expire_bientot', j.organisation_id, j.habilitation_id,
    habilitations_details_de_jeton(j) || jsonb_build_object('jours', %s::int), %s
FROM habilitations_jeton j WHERE j.id = %s
ON CONFLICT (unicite) DO NOTHING
"""


def publier_la_fin_proche(*, jeton_id: int, jours: int, cle: str) -> None:
    """That a token has so many days left. `cle`: told once for it."""
    with connection.cursor() as curseur:
        curseur.execute(_FIN_PROCHE, [jours, f"jeton.expire_bientot:{jeton_id}:{cle}", jeton_id])
