"""The constraint that keeps control characters out of what names a person or an organisation."""

from django.db.models import CheckConstraint, Q

from referentiel.caracteres import MOTIF_CONTROLE, MOTIF_CONTROLE_HORS_LIGNES


def sans_controle(modele: str, *champs: str, lignes: tuple[str, ...] = ()) -> CheckConstraint:
    """`champs`: one-line columns; `lignes`: those where line ends are welcome. They end in headers, lists and mails."""
    condition = Q()
    for champ in champs:
        condition &= ~Q(**{f"{champ}__regex": MOTIF_CONTROLE})
    for champ in lignes:
        condition &= ~Q(**{f"{champ}__regex": MOTIF_CONTROLE_HORS_LIGNES})
    return CheckConstraint(name=f"{modele}_sans_controle", condition=condition)
