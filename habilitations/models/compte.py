from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from habilitations import adresses
from habilitations.models.recherche import cle_de_recherche, index_de_recherche
from habilitations.models.texte import sans_controle


class CompteManager(BaseUserManager["Compte"]):
    def create_user(self, courriel: str, password: str | None = None, **champs: Any) -> "Compte":
        """Raises ValidationError. The address is stored in the form in which it is proved (`adresses.normaliser`)."""
        compte = self.model(courriel=adresses.normaliser(courriel), **champs)
        compte.set_password(password)
        compte.full_clean(exclude=["password"])
        compte.save(using=self._db)
        return compte

    def create_superuser(self, courriel: str, password: str | None = None, **champs: Any) -> "Compte":
        return self.create_user(courriel, password, is_staff=True, is_superuser=True, **champs)

    def get_by_natural_key(self, username: str | None) -> "Compte":
        try:
            return self.get(courriel=adresses.normaliser(username or ""))
        except adresses.AdresseInvalide:
            raise self.model.DoesNotExist from None


class Compte(AbstractBaseUser, PermissionsMixin):
    """A person who signs in: agent, instructor, establishment's manager. Known by e-mail, always lower case."""

    courriel = models.EmailField("adresse e-mail", max_length=254, unique=True)
    nom = models.CharField(max_length=100, blank=True)
    prenom = models.CharField("prénom", max_length=100, blank=True)
    is_active = models.BooleanField("actif", default=True)
    is_staff = models.BooleanField("accès à l'administration", default=False)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    cle_recherche = cle_de_recherche("prenom", "nom", "courriel")
    #: Raised to close every session of the person: their rights, or what proves who they are, changed.
    generation = models.IntegerField(default=0, editable=False)

    objects = CompteManager()

    USERNAME_FIELD = "courriel"
    EMAIL_FIELD = "courriel"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "compte"
        indexes = [index_de_recherche("compte_cle_recherche")]
        constraints = [
            models.CheckConstraint(
                name="compte_courriel_minuscule", condition=Q(courriel=Lower(F("courriel")))
            ),
            sans_controle("compte", "courriel", "nom", "prenom"),
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}".strip() or self.courriel

    def get_session_auth_hash(self) -> str:
        return salted_hmac(
            "habilitations.compte.session", f"{self.generation}:{self.password}", algorithm="sha256"
        ).hexdigest()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield salted_hmac(
                "habilitations.compte.session",
                f"{self.generation}:{self.password}",
                secret=secret,
                algorithm="sha256",
            ).hexdigest()

    @cached_property
    def noms_des_roles(self) -> frozenset[str]:
        """The ministry's roles that this person holds now. Read once a request."""
        return frozenset(self.roles.filter(retire_le__isnull=True).values_list("nom", flat=True))

    def appartient_a(self, organisation_id: int) -> bool:
        """Whether the person verifiably works for this organisation."""
        return self.rattachements.filter(organisation=organisation_id, verifie=True).exists()

    @property
    def est_agent_du_ministere(self) -> bool:
        """Whether the person reads all requests: reporters, instructors, their head, administrators."""
        return bool(self.noms_des_roles & {"rapporteur", "instructeur", "responsable", "administrateur"})
