"""A draft begun by an editor's form: the applicant's own, never submitted, the same however often it is asked."""

from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from django.test import Client

from habilitations.models import Demande, Editeur, Fait
from tests import fabriques
from tests.api.organisation.conftest import creer_cle, entete

CHEMIN = "/api/v1/demandes"


@pytest.fixture
def editeur(db: None) -> Editeur:
    return fabriques.editeur()


@pytest.fixture
def formulaire(editeur: Editeur) -> Any:
    champs = {"intitule": "Tarif étudiant", "scopes": ["mesri_identite", "mesri_admissions"]}
    return fabriques.formulaire_pret(editeur, champs=champs)


def poster(client: Client, cle: Any, corps: Any) -> tuple[int, dict[str, Any]]:
    octets = corps if isinstance(corps, bytes) else orjson.dumps(corps)
    reponse = client.post(CHEMIN, octets, content_type="application/json", headers=entete(cle))
    return reponse.status_code, orjson.loads(reponse.content)


def test_a_draft_begins_filled_in_and_is_its_applicant_s(
    client: Client, monde: SimpleNamespace, formulaire: Any
) -> None:
    cle = creer_cle(monde.organisation, "demandes:commencer")
    statut, corps = poster(client, cle, {"formulaire": str(formulaire.cle)})
    assert statut == 201
    demande = Demande.objects.get(pk=int(corps["numero"][1:]))
    assert (corps["etat"], corps["genre"], corps["intitule"]) == ("brouillon", "lecture", "Tarif étudiant")
    assert corps["scopes"] == ["mesri_admissions", "mesri_identite"]
    assert (demande.organisation, demande.demandeur) == (monde.organisation, cle.cle.cree_par)
    # Neither a commitment nor a consent is given in somebody's place.
    assert not demande.cgu_acceptees
    assert not demande.dpd_informe
    assert demande.accompagnement.formulaire == formulaire
    assert demande.accompagnement.suivi_depuis is None
    assert Fait.objects.filter(type="demande.creer", demande_id=demande.pk).count() == 1
    # Said twice: the same one.
    encore, meme = poster(client, cle, {"formulaire": str(formulaire.cle)})
    assert (encore, meme["numero"]) == (200, corps["numero"])
    # A key that does not read does not read it either.
    assert client.get(CHEMIN, headers=entete(cle)).status_code == 403


def test_a_key_that_only_reads_begins_nothing(
    client: Client, monde: SimpleNamespace, formulaire: Any
) -> None:
    cle = creer_cle(monde.organisation, "demandes:lire", "habilitations:lire", "evenements:lire")
    avant = Demande.objects.count()
    assert poster(client, cle, {"formulaire": str(formulaire.cle)})[0] == 403
    assert Demande.objects.count() == avant


@pytest.mark.parametrize(
    "corps",
    [
        b"", b"{", b"[]", b'"x"', b"null", {}, {"formulaire": None}, {"formulaire": 1}, {"formulaire": "x"},
        {"formulaire": "00000000-0000-4000-8000-000000000000"}, {"formulaire": ["x"]},
        b'{"formulaire": "x", "formulaire": "y"}',
        {"formulaire": "00000000-0000-4000-8000-000000000000", "organisation": "1"},
    ],
)  # fmt: skip
def test_what_names_no_form_is_refused(client: Client, monde: SimpleNamespace, corps: Any) -> None:
    avant = Demande.objects.count()
    assert poster(client, monde.cle, corps)[0] == 400
    assert Demande.objects.count() == avant


def test_a_form_that_was_withdrawn_begins_nothing(
    client: Client, monde: SimpleNamespace, editeur: Editeur, formulaire: Any
) -> None:
    retire = fabriques.formulaire_pret(fabriques.editeur(retire=True))
    assert poster(client, monde.cle, {"formulaire": str(retire.cle)})[0] == 400


def test_who_made_the_key_must_still_be_of_the_organisation(
    client: Client, monde: SimpleNamespace, formulaire: Any
) -> None:
    monde.cle.cle.cree_par.rattachements.update(verifie=False)
    statut, corps = poster(client, monde.cle, {"formulaire": str(formulaire.cle)})
    assert (statut, corps["reason"]) == (403, "Author of the API key has left")


def test_a_company_is_told_that_it_may_not(client: Client, monde: SimpleNamespace, formulaire: Any) -> None:
    type(monde.organisation).objects.filter(pk=monde.organisation.pk).update(categorie="5499")
    statut, corps = poster(client, monde.cle, {"formulaire": str(formulaire.cle)})
    assert (statut, corps["error"]) == (422, "refused")


def test_nothing_begins_during_a_maintenance(
    client: Client, monde: SimpleNamespace, formulaire: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from statut_etudiant import maintenance

    monkeypatch.setattr(maintenance, "attente", lambda: 60)
    statut, _ = poster(client, monde.cle, {"formulaire": str(formulaire.cle)})
    assert statut == 503
