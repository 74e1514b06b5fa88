"""What the demonstration's citizens find on their pages: records, consultations, a rectification under way, a contested
consultation, and one that was answered."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from habilitations.models import Habilitation
from referentiel.calendrier import debut_annee_universitaire
from referentiel.ecriture.auteur import signer
from referentiel.models import Echange, Etablissement, Etudiant, Inscription
from referentiel.nomenclatures import Regime, Source, Statut
from statut_etudiant.certificats import actes, verification
from statut_etudiant.certificats.champs import PAR_DEFAUT
from statut_etudiant.citoyens import consultations, contestations, rectifications
from statut_etudiant.citoyens.models import Contestation, Rectification
from statut_etudiant.demonstration.citoyens import CITOYENS, AuRegistre
from statut_etudiant.demonstration.demandes import PROJETS

#: Where they study, in turn.
ETABLISSEMENTS = ("0311384L", "0691774D", "0350937D", "0542493S")
UN_JOUR = timedelta(days=1)

#: (citizen, days ago, title of the project whose habilitation reads, way, categories)
ECHANGES = (
    ("agathe", 26, "Carte jeunes régionale", "ine", ("identite", "ine", "inscription", "statut", "regime")),
    ("agathe", 19, "Tarif étudiant à la piscine", "identite", ("inscription", "statut", "regime")),
    ("agathe", 12, "Abonnement de mobilité en ligne", "france_connect", ("inscription", "statut", "regime")),
    ("agathe", 5, "Aides d'urgence aux étudiants", "identite", ("inscription", "statut", "commune")),
    ("agathe", 2, "Carte jeunes régionale", "ine", ("inscription", "statut", "etablissement")),
    ("elodie", 15, "Aides d'urgence aux étudiants", "ine", ("inscription", "statut", "commune")),
    ("elodie", 3, "Abonnement de mobilité en ligne", "france_connect", ("inscription", "statut", "regime")),
    ("thomas-lille", 8, "Tarif étudiant à la piscine", "identite", ("inscription", "statut", "regime")),
    ("thomas-arras", 7, "Carte jeunes régionale", "identite", ("identite", "inscription", "statut")),
)

_CONSIGNER = """
INSERT INTO referentiel_echange
    (instant, issue, requete, habilitation_id, organisation, siret, recipient, interface, voie, etudiant_id,
     categories, jti_fc)
