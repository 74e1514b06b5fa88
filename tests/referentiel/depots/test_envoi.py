"""Sending a file by the real form: what is taken, what is refused with what to do, and never an error page."""

import io
import re
from html import unescape

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from referentiel.imports.depots import conduite
from referentiel.models import FragmentDeLot, Lot
from tests import fabriques
from tests.portail.pages import lire
from tests.referentiel.depots import aides
from tests.referentiel.ecriture.portes import champs, en_csv, traiter
from tests.referentiel.imports.classeurs import feuille_xlsx, modifier, ods, xlsx

pytestmark = pytest.mark.django_db
NOUVEAU = "/gestion/depots/nouveau"

BON = en_csv(aides.lignes())
TITRES, *_ = BON.decode().splitlines()


@pytest.fixture
def client():
    return aides.connecte(aides.gestionnaire(fabriques.etablissement(uai=aides.UAI, code_commune="31555")))


def bombe() -> bytes:
    """A few kilobytes that are 300 MB once unzipped."""
    return modifier(xlsx(["a"], ["b"]), **{"xl/media/image1.png": bytes(300 << 20)})


@pytest.mark.parametrize(
    ("nom", "faire", "dit"),
    [
        ("bombe.xlsx", bombe, "démesuré"),
        ("macros.xlsm", lambda: modifier(xlsx(["a"], ["b"]), **{"xl/vbaProject.bin": b"x"}), "macros"),
        ("chiffre.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "mot de passe"),
        ("tronque.xlsx", lambda: xlsx(["a"], ["b"])[:-40], "abîmé"),
        ("loin.xlsx", lambda: feuille_xlsx('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "."),
        ("vide.csv", lambda: b"", "vide"),
        ("une-ligne.csv", lambda: TITRES.encode(), "n'a qu'une ligne"),
        ("blancs.csv", lambda: b"\n \n\n", "aucune ligne"),
        ("programme.csv", lambda: b"MZ\x90\x00" + bytes(range(256)) * 20, "pas un fichier texte"),
        ("releve.pdf", lambda: b"%PDF-1.7\n...", "PDF"),
        ("photo.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "."),
        ("archive.csv.gz", lambda: b"\x1f\x8b" + bytes(100), "gzip"),
        ("titre.csv", lambda: b'"' + b"x" * 60_000, "."),
    ],
)
def test_an_unreadable_file_is_refused_with_what_to_do(client, nom, faire, dit):
    octets = faire()
    response = client.post(NOUVEAU, {"fichier": aides.fichier(octets, nom)})
    if response.status_code == 302:  # it had to be opened: a worker says it, and keeps nothing
        lot = traiter(Lot.objects.get())
        assert lot.etat == "echec"
        assert dit in lot.message
        assert not FragmentDeLot.objects.exists()
        assert lire(client.get(response.url)).tous("a", href=NOUVEAU)
        return
    page = lire(response)
    (champ,) = page.tous("input", type="file")
    assert champ["aria-invalid"] == "true"
    (message,) = [m for m in [response.context["erreur"]] if m]
    assert dit in message
    assert message in page.texte.replace("\u00a0", " ") or message in response.content.decode()
    # Nothing is kept of it.
    assert not Lot.objects.exists()
    assert not FragmentDeLot.objects.exists()
    par_script = client.post(
        NOUVEAU, {"fichier": aides.fichier(octets, nom)}, headers={"Accept": "application/json"}
    )
    assert (par_script.status_code, par_script.json()) == (422, {"message": message})


def essayer(client, octets, nom="depot.csv") -> Lot:
    """To the result of the dry run, by the pages alone."""
    response = client.post(NOUVEAU, {"fichier": aides.fichier(octets, nom)})
    assert response.status_code == 302, response.context["erreur"]
    lot = traiter(Lot.objects.get())
    adresse = f"/gestion/depots/{lot.cle}"
    assert client.get(adresse).status_code == 200
    client.post(f"{adresse}/verifier", {"option": "valides"})
    traiter(lot)
    assert lot.etat == "a_confirmer"
    assert client.get(adresse).status_code == 200
    return lot


UNE = champs(identite={"nomNaissance": "Élève", "prenoms": ["Zoé"], "sexe": "F"})


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separateur", [";", ",", "\t"])
def test_encodings_and_separators_are_recognised(client, encodage, separateur):
    lot = essayer(client, en_csv([UNE], separateur=separateur, encodage=encodage), "été.txt")
    assert (lot.creees, lot.rejetees) == (1, 0)


@pytest.mark.parametrize("classeur", [xlsx, ods])
def test_spreadsheets_are_read(client, classeur):
    titres = ["INE", "Né le", "UAI", "Date de début", "Date de fin", "Statut", "Nom", "Prénoms", "Sexe"]
    u = champs()
    ligne = [
        u["ine"],
        u["dateNaissance"],
        u["uai"],
        u["dateDebutInscription"],
        u["dateFinInscription"],
        "inscrit",
    ]
    assert essayer(client, classeur(titres, [*ligne, "Élève", "Zoé", "F"]), "classeur.bin").creees == 1


@pytest.mark.parametrize(
    ("mauvaise", "dit"),
    [
        (champs(ine="=cmd|' /C calc'!A0"), "Valeur mal formée"),
        (champs(diplome="x" * (10 << 20)), "trop longue"),
        (champs(statut="\ufffd"), "Valeur non prévue"),
    ],
    ids=["formule", "cellule de 10 Mo", "octets illisibles"],
)
def test_a_hostile_line_is_rejected_alone(client, mauvaise, dit):
    lot = essayer(client, en_csv([UNE, mauvaise]))
    assert (lot.creees, lot.rejetees) == (1, 1)
    assert dit in client.get(f"/gestion/depots/{lot.cle}").content.decode()
    rejets = client.get(f"/gestion/depots/{lot.cle}/rejets").getvalue().decode("utf-8-sig")
    assert ";=" not in rejets
    assert "\n=" not in rejets


def test_an_unclosed_quote_does_not_eat_the_following_lines(client):
    premiere, seconde = en_csv([UNE, champs(ine="0000000002D", identite=UNE["identite"])]).splitlines()[1:]
    octets = b"\n".join([TITRES.encode(), premiere.replace(b";inscrit", b';"inscrit'), seconde])
    lot = essayer(client, octets)
    assert (lot.creees, lot.rejetees) == (1, 1)
    assert "Guillemets" in client.get(f"/gestion/depots/{lot.cle}").content.decode()


def test_without_a_file_the_form_says_so(client):
    assert "Choisissez un fichier" in lire(client.post(NOUVEAU, {})).texte
    assert "Choisissez un fichier" in lire(client.post(NOUVEAU, {"fichier": "texte"})).texte


def test_too_large_a_file_is_refused_and_not_kept(client, settings, monkeypatch):
    settings.DEPOT_TAILLE_MAX_MO = 1
    lus = []
    from referentiel.views.depots import envoi

    d_origine = envoi.LimiteDeTaille.receive_data_chunk
    monkeypatch.setattr(
        envoi.LimiteDeTaille,
        "receive_data_chunk",
        lambda self, donnees, debut: (lus.append(len(donnees)), d_origine(self, donnees, debut))[1],
    )
    juste = BON + b"\n" * ((1 << 20) - len(BON))
    assert client.post(NOUVEAU, {"fichier": aides.fichier(juste)}).status_code == 302
    [present] = Lot.objects.all()
    for taille in ((1 << 20) + 1, 3 << 20):
        lus.clear()
        response = client.post(NOUVEAU, {"fichier": aides.fichier(b"x" * taille)})
        assert response.status_code == 422
        assert "dépasse 1 Mo" in lire(response).texte
        assert sum(lus) <= (1 << 20) + (1 << 16)
        assert Lot.objects.get() == present


def test_a_large_file_goes_to_disk_and_not_to_memory(client, monkeypatch):
    from django.core.files.uploadedfile import TemporaryUploadedFile

    from referentiel.views.depots import envoi

    recus = []
    d_origine = envoi.recevoir
    monkeypatch.setattr(
        envoi, "recevoir", lambda **options: (recus.append(options["contenu"]), d_origine(**options))[1]
    )
    octets = BON + b"\n" * (4 << 20)
    requete = client.post(NOUVEAU, {"fichier": aides.fichier(octets)})
    assert requete.status_code == 302
    (contenu,) = recus
    assert isinstance(contenu.gi_frame, type(None))  # read once, to its end
    assert isinstance(requete.wsgi_request.FILES["fichier"], TemporaryUploadedFile)
    assert Lot.objects.get().taille == len(octets)


def test_the_form_says_what_it_takes(client):
    page = lire(client.get(NOUVEAU))
    assert "500 Mo au plus" in page.texte
    (champ,) = page.tous("input", type="file")
    assert ".xlsx" in champ["accept"]
    assert {
        "/gestion/depots/modele.csv",
        "/gestion/depots/modele.xlsx",
        "/gestion/depots/exemple.csv",
    } <= set(page.liens())


def test_addresses_of_pages_name_nobody(client):
    response = client.post(NOUVEAU, {"fichier": aides.fichier(BON, "Camille Martin.csv")})
    assert "Camille" not in response.headers["Location"]


def test_the_template_spreadsheet_opens_and_is_filled(client: Client):
    octets = client.get("/gestion/depots/modele.xlsx").getvalue()
    classeur = openpyxl.load_workbook(io.BytesIO(octets))
    feuille = classeur.active
    u = UNE | {"nomNaissance": "Élève", "prenoms": "Zoé", "sexe": "F"}
    from referentiel.imports.colonnes import DU_CONTRAT as CHAMPS

    feuille.append([u.get(identifiant, "") for identifiant in CHAMPS])
    sortie = io.BytesIO()
    classeur.save(sortie)
    lot = essayer(client, sortie.getvalue(), "modele.xlsx")
    # One notice: the sheet that explains the columns is left aside.
    assert (lot.creees, lot.rejetees, lot.avis) == (1, 0, 1)


def test_who_has_too_many_deposits_to_confirm_is_asked_to_conclude(client, settings):
    settings.DEPOT_TAILLE_MAX_MO = 1
    juste = BON + b"\n" * ((1 << 20) - len(BON))
    for _ in range(conduite.EN_SUSPENS_MAXIMUM):
        assert client.post(NOUVEAU, {"fichier": aides.fichier(juste)}).status_code == 302
    response = client.post(NOUVEAU, {"fichier": aides.fichier(BON)})
    assert response.status_code == 422
    assert "occupent plus de 4 Mo" in lire(response).texte
    assert Lot.objects.count() == conduite.EN_SUSPENS_MAXIMUM
    client.post(f"/gestion/depots/{Lot.objects.latest('pk').cle}/abandonner")
    assert client.post(NOUVEAU, {"fichier": aides.fichier(BON)}).status_code == 302


def test_a_real_deposit_is_always_for_somebody():
    with pytest.raises(IntegrityError, match="lot_reel_pour_un_etablissement"), transaction.atomic():
        conduite.recevoir(contenu=[BON], nom_fichier="a.csv", uais=[], compte_id=None)


def test_a_file_sent_twice_by_one_form_is_one_deposit(client):
    """Two clicks, or a script that sends again for want of an answer; another form is another deposit."""
    cle = re.search(r'name="cle_d_envoi" value="([^"]+)"', client.get(NOUVEAU).content.decode())[1]

    def envoyer(cle: str, **entetes: str):
        fichier = SimpleUploadedFile("rentree.csv", BON)
        return client.post(NOUVEAU, {"fichier": fichier, "cle_d_envoi": cle}, headers=entetes)

    premier, second = envoyer(cle), envoyer(cle)
    assert (premier.status_code, second.status_code) == (302, 302)
    assert premier["Location"] == second["Location"]
    assert Lot.objects.count() == 1
    autre = re.search(r'name="cle_d_envoi" value="([^"]+)"', client.get(NOUVEAU).content.decode())[1]
    par_script = [envoyer(autre, Accept="application/json").json() for _ in range(2)]
    assert par_script[0] == par_script[1]
    assert Lot.objects.count() == 2


def test_a_refused_file_leaves_its_form_free(client):
    cle = re.search(r'name="cle_d_envoi" value="([^"]+)"', client.get(NOUVEAU).content.decode())[1]
    mauvais = {"fichier": SimpleUploadedFile("releve.pdf", b"%PDF-1.7\n..."), "cle_d_envoi": cle}
    assert client.post(NOUVEAU, mauvais).status_code == 422
    bon = {"fichier": SimpleUploadedFile("rentree.csv", BON), "cle_d_envoi": cle}
    assert client.post(NOUVEAU, bon).status_code == 302


def test_a_second_click_on_a_confirmation_shows_what_the_first_did():
    compte = aides.gestionnaire(fabriques.etablissement(uai=aides.UAI, code_commune="31555"))
    client, lot = aides.connecte(compte), aides.lot_en("essaye", compte=compte)
    page = f"/gestion/depots/{lot.cle}/enregistrer"
    cle = re.search(r'name="cle_d_envoi" value="([^"]+)"', client.get(page).content.decode())[1]
    reponses = [client.post(page, {"cle_d_envoi": cle}) for _ in range(2)]
    assert [reponse.status_code for reponse in reponses] == [302, 302]
    assert reponses[0]["Location"] == reponses[1]["Location"]
    assert "n'est plus à confirmer" not in unescape(client.get(reponses[1]["Location"]).content.decode())
