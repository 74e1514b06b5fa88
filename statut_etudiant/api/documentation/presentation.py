"""The first thing that is read of the API's documentation."""

from habilitations.scopes import CATALOGUE

_SCOPES = "\n".join(f"| `{scope.nom}` | {scope.label} |" for scope in CATALOGUE)

PRESENTATION = f"""\
Vérifier qu'une personne est inscrite ou admise dans un établissement de l'enseignement supérieur, et, pour les
établissements, déclarer les inscriptions.

## S'authentifier

Chaque appel porte le jeton de l'habilitation, dans l'en-tête `X-Api-Key` ou `Authorization: Bearer`. Jamais dans
l'adresse : un jeton qui y est trouvé est considéré comme divulgué, et révoqué.

| jeton | usage |
|---|---|
| `ase_l_…` | lire |
| `ase_e_…` | écrire, pour les établissements de l'habilitation |
| `ase_k_…` | lire ses propres demandes, habilitations et événements (`/api/v1/`) : une clé d'organisation |
| `ase_t_…` | essayer, parmi des étudiants fictifs : aucun autre jeton ne les voit, et il n'en voit pas d'autres |

## Ce qu'un jeton ouvre

Un étudiant qui n'a rien dans ce que le jeton ouvre est introuvable, exactement comme s'il n'existait pas.

| scope | donnée |
|---|---|
{_SCOPES}

## Quota

20 appels dans toute seconde glissante par jeton, sauf accord particulier. Les appels refusés ne comptent pas. Les
en-têtes `RateLimit-Limit`, `RateLimit-Remaining` et `RateLimit-Reset` disent où il en est ; au-delà, 429 et
`Retry-After`.

## Réponses

Toujours du JSON, même pour une adresse inconnue (sauf le CSV demandé comme tel) ; jamais de redirection. Chaque réponse
porte un `X-Request-ID`, à donner au support.
"""
