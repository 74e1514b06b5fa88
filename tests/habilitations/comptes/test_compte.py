"""One's own account: password, address, second factor, organisations; what each change does to sessions."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from habilitations.comptes import changement_de_courriel, second_facteur
from habilitations.models import Courriel, JournalAcces, Organisation, Rattachement, Role
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import (
    MOT_DE_PASSE,
    code,
    connecte,
    lien,
    se_connecter,
    telephone,
    texte,
)

pytestmark = pytest.mark.django_db
NOUVEAU = "neuf canards verts au repos"


def vit(client: Client) -> bool:
    return client.get("/compte").status_code == 200


def deux_sessions(**champs: str) -> tuple:
    compte = scenes.compte(password=MOT_DE_PASSE, **champs)
    ici, ailleurs = Client(), Client()
    ici.force_login(compte)
    ailleurs.force_login(compte)
    return compte, ici, ailleurs


def test_changing_the_password_closes_the_other_sessions() -> None:
    compte, ici, ailleurs = deux_sessions()
    cle = ici.session.session_key
    page = ici.post(
        "/compte/mot-de-passe",
        {"actuel": MOT_DE_PASSE, "mot_de_passe": NOUVEAU, "confirmation": NOUVEAU},
    )
    assert page["Location"] == "/compte"
    assert vit(ici)
    assert not vit(ailleurs)
    assert ici.session.session_key != cle
    compte.refresh_from_db()
    assert compte.check_password(NOUVEAU)
    assert Courriel.objects.get().genre == "mot_de_passe_change"
    assert JournalAcces.objects.get().genre == "mot_de_passe"


def test_the_current_password_is_asked_for_and_cannot_be_guessed() -> None:
    compte, ici, _ = deux_sessions()
    champs = {"actuel": "faux", "mot_de_passe": NOUVEAU, "confirmation": NOUVEAU}
    pages = [texte(ici.post("/compte/mot-de-passe", champs)) for _ in range(6)]
    assert "pas votre mot de passe actuel" in pages[0]
    assert "Trop d" in pages[-1]
    compte.refresh_from_db()
    assert compte.check_password(MOT_DE_PASSE)


def test_a_forgotten_password_is_replaced_once_within_the_hour(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    compte, ici, _ = deux_sessions()
    client.post("/mot-de-passe/oublie", {"courriel": compte.courriel})
    adresse = lien(compte.courriel)
    form = client.get(adresse, follow=True).redirect_chain[-1][0]
    assert adresse.rsplit("/", 1)[1] not in form
    page = client.post(form, {"mot_de_passe": "court", "confirmation": "court"})
    assert "12 caractères" in texte(page)
    page = client.post(form, {"mot_de_passe": NOUVEAU, "confirmation": NOUVEAU})
    assert page["Location"] == "/connexion"
    assert not connecte(client)
    assert not vit(ici)
    compte.refresh_from_db()
    assert compte.check_password(NOUVEAU)
    assert "Ce lien ne sert plus" in texte(Client().get(adresse, follow=True))


def test_the_link_of_a_forgotten_password_does_not_pass_the_second_factor(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    telephone(compte)
    client.post("/mot-de-passe/oublie", {"courriel": compte.courriel})
    form = client.get(lien(compte.courriel), follow=True).redirect_chain[-1][0]
    client.post(form, {"mot_de_passe": NOUVEAU, "confirmation": NOUVEAU})
    assert se_connecter(client, compte, mot_de_passe=NOUVEAU)["Location"] == "/connexion/code"


def test_changing_one_s_address_asks_to_confirm_the_new_one() -> None:
    compte, ici, ailleurs = deux_sessions(courriel="avant@exemple.test")
    ici.post("/compte/courriel", {"courriel": "Apres@exemple.test", "actuel": MOT_DE_PASSE})
    compte.refresh_from_db()
    assert compte.courriel == "avant@exemple.test"
    adresse = lien("apres@exemple.test")
    ici.get(adresse)  # opening is not confirming
    compte.refresh_from_db()
    assert compte.courriel == "avant@exemple.test"
    assert ici.post(adresse)["Location"] == "/compte"
    compte.refresh_from_db()
    assert compte.courriel == "apres@exemple.test"
    assert vit(ici)
    assert not vit(ailleurs)
    assert Courriel.objects.get(destinataire="avant@exemple.test").genre == "courriel_change"
    assert ici.post(adresse).status_code == 410


def test_another_person_s_confirmation_is_of_no_use(client: Client) -> None:
    moi, autre = scenes.compte(), scenes.compte()
    changement_de_courriel.demander(compte=autre, nouveau="apres@exemple.test")
    client.force_login(moi)
    assert client.post(lien("apres@exemple.test")).status_code == 410


def test_an_address_already_taken_is_told_to_its_owner_only() -> None:
    _, ici, _ = deux_sessions()
    scenes.compte(courriel="prise@exemple.test")
    pages = []
    for courriel in ("prise@exemple.test", "libre@exemple.test"):
        page = ici.post("/compte/courriel", {"courriel": courriel, "actuel": MOT_DE_PASSE}, follow=True)
        lu = re.sub(r'value="\w{64}"', "", page.content.decode())
        pages.append(lu.replace(courriel, "…"))
    assert pages[0] == pages[1]
    assert Courriel.objects.get(destinataire="prise@exemple.test").genre == "compte_existant"


def test_a_person_turns_the_second_factor_on_then_off(client: Client) -> None:
    compte = scenes.compte()
    client.force_login(compte)
    client.get("/compte/second-facteur")
    prepare = second_facteur.appareil_en_preparation(compte)
    assert "pas le bon" in texte(client.post("/compte/second-facteur", {"code": "000000"}))
    page = client.post("/compte/second-facteur", {"code": code(prepare)})
    secours = re.findall(r"<code>(\w{5}-\w{5})</code>", page.content.decode())
    assert len(set(secours)) == 10
    assert client.get("/compte/second-facteur")["Location"] == "/compte"
    client.post("/compte/second-facteur/retirer", {"code": "000000"})
    assert second_facteur.appareil(compte) is not None
    client.post("/compte/second-facteur/retirer", {"code": secours[0]})
    assert second_facteur.appareil(compte) is None
    assert not compte.codes_de_secours.exists()


def test_who_holds_a_role_must_turn_it_on_again_at_once(client: Client) -> None:
    compte = scenes.compte(Role.Nom.INSTRUCTEUR)
    appareil = telephone(compte)
    client.force_login(compte)
    page = client.post("/compte/second-facteur/retirer", {"code": code(appareil)})
    assert page["Location"] == "/compte/second-facteur"


def test_new_recovery_codes_end_the_old_ones(client: Client) -> None:
    compte = scenes.compte()
    appareil = telephone(compte)
    anciens = second_facteur.renouveler_codes(compte)
    client.force_login(compte)
    page = client.post("/compte/second-facteur/codes", {"code": code(appareil)})
    assert page.content.decode().count("<code>") == 10
    assert not any(second_facteur.verifier(compte, ancien) for ancien in anciens[:4])


def test_an_organisation_is_added_by_its_siret_unverified(client: Client) -> None:
    compte = scenes.compte()
    client.force_login(compte)
    page = client.post(
        "/compte/organisations/ajouter",
        {"siret": "130 025 265 00013", "nom": "Dinum", "adresse": "20 avenue de Ségur"},
        follow=True,
    )
    lien_ = Rattachement.objects.get(compte=compte)
    assert (lien_.organisation.siret, lien_.nom, lien_.verifie) == ("13002526500013", "Dinum", False)
    assert "non vérifié" in texte(page)
    assert 'class="ase-compte__organisation">Dinum (non vérifiée)<' in page.content.decode()


@pytest.mark.parametrize(
    ("siret", "refus"),
    [("13002526500014", "clé de contrôle"), ("1300252650001", "14 chiffres"), ("", "Indiquez le SIRET")],
)
def test_a_wrong_siret_is_refused_and_nothing_is_lost(client: Client, siret: str, refus: str) -> None:
    client.force_login(scenes.compte())
    page = client.post("/compte/organisations/ajouter", {"siret": siret, "nom": "Dinum"})
    assert refus in texte(page)
    assert 'value="Dinum"' in page.content.decode()
    assert not Organisation.objects.exists()


def test_a_typed_name_does_not_rename_a_known_organisation(client: Client) -> None:
    connue = fabriques.organisation(nom="Ville de Belleroche", adresse="1 place de la Mairie")
    client.force_login(scenes.compte())
    client.post(
        "/compte/organisations/ajouter", {"siret": connue.siret, "nom": "Pirates", "adresse": "Ailleurs"}
    )
    connue.refresh_from_db()
    assert (connue.nom, connue.adresse) == ("Ville de Belleroche", "1 place de la Mairie")


def test_the_chosen_organisation_stays_for_the_session(client: Client) -> None:
    compte = scenes.compte()
    premiere, seconde = fabriques.organisation(nom="Agglo A"), fabriques.organisation(nom="Ville B")
    for organisation in (premiere, seconde):
        Rattachement.objects.create(compte=compte, organisation=organisation, verifie=True)
    client.force_login(compte)
    assert "Agglo A</span>" in client.get("/compte").content.decode()
    client.post(f"/compte/organisations/{seconde.pk}/choisir")
    assert "Ville B</span>" in client.get("/").content.decode()
    # Left meanwhile: the session must not keep it.
    Rattachement.objects.filter(organisation=seconde).delete()
    assert "Agglo A</span>" in client.get("/").content.decode()


@pytest.mark.parametrize("absente", [True, False], ids=["absente", "d'un autre"])
def test_a_person_chooses_among_their_own_organisations_only(client: Client, absente: bool) -> None:
    autre = fabriques.organisation()
    client.force_login(scenes.compte())
    cle = 10**12 if absente else autre.pk
    assert client.post(f"/compte/organisations/{cle}/choisir").status_code == 404
    assert "organisation" not in client.session


@pytest.mark.parametrize(("apres", "sert"), [(3590, True), (3610, False)])
def test_the_link_of_a_forgotten_password_lasts_one_hour(
    client: Client, monkeypatch: pytest.MonkeyPatch, apres: int, sert: bool
) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE, courriel="camille@exemple.test")
    client.post("/mot-de-passe/oublie", {"courriel": compte.courriel})
    courriel = Courriel.objects.get(genre="mot_de_passe_oublie")
    adresse = re.search(r"https?://[^/\s]+(/\S+)", courriel.texte)[1]
    plus_tard = datetime.now() + timedelta(seconds=apres)  # noqa: DTZ005 - as Django's generator counts
    monkeypatch.setattr("django.contrib.auth.tokens.PasswordResetTokenGenerator._now", lambda self: plus_tard)
    page = client.get(adresse, follow=True)
    assert ("Le même, une seconde fois" in texte(page)) is sert
