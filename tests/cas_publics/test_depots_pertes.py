"""A deposit never loses what it does not speak of, nor doubles what it tells in other words."""

import pytest

from referentiel.ecriture.chevauchements import nombreux
from referentiel.models import Historique, Inscription
from tests import fabriques
from tests.referentiel.ecriture.portes import (
    Appel,
    Fichier,
    Sort,
    champs,
    deposer_octets,
    en_csv,
    identite,
    signalees,
    traiter,
)

pytestmark = pytest.mark.django_db

PORTES = [Appel, Fichier]
COMPLETE = champs(
    identite=identite(),
    regime="RF4",
    codeCommune="31069",
    cursus="L",
    diplome="Licence de droit",
    niveauDiplome="L2",
)


@pytest.fixture(autouse=True)
def toulouse():
    return fabriques.etablissement(uai="0311384L", code_commune="31555")


def lignes(nombre, **remplace):
    return [
        champs(ine=f"{n:010}A", identite=identite(), diplome="Licence de droit", regime="RF4") | remplace
        for n in range(nombre)
    ]


def deposer(*lignes, colonnes=None, **options):
    octets = en_csv(list(lignes))
    if colonnes is not None:
        garde = [
            rang for rang, nom in enumerate(octets.decode().split("\r\n")[0].split(";")) if nom in colonnes
        ]
        octets = "\r\n".join(
            ";".join(ligne.split(";")[rang] for rang in garde)
            for ligne in octets.decode().split("\r\n")
            if ligne
        ).encode()
    lot = traiter(deposer_octets(octets, **options))
    assert lot.etat == "termine", lot.message
    return lot


def comptes(lot):
    return lot.creees, lot.modifiees, lot.inchangees, lot.rejetees


# --- what is not given is left alone


@pytest.mark.parametrize("Porte", PORTES)
@pytest.mark.parametrize("absent", [..., None, "", "  "])
@pytest.mark.parametrize("champ", ["regime", "codeCommune", "cursus", "niveauDiplome"])
def test_un_champ_absent_ou_vide_garde_la_valeur(Porte, champ, absent):
    porte = Porte()
    assert porte.envoyer(COMPLETE).issue == "creee"
    ligne = {cle: valeur for cle, valeur in (COMPLETE | {champ: absent}).items() if valeur is not ...}
    assert porte.envoyer(ligne) == Sort("inchangee")
    garde = Inscription.objects.get()
    assert (garde.regime, garde.code_commune, garde.cursus, garde.niveau_diplome) == (
        "RF4",
        "31069",
        "L",
        "L2",
    )


@pytest.mark.parametrize("Porte", PORTES)
def test_le_regime_par_defaut_est_celui_des_lignes_nouvelles(Porte):
    Porte().envoyer(champs(identite=identite()))
    neuve = Inscription.objects.get()
    assert (neuve.regime, neuve.code_commune, neuve.cursus, neuve.niveau_diplome) == ("RF1", "31555", "", "")


@pytest.mark.parametrize("Porte", PORTES)
def test_effacer_est_un_geste(Porte):
    porte = Porte()
    porte.envoyer(COMPLETE)
    gestes = {
        "regime": "(effacer)",
        "codeCommune": "(effacer)",
        "cursus": "(effacer)",
        "niveauDiplome": "(effacer)",
    }
    assert porte.envoyer(COMPLETE | gestes) == Sort("modifiee")
    efface = Inscription.objects.get()
    assert (efface.regime, efface.code_commune, efface.cursus, efface.niveau_diplome) == (
        "RF1",
        "31555",
        "",
        "",
    )
    assert porte.envoyer(COMPLETE | {"statut": "(effacer)"}).issue == "valeur_inconnue"


def test_le_meme_depot_sans_trois_colonnes_ne_change_rien():
    deposer(*lignes(30))
    Inscription.objects.update(cursus="L", niveau_diplome="L1")
    colonnes = {
        "ine",
        "dateNaissance",
        "uai",
        "dateDebutInscription",
        "dateFinInscription",
        "statut",
        "diplome",
    }
    avant = Historique.objects.count()
    assert comptes(deposer(*lignes(30), colonnes=colonnes)) == (0, 0, 30, 0)
    assert set(Inscription.objects.values_list("regime", "cursus", "niveau_diplome")) == {("RF4", "L", "L1")}
    assert Historique.objects.count() == avant


def test_dans_un_fichier_une_ligne_suivante_ne_perd_pas_ce_qu_a_dit_la_premiere():
    lot = deposer(champs(identite=identite(), regime="RF4", niveauDiplome="L1"), champs(cursus="L"))
    assert comptes(lot)[:1] == (1,)
    seule = Inscription.objects.get()
    assert (seule.regime, seule.niveau_diplome, seule.cursus) == ("RF4", "L1", "L")


def test_ce_que_les_mises_a_jour_changent_est_dit_par_genre():
    deposer(*lignes(3))
    lot = deposer(*lignes(3, regime="RF1", statut="admis"))
    assert lot.changements == [["regime", "RF4", "RF1", 3], ["statut", "inscrit", "admis", 3]]
    dites = lot.lignes_signalees.filter(niveau="modif").order_by("ligne", "champ")
    assert list(dites.values_list("ligne", "champ", "valeur", "message"))[:2] == [
        (2, "regime", "RF4", "RF1"),
        (2, "statut", "inscrit", "admis"),
    ]


