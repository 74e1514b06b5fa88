from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Export(models.Model):
    """Who took what out of the establishments' admin. Append-only (trigger of the migrations), without personal data.

    Committed before the first byte leaves: it tells what was asked for, whether or not the browser took it all.
    """

    instant = models.DateTimeField("le", db_default=Now())
    compte = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", on_delete=models.PROTECT, related_name="+"
    )
    auteur = models.TextField()
    objet = models.CharField("liste", max_length=30)
    format = models.CharField(max_length=4)
    lignes = models.IntegerField()
    etablissements = models.JSONField("établissements", default=dict, help_text="UAI → nombre de lignes")
    criteres = models.JSONField(
        "filtres", default=dict, help_text="filtre → choix ; d'une recherche, qu'il y en a une"
    )

    class Meta:
        verbose_name = "export"
        ordering = ["-id"]
