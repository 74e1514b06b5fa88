"""The work on a list: its file read, then its lines verified one by one, each as a look-up in the page would be.

A few lines, their rows of the journal and their answers are one transaction: whatever stops, no line is asked twice nor
answered without a trace. The quota of the files of a habilitation sets the pace (`GUICHET_LIGNES_PAR_SECONDE`).
"""

import io
import logging
import time
from collections import Counter

from django.db import transaction
from django.utils import timezone

from habilitations.jetons.ouverture import INCONNU, OUVERT, QUOTA
from referentiel.chiffrement import Indechiffrable, dechiffrer
from referentiel.imports.lecture.erreurs import FichierIllisible, LigneIllisible
from referentiel.imports.lecture.ouverture import ouvrir
from statut_etudiant import maintenance
from statut_etudiant.guichet import reponses, verification
from statut_etudiant.guichet.listes import bail, colonnes, secret
from statut_etudiant.guichet.listes.depot import LIGNES_MAXIMUM
from statut_etudiant.guichet.models import Agent, LigneDeListe, Liste
from statut_etudiant.guichet.saisie import SaisieRefusee
from statut_etudiant.guichet.verification import Demandeur, Question

journal = logging.getLogger(__name__)

#: Seconds that a worker gives to a list before it looks whether another waits.
TRANCHE = 5.0
#: Seconds between two tries while the quota is used up, and between two tellings of how far the work is.
PAUSE, PAS = 0.05, 1.0
#: Lines of one transaction.
BLOC = 20
FINI = "fini"
Issue = LigneDeListe.Issue

_TROP_DE_LIGNES = (
    f"Cette liste a plus de {LIGNES_MAXIMUM} lignes : partagez-la en plusieurs fichiers, chacun avec la ligne "
    "de titres."
)
_JSON = "Déposez un fichier CSV, .xlsx ou .ods."
_ILLISIBLE = "Le contenu de cette liste ne peut plus être lu : envoyez-la de nouveau."
_PANNE = "Le travail s'est interrompu à chaque tentative. Contactez-nous avec le numéro de la liste."


def avancer(liste: Liste) -> None:
    """Do a slice of what this list waits for. Raises BailPerdu."""
    try:
        if liste.etat == Liste.Etat.ANALYSE:
            _lire(liste)
        else:
            _verifier(liste)
    except Indechiffrable:
        finir(liste, Liste.Etat.INTERROMPUE, _ILLISIBLE)


def abandonner(liste: Liste) -> None:
    """End a list that stops its worker each time."""
    finir(liste, Liste.Etat.INTERROMPUE, _PANNE)


def finir(liste: Liste, etat: str, message: str = "") -> None:
    bail.ecrire(
        liste,
        etat=etat,
        message=message,
        finie_le=timezone.now(),
        bail_jusqua=None,
        contenu=None,
        **_comptes(liste),
    )


# --- the file


def _lire(liste: Liste) -> None:
    try:
        format_, titres, lignes = _ouvrir(liste)
    except FichierIllisible as refus:
        finir(liste, Liste.Etat.REFUSEE, refus.message)
        return
    with transaction.atomic():
        bail.laisser(
            liste,
            etat=Liste.Etat.A_CONFIRMER,
            format=format_,
            titres=secret.fermer(titres),
            colonnes=colonnes.detecter(titres),
            contenu=None,
            lignes=len(lignes),
            tentatives=0,
        )
        LigneDeListe.objects.bulk_create(lignes, batch_size=1000)


def _ouvrir(liste: Liste) -> tuple[str, list[str], list[LigneDeListe]]:
    """Its format, its titles, its lines; those that cannot be cut into cells are to be corrected. Raises
    FichierIllisible."""
    with io.BytesIO(dechiffrer(bytes(liste.contenu or b""))) as fichier:
        lecture = ouvrir(fichier, liste.nom_fichier)
        if lecture.entetes is None:
            raise FichierIllisible(_JSON)
        lignes: list[LigneDeListe] = []
        for numero, rangee in lecture.lignes():
            if len(lignes) >= LIGNES_MAXIMUM:
                raise FichierIllisible(_TROP_DE_LIGNES)
            ligne = LigneDeListe(liste=liste, numero=numero)
            if isinstance(rangee, LigneIllisible):
                ligne.cellules = secret.fermer(rangee.cellules)
                ligne.issue, ligne.reponse = _refuser(rangee.signalement.message)
            else:
                ligne.cellules = secret.fermer(rangee)
            lignes.append(ligne)
        return lecture.format, lecture.entetes, lignes


