"""The WSGI application. Slow data are loaded here, before the server accepts calls."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statut_etudiant.settings")

application = get_wsgi_application()

from django.conf import settings  # noqa: E402 - once the applications are ready

from referentiel import communes  # noqa: E402
from statut_etudiant import roles  # noqa: E402
from statut_etudiant.api.documentation import document  # noqa: E402

if settings.PRODUCTION:
    roles.exiger()

get_resolver().url_patterns  # noqa: B018 - reading it imports every page
communes.reference().preparer()
document.preparer()
