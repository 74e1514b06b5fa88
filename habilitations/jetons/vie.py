"""What becomes of a token once issued: prolongation, addresses, end, leak; and the sandbox's, issued for a draft."""

from datetime import timedelta
from typing import cast

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from habilitations.acteur import Acteur, Qualite
from habilitations.courriels.boite import ecrire
from habilitations.jetons import emission
from habilitations.jetons.reseaux import ReseauxRefuses, lire_reseaux
from habilitations.models import Compte, Demande, Editeur, Evenement, Habilitation, Jeton
from habilitations.models.demande import CONTACT_VALIDE

#: Under so many days left, a token may be prolonged.
PROLONGEABLE = timedelta(days=90)
ESSAI = timedelta(days=180)


class JetonRefuse(Exception):
    """The message is in French, for the person who tried."""


@transaction.atomic
def revoquer(*, jeton: Jeton, acteur: Acteur, motif: str) -> None:
    """End one token; the habilitation stays."""
    if not motif.strip():
        raise JetonRefuse("Donnez le motif.")
    if not emission.revoquer(jeton_id=jeton.pk, motif=motif.strip()[:255]):
        raise JetonRefuse("Ce jeton était déjà révoqué.")
    if jeton.habilitation is not None:
        raconter(jeton.habilitation, "jeton_revoque", acteur, {"jeton": jeton.affichage}, texte=motif.strip())


@transaction.atomic
def signaler_divulgation(*, valeur: str, ou: str) -> bool:
    """A token was seen where others can read it: revoke it and tell its holders. False when it was over already."""
    jeton = emission.revoquer_divulgue(valeur, ou=ou)
    if jeton is None:
        return False
    habilitation = jeton.habilitation
    for adresse in sorted(gardiens(jeton)):
        ecrire(
            genre="jeton_divulgue",
            destinataire=adresse,
            cle=f"jeton_divulgue:{jeton.pk}:{adresse}",
            contexte={"jeton": jeton, "habilitation": habilitation, "ou": ou},
        )
    if habilitation is not None:
        raconter(habilitation, "jeton_revoque", None, {"jeton": jeton.affichage}, texte=f"Divulgué {ou}")
    return True


def prolongeable(jeton: Jeton) -> bool:
    return jeton.expire_le - timezone.now() <= PROLONGEABLE


@transaction.atomic
def prolonger(*, jeton: Jeton, acteur: Acteur, rien_n_a_change: bool) -> Jeton:
    """Give a token near its end a whole life again, once its holder has confirmed that nothing changed.

    A JWT bears its end: another takes its place (`liens.reconduire`).
    """
    jeton = verifier_prolongation(jeton, rien_n_a_change=rien_n_a_change)
    if jeton.en_jwt:
        raise JetonRefuse("Ce jeton porte sa date de fin, que rien ne change : remplacez-le.")
    jeton.expire_le = timezone.now() + relativedelta(months=settings.JETON_DUREE_MOIS)
    jeton.save(update_fields=["expire_le"])
    raconter(cast(Habilitation, jeton.habilitation), "jeton_prolonge", acteur, {"jeton": jeton.affichage})
    return jeton


def verifier_prolongation(jeton: Jeton, *, rien_n_a_change: bool) -> Jeton:
    """The token, locked, once it is sure that it may live on. Raises JetonRefuse."""
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
    return jeton


@transaction.atomic
def restreindre(*, jeton: Jeton, acteur: Acteur, adresses: list[str]) -> Jeton:
    """The networks from which the token may be used; none: from anywhere. Takes effect on the next call."""
    try:
        jeton.adresses = lire_reseaux(adresses)
    except ReseauxRefuses as refus:
        raise JetonRefuse(str(refus)) from None
    jeton.save(update_fields=["adresses"])
    if jeton.habilitation is not None:
        raconter(
            jeton.habilitation,
            "jeton_restreint",
            acteur,
            {"jeton": jeton.affichage, "adresses": jeton.adresses},
        )
    return jeton


