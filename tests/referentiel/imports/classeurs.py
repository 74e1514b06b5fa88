"""Workbooks made on the fly: sound ones by the usual libraries, hostile ones by hand."""

import io
import zipfile

import openpyxl
import tablib


def xlsx(*lignes, feuilles=None):
    classeur = openpyxl.Workbook()
    classeur.remove(classeur.active)
    for nom, contenu in (feuilles or {"Inscriptions": lignes}).items():
        feuille = classeur.create_sheet(nom)
        for ligne in contenu:
            feuille.append(ligne)
    return enregistrer(classeur)


def enregistrer(classeur):
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()


def ods(entetes, *lignes):
    return tablib.Dataset(*lignes, headers=entetes).export("ods")


def modifier(octets, **entrees):
    """The same archive with entries added or replaced; `None` removes. Names: `a__b` for `a/b`."""
    noms = {cle.replace("__", "/"): contenu for cle, contenu in entrees.items()}
    sortie = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(octets)) as source,
        zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as cible,
    ):
        for nom in source.namelist():
            if nom not in noms:
                cible.writestr(nom, source.read(nom))
        for nom, contenu in noms.items():
            if contenu is not None:
                cible.writestr(nom, contenu)
    return sortie.getvalue()


def feuille_xlsx(donnees, avant="", entete="<worksheet>"):
    """A workbook whose only sheet is the XML given."""
    xml = f'<?xml version="1.0"?>{avant}{entete}<sheetData>{donnees}</sheetData></worksheet>'
    return modifier(xlsx(["x"]), **{"xl__worksheets__sheet1.xml": xml})


def contenu_ods(lignes):
    """An ODS file whose only table holds the XML given."""
    espaces = " ".join(
        f'xmlns:{prefixe}="urn:oasis:names:tc:opendocument:xmlns:{prefixe}:1.0"'
        for prefixe in ("office", "table", "text")
    )
    xml = (
        f'<office:document-content {espaces} xmlns:calcext="urn:calcext"><office:body><office:spreadsheet>'
        f'<table:table table:name="F">{lignes}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return modifier(ods(["a"], ["b"]), **{"content.xml": xml})


def cellule_ods(texte, attributs=""):
    return (
        f'<table:table-cell office:value-type="string" {attributs}><text:p>{texte}</text:p></table:table-cell>'
        if texte
        else f"<table:table-cell {attributs}/>"
    )


def ligne_ods(*cellules, attributs=""):
    return f"<table:table-row {attributs}>{''.join(cellules)}</table:table-row>"
