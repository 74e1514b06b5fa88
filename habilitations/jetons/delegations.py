"""Letting an editor call with a reading habilitation, and taking that back: effective on the next call."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from habilitations.acteur import Acteur
from habilitations.courriels.boite import ecrire
from habilitations.jetons.reseaux import ReseauxRefuses, lire_reseaux
from habilitations.jetons.vie import JetonRefuse, agents, porteurs, raconter
from habilitations.models import Delegation, Editeur, Habilitation


class DelegationRefusee(JetonRefuse):
    """What is asked of a delegation cannot be done."""


@transaction.atomic
def donner(
    *, habilitation: Habilitation, editeur: Editeur, acteur: Acteur, adresses: Iterable[str] = ()
) -> Delegation:
    """Raises DelegationRefusee. `adresses`: from where the editor may call with it; none: no limit of ours."""
    habilitation = _tenue(habilitation, acteur)
    if habilitation.type != Habilitation.Type.LECTURE:
        raise DelegationRefusee("Seule une habilitation de lecture se délègue.")
    if habilitation.etat != Habilitation.Etat.ACTIVE:
        raise DelegationRefusee("Cette habilitation n'est plus active : elle ne se délègue plus.")
    if editeur.retire_le is not None:
        raise DelegationRefusee("Cette organisation n'est plus un éditeur désigné par le ministère.")
    try:
        with transaction.atomic():
            delegation = Delegation.objects.create(
                habilitation=habilitation,
                editeur=editeur,
                donnee_par=acteur.compte,
                adresses=_reseaux(adresses),
            )
    except IntegrityError as erreur:
        if "delegation_en_cours_unique" in str(erreur):
            raise DelegationRefusee(f"{editeur} a déjà cette habilitation par délégation.") from None
        raise
    raconter(habilitation, "delegation_donnee", acteur, _faits(delegation))
    _annoncer("delegation_donnee", delegation)
    return delegation


@transaction.atomic
def restreindre(*, delegation: Delegation, acteur: Acteur, adresses: Iterable[str]) -> None:
    """The networks from which the editor may call with it. Raises DelegationRefusee."""
    delegation = _vivante(delegation, acteur)
    delegation.adresses = _reseaux(adresses)
    delegation.save(update_fields=["adresses"])
    faits = _faits(delegation) | {"adresses": delegation.adresses}
    raconter(delegation.habilitation, "delegation_restreinte", acteur, faits)


@transaction.atomic
def reprendre(*, delegation: Delegation, acteur: Acteur) -> None:
    """Raises DelegationRefusee."""
    delegation = _vivante(delegation, acteur)
    delegation.reprendre(par=acteur.compte)
    raconter(delegation.habilitation, "delegation_reprise", acteur, _faits(delegation))
    _annoncer("delegation_reprise", delegation)


def suivre(remplacee: Habilitation, nouvelle: Habilitation) -> None:
    """A newer habilitation takes the place of the one delegated: what was given stays given, with the new scopes."""
    Delegation.objects.filter(habilitation=remplacee, reprise_le__isnull=True).update(habilitation=nouvelle)


def finir(habilitation: Habilitation) -> None:
    """The habilitation is over: so are its delegations."""
    en_cours = Delegation.objects.select_for_update(of=("self",)).filter(
        habilitation=habilitation, reprise_le__isnull=True
    )
    for delegation in en_cours.select_related("editeur__organisation", "habilitation__organisation"):
        delegation.reprendre(par=None)
        # Its holders are told of the whole of it: nothing is left to delegate.
        _annoncer("delegation_reprise", delegation, aux_porteurs=False)


def annoncer_la_fin(delegation: Delegation) -> None:
    """Tell the administration that its editor is no longer one."""
    _annoncer("delegation_reprise", delegation, aux_agents=False)


def _tenue(habilitation: Habilitation, acteur: Acteur) -> Habilitation:
    """The habilitation, locked, once it is sure that this person manages its tokens."""
    tenues = Habilitation.objects.tenues_par(acteur.compte).filter(pk=habilitation.pk)
    if not tenues.exists():
        raise DelegationRefusee("Seul qui gère les jetons de cette habilitation peut la déléguer.")
    return (
        Habilitation.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=habilitation.pk)
    )


def _vivante(delegation: Delegation, acteur: Acteur) -> Delegation:
    _tenue(delegation.habilitation, acteur)
    trouvee = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("editeur__organisation", "habilitation__organisation")
        .get(pk=delegation.pk)
    )
    if not trouvee.en_cours:
        raise DelegationRefusee("Cette délégation était déjà terminée.")
    return trouvee


def _reseaux(adresses: Iterable[str]) -> list[str]:
    try:
        return lire_reseaux(adresses)
    except ReseauxRefuses as refus:
        raise DelegationRefusee(str(refus)) from None


def _faits(delegation: Delegation) -> dict[str, object]:
    return {"editeur": str(delegation.editeur.organisation)}


def _annoncer(
    genre: str, delegation: Delegation, *, aux_agents: bool = True, aux_porteurs: bool = True
) -> None:
    """Both sides are told, each in its own words."""
    lecteurs = [(adresse, True) for adresse in sorted(agents(delegation.editeur)) if aux_agents]
    lecteurs += [(adresse, False) for adresse in sorted(porteurs(delegation.habilitation)) if aux_porteurs]
    for adresse, editeur in lecteurs:
        ecrire(
            genre=genre,
            destinataire=adresse,
            cle=f"{genre}:{delegation.pk}:{'e' if editeur else 'p'}:{adresse}",
            contexte={
                "delegation": delegation,
                "habilitation": delegation.habilitation,
                "editeur": delegation.editeur.organisation,
                "pour_l_editeur": editeur,
            },
        )
