"""What a person needs to try the demonstration: whom to sign in as, tokens, a command that answers."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from habilitations.models import Role
from referentiel.calendrier import debut_annee_universitaire
from referentiel.models import Inscription
from referentiel.nomenclatures import FORMATION_INITIALE, Statut
from statut_etudiant.demonstration.demandes import PROJETS
from statut_etudiant.demonstration.personnes import PERSONNES, STRUCTURES, Personne
from statut_etudiant.demonstration.secrets import Secrets
from statut_etudiant.demonstration.vie_citoyenne import CITOYENNE, PROJET_FRANCE_CONNECT
from statut_etudiant.embarque.chemins import VAR
from statut_etudiant.embarque.courriels import DOSSIER
from statut_etudiant.franceconnect.reglages import fournisseur_de_donnees, fournisseur_de_services


def ine_qui_repond() -> str | None:
    """The INE of an invented student that every reading token of the demonstration finds."""
    return (
        Inscription.objects.filter(
            fictif=False,
            statut=Statut.INSCRIT,
            regime__in=FORMATION_INITIALE,
            date_fin__gte=debut_annee_universitaire(timezone.localdate()),
        )
        .order_by("etudiant_id")
        .values_list("etudiant__ine", flat=True)
        .first()
    )


def _dire(personne: Personne) -> str:
    quoi = Role.Nom(personne.role).label if personne.role else STRUCTURES[personne.structure].nom
    return f"  {personne.adresse:<42} {personne.prenom} {personne.nom}, {personne.fonction} ({quoi})"


def presenter(secrets: Secrets) -> Iterator[str]:
    yield "Pages"
    yield f"  {settings.ADRESSE_PUBLIQUE}/connexion pour entrer comme l'une des personnes ci-dessous"
    yield f"  {settings.ADRESSE_PUBLIQUE}/api/docs pour lire et essayer l'API"
    yield f"  {settings.ADRESSE_PUBLIQUE}{reverse('courriels-demonstration')} pour lire les courriels envoyés"
    if settings.EMAIL_BACKEND.endswith("BoiteEnDossier"):
        yield f"  (chacun est aussi un fichier de {DOSSIER.relative_to(VAR.parent)}/)"
    if fournisseur_de_services():
        yield (
            f"  {settings.ADRESSE_PUBLIQUE}{reverse('mon-espace')} pour entrer comme un étudiant, par le FranceConnect "
            "local"
        )
    yield ""
    yield f"Personnes (mot de passe de chacune : {secrets.mot_de_passe})"
    yield from (_dire(personne) for personne in PERSONNES if not personne.role)
    yield ""
    # A password would not be enough: the ministry's staff must set up a second factor to use theirs.
    yield "Agents du ministère (sans mot de passe : d'un clic, sur la page de connexion)"
    yield from (_dire(personne) for personne in PERSONNES if personne.role)
    yield ""
    yield "Jetons"
    for nom, jeton in secrets.jetons.items():
        yield f"  {nom:<44} {jeton}"
    ine = ine_qui_repond()
    complet = secrets.jetons.get(PROJETS[0].jeton)
    if ine is None or complet is None:
        return
    v2 = urlencode({"ine": ine})
    v3 = urlencode({"recipient": STRUCTURES["region"].siret, "ine": ine})
    yield ""
    yield "Pour essayer"
    yield f'  curl -H "X-Api-Key: {complet}" "{settings.ADRESSE_PUBLIQUE}/api/v2/etudiants?{v2}"'
    yield (
        f'  curl -H "Authorization: Bearer {complet}" '
        f'"{settings.ADRESSE_PUBLIQUE}/v3/mesri/statut_etudiant/ine?{v3}"'
    )
    if fournisseur_de_donnees() is not None:
        yield from _par_franceconnect()


def _par_franceconnect() -> Iterator[str]:
    """A citizen's token, then the call of the service that holds it: it lives a minute, both go together."""
    projet = PROJET_FRANCE_CONNECT
    choix = urlencode(
        {"citoyen": CITOYENNE, "client_id": projet.fc_client_id, "scope": " ".join(projet.scopes)}
    )
    v3 = urlencode({"recipient": STRUCTURES["partenaire"].siret})
    yield (
        f'  curl -H "Authorization: Bearer $(curl -s "{settings.FRANCECONNECT_URL}/local/jeton?{choix}")" '
        f'"{settings.ADRESSE_PUBLIQUE}/v3/mesri/statut_etudiant/france_connect?{v3}"'
    )
