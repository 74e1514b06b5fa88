"""What the admin exports: the columns of each list (django-import-export's resources), and the trace of who took it.

Inscriptions are written with the columns of a deposit, under the titles of its model: sent back as it is, an export
changes nothing.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Model, QuerySet
from django.utils import timezone
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import Widget

from referentiel.champs_d_inscription import CHAMPS, Role
from referentiel.droits import Droits
from referentiel.exports.classeurs import FORMATS
from referentiel.models import Commune, Etablissement, EtablissementCouvert, Etudiant, Export, Inscription

PAR_MORCEAU = 2_000


class Ressource(ModelResource):
    """`lies`: what each row reads besides its own table. `etablissement`: the path to the UAI that it is of."""

    lies: tuple[str, ...] = ()
    etablissement = ""


class TelQuel(Widget):
    """The value itself: a day stays a day, for the format to write it as one."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


#: Where the fields of a line are found, those that the row of the inscription does not hold.
_AILLEURS = {
    "ine": "etudiant__ine",
    "date_naissance": "etudiant__date_naissance",
    "etablissement_id": "etablissement__uai",
}


class RessourceInscription(Ressource):
    lies = ("etudiant", "etablissement")
    etablissement = "etablissement__uai"

    vars().update({
        champ.colonne: Field(
            None if champ.role is Role.IDENTITE else _AILLEURS.get(champ.colonne, champ.colonne),
            champ.libelle,
            TelQuel(),
        )
        for champ in CHAMPS
    })  # fmt: skip

    class Meta:
        model = Inscription
        fields = tuple(champ.colonne for champ in CHAMPS)
        export_order = fields

    def export_resource(self, instance: Inscription, *args: Any, **kwargs: Any) -> list[Any]:
        """A deposit accepts a complete identity or none: when sexe is unknown, no identity is exported."""
        self._identite = (
            instance.etudiant if instance.etudiant.sexe else Etudiant(nom_naissance="", prenoms=[])
        )
        rangee: list[Any] = super().export_resource(instance, *args, **kwargs)
        return rangee

    def dehydrate_nom_naissance(self, inscription: Inscription) -> str:
        return self._identite.nom_naissance

    def dehydrate_prenoms(self, inscription: Inscription) -> str:
        return ", ".join(self._identite.prenoms)

    def dehydrate_sexe(self, inscription: Inscription) -> str:
        return self._identite.sexe or ""

    def dehydrate_lieu_naissance(self, inscription: Inscription) -> str:
        return self._identite.lieu_naissance or ""


class RessourceEtablissement(Ressource):
    """The columns that the import of establishments reads, then what it works out."""

    uai = Field("uai", "uai")
    nom = Field("nom", "nom")
    type = Field("type", "type")
    secteur = Field("secteur", "secteur")
    code_commune = Field("code_commune", "codeCommune")
    siret = Field("siret", "siret")
    departement = Field("departement", "departement")
    academie = Field("academie", "academie")
    ouvert = Field(column_name="ouvert")

    class Meta:
        model = Etablissement
        fields = (
            "uai", "nom", "type", "secteur", "code_commune", "siret", "departement", "academie", "ouvert",
        )  # fmt: skip
        export_order = fields

    def dehydrate_ouvert(self, etablissement: Etablissement) -> str:
        return "oui" if etablissement.ouvert else "non"


class RessourceCouverture(Ressource):
    lies = ("couverture",)

    uai = Field("uai", "uai")
    nom = Field("nom", "nom")
    academie = Field("academie", "academie")
    ouvert = Field(column_name="ouvert")
    inscriptions = Field(column_name="inscriptions")
    inscrits = Field(column_name="inscrits")
    admis = Field(column_name="admis")
    anomalies = Field(column_name="anomaliesOuvertes")
    derniere_confirmation = Field(column_name="dernierEnvoi")
    calculee_le = Field(column_name="calculeLe")

    class Meta:
        model = EtablissementCouvert
        fields = (
            "uai", "nom", "academie", "ouvert", "inscriptions", "inscrits", "admis", "anomalies",
            "derniere_confirmation", "calculee_le",
        )  # fmt: skip
        export_order = fields

    def dehydrate_ouvert(self, etablissement: EtablissementCouvert) -> str:
        return "oui" if etablissement.ouvert else "non"

    def dehydrate_inscriptions(self, etablissement: EtablissementCouvert) -> int:
        couverture = etablissement.vue
        return couverture.inscriptions if couverture else 0

    def dehydrate_inscrits(self, etablissement: EtablissementCouvert) -> int:
        return etablissement.compter("inscrit")

    def dehydrate_admis(self, etablissement: EtablissementCouvert) -> int:
        return etablissement.compter("admis")

    def dehydrate_anomalies(self, etablissement: EtablissementCouvert) -> int:
        couverture = etablissement.vue
        return couverture.anomalies if couverture else 0

    def dehydrate_derniere_confirmation(self, etablissement: EtablissementCouvert) -> str:
        couverture = etablissement.vue
        return (
            timezone.localtime(couverture.derniere_confirmation).isoformat(timespec="seconds")
            if couverture
            else ""
        )

    def dehydrate_calculee_le(self, etablissement: EtablissementCouvert) -> str:
        couverture = etablissement.vue
        return timezone.localtime(couverture.calculee_le).isoformat(timespec="seconds") if couverture else ""


class RessourceCommune(Ressource):
    code = Field("code", "code")
    nom = Field("nom", "nom")
    type = Field("type", "type")
    departement = Field("departement", "departement")
    academie = Field("academie", "academie")
    code_actuel = Field("code_actuel", "codeActuel")
    codes_postaux = Field(column_name="codesPostaux")

    class Meta:
        model = Commune
        fields = ("code", "nom", "type", "departement", "academie", "code_actuel", "codes_postaux")
        export_order = fields

    def dehydrate_codes_postaux(self, commune: Commune) -> str:
        return " ".join(commune.codes_postaux)


LIGNES_MAXIMUM = max(format_.lignes for format_ in FORMATS.values())


def compter(lignes: QuerySet[Any]) -> int:
    """As far as one more than can be exported."""
    return lignes.order_by()[: LIGNES_MAXIMUM + 1].count()


def par_etablissement(lignes: QuerySet[Any], ressource: Ressource) -> dict[str, int]:
    if not ressource.etablissement:
        return {}
    return dict(lignes.order_by().values_list(ressource.etablissement).annotate(nombre=Count("pk")))


def consigner(
    droits: Droits,
    *,
    modele: type[Model],
    format_: str,
    lignes: int,
    etablissements: dict[str, int],
    criteres: dict[str, str],
) -> Export:
    return Export.objects.create(
        compte_id=droits.compte_id,
        auteur=droits.auteur,
        objet=str(modele._meta.verbose_name_plural),
        format=format_,
        lignes=lignes,
        etablissements=etablissements,
        criteres=criteres,
    )


def rangees(lignes: QuerySet[Any], ressource: Ressource) -> Iterator[list[Any]]:
    """One query, read by a cursor of the database."""
    if ressource.lies:
        lignes = lignes.select_related(*ressource.lies)
    for ligne in lignes.iterator(chunk_size=PAR_MORCEAU):
        yield ressource.export_resource(ligne)
