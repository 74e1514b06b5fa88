"""What an agent does of a list: send it, say what its columns are, have it verified, erase it.

Nothing of a file is opened here: a worker reads it (`moteur`).
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from habilitations.models import Compte
from referentiel import reveil
from referentiel.chiffrement import chiffrer
from referentiel.imports.lecture.ouverture import refuser_d_emblee
from statut_etudiant.guichet.listes import colonnes, secret
from statut_etudiant.guichet.models import Agent, Liste
from statut_etudiant.guichet.refus import ListeRefusee

TACHE = "statut_etudiant.guichet.tasks.traiter_listes"
LIGNES_MAXIMUM = 5_000
MEGAOCTETS = 5
#: Lists of one person that wait for a worker, or for them.
EN_SUSPENS_MAXIMUM = 3


@transaction.atomic
def recevoir(*, agent: Agent, compte: Compte, dossier: str, nom_fichier: str, contenu: bytes) -> Liste:
    """Keep a file, to be read. Raises ListeRefusee, FichierIllisible."""
    if not contenu:
        raise ListeRefusee("Ce fichier est vide. Vérifiez qu'il est bien enregistré, puis recommencez.")
    refuser_d_emblee(contenu[:512])
    # Their account, so that two windows do not pass together.
    Compte.objects.select_for_update().get(pk=compte.pk)
    if Liste.objects.filter(compte=compte, finie_le__isnull=True).count() >= EN_SUSPENS_MAXIMUM:
        raise ListeRefusee(
            f"Vous avez déjà {EN_SUSPENS_MAXIMUM} listes en cours : attendez la fin de l'une d'elles, ou effacez-la."
        )
    liste = Liste.objects.create(
        demande_id=agent.demande_id,
        compte=compte,
        dossier=dossier,
        nom_fichier=nom_fichier[-255:],
        contenu=chiffrer(contenu),
    )
    transaction.on_commit(reveiller)
    return liste


@transaction.atomic
def confirmer(*, liste_id: int, choix: Sequence[str]) -> Liste:
    """Have it verified, its columns being these. Raises ListeRefusee."""
    liste = Liste.objects.select_for_update().get(pk=liste_id)
    if liste.etat != Liste.Etat.A_CONFIRMER:
        raise ListeRefusee("Cette liste n'est plus à confirmer.")
    if len(choix) != len(secret.ouvrir(liste.titres)) or not set(choix) <= {"", *colonnes.CHAMPS}:
        raise ListeRefusee("L'une des colonnes choisies n'est pas dans le fichier : rechargez la page.")
    if dites := colonnes.erreurs(choix):
        raise ListeRefusee(" ".join(dites))
    liste.colonnes, liste.etat, liste.tentatives = list(choix), Liste.Etat.EN_COURS, 0
    liste.bail_jusqua = None
    liste.servie_le = timezone.now()
    liste.save(update_fields=["colonnes", "etat", "tentatives", "bail_jusqua", "servie_le"])
    transaction.on_commit(reveiller)
    return liste


@transaction.atomic
def effacer(*, liste_id: int) -> None:
    """Forget its lines now; the work stops if it goes on. What was consulted stays in the journal."""
    liste = Liste.objects.select_for_update().get(pk=liste_id)
    liste.lignes_lues.all().delete()
    champs: dict[str, object] = {"effacee_le": Now(), "contenu": None, "titres": None, "executant": ""}
    if liste.finie_le is None:
        champs |= {"etat": Liste.Etat.INTERROMPUE, "finie_le": Now(), "message": "Vous l'avez effacée."}
    Liste.objects.filter(pk=liste.pk).update(**champs)


def reveiller() -> None:
    """Tell a worker that a list waits. A broker that is away delays the work by one sweep, and nothing else."""
    reveil.reveiller(TACHE)