# --- case 41: the diploma in its normal form


@pytest.mark.parametrize("Porte", PORTES)
@pytest.mark.parametrize(
    "autre",
    [
        "LICENCE DE DROIT",
        "licence droit",
        "Licence  de  Droit",
        "Licence-de-droit",
        "LICENCE D'DROIT",
        "Licence du droit",
    ],
)
def test_un_diplome_ecrit_autrement_est_la_meme_inscription(Porte, autre):
    porte = Porte()
    porte.envoyer(COMPLETE)
    assert porte.envoyer(COMPLETE | {"diplome": autre}) == Sort("inchangee")
    assert Inscription.objects.get().diplome == "Licence de droit"


@pytest.mark.parametrize(
    ("un", "autre", "meme"),
    [
        ("Études européennes", "ETUDES EUROPEENNES", True),
        ("Histoire de l’art", "histoire art", True),
        ("Sciences de la vie", "SCIENCES VIE", True),
        ("Master d'œnologie", "MASTER OENOLOGIE", True),
        ("D.U. Éthique", "DU ethique", True),
        ("DU de droit", "DE de droit", False),
        ("DES chirurgie", "chirurgie", False),
        ("BUT 1", "BUT 2", False),
        ("Licence C", "Licence C++", False),
    ],
)
def test_forme_normale_des_diplomes(un, autre, meme):
    appel = Appel()
    appel.envoyer(champs(identite=identite(), diplome=un))
    appel.envoyer(champs(diplome=autre))
    assert Inscription.objects.count() == (1 if meme else 2)


def test_deux_mille_lignes_en_capitales_ne_creent_rien():
    deposer(*lignes(2_000))
    capitales = [{**une, "diplome": une["diplome"].upper()} for une in lignes(2_000)]
    assert comptes(deposer(*capitales)) == (0, 0, 2_000, 0)
    assert Inscription.objects.count() == 2_000


# --- probable duplicates


@pytest.mark.parametrize("Porte", PORTES)
@pytest.mark.parametrize(
    ("autre", "avis"),
    [
        ({"diplome": "Licence de droit privé"}, ("doublon_probable",)),
        ({"diplome": "Licnce de droit"}, ("doublon_probable",)),
        ({"dateDebutInscription": "2026-10-02"}, ("doublon_probable",)),
        ({"dateDebutInscription": "2026-10-03"}, ()),
        ({"diplome": "Master de gestion"}, ()),
        ({"diplome": "Licence 2 de droit"}, ()),
    ],
)
def test_une_inscription_qui_en_chevauche_une_autre_se_dit(Porte, autre, avis):
    porte = Porte()
    dates = {"dateDebutInscription": "2026-09-01", "dateFinInscription": "2027-08-31"}
    porte.envoyer(COMPLETE | dates)
    assert porte.envoyer(COMPLETE | dates | autre) == Sort("creee", avis)


def test_deux_lignes_du_meme_fichier_se_distinguent_d_elles_memes():
    deposer(COMPLETE)
    lot = deposer(COMPLETE, COMPLETE | {"diplome": "Licence de droit international"})
    assert (comptes(lot), lot.doublons) == ((1, 0, 1, 0), 0)


@pytest.mark.parametrize(
    ("doublons", "total", "beaucoup"),
    [(20, 20, False), (21, 21, True), (21, 2_099, True), (21, 2_100, False)],
)
def test_beaucoup_c_est_plus_de_vingt_et_plus_d_un_pour_cent(doublons, total, beaucoup):
    assert nombreux(doublons, total) is beaucoup


@pytest.fixture
def renommees():
    deposer(*lignes(21))
    return lignes(21, diplome="Licence de droit général", niveauDiplome="L1")


def test_sans_personne_a_qui_demander_beaucoup_de_doublons_ne_sont_pas_pris(renommees):
    lot = deposer(*renommees, canal="commande")
    assert (comptes(lot), lot.doublons) == ((0, 0, 0, 21), 21)
    assert {code for *_, code in signalees(lot, "rejet")} == {"doublon_a_trancher"}


def test_peu_de_doublons_sont_crees_et_dits(renommees):
    lot = deposer(*renommees[:20], canal="commande")
    assert (comptes(lot), lot.doublons) == ((20, 0, 0, 0), 20)
    assert {code for *_, code in signalees(lot, "avis")} == {"doublon_probable", "cle"}


def test_mettre_a_jour_les_inscriptions_enregistrees(renommees):
    anciennes = set(Inscription.objects.values_list("pk", flat=True))
    lot = deposer(*renommees, choix_doublons="mettre_a_jour")
    assert comptes(lot) == (0, 21, 0, 0)
    assert set(Inscription.objects.values_list("pk", flat=True)) == anciennes
    assert set(Inscription.objects.values_list("diplome", "niveau_diplome", "regime")) == {
        ("Licence de droit général", "L1", "RF4")
    }
    assert ["diplome", "Licence de droit", "Licence de droit général", 21] in lot.changements
    assert comptes(deposer(*renommees)) == (0, 0, 21, 0)


def test_creer_quand_meme(renommees):
    assert comptes(deposer(*renommees, choix_doublons="creer", canal="commande")) == (21, 0, 0, 0)
