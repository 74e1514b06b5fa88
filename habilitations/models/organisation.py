from django.db import models
from django.db.models import Q

from habilitations.models.recherche import cle_de_recherche, index_de_recherche
from habilitations.models.texte import sans_controle
from referentiel.identifiants import MOTIF_SIRET


class Organisation(models.Model):
    """A public body (or FranceConnect partner, or establishment) that asks for access, designated by its SIRET."""

    siret = models.CharField("SIRET", max_length=14, unique=True)
    nom = models.CharField(max_length=255)
    adresse = models.TextField(blank=True)
    #: Insee's kind of legal unit, when Sirene has said it (`habilitations.demandes.recevabilite`).
    categorie = models.CharField("catégorie juridique", max_length=4, blank=True, default="", db_default="")
    cree_le = models.DateTimeField("créée le", auto_now_add=True)
    cle_recherche = cle_de_recherche("nom")

    class Meta:
        verbose_name = "organisation"
        ordering = ["nom"]
        indexes = [index_de_recherche("organisation_cle_recherche")]
        constraints = [
            models.CheckConstraint(
                name="organisation_siret_bien_forme", condition=Q(siret__regex=MOTIF_SIRET)
            ),
            models.CheckConstraint(name="organisation_nommee", condition=~Q(nom="")),
            models.CheckConstraint(
                name="organisation_categorie_bien_formee",
                condition=Q(categorie="") | Q(categorie__regex="^[0-9]{4}$"),
            ),
            sans_controle("organisation", "nom", lignes=("adresse",)),
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({self.siret})"

    @staticmethod
    def nom_provisoire(siret: str) -> str:
        """How an organisation is called as long as nobody has said its name."""
        return f"SIRET {siret}"

    @property
    def sans_nom(self) -> bool:
        return self.nom == self.nom_provisoire(self.siret)
