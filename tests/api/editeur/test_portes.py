"""The gates of a call by an editor's token (contract §8): token → recipient → delegation → scopes → quota → parameters.

Each line of `PORTES` fails at one gate and at every later one: the answer must be the first one's.
"""

import uuid

import pytest
from django.utils import timezone

from tests import fabriques
from tests.api.lecture.appels import (
    IDENTITE,
    INE,
    PAR_IDENTITE_V2,
    PAR_IDENTITE_V3,
    RECIPIENT,
    V2,
    lire,
    obtenir,
    quota,
    verifier_v2,
    verifier_v3,
)

pytestmark = pytest.mark.django_db

#: situation, quota spent, recipient, ine → status and `error` of v2 (None: the list shape), status and code of v3
PORTES = [
    ("inconnu", True, "", "x", (401, "access_denied", 401, "00101")),
    ("expire", True, "", "x", (401, "access_denied", 401, "00103")),
    ("revoque", True, "", "x", (401, "access_denied", 401, "00105")),
    ("plus éditeur", True, "", "x", (401, "access_denied", 401, "00105")),
    ("ailleurs", True, "", "x", (403, None, 403, "00107")),
    ("bon", True, "", "x", (400, "bad_request", 422, "00203")),
    ("bon", True, "1", "x", (400, "bad_request", 422, "00210")),
    ("bon", True, RECIPIENT, "x", (403, "access_denied", 403, "00213")),
    ("reprise", True, "le sien", "x", (403, "access_denied", 403, "00213")),
    ("habilitation révoquée", True, "le sien", "x", (403, "access_denied", 403, "00213")),
    ("d'un autre éditeur", True, "le sien", "x", (403, "access_denied", 403, "00213")),
    ("deux", True, "le sien", "x", (422, "bad_request", 422, "00212")),
    ("ailleurs pour elle", True, "le sien", "x", (403, None, 403, "00107")),
    ("masques seuls", True, "le sien", "x", (401, "access_denied", 403, "00100")),
    ("bon", True, "le sien", "x", (429, None, 429, "00429")),
    ("bon", False, "le sien", "x", (400, "bad_request", 422, "00360")),
    ("bon", False, "le sien", "0000000000A", (404, "not_found", 404, "25003")),
]


def monde(situation: str):
    """The secret of an editor's token, and the SIRET of who delegates to it."""
    editeur = fabriques.editeur()
    emis = fabriques.jeton_d_editeur(editeur)
    scopes = ("mesri_identite",) if situation == "masques seuls" else ()
    a_qui = fabriques.editeur() if situation == "d'un autre éditeur" else editeur
    delegation = fabriques.delegation(a_qui, *scopes, quota_par_seconde=1)
    organisation = delegation.habilitation.organisation
    if situation == "deux":
        fabriques.delegation(editeur, organisation=organisation)
    return editeur, emis, delegation, organisation.siret


def gater(situation, editeur, emis, delegation) -> None:
    """What is wrong, done after the quota was spent."""
    jeton = emis.jeton
    if situation == "inconnu":
        jeton.delete()
    elif situation == "expire":
        jeton.cree_le, jeton.expire_le = (
            jeton.cree_le - 2 * fabriques.UN_JOUR,
            jeton.cree_le - fabriques.UN_JOUR,
        )
        jeton.save()
    elif situation == "revoque":
        jeton.revoque_le, jeton.motif_revocation = timezone.now(), "Perdu"
        jeton.save()
    elif situation == "plus éditeur":
        editeur.retire_le, editeur.retire_par = timezone.now(), editeur.designe_par
        editeur.motif_retrait = "Fin de la convention"
        editeur.save()
    elif situation == "ailleurs":
        jeton.adresses = ["192.0.2.1/32"]
        jeton.save()
    elif situation == "ailleurs pour elle":
        delegation.adresses = ["192.0.2.1/32"]
        delegation.save()
    elif situation == "reprise":
        delegation.reprendre(par=delegation.donnee_par)
    elif situation == "habilitation révoquée":
        habilitation = delegation.habilitation
        habilitation.etat, habilitation.revoquee_le = "revoquee", timezone.now()
        habilitation.save()


@pytest.mark.parametrize("version", ["v2", "v3"])
@pytest.mark.parametrize(("situation", "epuise", "recipient", "ine", "attendu"), PORTES)
def test_the_first_gate_that_refuses_answers(client, version, situation, epuise, recipient, ine, attendu):
    editeur, emis, delegation, siret = monde(situation)
    if epuise:
        obtenir(client, INE, {"recipient": siret, "ine": fabriques.ine()}, emis.bearer)
    gater(situation, editeur, emis, delegation)
    parametres = {"recipient": siret if recipient == "le sien" else recipient, "ine": ine}
    statut_v2, error, statut_v3, code = attendu
    if version == "v3":
        verifier_v3(obtenir(client, INE, parametres, emis.bearer), statut_v3, code)
        return
    reponse = obtenir(client, V2, parametres, emis.cle)
    if error is None:
        assert reponse.status_code == statut_v2
        assert list(lire(reponse)) == ["errors"]
    else:
        verifier_v2(reponse, statut_v2, error)


