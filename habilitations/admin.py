"""The administrators' view of the tables, under /administration/: everything can be read, nothing rewritten or deleted.

States move by acts, on their own pages; the history is append-only; tokens and documents show nothing of their content.
"""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin import helpers
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaks_filter
from django.template.response import TemplateResponse
from django.utils.timezone import localtime

from habilitations.acteur import Qualite
from habilitations.comptes.requete import RequeteConnectee
from habilitations.courriels import envoi, refus
from habilitations.courriels.genres import A_USAGE_UNIQUE, LIBELLES, libelle
from habilitations.courriels.liens import lier
from habilitations.demandes import historique
from habilitations.models import (
    AdresseRefusee,
    Compte,
    ContactDeDemande,
    Courriel,
    Demande,
    Document,
    Evenement,
    Habilitation,
    Jeton,
    Message,
    ModeleDeMessage,
    Organisation,
    Rattachement,
    Redaction,
    Role,
    Transfert,
)
from habilitations.scopes import SCOPES
from habilitations.templatetags.courriels import avis_d_adresses
from referentiel import francais
from referentiel.site.socle import FiltresDeclares, Lecture, SiteDuPortail


class Administration(SiteDuPortail):
    site_header = site_title = index_title = "Administration"

    def has_permission(self, request: HttpRequest) -> bool:
        """Administrators themselves, not whom they stand in for."""
        compte = request.user
        return (
            compte.is_authenticated
            and getattr(request, "au_nom_de", None) is None
            and Role.Nom.ADMINISTRATEUR in compte.noms_des_roles
        )


site = Administration(name="administration")


class Table(FiltresDeclares, Lecture, admin.ModelAdmin):
    list_per_page = 50
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    show_full_result_count = False


class AvecDonnees:
    """Scopes by what they open, and not by their names."""

    @admin.display(description="données")
    def donnees(self, objet: Demande | Habilitation | Jeton) -> str:
        return ", ".join(SCOPES[scope].label if scope in SCOPES else scope for scope in objet.scopes)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["donnees" if nom == "scopes" else nom for nom in super().get_fields(request, obj)]  # type: ignore[misc]


def _instant(valeur: datetime | None) -> str:
    """As the lists write it: on the page of one object, Django would write what a program reads."""
    return francais.date(localtime(valeur), "j F Y H:i") if valeur else ""


class Lies(Lecture, admin.TabularInline):
    template = "administration/_lies.html"


class Contacts(Lies):
    model = ContactDeDemande


class Documents(Lies):
    model = Document
    exclude = ("contenu",)


class Recit:
    """A line of history in the words of its page, rather than in those of the table."""

    @admin.display(description="fait", ordering="acte")
    def fait(self, evenement: Evenement) -> str:
        return historique.fait(evenement.acte)

    @admin.display(description="rôle", ordering="acteur_role")
    def role(self, evenement: Evenement) -> str:
        return str(Qualite(evenement.acteur_role).label)

    @admin.display(description="de l'état", ordering="de")
    def depart(self, evenement: Evenement) -> str:
        return str(Demande.Etat(evenement.de).label) if evenement.de else ""

    @admin.display(description="à l'état", ordering="vers")
    def arrivee(self, evenement: Evenement) -> str:
        return str(Demande.Etat(evenement.vers).label) if evenement.vers else ""

    @admin.display(description="précisions")
    def precisions(self, evenement: Evenement) -> str:
        return " ".join(historique.precisions(evenement.details))


class Evenements(Recit, Lies):
    model = Evenement
    fields = readonly_fields = (
        "instant", "fait", "acteur_nom", "role", "au_nom_de", "depart", "arrivee", "texte", "precisions",
    )  # fmt: skip


@admin.register(Demande, site=site)
class DemandeAdmin(AvecDonnees, Table):
    list_display = (
        "numero",
        "intitule",
        "type",
        "etat",
        "organisation",
        "demandeur",
        "instructeur",
        "soumise_le",
    )
    list_filter = ("etat", "type")
    list_select_related = ("organisation", "demandeur", "instructeur")
    search_fields = ("=pk", "intitule", "organisation__nom", "organisation__siret", "demandeur__courriel")
    exclude = ("cle_recherche", "instantane_valide")
    inlines = (Contacts, Documents, Evenements)


