"""Downloading a document of a request: never before the scanner, if there is one, found it clean; always as an
attachment, which the browser does not display."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from habilitations.models import Document


def telecharger(document: Document) -> HttpResponse:
    """The caller has checked that the person may read the request."""
    if not document.telechargeable:
        raise Http404
    return HttpResponse(
        bytes(document.contenu),
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(True, document.nom),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
        },
    )
