"""Every setting, typed; a missing or malformed value stops the start with a sentence.

`DUBAN_ENV=production` draws no secret and guesses no address. The default, `embedded`, serves a
machine that has nothing ready: secrets and data live under `DUBAN_VAR`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.utils.translation import gettext_lazy as _
from environs import validate

from config import browser
from config import environment as checks
from config.api import API_APPS, API_RATES, REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401
from config.embedded.addresses import read_addresses
from config.embedded.secrets import fernet_key, kept_secret, random_text
from config.logs import configure_logs
from config.redis import cache_address, celery_address

BASE_DIR = Path(__file__).resolve().parent.parent
env = checks.Environment()

# --- The kind of installation ---------------------------------------------------------------------
DUBAN_ENV: str = env.str(
    "DUBAN_ENV", "embedded", validate=validate.OneOf(["embedded", "production"])
)
PRODUCTION: bool = DUBAN_ENV == "production"
DEBUG: bool = env.bool("DUBAN_DEBUG", False)
VAR_DIR = Path(os.environ.get("DUBAN_VAR") or BASE_DIR / "var").absolute()
PORT: int = env.int("PORT", 8000, validate=validate.Range(1, 65535))
_servers = read_addresses(VAR_DIR / "run")


def _embedded(value: Any) -> Any:
    """A default that production does not get: there, the value must be given."""
    return ... if PRODUCTION else value


def _drawn(name: str, draw: Callable[[], str] = random_text) -> Any:
    """A secret of this machine's own, unless one is given or it is production."""
    if PRODUCTION or name in os.environ or f"{name}_FILE" in os.environ:
        return ...
    return kept_secret(VAR_DIR / "secrets", name.lower(), draw)


# --- Secrets --------------------------------------------------------------------------------------
SECRET_KEY: str = env.str("SECRET_KEY", _drawn("SECRET_KEY"), validate=checks.long_enough)
# The first key encrypts, all of them decrypt: to change keys, put the new one in front.
_key = _drawn("FIELD_ENCRYPTION_KEYS", fernet_key)
_keys: Any = _key if _key is ... else [_key]
FIELD_ENCRYPTION_KEYS: list[str] = env.list(
    "FIELD_ENCRYPTION_KEYS", _keys, validate=checks.fernet_keys
)
BLIND_INDEX_KEY: str = env.str(
    "BLIND_INDEX_KEY", _drawn("BLIND_INDEX_KEY"), validate=checks.long_enough
)
JOURNAL_KEY: str = env.str("JOURNAL_KEY", _drawn("JOURNAL_KEY"), validate=checks.long_enough)

# --- Addresses ------------------------------------------------------------------------------------
SITE_URL: str = env.str(
    "SITE_URL",
    _embedded(f"http://localhost:{PORT}"),
    validate=checks.secure_site_address if PRODUCTION else checks.site_address,
)
_database_url: str = env.str(
    "DATABASE_URL", _embedded(_servers.database), validate=checks.database_address
)
REDIS_URL: str = env.str("REDIS_URL", _embedded(_servers.redis), validate=checks.redis_address)
_cache_url: str = env.str("CACHE_URL", "", validate=checks.optional(checks.redis_address))
_more_hosts: list[str] = env.list("ALLOWED_HOSTS", [])
# How many proxies of our own stand before the site; each appends to X-Forwarded-For.
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", 0, validate=validate.Range(0, 5))

# --- Mail -----------------------------------------------------------------------------------------
EMAIL_HOST: str = env.str("EMAIL_HOST", _embedded(""))
EMAIL_PORT: int = env.int(
    "EMAIL_PORT", 587 if PRODUCTION else 25, validate=validate.Range(1, 65535)
)
EMAIL_HOST_USER: str = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD: str = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS: bool = env.bool("EMAIL_USE_TLS", PRODUCTION)
EMAIL_USE_SSL: bool = env.bool("EMAIL_USE_SSL", False)
# Seconds; a mail server that hangs must not hold a worker.
EMAIL_TIMEOUT: int = env.int("EMAIL_TIMEOUT", 20, validate=validate.Range(1, 120))
DEFAULT_FROM_EMAIL: str = env.str(
    "DEFAULT_FROM_EMAIL", _embedded("Duban <duban@localhost>"), validate=checks.mail_sender
)

