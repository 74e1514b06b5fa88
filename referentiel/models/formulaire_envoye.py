from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class FormulaireEnvoye(models.Model):
    """That a form was sent, so that a second click does nothing twice and shows what the first gave
    (`referentiel.une_fois`). Forgotten soon after."""

    #: Digest of the browser's session, the page and the key drawn for the form when it was shown.
    cle = models.BinaryField(primary_key=True, max_length=32)
    #: The answer of the first click. Its key comes from the form's own, which is not kept: nobody reads it but the
    #: browser that sent the form.
    reponse_chiffree = models.BinaryField(null=True, editable=False)
    #: Until when the answer may be shown again.
    montrable_jusqu_a = models.DateTimeField(null=True)
    recu_le = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "formulaire envoyé"
        constraints = [
            models.CheckConstraint(
                name="formulaire_envoye_reponse_datee",
                condition=Q(reponse_chiffree__isnull=True)
                | Q(montrable_jusqu_a__isnull=False, montrable_jusqu_a__gt=F("recu_le")),
            ),
        ]
        indexes = [models.Index(name="formulaire_envoye_recu", fields=["recu_le"])]
