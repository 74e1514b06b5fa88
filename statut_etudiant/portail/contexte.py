"""What the base template shows on every page, computed only if a page is rendered with it."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from habilitations.models import Compte
from habilitations.views.communs import rattachement_courant
from statut_etudiant.annonces import bandeaux
from statut_etudiant.portail import navigation
from statut_etudiant.portail.descriptions import DESCRIPTIONS

CONTACT = "statutetudiant@enseignementsup.gouv.fr"
CONTACT_ETABLISSEMENTS = "support-statutetudiant@renater.fr"


class Cadre:
    """Header, navigation and banners of one page."""

    demonstration = settings.ENVIRONNEMENT == "demonstration"
    #: Before a path, for who reads a page elsewhere.
    adresse = settings.ADRESSE_PUBLIQUE
    contact = CONTACT
    contact_etablissements = CONTACT_ETABLISSEMENTS
    directeur_de_publication = settings.DIRECTEUR_DE_PUBLICATION
    hebergeur = settings.HEBERGEUR

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def compte(self) -> Compte | None:
        utilisateur = getattr(self._request, "user", None)
        return utilisateur if utilisateur is not None and utilisateur.is_authenticated else None

    @property
    def adresse_de_la_page(self) -> str:
        """What a page is known by, whatever the filters."""
        return f"{settings.ADRESSE_PUBLIQUE}{self._request.path}"

    @property
    def description(self) -> str:
        """Of the page, for who reads of it elsewhere; nothing of those that one is sent to."""
        vue = self._request.resolver_match
        return DESCRIPTIONS.get(vue.view_name, "") if vue else ""

    @property
    def citoyen(self) -> Any:
        """The student signed in by FranceConnect, on their own pages."""
        return getattr(self._request, "citoyen", None)

    @property
    def administrateur(self) -> Compte | None:
        """Who really acts, when an administrator has taken this person's place."""
        return getattr(self._request, "au_nom_de", None)

    @cached_property
    def bandeaux(self) -> list[bandeaux.Annonce]:
        return bandeaux.a_afficher()

    @cached_property
    def organisation(self) -> str:
        """The name of the organisation that the person works for, and whether that is only what they say."""
        lien = rattachement_courant(self._request)
        return f"{lien.nom}{'' if lien.verifie else ' (non vérifiée)'}" if lien else ""

    @cached_property
    def espaces(self) -> list[navigation.Entree]:
        return self._entrees(navigation.ESPACES)

    @property
    def menus(self) -> list[navigation.Menu]:
        return navigation.menus(self.espaces)

    @property
    def gestion_ouverte(self) -> bool:
        """Whether a link to the admin leads somewhere: to sign in, or to pages that this person may open."""
        return self.compte is None or any(lien.url == reverse("gestion") for lien in self.espaces)

    @cached_property
    def le_service(self) -> list[navigation.Entree]:
        return self._entrees(navigation.LE_SERVICE)

    @property
    def dans_le_service(self) -> bool:
        return any(lien.courant for lien in self.le_service)

    @cached_property
    def _publics(self) -> frozenset[navigation.Public]:
        return navigation.publics(self.compte)

    def _entrees(self, liens: tuple[navigation.Lien, ...]) -> list[navigation.Entree]:
        return list(navigation.entrees(liens, pour=self._publics, chemin=self._request.path))


def cadre(request: HttpRequest) -> dict[str, Cadre]:
    return {"cadre": Cadre(request)}
