"""Who may enter the establishments' admin: managers, and the ministry's staff who keep the register.

Instructors decide on requests: they have no need of the students' records (GDPR art. 5, minimisation).
"""

from django.http import HttpRequest

from habilitations.gestionnaires.auteurs import MINISTERE
from habilitations.models import Compte
from referentiel.droits import Droits
from referentiel.models import Etablissement

#: The ministry in the exchange journal.
NOM_DU_MINISTERE = "Ministère chargé de l'enseignement supérieur"
SIRET_DU_MINISTERE = "11004401300040"


def droits(request: HttpRequest) -> Droits | None:
    compte = request.user
    if not isinstance(compte, Compte):
        return None
    auteur = f"compte:{compte.pk}"
    administrateur = getattr(request, "au_nom_de", None)
    if administrateur is not None:
        auteur += f"/par:{administrateur.pk}"
    par_compte_id = administrateur and administrateur.pk
    if compte.noms_des_roles & MINISTERE:
        return Droits(
            compte_id=compte.pk,
            etablissements=None,
            uais=None,
            nom="Tous les établissements",
            organisation=NOM_DU_MINISTERE,
            siret=SIRET_DU_MINISTERE,
            auteur=auteur,
            par_compte_id=par_compte_id,
        )
    geres = list(
        Etablissement.objects.reels()
        .filter(gestionnaires__compte=compte, gestionnaires__retire_le__isnull=True)
        .order_by("nom", "uai")
    )
    if not geres:
        return None
    return Droits(
        compte_id=compte.pk,
        etablissements=frozenset(etablissement.pk for etablissement in geres),
        uais=tuple(sorted(etablissement.uai for etablissement in geres)),
        nom=geres[0].nom
        if len(geres) == 1
        else f"{geres[0].nom} et {len(geres) - 1} autre{'s' * (len(geres) > 2)}",
        organisation=geres[0].nom,
        siret=geres[0].siret,
        auteur=auteur,
        par_compte_id=par_compte_id,
    )
