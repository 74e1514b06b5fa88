"""Whether a request is complete: what submission asks of each step, with the words shown beside the field.

A draft may lack anything; `verifier` is the only judge at submission, for the pages as for the acts.
"""

from collections.abc import Callable
from typing import NamedTuple

from habilitations.demandes import cas_d_usage, franceconnect
from habilitations.jetons.octroi import OctroiRefuse, verifier_scopes, verifier_uais
from habilitations.models import ContactDeDemande, Demande, Document, Habilitation

CONSERVATION_LIBRE = 36  # months, beyond which a justification is asked
CONSERVATION_MAXIMALE = 1200

Erreurs = dict[str, list[str]]

#: What is asked of each person whom the request names, in the order of the form, as a sentence says it.
DETAILS = {
    "prenom": "le prénom",
    "nom": "le nom",
    "fonction": "la fonction",
    "courriel": "l'adresse e-mail",
    "telephone": "le téléphone",
}


class Etape(NamedTuple):
    nom: str
    titre: str
    verifier: Callable[[Demande], Erreurs]
    types: tuple[str, ...] = (
        Habilitation.Type.LECTURE,
        Habilitation.Type.FRANCE_CONNECT,
        Habilitation.Type.ECRITURE,
    )


class Point(NamedTuple):
    """One thing left to do, and the field where it begins."""

    champ: str
    message: str


def _obligatoires(demande: Demande, **messages: str) -> Erreurs:
    return {champ: [message] for champ, message in messages.items() if not getattr(demande, champ)}


def _crochets(demande: Demande, *champs: str) -> Erreurs:
    """A ready-made form is sent once what it leaves between brackets is replaced."""
    return {
        champ: [f"Remplacez ce qui est entre crochets : {', '.join(restent)}."]
        for champ in champs
        if (restent := cas_d_usage.a_remplacer(getattr(demande, champ)))
    }


def _organisation(demande: Demande) -> Erreurs:
    return _obligatoires(
        demande,
        demandeur_fonction="Indiquez votre fonction dans l'organisation.",
        demandeur_telephone="Indiquez un numéro où vous joindre.",
    )


def _projet(demande: Demande) -> Erreurs:
    return _obligatoires(
        demande,
        intitule="Donnez un titre au projet, tel qu'il sera publié.",
        description="Décrivez le service rendu et ce que les données y changent.",
    ) | _crochets(demande, "intitule", "description")


def _donnees(demande: Demande) -> Erreurs:
    erreurs = _obligatoires(
        demande,
        destinataires="Indiquez quels agents ou services liront les données.",
        conservation_mois="Indiquez combien de mois les données sont conservées.",
    ) | _crochets(demande, "destinataires")
    try:
        verifier_scopes(demande.scopes)
    except OctroiRefuse as refus:
        erreurs["scopes"] = [str(refus) if demande.scopes else "Cochez au moins une population d'étudiants."]
    mois = demande.conservation_mois
    if mois and mois > CONSERVATION_MAXIMALE:
        erreurs["conservation_mois"] = [
            f"La durée de conservation ne dépasse pas {CONSERVATION_MAXIMALE} mois."
        ]
    elif mois and mois > CONSERVATION_LIBRE and not demande.conservation_justification.strip():
        erreurs["conservation_justification"] = [f"Au-delà de {CONSERVATION_LIBRE} mois, justifiez la durée."]
    return erreurs


def _cadre(demande: Demande) -> Erreurs:
    erreurs = _obligatoires(
        demande,
        cadre_nature="Choisissez la nature du texte.",
        cadre_references="Citez l'article ou la délibération.",
    ) | _crochets(demande, "cadre_references")
    if not demande.cadre_url and not _document(demande, Document.Genre.CADRE):
        erreurs["cadre_url"] = ["Donnez l'adresse du texte, ou joignez-le en PDF."]
    return erreurs


def _personnes(demande: Demande) -> Erreurs:
    contacts = {contact.role: contact for contact in demande.contacts.all()}
    erreurs: Erreurs = {}
    for role in ContactDeDemande.Role:
        contact = contacts.get(role.value)
        if role == ContactDeDemande.Role.TECHNIQUE and demande.sans_logiciel and not _dit(contact):
            continue
        for champ, libelle in DETAILS.items():
            if not getattr(contact, champ, ""):
                erreurs[f"{role.value}-{champ}"] = [f"Indiquez {libelle}."]
    return erreurs


def _dit(contact: ContactDeDemande | None) -> bool:
    """Whether anything is said of this person."""
    return any(getattr(contact, champ, "") for champ in DETAILS)


