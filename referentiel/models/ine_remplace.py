from django.db import models
from django.db.models.functions import Now


class IneRemplace(models.Model):
    """An INE that nobody bears any more, because its student was merged into another; and what the merge was.

    Whoever writes or asks with the old INE reaches the kept student; the exchange journal, which knows students by
    their internal identifier, is followed through `ancien_etudiant_id`. When the kept student is merged in its turn,
    its rows follow: none leads to another. Nothing else of a row changes, and it is never deleted in the real world
    (triggers of the migrations, which also keep an old INE from being given to a student again).
    """

    ancien_ine = models.CharField("ancien INE", max_length=11)
    fictif = models.BooleanField("fictif (bac à sable)", default=False, db_default=False, editable=False)
    etudiant = models.ForeignKey(
        "referentiel.Etudiant",
        verbose_name="étudiant gardé",
        on_delete=models.PROTECT,
        related_name="ine_remplaces",
        db_constraint=False,  # the composite key (etudiant_id, fictif) is the constraint
    )
    ancien_etudiant_id = models.BigIntegerField("identifiant interne de l'étudiant supprimé", unique=True)
    date_naissance = models.DateField(
        "date de naissance de l'étudiant supprimé",
        help_text="Acceptée avec l'ancien INE : c'est celle que les établissements envoient.",
    )
    motif = models.TextField()
    auteur = models.TextField("fusionné par")
    remplace_le = models.DateTimeField("fusionné le", db_default=Now())

    class Meta:
        verbose_name = "INE remplacé"
        verbose_name_plural = "INE remplacés"
        constraints = [
            models.UniqueConstraint(name="ine_remplace_unique", fields=["ancien_ine", "fictif"]),
            models.CheckConstraint(
                name="ine_remplace_motive", condition=~models.Q(motif="") & ~models.Q(auteur="")
            ),
        ]
