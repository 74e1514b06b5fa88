"""Disks that fill up, a database that may only be read, a structure that is not there yet: 503, never 500, then as
before without anybody doing anything."""

import contextlib
import datetime
import gc
import io
import logging

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from referentiel import tasks
from referentiel.models import FragmentDeLot, Inscription, Lot
from referentiel.nomenclatures import EtatLot
from tests import fabriques
from tests.api.boucle.aides import appeler, boucle
from tests.api.ecriture.aides import Appelant, creer_jeton, enregistrement
from tests.api.lecture.appels import INE, V2, obtenir, par_ine, verifier_v2, verifier_v3
from tests.pannes.disques import disque, remplir, table_sur
from tests.portail.pages import lire
from tests.proprietaire import en_proprietaire
from tests.referentiel.depots import aides
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, identite

pytestmark = pytest.mark.usefixtures("donnees_validees")

NOUVEAU = "/gestion/depots/nouveau"
UAI = aides.UAI


@pytest.fixture
def etablissement():
    return fabriques.etablissement(uai=UAI, code_commune="31555")


@pytest.fixture
def gestionnaire(etablissement) -> Client:
    client = aides.connecte(aides.gestionnaire(etablissement))
    client.raise_request_exception = False
    return client


def envoyer(client: Client, octets: bytes):
    fichier = io.BytesIO(octets)
    fichier.name = "inscriptions.csv"
    return client.post(NOUVEAU, {"fichier": fichier})


def verifier_page(reponse, titre: str = "Service momentanément indisponible") -> None:
    assert reponse.status_code == 503
    assert int(reponse.headers["Retry-After"]) >= 1
    assert lire(reponse).titre == f"{titre} — API Statut étudiant"


def des_lignes(nombre: int) -> bytes:
    return en_csv([champs(identite=identite(), uai=UAI) for _ in range(nombre)])


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # Django leaves that of a failed upload
def test_a_full_upload_folder_is_told_and_forgotten_once_there_is_room(gestionnaire, settings):
    gros = des_lignes(2) + b"\n" * (3 << 20)  # more than what is kept in memory
    with disque("1m") as dossier:
        settings.FILE_UPLOAD_TEMP_DIR = str(dossier)
        # pytest keeps what is logged, and with it the upload: it must go while its disk is there.
        logging.disable()
        try:
            verifier_page(envoyer(gestionnaire, gros))
        finally:
            logging.disable(logging.NOTSET)
        assert not Lot.objects.exists()
        gc.collect()
    settings.FILE_UPLOAD_TEMP_DIR = None
    assert envoyer(gestionnaire, gros).status_code == 302


def test_a_full_disk_of_postgresql_refuses_deposits_by_the_page_and_by_the_api(gestionnaire):
    appelant = Appelant(creer_jeton(UAI))
    lignes = des_lignes(20_000)
    enregistrements = orjson.dumps([enregistrement(uai=UAI) for _ in range(5_000)])
    with disque("2m") as dossier, table_sur(dossier, "referentiel_fragmentdelot"):
        remplir(dossier)
        verifier_page(envoyer(gestionnaire, lignes))
        reponse = appelant.poster(enregistrements, chemin="/api/inscriptions")
        assert reponse.status_code == 503
        assert reponse.json()["message"] == "service momentanément indisponible"
        assert int(reponse.headers["Retry-After"]) >= 1
        assert (Lot.objects.count(), FragmentDeLot.objects.count()) == (0, 0)
    assert envoyer(gestionnaire, lignes).status_code == 302
    assert appelant.poster(enregistrements, chemin="/api/inscriptions").status_code == 202


def finir_le_bail(lot: Lot) -> None:
    """As if the seconds of its lease had passed: until then other establishments' deposits have their turn."""
    Lot.objects.filter(pk=lot.pk).update(bail_jusqua=timezone.now() - datetime.timedelta(seconds=1))


def test_a_deposit_that_meets_a_full_disk_waits_for_room_however_often_it_is_tried(etablissement):
    deposer_octets(en_csv([champs(identite=identite(), uai=UAI)]), uais=[UAI])
    lot = Lot.objects.get()
    with disque("2m") as dossier, table_sur(dossier, "referentiel_inscription"):
        remplir(dossier)
        for _ in range(40):
            assert tasks.traiter_lots() == 0
            lot.refresh_from_db()
            assert (lot.etat, lot.tentatives) == (EtatLot.EN_COURS, 0)
            finir_le_bail(lot)
    assert tasks.traiter_lots() == 1
    lot.refresh_from_db()
    assert (lot.etat, lot.creees, Inscription.objects.count()) == (EtatLot.TERMINE, 1, 1)


