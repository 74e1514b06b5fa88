"""Belonging to an organisation: said by the person, or verified by ProConnect."""

from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from habilitations.actes import ActeRefuse
from habilitations.acteur import Acteur
from habilitations.courriels import ecrire
from habilitations.journal_acces import noter
from habilitations.models import Compte, Demande, JournalAcces, Organisation, Rattachement
from habilitations.octroi import organisation_du_siret

#: Nobody works for more; a script that lists organisations would.
MAXIMUM = 20


@transaction.atomic
def rattacher(*, acteur: Acteur, siret: str, nom: str, adresse: str = "") -> Organisation:
    """Add an organisation to the person's, without any proof. Raises ActeRefuse.

    What is typed names a new organisation only: it never renames the one that others know.
    """
    Compte.objects.select_for_update().get(pk=acteur.compte.pk)
    if Rattachement.objects.filter(compte=acteur.compte).count() >= MAXIMUM:
        raise ActeRefuse(f"Vous êtes déjà rattaché à {MAXIMUM} organisations.")
    connue = Organisation.objects.filter(siret=siret).exists()
    organisation = organisation_du_siret(siret=siret, nom=nom)
    if not connue and adresse:
        organisation.adresse = adresse
        organisation.save(update_fields=["adresse"])
    _, nouveau = Rattachement.objects.get_or_create(compte=acteur.compte, organisation=organisation)
    if not nouveau:
        raise ActeRefuse(f"{organisation.nom} est déjà l'une de vos organisations.")
    noter(
        JournalAcces.Genre.RATTACHEMENT,
        compte=acteur.compte,
        auteur=acteur.au_nom_de or acteur.compte,
        siret=siret,
        verifie=False,
    )
    return organisation


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


@transaction.atomic
def verifier(*, compte: Compte, siret: str, nom: str = "") -> Organisation:
    """ProConnect says that the person works for this organisation; hence no longer for another that it had said."""
    organisation = organisation_du_siret(siret=siret, nom=nom)
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