@admin.register(Habilitation, site=site)
class HabilitationAdmin(AvecDonnees, Table):
    list_display = ("numero", "intitule", "type", "etat", "organisation", "validee_le", "revoquee_le")
    list_filter = ("etat", "type")
    list_select_related = ("organisation",)
    search_fields = ("=pk", "intitule", "organisation__nom", "organisation__siret")
    exclude = ("cle_recherche",)


class ParFait(admin.SimpleListFilter):
    title = "fait"
    parameter_name = "acte"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        connus = Evenement.objects.order_by("acte").values_list("acte", flat=True).distinct()
        return [(acte, historique.fait(acte)) for acte in connus]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(acte=self.value()) if self.value() else queryset


@admin.register(Evenement, site=site)
class EvenementAdmin(Recit, Table):
    list_display = ("instant", "fait", "acteur_nom", "role", "demande", "depart", "arrivee")
    fields = (
        "instant", "demande", "fait", "acteur", "acteur_nom", "role", "au_nom_de", "depart", "arrivee", "texte",
        "precisions",
    )  # fmt: skip
    list_filter = (ParFait,)
    list_select_related = ("demande",)
    search_fields = ("=demande__pk", "acteur_nom")


@admin.register(Redaction, site=site)
class RedactionAdmin(Table):
    list_display = ("demande", "etape", "compte", "au_nom_de", "premiere_le", "derniere_le")
    list_filter = ("etape",)
    list_select_related = ("demande", "compte", "au_nom_de")
    search_fields = ("=demande__pk", "compte__courriel")


@admin.register(Transfert, site=site)
class TransfertAdmin(Table):
    list_display = ("demande", "de", "vers", "propose_par", "propose_le", "expire_le", "issue", "clos_le")
    list_filter = ("issue", "par_administration")
    list_select_related = ("demande", "de", "vers", "propose_par")
    search_fields = ("=demande__pk", "de__courriel", "vers__courriel")


@admin.register(Message, site=site)
class MessageAdmin(Table):
    list_display = ("envoye_le", "demande", "auteur", "du_ministere", "lu_le")
    list_select_related = ("demande", "auteur")
    search_fields = ("=demande__pk",)


@admin.register(ModeleDeMessage, site=site)
class ModeleAdmin(Table):
    list_display = ("titre", "usage", "actif")
    list_filter = ("usage", "actif")


class EtatDuCourriel(admin.SimpleListFilter):
    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Courriel.Etat.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case Courriel.Etat.EN_ATTENTE:
                return queryset.en_attente()
            case Courriel.Etat.PARTI:
                return queryset.filter(envoye_le__isnull=False)
            case Courriel.Etat.ECHOUE:
                return queryset.en_echec()
        return queryset


class GenreDuCourriel(admin.SimpleListFilter):
    title = "genre"
    parameter_name = "genre"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return sorted(LIBELLES.items(), key=lambda un: un[1])

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(genre=self.value()) if self.value() else queryset


