"""What the environment says: the whole list of the variables that are read. `docs/exploitation.md` comments it."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env(
    # --- where and how it runs
    ENVIRONNEMENT=(str, "developpement"),  # developpement | demonstration | test | production
    SECRET_KEY=(str, ""),
    ALLOWED_HOSTS=(list, ["127.0.0.1", "localhost", "[::1]"]),
    ADRESSE_PUBLIQUE=(
        str,
        "http://127.0.0.1:8000",
    ),  # base of the links in mails and documents, no final slash
    PROXYS_DE_CONFIANCE=(int, 0),  # how many reverse proxies append to X-Forwarded-For before us
    FILS_WEB=(int, 16),  # threads of a web process for all that is not a reading call
    DATABASE_URL=(str, ""),  # postgresql://… ; empty: the embedded PostgreSQL under var/
    BROKER_URL=(str, ""),  # redis://… or amqp://… ; empty: the embedded Valkey under var/
    EMAIL_URL=(str, ""),
    DIRECTEUR_DE_PUBLICATION=(str, ""),  # name or function, for the legal notice
    HEBERGEUR=(str, ""),  # who hosts this site: name, address, telephone
    FRANCECONNECT_COURRIEL=(str, ""),  # FranceConnect's partners' desk, told of the approvals of its kind
    NIVEAU_JOURNAUX=(str, "INFO"),
    CLAMAV_HOST=(str, ""),  # ClamAV's daemon, which scans the documents joined; empty: they are not scanned
    CLAMAV_PORT=(int, 3310),
    # --- Insee's directory of establishments; without the key, names are typed
    SIRENE_URL=(str, "https://api.insee.fr/api-sirene/3.11"),
    SIRENE_CLE=(str, ""),
    # --- signing in by ProConnect; without the first two, its button is not shown
    PROCONNECT_DECOUVERTE=(str, ""),  # address of the provider's .well-known/openid-configuration
    PROCONNECT_CLIENT_ID=(str, ""),
    PROCONNECT_CLIENT_SECRET=(str, ""),
    PROCONNECT_ACR=(list, []),  # the assurances accepted; empty: any
    PROCONNECT_ACR_DOUBLE_FACTEUR=(
        list,
        [
            "eidas2",
            "eidas3",
            "https://proconnect.gouv.fr/assurance/self-asserted-2fa",
            "https://proconnect.gouv.fr/assurance/consistency-checked-2fa",
        ],
    ),  # those that stand for the ministry's own second factor
    # --- INES, which confirms the students' identities; without its address, nothing is asked of it
    INES_VERIFICATION_URL=(str, ""),
    INES_JETON_URL=(str, ""),  # the OAuth 2 token endpoint (client credentials)
    INES_CLIENT_ID=(str, ""),
    INES_CLIENT_SECRET=(str, ""),
    # --- the product's rules
    HISTORIQUE_ANNEES=(int, 0),  # contract §1: how many years before the current one are served
    JETON_POIVRE=(str, ""),  # pepper of the tokens' digests (≥ 32 characters in production)
    JETON_POIVRES_ANCIENS=(list, []),  # previous peppers, still accepted while tokens are reissued
    CLE_CHIFFREMENT=(str, ""),  # encrypts the second factors' secrets (≥ 32 characters in production)
    CLES_CHIFFREMENT_ANCIENNES=(list, []),  # previous ones, still read until `manage.py rechiffrer`
    RATTACHEMENT_DUREE_MOIS=(int, 12),  # a link to an organisation stays verified so long without ProConnect
    BAIL_LOT_SECONDES=(int, 40),  # how long a silent worker keeps a deposit before another takes it up
    DEPOT_TAILLE_MAX_MO=(int, 500),  # a deposited file, in MiB
    QUOTA_PAR_SECONDE=(int, 20),  # contract §5
    JETON_DUREE_MOIS=(int, 18),
    MAINTENANCE_JUSQUA=(str, ""),  # ISO instant: the API answers 503 « maintenance » until then
)
environ.Env.read_env(BASE_DIR / ".env")

ENVIRONNEMENT = env("ENVIRONNEMENT")
if ENVIRONNEMENT not in {"developpement", "demonstration", "test", "production"}:
    raise environ.ImproperlyConfigured("ENVIRONNEMENT: developpement, demonstration, test or production")
PRODUCTION = ENVIRONNEMENT == "production"


def secret(nom: str) -> str:
    """A secret from the environment: mandatory in production, a public constant elsewhere."""
    valeur: str = env(nom)
    if PRODUCTION and len(valeur) < 32:
        raise environ.ImproperlyConfigured(f"{nom}: 32 characters at least in production")
    return valeur or f"hors-production-{nom.lower()}-ne-protege-rien"
