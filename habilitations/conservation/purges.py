"""What is done of accounts, requests and mails when their time is over. Each function may be run again at any time."""

from dateutil.relativedelta import relativedelta
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from habilitations.models import (
    AdresseRefusee,
    CleApi,
    CodeDeSecours,
    Compte,
    Consommation,
    ContactDeDemande,
    Courriel,
    Demande,
    Document,
    Envoi,
    Evenement,
    Fait,
    Gestionnaire,
    Habilitation,
    LienDeJeton,
    Message,
    Rattachement,
    Role,
)
from referentiel.journal.effacements import scelle_de_nouveau

MOIS_D_UN_COURRIEL = 12
MOIS_D_UN_BROUILLON = 24
ANNEES_D_UNE_DEMANDE = 5
MOIS_D_UN_COMPTE = 36
MOIS_DE_LA_CONSOMMATION = 13
MOIS_D_UN_LIEN = 12
MOIS_D_UN_FAIT, MOIS_D_UN_ENVOI, MOIS_D_UNE_CLE = 12, 3, 12
EFFACE = "Message effacé : la demande est close depuis plus de cinq ans."

#: States in which a request is over.
_CLOSES = [Demande.Etat.REFUSEE, Demande.Etat.REVOQUEE, Demande.Etat.ARCHIVEE]


def purger_les_adresses_refusees() -> int:
    limite = timezone.now() - relativedelta(months=MOIS_D_UN_COURRIEL)
    return AdresseRefusee.objects.filter(constate_le__lt=limite).delete()[0]


def purger_les_courriels() -> int:
    """Those that left, or were given up, a year ago. The keys by which a notice leaves once are of no more use then."""
    limite = timezone.now() - relativedelta(months=MOIS_D_UN_COURRIEL)
    return int(
        Courriel.objects.filter(cree_le__lt=limite).exclude(pk__in=Courriel.objects.en_attente()).delete()[0]
    )


def purger_les_demandes() -> int:
    """Of requests closed for five years, and of drafts left for two: the people named, the documents, the messages."""
    maintenant = timezone.now()
    closes = Q(etat__in=_CLOSES, modifie_le__lt=maintenant - relativedelta(years=ANNEES_D_UNE_DEMANDE))
    laissees = Q(
        etat=Demande.Etat.BROUILLON,
        habilitation__isnull=True,
        modifie_le__lt=maintenant - relativedelta(months=MOIS_D_UN_BROUILLON),
    )
    demandes = list(
        Demande.objects.filter(closes | laissees).exclude(habilitation__etat=Habilitation.Etat.ACTIVE)
    )
    effaces = 0
    for demande in demandes:
        with transaction.atomic():
            effaces += ContactDeDemande.objects.filter(demande=demande).delete()[0]
            effaces += Document.objects.filter(demande=demande).delete()[0]
            effaces += Message.objects.filter(demande=demande).exclude(texte=EFFACE).update(texte=EFFACE)
            effaces += _effacer_les_instantanes(demande)
            if demande.demandeur_telephone or demande.demandeur_fonction or demande.instantane_valide:
                # By a statement: saving would say that the request was touched today.
                effaces += Demande.objects.filter(pk=demande.pk).update(
                    demandeur_telephone="", demandeur_fonction="", instantane_valide=None
                )
    return effaces


def _effacer_les_instantanes(demande: Demande) -> int:
    lignes = list(
        Evenement.objects.filter(demande=demande, instantane__isnull=False).values_list("pk", flat=True)
    )
    if lignes:
        motif = f"fin de la demande {demande.pk}"
        with (
            scelle_de_nouveau("habilitations_evenement", lignes, motif=motif),
            connection.cursor() as curseur,
        ):
            curseur.execute("SELECT habilitations_effacer_instantanes(%s)", [demande.pk])
    return len(lignes)


def purger_les_comptes() -> int:
    """Accounts that nobody has signed in to for three years, and that nothing in force needs: name and address go, what
    they did stays under a number."""
    limite = timezone.now() - relativedelta(months=MOIS_D_UN_COMPTE)
    en_vigueur = Demande.objects.filter(
        Q(habilitation__etat=Habilitation.Etat.ACTIVE) | ~Q(etat__in=_CLOSES), demandeur=OuterRef("pk")
    )
    oublies = Compte.objects.filter(
        Q(last_login__lt=limite) | Q(last_login__isnull=True, cree_le__lt=limite),
        ~Exists(Role.objects.filter(compte=OuterRef("pk"), retire_le__isnull=True)),
        ~Exists(Gestionnaire.objects.actifs().filter(compte=OuterRef("pk"))),
        ~Exists(en_vigueur),
    ).exclude(courriel__endswith=DOMAINE_EFFACE)
    return sum(map(effacer_un_compte, oublies))


DOMAINE_EFFACE = "@efface.invalid"


@transaction.atomic
def effacer_un_compte(compte: Compte) -> int:
    """Forget who a person is; the account is closed, and its number goes on signing what it did."""
    compte.nom, compte.prenom = "effacé", "Compte"
    compte.courriel = f"compte-{compte.pk}{DOMAINE_EFFACE}"
    compte.is_active = False
    compte.generation += 1
    compte.set_unusable_password()
    compte.save()
    compte.identites.all().delete()
    compte.appareils.all().delete()
    compte.desabonnements.all().delete()
    compte.filtres.all().delete()
    CodeDeSecours.objects.filter(compte=compte).delete()
    Rattachement.objects.filter(compte=compte).delete()
    return 1


def purger_la_consommation() -> int:
    """Daily counts of calls: a year, and the month that it is compared with."""
    limite = timezone.localdate() - relativedelta(months=MOIS_DE_LA_CONSOMMATION)
    return int(Consommation.objects.filter(jour__lt=limite).delete()[0])


def purger_les_liens() -> int:
    """To whom one-time links were sent."""
    limite = timezone.now() - relativedelta(months=MOIS_D_UN_LIEN)
    return int(
        LienDeJeton.objects.filter(expire_le__lt=limite).exclude(destinataire="").update(destinataire="")
    )


def purger_les_faits() -> int:
    """What integrators were told of, and how; the calls of an event go with it. Keys that ended long ago."""
    maintenant = timezone.now()
    envois = Envoi.objects.filter(cree_le__lt=maintenant - relativedelta(months=MOIS_D_UN_ENVOI)).exclude(
        etat=Envoi.Etat.EN_ATTENTE
    )
    faits = Fait.objects.filter(instant__lt=maintenant - relativedelta(months=MOIS_D_UN_FAIT))
    fin = maintenant - relativedelta(months=MOIS_D_UNE_CLE)
    cles = CleApi.objects.filter(Q(revoquee_le__lt=fin) | Q(expire_le__lt=fin))
    return int(envois.delete()[0] + faits.delete()[0] + cles.delete()[0])
