"""What the environment says: the whole list of the variables read. `docs/exploitation/reglages.md` comments it."""

import os
from pathlib import Path
from typing import Any

import environ

from statut_etudiant.secrets_exiges import exiger_un_secret

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env(
    # --- where and how it runs
    # developpement | demonstration | test | production; unset, or developpement: this machine alone is served
    ENVIRONNEMENT=(str, "developpement"),
    SECRET_KEY=(str, ""),
    ALLOWED_HOSTS=(list, ["127.0.0.1", "localhost", "[::1]"]),
    ADRESSE_PUBLIQUE=(
        str,
        "http://127.0.0.1:8000",
    ),  # base of the links in mails and documents, no final slash
    PROXYS_DE_CONFIANCE=(int, 0),  # how many reverse proxies append to X-Forwarded-For before us
    FICHIER_DE_RETRAIT=(str, ""),  # while this file exists, the web process asks to be left out of rotation
    FILS_WEB=(int, 16),  # threads of a web process for all that is not a reading call
    DATABASE_URL=(str, ""),  # postgresql://… ; empty: the embedded PostgreSQL under var/
    DATABASE_URL_PROPRIETAIRE=(
        str,
        "",
    ),  # the role that owns the tables, for `migrate` alone; empty: the same
    DATABASE_URL_REPLIQUE=(str, ""),  # a streaming standby, for the searches of the reading API
    REPLIQUE_RETARD_MAX=(int, 5),  # seconds that it may be behind; beyond, the primary searches
    DATABASE_POOLER=(bool, False),  # DATABASE_URL leads to a pooler in transaction mode
    BROKER_URL=(str, ""),  # redis://… or amqp://… ; empty: the embedded Valkey under var/
    EMAIL_URL=(str, ""),
    COURRIEL_VERIFIER_DOMAINES=(bool, False),  # asks DNS whether the domain of a typed address takes mail
    DIRECTEUR_DE_PUBLICATION=(str, ""),  # name or function, for the legal notice
    HEBERGEUR=(str, ""),  # who hosts this site: name, address, telephone
    FRANCECONNECT_COURRIEL=(str, ""),  # FranceConnect's partners' desk, told of the approvals of its kind
    NIVEAU_JOURNAUX=(str, "INFO"),
    ECHANTILLON_APPELS=(
        float,
        1.0,
    ),  # the share of the calls that have their line in the log; 5xx always have it
    OPENTELEMETRY_URL=(str, ""),  # an OTLP collector, e.g. http://127.0.0.1:4318; empty: no trace is sent
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
    PROCONNECT_ACR_ORGANISATION=(list, []),  # those that check for whom the person works; empty: none does
    PROCONNECT_ACR_DOUBLE_FACTEUR=(
        list,
        [
            "eidas2",
            "eidas3",
            "https://proconnect.gouv.fr/assurance/self-asserted-2fa",
            "https://proconnect.gouv.fr/assurance/consistency-checked-2fa",
        ],
    ),  # those that stand for the ministry's own second factor
    # --- FranceConnect; its doors and its pages are closed without their settings
    FRANCECONNECT_URL=(str, ""),  # e.g. https://fcp-low.example: /api/v2/… is added
    FRANCECONNECT_CLIENT_ID=(str, ""),  # as data provider: what checks the services' access tokens
    FRANCECONNECT_CLIENT_SECRET=(str, ""),
    FRANCECONNECT_CLES=(str, ""),  # file of our private keys (manage.py creer_cles_franceconnect)
    FRANCECONNECT_FS_CLIENT_ID=(str, ""),  # as service provider: the citizens' sign-in
    FRANCECONNECT_FS_CLIENT_SECRET=(str, ""),
    FRANCECONNECT_ACR=(str, "eidas1"),  # the assurance asked for at the citizens' sign-in
    CERTIFICATS_CLES=(str, ""),  # file of the private keys that sign the certificates' digital form
    PREUVE_RECENTE_MINUTES=(int, 15),  # how long a sign-in, or a code, opens tokens, roles and exports
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
    CLE_SCEAUX=(str, ""),  # signs the journals' seals: the workers' alone (≥ 32 characters in production)
    CLES_SCEAUX_ANCIENNES=(list, []),  # public keys of the previous ones, for `manage.py verifier_journaux`
    RATTACHEMENT_DUREE_MOIS=(int, 12),  # a link to an organisation stays verified so long without ProConnect
    BAIL_LOT_SECONDES=(int, 40),  # how long a silent worker keeps a deposit before another takes it up
    DEPOT_TAILLE_MAX_MO=(int, 500),  # a deposited file, in MiB
    CONSERVATION_INSCRIPTIONS_ANNEES=(int, 10),  # how long after its end an enrolment is kept
    DEPOTS_PAR_JOUR_MO=(int, 2_048),  # what an establishment may deposit in a day, in MiB
    DEPOTS_GARDES_MO=(int, 8_192),  # what the content of its deposits may take, in MiB
    INTROUVABLES_PAR_JOUR=(
        int,
        20_000,
    ),  # students whom nobody is, that a sender of enrolments may ask for a day
    QUOTA_PAR_SECONDE=(int, 20),  # contract §5
    QUOTA_BOUQUET_PAR_SECONDE=(int, 200),  # the same, for the token of a bouquet of APIs (contract §8)
    GUICHET_LIGNES_PAR_SECONDE=(int, 80),  # lines of a file that the desk verifies, for a habilitation
    GUICHET_DESIGNATION_MOIS=(int, 12),  # how long a person is an agent of the desk, unless renewed
    # --- a token whose day goes beyond is suspended until the ministry has looked; 0: never
    SUSPENSION_APPELS_PAR_JOUR=(int, 0),
    SUSPENSION_INTROUVABLES_PAR_JOUR=(int, 0),
    JETON_DUREE_MOIS=(int, 18),
    WEBHOOKS_BOUCLE=(bool, False),  # lets webhooks call this very machine; never in production
    SONDES_ADRESSE=(str, ""),  # where the measures of « Disponibilité » call; empty: ADRESSE_PUBLIQUE
    MAINTENANCE_JUSQUA=(str, ""),  # ISO instant: the API answers 503 « maintenance » until then
)


