"""What people and software write in the cells of a file, brought to what the write API takes.

Never a guess that could be wrong in silence: what may mean two things is asked on the page of the columns, or left
aside with a notice where nobody can be asked. A value that nothing here understands goes on as it is, for validation
to refuse.
"""

import datetime
import re
from functools import lru_cache

from referentiel.communes import ReferenceCommunes
from referentiel.ecriture.textes import cle_libelle
from referentiel.identifiants import IdentifiantInvalide, cle_ine_valide, normaliser_ine
from referentiel.imports.lecture.etendue import FORMULE_SANS_VALEUR

#: Errors that a spreadsheet writes in place of a value, in English and in French.
ERREURS_DE_TABLEUR = frozenset(
    {
        "#N/A", "#N/D", "#REF!", "#DIV/0!", "#VALUE!", "#VALEUR!", "#NAME?", "#NOM?", "#NULL!", "#NUL!", "#NUM!",
        "#NOMBRE!", "#SPILL!", "#PROPAGATION!", "#CALC!", "#GETTING_DATA", "ERR:501", "ERR:502", "ERR:504", "ERR:508",
        "ERR:509", "ERR:511", "ERR:519", FORMULE_SANS_VALEUR,
    }
)  # fmt: skip


def _formes(**codes: str) -> dict[str, str]:
    return {cle_libelle(forme): code for code, formes in codes.items() for forme in formes.split("|")}


#: Field → key of a value (`cle_libelle`) → code. Shown on the page of the columns, where each can be changed.
USUELLES = {
    "sexe": _formes(
        M="M|H|1|Homme|Hommes|Masculin|Mr|M.|Monsieur|Garçon|Mâle",
        F="F|2|Femme|Femmes|Féminin|Mme|Mlle|Madame|Mademoiselle|Fille",
    ),
    "statut": _formes(
        inscrit="Inscrit|Inscrite|Inscrits|Inscrit(e)|Inscrit·e|Inscription|Inscription validée|Validée|Validé|Valide|"
        "Inscription administrative|Inscrit administrativement|Inscrite administrativement|"
        "Inscrit(e) administrativement|Inscription administrative validée|"
        "IA|IA validée|IA faite|E|En cours|Inscription en cours de validité|"
        "Inscription confirmée|Confirmée",
        admis="Admis|Admise|Admis(e)|Admis·e|Admission|Admission acceptée|Proposition acceptée|Accepté|Acceptée|"
        "Accepté(e)",
    ),
    "regime": _formes(
        RF1="FI|Initiale|Formation initiale|Formation initiale (FI)|Initial|Étudiant en formation initiale",
        RF2="FI hors apprentissage|FIHA|Formation initiale hors apprentissage",
        RF3="Reprise d'études|Reprise d'études non financée|Reprise d'études non financée sans convention",
        RF4="FA|Apprentissage|Apprenti|Apprentie|Apprenti(e)|Alternance|En alternance|Contrat d'apprentissage|"
        "Formation en apprentissage|Formation par apprentissage|Formation initiale en apprentissage|"
        "Formation initiale par apprentissage|FI apprentissage|CFA",
        RF5="FC|Continue|Formation continue|Formation continue (FC)",
        RF6="FC hors contrat pro|Formation continue hors contrat pro|Formation continue hors contrat professionnel|"
        "Formation continue (hors contrat professionnel)",
        RF7="Contrat pro|Contrat pro.|CP|Contrat de professionnalisation|Contrat de pro|Professionnalisation|"
        "FC contrat de professionnalisation|Alternance (contrat pro)|Formation continue contrat professionnel",
    ),
}  # fmt: skip
#: A number alone: `4` is RF3 for the write API, and RF4 in people's minds. Read as `1.0` by who lost its format.
_CHIFFRE = re.compile(r"([0-9]{1,2})([.,]0+)?")

