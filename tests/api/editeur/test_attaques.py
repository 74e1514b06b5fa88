"""What a hostile editor tries, and a hostile administration: nothing more than what was delegated, to nobody else."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.editeurs import designation
from habilitations.jetons import emission, suspension
from habilitations.models import Suspension
from referentiel.models import Echange, Inscription
from tests import fabriques
from tests.api.lecture.appels import IDENTITE, INE, PAR_IDENTITE_V3, RECIPIENT, V2, lire, obtenir, verifier_v3
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db

INTROSPECTION = "/v3/token/introspect"
LISTE = "/editeur/api/v1/delegations"


@pytest.fixture
def editeur():
    return fabriques.editeur()


@pytest.fixture
def emis(editeur):
    return fabriques.jeton_d_editeur(editeur)


def refus(reponse) -> tuple[int, str]:
    """Status and code of an answer shaped as v3's, whatever the door."""
    return reponse.status_code, reponse.json()["errors"][0]["code"]


def siret(delegation) -> str:
    return delegation.habilitation.organisation.siret


def test_nothing_tells_a_stranger_from_who_took_its_delegation_back(client, editeur, emis):
    """Who never delegated, who does to another editor, who took it back, who is unknown: one same answer."""
    reprise = fabriques.delegation(editeur)
    reprise.reprendre(par=reprise.donnee_par)
    sirets = [
        RECIPIENT,
        siret(reprise),
        siret(fabriques.delegation(fabriques.editeur())),
        fabriques.habilitation().organisation.siret,
    ]
    for chemin, jeton in ((INE, emis.bearer), (V2, emis.cle)):
        corps = {
            obtenir(client, chemin, {"recipient": un, "ine": fabriques.ine()}, jeton).content for un in sirets
        }
        assert len(corps) == 1
    assert not Echange.objects.exists()


def test_an_editor_does_not_call_for_itself(client, editeur, emis):
    """Its own habilitation has its own token; unless it delegates it to itself, its editor's token does not open it."""
    fabriques.habilitation(organisation=editeur.organisation)
    demande = {"recipient": editeur.organisation.siret, "ine": fabriques.ine()}
    verifier_v3(obtenir(client, INE, demande, emis.bearer), 403, "00213")


@pytest.mark.parametrize("delegue", [["mesri_inscription_etudiant"], ["mesri_admissions"]])
def test_no_parameter_widens_the_scopes(client, editeur, emis, delegue):
    """What the answer shows are the delegated scopes', whatever the call says, and whatever others delegate."""
    fabriques.delegation(editeur)
    etroite = fabriques.delegation(editeur, *delegue)
    etudiant = fabriques.inscrit()
    demande = {
        "recipient": siret(etroite), "ine": etudiant.ine, "scope": "mesri_identite", "scopes": "mesri_identite",
    }  # fmt: skip
    donnees = lire(obtenir(client, INE, demande, emis.bearer))["data"]
    assert "identite" not in donnees
    assert set(donnees["admissions"][0]) <= {"date_debut", "date_fin", "est_inscrit", "regime_formation"}


def test_masks_alone_open_nothing(client, editeur, emis):
    masques = fabriques.delegation(editeur, "mesri_identite", "mesri_etablissements")
    demande = {"recipient": siret(masques), "ine": fabriques.inscrit().ine}
    verifier_v3(obtenir(client, INE, demande, emis.bearer), 403, "00100")


