"""The main navigation: one table says which link is for whom. A page that does not exist is not announced."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from django.db.models import Exists
from django.urls import reverse

from habilitations.models import Compte, Editeur
from statut_etudiant.guichet.models import Agent


class Public(StrEnum):
    """For whom a link is. The ministry's roles bear the names of `habilitations.models.Role.Nom`."""

    VISITEUR = "visiteur"
    CONNECTE = "connecte"
    GESTIONNAIRE = "gestionnaire"
    AGENT_DU_GUICHET = "agent du guichet"
    EDITEUR = "editeur"
    RAPPORTEUR = "rapporteur"
    INSTRUCTEUR = "instructeur"
    RESPONSABLE = "responsable"
    ADMINISTRATEUR = "administrateur"
    DPD = "dpd"


class Lien(NamedTuple):
    """`menu`: where it is folded with its neighbours of the same menu, for who has several of them."""

    libelle: str
    page: str  # name of the URL
    pour: frozenset[Public]
    menu: str = ""


class Entree(NamedTuple):
    """A link of this request's navigation. `courant`: the value of aria-current, empty elsewhere."""

    libelle: str
    url: str
    courant: str
    menu: str = ""


class Menu(NamedTuple):
    """Links behind one button; without `libelle`, a link by itself."""

    libelle: str
    liens: list[Entree]

    @property
    def courant(self) -> bool:
        return any(lien.courant for lien in self.liens)


def _pour(*publics: Public) -> frozenset[Public]:
    return frozenset(publics)


INSTRUCTION = _pour(Public.RAPPORTEUR, Public.INSTRUCTEUR, Public.RESPONSABLE, Public.ADMINISTRATEUR)

REGLAGES, DROITS, PROTECTION = "Réglages", "Droits des étudiants", "Protection des données"

#: Whoever signs in finds these under « Le service », after their own links.
LE_SERVICE = (
    Lien("Accueil", "accueil", _pour(Public.VISITEUR)),
    Lien("Les API", "catalogue", _pour(Public.VISITEUR)),
    Lien("Suis-je éligible ?", "eligibilite", _pour(Public.VISITEUR)),
    Lien("Documentation", "api-docs", _pour(Public.VISITEUR)),
    Lien("Établissements couverts", "etablissements-couverts", _pour(Public.VISITEUR)),
    Lien("Habilitations publiques", "habilitations-publiques", _pour(Public.VISITEUR)),
    Lien("Mon statut étudiant", "mon-espace", _pour(Public.VISITEUR)),
    Lien("Vérifier un certificat", "verifier", _pour(Public.VISITEUR)),
)

ESPACES = (
    Lien("Vérifier un statut", "guichet", _pour(Public.AGENT_DU_GUICHET)),
    Lien("Mes demandes", "demandes", _pour(Public.CONNECTE)),
    Lien("Mes habilitations", "habilitations", _pour(Public.CONNECTE)),
    Lien(
        "Gestion des inscriptions",
        "gestion",
        _pour(Public.GESTIONNAIRE, Public.RESPONSABLE, Public.ADMINISTRATEUR),
    ),
    Lien("Espace éditeur", "editeur", _pour(Public.EDITEUR)),
    Lien("Demandes à instruire", "instruction", INSTRUCTION),
    Lien("Modèles de message", "modeles", _pour(Public.RESPONSABLE), REGLAGES),
    Lien("Éditeurs de logiciels", "editeurs", _pour(Public.RESPONSABLE, Public.ADMINISTRATEUR), REGLAGES),
    Lien("Annonces", "annonces", _pour(Public.RESPONSABLE, Public.ADMINISTRATEUR), REGLAGES),
    Lien("Personnes et rôles", "roles", _pour(Public.RESPONSABLE, Public.ADMINISTRATEUR), REGLAGES),
    Lien("Administration", "administration", _pour(Public.ADMINISTRATEUR), REGLAGES),
    Lien(
        "Rectifications demandées",
        "suivi-rectifications",
        _pour(Public.GESTIONNAIRE, Public.RESPONSABLE, Public.ADMINISTRATEUR, Public.DPD),
        DROITS,
    ),
    Lien(
        "Consultations contestées",
        "suivi-contestations",
        _pour(Public.DPD, Public.RESPONSABLE, Public.ADMINISTRATEUR),
        DROITS,
    ),
    Lien("Journal des échanges", "journal-echanges", _pour(Public.DPD), PROTECTION),
    Lien("Alertes d'usage", "alertes", _pour(Public.DPD), PROTECTION),
    Lien("Registre et effacements", "registre-des-traitements", _pour(Public.DPD), PROTECTION),
)


def publics(compte: Compte | None) -> frozenset[Public]:
    """The person's audiences. `None`: the visitor's, which everyone has."""
    trouves = {Public.VISITEUR}
    if compte is not None:
        trouves |= {Public.CONNECTE, *map(Public, compte.noms_des_roles)}
        gere, edite, verifie = (
            Compte.objects.filter(pk=compte.pk)
            .values_list(
                Exists(compte.gestions.actifs()),
                Exists(Editeur.objects.servis_par(compte)),
                Exists(Agent.objects.en_service().de(compte)),
            )
            .get()
        )
        trouves |= {Public.GESTIONNAIRE} if gere else set()
        trouves |= {Public.EDITEUR} if edite else set()
        trouves |= {Public.AGENT_DU_GUICHET} if verifie else set()
    return frozenset(trouves)


def entrees(liens: tuple[Lien, ...], *, pour: frozenset[Public], chemin: str) -> Iterator[Entree]:
    for lien in liens:
        if lien.pour & pour:
            url = reverse(lien.page)
            yield Entree(lien.libelle, url, _courant(url, chemin), lien.menu)


def menus(liens: Iterable[Entree]) -> list[Menu]:
    """These links as the header shows them, on one line: neighbours of a menu are behind its button."""
    plies = []
    for menu, voisins in groupby(liens, key=lambda lien: lien.menu):
        ensemble = list(voisins)
        if menu and len(ensemble) > 1:
            plies.append(Menu(menu, ensemble))
        else:
            plies += [Menu("", [lien]) for lien in ensemble]
    return plies


def _courant(url: str, chemin: str) -> str:
    if url == chemin:
        return "page"
    return "true" if url != "/" and chemin.startswith(f"{url.rstrip('/')}/") else ""
