"""The life of a habilitation's tokens: withdrawal by a one-time link, rotation, prolongation, addresses, end.

A token exists from the moment it is shown, and only then: approving sends the technical contact a link; opening the
link issues the token and shows it once. No secret waits anywhere, except the link's in its mail, for three days.
"""

import hashlib
import secrets
from datetime import timedelta
from ipaddress import ip_network

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from habilitations import jetons
from habilitations.acteur import Acteur
from habilitations.courriels import ecrire
from habilitations.models import (
    ContactDeDemande,
    Demande,
    Evenement,
    Habilitation,
    Jeton,
    LienDeJeton,
)
from habilitations.octroi import TYPE_DU_JETON

DUREE_DU_LIEN = timedelta(days=3)
JETONS_VIVANTS = 2
CHEVAUCHEMENT_MAXIMAL = 90  # days
#: Under so many days left, a token may be prolonged.
PROLONGEABLE = timedelta(days=90)
ADRESSES_MAXIMALES = 50
ESSAI = timedelta(days=180)


class JetonRefuse(Exception):
    """The message is in French, for the person who tried."""


class LienInutilisable(JetonRefuse):
    """A link unknown, used, cancelled or too old."""


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
    habilitation = Habilitation.objects.select_for_update().get(pk=habilitation.pk)
    if habilitation.etat != Habilitation.Etat.ACTIVE:
        raise JetonRefuse("Cette habilitation n'est plus active : elle ne donne plus de jeton.")
    if TYPE_DU_JETON[Habilitation.Type(habilitation.type)] is None:
        raise JetonRefuse(
            "Une habilitation FranceConnect n'a pas de jeton : ceux de FranceConnect suffisent."
        )
    if not 0 <= chevauchement_jours <= CHEVAUCHEMENT_MAXIMAL:
        raise JetonRefuse(f"Le chevauchement va de 0 à {CHEVAUCHEMENT_MAXIMAL} jours.")
    vivants = habilitation.jetons.vivants().count()
    if motif == LienDeJeton.Motif.EMISSION and vivants:
        raise JetonRefuse("Cette habilitation a déjà un jeton : remplacez-le, ou révoquez-le d'abord.")
    if vivants >= JETONS_VIVANTS:
        raise JetonRefuse(
            "Deux jetons sont déjà en service : révoquez l'ancien avant d'en demander un autre."
        )
    if not destinataire:
        raise JetonRefuse("Aucun contact technique n'est connu : indiquez à qui envoyer le lien.")
    maintenant = timezone.now()
    habilitation.liens.filter(utilise_le__isnull=True, annule_le__isnull=True).update(annule_le=maintenant)
    secret = secrets.token_urlsafe(32)
    lien = LienDeJeton.objects.create(
        habilitation=habilitation,
        motif=motif,
        chevauchement_jours=chevauchement_jours,
        empreinte=_empreinte(secret),
        destinataire=destinataire,
        cree_par=acteur.compte if acteur else None,
        expire_le=maintenant + DUREE_DU_LIEN,
    )
    ecrire(
        genre="jeton_a_retirer",
        destinataire=destinataire,
        cle=f"jeton_a_retirer:{lien.pk}",
        contexte={
            "habilitation": habilitation,
            "lien": lien,
            "url": f"{settings.ADRESSE_PUBLIQUE}/jetons/retrait/{secret}",
        },
        sensible=True,
    )
    _raconter(habilitation, "lien_envoye", acteur, {"destinataire": destinataire, "motif": motif})
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
            "Ce lien n'est plus valable : demandez-en un autre au porteur de l'habilitation."
        )
    if lien.habilitation.etat != Habilitation.Etat.ACTIVE:
        raise LienInutilisable("L'habilitation n'est plus active : elle ne donne plus de jeton.")
    return lien