@pytest.mark.parametrize(
    "parametres",
    [
        "recipient={0}&recipient={1}", "recipient={1}&recipient={0}", "recipient[]={1}&recipient={0}",
        "recipient={0}&recipient[]={1}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("chemin", [INE, V2])
def test_two_recipients_designate_nobody(client, editeur, emis, chemin, parametres):
    """One for the gate, another for the journal: refused before any delegation is chosen."""
    etudiant = fabriques.inscrit()
    adresse = parametres.format(*(siret(fabriques.delegation(editeur)) for _ in range(2)))
    reponse = client.get(f"{chemin}?ine={etudiant.ine}&{adresse}", headers=emis.cle)
    assert reponse.status_code in {400, 422}
    assert not Echange.objects.exists()


def test_two_delegation_ids_designate_none(client, editeur, emis):
    une, autre = fabriques.delegation(editeur), fabriques.delegation(editeur)
    adresse = f"{INE}?ine={fabriques.ine()}&recipient={siret(une)}&delegation_id={une.cle}&delegation_id={autre.cle}"
    verifier_v3(client.get(adresse, headers=emis.bearer), 403, "00213")


def test_sandbox_and_production_do_not_mix(client, editeur, emis):
    """An editor's token sees no fictitious student; a sandbox token, with a client's name on it, no real one."""
    reel, fictif = fabriques.inscrit(), fabriques.inscrit(fictif=True)
    delegation = fabriques.delegation(editeur)
    essai = fabriques.jeton("mesri_admissions", bac_a_sable=True)
    for jeton, etudiant, statut in (
        (emis, reel, 200), (emis, fictif, 404), (essai, fictif, 200), (essai, reel, 404),
    ):  # fmt: skip
        demande = {
            "recipient": siret(delegation), "ine": etudiant.ine, "delegation_id": str(delegation.cle),
        }  # fmt: skip
        assert obtenir(client, INE, demande, jeton.bearer).status_code == statut
    # The sandbox's call is the sandbox's: the client's name in it lends it nothing.
    assert not Echange.objects.exclude(editeur="").exclude(
        organisation=delegation.habilitation.organisation.nom
    )


@pytest.mark.parametrize("fin", ["expire", "revoque", "suspendu", "plus éditeur"])
def test_a_token_that_is_over_opens_no_door_and_lists_nothing(client, editeur, emis, fin):
    delegation = fabriques.delegation(editeur)
    if fin == "expire":
        type(emis.jeton).objects.filter(pk=emis.jeton.pk).update(
            cree_le=timezone.now() - timezone.timedelta(days=2),
            expire_le=timezone.now() - timezone.timedelta(days=1),
        )
    elif fin == "revoque":
        type(emis.jeton).objects.filter(pk=emis.jeton.pk).update(
            revoque_le=timezone.now(), motif_revocation="Perdu"
        )
    elif fin == "suspendu":
        assert suspension.suspendre(jeton_id=emis.jeton.pk, motif="volume anormal")
    else:
        designation.retirer(editeur=editeur, motif="Fin", acteur=Acteur(scenes.compte("responsable")))
    code = "00103" if fin == "expire" else "00105"
    demande = {"recipient": siret(delegation), "ine": fabriques.inscrit().ine}
    for chemin in (INE, LISTE, INTROSPECTION):
        assert refus(obtenir(client, chemin, demande, emis.bearer)) == (401, code)
    identite = PAR_IDENTITE_V3 | {"recipient": siret(delegation)}
    verifier_v3(obtenir(client, IDENTITE, identite, emis.bearer), 401, code)
    assert not Echange.objects.exists()


def test_a_suspended_token_is_not_given_back_to_who_is_no_longer_an_editor(client, editeur, emis):
    suspension.suspendre(jeton_id=emis.jeton.pk, motif="volume anormal")
    responsable = Acteur(scenes.compte("responsable"))
    designation.retirer(editeur=editeur, motif="Fin", acteur=responsable)
    assert not suspension.rendre(suspension_id=Suspension.objects.get().pk, acteur=responsable)
    assert refus(obtenir(client, LISTE, {}, emis.bearer)) == (401, "00105")


@pytest.mark.parametrize(
    ("methode", "chemin"),
    [
        ("post", "/api/inscription"), ("get", "/api/inscriptions"), ("post", "/api/inscriptions"),
        ("get", "/api/etudiant"), ("delete", "/api/inscription/1"),
    ],
)  # fmt: skip
def test_the_other_doors_stay_closed(client, editeur, emis, methode, chemin):
    fabriques.delegation(editeur)
    etudiant = fabriques.inscrit()
    reponse = getattr(client, methode)(
        f"{chemin}?INE={etudiant.ine}",
        headers=emis.cle | {"X-Caller": "DINUM - 00000000-0000-4000-8000-000000000000"},
        **({"data": "{}", "content_type": "application/json"} if methode == "post" else {}),
    )
    assert reponse.status_code in {401, 403}
    assert etudiant.ine not in reponse.content.decode()
    assert Inscription.objects.count() == 1


def test_only_reading_habilitations_in_force_are_delegated_whoever_writes(editeur):
    from django.db import DatabaseError, transaction

    for habilitation in (fabriques.habilitation(ecriture=True), fabriques.habilitation(revoquee=True)):
        with (
            pytest.raises(DatabaseError, match="seule une habilitation de lecture active"),
            transaction.atomic(),
        ):
            fabriques.delegation(editeur, habilitation=habilitation)


@pytest.mark.parametrize(
    ("jeton", "delegation", "appelant", "statut"),
    [
        # Without an address that can be read, a list refuses, whichever it is.
        ([], ["192.0.2.0/24"], "", 403),
        (["192.0.2.0/24"], [], "", 403),
        (["192.0.2.0/24"], ["192.0.2.0/24"], "inconnue", 403),
        ([], [], "", 404),
        # The two lists are not one: an address of each does not make one of both.
        (["192.0.2.7/32"], ["198.51.100.7/32"], "192.0.2.7", 403),
        (["192.0.2.7/32"], ["198.51.100.7/32"], "198.51.100.7", 403),
        (["2001:db8::/32"], ["192.0.2.0/24"], "2001:db8::7", 403),
    ],
)  # fmt: skip
def test_an_address_is_in_both_lists_or_refused(client, editeur, jeton, delegation, appelant, statut):
    emis = fabriques.jeton_d_editeur(editeur, adresses=jeton)
    demande = {"recipient": siret(fabriques.delegation(editeur, adresses=delegation)), "ine": fabriques.ine()}
    for entetes in ({}, {"X-Forwarded-For": "192.0.2.7, 198.51.100.7"}):
        reponse = client.get(INE, demande, headers=emis.bearer | entetes, REMOTE_ADDR=appelant)
        assert reponse.status_code == statut


def test_a_client_s_list_does_not_bind_another_s_calls(client, editeur, emis):
    fermee = fabriques.delegation(editeur, adresses=["198.51.100.7/32"])
    ouverte = fabriques.delegation(editeur)
    statuts = [
        obtenir(client, INE, {"recipient": siret(une), "ine": fabriques.ine()}, emis.bearer).status_code
        for une in (fermee, ouverte)
    ]
    assert statuts == [403, 404]


def test_an_administration_sees_no_other_client_of_its_editor(client, editeur, emis):
    """Neither by its pages, nor by its token, nor by the public lists of habilitations."""
    acteur = scenes.demandeur(fabriques.organisation(nom="Ville indiscrète"))
    habilitation = scenes.demande("validee", acteur=acteur).habilitation
    sienne = fabriques.delegation(editeur, habilitation=habilitation, donnee_par=acteur.compte)
    autre = fabriques.delegation(editeur, organisation=fabriques.organisation(nom="Ville voisine"))
    navigateur = Client()
    navigateur.force_login(acteur.compte)
    pages = [
        reverse("habilitation-delegations", args=[habilitation.pk]),
        reverse("habilitation-deleguer", args=[habilitation.pk]),
        reverse("delegation-reprendre", args=[sienne.cle]),
        reverse("delegation-adresses", args=[sienne.cle]),
        reverse("habilitation", args=[habilitation.pk]),
        reverse("demande", args=[habilitation.demandes.get().pk]),
    ]
    for page in pages:
        reponse = navigateur.get(page)
        assert (page, reponse.status_code) == (page, 200)
        contenu = reponse.content.decode()
        for cache in ("Ville voisine", siret(autre), str(autre.cle)):
            assert cache not in contenu
    for nom in ("delegation-reprendre", "delegation-adresses"):
        for envoi in (navigateur.get, navigateur.post):
            assert envoi(reverse(nom, args=[autre.cle])).status_code == 404
    autre.refresh_from_db()
    assert autre.en_cours
    for nom in ("editeur", "editeur-demandes", "editeur-formulaires"):
        assert navigateur.get(reverse(nom)).status_code == 404
    _, secret = emission.emettre(
        organisation=habilitation.organisation,
        type_="l",
        habilitation=habilitation,
        scopes=habilitation.scopes,
    )
    bearer = {"Authorization": f"Bearer {secret}"}
    assert refus(obtenir(client, LISTE, {}, bearer)) == (403, "00100")
    demande = {"recipient": siret(autre), "delegation_id": str(autre.cle)}
    assert lire(obtenir(client, INTROSPECTION, demande, bearer))["data"]["delegation"] is None


def test_a_proof_by_delegation_is_the_administration_s(client, editeur, emis):
    delegation = fabriques.delegation(editeur, organisation=fabriques.organisation(nom="Ville de Clairval"))
    demande = {"recipient": siret(delegation), "ine": fabriques.inscrit().ine}
    reponse = client.get(INE, demande, headers=emis.bearer | {"X-Generate-Proof": "proof-only"})
    code = lire(reponse)["meta"]["verification_code"]
    page = client.post("/verifier", {"code": code}, follow=True).content.decode()
    assert "Ville de Clairval" in page
