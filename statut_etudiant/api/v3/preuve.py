"""`X-Generate-Proof`: the same answer, with what lets a third party check it for five years (contract §8)."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from habilitations.jetons.ouverture import Ouverture
from statut_etudiant.api.interrogation import Corps, Prouver
from statut_etudiant.api.moyens import Moyens
from statut_etudiant.certificats import feuille, preuves

SEULE, AVEC_PDF = "proof-only", "pdf"


class PreuveRefusee(ValueError):
    """The header asks for what does not exist."""


def prouveur(demandee: str, moyens: Moyens) -> Prouver:
    """What adds the proof that this header asks for. Raises PreuveRefusee."""
    if demandee not in (SEULE, AVEC_PDF):
        raise PreuveRefusee

    async def prouver(corps: Corps, ouverture: Ouverture, etudiant_id: int) -> Corps:
        return await moyens.a_part(_prouver, corps, ouverture, etudiant_id, demandee == AVEC_PDF)

    return prouver


def _prouver(corps: Corps, ouverture: Ouverture, etudiant_id: int, avec_pdf: bool) -> Corps:
    preuve = preuves.produire(
        donnees=corps["data"],
        etudiant_id=etudiant_id,
        organisation=ouverture.organisation or "",
        fictif=ouverture.fictif,
    )
    liens: dict[str, str] = {}
    meta = {
        "verification_url": feuille.adresse_de_verification(preuve.code),
        "verification_code": preuve.code,
    }
    if avec_pdf:
        chemin, expire = feuille.lien(preuve.code, duree=feuille.DUREE_API)
        liens["attestation_pdf"] = settings.ADRESSE_PUBLIQUE + chemin
        expire_le = datetime.fromtimestamp(expire, tz=timezone.get_current_timezone())
        meta["attestation_pdf_url_expires_at"] = expire_le.isoformat()
    return {**corps, "links": liens, "meta": meta}
