"""What an organisation reads of its own objects, in JSON. No person is named: names stay on the portal's pages."""

from datetime import datetime
from typing import Any

from django.conf import settings

from habilitations.models import Demande, Habilitation


def decrire_demande(demande: Demande) -> dict[str, Any]:
    """A value that is not known is an absent key."""
    return _connus(
        {
            "numero": demande.numero,
            "genre": demande.type,
            "etat": demande.etat,
            "intitule": demande.intitule,
            "scopes": sorted(demande.scopes),
            "uais": sorted(demande.uais),
            "habilitation": f"H{demande.habilitation_id}" if demande.habilitation_id else None,
            "creeeLe": _instant(demande.cree_le),
            "modifieeLe": _instant(demande.modifie_le),
            "soumiseLe": _instant(demande.soumise_le),
            "decideeLe": _instant(demande.decidee_le),
            "page": f"{settings.ADRESSE_PUBLIQUE}/demandes/{demande.pk}",
        }
    )


def decrire_habilitation(habilitation: Habilitation) -> dict[str, Any]:
    return _connus(
        {
            "numero": habilitation.numero,
            "genre": habilitation.type,
            "etat": habilitation.etat,
            "intitule": habilitation.intitule,
            "scopes": sorted(habilitation.scopes),
            "uais": sorted(habilitation.uais),
            "appelsParSeconde": habilitation.quota_par_seconde or settings.QUOTA_PAR_SECONDE,
            "valideeLe": _instant(habilitation.validee_le),
            "revoqueeLe": _instant(habilitation.revoquee_le),
            "page": f"{settings.ADRESSE_PUBLIQUE}/habilitations/{habilitation.pk}",
        }
    )


def _instant(valeur: datetime | None) -> str | None:
    return valeur.isoformat(timespec="seconds") if valeur else None


def _connus(decrit: dict[str, Any]) -> dict[str, Any]:
    return {cle: valeur for cle, valeur in decrit.items() if valeur not in (None, "", [])}
