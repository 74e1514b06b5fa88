"""Belonging to an organisation: said by the person, or verified by ProConnect."""

from django.db import transaction

from habilitations.actes import ActeRefuse
from habilitations.acteur import Acteur
from habilitations.journal_acces import noter
from habilitations.models import Compte, JournalAcces, Organisation, Rattachement
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
def verifier(*, compte: Compte, siret: str, nom: str = "") -> Organisation:
    """ProConnect says that the person belongs to this organisation."""
    organisation = organisation_du_siret(siret=siret, nom=nom)
    lien, nouveau = Rattachement.objects.get_or_create(
        compte=compte, organisation=organisation, defaults={"verifie": True}
    )
    if nouveau or not lien.verifie:
        Rattachement.objects.filter(pk=lien.pk).update(verifie=True)
        noter(JournalAcces.Genre.RATTACHEMENT, compte=compte, auteur=compte, siret=siret, verifie=True)
    return organisation
