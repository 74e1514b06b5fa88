"""Rectifications and contested consultations: asked by the citizen, followed and answered by the other end, told."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from habilitations.models import Courriel, Role
from referentiel.models import Echange, Etudiant
from statut_etudiant.citoyens import adresses, echeances
from statut_etudiant.citoyens.models import AdresseDeCitoyen, Contestation, Rectification
from tests import fabriques
from tests.franceconnect.citoyens import au_registre, citoyen, echange
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db
RECTIFIER = "/mon-espace/demandes/rectification"


def connecte(compte: Any) -> Client:
    client = Client()
    client.force_login(compte)
    return client


def texte(reponse: Any) -> str:
    return " ".join(reponse.content.decode().replace("&#x27;", "'").split())


def destinataires(genre: str) -> list[str]:
    return sorted(Courriel.objects.filter(genre=genre).values_list("destinataire", flat=True))


class Scene:
    def __init__(self) -> None:
        self.etudiant = au_registre("agathe")
        self.inscription = self.etudiant.inscriptions.get()
        self.etablissement = self.inscription.etablissement
        self.gerant = scenes.gestionnaire(self.etablissement).compte
        self.dpd = scenes.compte(Role.Nom.DPD)
        self.client = citoyen(self.etudiant)

    def demander(self, **champs: Any) -> Any:
        return self.client.post(
            RECTIFIER,
            {"objet": "inscription", "inscription": self.inscription.pk, "texte": "La date est fausse."}
            | champs,
        )


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_rectification_goes_to_the_establishment_that_keeps_the_record_and_to_the_ministry(
    scene: Scene,
) -> None:
    assert scene.demander()["Location"] == "/mon-espace/demandes"
    rectification = Rectification.objects.get()
    assert rectification.etablissement == scene.etablissement
    assert destinataires("rectification_demandee") == sorted([scene.gerant.courriel, scene.dpd.courriel])
    for courriel in Courriel.objects.all():
        assert not {"Agathe", "La date est fausse", scene.etudiant.ine} & set(
            re.split(r"[\s.,]", courriel.texte)
        )
    assert "La date est fausse." in texte(scene.client.get("/mon-espace/demandes"))


def test_two_clicks_on_one_form_make_one_rectification(scene: Scene) -> None:
    cle = re.search(r'name="cle_d_envoi" value="([^"]+)"', scene.client.get(RECTIFIER).content.decode())[1]
    reponses = [scene.demander(cle_d_envoi=cle) for _ in range(2)]
    assert [reponse["Location"] for reponse in reponses] == ["/mon-espace/demandes"] * 2
    rectification = Rectification.objects.get()
    assert f"Votre demande {rectification.numero} est transmise." in texte(
        scene.client.get("/mon-espace/demandes")
    )


def test_an_answer_is_due_in_a_month(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime

    monkeypatch.setattr(timezone, "localdate", lambda *_: datetime.date(2026, 1, 31))
    scene.demander()
    assert Rectification.objects.get().echeance == datetime.date(2026, 2, 28)


@pytest.mark.parametrize(
    ("champs", "mots"),
    [
        ({"objet": ""}, "Choisissez ce qui est inexact"),
        ({"objet": "inscription", "inscription": ""}, "Choisissez l'inscription inexacte"),
        ({"objet": "manquante", "etablissement": ""}, "Indiquez l'établissement"),
        ({"objet": "manquante", "etablissement": "zzzz"}, "Aucun établissement ne correspond"),
        ({"texte": "  "}, "Dites ce qui est inexact"),
    ],
)
def test_an_incomplete_request_is_told_and_nothing_is_lost(
    scene: Scene, champs: dict[str, str], mots: str
) -> None:
    reponse = scene.demander(**champs)
    assert reponse.status_code == 200
    assert mots in texte(reponse)
    if "texte" not in champs:
        assert "La date est fausse." in texte(reponse)
    assert not Rectification.objects.exists()


def test_nobody_points_at_another_person_s_enrolment(scene: Scene) -> None:
    autre = fabriques.inscription()
    reponse = scene.demander(inscription=autre.pk)
    assert "n'est pas l'une des vôtres" in texte(reponse)
    assert autre.etablissement.nom not in texte(scene.client.get(f"{RECTIFIER}?inscription={autre.pk}"))


def test_a_missing_enrolment_goes_to_the_establishment_named(scene: Scene) -> None:
    autre = fabriques.etablissement(nom="École des Beaux-Arts de Clairval")
    scene.demander(objet="manquante", etablissement=autre.uai)
    assert Rectification.objects.get().etablissement == autre
    fabriques.etablissement(nom="École des Beaux-Arts de Belleroche")
    assert autre.uai in texte(scene.demander(objet="manquante", etablissement="beaux arts"))


def test_the_manager_answers_and_the_student_reads_it(scene: Scene) -> None:
    scene.demander()
    rectification = Rectification.objects.get()
    client = connecte(scene.gerant)
    assert rectification.numero in texte(client.get("/suivi/rectifications"))
    page = texte(client.get(f"/suivi/rectifications/{rectification.pk}"))
    assert "La date est fausse." in page
    assert scene.etudiant.nom_complet in page
    assert scene.etudiant.ine not in page
    trace = Echange.objects.filter(voie="consultation").get()
    assert (trace.etudiant_id, trace.compte_id) == (scene.etudiant.pk, scene.gerant.pk)
    client.post(f"/suivi/rectifications/{rectification.pk}", {"issue": "corrigee", "texte": "C'est corrigé."})
    rectification.refresh_from_db()
    assert (rectification.etat, rectification.repondue_pour) == ("corrigee", scene.etablissement.nom)
    lue = texte(scene.client.get("/mon-espace/demandes"))
    assert f"Réponse de l'{scene.etablissement.nom}" in lue
    assert "C'est corrigé." in lue


def test_a_second_answer_learns_who_answered_first(scene: Scene) -> None:
    scene.demander()
    pk = Rectification.objects.get().pk
    connecte(scene.gerant).post(f"/suivi/rectifications/{pk}", {"issue": "corrigee", "texte": "Fait."})
    seconde = connecte(scene.dpd).post(
        f"/suivi/rectifications/{pk}", {"issue": "refusee", "texte": "Non."}, follow=True
    )
    assert f"{scene.etablissement.nom} a déjà répondu" in texte(seconde)
    assert Rectification.objects.get().etat == "corrigee"


def test_the_delay_is_extended_once_with_a_reason_before_its_end(scene: Scene) -> None:
    scene.demander()
    rectification = Rectification.objects.get()
    client = connecte(scene.gerant)
    adresse = f"/suivi/rectifications/{rectification.pk}"
    assert client.post(adresse, {"motif": " "}).status_code == 200
    client.post(adresse, {"motif": "Archives à consulter."})
    prolongee = Rectification.objects.get()
    assert 58 <= (prolongee.echeance - rectification.echeance).days <= 62
    assert "Archives à consulter." in texte(scene.client.get("/mon-espace/demandes"))
    assert "a déjà été prolongé" in texte(client.post(adresse, {"motif": "Encore."}, follow=True))


def test_another_establishment_does_not_see_a_rectification(scene: Scene) -> None:
    scene.demander()
    pk = Rectification.objects.get().pk
    etranger = connecte(scenes.gestionnaire(fabriques.etablissement()).compte)
    assert etranger.get(f"/suivi/rectifications/{pk}").status_code == 404
    assert etranger.get("/suivi/rectifications/999999").status_code == 404
    assert f"R{pk}" not in texte(etranger.get("/suivi/rectifications?etat=toutes"))
    simple = connecte(scenes.compte())
    assert simple.get("/suivi/rectifications").status_code == 403
    assert simple.get(f"/suivi/rectifications/{pk}").status_code == 403
    assert Client().get("/suivi/rectifications").status_code == 302


# --- contested consultations


def contester(scene: Scene, numero: int, **champs: Any) -> Any:
    return scene.client.post(f"/mon-espace/consultations/{numero}/contester", champs)


def test_a_contestation_goes_to_the_organisation_s_officer_and_to_the_ministry_s(scene: Scene) -> None:
    demande = scenes.demande("validee")
    numero = echange(scene.etudiant, habilitation=demande.habilitation)
    contester(scene, numero, texte="Je n'ai rien demandé.")
    contestation = Contestation.objects.get()
    dpd = demande.contacts.get(role="dpd").courriel
    assert contestation.courriel_dpd == dpd
    assert destinataires("contestation_demandee") == sorted([dpd, scene.dpd.courriel])
    a_l_organisme = Courriel.objects.get(destinataire=dpd, genre="contestation_demandee")
    assert a_l_organisme.sensible
    assert "Agathe" not in a_l_organisme.texte
    assert "Je n'ai rien demandé" not in a_l_organisme.texte


def lien(courriel: Courriel) -> str:
    trouve = re.search(r"http://[^/]+(/contestations/repondre/\S+)", courriel.texte)
    assert trouve is not None
    return trouve[1]


def test_the_officer_answers_by_a_link_without_account_and_the_student_reads_it(scene: Scene) -> None:
    demande = scenes.demande("validee")
    numero = echange(scene.etudiant, habilitation=demande.habilitation)
    contester(scene, numero, texte="Je n'ai rien demandé.")
    adresse = lien(
        Courriel.objects.exclude(destinataire=scene.dpd.courriel).get(genre="contestation_demandee")
    )
    page = texte(Client().get(adresse))
    assert "requete-de-test" in page
    assert "Je n'ai rien demandé." in page
    assert "elle n'a pas souhaité communiquer son nom" in page
    assert "Agathe" not in page
    assert scene.etudiant.ine not in page
    assert Client().get(adresse).headers["Cache-Control"] is not None
    Client().post(adresse, {"issue": "injustifiee", "texte": "Erreur de saisie de notre agent."})
    contestation = Contestation.objects.get()
    assert (contestation.etat, contestation.repondue_pour) == ("injustifiee", demande.organisation.nom)
    assert "Erreur de saisie de notre agent." in texte(scene.client.get("/mon-espace/demandes"))
    assert destinataires("contestation_injustifiee") == [scene.dpd.courriel]
    apres = Client().post(adresse, {"issue": "justifiee", "texte": "Finalement si."}, follow=True)
    assert "a déjà répondu" in texte(apres)
    assert Contestation.objects.get().etat == "injustifiee"


def test_the_name_is_told_only_if_the_person_wishes_it(scene: Scene) -> None:
    numero = echange(scene.etudiant, habilitation=scenes.demande("validee").habilitation)
    contester(scene, numero, avec_mon_nom="on")
    adresse = lien(
        Courriel.objects.exclude(destinataire=scene.dpd.courriel).get(genre="contestation_demandee")
    )
    assert "Agathe d’Artigues" in texte(Client().get(adresse))


def test_the_ministry_asks_the_organisation_that_has_no_known_officer(scene: Scene) -> None:
    numero = echange(scene.etudiant, habilitation=fabriques.habilitation())
    contester(scene, numero)
    assert destinataires("contestation_demandee") == [scene.dpd.courriel]
    assert "à vous de l'interroger" in Courriel.objects.get(genre="contestation_demandee").texte
    pk = Contestation.objects.get().pk
    client = connecte(scene.dpd)
    assert f"C{pk}" in texte(client.get("/suivi/contestations"))
    client.post(f"/suivi/contestations/{pk}", {"issue": "justifiee", "texte": "Démarche de vos parents."})
    assert Contestation.objects.get().repondue_pour == "Ministère chargé de l'enseignement supérieur"


def test_an_officer_with_an_account_follows_their_own_and_no_other(scene: Scene) -> None:
    demande = scenes.demande("validee")
    numero = echange(scene.etudiant, habilitation=demande.habilitation)
    autre = echange(scene.etudiant, habilitation=fabriques.habilitation())
    contester(scene, numero)
    contester(scene, autre)
    sienne = Contestation.objects.get(echange_id=numero)
    etrangere = Contestation.objects.get(echange_id=autre)
    client = connecte(scenes.compte(courriel=demande.contacts.get(role="dpd").courriel))
    page = texte(client.get("/suivi/contestations"))
    assert sienne.numero in page
    assert etrangere.numero not in page
    assert client.get(f"/suivi/contestations/{sienne.pk}").status_code == 200
    assert client.get(f"/suivi/contestations/{etrangere.pk}").status_code == 404
    assert client.get("/suivi/contestations/999999").status_code == 404


def test_a_consultation_is_contested_once(scene: Scene) -> None:
    numero = echange(scene.etudiant)
    contester(scene, numero)
    assert contester(scene, numero)["Location"] == "/mon-espace/demandes"
    assert Contestation.objects.count() == 1


@pytest.mark.parametrize("secret", ["x", "WzFd:1abc:zzz", "é", "%00"])
def test_an_invented_link_opens_nothing(scene: Scene, secret: str) -> None:
    assert Client().get(f"/contestations/repondre/{secret}").status_code in (400, 410)


# --- the choice of a mail


def donner(scene: Scene, courriel: str = "Agathe@Exemple.test") -> str:
    scene.client.post("/mon-espace/courriel", {"courriel": courriel})
    (recu,) = Courriel.objects.filter(genre="adresse_de_citoyen").order_by("-pk")[:1]
    trouve = re.search(r"http://[^/]+(/mon-espace/courriel/prouver/\S+)", recu.texte)
    assert trouve is not None
    assert recu.sensible
    return trouve[1]


def test_an_address_serves_only_once_proved(scene: Scene) -> None:
    adresse = donner(scene)
    assert AdresseDeCitoyen.objects.get().courriel == "agathe@exemple.test"
    assert not adresses.prevenir(etudiant_id=scene.etudiant.pk, genre="premier_acces", cle="x", contexte={})
    assert Client().get(adresse).status_code == 200  # a mail program that opens links proves nothing
    assert AdresseDeCitoyen.objects.get().prouvee_le is None
    Client().post(adresse)
    assert AdresseDeCitoyen.objects.get().prouvee_le is not None
    assert Client().post(adresse).status_code == 410
    assert "agathe@exemple.test" in texte(scene.client.get("/mon-espace/courriel"))


def test_a_link_of_proof_lives_a_day(scene: Scene) -> None:
    adresse = donner(scene)
    AdresseDeCitoyen.objects.update(demandee_le=timezone.now() - timedelta(hours=25))
    assert Client().post(adresse).status_code == 410


def test_nobody_s_mailbox_is_filled_from_here(scene: Scene) -> None:
    donner(scene)
    assert "Un lien vient de partir" in texte(
        scene.client.post("/mon-espace/courriel", {"courriel": "b@exemple.test"})
    )
    assert Courriel.objects.filter(genre="adresse_de_citoyen").count() == 1


def test_an_organisation_s_first_access_is_told_once_without_any_data(scene: Scene) -> None:
    echange(scene.etudiant, organisation="CROUS", siret="18310010300017", il_y_a=timedelta(days=3))
    Client().post(donner(scene))
    AdresseDeCitoyen.objects.update(
        lue_jusqua=timezone.now() - timedelta(hours=1), prouvee_le=timezone.now() - timedelta(hours=1)
    )
    echange(scene.etudiant, organisation="CROUS", siret="18310010300017")
    assert echeances.annoncer_les_premiers_acces() == 0  # it had already
    echange(scene.etudiant, organisation="Tisséo", siret="25310028200014")
    echange(scene.etudiant, organisation="Tisséo", siret="25310028200014")
    assert echeances.annoncer_les_premiers_acces() == 1
    assert echeances.annoncer_les_premiers_acces() == 0
    recu = Courriel.objects.get(genre="premier_acces")
    assert recu.destinataire == "agathe@exemple.test"
    assert "Tisséo" in recu.texte
    for secret in (scene.etudiant.ine, "Agathe", "Artigues", "2004"):
        assert secret not in recu.texte
    scene.client.get("/mon-espace/statut")
    assert echeances.annoncer_les_premiers_acces() == 0  # one's own visit


def test_the_link_that_stops_forgets_the_address_without_signing_in(scene: Scene) -> None:
    Client().post(donner(scene))
    adresse = AdresseDeCitoyen.objects.get()
    chemin = adresses.adresse_d_arret(adresse).partition("8000")[2]
    assert Client().get(chemin).status_code == 200
    assert AdresseDeCitoyen.objects.exists()
    assert Client(enforce_csrf_checks=True).post(chemin).status_code == 200
    assert not AdresseDeCitoyen.objects.exists()
    assert Client().post(chemin + "x").status_code == 410


def test_the_answer_to_a_request_is_told_to_the_proved_address(scene: Scene) -> None:
    Client().post(donner(scene))
    scene.demander()
    pk = Rectification.objects.get().pk
    connecte(scene.gerant).post(f"/suivi/rectifications/{pk}", {"issue": "corrigee", "texte": "C'est fait."})
    recu = Courriel.objects.get(genre="rectification_repondue")
    assert recu.destinataire == "agathe@exemple.test"
    assert "C'est fait." not in recu.texte


# --- what comes by itself


def test_each_reminder_leaves_once_then_lateness_goes_to_the_ministry(scene: Scene) -> None:
    scene.demander()
    rectification = Rectification.objects.get()
    assert echeances.rappeler() == 0  # 28 days or more are left
    for jours, attendus in ((15, 1), (14, 0), (7, 1), (3, 1), (0, 1), (-1, 1), (-5, 0)):
        avant = Courriel.objects.filter(genre="rectification_a_repondre").count()
        _au_jour(rectification, jours)
        echeances.rappeler()
        apres = Courriel.objects.filter(genre="rectification_a_repondre").count()
        assert apres - avant == attendus, jours
    dernier = Courriel.objects.filter(genre="rectification_a_repondre").order_by("-pk")[0]
    assert dernier.destinataire == scene.dpd.courriel
    assert dernier.objet.startswith("Réponse en retard")


def _au_jour(rectification: Rectification, reste: int) -> None:
    """As if so many days were left: the day moves, not the date."""
    fin = Rectification.objects.get(pk=rectification.pk).echeance
    jour = fin - timedelta(days=reste)
    timezone_localdate[0] = jour


timezone_localdate: list[Any] = [None]


@pytest.fixture(autouse=True)
def _jour(monkeypatch: pytest.MonkeyPatch) -> Any:
    vrai = timezone.localdate
    timezone_localdate[0] = None
    monkeypatch.setattr(
        "statut_etudiant.citoyens.echeances.timezone.localdate",
        lambda *a, **k: timezone_localdate[0] or vrai(*a, **k),
    )


def test_a_contestation_that_waits_is_recalled_to_the_officer(scene: Scene) -> None:
    numero = echange(scene.etudiant, habilitation=scenes.demande("validee").habilitation)
    contester(scene, numero)
    timezone_localdate[0] = Contestation.objects.get().echeance - timedelta(days=7)
    assert echeances.rappeler() == 2
    assert echeances.rappeler() == 0


def test_what_was_answered_three_years_ago_is_forgotten(scene: Scene) -> None:
    scene.demander()
    pk = Rectification.objects.get().pk
    connecte(scene.gerant).post(f"/suivi/rectifications/{pk}", {"issue": "corrigee", "texte": "Fait."})
    Rectification.objects.update(repondue_le=timezone.now() - timedelta(days=35 * 30))
    assert echeances.oublier() == 0
    Rectification.objects.update(repondue_le=timezone.now() - timedelta(days=37 * 31))
    assert echeances.oublier() == 1
    assert Etudiant.objects.filter(pk=scene.etudiant.pk).exists()


def test_an_administrator_standing_in_for_somebody_answers_nobody(scene: Scene) -> None:
    scene.demander()
    pk = Rectification.objects.get().pk
    administrateur = scenes.compte(Role.Nom.ADMINISTRATEUR)
    client = connecte(administrateur)
    client.post(f"/personnes/{scene.gerant.pk}/incarner", {"motif": "Assistance."})
    reponse = client.post(f"/suivi/rectifications/{pk}", {"issue": "corrigee", "texte": "Fait."})
    assert reponse.status_code == 403
    assert Rectification.objects.get(pk=pk).etat == "ouverte"
