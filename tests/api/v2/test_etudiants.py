"""`GET /api/v2/etudiants`, against the tables of contract §2."""

import pytest

from tests import fabriques
from tests.api.lecture.appels import (
    INTROUVABLE_V2,
    PAR_IDENTITE_V2,
    RECIPIENT,
    V2,
    lire,
    obtenir,
    par_ine,
    quota,
    sans,
    verifier_v2,
)

pytestmark = pytest.mark.django_db


def test_par_ine_tout_ce_que_les_scopes_ouvrent(client):
    inscription = fabriques.inscription()
    etudiant, debut = inscription.etudiant, fabriques.rentree()
    reponse = obtenir(client, V2, {"ine": etudiant.ine.lower()}, fabriques.jeton().cle)
    assert reponse.status_code == 200
    assert lire(reponse) == {
        "ine": etudiant.ine,
        "nom": "Martin",
        "prenom": "Camille",
        "dateNaissance": "2004-03-27",
        "inscriptions": [
            {
                "statut": "inscrit",
                "regime": "formation initiale",
                "dateDebutInscription": debut.isoformat(),
                "dateFinInscription": inscription.date_fin.isoformat(),
                "codeCommune": "31555",
                "etablissement": {
                    "uai": inscription.etablissement.uai,
                    "nom": inscription.etablissement.nom,
                },
            }
        ],
    }


def test_par_identite_la_meme_reponse_ine_compris(client):
    etudiant = fabriques.inscrit()
    jeton = fabriques.jeton()
    par_identite = obtenir(client, V2, PAR_IDENTITE_V2, jeton.cle)
    assert lire(par_identite)["ine"] == etudiant.ine
    assert par_identite.content == obtenir(client, V2, {"ine": etudiant.ine}, jeton.cle).content


def test_un_admis_porte_les_dates_de_son_admission_et_non_d_une_inscription(client):
    inscription = fabriques.inscription(admis=True, regime="RF6")
    [dossier] = lire(obtenir(client, V2, {"ine": inscription.etudiant.ine}, fabriques.jeton().cle))[
        "inscriptions"
    ]
    assert dossier["statut"] == "admis"
    assert dossier["regime"] == "formation continue"
    assert dossier["dateDebutAdmission"] == str(inscription.date_debut)
    assert dossier["dateFinAdmission"] == str(inscription.date_fin)
    # The largest client tells the two kinds apart by which key is there.
    assert not {"dateDebutInscription", "dateFinInscription"} & set(dossier)


def test_un_inscrit_n_a_pas_de_dates_d_admission(client):
    inscription = fabriques.inscription()
    [dossier] = lire(obtenir(client, V2, {"ine": inscription.etudiant.ine}, fabriques.jeton().cle))[
        "inscriptions"
    ]
    assert not {"dateDebutAdmission", "dateFinAdmission"} & set(dossier)


def test_les_dossiers_hors_population_ne_sont_pas_dans_la_liste(client):
    etudiant = fabriques.inscrit()
    fabriques.inscription(etudiant=etudiant, admis=True)
    corps = lire(obtenir(client, V2, {"ine": etudiant.ine}, fabriques.jeton("mesri_admission").cle))
    assert set(corps) == {"inscriptions"}
    [dossier] = corps["inscriptions"]
    assert set(dossier) == {
        "statut",
        "regime",
        "dateDebutAdmission",
        "dateFinAdmission",
    }


def test_l_ine_l_emporte_et_l_identite_n_est_alors_pas_lue(client):
    etudiant = fabriques.inscrit()
    parametres = {"ine": etudiant.ine, "nom": "\x00", "dateDeNaissance": "hier", "sexe": "x"}
    assert obtenir(client, V2, parametres, fabriques.jeton().cle).status_code == 200


def test_un_ine_blanc_ne_compte_pas(client):
    fabriques.inscrit()
    assert obtenir(client, V2, PAR_IDENTITE_V2 | {"ine": "  "}, fabriques.jeton().cle).status_code == 200


def test_les_parametres_inconnus_ne_genent_pas(client):
    etudiant = fabriques.inscrit()
    parametres = {"ine": etudiant.ine, "nomUsage": "Petit", "codePays": "99100", "lieuNaissance": "x"}
    assert obtenir(client, V2, parametres, fabriques.jeton().cle).status_code == 200


@pytest.mark.parametrize(
    ("lieu", "statut"),
    [("31555", 200), ("75056", 404), ("99350", 404), ("99100", 200), ("", 200), ("  ", 200)],
)
def test_le_lieu_de_naissance_donne_doit_etre_le_bon(client, lieu, statut):
    fabriques.inscrit()
    parametres = PAR_IDENTITE_V2 | {"lieuDeNaissance": lieu}
    assert obtenir(client, V2, parametres, fabriques.jeton().cle).status_code == statut


@pytest.mark.parametrize(
    "recipient", [None, "", RECIPIENT, "35600000012345"], ids=["absent", "vide", "SIRET", "La Poste"]
)
def test_le_recipient_est_facultatif(client, recipient):
    parametres = {"ine": fabriques.inscrit().ine}
    if recipient is not None:
        parametres["recipient"] = recipient
    assert obtenir(client, V2, parametres, fabriques.jeton().cle).status_code == 200


