"""The keys of `/api/v1/`: made, looked at on each call, revoked."""

import time
from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.courriels.boite import ecrire
from habilitations.integrateurs.membres import a_prevenir
from habilitations.jetons import emission
from habilitations.journal import noter
from habilitations.models import CleApi, JournalAcces, Organisation
from habilitations.refus import ActeRefuse, DejaFait

#: How a key begins (`jetons.emission`).
TYPE = "k"
MAXIMUM = 10  # keys in force, of an organisation
#: Calls of a key in a minute.
QUOTA = 120
#: Lives that may be chosen, in days.
DUREES = (30, 90, 180, 365)


class Creee(NamedTuple):
    """`valeur`: to be shown once, then forgotten."""

    cle: CleApi
    valeur: str


class Ouverte(NamedTuple):
    """The organisation whose objects the key opens, and who made it."""

    organisation_id: int
    auteur_id: int


class Refus(StrEnum):
    ABSENTE = "cle_absente"
    INCONNUE = "cle_inconnue"
    EXPIREE = "cle_expiree"
    REVOQUEE = "cle_revoquee"
    QUOTA = "quota"
    PORTEE = "portee_absente"


class CleRefusee(Exception):
    def __init__(self, refus: Refus, *, attente: int | None = None) -> None:
        super().__init__(refus.value)
        self.refus = refus
        #: Seconds after which a call may be made again.
        self.attente = attente


@transaction.atomic
def creer(
    *, acteur: Acteur, organisation: Organisation, libelle: str, portees: Collection[str], jours: int
) -> Creee:
    """Raises ActeRefuse."""
    if jours not in DUREES:
        raise ActeRefuse("Choisissez une durée de la liste.")
    if not portees or not set(portees) <= set(CleApi.Portee.values):
        raise ActeRefuse("Choisissez au moins un droit de la liste.")
    # Locked: two at once would both find a place.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    maintenant = timezone.now()
    en_vigueur = CleApi.objects.filter(
        organisation=organisation, revoquee_le__isnull=True, expire_le__gt=maintenant
    )
    if en_vigueur.count() >= MAXIMUM:
        raise ActeRefuse(f"{MAXIMUM} clés au plus par organisation : révoquez-en une d'abord.")
    valeur = emission.tirer(TYPE)
    cle = CleApi.objects.create(
        organisation=organisation,
        libelle=libelle,
        portees=sorted(portees),
        empreinte=emission.empreintes(valeur)[0],
        fin=valeur[-4:],
        expire_le=maintenant + timedelta(days=jours),
        cree_par=acteur.compte,
    )
    _noter("clé créée", cle, acteur)
    return Creee(cle, valeur)


@transaction.atomic
def revoquer(*, cle: CleApi, acteur: Acteur) -> None:
    """Effective on its next call. Raises DejaFait."""
    if not CleApi.objects.filter(pk=cle.pk, revoquee_le__isnull=True).update(revoquee_le=timezone.now()):
        raise DejaFait("Cette clé était déjà révoquée.")
    _noter("clé révoquée", cle, acteur)


# One statement: what the key is, and the count of its calls, whatever comes at the same time.
_OUVRIR = """
UPDATE habilitations_cleapi SET
    appels = CASE WHEN minute = %(minute)s THEN appels + 1 ELSE 1 END,
    minute = %(minute)s,
    utilisee_le = now()
WHERE empreinte = ANY(%(empreintes)s)
RETURNING organisation_id, cree_par_id, portees, revoquee_le IS NOT NULL, expire_le <= now(), appels
"""


def ouvrir(valeur: str, *, portee: str) -> Ouverte:
    """What this key opens. Raises CleRefusee."""
    if not valeur:
        raise CleRefusee(Refus.ABSENTE)
    if not est_une_cle(valeur) or not emission.bien_forme(valeur):
        raise CleRefusee(Refus.INCONNUE)
    instant = int(time.time())
    with connection.cursor() as curseur:
        curseur.execute(_OUVRIR, {"minute": instant // 60, "empreintes": emission.empreintes(valeur)})
        ligne = curseur.fetchone()
    if ligne is None:
        raise CleRefusee(Refus.INCONNUE)
    organisation_id, auteur_id, portees, revoquee, expiree, appels = ligne
    if revoquee:
        raise CleRefusee(Refus.REVOQUEE)
    if expiree:
        raise CleRefusee(Refus.EXPIREE)
    if appels > QUOTA:
        raise CleRefusee(Refus.QUOTA, attente=60 - instant % 60)
    if portee not in portees:
        raise CleRefusee(Refus.PORTEE)
    return Ouverte(organisation_id, auteur_id)


def est_une_cle(valeur: str) -> bool:
    """Whether it is written as the keys of organisations are, ours or not."""
    return valeur.startswith(f"ase_{TYPE}_")


@transaction.atomic
def signaler_divulgation(valeurs: Collection[str], *, ou: str) -> int:
    """Keys were seen where others can read them: revoke those that are ours and tell whoever made them. How many."""
    empreintes = [une for valeur in valeurs for une in emission.empreintes(valeur)]
    vivantes = CleApi.objects.select_for_update(of=("self",)).filter(
        empreinte__in=empreintes, revoquee_le__isnull=True
    )
    cles = list(vivantes.select_related("organisation").order_by("pk"))
    CleApi.objects.filter(pk__in=[une.pk for une in cles]).update(revoquee_le=timezone.now())
    for cle in cles:
        for adresse in a_prevenir(organisation_id=cle.organisation_id, auteur_id=cle.cree_par_id):
            ecrire(
                genre="cle_api_divulguee",
                destinataire=adresse,
                cle=f"cle_api_divulguee:{cle.pk}:{adresse}",
                contexte={"cle": cle, "organisation": cle.organisation, "ou": ou},
            )
    return len(cles)


def _noter(fait: str, cle: CleApi, acteur: Acteur) -> None:
    noter(
        JournalAcces.Genre.RACCORDEMENT,
        compte=acteur.compte,
        auteur=acteur.responsable,
        fait=fait,
        cle=str(cle.cle),
        siret=cle.organisation.siret,
    )
