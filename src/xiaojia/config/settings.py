"""Which settings does Django run with? Everything that differs between instances comes from `env`."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from xiaojia.config.env import database_settings, load_env
from xiaojia.config.logs import logging_settings

env = load_env()

SECRET_KEY = env.secrets.secret_key
HASH_KEY = env.secrets.hash_key
DEBUG = env.debug
ALLOWED_HOSTS = [urlsplit(env.url).hostname, "localhost", "127.0.0.1", "[::1]"] if env.url else ["*"]
IS_DEMO = env.is_demo
XIAOJIA_URL = env.url
SITE = {
    "name": env.instance.name if env.instance else "",
    "icp": env.icp,
    "police_icp": env.police_icp,
    "map_review_no": env.map_review_no,
}
MAP_TILES = env.map_tiles if env.map_review_no else ""  # a base map is shown with its review number or not at all
MAP_SOURCE = env.map_source
TRUSTED_PROXIES = env.trusted_proxies

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "template_partials",
    "procrastinate.contrib.django",
    "xiaojia.web",
    "xiaojia.kernel.audit",
    "xiaojia.kernel.files",
    "xiaojia.kernel.calendar",
    "xiaojia.kernel.places",
    "xiaojia.kernel.people",
    "xiaojia.kernel.orgs",
    "xiaojia.kernel.imports",
    "xiaojia.kernel.notices",
    "xiaojia.kernel.retention",
    "xiaojia.kernel.keys",
    "xiaojia.domains.stations",
    "xiaojia.domains.visits",
    "xiaojia.domains.feedback",
    "xiaojia.domains.feeds",
    "xiaojia.domains.demo",
    "xiaojia.config.apps.ConfigConfig",
]

MIDDLEWARE = [
    "xiaojia.web.requests.RequestMiddleware",  # the outermost: it numbers, times and reports everything
    "xiaojia.web.proxies.TrustedProxyMiddleware",
    "xiaojia.web.security.SecurityMiddleware",  # before the short way: it reads cookies by their plain names
    "xiaojia.web.express.ExpressMiddleware",  # with headers of its own: the layers below it cost more than a tap
    "csp.middleware.CSPMiddleware",  # outside of everything: static files and short ways have a policy too
    "xiaojia.web.fresh.FreshMiddleware",
    "xiaojia.web.bodies.BodyMiddleware",  # before anybody reads what was sent
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # a padded length hides what a guess would compress to (BREACH)
    "django.contrib.sessions.middleware.SessionMiddleware",
    "xiaojia.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "xiaojia.kernel.people.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "xiaojia.kernel.orgs.middleware.ActorMiddleware",
    "xiaojia.web.errors.ErrorMiddleware",
]

ROOT_URLCONF = "xiaojia.config.urls"
WSGI_APPLICATION = "xiaojia.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xiaojia.web.context.site",
                "xiaojia.kernel.orgs.context.desk",
            ],
        },
    }
]

DATABASES = database_settings(env)
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
DATABASE_ROUTERS: list[str] = []

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["xiaojia.kernel.people.adapter.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "xiaojia.kernel.people.adapter.HouseWords"},
]
LOGIN_URL = "/office/sign-in/"
LOGIN_REDIRECT_URL = "/office/"
LOGOUT_REDIRECT_URL = "/office/sign-in/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "xiaojia.kernel.people.adapter.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "xiaojia.kernel.people.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # one step of clock drift; a code counts once all the same: kernel/people/actions/factors.py
MFA_FORMS = {
    "authenticate": "xiaojia.kernel.people.forms.CodeForm",
    "reauthenticate": "xiaojia.kernel.people.forms.CodeAgainForm",
}
MFA_ALSO = env.guard.mfa_also
SESSION_RULE = env.guard.session
OIDC = env.guard.oidc
HSTS = env.guard.hsts
SECURITY_CONTACT = env.guard.contact
SESSION_COOKIE_AGE = int(env.guard.session.whole.total_seconds())
SESSION_COOKIE_NAME = "xj_session"
CSRF_COOKIE_NAME = "xj_csrf"
CSRF_FAILURE_VIEW = "xiaojia.web.errors.csrf_failure"
SECURE_COOKIES = env.url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [env.url] if env.url else []
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *([f"https://{urlsplit(MAP_TILES).netloc}"] if MAP_TILES else [])],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "xiaojia_cache",
        "OPTIONS": {"MAX_ENTRIES": 20000},
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "xj_lang"
LOCALE_PATHS = [Path(__file__).parents[1] / "lib" / "locale"]  # rooms bring their own; lib is no room of Django's
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = env.home / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "xiaojia.web.storage.StaticStorage"},
}
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = env.home / "files"
LIMITS_FILE = env.home / "limits"  # counted by all processes of this machine
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

METRICS_TOKEN = env.watch.metrics_token
LOGGING = logging_settings(env.watch)
