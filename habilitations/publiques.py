"""The open list of active habilitations: who may read or write what, on which legal basis. No person is named."""

from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from habilitations.models import Demande, Habilitation
from habilitations.models.recherche import Normaliser


def lister(*, recherche: str = "", type_: str = "") -> QuerySet[Habilitation]:
    """Newest first. `recherche`: words of the organisation's name or of the title, or a SIRET."""
    habilitations = (
        Habilitation.objects.actives()
        .select_related("organisation")
        .annotate(cadre=_du_cadre("cadre_references"), cadre_url=_du_cadre("cadre_url"))
        .order_by("-validee_le", "-pk")
    )
    if type_ in Habilitation.Type.values:
        habilitations = habilitations.filter(type=type_)
    chiffres = "".join(recherche.split())
    if len(chiffres) == 14 and chiffres.isascii() and chiffres.isdecimal():
        return habilitations.filter(organisation__siret=chiffres)
    for mot in recherche.split()[:10]:
        cle = Normaliser(Value(mot))
        habilitations = habilitations.filter(
            Q(organisation__cle_recherche__contains=cle) | Q(cle_recherche__contains=cle)
        )
    return habilitations


def _du_cadre(champ: str) -> Coalesce:
    """Read in the approved snapshot: a reopened request may hold changes that nobody has approved."""
    demandes = Demande.objects.filter(habilitation=OuterRef("pk"), instantane_valide__isnull=False)
    fige = demandes.order_by("-pk").annotate(fige=KeyTextTransform(champ, "instantane_valide")).values("fige")
    return Coalesce(Subquery(fige[:1]), Value(""), output_field=TextField())
