"""Every page of the product with something to show on it: the URLs' names, an address for each, and for whom.

Read from the URL configuration: a name that is neither given an address nor excused here fails the test that asks.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from habilitations import admin as administration
from habilitations.comptes import changement_de_courriel, ouverture_de_compte
from habilitations.comptes.demonstration import DOMAINE
from habilitations.courriels import preferences
from habilitations.demandes import messagerie
from habilitations.editeurs import accompagnement
from habilitations.gestionnaires import collegues
from habilitations.integrateurs import cles, webhooks
from habilitations.jetons import liens
from habilitations.models import (
    Compte,
    Consommation,
    Courriel,
    Envoi,
    Fait,
    Gestionnaire,
    Invitation,
    Jeton,
    ModeleDeMessage,
    RechercheAuJournal,
    Role,
    Tentative,
    Webhook,
)
from referentiel.ecriture.doublons import reperer
from referentiel.journal import effacements
from referentiel.models import Alerte, Anomalie, Effacement
from referentiel.site.gestion import gestion
from statut_etudiant.abonnements import registre
from statut_etudiant.annonces.models import Bandeau, Maintenance
from statut_etudiant.citoyens import rectifications
from statut_etudiant.citoyens.models import Contestation
from tests import fabriques
from tests.guichet import aides as guichet
from tests.guichet import listes as listes_du_guichet
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import telephone
from tests.habilitations.gestion.aides import secret as secret_d_invitation
from tests.habilitations.jetons import secret_du_lien
from tests.referentiel.depots import aides as depots

PERSONNES = ("demandeur", "instructeur", "responsable", "administrateur", "gestionnaire", "dpd")
VISITEUR = ""

#: Not pages: what a GET of them gives.
SANS_PAGE = {
    "habilitations-publiques-csv": "un fichier",
    "nouveautes-atom": "un flux, pour les lecteurs de flux",
    "sitemap": "XML, pour les moteurs de recherche",
    "robots": "texte, pour les moteurs de recherche",
    "statistiques-csv": "un fichier",
    "statistiques-habilitations-csv": "un fichier",
    "couverture-csv": "un fichier",
    "couverture-json": "un fichier",
    "disponibilite-atom": "un flux Atom",
    "donnees-ouvertes-schema": "JSON, pour les programmes",
    "donnees-ouvertes-ressource": "JSON, pour les programmes",
    "instruction-export": "un fichier",
    "instruction-habilitations-export": "un fichier",
    "demande-document": "un fichier",
    "demande-pdf": "un fichier",
    "instruction-document": "un fichier",
    "instruction-filtre-enregistrer": "un geste, sans page",
    "instruction-filtre-supprimer": "un geste, sans page",
    "gestion-depot-modele-csv": "un fichier",
    "gestion-depot-modele-xlsx": "un fichier",
    "gestion-depot-exemple": "un fichier",
    "gestion-depot-rejets": "un fichier",
    "gestion-depot-changements": "un fichier",
    "gestion-depot-avancement": "un fragment, dans la page du dépôt",
    "gestion-depot-verifier": "un geste, sans page",
    "sante-vivant": "JSON, pour l'hébergeur",
    "sante-pret": "JSON, pour l'hébergeur",
    "sante-ouvert": "JSON, pour le mandataire",
    "metrics": "texte, pour Prometheus",
    "proconnect": "renvoie au fournisseur d'identité",
    "proconnect-retour": "renvoie à la page demandée",
    "proconnect-sorti": "renvoie à l'accueil",
    "proconnect-adresse": "renvoie à la connexion, sauf à qui revient de ProConnect",
    "proconnect-adresse-prouver": "un lien périmé, sauf à qui revient de ProConnect",
    "compte-session-fermer": "un geste, sans page",
    "apercu-scopes": "un fragment, dans l'étape des données",
    "deconnexion": "un geste, sans page",
    "session": "JSON, pour les pages où l'on saisit",
    "organisation-choisir": "un geste, sans page",
    "role-donner": "un geste, sans page",
    "incarnation": "un geste, sans page",
    "incarnation-quitter": "un geste, sans page",
    "demande-message": "un geste, sans page",
    "demande-reprendre": "un geste, sans page",
    "instruction-rattachement": "un geste, sans page",
    "instruction-message": "un geste, sans page",
    "modele-actif": "un geste, sans page",
    "habilitation-lien": "un geste, sans page",
    "citoyen-connexion": "renvoie à FranceConnect",
    "citoyen-retour": "renvoie à la page demandée",
    "citoyen-deconnexion": "un geste, sans page",
    "citoyen-session": "JSON, pour les pages où l'on saisit",
    "mon-courriel-retirer": "un geste, sans page",
    "certificat-pdf": "un fichier",
    "certificat-numerique": "un fichier",
    "certificat-type": "JSON, pour les programmes",
    "certificats-statuts": "un JWT, pour les programmes",
    "certificats-emetteur": "JSON, pour les programmes",
    "mes-consultations-csv": "un fichier",
    "mes-consultations-json": "un fichier",
    "mes-consultations-pdf": "un fichier",
    "journal-export": "un fichier",
    "guichet-liste-verifier": "un geste, sans page",
    "guichet-liste-avancement": "un fragment, dans la page de la liste",
    "guichet-liste-resultat": "un fichier",
    "alerte-vue": "un geste, sans page",
    "webhook-essayer": "un geste, sans page",
    "webhook-activer": "un geste, sans page",
    "webhook-rejouer": "un geste, sans page",
    "suspension-rendre": "un geste, sans page",
}
SANS_PAGE_DE_L_API = "api-"  # machines read it
#: Pages that ask more than an address: name → who looks at it there, and the words that prove it.
AILLEURS = {
    # Drawn by its own script, which that test waits for.
    "api-docs": ("tests/api/test_docs_navigateur.py", "manquements(page)"),
    "connexion-code": ("tests/habilitations/comptes/test_navigateur.py", '"/connexion/code"'),
    "connexion-second-facteur": (
        "tests/habilitations/comptes/test_navigateur.py",
        "**/connexion/second-facteur",
    ),
    # For who has, or makes, a certificate.
    **{
        nom: ("tests/parcours/test_certificat_de_bout_en_bout.py", f'regarde("{vue}")')
        for nom, vue in {
            "mes-certificats": "certificats",
            "certificat-etablir": "etablir",
            "certificat-prolonger": "prolonger",
            "certificat-retirer": "retirer",
            "certificat-partage": "partage",
            "verifier-code": "vrai",
        }.items()
    },
    # For an agent who has just verified somebody.
    "guichet-preuve": ("tests/parcours/test_guichet_de_bout_en_bout.py", 'regarde("preuve")'),
    # For who is signed in by FranceConnect.
    **{
        nom: ("tests/parcours/test_citoyen_de_bout_en_bout.py", f'regarde("{vue}")')
        for nom, vue in {
            "mon-statut": "statut",
            "mes-consultations": "consultations",
            "consultation-contester": "contester",
            "mes-demandes": "demandes",
            "rectification-demander": "rectifier",
            "mon-courriel": "courriel",
            "citoyen-courriel-prouver": "preuve",
            "contestation-repondre": "repondre",
        }.items()
    },
}
#: Of Django's admins: what the sites do not open, or send elsewhere.
SANS_PAGE_DES_ADMINS = {
    "login", "logout", "password_change", "password_change_done", "autocomplete", "jsi18n", "view_on_site", "",
    "app_list",
}  # fmt: skip


class Vue(NamedTuple):
    nom: str
    qui: str
    adresse: str


def noms(resolveur: URLResolver | None = None, espace: str = "") -> Iterator[str]:
    """Of every route, with its namespace."""
    for motif in (resolveur or get_resolver()).url_patterns:
        if isinstance(motif, URLResolver):
            yield from noms(motif, espace + (f"{motif.namespace}:" if motif.namespace else ""))
        else:
            assert isinstance(motif, URLPattern)
            yield f"{espace}{motif.name or ''}"


class Monde:
    """What the pages need in the database, and each person who opens them."""

    def __init__(self) -> None:
        qui = scenes.demandeur(fabriques.organisation(nom="Métropole de Clairval"))
        instructeur = scenes.instructeur()
        etablissement = fabriques.etablissement(uai=depots.UAI, nom="Université de Clairval")
        self.jeton_d_ecriture = fabriques.jeton(ecriture=True, uais=[etablissement.uai]).jeton
        self._vieillir(self.jeton_d_ecriture)
        gerant = scenes.gestionnaire(etablissement, habilitation=self.jeton_d_ecriture.habilitation)
        self.depot_essaye = depots.lot_en("essaye", compte=gerant.compte)
        self.depot_termine = depots.lot_en("termine", compte=gerant.compte)
        self.comptes = {
            "demandeur": qui.compte,
            "instructeur": instructeur.compte,
            "responsable": scenes.compte(Role.Nom.RESPONSABLE),
            "administrateur": scenes.compte(Role.Nom.ADMINISTRATEUR),
            "gestionnaire": gerant.compte,
            "dpd": scenes.compte(Role.Nom.DPD),
            "nouveau": scenes.compte(),
        }
        self.qui = qui
        self.un, self.deux = (
            fabriques.inscrit(
                identite={"nom_naissance": "d'Artagnan", "prenoms": [prenom]}, etablissement=etablissement
            )
            for prenom in ("Marie", "Marie-Anne")
        )
        reperer()
        self.rectification = rectifications.demander(
            etudiant_id=self.un.pk, objet="identite", texte="Mon prénom est Marie."
        )
        self.contestation = Contestation.objects.create(
            etudiant_id=self.un.pk,
            echange_id=1,
            instant=timezone.now(),
            organisation="Ville de Belleroche",
            echeance=timezone.localdate(),
        )
        self.anomalie = Anomalie.objects.create(
            etudiant=self.un,
            etablissement=etablissement,
            type="nom_different",
            cle="LEGALL MARIE",
            recu={"nomNaissance": "Le Gall", "prenoms": ["Marie"]},
        )
        Compte.objects.filter(pk=scenes.compte(Role.Nom.RAPPORTEUR).pk).update(courriel=f"paul@{DOMAINE}")
        self.modele = ModeleDeMessage.objects.create(
            usage="refuser", titre="Hors du champ", texte="Sans texte."
        )
        for compte in self.comptes.values():
            telephone(compte)
        periode = {
            "debut": timezone.now(),
            "fin": timezone.now() + timedelta(hours=1),
            "auteur": self.comptes["administrateur"],
        }
        self.bandeau = Bandeau.objects.create(titre="Rentrée", texte="Le support est renforcé.", **periode)
        self.maintenance = Maintenance.objects.create(motif="mise à jour de la base", **periode)
        self.autre = scenes.compte(
            Role.Nom.RAPPORTEUR, organisation=qui.compte.rattachements.get().organisation
        )
        self.soumise = scenes.demande("soumise", acteur=qui)
        messagerie.envoyer(demande_id=self.soumise.pk, acteur=instructeur, texte="Pouvez-vous préciser ?")
        messagerie.envoyer(demande_id=self.soumise.pk, acteur=qui, texte="Voici.")
        self.brouillon = scenes.brouillon(acteur=qui)
        self.validee = scenes.demande("validee", acteur=qui)
        self.jeton, _ = liens.retirer(secret=secret_du_lien(self.validee.habilitation))
        self._vieillir(self.jeton)
        self.agent = guichet.designer(guichet.Ville(self.validee, qui), qui.compte)
        client = Client()
        client.force_login(qui.compte)
        client.get(guichet.GUICHET)
        self.liste = listes_du_guichet.verifiee(client, listes_du_guichet.en_csv(("INE",), ("0123456789A",)))
        a_retirer = scenes.demande("validee", acteur=qui)
        self.lien = secret_du_lien(a_retirer.habilitation)
        self.webhook, self.envoi = self._raccorder()
        self.editeur = fabriques.editeur(organisation=fabriques.organisation(nom="Logiciels de Clairval"))
        fabriques.editeur(retire=True)
        fabriques.editeur()
        self.comptes["editeur"] = scenes.compte(organisation=self.editeur.organisation)
        telephone(self.comptes["editeur"])
        self.jeton_d_editeur = fabriques.jeton_d_editeur(self.editeur).jeton
        self.formulaire_pret = fabriques.formulaire_pret(self.editeur)
        accompagnement.permettre(demande=self.validee, editeur=self.editeur, acteur=qui)
        self.delegation = fabriques.delegation(self.editeur, habilitation=self.validee.habilitation)
        reprise = fabriques.delegation(self.editeur)
        reprise.reprendre(par=reprise.donnee_par)
        self.collegue = scenes.gestionnaire(etablissement)
        collegues.ajouter(acteur=gerant, courriel="ines@exemple.test", etablissements=[etablissement])
        self.invitation = secret_d_invitation("ines@exemple.test")

    @staticmethod
    def _vieillir(jeton: Jeton) -> None:
        """Old enough to be prolonged, with calls to show."""
        Jeton.objects.filter(pk=jeton.pk).update(
            cree_le=timezone.now() - timedelta(days=500), expire_le=timezone.now() + timedelta(days=40)
        )
        Consommation.objects.create(jeton=jeton, jour=timezone.localdate(), statut=200, appels=7)

    def _raccorder(self) -> tuple[Webhook, Envoi]:
        """A key; a webhook that does not answer any more, with what it received and what waits."""
        organisation = self.qui.compte.rattachements.get().organisation
        self.cle_api = cles.creer(
            acteur=self.qui,
            organisation=organisation,
            libelle="Tableau de bord",
            portees=["demandes:lire", "evenements:lire"],
            jours=90,
        ).cle
        webhook = webhooks.creer(
            acteur=self.qui,
            organisation=organisation,
            libelle="Billettique",
            adresse="https://hooks.clairval.example/ase",
            evenements=["demande.valider", "jeton.emis"],
        ).webhook
        Webhook.objects.filter(pk=webhook.pk).update(
            etat="actif", essaye_le=timezone.now(), en_echec_depuis=timezone.now()
        )
        fait = Fait.objects.create(type="jeton.emis", organisation=organisation, details={"genre": "lecture"})
        envoi = Envoi.objects.get(fait=fait)
        Tentative.objects.create(envoi=envoi, duree_ms=10_000, echec="delai")
        Tentative.objects.create(envoi=envoi, duree_ms=84, statut=503, echec="statut")
        return webhook, envoi

    def arguments(self) -> dict[str, list[Any]]:
        """Of the names that take some."""
        compte = self.comptes["demandeur"]
        demande = [self.soumise.pk]
        habilitation = [self.validee.habilitation_id]
        desabonnement = preferences.adresse_de_desabonnement(
            courriel=self.comptes["instructeur"].courriel, genre="demande_a_instruire"
        )
        return {
            "ouverture-de-compte-terminer": [
                signing.dumps("nouvelle@exemple.test", salt=ouverture_de_compte.SEL)
            ],
            "mot-de-passe-nouveau": [
                urlsafe_base64_encode(force_bytes(self.autre.pk)),
                default_token_generator.make_token(self.autre),
            ],
            "compte-courriel-confirmer": [
                signing.dumps(
                    [compte.pk, compte.courriel, "autre@exemple.test"], salt=changement_de_courriel.SEL
                )
            ],
            "organisation-retirer": [compte.rattachements.get().organisation_id],
            "personne": [self.autre.pk],
            "role-retirer": [self.autre.pk, "rapporteur"],
            "second-facteur-perdu": [compte.pk],
            "compte-fermer": [self.autre.pk],
            "cle-revoquer": [self.cle_api.cle],
            "webhook": [self.webhook.cle],
            "webhook-choisir": [self.webhook.cle],
            "webhook-arreter": [self.webhook.cle],
            "webhook-secret": [self.webhook.cle],
            "webhook-supprimer": [self.webhook.cle],
            "webhook-envoi": [self.webhook.cle, self.envoi.pk],
            "gestion-jeton-revoquer": [self.jeton_d_ecriture.pk],
            "gestion-jeton-prolonger": [self.jeton_d_ecriture.pk],
            "gestion-jeton-adresses": [self.jeton_d_ecriture.pk],
            "gestion-jeton-consommation": [self.jeton_d_ecriture.pk],
            "gestion-habilitation-lien": [self.jeton_d_ecriture.habilitation_id],
            "gestion-habilitation-montrer": [self.jeton_d_ecriture.habilitation_id],
            "gestion-depot": [self.depot_termine.cle],
            "gestion-depot-enregistrer": [self.depot_essaye.cle],
            "gestion-depot-abandonner": [self.depot_essaye.cle],
            "gestion-depot-retirer": [self.depot_termine.cle],
            "gestion-anomalie-garder": [self.anomalie.pk],
            "gestion-anomalie-corriger": [self.anomalie.pk],
            "gestion-importer": ["etablissements"],
            "gestion-import": [self._importer()],
            "gestion-collegue-retirer": [Gestionnaire.objects.get(compte=self.collegue.compte).pk],
            "gestion-invitation-annuler": [Invitation.objects.get().pk],
            "gestion-invitation": [self.invitation],
            "demande-non-informe": [self._lien_non_informe()],
            "courriels-desabonnement": [desabonnement.rsplit("/", 1)[1]],
            "courriel-demonstration": [Courriel.objects.filter(genre="accuse_reception").first().pk],
            "suivi-rectification": [self.rectification.pk],
            "suivi-contestation": [self.contestation.pk],
            "citoyen-courriel-arreter": ["x"],
            "journal-resultats": [self._recherche("etudiant")],
            "journal-copie": [self._recherche("etudiant")],
            "journal-effacement": [self._recherche("etudiant")],
            "journal-violation": [self._recherche("jeton")],
            "abonnement-confirmer": [self._abonnement()],
            "abonnement-arreter": [signing.dumps(1, salt="abonnements.arret")],
            "bandeau": [self.bandeau.pk],
            "bandeau-retirer": [self.bandeau.pk],
            "maintenance": [self.maintenance.pk],
            "maintenance-annuler": [self.maintenance.pk],
            "instruction-demande": demande,
            "instruction-acte": [*demande, "valider"],
            "modele": [self.modele.pk],
            "habilitation": habilitation,
            "habilitation-publique": habilitation,
            "habilitation-jetons": habilitation,
            "editeur-retirer": [self.editeur.pk],
            "editeur-jeton-revoquer": [self.jeton_d_editeur.pk],
            "editeur-jeton-adresses": [self.jeton_d_editeur.pk],
            "habilitation-delegations": habilitation,
            "habilitation-deleguer": habilitation,
            "editeur-formulaire": [self.formulaire_pret.cle],
            "editeur-formulaire-retirer": [self.formulaire_pret.cle],
            "demande-editeur": demande,
            "delegation-reprendre": [self.delegation.cle],
            "delegation-adresses": [self.delegation.cle],
            "jeton-retrait": [self.lien],
            "jeton-revoquer": [self.jeton.pk],
            "jeton-prolonger": [self.jeton.pk],
            "jeton-adresses": [self.jeton.pk],
            "jeton-consommation": [self.jeton.pk],
            "demande": demande,
            "guichet-liste": [self.liste.cle],
            "guichet-liste-effacer": [self.liste.cle],
            "guichet-agents": habilitation,
            "guichet-agent-ajouter": habilitation,
            "guichet-agent-retirer": [self.agent.pk],
            "demande-bac-a-sable": demande,
            "demande-etape": [self.brouillon.pk, "donnees"],
            "demande-resume": [self.brouillon.pk],
            "demande-acte": [self.brouillon.pk, "transferer"],
        }

    def vues(self) -> Iterator[Vue]:
        """One for each name that is a page, the admins' excepted."""
        arguments = self.arguments()
        parametres = {
            "gestion-fusion": f"?garde={self.un.pk}&retire={self.deux.pk}",
            "gestion-fusion-choisir": f"?etudiant={self.un.pk}",
        }
        for nom in noms():
            if ":" in nom or nom in SANS_PAGE or nom in AILLEURS:
                continue
            if nom.startswith(SANS_PAGE_DE_L_API):
                continue
            yield Vue(nom, pour(nom), reverse(nom, args=arguments.get(nom, [])) + parametres.get(nom, ""))

    def etats(self) -> Iterator[Vue]:
        """What else an applicant's pages show, which no journey of `tests/parcours` comes to."""
        rouverte = scenes.demande("brouillon", acteur=self.qui, reouverture=True)
        refusee = scenes.demande("refusee", acteur=self.qui)
        for nom, adresse in (
            ("rouverte", reverse("demande-resume", args=[rouverte.pk])),
            ("refusée", reverse("demande", args=[refusee.pk])),
            ("préremplie", "/demandes/nouvelle?type=lecture&intitule=Tarif&scopes=mesri_admission"),
        ):
            yield Vue(nom, "demandeur", adresse)
        yield Vue("sans organisation", "nouveau", reverse("demande-nouvelle"))

    def vues_des_admins(self) -> Iterator[Vue]:
        """The list of each model, its first sheet, and what else the site opens on it; the history, which is alike for
        all, of one. By the first person who may: the ministry has tables of its own in the establishments' admin."""
        for site, personnes in (
            (administration.site, ("administrateur",)),
            (gestion, ("gestionnaire", "responsable")),
        ):
            requetes = {qui: self._requete(qui) for qui in personnes}
            for rang, (modele, table) in enumerate(site._registry.items()):
                qui = next(qui for qui, requete in requetes.items() if table.has_view_permission(requete))
                requete = requetes[qui]
                premiere = table.get_queryset(requete).first()
                visible = premiere is not None and table.has_view_permission(requete, premiere)
                ouvertes = {
                    "changelist": True,
                    "add": table.has_add_permission(requete),
                    "change": visible,
                    "delete": visible and table.has_delete_permission(requete, premiere),
                    "history": visible and rang == 0,
                }
                for page, ouverte in ouvertes.items():
                    nom = f"{site.name}:{modele._meta.app_label}_{modele._meta.model_name}_{page}"
                    arguments = [] if page in {"changelist", "add"} else [premiere and premiere.pk]
                    if ouverte:
                        yield Vue(nom, qui, reverse(nom, args=arguments))

    def _recherche(self, genre: str) -> UUID:
        """A search of the data protection officer's, with an alert and an erasure to show elsewhere."""
        Alerte.lever(Alerte.Genre.VOLUME, f"jeton:{self.jeton.pk}", {"appels": 9000})
        if not Effacement.objects.exists():
            effacements.demander(etudiant=self.deux, motif="Opposition admise", auteur="Dominique")
        recherche = RechercheAuJournal.objects.create(
            genre=genre,
            motif="Demande d'accès n° 3",
            compte=self.comptes["dpd"],
            auteur="Dominique",
            etudiants=[self.un.pk] if genre == "etudiant" else [],
            jeton_id=self.jeton.pk if genre == "jeton" else None,
            debut=timezone.now() - timedelta(days=30),
            fin=timezone.now() + timedelta(days=1),
        )
        return recherche.cle

    def _requete(self, qui: str) -> HttpRequest:
        requete = RequestFactory().get("/")
        requete.user = self.comptes[qui]
        return requete

    def _importer(self) -> str:
        """A list of establishments sent by the ministry, and not confirmed yet."""
        client = Client()
        client.force_login(self.comptes["responsable"])
        contenu = f"uai;nom;type;codeCommune\n{depots.UAI};Université de Clairval;universite;31555\n"
        fichier = SimpleUploadedFile("liste.csv", contenu.encode())
        response = client.post(reverse("gestion-importer", args=["etablissements"]), {"fichier": fichier})
        return response.url.rsplit("/", 1)[1]

    @staticmethod
    def _abonnement() -> str:
        registre.demander("abonnee@exemple.test")
        texte = Courriel.objects.filter(genre="abonnement_a_confirmer").latest("pk").texte
        return re.search(r"/abonnement/confirmer/(\S+)", texte)[1]

    def _lien_non_informe(self) -> str:
        texte = Courriel.objects.filter(genre="information_validation").latest("pk").texte
        return re.search(r"/demandes/non-informe/(\S+)", texte)[1]


