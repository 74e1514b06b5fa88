"""Who may verify at the desk: designated by address, told by mail, removed at once. Each change is in the history of
the request.

Whoever answers for a reading habilitation designates: its applicant, and the people whose link to its organisation is
verified, never themselves; the applicant is told of what these do. Nothing says whether an address has an account.
"""

from typing import cast

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from habilitations import adresses
from habilitations.acteur import Acteur, Qualite
from habilitations.courriels.boite import ecrire
from habilitations.jetons.vie import raconter
from habilitations.models import Compte, Demande, Habilitation, Rattachement
from habilitations.refus import ActeRefuse, DejaFait
from statut_etudiant.guichet.models import Agent, AgentQuerySet


def habilitations_tenues(compte: Compte) -> QuerySet[Habilitation]:
    """The reading habilitations in force whose agents this person designates."""
    siennes = Rattachement.objects.filter(compte=compte, verifie=True).values("organisation")
    return (
        Habilitation.objects.actives()
        .filter(type=Habilitation.Type.LECTURE, demandes__isnull=False)
        .filter(Q(organisation__in=siennes) | Q(demandes__demandeur=compte))
        .select_related("organisation")
        .distinct()
        .order_by("-pk")
    )


def les_siens(compte: Compte) -> list[Agent]:
    """This person's designations that are in force, now theirs if they came by their address."""
    venues = Agent.objects.designes().filter(compte__isnull=True, courriel=compte.courriel)
    if venues.exists():  # a page writes nothing otherwise
        venues.update(compte=compte)
    return list(
        Agent.objects.en_service()
        .filter(compte=compte)
        .select_related("demande__habilitation__organisation")
        .order_by("pk")
    )


@transaction.atomic
def designer(*, acteur: Acteur, habilitation_id: int, courriel: str) -> Agent:
    """Or renew, when the designation is nearly over. Raises ActeRefuse, Habilitation.DoesNotExist."""
    _jamais_incarne(acteur)
    courriel = adresses.normaliser(courriel)
    habilitation = habilitations_tenues(acteur.compte).get(pk=habilitation_id)
    demande = Demande.objects.select_for_update().filter(habilitation=habilitation).latest("pk")
    par_un_collegue = demande.demandeur_id != acteur.compte.pk
    if par_un_collegue and courriel == acteur.compte.courriel:
        raise ActeRefuse(
            f"On ne se donne pas le guichet à soi-même : demandez à {demande.demandeur}, qui a fait la demande, "
            "ou à un collègue, de vous désigner vous-même."
        )
    maintenant = timezone.now()
    deja = Agent.objects.designes().filter(demande=demande, courriel=courriel).first()
    if deja is not None and not renouvelable(deja):
        raise DejaFait(f"{courriel} est déjà agent du guichet pour cette habilitation.")
    if deja is not None:
        Agent.objects.filter(pk=deja.pk).update(retire_le=maintenant, retire_par=acteur.compte)
    agent = Agent.objects.create(
        demande=demande,
        courriel=courriel,
        compte=deja.compte if deja else None,
        ajoute_par=acteur.compte,
        ajoute_le=maintenant,
        expire_le=maintenant + relativedelta(months=settings.GUICHET_DESIGNATION_MOIS),
    )
    raconter(habilitation, "agent_designe", acteur, {"agent": courriel}, sinon=Qualite.COLLEGUE)
    ecrire(
        genre="guichet_ouvert",
        destinataire=courriel,
        cle=f"guichet_ouvert:{agent.pk}",
        contexte={
            "habilitation": habilitation,
            "auteur": acteur.compte,
            "agent": agent,
            "lien": settings.ADRESSE_PUBLIQUE + reverse("guichet"),
        },
    )
    if par_un_collegue:
        ecrire(
            genre="guichet_agent_designe",
            destinataire=demande.demandeur.courriel,
            cle=f"guichet_agent_designe:{agent.pk}",
            contexte={
                "habilitation": habilitation,
                "auteur": acteur.compte,
                "agent": agent,
                "lien": settings.ADRESSE_PUBLIQUE + reverse("guichet-agents", args=[habilitation.pk]),
            },
        )
    return agent


def renouvelable(agent: Agent) -> bool:
    """In its last two months, or over."""
    return agent.expire_le <= timezone.now() + relativedelta(months=2)


@transaction.atomic
def retirer(*, acteur: Acteur, agent_id: int) -> Agent:
    """End a designation: the next verification is refused. Raises ActeRefuse, Agent.DoesNotExist."""
    _jamais_incarne(acteur)
    agent = visibles(acteur.compte).select_related("compte", "demande__habilitation").get(pk=agent_id)
    fini = Agent.objects.designes().filter(pk=agent.pk)
    if not fini.update(retire_le=timezone.now(), retire_par=acteur.compte):
        raise DejaFait(f"{agent} n'est plus agent du guichet.")
    habilitation = cast(Habilitation, agent.demande.habilitation)  # `visibles` goes through it
    raconter(habilitation, "agent_retire", acteur, {"agent": agent.courriel}, sinon=Qualite.COLLEGUE)
    ecrire(
        genre="guichet_ferme",
        destinataire=agent.compte.courriel if agent.compte else agent.courriel,
        cle=f"guichet_ferme:{agent.pk}",
        contexte={"habilitation": habilitation, "auteur": acteur.compte},
    )
    return agent


def visibles(compte: Compte) -> AgentQuerySet:
    """The designations, past ones too, of the habilitations that this person answers for."""
    return Agent.objects.filter(
        demande__habilitation__in=habilitations_tenues(compte).values("pk").order_by()
    )


def _jamais_incarne(acteur: Acteur) -> None:
    if acteur.au_nom_de is not None:
        raise ActeRefuse("Les agents d'une organisation ne se désignent pas à la place d'une personne.")
