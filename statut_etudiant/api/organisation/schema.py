"""`/api/v1/`, as the OpenAPI document describes it: bodies, then operations."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view

from habilitations.integrateurs.types import LIBELLES
from habilitations.models import Demande, Habilitation
from statut_etudiant.api.documentation.briques import (
    EXEMPLE_UAI,
    Schema,
    entier,
    instant,
    liste,
    objet,
    objet_ferme,
    ref,
    texte,
)
from statut_etudiant.api.documentation.commun import (
    JSON,
    Reponses,
    dans_l_entete,
    dans_le_chemin,
    erreurs_v2_,
    pagination,
    parametres_du_filtre,
    succes,
)
from statut_etudiant.api.organisation import parametres, vue

ORGANISATION = "Organisation"
CLE: Any = [{"Clé": []}]

_ERREURS = (
    "cle_absente", "cle_inconnue", "cle_expiree", "cle_revoquee", "portee_absente", "quota_de_cle", "jeton_dans_url",
    "requete_refusee", "base_indisponible", "maintenance", "anomalie",
)  # fmt: skip
_SUIVANT = "Valeur de « curseur » de la page suivante. Absente de la dernière."


def _commun(lettre: str) -> Schema:
    return {
        "numero": texte("Numéro.", f"{lettre}42"),
        "genre": texte("Genre.", "lecture", enum=Habilitation.Type.values),
        "intitule": texte("Intitulé du projet.", "Tarif étudiant des transports"),
        "scopes": liste(
            {"type": "string"},
            description="Données à lire.",
            example=["mesri_identite", "mesri_inscriptions"],
        ),
        "uais": liste(
            {"type": "string"}, description="Établissements pour lesquels écrire.", example=[EXEMPLE_UAI]
        ),
        "page": texte("Sa page sur le portail.", "https://statut-etudiant.example/demandes/42", format="uri"),
    }


SCHEMAS: Schema = {
    "DemandeDHabilitation": objet_ferme(
        {
            **_commun("D"),
            "etat": texte("État.", "soumise", enum=Demande.Etat.values),
            "habilitation": texte("Habilitation qu'elle a donnée.", "H17"),
            "creeeLe": instant("Quand elle a été commencée."),
            "modifieeLe": instant("Sa dernière modification."),
            "soumiseLe": instant("Quand elle a été soumise."),
            "decideeLe": instant("Quand le ministère a décidé."),
        },
        exige=("numero", "genre", "etat", "creeeLe", "modifieeLe", "page"),
    ),
    "Habilitation": objet_ferme(
        {
            **_commun("H"),
            "etat": texte("État.", "active", enum=Habilitation.Etat.values),
            "appelsParSeconde": entier("Appels de ses jetons, par seconde.", 20),
            "valideeLe": instant("Quand elle a été validée."),
            "revoqueeLe": instant("Quand elle a été révoquée."),
        },
        exige=("numero", "genre", "etat", "intitule", "appelsParSeconde", "valideeLe", "page"),
    ),
    "EvenementDOrganisation": objet_ferme(
        {
            "id": texte("Identifiant.", "7c1f4f0e-3f0a-4c55-9d4e-1f4f2a3b9a10", format="uuid"),
            "type": texte("Type.", "demande.valider", enum=sorted(LIBELLES)),
            "instant": instant("Quand c'est arrivé."),
            "organisation": objet_ferme(
                {"siret": texte("SIRET de l'organisation.", "13002526500013")}, exige=("siret",)
            ),
            "donnees": objet(
                {
                    "demande": texte("Numéro de la demande.", "D42"),
                    "habilitation": texte("Numéro de l'habilitation.", "H17"),
                    "etat": texte("État où la demande est arrivée.", "validee"),
                }
            ),
        },
        exige=("id", "type", "instant", "organisation", "donnees"),
    ),
    "CommencerUneDemande": objet_ferme(
        {
            "formulaire": texte(
                "Identifiant du formulaire, que porte le lien donné par l'éditeur.",
                "7d2b6c1e-0f4a-4c1b-9a54-2f6d0f8e3b11",
                format="uuid",
            )
        },
        exige=("formulaire",),
    ),
    "DemandesDHabilitation": objet_ferme(
        {"demandes": liste(ref("DemandeDHabilitation")), "suivant": texte(_SUIVANT, "D17")},
        exige=("demandes",),
    ),
    "Habilitations": objet_ferme(
        {"habilitations": liste(ref("Habilitation")), "suivant": texte(_SUIVANT, "H12")},
        exige=("habilitations",),
    ),
    "EvenementsDOrganisation": objet_ferme(
        {
            "evenements": liste(ref("EvenementDOrganisation")),
            "suivant": texte(
                "Valeur de « curseur » d'où reprendre, donnée même sur la dernière page : gardez-la, et les appels "
                "suivants ne donneront que le nouveau.",
                "81234-907",
            ),
        },
        exige=("evenements",),
    ),
}

_SI_CHANGE = dans_l_entete(
    "If-None-Match",
    "ETag de la réponse précédente : 304, sans corps, si rien n'a changé.",
    {"type": "string"},
)
_INCHANGE: Reponses = {(304, JSON): OpenApiResponse(None, "Rien n'a changé.")}


def _lister(nom: str, resume: str, description: str, filtre: Any, schema: str, exemple: str) -> Any:
    return extend_schema_view(
        get=extend_schema(
            operation_id=nom,
            summary=resume,
            description=description,
            tags=[ORGANISATION],
            auth=CLE,
            parameters=[*parametres_du_filtre(filtre, {}), *pagination(exemple), _SI_CHANGE],
            request=None,
            responses=succes(schema, "Une page de la liste.")
            | _INCHANGE
            | erreurs_v2_(*_ERREURS, parametres=("curseur",)),
        )
    )


def _lire(nom: str, resume: str, schema: str, exemple: str) -> Any:
    return extend_schema_view(
        get=extend_schema(
            operation_id=nom,
            summary=resume,
            description="Un numéro qui n'est pas de l'organisation répond comme un numéro qui n'existe pas.",
            tags=[ORGANISATION],
            auth=CLE,
            parameters=[dans_le_chemin("numero", "Numéro.", exemple), _SI_CHANGE],
            request=None,
            responses=succes(schema, "Trouvée.") | _INCHANGE | erreurs_v2_(*_ERREURS, "objet_inconnu"),
        )
    )


_lister(
    "lister_demandes",
    "Demandes de l'organisation",
    "De la plus récente à la plus ancienne. Droit demandes:lire.",
    parametres.FiltreDemandes,
    "DemandesDHabilitation",
    "D17",
)(vue.Demandes)
extend_schema_view(
    post=extend_schema(
        operation_id="commencer_demande",
        summary="Commencer une demande par le formulaire d'un éditeur",
        description="Le demandeur est la personne qui a créé la clé : elle relit le brouillon, le complète et le "
        "soumet sur le portail. Tant qu'il est un brouillon, le même appel redonne le même (200). "
        "Droit demandes:commencer.",
        tags=[ORGANISATION],
        auth=CLE,
        request={"application/json": ref("CommencerUneDemande")},
        responses=succes("DemandeDHabilitation", "Le brouillon vient d'être créé.", statut=201)
        | succes("DemandeDHabilitation", "Le brouillon existait déjà.")
        | erreurs_v2_(*_ERREURS, "auteur_parti", "demande_refusee", parametres=("formulaire", "corps")),
    )
)(vue.Demandes)
_lire("lire_demande", "Une demande", "DemandeDHabilitation", "D42")(vue.UneDemande)
_lister(
    "lister_habilitations",
    "Habilitations de l'organisation",
    "De la plus récente à la plus ancienne. Droit habilitations:lire.",
    parametres.FiltreHabilitations,
    "Habilitations",
    "H12",
)(vue.Habilitations)
_lire("lire_habilitation", "Une habilitation", "Habilitation", "H17")(vue.UneHabilitation)
_lister(
    "lister_evenements",
    "Événements de l'organisation",
    "Ceux que reçoivent les webhooks, du plus ancien au plus récent, pendant un an. Droit evenements:lire.",
    parametres.FiltreEvenements,
    "EvenementsDOrganisation",
    "81234-907",
)(vue.Evenements)