VALUES (%s, %s, %s, %s, %s, %s, %s, 'v3', %s, %s, %s, %s)
RETURNING id
"""


def inscrire() -> int:
    """Have the citizens in the register, if they are not there: how many were added."""
    connus = set(Etudiant.objects.filter(fictif=False).values_list("ine", flat=True))
    etablissements = list(Etablissement.objects.reels().filter(uai__in=ETABLISSEMENTS).order_by("uai"))
    if not etablissements:
        etablissements = list(Etablissement.objects.reels().order_by("uai")[:4])
    nouveaux = [un.registre for un in CITOYENS if un.registre is not None and un.registre.ine not in connus]
    with connection.cursor() as curseur:
        signer(curseur, "commande:charger_demonstration")
    for rang, registre in enumerate(nouveaux):
        _inscrire(registre, etablissements[rang % len(etablissements)], avec_passe=rang % 3 == 0)
    return len(nouveaux)


def _inscrire(registre: AuRegistre, etablissement: Etablissement, *, avec_passe: bool) -> None:
    etudiant = Etudiant.objects.create(
        ine=registre.ine,
        nom_naissance=registre.nom,
        prenoms=list(registre.prenoms),
        sexe=registre.sexe,
        date_naissance=registre.naissance,
        precision_naissance=registre.precision,
        lieu_naissance=registre.lieu,
        identite_verifiee=True,
    )
    rentree = debut_annee_universitaire(timezone.localdate())
    for decalage in (-1, 0) if avec_passe else (0,):
        debut = rentree.replace(year=rentree.year + decalage)
        Inscription.objects.create(
            etudiant=etudiant,
            etablissement=etablissement,
            statut=Statut.INSCRIT,
            regime=Regime.RF1,
            date_debut=debut,
            date_fin=debut.replace(year=debut.year + 1) - UN_JOUR,
            code_commune=etablissement.code_commune,
            diplome="Licence de sciences de la vie" if decalage else "Master de sciences de la vie",
            source=Source.FICHIER,
        )


def consulter() -> int:
    """Have exchanges about the citizens, if there are none: how many were written; then what comes of them."""
    etudiants = _etudiants()
    if Echange.objects.filter(issue="donnees", etudiant_id__in=list(etudiants.values())).exists():
        return 0
    habilitations = {
        un.intitule: un for un in Habilitation.objects.actives().select_related("organisation").order_by("pk")
    }
    maintenant = timezone.localtime().replace(hour=10, minute=12, second=0, microsecond=0)
    numeros: dict[tuple[str, str], int] = {}
    with connection.cursor() as curseur:
        for rang, (cle, jours, intitule, voie, categories) in enumerate(ECHANGES):
            habilitation = habilitations.get(intitule)
            if habilitation is None or cle not in etudiants:
                continue
            organisation = habilitation.organisation
            instant = maintenant - timedelta(days=jours, minutes=37 * rang)
            curseur.execute(
                _CONSIGNER,
                [
                    instant, "donnees", f"{rang:032x}", habilitation.pk, organisation.nom, organisation.siret,
                    organisation.siret, voie, etudiants[cle], list(categories),
                    f"{rang:064x}" if voie == "france_connect" else "",
                ],
            )  # fmt: skip
            numeros[cle, intitule] = curseur.fetchone()[0]
    _rectifier(etudiants)
    _contester(etudiants, numeros)
    _certifier(etudiants)
    return len(numeros)


def _etudiants() -> Mapping[str, int]:
    par_ine = dict(Etudiant.objects.filter(fictif=False).values_list("ine", "pk"))
    return {
        un.cle: par_ine[un.registre.ine]
        for un in CITOYENS
        if un.registre is not None and un.registre.ine in par_ine
    }


def _rectifier(etudiants: Mapping[str, int]) -> None:
    """One under way, asked ten days ago."""
    if "agathe" not in etudiants:
        return
    inscription = (
        Inscription.objects.select_related("etablissement")
        .filter(etudiant=etudiants["agathe"])
        .order_by("-date_fin")[0]
    )
    demandee = rectifications.demander(
        etudiant_id=etudiants["agathe"],
        objet=Rectification.Objet.INSCRIPTION,
        texte="La date de fin devrait être celle de la soutenance, le 30 septembre, et non le 31 août.",
        inscription=inscription,
    )
    Rectification.objects.filter(pk=demandee.pk).update(
        demandee_le=timezone.now() - timedelta(days=10), echeance=demandee.echeance - timedelta(days=10)
    )


def _contester(etudiants: Mapping[str, int], numeros: Mapping[tuple[str, str], int]) -> None:
    """One answered, one that waits."""
    for (cle, intitule), reponse in {
        (
            "agathe",
            "Tarif étudiant à la piscine",
        ): "Vous avez demandé le tarif étudiant au guichet de la piscine "
        "municipale : notre agent a vérifié votre inscription à cette occasion.",
        ("elodie", "Aides d'urgence aux étudiants"): "",
    }.items():
        numero = numeros.get((cle, intitule))
        consultation = consultations.trouver(etudiants[cle], numero) if numero is not None else None
        if consultation is None:
            continue
        faite = contestations.contester(
            etudiant_id=etudiants[cle],
            consultation=consultation,
            texte="Je ne me souviens d'aucune démarche auprès de cet organisme.",
            nom_communique="",
        )
        if reponse:
            contestations.repondre(
                contestation_id=faite.pk, justifiee=True, texte=reponse, pour=faite.organisation
            )
            Contestation.objects.filter(pk=faite.pk).update(contestee_le=timezone.now() - timedelta(days=9))


def _certifier(etudiants: Mapping[str, int]) -> None:
    """One that her landlord has checked, one that she has withdrawn."""
    if "agathe" not in etudiants:
        return
    inscription = actes.inscriptions_possibles(etudiants["agathe"])[0]
    champs = [champ.value for champ in PAR_DEFAUT]
    jusqu_au = actes.jour_par_defaut(timezone.localdate())
    for pour_qui in ("Agence du Parc", "Transports de Clairval"):
        etabli = actes.etablir(
            inscription=inscription,
            champs=champs,
            pour_qui=pour_qui,
            valable_jusqu_au=jusqu_au,
            partage=False,
            pin="",
        )
        verification.verifier(etabli.code, adresse="", requete=f"{etabli.certificat.pk:032x}")
    actes.retirer(etudiant_id=etudiants["agathe"], certificat_id=etabli.certificat.pk)


#: Who is found by the project of the demonstration that has FranceConnect.
CITOYENNE = "agathe"
PROJET_FRANCE_CONNECT = next(projet for projet in PROJETS if projet.fc_client_id)