#: For whom a page is when it is not the applicant's, by the beginning of its name.
_POUR = {
    "instruction": "instructeur",
    "courriels-desabonnement": VISITEUR,
    "demande-non-informe": VISITEUR,
    "courriels-demonstration": VISITEUR,
    "courriel-demonstration": VISITEUR,
    "compte-courriels": "instructeur",
    "modele": "responsable",
    "role": "administrateur",
    "abonnement": VISITEUR,
    "annonces": "administrateur",
    "bandeau": "administrateur",
    "maintenance": "administrateur",
    "personne": "administrateur",
    "second-facteur-perdu": "administrateur",
    "compte-fermer": "administrateur",
    "connexion-confirmer": "demandeur",
    "administration": "administrateur",
    "gestion-import": "responsable",
    "gestion-anomalie": "responsable",
    "gestion-fusion": "responsable",
    "gestion-invitation-annuler": "gestionnaire",
    "gestion-invitation": VISITEUR,
    "gestion": "gestionnaire",
    "editeur": "editeur",
    "editeur-demandes": "editeur",
    "editeur-formulaires": "editeur",
    "editeur-formulaire-nouveau": "editeur",
    "editeur-formulaire": "editeur",
    "editeur-formulaire-retirer": "editeur",
    "editeurs": "responsable",
    "editeur-designer": "responsable",
    "editeur-retirer": "responsable",
    "jeton-retrait": VISITEUR,
    "journal-": "dpd",
    "alertes": "dpd",
    "effacements": "dpd",
    "registre-des-traitements": "dpd",
    "copie-de-compte": "dpd",
    "second-facteur": "demandeur",
    "connexion": VISITEUR,
    "ouverture-de-compte": VISITEUR,
    "mot-de-passe": VISITEUR,
    "demonstration": VISITEUR,
    "citoyen": VISITEUR,
    "mon-espace": VISITEUR,
    "verifier": VISITEUR,
    "attestation-numerique": VISITEUR,
    "suivi": "responsable",
}


def pour(nom: str) -> str:
    debuts = [debut for debut in _POUR if nom.startswith(debut)]
    return _POUR[max(debuts, key=len)] if debuts else "demandeur"
