"""What a genre of mail is: what it says, in a few words, and whether it carries a secret."""

#: Genre (its template in `templates/courriels/`) → what people read in place of it.
LIBELLES = {
    "abonnement_a_confirmer": "Abonnement aux nouveautés à confirmer",
    "accuse_reception": "Accusé de réception d'une demande",
    "adresse_a_prouver": "Adresse à prouver",
    "adresse_de_citoyen": "Adresse d'une personne à confirmer",
    "alerte_d_usage": "Alerte d'usage",
    "brouillon_en_attente": "Rappel d'un brouillon",
    "changements_refuses": "Changements refusés",
    "collegue_ajoute": "Collègue ajouté",
    "collegue_retire": "Collègue retiré",
    "compte_existant": "Compte déjà ouvert",
    "contestation_a_repondre": "Rappel d'une consultation contestée",
    "contestation_demandee": "Consultation contestée",
    "contestation_injustifiee": "Consultation contestée, sans justification",
    "contestation_repondue": "Réponse à une consultation contestée",
    "courriel_a_confirmer": "Adresse à confirmer",
    "courriel_change": "Adresse changée",
    "cle_api_divulguee": "Clé d'API divulguée",
    "delegation_donnee": "Habilitation déléguée à un éditeur",
    "delegation_reprise": "Délégation terminée",
    "demande_a_instruire": "Demande à instruire",
    "demande_cedee": "Demande cédée",
    "demande_refusee": "Demande refusée",
    "demande_reprise": "Demande reprise par un collègue",
    "demande_transferee": "Demande transférée",
    "demande_validee": "Demande validée",
    "depot_termine": "Dépôt terminé",
    "editeur_designe": "Espace éditeur ouvert",
    "editeur_retire": "Espace éditeur fermé",
    "franceconnect_scopes": "Données à ouvrir chez FranceConnect",
    "gestion_confiee": "Gestion d'un établissement confiée",
    "gestion_retiree": "Gestion d'un établissement retirée",
    "habilitation_revoquee": "Habilitation révoquée",
    "guichet_agent_designe": "Agent désigné au guichet par un collègue",
    "guichet_alerte": "Vérifications inhabituelles au guichet",
    "guichet_ferme": "Fin du guichet de vérification",
    "guichet_ouvert": "Guichet de vérification ouvert",
    "information_validation": "Information du responsable et du délégué",
    "invitation": "Invitation",
    "jeton_a_retirer": "Jeton à retirer",
    "jeton_divulgue": "Jeton divulgué",
    "jeton_expire_bientot": "Jeton qui expire bientôt",
    "modifications_demandees": "Modifications demandées",
    "modifications_en_attente": "Rappel de modifications demandées",
    "mot_de_passe_change": "Mot de passe changé",
    "mot_de_passe_oublie": "Mot de passe oublié",
    "mot_de_passe_proconnect": "Mot de passe oublié, compte ProConnect",
    "mot_de_passe_sans_compte": "Mot de passe oublié, sans compte",
    "non_informe": "Personne désignée sans connaissance de la demande",
    "nouveau_message": "Nouveau message",
    "nouveautes": "Nouveautés",
    "ouverture_de_compte": "Ouverture de compte",
    "premier_acces": "Premier accès d'une organisation",
    "rattachement_a_verifier": "Rattachement à vérifier",
    "rectification_a_repondre": "Rappel d'une rectification demandée",
    "rectification_demandee": "Rectification demandée",
    "rectification_prolongee": "Réponse à une rectification prolongée",
    "rectification_repondue": "Réponse à une rectification",
    "reouverture_annulee": "Réouverture annulée",
    "transfert_annule": "Transfert annulé",
    "transfert_decline": "Transfert décliné",
    "transfert_en_attente": "Rappel d'un transfert",
    "transfert_propose": "Transfert proposé",
    "transfert_sans_reponse": "Transfert sans réponse",
    "webhook_desactive": "Webhook désactivé",
}


def libelle(genre: str) -> str:
    """What people read: the words of a genre that is no longer sent are its own."""
    return LIBELLES.get(genre, genre.replace("_", " ").capitalize())


#: Mails that carry a link which opens something by itself. Their words are erased once they have left, and shown to
#: nobody meanwhile.
A_USAGE_UNIQUE = frozenset(
    {
        "abonnement_a_confirmer",
        "adresse_a_prouver",
        "adresse_de_citoyen",
        "contestation_a_repondre",
        "contestation_demandee",
        "courriel_a_confirmer",
        "invitation",
        "jeton_a_retirer",
        "mot_de_passe_oublie",
        "ouverture_de_compte",
    }
)
