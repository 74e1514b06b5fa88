"""Organisations by their SIRET: found, made when they are new, named when they had no name."""

from habilitations.models import Organisation
from referentiel.caracteres import sans_controle
from referentiel.models import Etablissement


def organisation_du_siret(
    *, siret: str, nom: str = "", adresse: str = "", categorie: str = ""
) -> Organisation:
    """The organisation of this SIRET, made when it is new, named when it had no name.

    Its name: the one given, else that of an establishment with this SIRET, else the SIRET itself.
    """
    nom = sans_controle(nom or nom_au_referentiel(siret)) or Organisation.nom_provisoire(siret)
    organisation, nouvelle = Organisation.objects.get_or_create(
        siret=siret, defaults={"nom": nom, "adresse": adresse, "categorie": categorie}
    )
    if categorie and organisation.categorie != categorie:
        organisation.categorie = categorie
        organisation.save(update_fields=["categorie"])
    if not nouvelle and organisation.sans_nom:
        organisation.nom, organisation.adresse = nom, adresse or organisation.adresse
        organisation.save(update_fields=["nom", "adresse"])
    return organisation


def nom_au_referentiel(siret: str) -> str:
    """The name of an establishment with this SIRET; empty when there is none."""
    etablissement = Etablissement.objects.reels().filter(siret=siret).order_by("uai").first()
    return etablissement.nom if etablissement else ""
