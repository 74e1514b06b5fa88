"""The summary of a request on paper, for a file or a council's vote: what its page shows, for who reads it."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from habilitations.comptes.requete import RequeteConnectee
from habilitations.demandes import delai, instantane, lisible
from habilitations.models import Demande
from habilitations.views.demandes.demande import la_demande
from referentiel import francais
from statut_etudiant.pdf import composer


@never_cache
@require_safe
def telecharger(request: RequeteConnectee, pk: int) -> HttpResponse:
    demande = la_demande(request, pk)
    reponse = HttpResponse(en_pdf(demande), content_type="application/pdf")
    reponse["Content-Disposition"] = f'attachment; filename="demande-{demande.numero}.pdf"'
    return reponse


def en_pdf(demande: Demande) -> bytes:
    maintenant = timezone.localtime()
    return composer(
        "demande",
        {
            "titre": f"Demande {demande.numero} : {demande.intitule or 'sans intitulé'}",
            "faits": _faits(demande),
            "blocs": [
                {
                    "titre": bloc.titre,
                    "lignes": [_ligne(ligne) for ligne in [*bloc.lignes, *bloc.personnes_en_bref]],
                }
                for bloc in lisible.blocs(demande, instantane.prendre(demande))
            ],
            "documents": [
                [str(joint.get_genre_display()), joint.nom]
                for joint in demande.documents.joints().defer("contenu").order_by("genre", "pk")
            ],
            "mention": f"Imprimé le {francais.date(maintenant, 'j F Y à H:i')}. L'état de la demande peut avoir changé "
            "depuis : seul le portail fait foi.",
        },
    )


def _faits(demande: Demande) -> list[list[str]]:
    organisation = demande.organisation
    faits = [
        ["État", str(demande.get_etat_display())],
        ["Habilitation demandée", str(demande.get_type_display())],
        ["Organisation", f"{demande.nom_de_l_organisation}, SIRET {organisation.siret}"],
        ["Demande présentée par", f"{demande.demandeur}, {demande.demandeur.courriel}"],
    ]
    if demande.soumise_le is not None:
        soumise = francais.date(timezone.localtime(demande.soumise_le))
        if demande.etat == Demande.Etat.SOUMISE:
            soumise += f" ; réponse due le {francais.date(delai.echeance(demande.soumise_le))} au plus tard"
        faits.append(["Soumise le", soumise])
    if demande.decidee_le is not None:
        faits.append(["Décidée le", francais.date(timezone.localtime(demande.decidee_le))])
    if demande.habilitation is not None:
        etat = francais.minuscule(demande.habilitation.get_etat_display())
        faits.append(["Habilitation", f"{demande.habilitation.numero}, {etat}"])
    return faits


def _ligne(ligne: lisible.Ligne) -> list[Any]:
    """Label and paragraphs; what was left empty says so."""
    valeurs = ligne.valeur if isinstance(ligne.valeur, list) else [ligne.valeur]
    return [ligne.libelle, [valeur for valeur in valeurs if valeur] or ["Non renseigné"]]
