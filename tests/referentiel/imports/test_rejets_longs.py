"""A report longer than what is held before it is sent is, byte for byte, the one that would be written at once."""

import io

import pytest

from referentiel.imports.depots.rejets import ecrire_rejets, lire_rejets
from tests import fabriques
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, traiter

pytestmark = pytest.mark.django_db

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    "lignes", [1, 400, 1_500], ids=["court", "un peu plus de 64 Kio", "plusieurs morceaux"]
)
def test_the_report_in_pieces_is_that_of_a_single_piece(lignes):
    fabriques.etablissement(uai="0311384L", code_commune="31555")
    rejetees = [champs(statut="é" * 20, diplome=f"Diplôme n° {rang}") for rang in range(lignes)]
    lot = traiter(deposer_octets(en_csv(rejetees)))
    assert lot.rejetees == lignes
    d_un_tenant = io.BytesIO()
    assert ecrire_rejets(lot, d_un_tenant) == lignes
    morceaux = list(lire_rejets(lot))
    assert b"".join(morceaux) == d_un_tenant.getvalue()
    if lignes > 1:
        assert len(d_un_tenant.getvalue()) > 65_536
        assert len(morceaux) > 1
        assert all(len(morceau) < 2 * 65_536 for morceau in morceaux)
    texte = d_un_tenant.getvalue()
    assert texte.startswith(BOM)
    assert texte.count(BOM) == 1
    assert texte.decode("utf-8-sig").count("Diplôme n°") == lignes
