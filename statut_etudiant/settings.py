"""Django's settings. What they take from the environment is listed in `statut_etudiant/environnement.py`."""

import tempfile
from datetime import datetime

import environ

from statut_etudiant.courriel_exige import exiger_un_envoi
from statut_etudiant.environnement import (
    BASE_DIR,
    ENVIRONNEMENT,
    PRODUCTION,
    base,
    env,
    secret,
    secrets_anciens,
)
from statut_etudiant.planification import CELERY_BEAT_SCHEDULE  # noqa: F401 (read by Celery)

DEBUG = False

SECRET_KEY = secret("SECRET_KEY")
JETON_POIVRE = secret("JETON_POIVRE")
JETON_POIVRES_ANCIENS = secrets_anciens("JETON_POIVRES_ANCIENS")
CLE_CHIFFREMENT = secret("CLE_CHIFFREMENT")
CLES_CHIFFREMENT_ANCIENNES = secrets_anciens("CLES_CHIFFREMENT_ANCIENNES")
# In production the workers have it, and the web processes need not: whoever breaks into these signs nothing.
CLE_SCEAUX = secret("CLE_SCEAUX") if env("CLE_SCEAUX") or not PRODUCTION else ""
CLES_SCEAUX_ANCIENNES = secrets_anciens("CLES_SCEAUX_ANCIENNES")
RATTACHEMENT_DUREE_MOIS = env("RATTACHEMENT_DUREE_MOIS")
ALLOWED_HOSTS = env("ALLOWED_HOSTS")
ADRESSE_PUBLIQUE = env("ADRESSE_PUBLIQUE").rstrip("/")
PROXYS_DE_CONFIANCE = env("PROXYS_DE_CONFIANCE")
FICHIER_DE_RETRAIT = env("FICHIER_DE_RETRAIT")
FILS_WEB = env("FILS_WEB")
SIRENE_URL = env("SIRENE_URL")
SIRENE_CLE = env("SIRENE_CLE")
PROCONNECT_DECOUVERTE = env("PROCONNECT_DECOUVERTE")
PROCONNECT_CLIENT_ID = env("PROCONNECT_CLIENT_ID")
PROCONNECT_CLIENT_SECRET = env("PROCONNECT_CLIENT_SECRET")
PROCONNECT_ACR = env("PROCONNECT_ACR")
PROCONNECT_ACR_ORGANISATION = env("PROCONNECT_ACR_ORGANISATION")
PROCONNECT_ACR_DOUBLE_FACTEUR = env("PROCONNECT_ACR_DOUBLE_FACTEUR")
FRANCECONNECT_URL = env("FRANCECONNECT_URL").rstrip("/")
FRANCECONNECT_CLIENT_ID = env("FRANCECONNECT_CLIENT_ID")
FRANCECONNECT_CLIENT_SECRET = env("FRANCECONNECT_CLIENT_SECRET")
FRANCECONNECT_CLES = env("FRANCECONNECT_CLES")
FRANCECONNECT_FS_CLIENT_ID = env("FRANCECONNECT_FS_CLIENT_ID")
FRANCECONNECT_FS_CLIENT_SECRET = env("FRANCECONNECT_FS_CLIENT_SECRET")
FRANCECONNECT_ACR = env("FRANCECONNECT_ACR")
if FRANCECONNECT_ACR not in {"eidas1", "eidas2", "eidas3"}:
    raise environ.ImproperlyConfigured("FRANCECONNECT_ACR: eidas1, eidas2 or eidas3")
if PRODUCTION and FRANCECONNECT_URL and not FRANCECONNECT_URL.startswith("https://"):
    raise environ.ImproperlyConfigured("FRANCECONNECT_URL: https only in production")
