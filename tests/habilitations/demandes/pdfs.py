"""Small real PDFs, and what only looks like one."""


def pdf(*, taille: int = 0) -> bytes:
    """A one-page document that readers open; `taille`: padded, by a comment, to at least so many bytes."""
    objets = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ]
    contenu, positions = b"%PDF-1.4\n", []
    for numero, objet in enumerate(objets, 1):
        positions.append(len(contenu))
        contenu += b"%d 0 obj\n%s\nendobj\n" % (numero, objet)
    if taille > len(contenu):
        contenu += b"%" + b"x" * (taille - len(contenu)) + b"\n"
    table = len(contenu)
    contenu += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objets) + 1)
    contenu += b"".join(b"%010d 00000 n \n" % position for position in positions)
    return contenu + b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table
