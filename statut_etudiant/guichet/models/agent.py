from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now

from habilitations.models import Compte, Habilitation
from habilitations.models.texte import sans_controle


class AgentQuerySet(models.QuerySet["Agent"]):
    def designes(self) -> "AgentQuerySet":
        """Those whom nobody has removed: the others are history, and give no right."""
        return self.filter(retire_le__isnull=True)

    def en_service(self) -> "AgentQuerySet":
        """Those who may verify now. What a verification itself asks is `guichet_ouvrir`'s, in the database."""
        return self.designes().filter(
            expire_le__gt=Now(),
            demande__habilitation__etat=Habilitation.Etat.ACTIVE,
            demande__habilitation__type=Habilitation.Type.LECTURE,
        )

    def de(self, compte: Compte) -> "AgentQuerySet":
        """This person's: by their account, or by their address as long as nobody has come with it."""
        return self.filter(Q(compte=compte) | Q(compte__isnull=True, courriel=compte.courriel))


class Agent(models.Model):
    """That a person may verify at the desk what a reading habilitation lets see. Given and taken away, never deleted:
    who could look people up stays known.

    It hangs on the request, whose habilitation may be replaced by another: the scopes are always those in force. Given
    to an address; the account that comes with it, proved, keeps it.
    """

    demande = models.ForeignKey(
        "habilitations.Demande", on_delete=models.PROTECT, related_name="agents_du_guichet"
    )
    courriel = models.EmailField("adresse e-mail", max_length=254)
    compte = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="guichets",
    )
    ajoute_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="désigné par", on_delete=models.PROTECT, related_name="+"
    )
    ajoute_le = models.DateTimeField("désigné le", db_default=Now())
    expire_le = models.DateTimeField("jusqu'au")
    retire_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="retiré par",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    retire_le = models.DateTimeField("retiré le", null=True, blank=True)

    objects = AgentQuerySet.as_manager()

    class Meta:
        verbose_name = "agent du guichet"
        verbose_name_plural = "agents du guichet"
        ordering = ["courriel", "pk"]
        indexes = [
            models.Index(name="agent_de_l_adresse", fields=["courriel"], condition=Q(retire_le__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                name="agent_designe_une_fois",
                fields=["demande", "courriel"],
                condition=Q(retire_le__isnull=True) & ~Q(courriel=""),
            ),
            models.CheckConstraint(
                name="agent_courriel_minuscule", condition=Q(courriel=Lower(F("courriel")))
            ),
            models.CheckConstraint(
                name="agent_retrait_date",
                condition=Q(retire_le__isnull=True, retire_par__isnull=True)
                | Q(retire_le__isnull=False, retire_le__gte=F("ajoute_le")),
            ),
            models.CheckConstraint(
                name="agent_adresse_effacee_apres", condition=~Q(courriel="") | Q(retire_le__isnull=False)
            ),
            models.CheckConstraint(name="agent_expire_apres", condition=Q(expire_le__gt=F("ajoute_le"))),
            sans_controle("agent", "courriel"),
        ]

    def __str__(self) -> str:
        return str(self.compte) if self.compte is not None else self.courriel or f"Agent n° {self.pk}"
