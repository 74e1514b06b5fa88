"""French put together by the program: expected words are those of a grammar book."""

import datetime
import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

from referentiel import francais

GABARITS = Path(settings.BASE_DIR) / "templates"


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("Agathe Blanc", "d'Agathe Blanc"),
        ("Paul Roy", "de Paul Roy"),
        ("Élise", "d'Élise"),
        ("Hélène Ibarra", "d'Hélène Ibarra"),
        ("Œuvres universitaires", "d'Œuvres universitaires"),
        ("Hauts-de-Seine", "de Hauts-de-Seine"),
        ("Yves", "d'Yves"),
        ("Yann", "de Yann"),
        ("« École »", "d'« École »"),
        ("alex@ville.example", "d'alex@ville.example"),
        ("12 établissements", "de 12 établissements"),
        ("", "de "),
    ],
)
def test_de_loses_its_vowel_before_another(nom: str, attendu: str) -> None:
    assert francais.de(nom) == attendu
    assert francais.que(nom) == attendu.replace("d'", "qu'", 1).replace("de ", "que ", 1)


@pytest.mark.parametrize(
    ("nom", "de", "a", "le"),
    [
        ("Ville de Brest", "de la Ville de Brest", "à la Ville de Brest", "la Ville de Brest"),
        ("mairie de Brest", "de la mairie de Brest", "à la mairie de Brest", "la mairie de Brest"),
        ("COMMUNE DE LYON", "de la COMMUNE DE LYON", "à la COMMUNE DE LYON", "la COMMUNE DE LYON"),
        ("Université de Lille", "de l'Université de Lille", "à l'Université de Lille", "l'Université de Lille"),
        ("UNIVERSITE PARIS CITE", "de l'UNIVERSITE PARIS CITE", "à l'UNIVERSITE PARIS CITE", "l'UNIVERSITE PARIS CITE"),
        ("École des Ponts", "de l'École des Ponts", "à l'École des Ponts", "l'École des Ponts"),
        ("Crous de Lyon", "du Crous de Lyon", "au Crous de Lyon", "le Crous de Lyon"),
        ("Département du Gard", "du Département du Gard", "au Département du Gard", "le Département du Gard"),
        ("Institut Agro", "de l'Institut Agro", "à l'Institut Agro", "l'Institut Agro"),
        ("Hôpital Nord", "de l'Hôpital Nord", "à l'Hôpital Nord", "l'Hôpital Nord"),
        ("Haute école du bois", "de la Haute école du bois", "à la Haute école du bois", "la Haute école du bois"),
        ("Hospices civils de Lyon", "des Hospices civils de Lyon", "aux Hospices civils de Lyon",
         "les Hospices civils de Lyon"),
        ("Agglomération de Dax", "de l'Agglomération de Dax", "à l'Agglomération de Dax", "l'Agglomération de Dax"),
        ("Le Havre", "du Havre", "au Havre", "Le Havre"),
        ("LE HAVRE", "du HAVRE", "au HAVRE", "LE HAVRE"),
        ("Le Havre Seine Métropole", "du Havre Seine Métropole", "au Havre Seine Métropole",
         "Le Havre Seine Métropole"),
        ("Les Ulis", "des Ulis", "aux Ulis", "Les Ulis"),
        ("La Rochelle", "de La Rochelle", "à La Rochelle", "La Rochelle"),
        ("L'Haÿ-les-Roses", "de L'Haÿ-les-Roses", "à L'Haÿ-les-Roses", "L'Haÿ-les-Roses"),
        ("la ville de Brest", "de la ville de Brest", "à la ville de Brest", "la ville de Brest"),
        ("le ministère", "du ministère", "au ministère", "le ministère"),
        # Names that only begin like one, and those that no list knows, are said as they are.
        ("Ville-d'Avray", "de Ville-d'Avray", "à Ville-d'Avray", "Ville-d'Avray"),
        ("Villeurbanne", "de Villeurbanne", "à Villeurbanne", "Villeurbanne"),
        ("Centre-Val de Loire", "de Centre-Val de Loire", "à Centre-Val de Loire", "Centre-Val de Loire"),
        ("Angers Loire Métropole", "d'Angers Loire Métropole", "à Angers Loire Métropole", "Angers Loire Métropole"),
        ("Maison Duval SARL", "de Maison Duval SARL", "à Maison Duval SARL", "Maison Duval SARL"),
        ("Guichet Facile SAS", "de Guichet Facile SAS", "à Guichet Facile SAS", "Guichet Facile SAS"),
        ("Agathe Blanc", "d'Agathe Blanc", "à Agathe Blanc", "Agathe Blanc"),
        ("", "de ", "à ", ""),
    ],
)  # fmt: skip
def test_an_organisation_has_the_article_that_people_say(nom: str, de: str, a: str, le: str) -> None:
    assert (francais.de(nom), francais.a(nom), francais.le(nom)) == (de, a, le)


@pytest.mark.parametrize(
    ("libelle", "attendu"),
    [
        ("Lecture par FranceConnect", "lecture par FranceConnect"),
        ("Délégué à la protection des données", "délégué à la protection des données"),
        ("FranceConnect", "FranceConnect"),
        ("INE (identifiant national étudiant)", "INE (identifiant national étudiant)"),
        ("", ""),
    ],
)
def test_a_label_inside_a_sentence_keeps_the_capitals_of_names(libelle: str, attendu: str) -> None:
    assert francais.minuscule(libelle) == attendu