def _oublier_les_vides() -> None:
    """Compose and orchestrators pass what is not set as an empty text: it means the default, as for all."""
    for nom in env.scheme:
        if os.environ.get(nom) == "":
            del os.environ[nom]


_oublier_les_vides()
environ.Env.read_env(BASE_DIR / ".env")
_oublier_les_vides()

ENVIRONNEMENT = env("ENVIRONNEMENT")
if ENVIRONNEMENT not in {"developpement", "demonstration", "test", "production"}:
    raise environ.ImproperlyConfigured("ENVIRONNEMENT: developpement, demonstration, test or production")
PRODUCTION = ENVIRONNEMENT == "production"


#: Secrets read so far, with their names.
_connus: dict[str, str] = {}


def secret(nom: str) -> str:
    """A secret from the environment: mandatory in production, a public constant elsewhere."""
    valeur: str = env(nom)
    if PRODUCTION:
        exiger_un_secret(nom, valeur, _connus)
    return valeur or f"hors-production-{nom.lower()}-ne-protege-rien"


def secrets_anciens(nom: str) -> list[str]:
    """Those that a secret of the same kind replaced, held to the same rule."""
    valeurs: list[str] = env(nom)
    if PRODUCTION:
        for valeur in valeurs:
            exiger_un_secret(nom, valeur, _connus)
    return valeurs


def base(url: str) -> dict[str, Any]:
    """What Django calls a database. Of several hosts (`h1:5432,h2:5432`), the one that takes writes."""
    lue: dict[str, Any] = env.db_url_config(url)
    if "," in f"{lue.get('HOST')}{lue.get('OPTIONS', {}).get('host', '')}":
        lue.setdefault("OPTIONS", {}).setdefault("target_session_attrs", "read-write")
    return lue
