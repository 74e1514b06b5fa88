"""Pre-filling a new request: by a ready-made form (`cas`), and by the URL's parameters, which win over it; what is
invalid is ignored."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.utils.formats import number_format

from habilitations.acteur import Acteur
from habilitations.demandes import actes
from habilitations.demandes.brouillon import CHAMPS_DES_CONTACTS
from habilitations.demandes.cadres import TEXTES
from habilitations.demandes.cas_d_usage import PAR_NOM, Cas
from habilitations.demandes.completude import ETAPES
from habilitations.editeurs import accompagnement, formulaires
from habilitations.forms.registre import FORMULAIRES
from habilitations.models import ContactDeDemande, Demande, FormulairePret, Habilitation, Organisation
from habilitations.scopes import SCOPES
from referentiel import francais

#: Not pre-filled: only the applicant may make these commitments.
JAMAIS = frozenset({"cgu_acceptees", "dpd_informe"})


def le_cas(parametres: QueryDict) -> Cas | None:
    """The ready-made form that the address names."""
    return PAR_NOM.get(parametres.get("cas", ""))


def lire(parametres: QueryDict, *, type_: str) -> dict[str, Any]:
    """The fields that the parameters fill, each checked as the form would; what is wrong is left out.

    Lists come repeated (`scopes=a&scopes=b`) or separated by commas.
    """
    donnees = parametres.copy()
    if (cas := le_cas(parametres)) is not None and cas.type == type_:
        for champ, valeur in cas.champs.items():
            if champ not in donnees:
                donnees.setlist(champ, valeur if isinstance(valeur, list) else [valeur])
    for liste in ("scopes", "uais"):
        valeurs = [v.strip() for brute in donnees.getlist(liste) for v in brute.split(",") if v.strip()]
        donnees.setlist(liste, [v for v in valeurs if v in SCOPES] if liste == "scopes" else valeurs)
    champs: dict[str, Any] = {}
    for etape in ETAPES:
        if type_ not in etape.types:
            continue
        form = FORMULAIRES[etape.nom](donnees, demande=Demande(type=type_, organisation=Organisation()))
        for nom, valeur in form.valeurs.items():
            if nom in donnees and nom not in JAMAIS and valeur not in (None, "", []):
                champs[nom] = valeur
    if cas is not None and cas.type == type_:
        champs["cas"] = cas.nom
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


class Parametre(NamedTuple):
    """One parameter of the address. `codes`: the values that it takes, when they are a list, with their labels;
    `etape`: the title of the form's step that asks for it."""

    etape: str
    nom: str
    libelle: str
    accepte: str
    codes: list[tuple[str, str]]
    types: list[str]


def parametres_acceptes() -> list[Parametre]:
    """What an address may fill in, read from the forms themselves, in their order."""
    trouves = []
    for etape in ETAPES:
        classe = FORMULAIRES[etape.nom]
        types = [str(Habilitation.Type(type_).label) for type_ in etape.types]
        for nom, champ in classe.base_fields.items():
            if nom in JAMAIS or nom in classe.fichiers or nom in classe.outils:
                continue
            groupe = getattr(champ, "groupe", "")
            libelle = f"{groupe}, {francais.minuscule(champ.label)}" if groupe else str(champ.label)
            codes = [(str(code), str(nomme)) for code, nomme in _codes(nom, champ)]
            trouves.append(Parametre(etape.titre, nom, libelle, _accepte(nom, champ), codes, types))
    return trouves


def _codes(nom: str, champ: forms.Field) -> Iterable[tuple[str, str]]:
    if nom == "scopes":
        return [(scope.nom, scope.label) for scope in SCOPES.values()]
    return [(code, texte.libelle) for code, texte in TEXTES.items()] if nom == "cadre_nature" else []


def _accepte(nom: str, champ: forms.Field) -> str:
    match champ:
        case _ if nom == "uais":
            return "Des codes UAI, séparés par des virgules"
        case forms.BooleanField():
            return "« on » pour cocher, rien sinon"
        case forms.MultipleChoiceField():
            return "Un ou plusieurs de ces codes, séparés par des virgules"
        case forms.ChoiceField():
            return "Un de ces codes"
        case forms.DateField():
            return "Une date : année-mois-jour"
        case forms.IntegerField():
            plus = number_format(int(champ.max_value), force_grouping=True)  # type: ignore[arg-type]
            return f"Un nombre entier, de {champ.min_value} à {plus}"
        case forms.URLField():
            return "Une adresse qui commence par https://"
        case forms.EmailField():
            return "Une adresse e-mail"
        case forms.CharField():
            return f"Un texte, {champ.max_length} caractères au plus"
    raise TypeError(f"{nom}: a kind of field that the page of links does not know")


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
