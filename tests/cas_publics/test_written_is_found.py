"""Whatever a registrar writes, an administration finds, in every spelling of it."""

import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from referentiel.models import Etudiant, Inscription
from tests.cas_publics.portes import Portes

#: Real syllables of each language, with the letters that it is known for; names are made of one or two.
SYLLABES = {
    langue: syllabes.split("|")
    for langue, syllabes in {
        "français": "be|li|Fran|çois|Noë|Ga|ël|Hé|lè|ne|œu|vre|Ma|ÿ|Lœ|Ra|phaë",
        "vietnamien": "Nguyễn|Trần|Đặng|Phượng|Đức|Thị|Hồng|Vũ|Ưng|Ơn|Quỳnh|Bảo",
        "turc": "Yıl|dız|Şa|hin|Öz|gür|Çe|lik|İ|nö|nü|Ağ|ca|Işık|Gü|neş",
        "polonais": "Łu|kasz|Wój|cik|Żó|łć|Święt|Kraś|Ńa|Ję|drze|Ąż",
        "portugais": "João|Gon|çal|ves|Con|cei|ção|Ma|ga|lhães|Antô|nio|Ávi|la|Guima|rães",
        "arabe translittéré": "Mu|ḥam|Ṭā|riq|ʿAb|dal|Ra|ḥmān|Ghāz|ī|Ṣa|lāḥ|Ḍiyāʾ|Qāḍ",
    }.items()
}
JOINTS = ["", "", "-", " ", "'", "’", " - "]
APOSTROPHES, TIRETS = "'’ʿʾ", "-‐‑–"


@st.composite
def noms(tirage: st.DrawFn) -> str:
    syllabes = st.sampled_from(SYLLABES[tirage(st.sampled_from(sorted(SYLLABES)))])
    parties = tirage(st.lists(st.tuples(syllabes, syllabes), min_size=1, max_size=2))
    joints = st.sampled_from(JOINTS)
    return "".join(un + deux + tirage(joints) for un, deux in parties[:-1]) + "".join(parties[-1])


#: Letters that no decomposition takes to ASCII, said here from the specification.
PLIEES = str.maketrans({"Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i", "Œ": "OE", "œ": "oe"})


def sans_accents(nom: str) -> str:
    decompose = unicodedata.normalize("NFD", nom.translate(PLIEES))
    return "".join(c for c in decompose if not unicodedata.combining(c))


def sans_apostrophes(nom: str) -> str:
    return "".join(c for c in nom if c not in APOSTROPHES)


ORTHOGRAPHES = {
    "telle quelle": lambda nom: nom,
    "majuscules": str.upper,
    "minuscules": str.lower,
    "NFD": lambda nom: unicodedata.normalize("NFD", nom),
    "NFC": lambda nom: unicodedata.normalize("NFC", nom),
    "sans accents": sans_accents,
    "majuscules sans accents": lambda nom: sans_accents(nom).upper(),
    "sans apostrophes": sans_apostrophes,
    "autres apostrophes": lambda nom: "".join("’" if c in APOSTROPHES else c for c in nom),
    "autres tirets": lambda nom: nom.replace("-", "‑"),
    "sans tirets": lambda nom: nom.replace(" - ", "").replace("-", ""),
    "espaces pour tirets": lambda nom: nom.replace("-", " "),
    "espaces insécables": lambda nom: nom.replace(" ", "\u00a0"),
    "espaces autour": lambda nom: f"  {nom} ",
    "ASCII seul": lambda nom: sans_accents(sans_apostrophes(nom)).upper(),
}
orthographes = st.sampled_from(sorted(ORTHOGRAPHES)).map(ORTHOGRAPHES.__getitem__)


class EcritEstTrouve(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.portes = Portes()

    @settings(max_examples=60, deadline=None, database=None)
    @given(nom=noms(), prenom=noms(), ecrit=orthographes, demande=orthographes, autre=orthographes)
    def test_a_student_is_found_in_every_spelling(self, nom, prenom, ecrit, demande, autre) -> None:
        Inscription.objects.all().delete()
        Etudiant.objects.all().delete()
        self.portes.enregistrer(nomNaissance=ecrit(nom), prenoms=[ecrit(prenom)])
        assert self.portes.trouve(nomNaissance=demande(nom), prenoms=autre(prenom))
        assert self.portes.trouve(nomNaissance=autre(nom), prenoms=f"{demande(prenom)}, Zoé")
        assert not self.portes.trouve(nomNaissance=demande(nom) + "x", prenoms=demande(prenom))

    @settings(max_examples=150, deadline=None, database=None)
    @given(
        nom=st.text(
            st.characters(max_codepoint=0x24F, exclude_categories=["Cs", "Cn"]), min_size=1, max_size=12
        )
    )
    @example(nom="A,1")
    def test_what_writing_takes_reading_can_ask(self, nom: str) -> None:
        Inscription.objects.all().delete()
        Etudiant.objects.all().delete()
        pris = self.portes.declarer(nomNaissance=nom, prenoms=[nom]).status_code == 200
        demande = self.portes.demander(nomNaissance=nom, prenoms=nom)
        if pris:
            assert demande.status_code == 200
        elif "," not in nom:
            # Of given names separated by commas, writing judges each and reading the first alone.
            assert demande.status_code == 422
