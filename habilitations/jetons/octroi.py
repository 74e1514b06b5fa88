"""The grant: what an approval gives, a habilitation and its first token, in one transaction."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from habilitations.gestionnaires import attributions
from habilitations.jetons import delegations, emission
from habilitations.models import (
    Compte,
    Demande,
    Gestionnaire,
    Habilitation,
    Jeton,
    Organisation,
    Rattachement,
)
from habilitations.models.gestionnaire import GestionnaireQuerySet
from habilitations.scopes import SCOPES, canoniques
from referentiel.models import Etablissement

#: What the JWT form of a sandbox token says in place of a habilitation's title.
SUJET_D_ESSAI = "Bac à sable"

POPULATIONS = sorted(nom for nom, scope in SCOPES.items() if scope.est_population)

TYPE_DU_JETON = {
    Habilitation.Type.LECTURE: Jeton.Type.LECTURE,
    Habilitation.Type.ECRITURE: Jeton.Type.ECRITURE,
    # FranceConnect's own access tokens open the calls: nothing to issue.
    Habilitation.Type.FRANCE_CONNECT: None,
}


def a_des_jetons(habilitation: Habilitation | None) -> bool:
    """Whether it is in force and of a kind that has tokens."""
    return (
        habilitation is not None
        and habilitation.etat == Habilitation.Etat.ACTIVE
        and TYPE_DU_JETON[Habilitation.Type(habilitation.type)] is not None
    )


class OctroiRefuse(ValueError):
    """What is asked cannot be granted. The message is in French, for whoever asked."""


class Octroi(NamedTuple):
    """`secret` is shown once, then forgotten. FranceConnect: neither token nor secret. Sandbox: no habilitation."""

    habilitation: Habilitation | None
    jeton: Jeton | None
    secret: str | None


@transaction.atomic
def octroyer(
    *,
    organisation: Organisation,
    type_: Habilitation.Type,
    intitule: str,
    scopes: Sequence[str] = (),
    uais: Sequence[str] = (),
    fc_client_id: str = "",
    population_exigee: bool = True,
    en_jwt: bool = False,
) -> Octroi:
    """Make the habilitation and, except for FranceConnect, its first token. Raises OctroiRefuse.

    `en_jwt`: the token has its JWT form (reading only).
    """
    if en_jwt and type_ != Habilitation.Type.LECTURE:
        raise OctroiRefuse("Seul un jeton de lecture existe au format JWT.")
    habilitation = _concevoir(
        organisation=organisation,
        type_=type_,
        intitule=intitule,
        scopes=scopes,
        uais=uais,
        fc_client_id=fc_client_id,
        population_exigee=population_exigee,
    )
    _enregistrer(habilitation)
    type_jeton = TYPE_DU_JETON[type_]
    if type_jeton is None:
        return Octroi(habilitation, None, None)
    jeton, secret = emission.emettre(
        organisation=organisation,
        type_=type_jeton,
        habilitation=habilitation,
        scopes=habilitation.scopes,
        uais=habilitation.uais,
        sujet_jwt=habilitation.intitule if en_jwt else "",
    )
    return Octroi(habilitation, jeton, secret)


@transaction.atomic
def octroyer_bouquet(*, organisation: Organisation, intitule: str) -> Octroi:
    """The habilitation to read everything, and the token of the provider door (contract §8). Raises OctroiRefuse.

    For an operator's command alone: no request gives it.
    """
    habilitation = _concevoir(
        organisation=organisation,
        type_=Habilitation.Type.LECTURE,
        intitule=intitule,
        scopes=list(SCOPES),
        uais=(),
        fc_client_id="",
    )
    _enregistrer(habilitation)
    jeton, secret = emission.emettre(
        organisation=organisation, type_=Jeton.Type.BOUQUET, habilitation=habilitation
    )
    return Octroi(habilitation, jeton, secret)


def _concevoir(
    *,
    organisation: Organisation,
    type_: Habilitation.Type,
    intitule: str,
    scopes: Sequence[str],
    uais: Sequence[str],
    fc_client_id: str,
    population_exigee: bool = True,
) -> Habilitation:
    """A habilitation that may be granted, not written yet. Raises OctroiRefuse."""
    scopes = sorted(canoniques(scopes))
    intitule = intitule.strip()
    if not intitule:
        raise OctroiRefuse("L'intitulé est obligatoire.")
    if len(intitule) > 255:
        raise OctroiRefuse("L'intitulé compte 255 caractères au plus.")
    fc_client_id = fc_client_id.strip()
    if type_ == Habilitation.Type.ECRITURE:
        if scopes:
            raise OctroiRefuse("Une habilitation d'écriture n'a pas de périmètre de lecture.")
        verifier_uais(uais, fictif=False)
    else:
        if uais:
            raise OctroiRefuse("Seule une habilitation d'écriture est liée à des UAI.")
        verifier_scopes(scopes, population_exigee=population_exigee)
    if (type_ == Habilitation.Type.FRANCE_CONNECT) != bool(fc_client_id):
        raise OctroiRefuse(
            "L'identifiant client FranceConnect est réservé aux habilitations FranceConnect."
            if fc_client_id
            else "L'identifiant client FranceConnect est obligatoire."
        )
    return Habilitation(
        type=type_,
        organisation=organisation,
        intitule=intitule,
        scopes=sorted(set(scopes)),
        uais=sorted(set(uais)),
        fc_client_id=fc_client_id,
    )


def _enregistrer(habilitation: Habilitation) -> None:
    try:
        with transaction.atomic():
            habilitation.save(force_insert=True)
    except IntegrityError as erreur:
        if "habilitation_client_franceconnect_unique" in str(erreur):
            autre = Habilitation.objects.actives().filter(fc_client_id=habilitation.fc_client_id).first()
            siennes = autre is not None and autre.organisation_id == habilitation.organisation_id
            raise OctroiRefuse(
                f"Ce client FranceConnect a déjà une habilitation active de cette organisation, {autre.numero} : "
                "modifiez sa demande, ou révoquez-la d'abord."
                if siennes and autre is not None
                else "Ce client FranceConnect est celui d'une autre organisation habilitée : vérifiez l'identifiant "
                "avec le demandeur."
            ) from None
        raise


@transaction.atomic
def octroyer_bac_a_sable(
    *,
    organisation: Organisation,
    scopes: Sequence[str] = (),
    uais: Sequence[str] = (),
    population_exigee: bool = True,
    en_jwt: bool = False,
) -> Octroi:
    """A sandbox token: no habilitation is needed, only fictitious students are within reach. Raises OctroiRefuse."""
    if en_jwt and not scopes:
        raise OctroiRefuse("Seul un jeton de lecture existe au format JWT.")
    scopes = sorted(canoniques(scopes))
    if not scopes and not uais:
        raise OctroiRefuse("Un jeton de bac à sable lit (périmètre) ou écrit (UAI) quelque chose.")
    if scopes:
        verifier_scopes(scopes, population_exigee=population_exigee)
    if uais:
        verifier_uais(uais, fictif=True)
    jeton, secret = emission.emettre(
        organisation=organisation,
        type_=Jeton.Type.BAC_A_SABLE,
        scopes=sorted(set(scopes)),
        uais=sorted(set(uais)),
        sujet_jwt=SUJET_D_ESSAI if en_jwt else "",
    )
    return Octroi(None, jeton, secret)


def verifier_scopes(scopes: Sequence[str], *, population_exigee: bool = True) -> None:
    """Known scopes, of which one at least opens a population: masks alone would give nothing.

    Nothing is what an operator may want, to see how a client takes the refusal.
    """
    if not scopes:
        raise OctroiRefuse("Le périmètre est obligatoire.")
    if inconnus := sorted(set(scopes) - set(SCOPES)):
        raise OctroiRefuse(
            f"Périmètre inconnu : {', '.join(inconnus)}. Périmètres possibles : {', '.join(SCOPES)}."
        )
    if population_exigee and set(scopes).isdisjoint(POPULATIONS):
        raise OctroiRefuse(
            f"Ce périmètre n'ouvre aucune donnée : ajoutez l'une des populations {', '.join(POPULATIONS)}."
        )


def verifier_uais(uais: Sequence[str], *, fictif: bool) -> None:
    """Establishments of the referential, all of the same world: real, or sandbox."""
    if not uais:
        raise OctroiRefuse("Au moins un UAI est obligatoire.")
    connus = dict(Etablissement.objects.filter(uai__in=uais).values_list("uai", "fictif"))
    if inconnus := sorted(set(uais) - set(connus)):
        raise OctroiRefuse(f"UAI inconnu du référentiel : {', '.join(inconnus)}.")
    if autres := sorted(uai for uai, monde in connus.items() if monde is not fictif):
        raise OctroiRefuse(
            f"UAI d'un établissement réel, hors du bac à sable : {', '.join(autres)}."
            if fictif
            else f"UAI d'un établissement fictif, réservé au bac à sable : {', '.join(autres)}."
        )


def preparer(demande: Demande) -> Habilitation:
    """The habilitation that approving this request would give, not written yet. Raises OctroiRefuse."""
    ecriture = demande.type == Habilitation.Type.ECRITURE
    return _concevoir(
        organisation=demande.organisation,
        type_=Habilitation.Type(demande.type),
        intitule=demande.intitule,
        scopes=() if ecriture else demande.scopes,
        uais=demande.uais if ecriture else (),
        fc_client_id=demande.fc_client_id if demande.type == Habilitation.Type.FRANCE_CONNECT else "",
    )


def habiliter(
    nouvelle: Habilitation, *, remplacee: Habilitation | None, porteur: Compte, auteur: Compte | None = None
) -> None:
    """Put in force what `preparer` made, for this applicant. Raises OctroiRefuse.

    The first token is issued later, when it can be shown (see `habilitations.jetons.liens`). `remplacee`: the
    habilitation whose place it takes; the tokens follow, with the new scopes, from their next call on.
    """
    if remplacee is not None:
        remplacee.etat = Habilitation.Etat.OBSOLETE
        remplacee.save(update_fields=["etat"])
        nouvelle.quota_par_seconde = remplacee.quota_par_seconde
    _nommer(nouvelle.organisation, porteur)
    _enregistrer(nouvelle)
    confier_les_etablissements(nouvelle, porteur, auteur=auteur)
    if remplacee is not None:
        Jeton.objects.finissables().filter(habilitation=remplacee).update(
            habilitation=nouvelle, scopes=nouvelle.scopes, uais=nouvelle.uais
        )
        delegations.suivre(remplacee, nouvelle)


def _nommer(organisation: Organisation, porteur: Compte) -> None:
    """The ministry has approved the request, under the name that its applicant gave: it is now everybody's."""
    if not organisation.sans_nom:
        return
    lien = Rattachement.objects.filter(compte=porteur, organisation=organisation).first()
    if lien is not None and lien.nom_declare:
        organisation.nom, organisation.adresse = (
            lien.nom_declare,
            organisation.adresse or lien.adresse_declaree,
        )
        organisation.save(update_fields=["nom", "adresse"])