CERTIFICATS_CLES = env("CERTIFICATS_CLES")
PREUVE_RECENTE_MINUTES = env("PREUVE_RECENTE_MINUTES")
INES_VERIFICATION_URL = env("INES_VERIFICATION_URL")
INES_JETON_URL = env("INES_JETON_URL")
INES_CLIENT_ID = env("INES_CLIENT_ID")
INES_CLIENT_SECRET = env("INES_CLIENT_SECRET")
if INES_VERIFICATION_URL:
    if not (INES_JETON_URL and INES_CLIENT_ID and INES_CLIENT_SECRET):
        raise environ.ImproperlyConfigured("INES_VERIFICATION_URL goes with INES_JETON_URL and INES_CLIENT_…")
    if PRODUCTION and not all(url.startswith("https://") for url in (INES_VERIFICATION_URL, INES_JETON_URL)):
        raise environ.ImproperlyConfigured("INES_…_URL: https only in production")
HISTORIQUE_ANNEES = env("HISTORIQUE_ANNEES")
BAIL_LOT_SECONDES = env("BAIL_LOT_SECONDES")
DEPOT_TAILLE_MAX_MO = env("DEPOT_TAILLE_MAX_MO")
CONSERVATION_INSCRIPTIONS_ANNEES = env("CONSERVATION_INSCRIPTIONS_ANNEES")
if CONSERVATION_INSCRIPTIONS_ANNEES <= HISTORIQUE_ANNEES:
    raise environ.ImproperlyConfigured(
        "CONSERVATION_INSCRIPTIONS_ANNEES: more than HISTORIQUE_ANNEES, which is served"
    )
DEPOTS_PAR_JOUR_MO = env("DEPOTS_PAR_JOUR_MO")
DEPOTS_GARDES_MO = env("DEPOTS_GARDES_MO")
INTROUVABLES_PAR_JOUR = env("INTROUVABLES_PAR_JOUR")
QUOTA_PAR_SECONDE = env("QUOTA_PAR_SECONDE")
QUOTA_BOUQUET_PAR_SECONDE = env("QUOTA_BOUQUET_PAR_SECONDE")
GUICHET_LIGNES_PAR_SECONDE = env("GUICHET_LIGNES_PAR_SECONDE")
GUICHET_DESIGNATION_MOIS = env("GUICHET_DESIGNATION_MOIS")
SUSPENSION_APPELS_PAR_JOUR = env("SUSPENSION_APPELS_PAR_JOUR")
SUSPENSION_INTROUVABLES_PAR_JOUR = env("SUSPENSION_INTROUVABLES_PAR_JOUR")
JETON_DUREE_MOIS = env("JETON_DUREE_MOIS")
SONDES_ADRESSE = env("SONDES_ADRESSE").rstrip("/") or ADRESSE_PUBLIQUE
# The demonstration's webhooks may lead to a receiver beside it; a system check refuses it in production.
WEBHOOKS_BOUCLE = env("WEBHOOKS_BOUCLE") or ENVIRONNEMENT == "demonstration"
MAINTENANCE_JUSQUA = env("MAINTENANCE_JUSQUA")
CLAMAV_HOST = env("CLAMAV_HOST")
CLAMAV_PORT = env("CLAMAV_PORT")
try:
    datetime.fromisoformat(MAINTENANCE_JUSQUA or "2026-01-01")
except ValueError:
    raise environ.ImproperlyConfigured("MAINTENANCE_JUSQUA: an ISO instant, 2026-11-21T18:00+01:00") from None

INSTALLED_APPS = [
    "referentiel",
    "habilitations",
    "statut_etudiant",
    "statut_etudiant.abonnements",
    "statut_etudiant.annonces",
    "statut_etudiant.certificats",
    "statut_etudiant.citoyens",
    "statut_etudiant.disponibilite",
    "statut_etudiant.guichet",
    # Without its autodiscovery: the only site is habilitations.admin.site.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "dsfr",
    "widget_tweaks",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
]

