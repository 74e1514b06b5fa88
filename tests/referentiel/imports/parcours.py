"""A file as a person deposits it: one function a step, done by a worker of this process."""

from django.db import connection
from django.utils import timezone

from referentiel import tasks
from referentiel.imports.depots import bail
from referentiel.imports.depots.conduite import confirmer, demander_essai, demander_retrait, recevoir
from referentiel.models import Historique, Lot

COMPTES = (
    "lignes",
    "lignes_lues",
    "creees",
    "modifiees",
    "inchangees",
    "rejetees",
    "etudiants_crees",
    "avis",
)
RETRAIT = ("retirees", "restaurees", "gardees", "etudiants_retires")


def envoyer(octets, **options) -> Lot:
    options = {"nom_fichier": "inscrits.csv", "uais": ["0311384L"], "compte_id": None} | options
    """Sent, and analysed."""
    lot = recevoir(contenu=[octets], **options)
    tasks.traiter_lots()
    return lire(lot)


def lire(lot) -> Lot:
    return Lot.objects.get(pk=lot.pk)


def essayer(lot, *, tout_ou_rien=False) -> Lot:
    demander_essai(lot_id=lot.pk, tout_ou_rien=tout_ou_rien)
    tasks.traiter_lots()
    return lire(lot)


def ecrire(lot, *, choix="") -> Lot:
    confirmer(lot_id=lot.pk, choix=choix)
    tasks.traiter_lots()
    return lire(lot)


def deposer_fichier(octets, **options) -> Lot:
    lot = ecrire(essayer(envoyer(octets, **options)))
    assert lot.etat == "termine", lot.message
    return lot


def retirer(lot) -> Lot:
    demander_retrait(lot_id=lot.pk)
    tasks.traiter_lots()
    return lire(lot)


def valeurs(lot, noms):
    lot = lire(lot)
    return tuple(getattr(lot, nom) for nom in noms)


def reprendre(lot) -> Lot:
    """The lease runs out, and another worker takes the batch up."""
    Lot.objects.filter(pk=lot.pk).update(bail_jusqua=timezone.now() - timezone.timedelta(seconds=1))
    return bail.prendre("autre", lot_id=lot.pk)


def vidage() -> dict[str, list]:
    """Every row of the referential, to the last column, but for when it was last written or confirmed."""
    tables = ("etudiant", "inscription", "anomalie", "etablissement", "echange")
    contenu = {}
    with connection.cursor() as curseur:
        for table in tables:
            curseur.execute(
                f"SELECT (to_jsonb(t) - '{{modifie_le,confirmee_le}}'::text[])::text "
                f"FROM referentiel_{table} t ORDER BY 1"
            )
            contenu[table] = curseur.fetchall()
    return contenu


def histoire() -> list:
    return list(Historique.objects.order_by("id").values_list())
