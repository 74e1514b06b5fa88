"""A manager's establishment with one of each thing in it, another manager's, and whoever may knock at the admin."""

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from habilitations.models import Gestionnaire, Invitation, Role
from referentiel.models import Anomalie, DoublonPossible, Export, Inscription, Lot
from tests import fabriques
from tests.habilitations import scenes
from tests.referentiel.gestion import aides
from tests.referentiel.gestion.personnes import entrer

#: « gestionnaire » has the object, « autre » manages another establishment.
QUI = ("visiteur", "agent", "instructeur", "dpd", "gestionnaire", "autre", "responsable", "administrateur")

_JETON = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


def routes(resolveur: URLResolver | None = None, avant: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address under /gestion/, as it is declared."""
    for motif in (resolveur or get_resolver()).url_patterns:
        ici = avant + str(motif.pattern)
        if isinstance(motif, URLResolver):
            yield from routes(motif, ici)
        elif ici.startswith("gestion/"):
            yield ici, motif


def peupler() -> SimpleNamespace:
    """The objects, all of the manager's establishment, and the clients of each kind of person."""
    sien, autre = fabriques.etablissement(), fabriques.etablissement()
    inscription = fabriques.inscription(etablissement=sien, admis=True)
    compte = aides.gestionnaire(sien)
    collegue = aides.gestionnaire(sien)
    jeton = fabriques.jeton(ecriture=True, uais=[sien.uai]).jeton
    Gestionnaire.objects.filter(compte__in=[compte, collegue]).update(habilitation=jeton.habilitation)
    invitation = Invitation.objects.create(
        courriel="invitee@exemple.test",
        empreinte=b"x" * 32,
        invite_par=compte,
        expire_le=timezone.now() + fabriques.UN_JOUR,
    )
    invitation.etablissements.set([sien])
    lot = Lot.objects.create(
        canal="fichier", format="csv", sha256="0" * 64, taille=2, compte=compte, uais=[sien.uai]
    )
    export = Export.objects.create(
        compte_id=compte.pk, auteur=f"compte:{compte.pk}", objet="inscription", format="csv", lignes=1
    )
    anomalie = Anomalie.objects.create(
        type="nom_different",
        etudiant=inscription.etudiant,
        etablissement=sien,
        recu={"nomNaissance": "Petit", "prenoms": ["Léa"]},
        cle="PETIT LEA",
    )
    doublon = DoublonPossible.objects.create(premier=inscription.etudiant, second=fabriques.etudiant())
    comptes = {
        "agent": scenes.compte(),
        "instructeur": scenes.compte(Role.Nom.INSTRUCTEUR),
        "dpd": scenes.compte(Role.Nom.DPD),
        "gestionnaire": compte,
        "autre": aides.gestionnaire(autre),
        "responsable": scenes.compte(Role.Nom.RESPONSABLE),
        "administrateur": scenes.compte(Role.Nom.ADMINISTRATEUR),
    }
    return SimpleNamespace(
        inscription=inscription,
        etudiant=inscription.etudiant,
        etablissement=sien,
        collegue=Gestionnaire.objects.get(compte=collegue),
        invitation=invitation,
        jeton=jeton,
        lot=lot,
        export=export,
        anomalie=anomalie,
        doublon=doublon,
        clients={"visiteur": Client(), **{qui: entrer(un) for qui, un in comptes.items()}},
    )


#: What an address names, by its beginning: the longest that fits.
OBJETS: dict[str, Callable[[SimpleNamespace], object]] = {
    "gestion/collegues/": lambda monde: monde.collegue.pk,
    "gestion/invitations/": lambda monde: monde.invitation.pk,
    "gestion/invitation/": lambda monde: "x" * 43,
    "gestion/jetons/": lambda monde: monde.jeton.pk,
    "gestion/jetons/habilitations/": lambda monde: monde.jeton.habilitation_id,
    "gestion/depots/": lambda monde: monde.lot.cle,
    "gestion/anomalies/": lambda monde: monde.anomalie.pk,
    "gestion/imports/": lambda monde: UUID(int=7),
    "gestion/imports/<slug": lambda monde: "etablissements",
    "gestion/r/": lambda monde: monde.inscription.pk,
    "gestion/referentiel/etablissement/": lambda monde: monde.etablissement.pk,
    "gestion/referentiel/etablissementcouvert/": lambda monde: monde.etablissement.pk,
    "gestion/referentiel/etudiant/": lambda monde: monde.etudiant.pk,
    "gestion/referentiel/inscription/": lambda monde: monde.inscription.pk,
    "gestion/referentiel/anomalie/": lambda monde: monde.anomalie.pk,
    "gestion/referentiel/commune/": lambda monde: "31555",
    "gestion/referentiel/doublonpossible/": lambda monde: monde.doublon.pk,
    "gestion/referentiel/export/": lambda monde: monde.export.pk,
}
ABSENTS = {"uuid": UUID(int=4), "int": 10**12, "path": 10**12, "str": "y" * 43, "slug": "inconnu"}


def nomme_un_objet(route: str) -> bool:
    return "<" in route.replace("(?P<", "")


def adresse(route: str, monde: SimpleNamespace, *, absent: bool = False) -> str:
    """The address of the manager's object, or of one that does not exist."""
    chemin = route.replace("^(?P<app_label>referentiel)/$", "referentiel/").replace(
        "(?P<url>.*)$", "inconnue"
    )
    if not nomme_un_objet(route):
        return "/" + chemin
    debut = max((cle for cle in OBJETS if route.startswith(cle)), key=len, default=None)
    assert debut is not None, f"OBJETS ne dit pas ce que désigne {route}"
    nature = str(ContentType.objects.get_for_model(Inscription).pk)
    chemin = chemin.replace("<path:content_type_id>", nature)
    return "/" + re.sub(
        r"<(\w+):\w+>", lambda lu: str(ABSENTS[lu[1]] if absent else OBJETS[debut](monde)), chemin
    )


def demander(client: Client, methode: str, chemin: str, corps: Any = None) -> HttpResponse:
    """The answer; whatever was written is undone."""
    with transaction.atomic():
        response = client.generic(
            methode, chemin, corps or "", content_type="application/x-www-form-urlencoded"
        )
        if response.streaming:
            response.content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    return response


def comparable(response: HttpResponse, chemin: str) -> tuple[object, ...]:
    """What a person may see of an answer, but for what changes at each request and the address they typed."""
    corps = _JETON.sub("", response.content.decode())
    variables = {"X-Request-ID", "Expires", "Content-Length"}
    entetes = {cle: valeur for cle, valeur in response.headers.items() if cle not in variables}
    corps = corps.replace(chemin, "ADRESSE")
    entetes = {cle: valeur.replace(chemin, "ADRESSE") for cle, valeur in entetes.items()}
    return response.status_code, corps, entetes