@admin.register(Courriel, site=site)
class CourrielAdmin(Table):
    """`apercu`: the words as they left. Mails that carry a one-time link keep it to themselves."""

    list_display = (
        "ecrit_le", "etat", "sujet", "destinataire", "objet", "parti_le", "tentatives", "reprise", "raison",
    )  # fmt: skip
    list_filter = (EtatDuCourriel, GenreDuCourriel)
    search_fields = ("destinataire", "objet")
    fields = (
        "etat", "raison", "sujet", "destinataire", "objet", "demande", "ecrit_le", "parti_le", "tentatives", "reprise",
        "apercu",
    )  # fmt: skip
    actions = ("renvoyer",)

    @admin.action(description="Renvoyer ceux qui ont échoué", permissions=["view"])
    def renvoyer(self, request: RequeteConnectee, choisis: Any) -> HttpResponse | None:
        """Told and confirmed first, as any act of an administrator."""
        if "confirmer" in request.POST:
            nombre = envoi.renvoyer(auteur=request.user, courriels=choisis.values_list("pk", flat=True))
            dits = {0: "Aucun courriel n'avait échoué.", 1: "1 courriel va repartir."}
            self.message_user(request, dits.get(nombre, f"{nombre} courriels vont repartir."))
            return None
        request.current_app = self.admin_site.name
        echoues = list(choisis.en_echec())
        return TemplateResponse(
            request,
            "administration/renvoyer.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": "Renvoyer des courriels",
                "courriels": echoues,
                "ecartes": choisis.count() - len(echoues),
                "case": helpers.ACTION_CHECKBOX_NAME,
            },
        )

    @admin.display(description="genre", ordering="genre")
    def sujet(self, courriel: Courriel) -> str:
        return libelle(courriel.genre)

    @admin.display(description="écrit le", ordering="cree_le")
    def ecrit_le(self, courriel: Courriel) -> str:
        return _instant(courriel.cree_le)

    @admin.display(description="parti le", ordering="envoye_le")
    def parti_le(self, courriel: Courriel) -> str:
        return _instant(courriel.envoye_le)

    @admin.display(description="prochain essai")
    def reprise(self, courriel: Courriel) -> str:
        attend = courriel.etat == Courriel.Etat.EN_ATTENTE and courriel.tentatives
        return _instant(courriel.reprise_le) if attend else ""

    @admin.display(description="état")
    def etat(self, courriel: Courriel) -> str:
        return courriel.etat.label

    @admin.display(description="raison")
    def raison(self, courriel: Courriel) -> str:
        return "" if courriel.etat == Courriel.Etat.PARTI else refus.raison(courriel.derniere_erreur)

    @admin.display(description="aperçu")
    def apercu(self, courriel: Courriel) -> str:
        if courriel.sensible or courriel.genre in A_USAGE_UNIQUE:
            return "Ce courriel peut porter un lien à usage unique : son texte n'est pas montré."
        return linebreaks_filter(lier(courriel.texte))


@admin.register(AdresseRefusee, site=site)
class AdresseRefuseeAdmin(Table):
    list_display = ("courriel", "source", "code", "depuis", "constate_le")
    list_filter = ("source",)
    search_fields = ("courriel",)
    actions = ("oublier",)

    @admin.action(description="Oublier : le courrier y arrive de nouveau", permissions=["view"])
    def oublier(self, request: HttpRequest, choisies: Any) -> None:
        """Mail goes there all the same; the notice beside the address is what goes away."""
        nombre = choisies.count()
        choisies.delete()
        self.message_user(request, f"{nombre} adresse{'s' * (nombre > 1)} oubliée{'s' * (nombre > 1)}.")


@admin.register(Organisation, site=site)
class OrganisationAdmin(Table):
    list_display = ("nom", "siret", "cree_le")
    search_fields = ("nom", "siret")
    exclude = ("cle_recherche",)


@admin.register(Compte, site=site)
class CompteAdmin(Table):
    list_display = ("courriel", "prenom", "nom", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("courriel", "nom", "prenom")
    fields = ("courriel", "courrier", "prenom", "nom", "is_active", "cree_le", "last_login")

    @admin.display(description="courrier")
    def courrier(self, compte: Compte) -> str:
        """Whether mail arrives there, as far as it is known."""
        return " ".join(avis_d_adresses(compte.courriel)["avis"]) or "Rien ne dit qu'il n'arrive pas."


@admin.register(Role, site=site)
class RoleAdmin(Table):
    list_display = ("compte", "nom", "donne_par", "donne_le", "retire_par", "retire_le")
    list_filter = ("nom", ("retire_le", admin.EmptyFieldListFilter))
    list_select_related = ("compte", "donne_par", "retire_par")


@admin.register(Rattachement, site=site)
class RattachementAdmin(Table):
    list_display = ("compte", "organisation", "verifie", "verifie_le", "cree_le")
    list_filter = ("verifie",)
    list_select_related = ("compte", "organisation")


@admin.register(Jeton, site=site)
class JetonAdmin(AvecDonnees, Table):
    list_display = ("affichage", "organisation", "habilitation", "cree_le", "expire_le", "revoque_le")
    list_filter = ("type",)
    list_select_related = ("organisation", "habilitation")
    search_fields = ("organisation__nom", "organisation__siret", "fin")
    exclude = ("empreinte",)