# --- The rest that an installation chooses --------------------------------------------------------
TIME_ZONE: str = env.str("DUBAN_TIME_ZONE", "Asia/Shanghai", validate=checks.time_zone)
LANGUAGE_CODE: str = env.str("DUBAN_LANGUAGE", "en", validate=validate.OneOf(["en", "zh-hans"]))
LOG_LEVEL: str = env.str(
    "LOG_LEVEL",
    "INFO" if PRODUCTION else "WARNING",
    validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]),
)
ATTACHMENT_MAX_BYTES: int = env.int(
    "ATTACHMENT_MAX_BYTES", 20 * 1024 * 1024, validate=validate.Range(1024, 500 * 1024 * 1024)
)
# After so many seconds without a tick, or of a due clock that nobody fired, the sweep is late.
# It ticks every 15.
LATE_SECONDS: int = env.int(
    "LATE_SECONDS", 60, validate=validate.Range(30 if PRODUCTION else 1, 3600)
)
# How often the watch looks at it.
WATCH_SECONDS: int = env.int("WATCH_SECONDS", 15, validate=validate.Range(1, 300))
# Who is mailed besides the administrators when it is late, and when no database says who they are.
ALERT_EMAILS: list[str] = env.list("ALERT_EMAILS", [], validate=checks.mail_addresses)
# What a scraper of /metrics shows; without it only this machine itself may look.
METRICS_TOKEN: str = env.str("METRICS_TOKEN", "", validate=checks.optional(checks.long_enough))
# Where collectstatic put the files, named by hash; without it they are served where they lie.
_static_root: str = env.str("DUBAN_STATIC_ROOT", _embedded(""))
# Whether script/server fills an empty database with people and cases to try; once.
DUBAN_DEMO: bool = env.bool("DUBAN_DEMO", not PRODUCTION)
# Printed for everybody to read: `check --deploy` fails while an account with it can sign in.
DEMO_PASSWORD: str = env.str("DEMO_PASSWORD", "duban-demo", validate=checks.filled)
env.seal()

# --- What Django is made of -----------------------------------------------------------------------
INSTALLED_APPS = [
    *API_APPS,
    "changes",
    "complaints",
    "escalations",
    "notifications",
    "journal",
    "departments",
    "config.apps.HouseConfig",
    "allauth",
    "allauth.account",
    "rules",
    "django_filters",
    "django_htmx",
    "template_partials",
    "pgtrigger",
    "rest_framework",
    "django_structlog",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Behind the static files, before everything that takes time.
    "config.metrics.requests.CountRequests",
    # Pages, a sixth of their size; each padded at random, so that its length tells no secret.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "departments.middleware.PreferencesMiddleware",
    # Every page asks who is there, unless its view says otherwise.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "notifications.context_processors.bell",
                "config.context.shell",
            ],
        },
    }
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING = configure_logs(level=LOG_LEVEL, json=PRODUCTION)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# Addresses of people are personal data; the journal says who did what.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False

# --- Data -----------------------------------------------------------------------------------------
_database: dict[str, Any] = {
    **dj_database_url.parse(_database_url, conn_max_age=300, conn_health_checks=True)
}
# A database that does not answer is told in seconds, not minutes.
_database["OPTIONS"] = {"connect_timeout": 5, **_database.get("OPTIONS", {})}
DATABASES = {"default": {**_database, "ATOMIC_REQUESTS": False}}
CACHES = {
    "default": {
        "BACKEND": "config.cache.ForgetfulCache",
        "LOCATION": _cache_url or cache_address(REDIS_URL),
        "KEY_PREFIX": "duban",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
SESSION_COOKIE_AGE = 12 * 60 * 60
MEDIA_ROOT = VAR_DIR / "attachments"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- Work outside the request ---------------------------------------------------------------------
CELERY_BROKER_URL = celery_address(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than any task may run: what a killed worker held is handed out again after it.
    "visibility_timeout": 300,
    # A page that queues work must not wait for a broker that is gone.
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "max_retries": 1,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_DEFAULT_QUEUE = "duban"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
# In memory: a beat that starts anew ticks anew, and two of them share no file to fight over.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"

# --- Mail goes out --------------------------------------------------------------------------------
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "config.mailfolder.MailFolder"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Who signs in ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "departments.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 10}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "config.accounts.AccountAdapter"
# Accounts are made by administrators, who know the address.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_USER_DISPLAY = str
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# --- Languages and files --------------------------------------------------------------------------
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
USE_I18N = True
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = _static_root or None
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not STATIC_ROOT
_static_storage = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if STATIC_ROOT
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}

# --- The browser's guard --------------------------------------------------------------------------
_site = urlsplit(SITE_URL)
_here = [] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = sorted({_site.hostname or "", *_more_hosts, *_here})
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
# The container's own health check comes without TLS, and a scraper on the same network may.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = browser.CONTENT_SECURITY_POLICY