MIDDLEWARE = [
    "statut_etudiant.middleware.RequeteIdentifiee",
    "statut_etudiant.middleware.EntetesDeSecurite",
    # Answers everything under /api/ and /v3/ in JSON and lets nothing of the portal run there.
    "statut_etudiant.api.porte.PorteApi",
    "statut_etudiant.ecritures_suspendues.EcrituresSuspendues",
    "statut_etudiant.middleware.AdresseLisible",
    "statut_etudiant.middleware.PonctuationTenue",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # The agents' sessions, and apart from them the citizens'.
    "statut_etudiant.citoyens.session.SessionsApart",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "habilitations.comptes.incarnation.Incarnation",
    "habilitations.comptes.connexion_exigee.ConnexionExigee",
    "django.contrib.messages.middleware.MessageMiddleware",
]

if ENVIRONNEMENT == "developpement":
    MIDDLEWARE.insert(2, "statut_etudiant.middleware.CetteMachineSeulement")

ROOT_URLCONF = "statut_etudiant.urls"
WSGI_APPLICATION = "statut_etudiant.wsgi.application"
APPEND_SLASH = False

# Filters of every page and mail: dates and plurals as French has them, elision.
EN_FRANCAIS = ["referentiel.templatetags.francais"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "statut_etudiant.portail.contexte.cadre",
            ],
            "builtins": EN_FRANCAIS,
        },
    },
    # The mails (`.txt`) are plain text: nothing to escape.
    {
        "NAME": "texte",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"autoescape": False, "builtins": EN_FRANCAIS},
    },
]

# Forms mark optional fields rather than mandatory ones.
DSFR_MARK_OPTIONAL_FIELDS = True

# --- data
DATABASE_URL = env("DATABASE_URL")
DATABASE_URL_PROPRIETAIRE = env("DATABASE_URL_PROPRIETAIRE")
BROKER_URL = env("BROKER_URL")
if not DATABASE_URL or not BROKER_URL:
    from statut_etudiant import embarque

    if not DATABASE_URL:
        DATABASE_URL = embarque.adresse_postgres()
        DATABASE_URL_PROPRIETAIRE = DATABASE_URL_PROPRIETAIRE or embarque.adresse_postgres(
            role=embarque.PROPRIETAIRE
        )
    BROKER_URL = BROKER_URL or embarque.adresse_valkey()
DATABASE_POOLER = env("DATABASE_POOLER")
DATABASES = {
    "default": {
        **base(DATABASE_URL),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLER,
    }
}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"].setdefault("application_name", "statut_etudiant")
# For the statements of `referentiel.enonces_prepares`; Django's own cursors never prepare.
DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", None if DATABASE_POOLER else 5)
#: How `migrate` connects instead (`statut_etudiant.roles`); None: as the rest.
DATABASE_PROPRIETAIRE = base(DATABASE_URL_PROPRIETAIRE) if DATABASE_URL_PROPRIETAIRE else None
#: Where the reading API searches while it is not too far behind (`statut_etudiant.api.replique`); None: nowhere else.
DATABASE_REPLIQUE = env.db_url_config(env("DATABASE_URL_REPLIQUE")) if env("DATABASE_URL_REPLIQUE") else None
REPLIQUE_RETARD_MAX = env("REPLIQUE_RETARD_MAX")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "habilitations.Compte"
# Who may do what in the establishments' admin: the referential asks this module (referentiel/droits.py).
GESTION = "habilitations.gestion"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("courriel", "prenom", "nom")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "habilitations.comptes.mots_courants.MotDePasseDevinable"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/connexion"
PASSWORD_RESET_TIMEOUT = 3600
SESSION_ENGINE = "habilitations.comptes.sessions"
SESSION_COOKIE_AGE = 12 * 3600

# --- work in the background
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "statut_etudiant.ordonnanceur:Planificateur"
CELERY_TIMEZONE = "Europe/Paris"
# A message is only a wake-up: when the broker is away, the page or the API must not wait for it.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 5}

# --- language
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