@transaction.atomic
def essayer(
    *, demande: Demande, acteur: Acteur, uais_fictifs: list[str], en_jwt: bool = False
) -> tuple[Jeton, str]:
    """A sandbox token for a draft, with the scopes ticked now; the previous one ends. The secret is shown once."""
    if not Demande.objects.essayees_par(acteur.compte).filter(pk=demande.pk).exists():
        raise JetonRefuse(
            "Le demandeur et le contact technique obtiennent seuls le jeton de bac à sable de la demande."
        )
    ecriture = demande.type == Habilitation.Type.ECRITURE
    if not ecriture and not demande.scopes:
        raise JetonRefuse("Cochez d'abord des données : le jeton de bac à sable aura celles-là.")
    Jeton.objects.finissables().filter(demande=demande).update(
        revoque_le=timezone.now(), motif_revocation="Remplacé par un autre jeton de bac à sable"
    )
    jeton, valeur = emission.emettre(
        organisation=demande.organisation,
        type_=Jeton.Type.BAC_A_SABLE,
        scopes=() if ecriture else demande.scopes,
        uais=uais_fictifs if ecriture else (),
        expire_le=timezone.now() + ESSAI,
        sujet_jwt=f"Bac à sable de la demande {demande.numero}" if en_jwt and not ecriture else "",
    )
    jeton.demande = demande
    jeton.save(update_fields=["demande"])
    return jeton, valeur


def remplacer(anciens: list[Jeton], nouveau: Jeton, *, chevauchement_jours: int) -> None:
    """Let the tokens that a new one replaces live on for the overlap, and no longer."""
    fin = timezone.now() + timedelta(days=chevauchement_jours)
    for ancien in anciens:
        # Addresses are a property of who calls: the replacement calls from the same places.
        nouveau.adresses = ancien.adresses
        ancien.expire_le = max(min(ancien.expire_le, fin), ancien.cree_le + timedelta(seconds=1))
        ancien.save(update_fields=["expire_le"])
    nouveau.save(update_fields=["adresses"])


def gardiens(jeton: Jeton) -> set[str]:
    """Whom what happens to a token is told to. E-mail addresses."""
    if jeton.editeur is not None:
        return agents(jeton.editeur)
    if jeton.habilitation is not None:
        return porteurs(jeton.habilitation)
    return {jeton.demande.demandeur.courriel} if jeton.demande is not None else set()


def agents(editeur: Editeur) -> set[str]:
    """Who enters an editor's space. E-mail addresses."""
    siens = Compte.objects.filter(
        is_active=True, rattachements__organisation=editeur.organisation_id, rattachements__verifie=True
    )
    return set(siens.values_list("courriel", flat=True))


def contact_technique(habilitation: Habilitation) -> str:
    """The e-mail of the technical contact with whom the habilitation was approved; empty when unknown."""
    demandes = habilitation.demandes.order_by("-pk").annotate(contact=CONTACT_VALIDE)
    return demandes.values_list("contact", flat=True).first() or ""


def porteurs(habilitation: Habilitation) -> set[str]:
    """Who can do something about a token: the applicant, the technical contact, who manages all the establishments
    for which it writes (see `HabilitationQuerySet.tenues_par`). E-mail addresses."""
    demandeurs = habilitation.demandes.values_list("demandeur__courriel", flat=True)
    gestionnaires = (
        Compte.objects.filter(
            is_active=True,
            gestions__retire_le__isnull=True,
            gestions__habilitation__organisation=habilitation.organisation_id,
            gestions__etablissement__uai__in=habilitation.uais,
        )
        .annotate(geres=Count("gestions__etablissement", distinct=True))
        .filter(geres=len(habilitation.uais))
        .values_list("courriel", flat=True)
    )
    return {*demandeurs, *gestionnaires, contact_technique(habilitation)} - {""}


def raconter(
    habilitation: Habilitation,
    acte: str,
    acteur: Acteur | None,
    details: dict[str, object],
    *,
    texte: str = "",
    sinon: Qualite = Qualite.GESTIONNAIRE,
) -> None:
    """A line of the history of the request; a habilitation made by command has none.

    `sinon`: in what quality acts who is none of those that a request knows.
    """
    demande = habilitation.demandes.order_by("-pk").first()
    if demande is None:
        return
    Evenement.objects.create(
        demande=demande,
        acte=acte,
        acteur=acteur.compte if acteur else None,
        au_nom_de=acteur.au_nom_de if acteur else None,
        acteur_nom=acteur.nom_affiche if acteur else "API Statut étudiant",
        acteur_role=_qualite(habilitation, demande, acteur, sinon) if acteur else Qualite.SYSTEME,
        de=demande.etat,
        vers=demande.etat,
        texte=texte,
        details=details,
    )


def _qualite(habilitation: Habilitation, demande: Demande, acteur: Acteur, sinon: Qualite) -> Qualite:
    """In what quality the person acts: the strongest that they have."""
    siennes = acteur.qualites(demande)
    for qualite in (Qualite.DEMANDEUR, Qualite.INSTRUCTEUR, Qualite.ADMINISTRATEUR):
        if qualite in siennes:
            return qualite
    technique = acteur.compte.courriel == contact_technique(habilitation)
    return Qualite.CONTACT_TECHNIQUE if technique else sinon
