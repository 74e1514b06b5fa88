"""What a genre of mail is: whether it carries a secret."""

#: Mails that carry a link which opens something by itself. Their words are erased once they have left, and shown to
#: nobody meanwhile.
A_USAGE_UNIQUE = frozenset(
    {
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