@transaction.atomic
def retirer(*, secret: str) -> tuple[Jeton, str]:
    """Issue the token of a link; the second value is shown once. Raises LienInutilisable or JetonRefuse."""
    lien_ouvert(secret)
    lien = LienDeJeton.objects.select_for_update().get(empreinte=_empreinte(secret))
    if lien.utilise_le is not None or lien.annule_le is not None:
        raise LienInutilisable("Ce lien vient de servir.")
    habilitation = Habilitation.objects.select_for_update().get(pk=lien.habilitation_id)
    vivants = list(habilitation.jetons.vivants().order_by("pk"))
    if len(vivants) >= JETONS_VIVANTS:
        raise JetonRefuse("Deux jetons sont déjà en service : l'ancien doit d'abord être révoqué.")
    jeton, valeur = jetons.emettre(
        organisation=habilitation.organisation,
        type_=TYPE_DU_JETON[Habilitation.Type(habilitation.type)],
        habilitation=habilitation,
        scopes=habilitation.scopes,
        uais=habilitation.uais,
    )
    if lien.motif == LienDeJeton.Motif.ROTATION:
        fin = timezone.now() + timedelta(days=lien.chevauchement_jours)
        for ancien in vivants:
            # Addresses are a property of who calls: the replacement calls from the same places.
            jeton.adresses = ancien.adresses
            ancien.expire_le = max(min(ancien.expire_le, fin), ancien.cree_le + timedelta(seconds=1))
            ancien.save(update_fields=["expire_le"])
        jeton.save(update_fields=["adresses"])
    lien.utilise_le, lien.jeton = timezone.now(), jeton
    lien.save(update_fields=["utilise_le", "jeton"])
    _raconter(habilitation, "jeton_emis", None, {"jeton": jeton.affichage, "destinataire": lien.destinataire})
    return jeton, valeur


@transaction.atomic
def revoquer(*, jeton: Jeton, acteur: Acteur, motif: str) -> None:
    """End one token; the habilitation stays."""
    if not motif.strip():
        raise JetonRefuse("Donnez le motif.")
    if not jetons.revoquer(jeton_id=jeton.pk, motif=motif.strip()[:255]):
        raise JetonRefuse("Ce jeton était déjà révoqué.")
    if jeton.habilitation is not None:
        _raconter(
            jeton.habilitation, "jeton_revoque", acteur, {"jeton": jeton.affichage}, texte=motif.strip()
        )


@transaction.atomic
def signaler_divulgation(*, valeur: str, ou: str) -> bool:
    """A token was seen where others can read it: revoke it and tell its holders. False when it was not alive."""
    jeton = jetons.revoquer_divulgue(valeur, ou=ou)
    if jeton is None:
        return False
    habilitation = jeton.habilitation
    demande = jeton.demande
    adresses = porteurs(habilitation) if habilitation else {demande.demandeur.courriel} if demande else set()
    for adresse in sorted(adresses):
        ecrire(
            genre="jeton_divulgue",
            destinataire=adresse,
            cle=f"jeton_divulgue:{jeton.pk}:{adresse}",
            contexte={"jeton": jeton, "habilitation": habilitation, "ou": ou},
        )
    if habilitation is not None:
        _raconter(habilitation, "jeton_revoque", None, {"jeton": jeton.affichage}, texte=f"Divulgué {ou}")
    return True


def prolongeable(jeton: Jeton) -> bool:
    return jeton.expire_le - timezone.now() <= PROLONGEABLE


@transaction.atomic
def prolonger(*, jeton: Jeton, acteur: Acteur, rien_n_a_change: bool) -> Jeton:
    """Give a token near its end a whole life again, once its holder has confirmed that nothing changed."""
    jeton = Jeton.objects.select_for_update(of=("self",)).select_related("habilitation").get(pk=jeton.pk)
    if not jeton.vivant or jeton.habilitation is None or jeton.habilitation.etat != Habilitation.Etat.ACTIVE:
        raise JetonRefuse("Ce jeton n'est plus en service : il ne se prolonge pas.")
    if not prolongeable(jeton):
        raise JetonRefuse(f"Un jeton se prolonge dans ses {PROLONGEABLE.days} derniers jours.")
    if not rien_n_a_change:
        raise JetonRefuse(
            "Confirmez que le projet, le cadre juridique et les personnes n'ont pas changé ; sinon, modifiez "
            "l'habilitation."
        )
    jeton.expire_le = timezone.now() + relativedelta(months=settings.JETON_DUREE_MOIS)
    jeton.save(update_fields=["expire_le"])
    _raconter(jeton.habilitation, "jeton_prolonge", acteur, {"jeton": jeton.affichage})
    return jeton