@contextlib.contextmanager
def lecture_seule():
    """New connections may only read, as on a standby."""
    options = connection.settings_dict["OPTIONS"]
    avant = options.get("options", "")
    options["options"] = f"{avant} -c default_transaction_read_only=on".strip()
    try:
        yield
    finally:
        options["options"] = avant
        # Not closed here: whoever was refused must have left this connection by themselves.


def test_a_database_that_may_only_be_read_is_a_503_and_the_connection_is_left(client, gestionnaire):
    emis, etudiant = fabriques.jeton(), fabriques.inscrit()
    appelant = Appelant(creer_jeton(UAI))
    client.raise_request_exception = False
    with lecture_seule():
        connection.close()
        verifier_v3(obtenir(client, INE, par_ine(etudiant.ine), emis.bearer), 503, "25001")
        verifier_v2(obtenir(client, V2, par_ine(etudiant.ine), emis.cle), 503, "data_provider_error")
        assert appelant.poster(enregistrement(uai=UAI)).status_code == 503
        verifier_page(envoyer(gestionnaire, des_lignes(2)))
        verifier_page(client.post("/connexion", {"courriel": "a@exemple.test", "mot_de_passe": "x"}))
    assert obtenir(client, INE, par_ine(etudiant.ine), emis.bearer).status_code == 200
    assert envoyer(gestionnaire, des_lignes(2)).status_code == 302


def test_the_loop_too_leaves_a_primary_that_became_a_standby(client):
    emis, etudiant = fabriques.jeton(), fabriques.inscrit()

    async def scenario(application):
        async def lire_l_ine():
            return await appeler(application, INE, par_ine(etudiant.ine), emis.bearer)

        with lecture_seule():
            refusees = [await lire_l_ine() for _ in range(3)]
        return refusees, await lire_l_ine()

    refusees, servie = boucle(scenario)
    assert [recu.statut for recu in refusees] == [503] * 3
    assert all(b'"25001"' in recu.corps for recu in refusees)
    assert servie.statut == 200


@contextlib.contextmanager
def absente(objet: str, nom: str):
    """This table or column has another name, as before or after a migration."""
    with en_proprietaire() as curseur:
        curseur.execute(f"ALTER TABLE {objet} TO {nom}_ailleurs")
    try:
        yield
    finally:
        with en_proprietaire() as curseur:
            retour = objet.replace(f"RENAME COLUMN {nom}", f"RENAME COLUMN {nom}_ailleurs")
            if "COLUMN" not in objet:
                retour = objet.replace(nom, f"{nom}_ailleurs", 1)
            curseur.execute(f"ALTER TABLE {retour} TO {nom}")


def test_a_structure_that_is_not_there_yet_is_an_update_under_way(client, gestionnaire, etablissement):
    emis, etudiant = fabriques.jeton(), fabriques.inscrit(etablissement=etablissement)
    appelant = Appelant(creer_jeton(UAI))
    client.raise_request_exception = False
    table = "referentiel_fragmentdelot"
    with absente(f"{table} RENAME", table):  # met within a COPY
        verifier_page(envoyer(gestionnaire, des_lignes(2)), "Mise à jour en cours")
        reponse = appelant.poster(orjson.dumps([enregistrement(uai=UAI)]), chemin="/api/inscriptions")
        assert reponse.status_code == 503
        assert reponse.json()["message"] == "service en maintenance"
    with absente("referentiel_inscription RENAME COLUMN statut", "statut"):
        verifier_v3(obtenir(client, INE, par_ine(etudiant.ine), emis.bearer), 503, "25020")
        verifier_v2(obtenir(client, V2, par_ine(etudiant.ine), emis.cle), 503, "data_provider_error")
        verifier_page(gestionnaire.get("/gestion/referentiel/inscription/"), "Mise à jour en cours")
    assert obtenir(client, INE, par_ine(etudiant.ine), emis.bearer).status_code == 200
    assert envoyer(gestionnaire, des_lignes(2)).status_code == 302
