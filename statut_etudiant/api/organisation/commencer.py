"""`POST /api/v1/demandes`: a draft begins by an editor's ready-made form; its applicant is who made the key.

Nothing is submitted, promised or shown to the editor by it: the applicant reads the draft, completes it and submits it
on the portal. Said twice, it is the same draft.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict

from habilitations.acteur import Acteur
from habilitations.editeurs import formulaires
from habilitations.integrateurs import cles
from habilitations.models import Compte, Demande, FormulairePret, Organisation
from habilitations.refus import ActeRefuse
from habilitations.views.demandes import nouvelle
from referentiel.ecriture.json_strict import JsonInvalide, lire_json
from statut_etudiant import maintenance
from statut_etudiant.api.filtres import FiltreRefuse, refuser_les_inconnus
from statut_etudiant.api.organisation.corps import decrire_demande
from statut_etudiant.api.reponse import repondre
from statut_etudiant.api.v2.erreurs import erreur

PARAMETRE = "formulaire"


def commencer(request: HttpRequest, ouverte: cles.Ouverte) -> HttpResponse:
    """Raises FiltreRefuse."""
    if (attente := maintenance.attente()) is not None:
        return repondre(*erreur("maintenance"), retry_after=attente)
    refuser_les_inconnus(request.GET, connus=())
    formulaire = _formulaire(request.body)
    try:
        commencee, deja = _commencer(ouverte, formulaire)
    except ActeRefuse:
        return repondre(*erreur("demande_refusee"))
    if commencee is None:
        return repondre(*erreur("auteur_parti"))
    return repondre(200 if deja else 201, decrire_demande(commencee))


def _formulaire(octets: bytes) -> FormulairePret:
    try:
        corps = lire_json(octets)
    except JsonInvalide as refus:
        raise FiltreRefuse("corps", str(refus)) from None
    if not isinstance(corps, dict) or set(corps) != {PARAMETRE}:
        raise FiltreRefuse("corps", f"Un objet JSON est attendu, qui ne porte que « {PARAMETRE} ».")
    trouve = formulaires.propose(corps[PARAMETRE]) if _est_un_uuid(corps[PARAMETRE]) else None
    if trouve is None:
        raise FiltreRefuse(PARAMETRE, "Aucun formulaire proposé par un éditeur n'a cet identifiant.")
    return trouve


def _est_un_uuid(valeur: Any) -> bool:
    try:
        return isinstance(valeur, str) and str(UUID(valeur)) == valeur.lower()
    except ValueError:
        return False


@transaction.atomic
def _commencer(ouverte: cles.Ouverte, formulaire: FormulairePret) -> tuple[Demande | None, bool]:
    """The draft, and whether it was there already; None when who made the key is of the organisation no more."""
    # Held: two at once would both find none.
    organisation = Organisation.objects.select_for_update().get(pk=ouverte.organisation_id)
    auteur = Compte.objects.filter(
        pk=ouverte.auteur_id,
        is_active=True,
        rattachements__organisation=organisation,
        rattachements__verifie=True,
    ).first()
    if auteur is None:
        return None, False
    connue = Demande.objects.filter(
        organisation=organisation,
        demandeur=auteur,
        etat=Demande.Etat.BROUILLON,
        habilitation__isnull=True,
        accompagnement__formulaire=formulaire,
    ).first()
    if connue is not None:
        return connue, True
    type_ = formulaires.TYPE.value
    champs = nouvelle.lire(nouvelle.parametres(QueryDict(), formulaire), type_=type_)
    creee = nouvelle.creer(
        acteur=Acteur(auteur), organisation=organisation, type_=type_, champs=champs, formulaire=formulaire
    )
    return Demande.objects.get(pk=creee.pk), False
