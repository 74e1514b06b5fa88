"""What a web server calls. Whatever the first calls would wait for is read before the server takes any."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statut_etudiant.settings")

application = get_wsgi_application()

from referentiel import communes  # noqa: E402 - once the applications are ready

get_resolver().url_patterns  # noqa: B018 - reading it imports every page
communes.reference().preparer()
