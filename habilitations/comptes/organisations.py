"""Belonging to an organisation: said by the person, or verified by ProConnect."""

from contextlib import suppress
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from habilitations import parties
from habilitations.acteur import Acteur, Qualite
from habilitations.comptes import sirene
from habilitations.comptes.sirene import SireneMuet
from habilitations.comptes.siret import nom_au_referentiel, organisation_du_siret
from habilitations.comptes.verrous import SIRET, Essai, TropDEssais
from habilitations.courriels.boite import ecrire
from habilitations.journal import noter
from habilitations.models import Compte, Demande, Evenement, JournalAcces, Organisation, Rattachement
from habilitations.refus import ActeRefuse
from referentiel import francais

#: Nobody belongs to more; a script that lists organisations would.
MAXIMUM = 20


class NomInconnu(ActeRefuse):
    """Nobody but the person can say the organisation's name."""


class EtablissementFerme(ActeRefuse):
    """Sirene says that it is closed."""


class _Fiche(NamedTuple):
    nom: str
    adresse: str
    categorie: str = ""


def rattacher(
    *, acteur: Acteur, siret: str, nom: str = "", adresse: str = "", ferme_accepte: bool = False
) -> Organisation:
    """Add an organisation to the person's, without any proof; again is no error. Raises ActeRefuse.

    Sirene's name and address, else the referential's, win over what is typed, which is kept with the person's own link:
    the first to type a SIRET does not name the organisation for everybody.
    `ferme_accepte`: the person was told that the establishment is closed, and wants it all the same.
    """
    connue = Organisation.objects.filter(siret=siret).first()
    if connue is None or connue.sans_nom:
        essai = _compter(acteur)
        # Before any lock is taken: Sirene may be slow.
        saisie = _Fiche(nom, adresse)
        fiche = _identifier(siret, saisie, ferme_accepte=ferme_accepte)
        essai.reussi()
    else:
        fiche, saisie = _Fiche(connue.nom, connue.adresse), _Fiche("", "")
    with transaction.atomic():
        Compte.objects.select_for_update().get(pk=acteur.compte.pk)
        liens = Rattachement.objects.filter(compte=acteur.compte)
        if liens.count() >= MAXIMUM and not liens.filter(organisation__siret=siret).exists():
            raise ActeRefuse(f"Votre compte est déjà rattaché à {MAXIMUM} organisations.")
        organisation = organisation_du_siret(siret=siret, **fiche._asdict())
        lien, nouveau = Rattachement.objects.get_or_create(compte=acteur.compte, organisation=organisation)
        if organisation.sans_nom and saisie.nom:
            lien.nom_declare, lien.adresse_declaree = saisie.nom, saisie.adresse
            lien.save(update_fields=["nom_declare", "adresse_declaree"])
        if nouveau:
            noter(
                JournalAcces.Genre.RATTACHEMENT,
                compte=acteur.compte,
                auteur=acteur.au_nom_de or acteur.compte,
                siret=siret,
                verifie=False,
            )
    return organisation


def _identifier(siret: str, saisie: _Fiche, *, ferme_accepte: bool) -> _Fiche:
    """How the organisation is called and where it is, by Sirene, else by the referential. Empty when neither says it,
    and the person does (`saisie`); raises NomInconnu when nobody does."""
    manque = "Saisissez le nom de l'organisation : nous ne connaissons pas encore ce SIRET."
    trouve = None
    with suppress(SireneMuet):
        trouve = sirene.chercher(siret)
        if trouve is None:
            manque = (
                "Le répertoire Sirene ne connaît pas ce SIRET : vérifiez-le. S'il est juste, saisissez le nom de "
                "l'organisation."
            )
        elif not trouve.nom:
            manque = "Le répertoire Sirene ne publie pas le nom de cet établissement : saisissez-le."
    if trouve is not None and trouve.ferme and not ferme_accepte:
        depuis = f" depuis le {francais.date(trouve.ferme_le)}" if trouve.ferme_le else ""
        raise EtablissementFerme(
            f"Cet établissement est fermé{depuis} : vérifiez le SIRET. Si c'est bien le vôtre, validez de nouveau pour "
            "l'ajouter quand même."
        )
    publiee = _Fiche("", "")
    if trouve is not None:
        publiee = _Fiche(trouve.nom, trouve.adresse, trouve.categorie)
    nom = publiee.nom or nom_au_referentiel(siret)
    if not nom and not saisie.nom:
        raise NomInconnu(manque)
    return publiee._replace(nom=nom)


def _compter(acteur: Acteur) -> Essai:
    """Limits how many unknown SIRET one person may look up in Sirene."""
    try:
        return Essai((SIRET, str(acteur.compte.pk)))
    except TropDEssais as refus:
        raise ActeRefuse(str(refus)) from None


@transaction.atomic
def retirer(*, acteur: Acteur, organisation: Organisation) -> None:
    """Take an organisation off the person's. Their own requests stay theirs; their colleagues' are no longer shown.

    A link that the ministry has refused stays: added anew it would be one that nobody has looked at. Raises ActeRefuse.
    """
    lien = Rattachement.objects.select_for_update().get(compte=acteur.compte, organisation=organisation)
    if lien.refuse_le is not None:
        raise ActeRefuse(
            f"Le ministère a refusé ce rattachement le {francais.date(timezone.localtime(lien.refuse_le))} : il reste "
            "noté. Si c'est une erreur, écrivez-nous."
        )
    verifie = lien.verifie
    lien.delete()
    noter(
        JournalAcces.Genre.RATTACHEMENT_RETIRE,
        compte=acteur.compte,
        auteur=acteur.au_nom_de or acteur.compte,
        siret=organisation.siret,
        verifie=verifie,
    )


