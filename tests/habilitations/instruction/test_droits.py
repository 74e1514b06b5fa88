"""Who may open what of the ministry's pages: every URL, every role, on a request of one's own, another's, or absent.

The table is the documentation. A URL of the instruction that is not in it fails the test.
"""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from habilitations.models import Document, ModeleDeMessage, Rattachement
from tests.habilitations import scenes
from tests.habilitations.instruction.conftest import Connecter

pytestmark = pytest.mark.django_db

PERSONNES = (
    "visiteur", "demandeur", "collegue", "contact", "rapporteur", "instructeur", "responsable", "administrateur", "dpd",
)  # fmt: skip

TOUS = (302, 403, 403, 403, 200, 200, 200, 200, 403)
RESPONSABLE = (302, 403, 403, 403, 403, 403, 200, 403, 403)

# (method, name of URL) → status by person, in the order above. For POST, of an empty form; acts redirect back (302)
# or refuse what is asked (422).
# fmt: off
MATRICE = {
    ("GET", "instruction"): TOUS,
    ("GET", "instruction-export"): TOUS,
    ("GET", "instruction-demande"): TOUS,
    ("GET", "instruction-document"): TOUS,
    ("POST", "instruction-message"):            (302, 403, 403, 403, 422, 422, 422, 422, 403),
    ("POST", "instruction-rattachement"):       (302, 403, 403, 403, 422, 422, 422, 422, 403),
    # Whoever reads without deciding is sent back to the request.
    ("GET", "instruction-acte"):                (302, 403, 403, 403, 302, 200, 200, 302, 403),
    ("POST", "instruction-acte"):               (302, 403, 403, 403, 422, 422, 422, 422, 403),
    ("POST", "instruction-filtre-enregistrer"): (302, 403, 403, 403, 302, 302, 302, 302, 403),
    ("POST", "instruction-filtre-supprimer"):   (302, 403, 403, 403, 404, 404, 404, 404, 403),  # none of theirs
    ("GET", "instruction-habilitations"): TOUS,
    ("GET", "instruction-habilitations-export"): TOUS,
    ("GET", "instruction-statistiques"): TOUS,
    ("GET", "modeles"): RESPONSABLE,
    ("GET", "modele-nouveau"): RESPONSABLE,
    ("POST", "modele-nouveau"):                 (302, 403, 403, 403, 403, 403, 422, 403, 403),
    ("GET", "modele"): RESPONSABLE,
    ("POST", "modele"):                         (302, 403, 403, 403, 403, 403, 422, 403, 403),
    ("POST", "modele-actif"):                   (302, 403, 403, 403, 403, 403, 302, 403, 403),
}
# fmt: on
D_UN_OBJET = {
    "instruction-demande",
    "instruction-document",
    "instruction-message",
    "instruction-rattachement",
    "instruction-acte",
    "modele",
    "modele-actif",
}  # fmt: skip


@pytest.fixture
def scene(connecter: Connecter) -> dict[str, object]:
    demande = scenes.demande("soumise")
    document = Document.objects.create(
        demande=demande, genre="cadre", nom="texte.pdf", contenu=b"%PDF", taille=4, sha256="0" * 64,
        analyse="sain", depose_par=demande.demandeur,
    )  # fmt: skip
    collegue = scenes.compte()
    Rattachement.objects.create(compte=collegue, organisation=demande.organisation, verifie=True)
    clients = {
        "visiteur": Client(),
        "demandeur": connecter(compte=demande.demandeur),
        "collegue": connecter(compte=collegue),
        "contact": connecter(compte=scenes.compte(courriel=f"technique{demande.pk}@exemple.test")),
    }
    clients |= {role: connecter(role) for role in PERSONNES if role not in clients}
    modele = ModeleDeMessage.objects.create(usage="refuser", titre="Modèle", texte="Texte")
    return {"demande": demande, "document": document, "clients": clients, "modele": modele}


def adresse(nom: str, scene: dict, *, absent: bool = False) -> str:
    pk = 10**9 if absent else scene["demande"].pk
    if nom == "instruction-acte":
        return reverse(nom, args=[pk, "refuser"])
    if nom == "instruction-document":
        return reverse(nom, args=[pk, scene["document"].pk])
    if nom in {"instruction-demande", "instruction-message", "instruction-rattachement"}:
        return reverse(nom, args=[pk])
    if nom == "instruction-filtre-supprimer":
        return reverse(nom, args=[pk])
    if nom in {"modele", "modele-actif"}:
        return reverse(nom, args=[10**9 if absent else scene["modele"].pk])
    return reverse(nom)


@pytest.mark.parametrize(("methode", "nom"), MATRICE)
def test_everybody_opens_what_the_table_says_only(methode: str, nom: str, scene: dict) -> None:
    codes = tuple(
        scene["clients"][personne].generic(methode, adresse(nom, scene)).status_code for personne in PERSONNES
    )
    assert codes == MATRICE[methode, nom]


@pytest.mark.parametrize(
    ("methode", "nom"),
    [(methode, nom) for methode, nom in MATRICE if nom in D_UN_OBJET],
)
def test_the_absent_is_told_apart_by_who_reads_all_only(methode: str, nom: str, scene: dict) -> None:
    for personne, code in zip(PERSONNES, MATRICE[methode, nom], strict=True):
        response = scene["clients"][personne].generic(methode, adresse(nom, scene, absent=True))
        assert response.status_code == (code if code == 403 or personne == "visiteur" else 404)


def test_the_other_methods_are_refused(scene: dict) -> None:
    client = scene["clients"]["responsable"]
    for nom in {nom for _, nom in MATRICE}:
        servies = {methode for methode, autre in MATRICE if autre == nom} | {"HEAD"}
        for methode in {"GET", "POST", "PUT", "PATCH", "DELETE"} - servies:
            assert client.generic(methode, adresse(nom, scene)).status_code == 405, (methode, nom)


def test_every_address_of_the_instruction_is_in_the_table() -> None:
    declarees = {
        motif.name
        for motif in get_resolver("habilitations.urls").url_patterns
        if str(motif.pattern).startswith("instruction/")
        and not str(motif.name).startswith(
            "editeur"
        )  # tests.habilitations.test_editeurs_pages has its own table
    }
    assert declarees == {nom for _, nom in MATRICE}


def test_an_unknown_act_does_not_exist(scene: dict) -> None:
    client = scene["clients"]["instructeur"]
    for nom in ("soumettre", "creer", "rouvrir", "inconnu"):
        assert client.post(reverse("instruction-acte", args=[scene["demande"].pk, nom])).status_code == 404
