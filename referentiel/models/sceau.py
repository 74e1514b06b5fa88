from django.contrib.postgres.fields import ArrayField
from django.db import models


class Sceau(models.Model):
    """That a slice of a journal held these rows: signed with a key outside the database, chained to the seal before.

    Append-only (trigger). A slice is `debut` ≤ key < `fin`, of `partie` (the partition, or the journal itself); the
    key is `id`, or in a partitioned journal `instant` in microseconds since 1970. A dropped partition's seals stay.
    """

    numero = models.BigIntegerField("numéro", primary_key=True)
    journal = models.CharField(max_length=63)
    partie = models.CharField(max_length=63)
    #: What of each row was sealed, in order: a column that is added later is in the seals made since.
    colonnes = ArrayField(models.CharField(max_length=63))
    debut = models.BigIntegerField("début")
    fin = models.BigIntegerField()
    lignes = models.IntegerField()
    #: The instants of its first and last rows.
    premiere_le = models.DateTimeField("première ligne", null=True)
    derniere_le = models.DateTimeField("dernière ligne", null=True)
    empreinte = models.BinaryField(max_length=32)
    #: Digest of the seal before, whatever its journal: one chain for all.
    precedent = models.BinaryField("empreinte du précédent", max_length=32)
    #: The seal of the same slice that this one takes the place of, after a person's erasure, and which erasure.
    remplace = models.BigIntegerField(null=True)
    motif = models.CharField(max_length=60, blank=True)
    cle = models.CharField("clé", max_length=16)
    signature = models.BinaryField(max_length=64)
    scelle_le = models.DateTimeField("scellé le")

    class Meta:
        verbose_name = "sceau"
        verbose_name_plural = "sceaux"
        ordering = ["numero"]
        indexes = [models.Index(name="sceau_de_tranche", fields=["journal", "partie", "fin"])]


class ReleveDesJournaux(models.Model):
    """How far the journals went at an instant, and who was then writing: what may be sealed once those have ended.

    One row. A transaction takes its identifier or its instant before it commits: what it will have written must not
    appear in a slice that is already sealed.
    """

    releve_le = models.DateTimeField()
    #: Journal → the last identifier taken from its sequence.
    bornes = models.JSONField()
    #: The transactions that were open (PostgreSQL's virtual identifiers).
    transactions = ArrayField(models.CharField(max_length=40))

    class Meta:
        verbose_name = "relevé des journaux"
