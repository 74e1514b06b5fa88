"""Whether what a request says of its FranceConnect service is coherent: shapes, and whose client it is."""

import re

from habilitations.models import Demande, Habilitation

#: As FranceConnect's decisions number them: digits, with the letters and signs that stand around them.
_NUMERO = re.compile(r"(?=.*[0-9])[0-9A-Za-z][0-9A-Za-z ./_°-]*", re.ASCII)
#: Drawn at random, or a name for the services of before: no space, nothing that a copied sentence would bring.
_CLIENT = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]{2,254}", re.ASCII)


def refus_du_numero(numero: str) -> str:
    """What is wrong with it, for the applicant; empty when it may be one."""
    if _NUMERO.fullmatch(numero):
        return ""
    return (
        "Ce numéro n'a pas la forme d'un numéro d'habilitation FranceConnect : recopiez-le depuis la décision, avec "
        "ses chiffres."
    )


def refus_du_client(demande: Demande) -> str:
    """The same, of the client id."""
    if not _CLIENT.fullmatch(demande.fc_client_id):
        return (
            "Cet identifiant client n'a pas la forme attendue : recopiez-le seul, sans espace, depuis l'espace "
            "partenaires de FranceConnect."
        )
    if d_une_autre_organisation(demande):
        return (
            "Cet identifiant client est celui d'une autre organisation habilitée : vérifiez-le dans l'espace "
            "partenaires de FranceConnect."
        )
    return ""


def d_une_autre_organisation(demande: Demande) -> bool:
    """Whether another organisation has a habilitation in force for this client."""
    autres = Habilitation.objects.actives().exclude(organisation=demande.organisation_id)
    return autres.filter(fc_client_id=demande.fc_client_id).exists()