def confier_les_etablissements(
    habilitation: Habilitation, compte: Compte, *, auteur: Compte | None = None
) -> None:
    """Make the applicant of a writing habilitation a manager of its establishments; no other kind has any.

    Managers whom a previous habilitation of the organisation named stay, for the establishments that a habilitation in
    force still covers.
    """
    remplacees = Habilitation.objects.filter(
        organisation=habilitation.organisation, etat=Habilitation.Etat.OBSOLETE
    )
    _reconduire_ou_reprendre(Gestionnaire.objects.filter(habilitation__in=remplacees), auteur=auteur)
    attributions.confier(
        compte=compte,
        etablissements=dict.fromkeys(Etablissement.objects.filter(uai__in=habilitation.uais), habilitation),
        auteur=auteur,
    )


def _reconduire_ou_reprendre(fins: GestionnaireQuerySet, *, auteur: Compte | None) -> None:
    """The habilitation of these rights has ended: another of the same organisation for the establishment carries them
    on, or they end."""
    orphelines = []
    for gestion in fins.actifs().select_related("compte", "etablissement", "habilitation").order_by("pk"):
        suite = attributions.habilitation_de(
            gestion.etablissement, organisation_id=gestion.habilitation.organisation_id
        )
        if suite is None:
            orphelines.append(gestion)
        else:
            gestion.habilitation = suite
            gestion.save(update_fields=["habilitation"])
    attributions.reprendre(gestions=orphelines, auteur=auteur)


def revoquer(*, habilitation: Habilitation, motif: str, auteur: Compte | None = None) -> None:
    """End a habilitation: its tokens are refused from the next call on, what only it gave to manage is taken back."""
    maintenant = timezone.now()
    habilitation.etat = Habilitation.Etat.REVOQUEE
    habilitation.revoquee_le = maintenant
    habilitation.save(update_fields=["etat", "revoquee_le"])
    _reconduire_ou_reprendre(Gestionnaire.objects.filter(habilitation=habilitation), auteur=auteur)
    Jeton.objects.finissables().filter(habilitation=habilitation).update(
        revoque_le=maintenant, motif_revocation=f"Habilitation révoquée : {motif}"[:255]
    )
    delegations.finir(habilitation)
