"""Belonging to an organisation: said by the person, or verified by ProConnect."""

from contextlib import suppress
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from habilitations.acteur import Acteur
from habilitations.comptes import sirene
from habilitations.comptes.sirene import SireneMuet
from habilitations.comptes.siret import nom_au_referentiel, organisation_du_siret
from habilitations.comptes.verrous import SIRET, Essai, TropDEssais
from habilitations.courriels.boite import ecrire
from habilitations.journal import noter
from habilitations.models import Compte, Demande, JournalAcces, Organisation, Rattachement
from habilitations.refus import ActeRefuse

#: Nobody works for more; a script that lists organisations would.
MAXIMUM = 20


class NomInconnu(ActeRefuse):
    """Nobody but the person can say the organisation's name."""


class EtablissementFerme(ActeRefuse):
    """Sirene says that it is closed."""


class _Fiche(NamedTuple):
    nom: str
    adresse: str


def rattacher(
    *, acteur: Acteur, siret: str, nom: str = "", adresse: str = "", ferme_accepte: bool = False
) -> Organisation:
    """Add an organisation to the person's, without any proof; again is no error. Raises ActeRefuse.

    Sirene's name and address win over what is typed, which names a new organisation only: it never renames the one
    that others know. `ferme_accepte`: the person was told that the establishment is closed, and wants it all the same.
    """
    connue = Organisation.objects.filter(siret=siret).first()
    if connue is None or connue.sans_nom:
        essai = _compter(acteur)
        # Before any lock is taken: Sirene may be slow.
        fiche = _identifier(siret, _Fiche(nom, adresse), ferme_accepte=ferme_accepte)
        essai.reussi()
    else:
        fiche = _Fiche(connue.nom, connue.adresse)
    with transaction.atomic():
        Compte.objects.select_for_update().get(pk=acteur.compte.pk)
        liens = Rattachement.objects.filter(compte=acteur.compte)
        if liens.count() >= MAXIMUM and not liens.filter(organisation__siret=siret).exists():
            raise ActeRefuse(f"Vous êtes déjà rattaché à {MAXIMUM} organisations.")
        organisation = organisation_du_siret(siret=siret, nom=fiche.nom, adresse=fiche.adresse)
        _, nouveau = Rattachement.objects.get_or_create(compte=acteur.compte, organisation=organisation)
        if nouveau:
            noter(
                JournalAcces.Genre.RATTACHEMENT,
                compte=acteur.compte,
                auteur=acteur.au_nom_de or acteur.compte,
                siret=siret,
                verifie=False,
            )
    return organisation


def _identifier(siret: str, saisie: _Fiche, *, ferme_accepte: bool) -> _Fiche:
    """How the organisation is called and where it is, by Sirene, else by the person, else by the referential."""
    manque = "Saisissez le nom de l'organisation : nous ne connaissons pas encore ce SIRET."
    trouve = None
    with suppress(SireneMuet):
        trouve = sirene.chercher(siret)
        if trouve is None:
            manque = (
                "Le répertoire Sirene ne connaît pas ce SIRET : vérifiez-le. S'il est juste, saisissez le nom de "
                "l'organisation."
            )
        elif not trouve.nom:
            manque = "Le répertoire Sirene ne publie pas le nom de cet établissement : saisissez-le."
    if trouve is not None and trouve.ferme and not ferme_accepte:
        depuis = f" depuis le {date_format(trouve.ferme_le, 'j F Y')}" if trouve.ferme_le else ""
        raise EtablissementFerme(
            f"Cet établissement est fermé{depuis} : vérifiez le SIRET. Si c'est bien le vôtre, validez de nouveau pour "
            "l'ajouter quand même."
        )
    publiee = _Fiche(trouve.nom, trouve.adresse) if trouve is not None else _Fiche("", "")
    nom = publiee.nom or saisie.nom or nom_au_referentiel(siret)
    if not nom:
        raise NomInconnu(manque)
    return _Fiche(nom, publiee.adresse or saisie.adresse)


