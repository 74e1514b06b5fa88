"""Suspending a token until the ministry has looked at what it does, and giving it back.

A suspended token is refused from its next call on, as a revoked one is, and its holder reads why; unlike a revoked one
it may be given back. What its habilitation has become meanwhile, it opens; whoever may end a token ends it for good.
"""

from django.db import transaction
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.jetons.liens import JETONS_VIVANTS
from habilitations.journal import noter
from habilitations.models import Compte, Habilitation, Jeton, JournalAcces, Suspension


@transaction.atomic
def suspendre(*, jeton_id: int, motif: str) -> bool:
    """False when it is not alive, or was given back today already by somebody who had looked."""
    jeton = Jeton.objects.vivants().select_for_update(of=("self",)).filter(pk=jeton_id).first()
    if jeton is None or jeton.suspensions.filter(levee_le__date=timezone.localdate()).exists():
        return False
    suspension = Suspension.objects.create(jeton=jeton, motif=motif)
    jeton.revoque_le, jeton.motif_revocation = timezone.now(), suspension.motif_du_jeton
    jeton.save(update_fields=["revoque_le", "motif_revocation"])
    return True


@transaction.atomic
def rendre(*, suspension_id: int, acteur: Acteur) -> bool:
    """Give the token back. False when it is given back already, or was revoked or replaced meanwhile."""
    suspension = (
        Suspension.objects.select_for_update(of=("self",))
        .select_related("jeton")
        .filter(pk=suspension_id, levee_le__isnull=True)
        .first()
    )
    if suspension is None:
        return False
    suspension.levee_le, suspension.levee_par = timezone.now(), acteur.compte
    suspension.save(update_fields=["levee_le", "levee_par"])
    # The habilitation first, as whoever changes or ends it does.
    Habilitation.objects.select_for_update().filter(jetons=suspension.jeton_id).first()
    jeton = Jeton.objects.select_for_update().get(pk=suspension.jeton_id)
    compte: Compte = acteur.compte
    noter(JournalAcces.Genre.JETON_RENDU, compte=compte, auteur=acteur.responsable, jeton=jeton.pk)
    if jeton.motif_revocation != suspension.motif_du_jeton:
        return False
    rendu = not _est_remplace(jeton)
    if rendu:
        jeton.revoque_le, jeton.motif_revocation = None, ""
    else:
        jeton.motif_revocation = "Remplacé pendant sa suspension"
    jeton.save(update_fields=["revoque_le", "motif_revocation"])
    return rendu


def _est_remplace(jeton: Jeton) -> bool:
    """Whether as many tokens as there may be have come in its place."""
    porteur = jeton.habilitation or jeton.editeur
    return porteur is not None and porteur.jetons.vivants().count() >= JETONS_VIVANTS
