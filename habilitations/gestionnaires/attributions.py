"""Establishments given to managers and taken back: the rows, the journal, the mails. Who may decide it: `collegues`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from habilitations.courriels.boite import ecrire
from habilitations.journal import noter
from habilitations.models import Compte, Gestionnaire, Habilitation, JournalAcces
from referentiel.models import Etablissement


def habilitation_de(
    etablissement: Etablissement, *, organisation_id: int | None = None
) -> Habilitation | None:
    """The writing habilitation in force, the newest, under which this establishment is managed; None when none is.

    `organisation_id`: among this organisation's only.
    """
    trouvees = Habilitation.objects.actives().filter(
        type=Habilitation.Type.ECRITURE, uais__contains=[etablissement.uai]
    )
    if organisation_id is not None:
        trouvees = trouvees.filter(organisation_id=organisation_id)
    return trouvees.order_by("-pk").first()


def en_gere(habilitation: Habilitation | None, compte: Compte) -> bool:
    """Whether this person manages, now, one of the establishments of this habilitation."""
    if habilitation is None or habilitation.etat != Habilitation.Etat.ACTIVE or not habilitation.uais:
        return False
    return compte.gestions.actifs().filter(etablissement__uai__in=habilitation.uais).exists()


@transaction.atomic
def confier(
    *, compte: Compte, etablissements: Mapping[Etablissement, Habilitation], auteur: Compte | None
) -> list[Etablissement]:
    """Make this person a manager of the establishments, each under its habilitation; those that are new to them.

    Journaled; the mails are `prevenir`'s.
    """
    deja = set(
        Gestionnaire.objects.actifs()
        .filter(compte=compte, etablissement__in=etablissements)
        .values_list("etablissement_id", flat=True)
    )
    nouveaux = [etablissement for etablissement in etablissements if etablissement.pk not in deja]
    Gestionnaire.objects.bulk_create(
        [
            Gestionnaire(
                compte=compte,
                etablissement=etablissement,
                habilitation=etablissements[etablissement],
                ajoute_par=auteur,
            )
            for etablissement in nouveaux
        ],
        # Given twice at the same instant: once is enough.
        ignore_conflicts=True,
    )
    if nouveaux:
        noter(JournalAcces.Genre.GESTION_DONNEE, compte=compte, auteur=auteur, uais=_uais(nouveaux))
    return nouveaux


@transaction.atomic
def reprendre(*, gestions: Iterable[Gestionnaire], auteur: Compte | None) -> None:
    """End these rights, from the next request on; the rows stay, as history. Each person is told."""
    par_compte: dict[Compte, list[Etablissement]] = {}
    maintenant = timezone.now()
    for gestion in gestions:
        fini = Gestionnaire.objects.actifs().filter(pk=gestion.pk)
        if fini.update(retire_le=maintenant, retire_par=auteur):
            par_compte.setdefault(gestion.compte, []).append(gestion.etablissement)
    for compte, etablissements in par_compte.items():
        trace = noter(
            JournalAcces.Genre.GESTION_RETIREE, compte=compte, auteur=auteur, uais=_uais(etablissements)
        )
        ecrire(
            genre="gestion_retiree",
            destinataire=compte.courriel,
            cle=f"gestion_retiree:{trace.pk}",
            contexte={"compte": compte, "etablissements": etablissements, "auteur": auteur},
        )


def prevenir(*, compte: Compte, etablissements: list[Etablissement], auteur: Compte) -> None:
    """Tell a new manager, and those who already manage the same establishments."""
    contexte = {"compte": compte, "etablissements": etablissements, "auteur": auteur}
    cle = f"{compte.pk}:{timezone.now():%Y%m%d%H%M%S%f}"
    ecrire(
        genre="gestion_confiee",
        destinataire=compte.courriel,
        cle=f"gestion_confiee:{cle}",
        contexte=contexte,
    )
    prevenir_les_autres(genre="collegue_ajoute", sauf={compte, auteur}, cle=cle, contexte=contexte)


def prevenir_les_autres(*, genre: str, sauf: set[Compte], cle: str, contexte: dict[str, Any]) -> None:
    """The same news to the other managers of the establishments of the news."""
    autres = Compte.objects.filter(
        is_active=True,
        gestions__retire_le__isnull=True,
        gestions__etablissement__in=contexte["etablissements"],
    ).exclude(pk__in=[compte.pk for compte in sauf])
    for autre in autres.order_by("pk").distinct():
        ecrire(genre=genre, destinataire=autre.courriel, cle=f"{genre}:{cle}:{autre.pk}", contexte=contexte)


def _uais(etablissements: Iterable[Etablissement]) -> list[str]:
    return sorted(etablissement.uai for etablissement in etablissements)
