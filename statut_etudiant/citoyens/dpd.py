"""To whom the citizens' questions go: an organisation's data protection officer, an establishment's managers, the
ministry's officers."""

from habilitations.models import Compte, ContactDeDemande, Demande, Gestionnaire, Habilitation, Role
from referentiel.models import Etablissement


def d_une_habilitation(habilitation_id: int) -> str:
    """The officer's address that the approval froze; empty when none is known."""
    demandes = Demande.objects.filter(habilitation=habilitation_id).order_by("-pk")
    for demande in demandes:
        contacts = (demande.instantane_valide or {}).get("contacts", {})
        if courriel := contacts.get(ContactDeDemande.Role.DPD.value, {}).get("courriel"):
            return str(courriel)
    nomme = ContactDeDemande.objects.filter(demande__in=demandes, role=ContactDeDemande.Role.DPD)
    return nomme.values_list("courriel", flat=True).order_by("-demande").first() or ""


def de_l_organisation(siret: str) -> str:
    """The officer named in the newest habilitation of this SIRET that names one: for look-ups, which have none."""
    if not siret:
        return ""
    for pk in (
        Habilitation.objects.actives()
        .filter(organisation__siret=siret)
        .order_by("-pk")
        .values_list("pk", flat=True)
    ):
        if courriel := d_une_habilitation(pk):
            return courriel
    return ""


def du_ministere() -> list[str]:
    """The addresses of the ministry's officers."""
    actifs = Compte.objects.filter(
        is_active=True, roles__nom=Role.Nom.DPD, roles__retire_le__isnull=True
    ).distinct()
    return sorted(actifs.values_list("courriel", flat=True))


def gestionnaires(etablissement: Etablissement | None) -> list[str]:
    """The addresses of those who keep this establishment's records."""
    if etablissement is None:
        return []
    actifs = Gestionnaire.objects.actifs().filter(etablissement=etablissement, compte__is_active=True)
    return sorted(set(actifs.values_list("compte__courriel", flat=True)))
