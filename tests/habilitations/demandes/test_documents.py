"""Documents: PDFs by their content, of a bounded size, scanned, given back as files to those who read the request."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from habilitations.acteur import Acteur
from habilitations.demandes import actes, antivirus, documents
from habilitations.models import Demande, Document
from habilitations.tasks import analyser_documents
from tests.habilitations import scenes
from tests.habilitations.demandes import pages
from tests.habilitations.demandes.pdfs import pdf
from tests.portail.pages import lire, source

EICAR = b"X5O!P%@AP-EICAR"
pytestmark = pytest.mark.django_db


class FauxClamav:
    """A daemon that speaks INSTREAM, and finds what holds EICAR's words."""

    def __init__(self, response: bytes | None = None) -> None:
        self.reponse = response
        self.recus: list[bytes] = []
        self.prise = socket.create_server(("127.0.0.1", 0))
        self.port = self.prise.getsockname()[1]
        self.fil = threading.Thread(target=self.servir, daemon=True)
        self.fil.start()

    def servir(self) -> None:
        while True:
            try:
                connexion, _ = self.prise.accept()
            except OSError:
                return
            with connexion, connexion.makefile("rb") as flux:
                assert flux.read(10) == b"zINSTREAM\0"
                contenu = b""
                while taille := struct.unpack("!I", flux.read(4))[0]:
                    contenu += flux.read(taille)
                self.recus.append(contenu)
                verdict = b"stream: Eicar-Signature FOUND" if EICAR in contenu else b"stream: OK"
                connexion.sendall((verdict if self.reponse is None else self.reponse) + b"\0")

    def fermer(self) -> None:
        self.prise.shutdown(socket.SHUT_RDWR)
        self.prise.close()
        self.fil.join(5)


@pytest.fixture
def clamav(settings: object) -> Iterator[Callable[..., FauxClamav]]:
    lances = []

    def lancer(response: bytes | None = None) -> FauxClamav:
        lances.append(FauxClamav(response))
        settings.CLAMAV_HOST, settings.CLAMAV_PORT = "127.0.0.1", lances[-1].port
        return lances[-1]

    yield lancer
    for un in lances:
        un.fermer()


@pytest.fixture
def demande(client: Client) -> Demande:
    faite = scenes.brouillon()
    client.force_login(faite.demandeur)
    return faite


def joindre(client: Client, demande: Demande, contenu: bytes, nom: str = "texte.pdf") -> object:
    fichier = SimpleUploadedFile(nom, contenu, content_type="application/pdf")
    return pages.remplir(client, f"/demandes/{demande.pk}/etapes/cadre", document=fichier)


def test_pdfs_are_joined_beside_one_another_and_removed_one_by_one(client: Client, demande: Demande) -> None:
    assert joindre(client, demande, pdf(), "../../été <b>.PDF").status_code == 302
    premier = demande.documents.get()
    assert (premier.nom, premier.analyse, premier.genre) == ("été b.pdf", "sans_avis", "cadre")
    joindre(client, demande, pdf(taille=5000))
    second = demande.documents.exclude(pk=premier.pk).get()
    page = client.get(f"/demandes/{demande.pk}/etapes/cadre").content.decode()
    assert f"retirer:{premier.pk}" in page
    assert f"retirer:{second.pk}" in page
    pages.remplir(client, f"/demandes/{demande.pk}/etapes/cadre", suite=f"retirer:{second.pk}")
    assert demande.documents.get() == premier  # nobody had seen the second one: it is gone


def test_six_of_a_kind_sent_together_and_no_seventh(client: Client, demande: Demande) -> None:
    adresse = f"/demandes/{demande.pk}/etapes/projet"
    six = [SimpleUploadedFile(f"ecran{n}.pdf", pdf(taille=1000 + n)) for n in range(6)]
    assert pages.remplir(client, adresse, maquette=six).status_code == 302
    assert [d.nom for d in demande.documents.order_by("pk")] == [f"ecran{n}.pdf" for n in range(6)]
    septieme = SimpleUploadedFile("ecran7.pdf", pdf(taille=2000))
    refus = pages.remplir(client, adresse, maquette=septieme)
    assert "ecran7.pdf : 6 documents sont déjà joints" in source(refus)
    # The other kind has its own six.
    assert joindre(client, demande, pdf(taille=2000)).status_code == 302
    sept = [SimpleUploadedFile(f"x{n}.pdf", pdf(taille=3000 + n)) for n in range(7)]
    assert "6 documents au plus" in source(pages.remplir(client, adresse, maquette=sept))
    assert demande.documents.count() == 7


def test_one_bad_file_among_good_ones_is_named(client: Client, demande: Demande) -> None:
    deux = [SimpleUploadedFile("bon.pdf", pdf()), SimpleUploadedFile("photo.pdf", b"GIF89a" + b"x" * 2000)]
    refus = pages.remplir(client, f"/demandes/{demande.pk}/etapes/projet", maquette=deux)
    assert refus.status_code == 422
    assert "photo.pdf : Ce fichier n'est pas un PDF lisible" in lire(refus).texte


def test_the_same_file_is_joined_once(client: Client, demande: Demande) -> None:
    joindre(client, demande, pdf(), "un.pdf")
    assert "déjà joint" in source(joindre(client, demande, pdf(), "deux.pdf"))
    assert demande.documents.get().nom == "un.pdf"


