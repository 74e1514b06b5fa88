"""A day that people read is a day in Paris. Instants are kept in UTC, where the first hours are the day before."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.template import engines

from habilitations.jetons import encarts
from habilitations.jetons.inventaire import Inventaire
from habilitations.jetons.octroi import Octroi
from habilitations.management.commands.creer_jeton import Command
from habilitations.models import Habilitation, Jeton
from referentiel.admin.anomalies import AnomalieAdmin
from referentiel.admin.doublons import DoublonPossibleAdmin
from referentiel.admin.inscriptions import InscriptionAdmin
from referentiel.ecriture.naissances import AUJOURDHUI
from referentiel.models import Anomalie, DoublonPossible, Inscription, Lot
from referentiel.views.depots import communs

RACINE = Path(__file__).parent.parent
#: In Paris, half past midnight on 1 April 2027.
MINUIT_PASSE = datetime(2027, 3, 31, 22, 30, tzinfo=UTC)


def test_a_list_shows_the_day_in_paris_of_what_happened_after_midnight() -> None:
    anomalies = AnomalieAdmin(Anomalie, admin.site)
    doublons = DoublonPossibleAdmin(DoublonPossible, admin.site)
    inscriptions = InscriptionAdmin(Inscription, admin.site)
    assert anomalies.signalee(Anomalie(signalee_le=MINUIT_PASSE)) == "01/04/2027"
    assert doublons.signale(DoublonPossible(signale_le=MINUIT_PASSE)) == "01/04/2027"
    assert doublons.etat(DoublonPossible(ecarte_le=MINUIT_PASSE)) == "Écarté le 01/04/2027"
    assert inscriptions.confirmee(Inscription(confirmee_le=MINUIT_PASSE)) == "01/04/2027"
    assert communs.nom(Lot(depose_le=MINUIT_PASSE)) == "Envoi du 01/04/2027"


def test_a_token_that_ends_after_midnight_in_paris_is_said_to_end_that_day() -> None:
    jeton = Jeton(type=Jeton.Type.BAC_A_SABLE, expire_le=MINUIT_PASSE)
    assert Command._decrire(Octroi(None, jeton, None)).endswith("expire le 01/04/2027")
    inventaire = Inventaire(Habilitation(), [], [Jeton(expire_le=MINUIT_PASSE)], None, True)
    encart = encarts._encart(inventaire, plusieurs=False)
    assert encart is not None
    assert "a expiré le 1er avril 2027" in encart.texte


def test_the_mail_that_acknowledges_a_request_says_the_deadline_of_its_page() -> None:
    """Submitted on 1 March in Paris, two months end on 1 May: 28 February in UTC would give 29 April."""
    gabarit = engines["django"].from_string("{% load courriels %}{{ soumise|echeance_legale|date:'j F Y' }}")
    assert gabarit.render({"soumise": datetime(2027, 2, 28, 23, 30, tzinfo=UTC)}) == "1er mai 2027"


@pytest.mark.django_db
def test_birth_dates_that_were_tried_after_midnight_count_for_the_new_day() -> None:
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT {AUJOURDHUI}".replace("now()", "timestamptz '2027-03-31 22:30Z'"))
        assert curseur.fetchone() == (date(2027, 4, 1),)


SOURCES = [
    chemin
    for paquet in ("referentiel", "habilitations", "statut_etudiant")
    for chemin in sorted((RACINE / paquet).rglob("*"))
    if chemin.suffix in {".py", ".sql"} and "migrations" not in chemin.parts
]
#: Columns and attributes named so hold an instant.
INSTANT = re.compile(r"(_le|^instant|^maintenant)$")
#: Dates that a source gives as such.
DATES = {"ferme_le"}
SQL = re.compile(
    r"\bcurrent_date\b|now\(\)::date|(?:to_char|date_trunc)\((?:'\w+', )?now\(\)(?! AT TIME ZONE)", re.I
)


def fautes(source: str) -> list[str]:
    """Python that cuts a day out of an instant as it is, in UTC."""
    return [ast.unparse(noeud) for noeud in ast.walk(ast.parse(source)) if _coupe_en_utc(noeud)]


def _coupe_en_utc(noeud: ast.AST) -> bool:
    match noeud:
        case ast.FormattedValue(value=valeur, format_spec=ast.JoinedStr() as forme):
            ecrite = ast.unparse(forme)
            # With its seconds it is a key, not a day.
            return "%d" in ecrite and "%S" not in ecrite and _instant(valeur)
        case ast.Call(func=ast.Name(id="date_format"), args=[valeur, *_]):
            return _instant(valeur)
        case ast.Call(func=ast.Attribute(value=valeur, attr="strftime" | "date")):
            return _instant(valeur)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="date" | "datetime"), attr="today")):
            return True
    return False


def _instant(valeur: ast.expr) -> bool:
    match valeur:
        case ast.Call(func=ast.Attribute(attr="now")):
            return True
        case ast.BoolOp(values=valeurs):
            return any(_instant(un) for un in valeurs)
        case ast.Attribute(attr=nom) | ast.Name(id=nom):
            return bool(INSTANT.search(nom)) and nom not in DATES
    return False


@pytest.mark.parametrize(
    "source",
    [
        "f'{lot.depose_le:%d/%m/%Y}'",
        "date_format(jeton.revoque_le or jeton.expire_le, 'j F Y')",
        "timezone.now().date()",
        "lot.depose_le.strftime('%d/%m/%Y')",
        "date.today()",
    ],
)
def test_python_that_cuts_days_in_utc_is_recognised(source: str) -> None:
    assert fautes(source)


@pytest.mark.parametrize(
    "source",
    [
        "f'{timezone.localtime(lot.depose_le):%d/%m/%Y}'",
        "timezone.localdate()",
        "f'{demande.modifie_le:%Y%m%d%H%M%S}'",
    ],
)
def test_python_that_reads_days_in_paris_is_let_through(source: str) -> None:
    assert fautes(source) == []


def test_no_code_cuts_a_day_out_of_an_instant_in_utc() -> None:
    assert list(_du_projet()) == []


def _du_projet() -> Iterator[tuple[str, Any]]:
    for chemin in SOURCES:
        texte = chemin.read_text()
        trouvees = [*SQL.findall(texte), *(fautes(texte) if chemin.suffix == ".py" else ())]
        if trouvees:
            yield str(chemin.relative_to(RACINE)), trouvees
