"""Which kinds of habilitation an organisation may ask for: the opinions of « Suis-je éligible ? », held by the acts.

What it is, is told by the register of establishments, else by its legal category at Sirene, else by the applicant.
"""

from contextlib import suppress

from habilitations.comptes import sirene
from habilitations.comptes.sirene import SireneMuet
from habilitations.eligibilite.acteurs import PAR_ACTEUR, Avis
from habilitations.eligibilite.genres import ECRITURE
from habilitations.eligibilite.questionnaire import Reponse
from habilitations.models import Demande, Organisation
from habilitations.refus import ActeRefuse
from referentiel.models import Etablissement

ADMINISTRATION, ETABLISSEMENT, ENTREPRISE = "administration", "etablissement", "entreprise"

#: Beginnings of Insee's legal categories. What is in neither list (7383 is a university, 7364 a hospital, which may
#: have a school of nurses) is asked of the applicant.
PRIVEES = ("0", "1", "2", "3", "5", "6", "82", "83", "84", "85", "9")
PUBLIQUES = ("72", "734", "735", "7361", "7362", "81")


def connu(organisation: Organisation) -> str:
    """The actor that it is known to be; empty when nobody says it."""
    if Etablissement.objects.reels().filter(siret__startswith=organisation.siret[:9]).exists():
        return ETABLISSEMENT
    if organisation.categorie.startswith(PRIVEES):
        return ENTREPRISE
    return ADMINISTRATION if organisation.categorie.startswith(PUBLIQUES) else ""


def avis(organisation: Organisation, type_: str, declare: str) -> Avis | None:
    """What it may expect of this kind; None when nobody says what it is."""
    qui = connu(organisation)
    if qui == ENTREPRISE and type_ == ECRITURE and declare in {ETABLISSEMENT, "lycee"}:
        # A private school may not be in the register yet: the instruction compares it with its UAI.
        qui = declare
    acteur = PAR_ACTEUR.get(qui or declare)
    return acteur.avis(type_) if acteur is not None else None


def exiger(organisation: Organisation, type_: str, declare: str) -> None:
    """Raises ActeRefuse, which says why and what to do, for a kind that is not for this organisation."""
    trouve = avis(organisation, type_, declare)
    if trouve is None or trouve.reponse != Reponse.NON:
        return
    qui = PAR_ACTEUR[connu(organisation) or declare].choix.libelle
    atteste = "D'après Sirene" if connu(organisation) else "D'après votre réponse"
    raise ActeRefuse(
        f"{trouve.raison} {atteste}, {organisation.nom} est : {qui.lower()}. « Suis-je éligible ? » dit ce qui vous "
        "est ouvert."
    )


def exiger_pour(demande: Demande) -> None:
    exiger(demande.organisation, demande.type, demande.acteur_declare)


def demander_a_sirene(organisation: Organisation) -> None:
    """Learn the legal category of an organisation of before, if Sirene answers. Called before any lock is taken."""
    if organisation.categorie:
        return
    with suppress(SireneMuet):
        trouve = sirene.chercher(organisation.siret)
        if trouve is not None and trouve.categorie:
            organisation.categorie = trouve.categorie
            organisation.save(update_fields=["categorie"])
