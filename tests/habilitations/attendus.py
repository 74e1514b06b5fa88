"""What each act needs and does, written by hand from the specification: never read from the code."""

ETATS = ["brouillon", "soumise", "modifications_demandees", "validee", "refusee", "revoquee", "archivee"]

#: act → (states of a first request, states of a reopened one, qualities, state reached or None)
ATTENDU = {
    "soumettre": (
        {"brouillon", "modifications_demandees"},
        {"brouillon", "modifications_demandees"},
        {"demandeur"},
        "soumise",
    ),
    "demander_modifications": ({"soumise"}, {"soumise"}, {"instructeur"}, "modifications_demandees"),
    "valider": ({"soumise"}, {"soumise"}, {"instructeur"}, "validee"),
    "refuser": ({"soumise"}, set(), {"instructeur"}, "refusee"),
    "refuser_reouverture": (set(), {"soumise"}, {"instructeur"}, "validee"),
    "revoquer": (
        {"validee"},
        {"brouillon", "soumise", "modifications_demandees"},
        {"instructeur"},
        "revoquee",
    ),
    "rouvrir": ({"validee"}, set(), {"demandeur"}, "brouillon"),
    "annuler_reouverture": (
        set(),
        {"brouillon", "soumise", "modifications_demandees"},
        {"demandeur"},
        "validee",
    ),
    "annuler_reouverture_instructeur": (
        set(),
        {"brouillon", "soumise", "modifications_demandees"},
        {"instructeur"},
        "validee",
    ),
    # A reopened draft has an active habilitation: it is not archived.
    "archiver": ({"brouillon", "refusee", "revoquee"}, set(), {"demandeur", "instructeur"}, "archivee"),
    "transferer": (
        set(ETATS) - {"archivee"},
        {"brouillon", "soumise", "modifications_demandees"},
        {"demandeur", "instructeur", "administrateur"},
        None,
    ),
    # Only once the request is proposed to somebody, which the scene does first.
    "accepter_transfert": (
        set(ETATS) - {"archivee"},
        {"brouillon", "soumise", "modifications_demandees"},
        {"destinataire"},
        None,
    ),
    "decliner_transfert": (
        set(ETATS) - {"archivee"},
        {"brouillon", "soumise", "modifications_demandees"},
        {"destinataire"},
        None,
    ),
    "annuler_transfert": (
        set(ETATS) - {"archivee"},
        {"brouillon", "soumise", "modifications_demandees"},
        {"demandeur", "instructeur", "administrateur"},
        None,
    ),
    # Only once its applicant has left, which the scene does first.
    "reprendre": (
        set(ETATS) - {"archivee"},
        {"brouillon", "soumise", "modifications_demandees"},
        {"collegue"},
        None,
    ),
    "prendre_en_charge": (
        {"soumise", "modifications_demandees"},
        {"soumise", "modifications_demandees"},
        {"instructeur"},
        None,
    ),
    "rendre": (
        {"soumise", "modifications_demandees"},
        {"soumise", "modifications_demandees"},
        {"instructeur"},
        None,
    ),
}
