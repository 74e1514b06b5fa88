"""A backup is restored: what was withdrawn or corrected since is not undone."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from habilitations.jetons import emission
from habilitations.models import Delegation, Editeur, Gestionnaire, Habilitation, Jeton, Role
from referentiel.models import Lot
from statut_etudiant import reprise
from statut_etudiant.citoyens import rectifications
from statut_etudiant.citoyens.models import Rectification
from tests import fabriques

pytestmark = pytest.mark.django_db


def commande(*arguments: str) -> str:
    sortie = StringIO()
    call_command("reprendre_retraits", *arguments, stdout=sortie)
    return sortie.getvalue()


def test_a_token_revoked_since_the_backup_is_revoked_again_and_no_other(tmp_path: Path) -> None:
    divulgue, autre = fabriques.jeton().jeton, fabriques.jeton().jeton
    registre = tmp_path / "retraits.jsonl"
    with transaction.atomic():
        emission.revoquer(jeton_id=divulgue.pk, motif="Divulgué sur example.fr.")
        registre.write_text(commande())
        transaction.set_rollback(True)  # as a restore does
    dits = [json.loads(ligne) for ligne in registre.read_text().splitlines()]
    assert [(dit["genre"], dit["identifiant"]) for dit in dits] == [("jeton", divulgue.pk)]
    assert "Divulgué" not in registre.read_text()
    assert Jeton.objects.get(pk=divulgue.pk).revoque_le is None
    assert commande("--registre", str(registre)) == "Jetons révoqués de nouveau : 1.\n"
    divulgue.refresh_from_db()
    autre.refresh_from_db()
    assert (divulgue.revoque_le is None, autre.revoque_le is None) == (False, True)
    assert commande("--registre", str(registre)) == "Jetons révoqués de nouveau : 0.\n"


def test_what_a_person_must_do_again_is_said_and_what_is_done_already_is_not(tmp_path: Path) -> None:
    etudiant = fabriques.inscrit()
    demandee = rectifications.demander(etudiant_id=etudiant.pk, objet="identite", texte="Mon nom est Martin.")
    editeur = fabriques.editeur()
    registre = tmp_path / "retraits.jsonl"
    with transaction.atomic():
        rectifications.repondre(
            rectification_id=demandee.pk,
            corrigee=True,
            texte="C'est fait.",
            compte=fabriques.agent(),
            pour="DSI",
        )
        Editeur.objects.filter(pk=editeur.pk).update(
            retire_le=demandee.demandee_le, retire_par=fabriques.agent(), motif_retrait="Fin du contrat."
        )
        registre.write_text(commande())
        # Its own answers say that it is done.
        assert commande("--registre", str(registre)) == "Jetons révoqués de nouveau : 0.\n"
        transaction.set_rollback(True)
    assert "Martin" not in registre.read_text()
    dit = commande("--registre", str(registre))
    assert f"À faire : retirer de nouveau la désignation de l'éditeur n° {editeur.pk} (" in dit
    assert f"puis répondre à la demande de rectification n° {demandee.pk} (" in dit


def test_a_correction_asked_for_since_the_backup_is_said_to_be_lost(tmp_path: Path) -> None:
    registre = tmp_path / "retraits.jsonl"
    registre.write_text(
        '{"genre": "rectification", "identifiant": 4321, "le": "2026-11-21T03:00:00+00:00"}\n'
    )
    dit = commande("--registre", str(registre))
    assert "À faire : rectification n° 4321 (2026-11-21T03:00:00+00:00) : demandée et corrigée depuis" in dit
    registre.write_text('{"genre": "jeton", "identifiant": 4321, "le": "2026-11-21T03:00:00+00:00"}\n')
    assert commande("--registre", str(registre)) == "Jetons révoqués de nouveau : 0.\n"


@pytest.mark.parametrize(
    "texte", ["pas du JSON", '{"genre": "jeton"}', '{"genre": "x", "identifiant": 1, "le": ""}']
)
def test_a_register_of_another_kind_is_refused_whole(tmp_path: Path, texte: str) -> None:
    registre = tmp_path / "retraits.jsonl"
    registre.write_text(texte)
    with pytest.raises(CommandError):
        commande("--registre", str(registre))


def test_every_model_whose_rows_are_withdrawn_is_listed() -> None:
    """By hand: what ends a right, and what gives one back when it is forgotten."""
    assert {source.modele for source in reprise.SOURCES.values()} == {
        Jeton, Habilitation, Delegation, Editeur, Role, Gestionnaire, Lot, Rectification
    }  # fmt: skip
