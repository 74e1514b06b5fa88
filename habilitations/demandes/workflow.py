"""The acts on a request: one table, in the order in which pages show their buttons.

An act absent from the table does not exist; a person whose quality is not listed may not do it; a state not listed does
not allow it. Everything that there is to know of an act is in its entry: pages, mails, history and checks read it
there, and so does the test that compares the database's trigger with it. `habilitations.verifications` tells,
before anything starts, what an entry would lack.
"""

from habilitations.acteur import Acteur, Qualite
from habilitations.courriels import annonces
from habilitations.courriels.annonces import Annonce
from habilitations.demandes import effets, reprises, transferts
from habilitations.demandes.acte import Acte, Mots, Saisie, Texte
from habilitations.models import Demande, ModeleDeMessage

Etat, Usage = Demande.Etat, ModeleDeMessage.Usage
DEMANDEUR, DESTINATAIRE = Qualite.DEMANDEUR, Qualite.DESTINATAIRE
INSTRUCTEUR, ADMINISTRATEUR, COLLEGUE = Qualite.INSTRUCTEUR, Qualite.ADMINISTRATEUR, Qualite.COLLEGUE

#: An archived request changes no more.
VIVANTES = tuple(etat for etat in Etat if etat != Etat.ARCHIVEE)

PROPOSE = "Le transfert de {numero} est proposé : il prendra effet quand la personne l'aura accepté."
PROPOSITION = (
    "La personne a quinze jours pour accepter de devenir le demandeur. L'actuel en est prévenu ; une fois remplacé, il "
    "ne suivra plus la demande ni ses jetons, sauf par son organisation."
)
ANNULATION = "Le demandeur et la personne à qui la demande était proposée en sont prévenus."

