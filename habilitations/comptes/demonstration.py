"""The demonstration's persons: those whose address is in a domain that no mail reaches (RFC 2606)."""

from typing import NamedTuple

from django.conf import settings
from django.db.models import Prefetch, QuerySet

from habilitations.models import Compte, ContactDeDemande, Demande, Gestionnaire, Rattachement, Role
from referentiel import francais

DOMAINE = "demonstration.example"


def active() -> bool:
    """Signing in without any proof exists in this environment only."""
    return bool(settings.ENVIRONNEMENT == "demonstration")


def comptes() -> QuerySet[Compte]:
    return Compte.objects.filter(courriel__endswith=f"@{DOMAINE}", is_active=True)


class Personne(NamedTuple):
    """As the page shows them: who, doing what, and where."""

    compte: Compte
    qualite: str
    lieu: str


def personnes() -> list[tuple[str, list[Personne]]]:
    """By group: applicants, those who work for them, establishments, the ministry."""
    groupes: dict[str, list[Personne]] = {
        "Demandeurs": [],
        "Éditeurs de logiciels": [],
        "Établissements": [],
        "Ministère": [],
    }
    ordre = list(Role.Nom.values)
    trouves = comptes().prefetch_related(
        Prefetch("roles", Role.objects.filter(retire_le__isnull=True), "roles_actifs"),
        Prefetch("rattachements", Rattachement.objects.select_related("organisation")),
        Prefetch("gestions", Gestionnaire.objects.actifs().select_related("etablissement")),
    )
    nommes = _contacts_techniques()
    for compte in trouves.order_by("prenom", "nom"):
        roles = sorted(compte.roles_actifs, key=lambda role: ordre.index(role.nom))
        organisations = ", ".join(lien.organisation.nom for lien in compte.rattachements.all())
        if roles:
            qualite = ", ".join(role.get_nom_display() for role in roles)
            groupes["Ministère"].append(
                Personne(compte, qualite, "Ministère chargé de l'enseignement supérieur")
            )
        elif gestions := list(compte.gestions.all()):
            lieu = ", ".join(gestion.etablissement.nom for gestion in gestions)
            groupes["Établissements"].append(Personne(compte, "Gestionnaire d'établissement", lieu))
        elif clients := nommes.get(compte.courriel):
            qualite = f"Contact technique pour {', '.join(francais.le(nom) for nom in sorted(clients))}"
            groupes["Éditeurs de logiciels"].append(
                Personne(compte, qualite, organisations or "Sans organisation")
            )
        else:
            groupes["Demandeurs"].append(Personne(compte, "Demandeur", organisations or "Sans organisation"))
    groupes["Ministère"].sort(key=lambda personne: ordre.index(personne.compte.roles_actifs[0].nom))  # type: ignore[attr-defined]
    return [(titre, membres) for titre, membres in groupes.items() if membres]


def _contacts_techniques() -> dict[str, set[str]]:
    """Persons named in other people's requests who have none of their own: address → organisations."""
    demandeurs = Demande.objects.values("demandeur__courriel")
    nommes: dict[str, set[str]] = {}
    for courriel, organisation in (
        ContactDeDemande.objects.filter(
            role=ContactDeDemande.Role.TECHNIQUE, courriel__endswith=f"@{DOMAINE}"
        )
        .exclude(courriel__in=demandeurs)
        .values_list("courriel", "demande__organisation__nom")
    ):
        nommes.setdefault(courriel, set()).add(organisation)
    return nommes