def _franceconnect(demande: Demande) -> Erreurs:
    erreurs = _obligatoires(
        demande,
        fc_numero_habilitation="Indiquez le numéro de votre habilitation FranceConnect.",
        fc_client_id="Indiquez l'identifiant client de votre service, donné par FranceConnect.",
    )
    numero = demande.fc_numero_habilitation
    if numero and (refus := franceconnect.refus_du_numero(numero)):
        erreurs["fc_numero_habilitation"] = [refus]
    if demande.fc_client_id and (refus := franceconnect.refus_du_client(demande)):
        erreurs["fc_client_id"] = [refus]
    return erreurs


def _etablissements(demande: Demande) -> Erreurs:
    try:
        verifier_uais(demande.uais, fictif=False)
    except OctroiRefuse as refus:
        return {"uais": [str(refus)]}
    return {}


def _engagements(demande: Demande) -> Erreurs:
    if demande.est_reouverture:
        return _obligatoires(
            demande,
            cgu_acceptees="Acceptez de nouveau les conditions générales d'utilisation, pour la version modifiée.",
            dpd_informe="Informez de ces changements le délégué à la protection des données, puis cochez la case.",
        )
    return _obligatoires(
        demande,
        cgu_acceptees="Les conditions générales d'utilisation doivent être acceptées.",
        dpd_informe="Le délégué à la protection des données doit être informé.",
    )


LECTURES = (Habilitation.Type.LECTURE, Habilitation.Type.FRANCE_CONNECT)

ETAPES: tuple[Etape, ...] = (
    Etape("organisation", "Votre organisation", _organisation),
    Etape("projet", "Le projet", _projet),
    Etape("donnees", "Les données", _donnees, LECTURES),
    Etape("cadre", "Le cadre juridique", _cadre, LECTURES),
    Etape("etablissements", "Les établissements", _etablissements, (Habilitation.Type.ECRITURE,)),
    Etape("franceconnect", "FranceConnect", _franceconnect, (Habilitation.Type.FRANCE_CONNECT,)),
    Etape("personnes", "Les personnes", _personnes),
    Etape("engagements", "Les engagements", _engagements),
)


def etapes(demande: Demande) -> list[Etape]:
    """The steps of this kind of request, in order."""
    return [etape for etape in ETAPES if demande.type in etape.types]


def verifier(demande: Demande) -> dict[str, Erreurs]:
    """What is missing or wrong: step → field → messages. Empty when the request may be submitted."""
    verdicts = {etape.nom: etape.verifier(demande) for etape in etapes(demande)}
    return {nom: erreurs for nom, erreurs in verdicts.items() if erreurs}


def points(erreurs: Erreurs) -> list[Point]:
    """The same for a summary of one step: a person of whom several details are missing counts once."""
    trouves: dict[str, Point] = {}
    for champ, messages in erreurs.items():
        role, tiret, _ = champ.partition("-")
        if not tiret:
            trouves[champ] = Point(champ, " ".join(messages))
        elif role not in trouves:
            manquants = [libelle for detail, libelle in DETAILS.items() if f"{role}-{detail}" in erreurs]
            liste = " et ".join(filter(None, [", ".join(manquants[:-1]), manquants[-1]]))
            trouves[role] = Point(champ, f"{ContactDeDemande.Role(role).label} : indiquez {liste}.")
    return list(trouves.values())


def _document(demande: Demande, genre: str) -> bool:
    return demande.documents.joints().filter(genre=genre).exclude(analyse=Document.Analyse.INFECTE).exists()


#: The request's own fields, by the step that asks for them. The contacts' are the step « personnes »'s.
CHAMPS_PAR_ETAPE: dict[str, tuple[str, ...]] = {
    "organisation": ("demandeur_fonction", "demandeur_telephone"),
    "projet": ("intitule", "description", "date_prevue", "volume_annuel", "sans_logiciel"),
    "donnees": ("scopes", "destinataires", "conservation_mois", "conservation_justification"),
    "cadre": ("cadre_nature", "cadre_references", "cadre_url"),
    "etablissements": ("uais", "logiciel"),
    "franceconnect": ("fc_numero_habilitation", "fc_client_id"),
    "personnes": (),
    "engagements": ("cgu_acceptees", "dpd_informe"),
}
DOCUMENTS_PAR_ETAPE: dict[str, str] = {"projet": Document.Genre.MAQUETTE, "cadre": Document.Genre.CADRE}
_ETAPES_DES_CHAMPS = {champ: etape for etape, champs in CHAMPS_PAR_ETAPE.items() for champ in champs}
_ETAPES_DES_DOCUMENTS = {genre: etape for etape, genre in DOCUMENTS_PAR_ETAPE.items()}


def etape_du_champ(champ: str) -> str:
    """The step where this field is filled in; `champ` as the form names it (`technique-courriel`)."""
    return "personnes" if "-" in champ else _ETAPES_DES_CHAMPS[champ]


def etape_du_document(genre: str) -> str:
    return _ETAPES_DES_DOCUMENTS[genre]