def test_what_was_submitted_is_kept_when_it_is_removed(client: Client, demande: Demande) -> None:
    joindre(client, demande, pdf())
    client.post(f"/demandes/{demande.pk}/actes/soumettre")
    actes.demander_modifications(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Le bon texte.")
    joint = demande.documents.get()
    joindre(client, demande, pdf(taille=3000))
    pages.remplir(client, f"/demandes/{demande.pk}/etapes/cadre", suite=f"retirer:{joint.pk}")
    assert [d.retire_le is None for d in demande.documents.order_by("pk")] == [False, True]


@pytest.mark.parametrize(
    ("contenu", "message"),
    [
        (b"MZ" + b"\0" * 5000, "pas un PDF"),
        (b"%PDF-1.7\n" + b"x" * 3000, "pas un PDF"),
        (b"%PDF-1.7\n1 0 obj\nstartxref\n999999\n%%EOF", "pas un PDF"),
        (b"PK\x03\x04" + pdf()[20:], "pas un PDF"),
        (b"", "vide"),
        (pdf(taille=11 * 1024 * 1024), "dépasse 10 Mo"),
    ],
    ids=["exe", "sans fin", "table absente", "zip", "vide", "11 Mo"],
)
def test_a_false_or_too_heavy_pdf_is_refused(
    client: Client, demande: Demande, contenu: bytes, message: str
) -> None:
    response = joindre(client, demande, contenu)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not demande.documents.exists()


def test_a_pdf_of_ten_megabytes_is_taken(client: Client, demande: Demande) -> None:
    lourd = pdf(taille=10 * 1024 * 1024 - 600)
    assert len(lourd) <= 10 * 1024 * 1024
    assert joindre(client, demande, lourd).status_code == 302


def test_the_antivirus_receives_all_and_its_refusal_is_told(
    client: Client, demande: Demande, clamav: Callable[..., FauxClamav]
) -> None:
    serveur = clamav()
    infecte = pdf(taille=200_000).replace(b"%xxxxxxxxxxxxxxx", b"%" + EICAR, 1)
    response = joindre(client, demande, infecte)
    assert "logiciel malveillant" in response.content.decode()
    assert not demande.documents.exists()
    joindre(client, demande, pdf(taille=200_000))
    assert demande.documents.get().analyse == "sain"
    assert serveur.recus == [infecte, pdf(taille=200_000)]


def test_without_antivirus_the_document_waits_then_has_its_verdict(
    client: Client, demande: Demande, clamav: Callable[..., FauxClamav], settings: object
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as libre:
        port = libre.getsockname()[1]
    settings.CLAMAV_HOST, settings.CLAMAV_PORT = "127.0.0.1", port
    joindre(client, demande, pdf(taille=900).replace(b"%xxxxxxxxxxxxxxx", b"%" + EICAR, 1))
    document = demande.documents.get()
    telechargement = f"/demandes/{demande.pk}/documents/{document.pk}"
    assert document.analyse == "en_attente"
    assert client.get(telechargement).status_code == 404
    assert analyser_documents() == 0
    clamav()
    assert analyser_documents() == 1
    document.refresh_from_db()
    assert (document.analyse, bytes(document.contenu)) == ("infecte", b"")
    assert client.get(telechargement).status_code == 404
    page = source(client.get(f"/demandes/{demande.pk}/etapes/cadre"))
    assert "Refusé par l'antivirus : retirez ce fichier" in page


def test_a_document_joined_without_scanner_is_told_apart_until_one_is_in_service(
    client: Client, demande: Demande, clamav: Callable[..., FauxClamav]
) -> None:
    joindre(client, demande, pdf(taille=900))
    document = demande.documents.get()
    assert document.analyse == "sans_avis"
    assert client.get(f"/demandes/{demande.pk}/documents/{document.pk}").status_code == 200
    assert analyser_documents() == 0
    clamav()
    assert analyser_documents() == 1
    document.refresh_from_db()
    assert document.analyse == "sain"


def test_an_unexpected_answer_of_the_antivirus_is_no_verdict(
    clamav: Callable[..., FauxClamav],
) -> None:
    clamav(b"INSTREAM size limit exceeded. ERROR")
    with pytest.raises(antivirus.AntivirusInjoignable):
        antivirus.est_sain(b"x")


def test_who_reads_the_request_downloads_its_document_as_a_file(client: Client, demande: Demande) -> None:
    joindre(client, demande, pdf(), "délibération.pdf")
    adresse = f"/demandes/{demande.pk}/documents/{demande.documents.get().pk}"
    response = client.get(adresse)
    assert response.content == pdf()
    assert response["Content-Disposition"].startswith("attachment;")
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert "no-store" in response["Cache-Control"]
    autre = scenes.brouillon()
    client.force_login(autre.demandeur)
    assert client.get(adresse).status_code == 404
    # Nor through a request that is one's own.
    assert (
        client.get(adresse.replace(f"/demandes/{demande.pk}/", f"/demandes/{autre.pk}/")).status_code == 404
    )


def test_only_the_applicant_joins_and_removes(demande: Demande) -> None:
    collegue = Acteur(scenes.compte(organisation=demande.organisation))
    with pytest.raises(documents.ActeRefuse, match="Seul le demandeur"):
        documents.deposer(demande_id=demande.pk, acteur=collegue, genre="cadre", nom="x.pdf", contenu=pdf())
    assert not Document.objects.exists()


def test_a_file_name_is_cleaned() -> None:
    assert documents.nom_propre("C:\\a\\b\x00.pdf") == "C a b.pdf"
    assert documents.nom_propre("") == "document.pdf"
    assert len(documents.nom_propre("é" * 400)) <= 255