_DATE = re.compile(
    r"(?P<a>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<j>[0-9]{1,2})"
    r"|(?P<j2>[0-9]{1,2})[-/. ](?P<m2>[0-9]{1,2})[-/. ](?P<a2>[0-9]{4}|[0-9]{2})"
)
_HEURE = re.compile(r"[T ]+[0-9]{1,2}[:hH][0-9]{2}.*$")
_COMPACTE = re.compile(r"[0-9]{8}")
_SERIE = re.compile(r"([0-9]{4,5})([.,][0-9]+)?")
#: Day 0 of Excel, and those that can be days of someone's life.
_ORIGINE_EXCEL = datetime.date(1899, 12, 30)
_SERIES = range(3_000, 75_000)
_ANNEE = re.compile(r"(?:[^0-9]*)((?:19|20)[0-9]{2})(?:\s*[-/–]\s*((?:19|20)?[0-9]{2}))?(?:[^0-9]*)")


def est_une_erreur(texte: str) -> bool:
    return texte[:1] in "#E" and texte.upper() in ERREURS_DE_TABLEUR


def chiffre(texte: str) -> str | None:
    """The number that a code is, `1.0` included; None when it is something else."""
    trouve = _CHIFFRE.fullmatch(texte)
    return trouve[1] if trouve else None


@lru_cache(maxsize=50_000)
def lire_date(texte: str, *, naissance: bool = False, siecle: int = 26) -> str:
    """A day in ISO form; as it is when it cannot be read as one. A birth date may have an unknown day or month (`00`).

    `siecle`: last two digits of the present year, beyond which a birth year of two digits is of the last century.
    """
    nu = _HEURE.sub("", texte.strip())
    if trouve := _DATE.fullmatch(nu):
        annee, mois, jour = (
            trouve["a"] or trouve["a2"],
            trouve["m"] or trouve["m2"],
            trouve["j"] or trouve["j2"],
        )
        if len(annee) == 2:
            annee = f"19{annee}" if naissance and int(annee) > siecle else f"20{annee}"
        return f"{annee}-{int(mois):02}-{int(jour):02}"
    if _COMPACTE.fullmatch(nu):
        return _compacte(nu) or texte
    if (serie := _SERIE.fullmatch(nu)) and int(serie[1]) in _SERIES and not _annee_seule(nu):
        return (_ORIGINE_EXCEL + datetime.timedelta(days=int(serie[1]))).isoformat()
    return texte


def _annee_seule(texte: str) -> bool:
    return len(texte) == 4 and texte[:2] in ("19", "20")


def _compacte(chiffres: str) -> str | None:
    """AAAAMMJJ or JJMMAAAA: never both, for no month is 19 or 20."""
    for annee, mois, jour in (
        (chiffres[:4], chiffres[4:6], chiffres[6:]),
        (chiffres[4:], chiffres[2:4], chiffres[:2]),
    ):
        if 1900 <= int(annee) <= 2100 and int(mois) <= 12 and int(jour) <= 31:
            return f"{annee}-{mois}-{jour}"
    return None


def lire_annee(texte: str) -> tuple[str, str] | None:
    """First and last day of a university year: `2026`, `2026-2027`, `2026/27`, `Année 2026-2027`."""
    trouve = _ANNEE.fullmatch(texte.strip())
    if trouve is None:
        return None
    debut, suite = int(trouve[1]), trouve[2]
    if suite is not None and int(suite[-2:]) != (debut + 1) % 100:
        return None
    return f"{debut}-09-01", f"{debut + 1}-08-31"


def rendre_le_zero_du_code(texte: str, reference: ReferenceCommunes) -> str | None:
    """`1053` → `01053`, when a commune has that code."""
    if len(texte) == 4 and texte.isascii() and texte.isdigit() and reference.connue(f"0{texte}"):
        return f"0{texte}"
    return None


def rendre_les_zeros_de_l_ine(texte: str) -> str | None:
    """What a spreadsheet took from the head of an INE, when its key proves the rest."""
    if not 7 <= len(texte) < 11:
        return None
    try:
        ine = normaliser_ine(texte.rjust(11, "0"))
    except IdentifiantInvalide:
        return None
    # Not the form whose key nobody knows, nor the one whose key is one figure in ten.
    return ine if not ine[10].isdigit() and not ine[4].isalpha() and cle_ine_valide(ine) else None


def lire_pays(texte: str) -> str | None:
    """`99352`, `352` → 99352. France, and what is no code: None."""
    code = chiffre(texte) or texte
    if re.fullmatch(r"[0-9]{3}([.,]0+)?", texte):
        code = f"99{texte[:3]}"
    return code if re.fullmatch(r"99[0-9]{3}", code) and code != "99100" else None