def test_the_errors_name_the_parameter_in_cause(client):
    editeur = fabriques.editeur()
    emis = fabriques.jeton_d_editeur(editeur)
    une = fabriques.delegation(editeur)
    organisation = une.habilitation.organisation
    fabriques.delegation(editeur, organisation=organisation)
    parametres = {"recipient": organisation.siret, "ine": fabriques.ine()}
    [plusieurs] = verifier_v3(obtenir(client, INE, parametres, emis.bearer), 422, "00212")
    assert plusieurs["source"] == {"parameter": "delegation_id"}
    [aucune] = verifier_v3(
        obtenir(client, INE, parametres | {"recipient": RECIPIENT}, emis.bearer), 403, "00213"
    )
    assert aucune["source"] == {"parameter": "recipient"}


@pytest.mark.parametrize(
    ("chemin", "parametres"), [(V2, PAR_IDENTITE_V2), (IDENTITE, PAR_IDENTITE_V3), (INE, None), (V2, None)]
)
def test_the_recipient_chooses_whose_data_is_read(client, chemin, parametres):
    """Two administrations delegate different scopes: each call sees those of the one it is made for."""
    editeur, etudiant = fabriques.editeur(), fabriques.inscrit()
    emis = fabriques.jeton_d_editeur(editeur)
    tout = fabriques.delegation(editeur)
    peu = fabriques.delegation(editeur, "mesri_inscription_etudiant")
    corps = {}
    for nom, delegation in {"tout": tout, "peu": peu}.items():
        demande = (parametres or {"ine": etudiant.ine}) | {
            "recipient": delegation.habilitation.organisation.siret
        }
        reponse = obtenir(client, chemin, demande, emis.cle)
        assert reponse.status_code == 200, reponse.content
        corps[nom] = reponse.content.decode()
    assert "Martin" in corps["tout"]
    assert "Martin" not in corps["peu"]


def test_delegation_id_chooses_among_several(client):
    editeur, etudiant = fabriques.editeur(), fabriques.inscrit()
    emis = fabriques.jeton_d_editeur(editeur)
    tout = fabriques.delegation(editeur)
    organisation = tout.habilitation.organisation
    peu = fabriques.delegation(editeur, "mesri_inscription_etudiant", organisation=organisation)
    demande = {"recipient": organisation.siret, "ine": etudiant.ine}
    vus = [
        "identite"
        in lire(obtenir(client, INE, demande | {"delegation_id": str(une.cle)}, emis.bearer))["data"]
        for une in (tout, peu)
    ]
    assert vus == [True, False]


@pytest.mark.parametrize(
    "nommee", ["autre organisation", "autre éditeur", "inconnue", "illisible", "reprise"]
)
def test_a_delegation_that_is_not_of_this_recipient_and_editor_is_refused(client, nommee):
    editeur = fabriques.editeur()
    emis = fabriques.jeton_d_editeur(editeur)
    siret = fabriques.delegation(editeur).habilitation.organisation.siret
    reprise = fabriques.delegation(editeur)
    reprise.reprendre(par=reprise.donnee_par)
    cle = {
        "autre organisation": lambda: fabriques.delegation(editeur).cle,
        "autre éditeur": lambda: fabriques.delegation(fabriques.editeur()).cle,
        "inconnue": uuid.uuid4,
        "illisible": lambda: "D42",
        "reprise": lambda: reprise.cle,
    }[nommee]()
    demande = {"recipient": siret, "ine": fabriques.ine(), "delegation_id": str(cle)}
    verifier_v3(obtenir(client, INE, demande, emis.bearer), 403, "00213")
    verifier_v2(obtenir(client, V2, demande, emis.cle), 403, "access_denied")


def test_a_blank_delegation_id_is_none(client):
    editeur, etudiant = fabriques.editeur(), fabriques.inscrit()
    siret = fabriques.delegation(editeur).habilitation.organisation.siret
    demande = {"recipient": siret, "ine": etudiant.ine, "delegation_id": " "}
    assert obtenir(client, INE, demande, fabriques.jeton_d_editeur(editeur).bearer).status_code == 200