def _compter(acteur: Acteur) -> Essai:
    """Our access to Sirene is not for browsing it."""
    try:
        return Essai((SIRET, str(acteur.compte.pk)))
    except TropDEssais as refus:
        raise ActeRefuse(str(refus)) from None


@transaction.atomic
def retirer(*, acteur: Acteur, organisation: Organisation) -> None:
    """Take an organisation off the person's. Their own requests stay theirs; their colleagues' are no longer shown."""
    lien = Rattachement.objects.select_for_update().get(compte=acteur.compte, organisation=organisation)
    verifie = lien.verifie
    lien.delete()
    noter(
        JournalAcces.Genre.RATTACHEMENT_RETIRE,
        compte=acteur.compte,
        auteur=acteur.au_nom_de or acteur.compte,
        siret=organisation.siret,
        verifie=verifie,
    )


class Suites(NamedTuple):
    """What becomes of an organisation's requests once the person has left it: how many."""

    gardees: int
    perdues_de_vue: int


def suites_du_retrait(lien: Rattachement) -> Suites:
    compte = lien.compte
    demandes = Demande.objects.filter(organisation=lien.organisation)
    autres = demandes.exclude(demandeur=compte).exclude(contacts__courriel=compte.courriel)
    par_le_lien = lien.verifie and not compte.est_agent_du_ministere
    return Suites(
        gardees=demandes.filter(demandeur=compte).count(),
        perdues_de_vue=autres.count() if par_le_lien else 0,
    )


def verifier(*, compte: Compte, siret: str) -> Organisation:
    """ProConnect says that the person works for this organisation; hence no longer for another that it had said."""
    fiche = _Fiche("", "")
    if all(connue.sans_nom for connue in Organisation.objects.filter(siret=siret)):
        # Before any lock is taken, and without insisting: a name can wait, not the person.
        with suppress(ActeRefuse):
            fiche = _identifier(siret, fiche, ferme_accepte=True)
    with transaction.atomic():
        organisation = organisation_du_siret(siret=siret, nom=fiche.nom, adresse=fiche.adresse)
        lien, nouveau = Rattachement.objects.get_or_create(
            compte=compte, organisation=organisation, defaults={"verifie": True}
        )
        Rattachement.objects.filter(pk=lien.pk).update(verifie=True, verifie_le=timezone.now())
        if nouveau or not lien.verifie:
            noter(JournalAcces.Genre.RATTACHEMENT, compte=compte, auteur=compte, siret=siret, verifie=True)
        autres = Rattachement.objects.filter(compte=compte, verifie=True).exclude(pk=lien.pk)
        _perimer(autres, maintenant_a=organisation)
    return organisation


@transaction.atomic
def perimer() -> int:
    """Links that ProConnect has not confirmed for long are no longer taken as verified; how many."""
    limite = timezone.now() - relativedelta(months=settings.RATTACHEMENT_DUREE_MOIS)
    return _perimer(Rattachement.objects.filter(verifie=True, verifie_le__lt=limite))


def _perimer(liens: QuerySet[Rattachement], *, maintenant_a: Organisation | None = None) -> int:
    trouves = list(liens.select_for_update(of=("self",)).select_related("compte", "organisation"))
    for lien in trouves:
        # The key names the confirmation that is over: one mail for each.
        cle = f"rattachement_a_verifier:{lien.pk}:{lien.verifie_le.isoformat()}"
        lien.verifie, lien.verifie_le = False, timezone.now()
        lien.save(update_fields=["verifie", "verifie_le"])
        noter(
            JournalAcces.Genre.RATTACHEMENT_PERIME,
            compte=lien.compte,
            auteur=lien.compte if maintenant_a else None,
            siret=lien.organisation.siret,
        )
        ecrire(
            genre="rattachement_a_verifier",
            destinataire=lien.compte.courriel,
            cle=cle,
            contexte={
                "organisation": lien.organisation,
                "maintenant_a": maintenant_a,
                "mois": settings.RATTACHEMENT_DUREE_MOIS,
            },
        )
    return len(trouves)
