"""The one-time links by which a habilitation's tokens are issued: the first one, and those of a rotation.

A token exists from the moment it is shown, and only then: approving sends the technical contact a link; opening the
link issues the token and shows it once. No secret waits anywhere, except the link's in its mail, for three days.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.courriels.boite import ecrire
from habilitations.jetons import emission
from habilitations.jetons.octroi import TYPE_DU_JETON
from habilitations.jetons.vie import (
    JetonRefuse,
    contact_technique,
    raconter,
    remplacer,
    verifier_prolongation,
)
from habilitations.models import Habilitation, Jeton, LienDeJeton

DUREE_DU_LIEN = timedelta(days=3)
JETONS_VIVANTS = 2
CHEVAUCHEMENT_MAXIMAL = 90  # days


class LienInutilisable(JetonRefuse):
    """A link unknown, used, cancelled or too old. `autre_lien`: whether asking for another may help."""

    def __init__(self, message: str, *, autre_lien: bool = True) -> None:
        super().__init__(message)
        self.autre_lien = autre_lien


@transaction.atomic
def envoyer_lien(
    *,
    habilitation: Habilitation,
    destinataire: str,
    acteur: Acteur | None,
    motif: str = LienDeJeton.Motif.EMISSION,
    chevauchement_jours: int = 30,
) -> LienDeJeton:
    """Send a new link; those of the same habilitation that wait are cancelled.

    `chevauchement_jours` (rotation): how long the replaced token lives on, 0 to 90 days.
    """
    habilitation, vivants = _verrouiller(habilitation, chevauchement_jours)
    if motif == LienDeJeton.Motif.EMISSION and vivants:
        raise JetonRefuse("Cette habilitation a déjà un jeton : remplacez-le, ou révoquez-le d'abord.")
    if not destinataire:
        raise JetonRefuse("Aucun contact technique n'est connu : indiquez à qui envoyer le lien.")
    _annuler_les_liens(habilitation)
    secret = secrets.token_urlsafe(32)
    lien = LienDeJeton.objects.create(
        habilitation=habilitation,
        motif=motif,
        chevauchement_jours=chevauchement_jours,
        empreinte=_empreinte(secret),
        destinataire=destinataire,
        cree_par=acteur.compte if acteur else None,
        expire_le=timezone.now() + DUREE_DU_LIEN,
    )
    ecrire(
        genre="jeton_a_retirer",
        destinataire=destinataire,
        cle=f"jeton_a_retirer:{lien.pk}",
        contexte={
            "habilitation": habilitation,
            "lien": lien,
            # Nobody asks for the first one: approving sends it to the contact.
            "contact": acteur is None or destinataire == contact_technique(habilitation),
            "url": f"{settings.ADRESSE_PUBLIQUE}/jetons/retrait/{secret}",
        },
    )
    raconter(habilitation, "lien_envoye", acteur, {"destinataire": destinataire, "motif": motif})
    return lien


def envoyer_le_premier(*, habilitation: Habilitation, destinataire: str) -> None:
    """At approval: the first link, unless the kind has no token or one is alive already (a reopened request)."""
    if TYPE_DU_JETON[Habilitation.Type(habilitation.type)] is None or habilitation.jetons.vivants().exists():
        return
    envoyer_lien(habilitation=habilitation, destinataire=destinataire, acteur=None)


def lien_ouvert(secret: str) -> LienDeJeton:
    """The link of this secret. Raises LienInutilisable."""
    lien = (
        LienDeJeton.objects.select_related("habilitation__organisation")
        .filter(empreinte=_empreinte(secret))
        .first()
    )
    if lien is None:
        raise LienInutilisable("Ce lien n'existe pas : vérifiez qu'il a été recopié en entier.")
    if lien.utilise_le is not None:
        raise LienInutilisable(
            "Ce lien a déjà servi, le jeton a été montré une fois. Si ce n'était pas vous, demandez au porteur de "
            "l'habilitation de révoquer ce jeton."
        )
    if lien.annule_le is not None or lien.expire_le <= timezone.now():
        raise LienInutilisable(
            "Ce lien n'est plus valable : il a dépassé son délai, ou un autre l'a remplacé."
        )
    if lien.habilitation.etat != Habilitation.Etat.ACTIVE:
        raise LienInutilisable(
            "L'habilitation n'est plus active : elle ne donne plus de jeton.", autre_lien=False
        )
    return lien


@transaction.atomic
def retirer(*, secret: str, en_jwt: bool = False) -> tuple[Jeton, str]:
    """Issue the token of a link; the second value is shown once. Raises LienInutilisable or JetonRefuse."""
    # The habilitation first, as whoever sends or cancels links does.
    habilitation = Habilitation.objects.select_for_update().get(pk=lien_ouvert(secret).habilitation_id)
    LienDeJeton.objects.select_for_update().get(empreinte=_empreinte(secret))
    # Again, now that nothing can change: it may have served, and the habilitation may have ended, while we waited.
    lien = lien_ouvert(secret)
    vivants = list(habilitation.jetons.vivants().order_by("pk"))
    if len(vivants) >= JETONS_VIVANTS:
        raise JetonRefuse("Deux jetons sont déjà en service : l'ancien doit d'abord être révoqué.")
    rotation = lien.motif == LienDeJeton.Motif.ROTATION
    jeton, valeur = _emettre(
        habilitation, vivants if rotation else [], lien.chevauchement_jours, en_jwt=en_jwt
    )
    lien.utilise_le, lien.jeton = timezone.now(), jeton
    lien.save(update_fields=["utilise_le", "jeton"])
    raconter(habilitation, "jeton_emis", None, {"jeton": jeton.affichage, "destinataire": lien.destinataire})
    return jeton, valeur


@transaction.atomic
def montrer(
    *, habilitation: Habilitation, acteur: Acteur, chevauchement_jours: int = 30, en_jwt: bool = False
) -> tuple[Jeton, str]:
    """Issue a token for who installs it themselves, in place of the one alive if there is one; the second value is
    shown once. The links that wait are cancelled. Raises JetonRefuse."""
    if acteur.au_nom_de is not None:
        raise JetonRefuse("Un jeton ne se montre pas à qui agit à la place d'une personne.")
    habilitation, vivants = _verrouiller(habilitation, chevauchement_jours)
    _annuler_les_liens(habilitation)
    jeton, valeur = _emettre(habilitation, vivants, chevauchement_jours, en_jwt=en_jwt)
    faits: dict[str, object] = {"jeton": jeton.affichage, "destinataire": acteur.compte.courriel}
    raconter(habilitation, "jeton_emis", acteur, faits)
    return jeton, valeur


@transaction.atomic
def reconduire(
    *, jeton: Jeton, acteur: Acteur, rien_n_a_change: bool, chevauchement_jours: int = 30
) -> tuple[Jeton, str]:
    """What prolonging is for a JWT: another, with a whole life, shown once; the first lives on for the overlap.

    Raises JetonRefuse.
    """
    jeton = verifier_prolongation(jeton, rien_n_a_change=rien_n_a_change)
    return montrer(
        habilitation=cast(Habilitation, jeton.habilitation),
        acteur=acteur,
        chevauchement_jours=chevauchement_jours,
        en_jwt=True,
    )


def _verrouiller(habilitation: Habilitation, chevauchement_jours: int) -> tuple[Habilitation, list[Jeton]]:
    """The habilitation, locked, and its tokens alive, once it is sure that it may have one more."""
    habilitation = Habilitation.objects.select_for_update().get(pk=habilitation.pk)
    if habilitation.etat != Habilitation.Etat.ACTIVE:
        raise JetonRefuse("Cette habilitation n'est plus active : elle ne donne plus de jeton.")
    if TYPE_DU_JETON[Habilitation.Type(habilitation.type)] is None:
        raise JetonRefuse(
            "Une habilitation FranceConnect n'a pas de jeton : ceux de FranceConnect suffisent."
        )
    if not 0 <= chevauchement_jours <= CHEVAUCHEMENT_MAXIMAL:
        raise JetonRefuse(f"Le chevauchement va de 0 à {CHEVAUCHEMENT_MAXIMAL} jours.")
    vivants = list(habilitation.jetons.vivants().order_by("pk"))
    if len(vivants) >= JETONS_VIVANTS:
        raise JetonRefuse(
            "Deux jetons sont déjà en service : révoquez l'ancien avant d'en demander un autre."
        )
    return habilitation, vivants


def _annuler_les_liens(habilitation: Habilitation) -> None:
    habilitation.liens.filter(utilise_le__isnull=True, annule_le__isnull=True).update(
        annule_le=timezone.now()
    )


def _emettre(
    habilitation: Habilitation, remplaces: list[Jeton], chevauchement_jours: int, *, en_jwt: bool
) -> tuple[Jeton, str]:
    """A token of this habilitation; those that it replaces live on for the overlap."""
    if en_jwt and habilitation.type != Habilitation.Type.LECTURE:
        raise JetonRefuse("Seul un jeton de lecture existe au format JWT.")
    jeton, valeur = emission.emettre(
        organisation=habilitation.organisation,
        type_=cast(Jeton.Type, TYPE_DU_JETON[Habilitation.Type(habilitation.type)]),
        habilitation=habilitation,
        scopes=habilitation.scopes,
        uais=habilitation.uais,
        sujet_jwt=habilitation.intitule if en_jwt else "",
    )
    remplacer(remplaces, jeton, chevauchement_jours=chevauchement_jours)
    return jeton, valeur


def _empreinte(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