ACTES: dict[str, Acte] = {
    acte.nom: acte
    for acte in (
        Acte(
            nom="creer",
            libelle="Créer",
            recit="a créé la demande",
            de=(),
            vers=Etat.BROUILLON,
            pour={
                DEMANDEUR: Mots(
                    "Le brouillon {numero} est créé : il s'enregistre à chaque étape.", suite="demande-etape"
                )
            },
            courriels=(),
        ),
        Acte(
            nom="soumettre",
            libelle="Soumettre la demande",
            recit="a soumis la demande",
            de=(Etat.BROUILLON, Etat.MODIFICATIONS),
            vers=Etat.SOUMISE,
            pour={
                DEMANDEUR: Mots(
                    "La demande {numero} est soumise. Un accusé de réception vous est envoyé.",
                    "Le ministère reçoit la demande et l'instruit en deux mois au plus. Pendant ce temps, vous ne "
                    "pouvez plus la modifier ; vous pourrez écrire aux instructeurs.",
                    "Oui, soumettre la demande",
                )
            },
            courriels=(
                Annonce("accuse_reception", annonces.demandeur),
                Annonce("demande_a_instruire", annonces.instructeurs),
            ),
            preparer=effets.preparer_soumission,
            principal=True,
        ),
        Acte(
            nom="prendre_en_charge",
            libelle="Prendre en charge",
            recit="a pris en charge la demande",
            de=(Etat.SOUMISE, Etat.MODIFICATIONS),
            vers=None,
            pour={INSTRUCTEUR: Mots("Vous avez pris la demande en charge.")},
            courriels=(),
            preparer=effets.prendre_en_charge,
            complement=effets.a_la_place_de,
            empeche=effets.deja_en_charge,
            immediat=True,
        ),
        Acte(
            nom="rendre",
            libelle="Rendre la demande",
            recit="a rendu la demande à l'équipe",
            de=(Etat.SOUMISE, Etat.MODIFICATIONS),
            vers=None,
            pour={INSTRUCTEUR: Mots("La demande est rendue à l'équipe.")},
            courriels=(),
            preparer=effets.rendre,
            empeche=effets.pas_en_charge,
            immediat=True,
        ),
        Acte(
            nom="valider",
            libelle="Valider",
            recit="a validé la demande",
            de=(Etat.SOUMISE,),
            vers=Etat.VALIDEE,
            pour={INSTRUCTEUR: Mots("La demande est validée, le demandeur est prévenu.")},
            courriels=(
                Annonce("demande_validee", annonces.demandeur),
                Annonce("information_validation", annonces.responsables_du_traitement),
                Annonce("franceconnect_scopes", annonces.franceconnect),
            ),
            preparer=effets.preparer_validation,
            accomplir=effets.habiliter,
            envoie_aussi=effets.lien_vers_le_jeton,
            principal=True,
            texte=Texte.FACULTATIF,
            modeles=Usage.VALIDATION,
            saisies=(Saisie.SCOPES, Saisie.DOUTES),
        ),
        Acte(
            nom="demander_modifications",
            libelle="Demander des modifications",
            recit="a demandé des modifications",
            de=(Etat.SOUMISE,),
            vers=Etat.MODIFICATIONS,
            pour={INSTRUCTEUR: Mots("Les modifications sont demandées, le demandeur est prévenu.")},
            courriels=(Annonce("modifications_demandees", annonces.demandeur),),
            preparer=effets.retenir_le_motif,
            texte=Texte.MESSAGE,
            modeles=Usage.MODIFICATIONS,
        ),
        Acte(
            nom="refuser",
            libelle="Refuser",
            recit="a refusé la demande",
            de=(Etat.SOUMISE,),
            vers=Etat.REFUSEE,
            pour={
                INSTRUCTEUR: Mots(
                    "La demande est refusée, le demandeur est prévenu.",
                    "La demande sera close. Le demandeur pourra en présenter une nouvelle, ou contester le refus.",
                )
            },
            courriels=(Annonce("demande_refusee", annonces.demandeur),),
            preparer=effets.preparer_refus,
            reouverture=False,
            texte=Texte.MOTIF,
            modeles=Usage.REFUS,
            dangereux=True,
        ),
        Acte(
            nom="refuser_reouverture",
            libelle="Refuser les changements",
            recit="a refusé les changements demandés",
            de=(Etat.SOUMISE,),
            vers=Etat.VALIDEE,
            pour={
                INSTRUCTEUR: Mots(
                    "Les changements sont refusés, l'habilitation reste telle qu'elle était.",
                    "La demande reviendra telle qu'elle a été validée ; les changements seront perdus.",
                )
            },
            courriels=(Annonce("changements_refuses", annonces.demandeur),),
            preparer=effets.preparer_refus_des_changements,
            accomplir=effets.rendre_ce_qui_est_valide,
            reouverture=True,
            texte=Texte.MOTIF,
            modeles=Usage.REFUS,
            dangereux=True,
        ),
        Acte(
            nom="revoquer",
            libelle="Révoquer l'habilitation",
            recit="a révoqué l'habilitation",
            # Also while its applicant changes it: what is wrong does not wait for them.
            de=(Etat.VALIDEE, Etat.BROUILLON, Etat.SOUMISE, Etat.MODIFICATIONS),
            reouverture=True,
            vers=Etat.REVOQUEE,
            pour={
                INSTRUCTEUR: Mots(
                    "L'habilitation est révoquée, ses jetons ne fonctionnent plus.",
                    "Tous les jetons de l'habilitation seront refusés dès le prochain appel. C'est définitif. Une "
                    "modification en cours est abandonnée.",
                )
            },
            courriels=(
                Annonce("habilitation_revoquee", annonces.demandeur),
                Annonce("habilitation_revoquee", annonces.contact_technique),
            ),
            preparer=effets.preparer_revocation,
            accomplir=effets.revoquer_l_habilitation,
            texte=Texte.MOTIF,
            modeles=Usage.REVOCATION,
            dangereux=True,
        ),
        Acte(
            nom="rouvrir",
            libelle="Modifier l'habilitation",
            recit="a rouvert la demande",
            de=(Etat.VALIDEE,),
            vers=Etat.BROUILLON,
            pour={
                DEMANDEUR: Mots(
                    "La demande {numero} est rouverte : préparez vos changements, puis soumettez-les.",
                    "La demande redevient un brouillon où préparer les changements. L'habilitation et ses jetons "
                    "restent actifs, inchangés, jusqu'à la validation des changements.",
                    "Oui, préparer des changements",
                    "demande-resume",
                )
            },
            courriels=(),
            preparer=effets.preparer_reouverture,
        ),
        Acte(
            nom="annuler_reouverture",
            libelle="Abandonner les changements",
            recit="a abandonné les changements",
            de=(Etat.BROUILLON, Etat.SOUMISE, Etat.MODIFICATIONS),
            vers=Etat.VALIDEE,
            pour={
                DEMANDEUR: Mots(
                    "Les changements sont abandonnés.",
                    "Les changements préparés sont perdus. La demande redevient telle qu'elle a été validée ; "
                    "l'habilitation ne change pas.",
                    "Oui, abandonner les changements",
                )
            },
            courriels=(),
            accomplir=effets.rendre_ce_qui_est_valide,
            reouverture=True,
            dangereux=True,
        ),
        Acte(
            nom="annuler_reouverture_instructeur",
            libelle="Annuler la réouverture",
            recit="a annulé la réouverture",
            de=(Etat.BROUILLON, Etat.SOUMISE, Etat.MODIFICATIONS),
            vers=Etat.VALIDEE,
            pour={
                INSTRUCTEUR: Mots(
                    "La réouverture est annulée, l'habilitation reste telle qu'elle était.",
                    "La demande reviendra telle qu'elle a été validée ; les changements en cours seront perdus.",
                )
            },
            courriels=(Annonce("reouverture_annulee", annonces.demandeur),),
            accomplir=effets.rendre_ce_qui_est_valide,
            reouverture=True,
            texte=Texte.MOTIF,
            modeles=Usage.REOUVERTURE_ANNULEE,
            dangereux=True,
        ),
        Acte(
            nom="archiver",
            libelle="Archiver",
            recit="a archivé la demande",
            de=(Etat.BROUILLON, Etat.REFUSEE, Etat.REVOQUEE),
            vers=Etat.ARCHIVEE,
            pour={
                DEMANDEUR: Mots(
                    "La demande {numero} est archivée.",
                    "La demande est close et ne pourra plus être ni modifiée ni soumise. Elle reste lisible.",
                    "Oui, archiver la demande",
                ),
                INSTRUCTEUR: Mots(
                    "La demande est archivée.",
                    "La demande quittera les listes en cours. Elle ne pourra plus être modifiée.",
                ),
            },
            courriels=(),
            preparer=effets.preparer_archivage,
            accomplir=transferts.abandonner,
            empeche=effets.habilitation_active,
            dangereux=True,
        ),
        Acte(
            nom="transferer",
            libelle="Transférer",
            recit="a proposé de transférer la demande",
            de=VIVANTES,
            vers=None,
            pour={
                DEMANDEUR: Mots(
                    "Le transfert de {numero} est proposé : il prendra effet quand la personne l'aura accepté.",
                    "La personne choisie a quinze jours pour accepter. Elle deviendra alors le demandeur : elle seule "
                    "pourra modifier la demande, écrire aux instructeurs et recevoir les courriels. D'ici là, rien ne "
                    "change.",
                    "Oui, proposer la demande",
                ),
                ADMINISTRATEUR: Mots(PROPOSE, PROPOSITION),
                INSTRUCTEUR: Mots(
                    PROPOSE,
                    f"{PROPOSITION} Qui transfère une demande ne l'instruit plus : un autre instructeur en décidera.",
                ),
            },
            courriels=(
                Annonce("transfert_propose", annonces.destinataire_du_transfert),
                Annonce("transfert_en_attente", annonces.demandeur),
            ),
            preparer=transferts.preparer_proposition,
            accomplir=transferts.proposer,
            empeche=transferts.deja_propose,
            saisies=(Saisie.NOUVEAU_DEMANDEUR,),
            dangereux=True,
        ),
        Acte(
            nom="accepter_transfert",
            libelle="Accepter la demande",
            recit="a accepté de devenir le demandeur",
            de=VIVANTES,
            vers=None,
            pour={
                DESTINATAIRE: Mots(
                    "Vous êtes le demandeur de {numero}.",
                    "Vous devenez le demandeur : personne d'autre ne modifie la demande ni n'écrit aux instructeurs ; "
                    "vous suivez l'habilitation et les jetons qui en viennent. L'ancien demandeur n'y a plus part, "
                    "sauf par son organisation.",
                    "Oui, accepter la demande",
                )
            },
            courriels=(
                Annonce("demande_transferee", annonces.demandeur),
                Annonce("demande_cedee", annonces.ancien_demandeur),
            ),
            preparer=transferts.preparer_acceptation,
            accomplir=transferts.accepter,
            principal=True,
        ),
        Acte(
            nom="decliner_transfert",
            libelle="Décliner",
            recit="a décliné le transfert de la demande",
            de=VIVANTES,
            vers=None,
            pour={
                DESTINATAIRE: Mots(
                    "Vous avez décliné le transfert de {numero}.",
                    "La demande reste à son demandeur, qui en est prévenu.",
                    "Oui, décliner",
                )
            },
            courriels=(Annonce("transfert_decline", annonces.parties_du_transfert),),
            preparer=transferts.preparer_fin,
            accomplir=transferts.decliner,
        ),
        Acte(
            nom="annuler_transfert",
            libelle="Annuler le transfert",
            recit="a annulé le transfert de la demande",
            de=VIVANTES,
            vers=None,
            pour={
                DEMANDEUR: Mots(
                    "Le transfert de {numero} est annulé.",
                    "La personne à qui vous l'aviez proposé en est prévenue ; vous restez le demandeur.",
                    "Oui, annuler le transfert",
                ),
                ADMINISTRATEUR: Mots("Le transfert de {numero} est annulé.", ANNULATION),
                INSTRUCTEUR: Mots("Le transfert de {numero} est annulé.", ANNULATION),
            },
            courriels=(Annonce("transfert_annule", annonces.parties_du_transfert),),
            preparer=transferts.preparer_fin,
            accomplir=transferts.annuler,
            empeche=transferts.rien_de_propose,
            dangereux=True,
        ),
        Acte(
            nom="reprendre",
            libelle="Reprendre la demande",
            recit="a repris la demande de son ancien demandeur",
            de=VIVANTES,
            vers=None,
            pour={
                COLLEGUE: Mots(
                    "Vous êtes le demandeur de {numero}.",
                    "Vous devenez le demandeur à la place de la personne qui est partie : personne d'autre ne "
                    "modifie la demande ni n'écrit aux instructeurs ; vous suivez l'habilitation et ses jetons. "
                    "L'ancien demandeur en est prévenu, et l'historique que lisent les instructeurs le dit.",
                    "Oui, reprendre la demande",
                )
            },
            courriels=(
                Annonce("demande_transferee", annonces.demandeur),
                Annonce("demande_reprise", annonces.ancien_demandeur),
            ),
            preparer=reprises.preparer,
            accomplir=transferts.enregistrer,
            empeche=reprises.pas_encore,
            texte=Texte.DEPART,
            dangereux=True,
        ),
    )
}


def possibles(demande: Demande, acteur: Acteur, qualites: frozenset[Qualite]) -> list[tuple[Acte, Qualite]]:
    """The acts that the person may do on this request in one of these qualities, and in which: a page's buttons.

    `qualites`: of those that the person has on this request, the ones that the page is for.
    """
    trouves = []
    for acte in ACTES.values():
        qualite = next((qualite for qualite in acte.pour if qualite in qualites), None)
        if (
            qualite is not None
            and demande.etat in acte.de
            and acte.applicable(reouverture=demande.est_reouverture)
            and not acte.empeche(demande, acteur)
        ):
            trouves.append((acte, qualite))
    return trouves


def transitions() -> list[tuple[str, str, str]]:
    """(act, from, to): what the database's trigger allows."""
    return [
        (acte.nom, de.value, acte.vers.value)
        for acte in ACTES.values()
        if acte.vers is not None
        for de in acte.de
    ]
