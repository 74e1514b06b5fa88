"""The one way of making PDFs: Typst, from a wheel, on models that are in `modeles/` (ADR 0024).

Every document is PDF/A-2a and PDF/UA-1: tagged, with its title and its language. Typst refuses to write one that is
not.
"""

from statut_etudiant.pdf.composition import composer

__all__ = ["composer"]