# --- its lines


def _verifier(liste: Liste) -> None:
    lecteur = lecteur_de(liste)
    fin, dire = time.monotonic() + TRANCHE, time.monotonic() + PAS
    while True:
        etat = un_bloc(liste, lecteur)
        if etat == QUOTA:
            time.sleep(PAUSE)
        elif etat == FINI:
            finir(liste, Liste.Etat.TERMINEE)
            return
        elif etat != OUVERT:
            finir(liste, Liste.Etat.INTERROMPUE, reponses.REFUS[etat])
            return
        if time.monotonic() > fin or maintenance.en_cours() is not None:
            bail.laisser(liste, tentatives=0, **_comptes(liste))
            return
        if time.monotonic() > dire:
            bail.renouveler(liste, tentatives=0, **_comptes(liste))
            dire = time.monotonic() + PAS


def lecteur_de(liste: Liste) -> colonnes.Lecteur:
    return colonnes.Lecteur(secret.ouvrir(liste.titres), liste.colonnes)


@transaction.atomic
def un_bloc(liste: Liste, lecteur: colonnes.Lecteur) -> str:
    """The next lines. The state of the opening that ends the work, or has it wait; FINI when none was left."""
    lignes = list(
        LigneDeListe.objects.select_for_update()
        .filter(liste=liste, liste__executant=liste.executant, issue="")
        .order_by("numero")[:BLOC]
    )
    if not lignes:
        return FINI
    a_chercher: list[tuple[LigneDeListe, colonnes.Lue]] = []
    for ligne in lignes:
        try:
            a_chercher.append((ligne, lecteur.lire(secret.ouvrir(ligne.cellules))))
        except SaisieRefusee as refus:
            ligne.issue, ligne.reponse = _refuser(" ".join(refus.erreurs.values()))
    etat = _chercher(liste, a_chercher)
    LigneDeListe.objects.bulk_update([ligne for ligne in lignes if ligne.issue], ["issue", "reponse"])
    return etat


def _chercher(liste: Liste, lignes: list[tuple[LigneDeListe, colonnes.Lue]]) -> str:
    if not lignes:
        return OUVERT
    agent = _agent(liste)
    if agent is None:
        return INCONNU
    verdicts = verification.verifier_ensemble(
        Demandeur(agent, liste.compte_id, liste.dossier),
        [Question(lue.recherche, f"{liste.cle}:{ligne.numero}") for ligne, lue in lignes],
    )
    for (ligne, lue), verdict in zip(lignes, verdicts, strict=True):
        if verdict.etat == OUVERT:
            ligne.issue = Issue.INTROUVABLE if verdict.donnees is None else Issue.TROUVE
            ligne.reponse = secret.fermer({"donnees": verdict.donnees, "remarques": lue.remarques})
    return next((verdict.etat for verdict in verdicts if verdict.etat != OUVERT), OUVERT)


def _agent(liste: Liste) -> int | None:
    """The designation in force under which it goes on: it may have been renewed meanwhile."""
    designes = Agent.objects.designes().filter(demande=liste.demande_id, compte=liste.compte_id)
    return designes.values_list("pk", flat=True).first()


def _refuser(message: str) -> tuple[str, bytes]:
    return Issue.ILLISIBLE, secret.fermer({"donnees": None, "remarques": [message]})


def _comptes(liste: Liste) -> dict[str, int]:
    """Of the lines themselves: they alone say what was done."""
    issues = Counter(
        LigneDeListe.objects.filter(liste=liste).exclude(issue="").values_list("issue", flat=True)
    )
    return {
        "trouvees": issues[Issue.TROUVE],
        "introuvables": issues[Issue.INTROUVABLE],
        "illisibles": issues[Issue.ILLISIBLE],
    }
