"""Pre-filling a new request from the URL's parameters, invalid ones being ignored."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import QueryDict

from habilitations.acteur import Acteur
from habilitations.demandes import actes
from habilitations.demandes.brouillon import CHAMPS_DES_CONTACTS
from habilitations.demandes.completude import ETAPES
from habilitations.editeurs import accompagnement, formulaires
from habilitations.forms.registre import FORMULAIRES
from habilitations.models import ContactDeDemande, Demande, FormulairePret, Habilitation, Organisation
from habilitations.scopes import SCOPES

#: Not pre-filled: only the applicant may make these commitments.
JAMAIS = frozenset({"cgu_acceptees", "dpd_informe"})


def lire(parametres: QueryDict, *, type_: str) -> dict[str, Any]:
    """The fields that the parameters fill, each checked as the form would; what is wrong is left out.

    Lists come repeated (`scopes=a&scopes=b`) or separated by commas.
    """
    donnees = parametres.copy()
    for liste in ("scopes", "uais"):
        valeurs = [v.strip() for brute in parametres.getlist(liste) for v in brute.split(",") if v.strip()]
        donnees.setlist(liste, [v for v in valeurs if v in SCOPES] if liste == "scopes" else valeurs)
    champs: dict[str, Any] = {}
    for etape in ETAPES:
        if type_ not in etape.types:
            continue
        form = FORMULAIRES[etape.nom](donnees, demande=Demande(type=type_, organisation=Organisation()))
        for nom, valeur in form.valeurs.items():
            if nom in donnees and nom not in JAMAIS and valeur not in (None, "", []):
                champs[nom] = valeur
    return champs


def parametres(recus: QueryDict, formulaire: FormulairePret | None) -> QueryDict:
    """What fills the draft: an editor's form alone when there is one, so that its page tells all that it brings;
    else the address."""
    if formulaire is None:
        return recus
    prepares = QueryDict(mutable=True)
    for nom in formulaires.CHAMPS:
        valeur = formulaire.champs.get(nom, "")
        prepares.setlist(nom, [str(v) for v in valeur] if isinstance(valeur, list) else [str(valeur)])
    return prepares


@transaction.atomic
def creer(
    *,
    acteur: Acteur,
    organisation: Organisation,
    type_: str,
    champs: Mapping[str, Any],
    formulaire: FormulairePret | None = None,
    suivie: bool = False,
) -> Demande:
    """A draft with these fields, contacts' included, and what the applicant's last request says of them.

    `formulaire`: the editor's by which it begins; `suivie`: its applicant lets that editor follow it."""
    contacts = {nom: valeur for nom, valeur in champs.items() if nom in CHAMPS_DES_CONTACTS}
    propres = {nom: valeur for nom, valeur in champs.items() if nom not in contacts}
    derniere = (
        Demande.objects.filter(demandeur=acteur.compte, organisation=organisation).order_by("-id").first()
    )
    if derniere is not None:
        propres = {
            "demandeur_fonction": derniere.demandeur_fonction,
            "demandeur_telephone": derniere.demandeur_telephone,
        } | propres
    demande = actes.creer(
        acteur=acteur, organisation=organisation, type_=Habilitation.Type(type_).value, **propres
    )
    for role in ContactDeDemande.Role:
        valeurs = {
            nom.partition("-")[2]: valeur
            for nom, valeur in contacts.items()
            if nom.startswith(f"{role.value}-")
        }
        if valeurs:
            ContactDeDemande.objects.create(demande=demande, role=role, **valeurs)
    if formulaire is not None:
        accompagnement.commencer(demande=demande, formulaire=formulaire, acteur=acteur, suivie=suivie)
    return demande