# --- files served
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Where nothing is collected, files are served from their sources.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = ENVIRONNEMENT in {"developpement", "test"}
MEDIA_ROOT = BASE_DIR / "var" / "media"
# Bulk deposits by the API are the largest bodies: 50,000 records of some 400 bytes.
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
# Chosen once and for all: Python would choose another folder, without a word, should this one be full when first used.
FILE_UPLOAD_TEMP_DIR = tempfile.gettempdir()
FILE_UPLOAD_HANDLERS = [
    "statut_etudiant.televersements.Plafond",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# A deposited file may have a thousand columns, and each is a field of the form that says what it holds.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_100

# --- browser security
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CITOYEN_COOKIE_NAME = "citoyen"
X_FRAME_OPTIONS = "DENY"
# Messages (« une invitation part à … ») name people: kept in the session, not in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# The header itself is set on every answer, of the API too, by statut_etudiant.middleware.EntetesDeSecurite.
SECURE_HSTS_SECONDS = 63_072_000  # two years
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
if PRODUCTION:
    SECURE_SSL_REDIRECT = False  # the reverse proxy redirects; the API never does (contract)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # The __Host- prefix binds the cookies to this host, path / and TLS.
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    CITOYEN_COOKIE_NAME = "__Host-citoyen"

# --- API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["statut_etudiant.api.ecriture.json.RenduJson"],
    "DEFAULT_PARSER_CLASSES": ["statut_etudiant.api.ecriture.json.AnalyseJson"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "API Statut étudiant",
    "VERSION": "3.0.0",
    # Our OpenAPI documents are built by `manage.py open_api`, not guessed from the views.
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
}
# What `check --deploy` cannot see is done elsewhere: a test says that the rest of it is clean.
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # X-Frame-Options and frame-ancestors: statut_etudiant.middleware.EntetesDeSecurite
    "security.W008",  # the reverse proxy redirects to TLS; the API never redirects
    "security.W021",  # preloading binds the whole domain: its owner's decision
]

# --- mail
if PRODUCTION:
    exiger_un_envoi(env("EMAIL_URL"))
EMAIL_CONFIG = env.email_url_config(env("EMAIL_URL") or "consolemail://")
vars().update(EMAIL_CONFIG)
# A server that takes the connection and says nothing more keeps one mail waiting, not the worker.
EMAIL_TIMEOUT = 30  # seconds
COURRIEL_VERIFIER_DOMAINES = env("COURRIEL_VERIFIER_DOMAINES")
if ENVIRONNEMENT == "demonstration" and not env("EMAIL_URL"):
    EMAIL_BACKEND = "statut_etudiant.embarque.courriels.BoiteEnDossier"
DIRECTEUR_DE_PUBLICATION = env("DIRECTEUR_DE_PUBLICATION")
HEBERGEUR = env("HEBERGEUR")
FRANCECONNECT_COURRIEL = env("FRANCECONNECT_COURRIEL")
DEFAULT_FROM_EMAIL = "API Statut étudiant <ne-pas-repondre@statutetudiant.esr.gouv.fr>"

# --- technical logs: JSON lines, the request id on each, never personal data (see statut_etudiant/journaux.py)
ECHANTILLON_APPELS = env("ECHANTILLON_APPELS")
OPENTELEMETRY_URL = env("OPENTELEMETRY_URL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"requete": {"()": "statut_etudiant.journaux.AvecRequete"}},
    "formatters": {"json": {"()": "statut_etudiant.journaux.FormatJson"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["requete"]},
        "aucun": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": env("NIVEAU_JOURNAUX")},
    "loggers": {
        "django.server": {"handlers": ["console"], "propagate": False, "level": "WARNING"},
        # Django's own record of 4xx/5xx carries the path and the request object: ours replaces it.
        "django.request": {"handlers": ["aucun"], "propagate": False},
        "django.security": {"handlers": ["aucun"], "propagate": False},
        # One line for each exchange with FranceConnect: keep warnings only.
        "httpx": {"level": "WARNING"},
        # Celery logs two lines a task, and a task runs every ten seconds: keep warnings only.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