@transaction.atomic
def restreindre(*, jeton: Jeton, acteur: Acteur, adresses: list[str]) -> Jeton:
    """The networks from which the token may be used; none: from anywhere. Takes effect on the next call."""
    reseaux = []
    for adresse in adresses:
        try:
            reseaux.append(str(ip_network(adresse.strip())))
        except ValueError:
            raise JetonRefuse(
                f"« {adresse[:60]} » n'est ni une adresse IP ni un réseau (par exemple 192.0.2.7 ou 192.0.2.0/24)."
            ) from None
    if len(reseaux) > ADRESSES_MAXIMALES:
        raise JetonRefuse(f"{ADRESSES_MAXIMALES} adresses au plus : regroupez-les en réseaux.")
    jeton.adresses = sorted(set(reseaux))
    jeton.save(update_fields=["adresses"])
    if jeton.habilitation is not None:
        _raconter(
            jeton.habilitation,
            "jeton_restreint",
            acteur,
            {"jeton": jeton.affichage, "adresses": jeton.adresses},
        )
    return jeton


@transaction.atomic
def essayer(*, demande: Demande, acteur: Acteur, uais_fictifs: list[str]) -> tuple[Jeton, str]:
    """A sandbox token for a draft, with the scopes ticked now; the previous one ends. The secret is shown once."""
    if demande.demandeur_id != acteur.compte.pk:
        raise JetonRefuse("Seul le demandeur obtient le jeton de bac à sable de sa demande.")
    ecriture = demande.type == Habilitation.Type.ECRITURE
    if not ecriture and not demande.scopes:
        raise JetonRefuse("Cochez d'abord des données : le jeton de bac à sable aura celles-là.")
    Jeton.objects.filter(demande=demande, revoque_le__isnull=True).update(
        revoque_le=timezone.now(), motif_revocation="Remplacé par un autre jeton de bac à sable"
    )
    jeton, valeur = jetons.emettre(
        organisation=demande.organisation,
        type_=Jeton.Type.BAC_A_SABLE,
        scopes=() if ecriture else demande.scopes,
        uais=uais_fictifs if ecriture else (),
        expire_le=timezone.now() + ESSAI,
    )
    jeton.demande = demande
    jeton.save(update_fields=["demande"])
    return jeton, valeur


def contact_technique(habilitation: Habilitation) -> str:
    """The e-mail of the technical contact of the request that gave the habilitation; empty when unknown."""
    return (
        ContactDeDemande.objects.filter(
            demande__habilitation=habilitation, role=ContactDeDemande.Role.TECHNIQUE
        )
        .values_list("courriel", flat=True)
        .first()
        or ""
    )


def porteurs(habilitation: Habilitation) -> set[str]:
    """Who can do something about a token: the applicant, and the technical contact. E-mail addresses."""
    demandeurs = habilitation.demandes.values_list("demandeur__courriel", flat=True)
    return {*demandeurs, contact_technique(habilitation)} - {""}


def _empreinte(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _raconter(
    habilitation: Habilitation,
    acte: str,
    acteur: Acteur | None,
    details: dict[str, object],
    *,
    texte: str = "",
) -> None:
    """A line of the history of the request; a habilitation made by command has none."""
    demande = habilitation.demandes.order_by("-pk").first()
    if demande is None:
        return
    Evenement.objects.create(
        demande=demande,
        acte=acte,
        acteur=acteur.compte if acteur else None,
        acteur_nom=acteur.nom_affiche if acteur else "API Statut étudiant",
        acteur_role=next(iter(sorted(acteur.qualites(demande))), "") if acteur else "systeme",
        de=demande.etat,
        vers=demande.etat,
        texte=texte,
        details=details,
    )
