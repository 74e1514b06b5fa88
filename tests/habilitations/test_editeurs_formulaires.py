"""An editor's ready-made forms, and the clients' requests that it follows: under its name, by their consent."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.demandes import messagerie
from habilitations.editeurs import accompagnement, formulaires
from habilitations.models import Accompagnement, Demande, Evenement, FormulairePret
from habilitations.refus import ActeRefuse
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.test_editeurs_pages import lu

pytestmark = pytest.mark.django_db

NOUVELLE = reverse("demande-nouvelle")
SAISIE = {
    "titre": "Billetterie", "intitule": "Tarif étudiant au théâtre", "description": "Appliquer le tarif réduit.",
    "scopes": ["mesri_inscription_etudiant", "mesri_admission"], "destinataires": "Agents de la billetterie",
    "conservation_mois": "6", "cadre_nature": "cgct", "cadre_references": "CGCT, article L. 2121-29",
    "cadre_url": "https://www.legifrance.gouv.fr/codes/id/X",
}  # fmt: skip


def connecte(compte) -> Client:
    client = Client()
    client.force_login(compte)
    return client


@pytest.fixture
def editeur():
    return fabriques.editeur(organisation=fabriques.organisation(nom="Guichet Facile"))


@pytest.fixture
def agent(editeur):
    return scenes.compte(organisation=editeur.organisation)


@pytest.fixture
def demandeur():
    return scenes.compte(organisation=fabriques.organisation(nom="Ville de Clairval", categorie="7210"))


def commencer(demandeur, formulaire, **saisie) -> Demande:
    organisation = demandeur.rattachements.get().organisation
    reponse = connecte(demandeur).post(
        f"{NOUVELLE}?formulaire={formulaire.cle}",
        {"type": "lecture", "acteur": "administration", "organisation": organisation.pk} | saisie,
    )
    assert reponse.status_code == 302, lu(reponse)
    return Demande.objects.get(demandeur=demandeur)


def test_an_editor_prepares_changes_and_withdraws_a_form(editeur, agent):
    client = connecte(agent)
    assert "aucun formulaire" in lu(client.get(reverse("editeur-formulaires")))
    client.post(reverse("editeur-formulaire-nouveau"), SAISIE)
    formulaire = FormulairePret.objects.get()
    assert (formulaire.editeur, formulaire.titre) == (editeur, "Billetterie")
    assert formulaire.champs == {
        "intitule": "Tarif étudiant au théâtre", "description": "Appliquer le tarif réduit.",
        "scopes": ["mesri_admission", "mesri_inscription_etudiant"], "destinataires": "Agents de la billetterie",
        "conservation_mois": 6, "cadre_nature": "cgct", "cadre_references": "CGCT, article L. 2121-29",
        "cadre_url": "https://www.legifrance.gouv.fr/codes/id/X",
    }  # fmt: skip
    assert f"{NOUVELLE}?formulaire={formulaire.cle}" in lu(client.get(reverse("editeur-formulaires")))
    adresse = reverse("editeur-formulaire", args=[formulaire.cle])
    assert "Tarif étudiant au théâtre" in lu(client.get(adresse))
    client.post(adresse, SAISIE | {"titre": "Théâtre", "conservation_mois": ""})
    formulaire.refresh_from_db()
    assert (formulaire.titre, "conservation_mois" in formulaire.champs) == ("Théâtre", False)
    client.post(reverse("editeur-formulaire-retirer", args=[formulaire.cle]))
    formulaire.refresh_from_db()
    assert formulaire.retire_le is not None
    assert client.get(adresse).status_code == 404


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("titre", ""), ("titre", "   "), ("intitule", ""), ("scopes", []), ("scopes", ["mesri_identite"]),
        ("scopes", ["inconnu"]), ("conservation_mois", "0"), ("cadre_url", "javascript:alert(1)"),
    ],
)  # fmt: skip
def test_a_form_that_prepares_nothing_right_is_refused(agent, champ, valeur):
    reponse = connecte(agent).post(reverse("editeur-formulaire-nouveau"), SAISIE | {champ: valeur})
    assert (reponse.status_code, FormulairePret.objects.count()) == (200, 0)
    assert "Erreur" in lu(reponse)


def test_the_request_begins_by_it_under_the_editor_s_name(editeur, agent, demandeur):
    connecte(agent).post(reverse("editeur-formulaire-nouveau"), SAISIE)
    formulaire = FormulairePret.objects.get()
    page = lu(connecte(demandeur).get(f"{NOUVELLE}?formulaire={formulaire.cle}"))
    attendus = (
        "Préparé par Guichet Facile", editeur.organisation.siret, "Tarif étudiant au théâtre", "6 mois",
        "Code général des collectivités territoriales",
    )  # fmt: skip
    for attendu in attendus:
        assert attendu in page
    # Nothing is ticked in the applicant's place.
    assert 'name="suivie"' in page
    assert "checked" not in page.split('name="suivie"')[1].split(">")[0]
    demande = commencer(demandeur, formulaire)
    assert (demande.intitule, demande.scopes, demande.conservation_mois, demande.cadre_nature) == (
        "Tarif étudiant au théâtre", ["mesri_admission", "mesri_inscription_etudiant"], 6, "cgct",
    )  # fmt: skip
    assert (demande.cgu_acceptees, demande.dpd_informe, demande.contacts.count()) == (False, False, 0)
    connu = demande.accompagnement
    assert (connu.editeur, connu.formulaire, connu.suivi_depuis) == (editeur, formulaire, None)
    assert demande.numero not in lu(connecte(agent).get(reverse("editeur-demandes")))


def test_the_address_changes_nothing_of_what_the_form_says(editeur, demandeur):
    formulaire = fabriques.formulaire_pret(editeur)
    organisation = demandeur.rattachements.get().organisation
    connecte(demandeur).post(
        f"{NOUVELLE}?formulaire={formulaire.cle}&scopes=mesri_inscription_etudiant&intitule=Autre&description=Autre"
        "&type=ecriture&technique-courriel=espion@exemple.test&cgu_acceptees=on",
        {"type": "lecture", "acteur": "administration", "organisation": organisation.pk},
    )
    demande = Demande.objects.get()
    assert (demande.type, demande.intitule, demande.description, demande.scopes, demande.cgu_acceptees) == (
        "lecture", "Tarif étudiant", "", ["mesri_admissions"], False,
    )  # fmt: skip
    assert demande.contacts.count() == 0


@pytest.mark.parametrize("fin", ["retiré", "éditeur retiré", "inconnu", "illisible"])
def test_a_form_that_is_no_longer_proposed_is_told_and_fills_nothing(editeur, demandeur, fin):
    formulaire = fabriques.formulaire_pret(editeur)
    cle = str(formulaire.cle)
    if fin == "retiré":
        FormulairePret.objects.update(retire_le=timezone.now())
    elif fin == "éditeur retiré":
        editeur.retire_le, editeur.retire_par, editeur.motif_retrait = (
            timezone.now(), editeur.designe_par, "Fin",
        )  # fmt: skip
        editeur.save()
    else:
        cle = "00000000-0000-4000-8000-000000000000" if fin == "inconnu" else "%00'"
    page = lu(connecte(demandeur).get(f"{NOUVELLE}?formulaire={cle}".replace("%00", "x")))
    assert "Ce formulaire n'est plus proposé" in page.replace("&#x27;", "'")
    assert "Guichet Facile" not in page
    assert 'name="suivie"' not in page


def test_who_consents_is_followed_and_takes_it_back(editeur, agent, demandeur):
    demande = commencer(demandeur, fabriques.formulaire_pret(editeur), suivie="on")
    suivies = reverse("editeur-demandes")
    page = lu(connecte(agent).get(suivies))
    for attendu in ("Ville de Clairval", demande.numero, "Tarif étudiant", "Brouillon"):
        assert attendu in page
    client = connecte(demandeur)
    assert "Guichet Facile, éditeur de logiciel, suit" in lu(
        client.get(reverse("demande", args=[demande.pk]))
    )
    adresse = reverse("demande-editeur", args=[demande.pk])
    assert "ne la verra plus" in lu(client.get(adresse))
    client.post(adresse)
    assert demande.numero not in lu(connecte(agent).get(suivies))
    client.post(adresse, {"editeur": editeur.pk})
    assert demande.numero in lu(connecte(agent).get(suivies))
    nom = {"editeur": f"Guichet Facile ({editeur.organisation.siret})"}
    faits = Evenement.objects.filter(demande=demande, acte__startswith="suivi").order_by("pk")
    assert [(un.acte, un.acteur, un.details) for un in faits] == [
        ("suivi_permis", demandeur, nom),
        ("suivi_retire", demandeur, nom),
        ("suivi_permis", demandeur, nom),
    ]


def test_another_editor_sees_nothing_of_it(editeur, demandeur):
    demande = commencer(demandeur, fabriques.formulaire_pret(editeur), suivie="on")
    autre = fabriques.editeur()
    page = lu(connecte(scenes.compte(organisation=autre.organisation)).get(reverse("editeur-demandes")))
    assert demande.numero not in page
    assert "Ville de Clairval" not in page


def test_following_shows_neither_persons_nor_words(editeur, agent):
    """From the first draft to the delegation, the page tells the state and the dates, and opens no other page."""
    qui = scenes.demandeur(fabriques.organisation(nom="Ville de Clairval"))
    demande = scenes.demande("soumise", acteur=qui)
    accompagnement.permettre(demande=demande, editeur=editeur, acteur=qui)
    messagerie.envoyer(demande_id=demande.pk, acteur=qui, texte="Un mot aux instructeurs")
    client = connecte(agent)
    page = lu(client.get(reverse("editeur-demandes")))
    assert "En cours d&#x27;instruction" in page
    assert "Pas d&#x27;habilitation active" in page.replace("’", "'").replace("d'h", "d&#x27;h")
    for cache in (qui.compte.nom, qui.compte.courriel, "Durand", "Un mot aux instructeurs", "01 02 03 04 05"):
        assert cache not in page
    assert client.get(reverse("demande", args=[demande.pk])).status_code == 404


def test_the_delegation_is_told_beside_the_request(editeur, agent):
    qui = scenes.demandeur()
    demande = scenes.demande("validee", acteur=qui)
    accompagnement.permettre(demande=demande, editeur=editeur, acteur=qui)
    numero, client = demande.habilitation.numero, connecte(agent)
    assert f"{numero}, pas encore déléguée" in lu(client.get(reverse("editeur-demandes")))
    page = lu(connecte(qui.compte).get(reverse("habilitation-deleguer", args=[demande.habilitation.pk])))
    assert f'value="{editeur.pk}" selected' in page
    delegation = fabriques.delegation(editeur, habilitation=demande.habilitation)
    assert f"{numero} vous est déléguée" in lu(client.get(reverse("editeur-demandes")))
    delegation.reprendre(par=qui.compte)
    assert f"{numero}, pas encore déléguée" in lu(client.get(reverse("editeur-demandes")))


def test_only_the_applicant_says_who_follows(editeur, demandeur):
    demande = commencer(demandeur, fabriques.formulaire_pret(editeur))
    collegue = scenes.compte(organisation=demande.organisation)
    administrateur = scenes.compte("administrateur")
    for acteur in (Acteur(collegue), Acteur(administrateur), Acteur(demandeur, au_nom_de=administrateur)):
        with pytest.raises(ActeRefuse):
            accompagnement.permettre(demande=demande, editeur=editeur, acteur=acteur)
    accompagnement.permettre(demande=demande, editeur=editeur, acteur=Acteur(demandeur))
    for acteur in (Acteur(collegue), Acteur(demandeur, au_nom_de=administrateur)):
        with pytest.raises(ActeRefuse):
            accompagnement.retirer(demande=demande, acteur=acteur)
    with pytest.raises(ActeRefuse, match="suit déjà"):
        accompagnement.permettre(demande=demande, editeur=fabriques.editeur(), acteur=Acteur(demandeur))


def test_what_cannot_be_followed_is_said(editeur):
    qui = scenes.demandeur()
    ecriture = scenes.brouillon(acteur=qui, type_="franceconnect")
    with pytest.raises(ActeRefuse, match="lecture"):
        accompagnement.permettre(demande=ecriture, editeur=editeur, acteur=qui)
    lecture = scenes.brouillon(acteur=qui)
    with pytest.raises(ActeRefuse, match="n'est plus un éditeur"):
        accompagnement.permettre(demande=lecture, editeur=fabriques.editeur(retire=True), acteur=qui)
    with pytest.raises(ActeRefuse, match="Aucun éditeur"):
        accompagnement.retirer(demande=lecture, acteur=qui)


def test_only_the_editor_s_verified_agents_prepare_its_forms(editeur, agent):
    formulaire = fabriques.formulaire_pret(editeur)
    a_verifier = scenes.compte(organisation=editeur.organisation)
    a_verifier.rattachements.update(verifie=False)
    ailleurs = scenes.compte(organisation=fabriques.editeur().organisation)
    administrateur = scenes.compte("administrateur")
    for acteur in (Acteur(a_verifier), Acteur(ailleurs), Acteur(agent, au_nom_de=administrateur)):
        with pytest.raises(ActeRefuse):
            formulaires.preparer(editeur=editeur, acteur=acteur, titre="X", champs={})
        with pytest.raises(ActeRefuse):
            formulaires.changer(formulaire=formulaire, acteur=acteur, titre="X", champs={})
        with pytest.raises(ActeRefuse):
            formulaires.retirer(formulaire=formulaire, acteur=acteur)


def test_an_editor_has_fifty_forms_at_most(editeur, agent):
    for _ in range(50):
        fabriques.formulaire_pret(editeur)
    with pytest.raises(ActeRefuse, match="50"):
        formulaires.preparer(editeur=editeur, acteur=Acteur(agent), titre="X", champs={})


def test_following_has_somebody_who_allowed_it(editeur):
    demande = scenes.brouillon()
    with pytest.raises(IntegrityError, match="accompagnement_suivi_permis"), transaction.atomic():
        Accompagnement.objects.create(demande=demande, editeur=editeur, suivi_depuis=timezone.now())


def test_the_instructor_sees_who_prepared_the_request(editeur, demandeur):
    demande = commencer(demandeur, fabriques.formulaire_pret(editeur))
    page = lu(connecte(scenes.compte("instructeur")).get(reverse("instruction-demande", args=[demande.pk])))
    assert "Guichet Facile, éditeur de logiciel" in page
