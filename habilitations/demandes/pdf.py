"""Whether bytes are a PDF: by what they hold, whatever the file's name and the browser's word."""

import re

TAILLE_MAXIMALE = 10 * 1024 * 1024

#: Readers look for the header in the first kilobyte, and for the end in the last one.
BORD = 1024

_ENTETE = re.compile(rb"%PDF-[12]\.[0-9]")
_FIN = re.compile(rb"startxref\s+([0-9]{1,10})\s+%%EOF")
#: What `startxref` points to: a table, or a stream that stands for it.
_TABLE = re.compile(rb"\s*(xref\s|[0-9]+\s+[0-9]+\s+obj\b)")


def est_un_pdf(contenu: bytes) -> bool:
    """Header, end, and a cross-reference table where the end says that it is."""
    entete = _ENTETE.search(contenu[: BORD + 8])
    fins = _FIN.findall(contenu[-2 * BORD :])
    if entete is None or not fins:
        return False
    # Offsets count from the header; some writers count from the start of the file.
    return any(_TABLE.match(contenu, int(fins[-1]) + decalage) for decalage in {0, entete.start()})