@pytest.mark.parametrize(
    ("jour", "forme", "attendu"),
    [
        (datetime.date(2026, 3, 1), "j F Y", "1er mars 2026"),
        (datetime.date(2026, 3, 2), "j F Y", "2 mars 2026"),
        (datetime.date(2026, 3, 11), "j F Y", "11 mars 2026"),
        (datetime.date(2026, 3, 1), r"\l\e j F Y", "le 1er mars 2026"),
        (
            datetime.datetime(2026, 8, 1, 9, 5, tzinfo=datetime.UTC),
            "l j F Y à H:i",
            "samedi 1er août 2026 à 09:05",
        ),
        (datetime.date(2026, 3, 1), "d/m/Y", "01/03/2026"),
        (datetime.date(2026, 3, 1), "j/m", "1/03"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_where_the_month_has_its_name(
    jour: datetime.date, forme: str, attendu: str
) -> None:
    assert francais.date(jour, forme) == attendu


@pytest.mark.parametrize("moteur", ["django", "texte"])
def test_pages_and_mails_write_so_without_loading_anything(moteur: str) -> None:
    gabarit = engines[moteur].from_string(
        '{{ jour|date:"j F Y" }} ; {{ nom|de }} ; {{ zero }} jour{{ zero|pluralize }} ; {{ deux|pluralize:"l,ux" }} ; '
        '{{ liste|pluralize }} ; {{ heure|date:"H:i" }} ; {{ rien|date:"j F Y" }} ; {{ zero|dans }} ; {{ deux|il_y_a }}'
    )
    contexte = {
        "jour": datetime.datetime(2026, 6, 30, 22, 30, tzinfo=datetime.UTC),  # the first of July in Paris
        "nom": "Paul",
        "zero": 0,
        "deux": 2,
        "liste": ["un"],
        "heure": datetime.time(8, 5),
        "rien": None,
    }
    assert html.unescape(gabarit.render(contexte)) == (
        "1er juillet 2026 ; de Paul ; 0 jour ; ux ;  ; 08:05 ;  ; aujourd'hui ; il y a 2 jours"
    )


@pytest.mark.parametrize(
    ("nombre", "passe", "futur"),
    [(0, "aujourd'hui", "aujourd'hui"), (1, "hier", "demain"), (2, "il y a 2 jours", "dans 2 jours")],
)
def test_near_days_have_names(nombre: int, passe: str, futur: str) -> None:
    assert (francais.il_y_a(nombre), francais.dans(nombre)) == (passe, futur)


# --- what nobody may write again

#: What a name or an address would follow; a number never elides.
SANS_ELISION = re.compile(
    r"\b(?:de|que) \{\{ (?![\w.|]*\b(?:numero|affichage|nombre|length|intcomma|type|chevauchement_jours) \}\})"
)
#: An organisation's name has its article where a sentence asks for one.
SANS_ARTICLE = re.compile(
    r"\b(?:à|pour|par) \{\{ "
    r"(?:[\w.]*\b(?:organisation|etablissement|editeur)(?:\.nom)?|lien\.nom|\w+\.nom_de_l_organisation) \}\}"
)
#: Words that agree with whoever reads them, or is named: the sentence is turned otherwise.
ACCORD = re.compile(
    r"\bvous (?:n')?(?:êtes|serez|étiez|seriez) (?:plus |pas |déjà |le |la )?"
    r"(?:(?:dé)?connecté|invité|prévenu|informé|désigné|concerné|rattaché|inscrit|autorisé|seul)\b"
    r"|\bné\(e\)",
    re.I,
)
#: Endings in brackets, where a page can know how many there are, or turn the sentence.
PARENTHESE = re.compile(r"\w\((?:e|s|es)\)|\w·e\b")


def _phrases() -> dict[str, str]:
    """Every text that people read: templates, and the strings of the code."""
    racine = Path(settings.BASE_DIR)
    fichiers = [un for un in GABARITS.rglob("*") if un.suffix in {".html", ".txt"}]
    fichiers += [
        un
        for paquet in ("habilitations", "referentiel", "statut_etudiant")
        for un in (racine / paquet).rglob("*.py")
        if "migrations" not in un.parts
    ]
    return {str(un.relative_to(racine)): " ".join(un.read_text().split()) for un in fichiers}


def test_no_sentence_forgets_elision_nor_agrees_with_a_man_by_default() -> None:
    phrases = _phrases()
    assert len(phrases) > 500
    assert SANS_ELISION.search("à la place de {{ compte }}")
    assert SANS_ARTICLE.search("accordée à {{ demande.organisation.nom }} (SIRET")
    assert not SANS_ELISION.search("jetons de {{ habilitation.numero }}")
    assert ACCORD.search("où vous êtes connecté,")
    assert ACCORD.search("né(e) le")
    fautes = [
        f"{nom} : {trouve[0]}"
        for nom, texte in phrases.items()
        for motif in ([ACCORD] if nom.endswith(".py") else [ACCORD, SANS_ELISION, SANS_ARTICLE, PARENTHESE])
        for trouve in motif.finditer(texte)
    ]
    assert fautes == []


def test_dates_and_labels_pass_by_our_own_words() -> None:
    phrases = _phrases()
    directs = [
        nom
        for nom, texte in phrases.items()
        if nom != "referentiel/francais.py"
        and re.search(r"formats import [^#]*date_format|formats\.date_", texte)
    ]
    assert directs == []
    assert [nom for nom, texte in phrases.items() if nom.startswith("templates") and "|lower" in texte] == []
