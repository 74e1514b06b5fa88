"""Downloading a document of a request: only once scanned clean, always as an attachment, never displayed by the
browser."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from habilitations.models import Document


def telecharger(document: Document) -> HttpResponse:
    """The caller has checked that the person may read the request."""
    if document.analyse != Document.Analyse.SAIN:
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