@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        ({}, "Token not found"),
        ({"expire": True}, "Token expired"),
        ({"revoque": True}, "Token revoked"),
        ({"habilitation_revoquee": True}, "Token revoked"),
        ({"ecriture": True}, "Insufficient privileges"),
    ],
)
def test_jeton_refuse(client, situation, reason):
    parametres = {"ine": fabriques.inscrit().ine}
    cle = fabriques.jeton(**situation).cle if situation else {"X-Api-Key": "ase_l_" + "A" * 49}
    corps = verifier_v2(obtenir(client, V2, parametres, cle), 401, "access_denied")
    assert corps["reason"] == reason


def test_sans_jeton(client):
    corps = verifier_v2(obtenir(client, V2, {"ine": fabriques.ine()}), 401, "access_denied")
    assert corps["reason"] == "Token missing"


@pytest.mark.parametrize(
    "scopes",
    [
        ["mesri_identifiant", "mesri_identite", "mesri_etablissements"],
        ["mesri_admissions", "mesri_admission_inscrit"],
    ],
    ids=["masques seuls", "scopes de la v3"],
)
def test_aucune_population_ouverte(client, scopes):
    reponse = obtenir(client, V2, {"ine": fabriques.inscrit().ine}, fabriques.jeton(*scopes).cle)
    assert verifier_v2(reponse, 401, "access_denied")["reason"] == "Insufficient privileges"


def test_un_bearer_est_toujours_celui_de_france_connect(client):
    """One of our own tokens, good anywhere else, is not looked at here as a bearer; nor does a key beside it decide."""
    etudiant, jeton = fabriques.inscrit(), fabriques.jeton()
    for entetes in (jeton.bearer, jeton.cle | jeton.bearer):
        reponse = obtenir(client, V2, {"ine": etudiant.ine}, entetes)
        verifier_v2(reponse, 503, "data_provider_error")  # FranceConnect is not set here
        assert reponse.headers["Retry-After"] == "60"
        assert etudiant.ine.encode() not in reponse.content
        assert "RateLimit-Limit" not in reponse.headers


@pytest.mark.parametrize("manquant", ["nom", "prenom", "dateDeNaissance", "sexe"])
def test_parametre_manquant(client, manquant):
    reponse = obtenir(client, V2, sans(PAR_IDENTITE_V2, manquant), fabriques.jeton().cle)
    corps = verifier_v2(reponse, 400, "bad_request")
    assert corps["reason"] == f"Invalid parameter: {manquant}"


@pytest.mark.parametrize(
    ("parametre", "valeur"),
    [
        ("ine", "123"),
        ("ine", "1234567890A\n"),
        ("nom", "<b>"),
        ("prenom", "1234"),
        ("dateDeNaissance", "20040327"),
        ("dateDeNaissance", "2004-02-30"),
        ("dateDeNaissance", "2999-01-01"),
        ("sexe", "autre"),
        ("lieuDeNaissance", "1"),
        ("recipient", "13002526500014"),
    ],
)
def test_parametre_invalide(client, parametre, valeur):
    jeton = fabriques.jeton()
    reponse = obtenir(client, V2, PAR_IDENTITE_V2 | {parametre: valeur}, jeton.cle)
    corps = verifier_v2(reponse, 400, "bad_request")
    assert corps["reason"] == f"Invalid parameter: {parametre}"
    assert valeur not in corps["message"]
    assert quota(reponse)[:2] == (20, 19)


def test_le_premier_parametre_qui_echoue_seulement(client):
    reponse = obtenir(client, V2, {"recipient": "1", "sexe": "x"}, fabriques.jeton().cle)
    assert verifier_v2(reponse, 400, "bad_request")["reason"] == "Invalid parameter: recipient"


def test_introuvable_au_mot_pres(client):
    reponse = obtenir(client, V2, {"ine": fabriques.ine()}, fabriques.jeton().cle)
    assert reponse.status_code == 404
    assert lire(reponse) == INTROUVABLE_V2


def test_adresse_ip_refusee(client):
    jeton = fabriques.jeton(adresses=["192.0.2.0/24", "2001:db8::/32"])
    reponse = obtenir(client, V2, {"ine": fabriques.ine()}, jeton.cle)
    assert reponse.status_code == 403
    [message] = lire(reponse).pop("errors")
    assert message
    assert quota(reponse)[:2] == (20, 20)


def test_quota_depasse(client):
    jeton = fabriques.jeton(quota_par_seconde=1)
    parametres = par_ine(fabriques.inscrit().ine)
    assert obtenir(client, V2, parametres, jeton.cle).status_code == 200
    reponse = obtenir(client, V2, parametres, jeton.cle)
    assert reponse.status_code == 429
    assert lire(reponse) == {"errors": ["Vous avez effectué trop de requêtes"]}
    assert reponse.headers["Retry-After"] == "1"
    assert quota(reponse)[:2] == (1, 0)
