"""Notices that come by themselves: tokens about to expire, drafts and requests that wait for their applicant.

Run daily; each notice leaves exactly once, by the key of its mail, however often or late the task runs.
"""

from datetime import timedelta
from itertools import chain

from django.db.models import Q
from django.utils import timezone

from habilitations import faits
from habilitations.courriels.boite import ecrire
from habilitations.jetons.vie import gardiens
from habilitations.models import Demande, Habilitation, Jeton

SEUILS = (0, 7, 15, 30, 60, 90)  # days left
ATTENTE = 15  # days


def prevenir_des_expirations() -> int:
    """One mail by token, threshold and person. After a pause of the task, only the nearest threshold is told."""
    maintenant = timezone.now()
    ecrits = 0
    jetons = Jeton.objects.filter(
        Q(habilitation__etat=Habilitation.Etat.ACTIVE) | Q(editeur__isnull=False),
        revoque_le__isnull=True,
        expire_le__gt=maintenant - timedelta(days=1),
        expire_le__lte=maintenant + timedelta(days=max(SEUILS) + 1),
    ).select_related("habilitation", "editeur", "organisation")
    for jeton in jetons:
        fin = timezone.localdate(jeton.expire_le)
        jours = (fin - timezone.localdate(maintenant)).days
        seuil = next((seuil for seuil in SEUILS if jours <= seuil), None)
        if seuil is None or jours < 0:
            continue
        faits.publier_la_fin_proche(jeton_id=jeton.pk, jours=jours, cle=f"{fin}:{seuil}")
        for adresse in sorted(gardiens(jeton)):
            ecrits += ecrire(
                genre="jeton_expire_bientot",
                destinataire=adresse,
                # The date is in the key: a prolonged token has its notices again, at its new end.
                cle=f"jeton_expire_bientot:{jeton.pk}:{fin}:{seuil}:{adresse}",
                contexte={"jeton": jeton, "habilitation": jeton.habilitation, "jours": jours},
            )
    return ecrits


def relancer_les_demandeurs() -> int:
    """Drafts untouched, and changes asked for and unanswered, after two weeks: told once each."""
    seuil = timezone.now() - timedelta(days=ATTENTE)
    anciennes = Demande.objects.select_related("demandeur", "organisation").filter(modifie_le__lte=seuil)
    brouillons = (
        (demande, "brouillon_en_attente") for demande in anciennes.filter(etat=Demande.Etat.BROUILLON)
    )
    attendues = (
        (demande, "modifications_en_attente") for demande in anciennes.filter(etat=Demande.Etat.MODIFICATIONS)
    )
    return sum(
        ecrire(
            genre=genre,
            destinataire=demande.demandeur.courriel,
            cle=f"{genre}:{demande.pk}:{demande.modifie_le:%Y%m%d%H%M%S}",
            contexte={"demande": demande, "jours": ATTENTE},
            demande=demande,
        )
        for demande, genre in chain(brouillons, attendues)
    )
