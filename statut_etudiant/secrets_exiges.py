"""What production takes for a secret."""

from environ import ImproperlyConfigured

#: What is written in examples and in this repository, in lower case: a secret that holds one of these is public.
CONSTANTES_PUBLIQUES = (
    "hors-production", "django-insecure", "change-me", "changeme", "change_me", "changez", "a-remplacer", "remplacez",
    "example", "exemple", "insecure", "password", "motdepasse", "secret-key", "secret_key", "secretkey", "default",
    "azerty", "qwerty", "0123456789", "123456789", "abcdefgh", "xxxxxxxx",
)  # fmt: skip
LONGUEUR_MINIMALE, CARACTERES_DIFFERENTS = 32, 10


def exiger_un_secret(nom: str, valeur: str, connus: dict[str, str]) -> None:
    """Raises ImproperlyConfigured when this could be guessed, or is one of `connus` (value → name).

    It is added to them otherwise. The value is never quoted.
    """
    if len(valeur) < LONGUEUR_MINIMALE:
        raise ImproperlyConfigured(f"{nom}: {LONGUEUR_MINIMALE} characters at least in production")
    if any(constante in valeur.lower() for constante in CONSTANTES_PUBLIQUES):
        raise ImproperlyConfigured(f"{nom}: a public constant is no secret; draw one (openssl rand -hex 32)")
    if len(set(valeur)) < CARACTERES_DIFFERENTS:
        raise ImproperlyConfigured(f"{nom}: too few different characters; draw one (openssl rand -hex 32)")
    if autre := connus.get(valeur):
        raise ImproperlyConfigured(f"{nom}: the same as {autre}; each secret is drawn on its own")
    connus[valeur] = nom