class Suites(NamedTuple):
    """What becomes of an organisation's requests once the person has left it: how many."""

    gardees: int
    perdues_de_vue: int


def suites_du_retrait(lien: Rattachement) -> Suites:
    compte = lien.compte
    demandes = Demande.objects.filter(organisation=lien.organisation)
    autres = demandes.exclude(demandeur=compte).exclude(contacts__courriel=compte.courriel)
    par_le_lien = lien.verifie and not compte.est_agent_du_ministere
    return Suites(
        gardees=demandes.filter(demandeur=compte).count(),
        perdues_de_vue=autres.count() if par_le_lien else 0,
    )


def verifier(*, compte: Compte, siret: str) -> Organisation:
    """ProConnect says, and has checked, that the person works for this organisation. Whoever works for two keeps both:
    each lasts as long as it is confirmed (`perimer`)."""
    return _dit_par_proconnect(compte, siret, verifie=True)


def declarer(*, compte: Compte, siret: str) -> Organisation:
    """ProConnect says so without having checked it: worth what the person says, and no less than what was verified."""
    return _dit_par_proconnect(compte, siret, verifie=False)


def _dit_par_proconnect(compte: Compte, siret: str, *, verifie: bool) -> Organisation:
    fiche = _Fiche("", "")
    if all(connue.sans_nom for connue in Organisation.objects.filter(siret=siret)):
        # Before any lock is taken, and without insisting: a name can wait, not the person.
        with suppress(ActeRefuse):
            fiche = _identifier(siret, fiche, ferme_accepte=True)
    with transaction.atomic():
        organisation = organisation_du_siret(siret=siret, **fiche._asdict())
        lien, nouveau = Rattachement.objects.get_or_create(
            compte=compte, organisation=organisation, defaults={"verifie": verifie}
        )
        if verifie:
            Rattachement.objects.filter(pk=lien.pk).update(
                verifie=True, verifie_le=timezone.now(), verifie_par=None, preuve="", refuse_le=None
            )
        if nouveau or (verifie and not lien.verifie):
            noter(JournalAcces.Genre.RATTACHEMENT, compte=compte, auteur=compte, siret=siret, verifie=verifie)
    return organisation


@transaction.atomic
def attester(*, demande: Demande, acteur: Acteur, preuve: str, verifie: bool) -> Rattachement:
    """The ministry settles whether the applicant works for the organisation, and says on what proof (`verifie` false:
    it refuses the link, and why). Told in the request's history. Raises ActeRefuse."""
    if not acteur.qualites(demande) & {Qualite.INSTRUCTEUR, Qualite.ADMINISTRATEUR}:
        raise ActeRefuse("Vous n'avez pas le droit de vérifier ce rattachement.")
    if parties.liens(demande, acteur.compte):
        raise ActeRefuse("Vous êtes partie à cette demande : quelqu'un d'autre doit en décider.")
    preuve = " ".join(preuve.split())
    if not preuve:
        raise ActeRefuse("Notez la preuve, ou la raison du refus.")
    lien = (
        Rattachement.objects.select_for_update(of=("self",))
        .filter(compte=demande.demandeur_id, organisation=demande.organisation_id)
        .first()
    )
    if lien is None:
        raise ActeRefuse("Le demandeur n'est plus rattaché à l'organisation : rien n'est à vérifier.")
    maintenant = timezone.now()
    lien.verifie, lien.verifie_le = verifie, maintenant
    lien.verifie_par, lien.preuve = acteur.compte, preuve[:500]
    lien.refuse_le = None if verifie else maintenant
    lien.save(update_fields=["verifie", "verifie_le", "verifie_par", "preuve", "refuse_le"])
    noter(
        JournalAcces.Genre.RATTACHEMENT,
        compte=demande.demandeur,
        auteur=acteur.compte,
        siret=demande.organisation.siret,
        verifie=verifie,
    )
    Evenement.objects.create(
        demande=demande,
        acte="rattachement_verifie" if verifie else "rattachement_refuse",
        acteur=acteur.compte,
        acteur_nom=acteur.nom_affiche,
        acteur_role=next(
            iter(sorted(acteur.qualites(demande) & {Qualite.INSTRUCTEUR, Qualite.ADMINISTRATEUR}))
        ),
        de=demande.etat,
        vers=demande.etat,
        texte=lien.preuve,
    )
    return lien


@transaction.atomic
def perimer() -> int:
    """Links that ProConnect has not confirmed for long are no longer taken as verified; how many."""
    limite = timezone.now() - relativedelta(months=settings.RATTACHEMENT_DUREE_MOIS)
    liens = Rattachement.objects.filter(verifie=True, verifie_le__lt=limite)
    trouves = list(liens.select_for_update(of=("self",)).select_related("compte", "organisation"))
    for lien in trouves:
        # The key names the confirmation that is over: one mail for each.
        cle = f"rattachement_a_verifier:{lien.pk}:{lien.verifie_le.isoformat()}"
        lien.verifie, lien.verifie_le = False, timezone.now()
        lien.verifie_par, lien.preuve = None, ""
        lien.save(update_fields=["verifie", "verifie_le", "verifie_par", "preuve"])
        noter(
            JournalAcces.Genre.RATTACHEMENT_PERIME,
            compte=lien.compte,
            auteur=None,
            siret=lien.organisation.siret,
        )
        ecrire(
            genre="rattachement_a_verifier",
            destinataire=lien.compte.courriel,
            cle=cle,
            contexte={"organisation": lien.organisation, "mois": settings.RATTACHEMENT_DUREE_MOIS},
        )
    return len(trouves)
