"""Django settings, composed from :mod:`config.environment` and :mod:`config.keys` alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ as django_environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from accounts.vault.key_files import stamp_of
from accounts.vault.opening_keys import PUBLIC_NAME, OpeningKeysError, load_sealing, read_sealing
from accounts.vault.queue import QUEUE
from accounts.vault.routing import VAULT, is_shared
from config import broker, environment, issuer, keys
from marking.marks.credential import IssuerInvalid

ROOT = Path(__file__).resolve().parent.parent

try:
    ENVIRONMENT = environment.read()
except environment.EnvironmentInvalid as error:
    raise ImproperlyConfigured(str(error)) from error

DATA: Path = ENVIRONMENT["YINJI_DATA"]
try:
    DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
except OSError as error:
    raise ImproperlyConfigured(f"YINJI_DATA: {DATA} cannot be made a folder: {error}") from error
_embedded_database, _embedded_vault = DATA / "yinji.sqlite3", DATA / "vault.sqlite3"

# Whether an outside database is new cannot be seen before it is reached, so somebody has to say so.
_is_new = ENVIRONMENT["YINJI_CREATE_KEYS"] if ENVIRONMENT["DATABASE_URL"] else not _embedded_database.exists()
# Stamped before it is read: what is put there afterwards is another file (accounts.vault.key_files).
KEYS_FILE, READ_KEYS = DATA / "keys.json", keys.load
KEYS_STAMP = stamp_of(KEYS_FILE)
try:
    KEYS = keys.load_or_create(KEYS_FILE, may_create=_is_new)
except keys.KeysError as error:
    raise ImproperlyConfigured(str(error)) from error
KEYS_STAMP = KEYS_STAMP or stamp_of(KEYS_FILE)  # of a file that was made just now

# The public halves alone: what this seals for the vault, no process but the keeper can open.
_is_vault_new = (
    ENVIRONMENT["YINJI_CREATE_KEYS"] if ENVIRONMENT["VAULT_DATABASE_URL"] else not _embedded_vault.exists()
)
SEALING_KEYS_FILE = None if ENVIRONMENT["YINJI_VAULT_SEALING_KEY"] else DATA / PUBLIC_NAME
SEALING_KEYS_STAMP = stamp_of(SEALING_KEYS_FILE) if SEALING_KEYS_FILE else None
READ_SEALING_KEYS = read_sealing
try:
    SEALING_KEYS = load_sealing(DATA, given=ENVIRONMENT["YINJI_VAULT_SEALING_KEY"], may_create=_is_vault_new)
except OpeningKeysError as error:
    raise ImproperlyConfigured(str(error)) from error
if SEALING_KEYS_FILE:
    SEALING_KEYS_STAMP = SEALING_KEYS_STAMP or stamp_of(SEALING_KEYS_FILE)

try:
    ISSUER, OWN_ROOTS = issuer.load(ENVIRONMENT, DATA)
except IssuerInvalid as error:
    raise ImproperlyConfigured(str(error)) from error

SECRET_KEY = KEYS.secret_key
DEBUG: bool = ENVIRONMENT["YINJI_DEBUG"]

# --- the site's own address -------------------------------------------------------------------------
SITE_URL: str = ENVIRONMENT["YINJI_SITE_URL"] or f"http://127.0.0.1:{ENVIRONMENT['YINJI_PORT']}"
_site = urlsplit(SITE_URL)
IS_ON_TLS = _site.scheme == "https"
ALLOWED_HOSTS = [_site.hostname or "", "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

# --- apps: config first, so that its commands and templates win ---------------------------------------
INSTALLED_APPS = [
    "config",
    "accounts",
    "consent",
    "marking",
    "accounts.vault.store",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.headers.PermissionsPolicyMiddleware",
    "config.headers.OtherSitesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Who may enter and how much is taken is decided before the CSRF check, which reads the body.
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.records.sessions.RecordedSessionMiddleware",
    "config.headers.PrivatePagesMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.access.bodies.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.sanctions.middleware.StandingMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.access.activity.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.not_allowed.NotAllowedPageMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ]
        },
    }
]

# --- database, cache, storage ------------------------------------------------------------------------
_env = django_environ.Env()


def _database(url: str) -> dict[str, Any]:
    database: dict[str, Any] = _env.db_url_config(url)
    if not database["ENGINE"].endswith("sqlite3"):
        return database | {"OPTIONS": {"pool": True}, "CONN_MAX_AGE": 0}
    # WAL alone makes "database is locked" worse: a read snapshot cannot become a write. IMMEDIATE cures it.
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    # Opening a file and setting it up like this takes longer than most requests: a thread keeps its connection.
    return database | {"ENGINE": "config.sqlite3", "OPTIONS": options, "CONN_MAX_AGE": None}


DATABASES: dict[str, Any] = {
    "default": _database(ENVIRONMENT["DATABASE_URL"] or f"sqlite:///{_embedded_database}"),
    VAULT: _database(ENVIRONMENT["VAULT_DATABASE_URL"] or f"sqlite:///{_embedded_vault}"),
}
if is_shared(DATABASES) and DATABASES[VAULT]["ENGINE"] == "config.sqlite3":
    # One file has one writer: a deposit would wait for the very transaction that makes it.
    raise ImproperlyConfigured(
        "VAULT_DATABASE_URL: expected another SQLite file than DATABASE_URL; found the same."
    )
DATABASE_ROUTERS = ["accounts.vault.routing.VaultRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The default of 300 entries would let a few hundred visitors push out the counters that lock an account.
DATABASE_CACHE_OPTIONS = {"MAX_ENTRIES": 100_000, "CULL_FREQUENCY": 10}
CACHES = {"default": _env.cache_url_config(ENVIRONMENT["CACHE_URL"])}
if CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
    CACHES["default"]["LOCATION"] = "cache"
    CACHES["default"]["OPTIONS"] = DATABASE_CACHE_OPTIONS

FILES = Path(urlsplit(ENVIRONMENT["STORAGE_URL"]).path) if ENVIRONMENT["STORAGE_URL"] else DATA / "files"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FILES, "base_url": None, "file_permissions_mode": 0o600,
                    "directory_permissions_mode": 0o700},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}  # fmt: skip
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_TEMP_DIR = DATA / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True, mode=0o700)
# Every uploaded file goes to disk at once: a large one must never sit in memory.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FILES = 500

# Of the visible label; receipts of consents are set in it too.
FONT = ROOT / "marking" / "marks" / "explicit_label" / "font" / "YinjiLabelSans-Regular.otf"
# Tiles of the log: made from the records and from nothing else, so made again where they are missing.
LOG_FOLDER = DATA / "log"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [ROOT / "static"]
# Served at the top of the site, where browsers and others ask for /favicon.ico whatever a page says: icons/seal.svg in 16, 32 and 48 pixels.
WHITENOISE_ROOT = ROOT / "static" / "root"

# --- accounts ------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ["email"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]  # fmt: skip
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "works:list"
LOGOUT_REDIRECT_URL = "verification:home"

ACCOUNT_ADAPTER = "accounts.users.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.users.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Yinji 印记] "
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_DISPLAY = "accounts.users.adapter.display_name"
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT["YINJI_TRUSTED_PROXIES"]
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Yinji"
MFA_TOTP_TOLERANCE = 1  # one step of 30 s for clocks that differ (RFC 6238 section 5.2)
# Browsers offer passkeys on http only for localhost, which the embedded default is.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_ON_TLS
USERSESSIONS_TRACK_ACTIVITY = True
IDP_OIDC_PRIVATE_KEY = KEYS.token_signing_key
IDP_OIDC_ADAPTER = "accounts.api.tokens.OIDCAdapter"

# --- mail ------------------------------------------------------------------------------------------------
_mail = _env.email_url_config(ENVIRONMENT["EMAIL_URL"])
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _mail.get("EMAIL_HOST") or "localhost", _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (
    _mail.get("EMAIL_HOST_USER") or "",
    _mail.get("EMAIL_HOST_PASSWORD") or "",
)
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
# django-environ drops the leading slash of the path.
EMAIL_FILE_PATH = urlsplit(ENVIRONMENT["EMAIL_URL"]).path or None
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT["EMAIL_FROM"]

# --- queue -----------------------------------------------------------------------------------------------
broker.register()
CELERY_BROKER_URL: str = ENVIRONMENT["BROKER_URL"]
if CELERY_BROKER_URL.startswith("spool:"):
    _spool = DATA / "spool"
    for _folder in (_spool / "messages", _spool / "control"):
        _folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_spool / "messages"),
        "data_folder_out": str(_spool / "messages"),
        "control_folder": str(_spool / "control"),
        "polling_interval": 0.1,
    }
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER, CELERY_ACCEPT_CONTENT = "json", ["json"]
# What opens something, or reads the vault's table, is the keeper's work and nobody else's.
CELERY_TASK_ROUTES = {"accounts.identity.tasks.look_after_vault": {"queue": QUEUE}}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # the spool would fill with control messages
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA / "schedule")
CELERY_BEAT_SCHEDULE = {
    "resume-interrupted-marking": {"task": "marking.works.tasks.sweep", "schedule": 10.0},
    "end-uploads-that-wait": {"task": "marking.works.tasks.end_waiting", "schedule": 86400.0},
    "end-unlabelled-copies": {"task": "marking.unlabelled.tasks.sweep", "schedule": 30.0},
    "keep-consents-in-time": {"task": "consent.withdrawal.tasks.sweep", "schedule": 10.0},
    "look-after-cases": {"task": "marking.desk.tasks.sweep", "schedule": 60.0},
    "look-after-appeals": {"task": "marking.desk.appeals.tasks.sweep", "schedule": 60.0},
    "tell-of-refutations": {"task": "marking.desk.refutations.tasks.sweep", "schedule": 300.0},
    "look-after-birthdays": {"task": "consent.guardians.tasks.sweep", "schedule": 3600.0},
    "look-after-statements": {"task": "consent.statements.tasks.sweep", "schedule": 60.0},
    "ask-identity-providers": {"task": "accounts.identity.tasks.sweep", "schedule": 15.0},
    "end-old-real-names": {"task": "accounts.identity.tasks.recheck", "schedule": 3600.0},
    "send-mail-that-waits": {"task": "accounts.notices.tasks.sweep", "schedule": 30.0},
    "tell-of-sanctions-that-ended": {"task": "accounts.sanctions.tasks.sweep", "schedule": 60.0},
    "deliver-to-webhooks": {"task": "accounts.notices.webhooks.tasks.sweep", "schedule": 10.0},
    "look-after-requests": {"task": "consent.requests.tasks.sweep", "schedule": 60.0},
    "let-go-of-old-records": {"task": "accounts.retention.tasks.purge", "schedule": 86400.0},
    "look-after-data-copies": {"task": "accounts.own_data.tasks.sweep", "schedule": 600.0},
    "erase-accounts": {"task": "accounts.leaving.tasks.erase_due", "schedule": 3600.0},
    "forget-idempotent-answers": {"task": "accounts.api.tasks.purge_answers", "schedule": 3600.0},
    "forget-ended-questions": {"task": "consent.answers.tasks.forget_ended", "schedule": 3600.0},
    "look-after-the-vault": {
        "task": "accounts.identity.tasks.look_after_vault",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "look-after-elevations": {"task": "accounts.elevation.tasks.sweep", "schedule": 10.0},
    "tell-of-elevations": {"task": "accounts.elevation.tasks.send_digest", "schedule": 3600.0},
    # To the one process that can open: a task that waited until the next one is sent has nothing left to do.
    "open-what-is-approved": {
        "task": "accounts.elevation.tasks.open_all_approved",
        "schedule": 30.0,
        "options": {"queue": "vault", "expires": 30.0},
    },
    "purge-kept-reports": {"task": "marking.verification.tasks.purge_kept_reports", "schedule": 3600.0},
    # A task that waited until the next one is sent has nothing left to do.
    "sign-the-log": {"task": "accounts.records.tasks.advance", "schedule": 2.0, "options": {"expires": 2.0}},
    "begin-a-shard": {
        "task": "accounts.records.tasks.rotate",
        "schedule": 30.0,
        "options": {"expires": 30.0},
    },
    "ask-witnesses": {
        "task": "accounts.records.tasks.ask_witnesses",
        "schedule": 4.0,
        "options": {"expires": 4.0},
    },
    "timestamp-the-log": {
        "task": "accounts.records.tasks.stamp",
        "schedule": 600.0,
        "options": {"expires": 600.0},
    },
    "tell-of-keys": {"task": "config.tasks.tell_of_keys", "schedule": 60.0, "options": {"expires": 60.0}},
    "worker-heartbeat": {"task": "config.health.beat", "schedule": 20.0},
}

# --- consents --------------------------------------------------------------------------------------------
CONSENT_FILES_HOURS = ENVIRONMENT["YINJI_CONSENT_FILES_HOURS"]
WAITING_FILES_DAYS = ENVIRONMENT["YINJI_WAITING_FILES_DAYS"]

# --- languages -------------------------------------------------------------------------------------------
USE_I18N = USE_TZ = True
TIME_ZONE = ENVIRONMENT["YINJI_TIME_ZONE"]
LANGUAGE_CODE = ENVIRONMENT["YINJI_LANGUAGE"]
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "config" / "locale"]

# --- security --------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_ON_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SECURE_SSL_REDIRECT = IS_ON_TLS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if IS_ON_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_ON_TLS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if ENVIRONMENT["YINJI_TRUSTED_PROXIES"]:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- logging ---------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"without_sender": {"()": "config.web_log.WithoutSender"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django.server": {"level": "WARNING"}, "celery.beat": {"level": "WARNING"},
                "celery.worker.strategy": {"level": "WARNING"}, "celery.app.trace": {"level": "WARNING"},
                "gunicorn.error": {"level": "WARNING", "filters": ["without_sender"], "propagate": True},
                "fontTools": {"level": "WARNING"}},
}  # fmt: skip