def test_delegation_id_says_nothing_to_an_ordinary_token(client):
    emis, etudiant = fabriques.jeton(), fabriques.inscrit()
    demande = {"recipient": RECIPIENT, "ine": etudiant.ine, "delegation_id": "D42"}
    assert obtenir(client, INE, demande, emis.bearer).status_code == 200


def test_taking_back_takes_effect_at_the_next_call(client):
    editeur, etudiant = fabriques.editeur(), fabriques.inscrit()
    emis = fabriques.jeton_d_editeur(editeur)
    delegation, gardee = fabriques.delegation(editeur), fabriques.delegation(editeur)
    appels = [
        {"recipient": une.habilitation.organisation.siret, "ine": etudiant.ine}
        for une in (delegation, gardee)
    ]
    assert [obtenir(client, INE, un, emis.bearer).status_code for un in appels] == [200, 200]
    delegation.reprendre(par=delegation.donnee_par)
    verifier_v3(obtenir(client, INE, appels[0], emis.bearer), 403, "00213")
    assert obtenir(client, INE, appels[1], emis.bearer).status_code == 200


def test_narrowed_scopes_take_effect_at_the_next_call(client):
    editeur, etudiant = fabriques.editeur(), fabriques.inscrit()
    emis, delegation = fabriques.jeton_d_editeur(editeur), fabriques.delegation(editeur)
    demande = {"recipient": delegation.habilitation.organisation.siret, "ine": etudiant.ine}
    assert "identite" in lire(obtenir(client, INE, demande, emis.bearer))["data"]
    delegation.habilitation.scopes = ["mesri_inscription_etudiant"]
    # An approved habilitation is frozen: a newer one takes its place, and the delegation follows it.
    nouvelle = fabriques.habilitation(
        scopes=["mesri_inscription_etudiant"], organisation=delegation.habilitation.organisation
    )
    delegation.habilitation = nouvelle
    delegation.save(update_fields=["habilitation"])
    assert "identite" not in lire(obtenir(client, INE, demande, emis.bearer))["data"]


@pytest.mark.parametrize(
    ("jeton", "delegation", "appelant", "statut"),
    [
        ([], [], "192.0.2.7", 404),
        (["192.0.2.0/24"], [], "192.0.2.7", 404),
        (["192.0.2.0/24"], ["192.0.2.7/32"], "192.0.2.7", 404),
        (["192.0.2.0/24"], ["192.0.2.7/32"], "192.0.2.8", 403),
        (["192.0.2.8/32"], ["192.0.2.0/24"], "192.0.2.7", 403),
        ([], ["192.0.2.0/24"], "198.51.100.1", 403),
        (["192.0.2.0/24"], [], "198.51.100.1", 403),
    ],
)
def test_both_lists_of_addresses_must_pass(client, jeton, delegation, appelant, statut):
    editeur = fabriques.editeur()
    emis = fabriques.jeton_d_editeur(editeur, adresses=jeton)
    siret = fabriques.delegation(editeur, adresses=delegation).habilitation.organisation.siret
    demande = {"recipient": siret, "ine": fabriques.ine()}
    reponse = client.get(INE, demande, headers=emis.bearer, REMOTE_ADDR=appelant)
    assert reponse.status_code == statut
    if statut == 403:
        verifier_v3(reponse, 403, "00107")


def test_the_limit_is_the_habilitation_s(client):
    editeur = fabriques.editeur()
    emis = fabriques.jeton_d_editeur(editeur)
    siret = fabriques.delegation(editeur, quota_par_seconde=3).habilitation.organisation.siret
    demande = {"recipient": siret, "ine": fabriques.ine()}
    recues = [obtenir(client, INE, demande, emis.bearer) for _ in range(4)]
    assert [quota(reponse)[:2] for reponse in recues] == [(3, 2), (3, 1), (3, 0), (3, 0)]
    assert [reponse.status_code for reponse in recues] == [404, 404, 404, 429]
    assert int(recues[-1].headers["Retry-After"]) >= 1


def test_every_answer_to_an_editor_s_token_has_the_quota_headers(client):
    editeur = fabriques.editeur()
    emis = fabriques.jeton_d_editeur(editeur)
    for demande in ({}, {"recipient": "1"}, {"recipient": RECIPIENT, "ine": fabriques.ine()}):
        assert quota(obtenir(client, INE, demande, emis.bearer))[:2] == (20, 20)


def test_a_fictitious_student_is_not_seen(client):
    editeur, etudiant = fabriques.editeur(), fabriques.inscrit(fictif=True)
    siret = fabriques.delegation(editeur).habilitation.organisation.siret
    demande = {"recipient": siret, "ine": etudiant.ine}
    verifier_v3(obtenir(client, INE, demande, fabriques.jeton_d_editeur(editeur).bearer), 404, "25003")
