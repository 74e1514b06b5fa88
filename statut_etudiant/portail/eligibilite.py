"""« Suis-je éligible ? »: one question a page, the answers in the address, a conclusion with its way on."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from habilitations.eligibilite import acteurs, genres, questions
from habilitations.eligibilite.questionnaire import Lien, Parcours, Reponse
from statut_etudiant.portail.fiches import FICHES

#: Name of the question that the form submits, to tell an unanswered question from a first visit.
CHAMP_ETAPE = "etape"

VERDICTS = {
    Reponse.OUI: "Oui, vous pouvez demander un accès",
    Reponse.PEUT_ETRE: "Peut-être : voici à quelles conditions",
    Reponse.NON: "Non, vous ne pouvez pas demander d'accès",
}


class Passee(NamedTuple):
    """An answer given, and where to change it."""

    question: str
    reponse: str
    modifier: str


class Bouton(NamedTuple):
    type: str
    libelle: str
    promesse: str
    url: str


@login_not_required
@require_safe
def questionnaire(request: HttpRequest) -> HttpResponse:
    parcours = questions.QUESTIONNAIRE.parcourir(request.GET.dict())
    sans_reponse = parcours.question is not None and request.GET.get(CHAMP_ETAPE) == parcours.question.cle
    if request.GET and not sans_reponse and request.GET.dict() != parcours.reponses:
        # One address for one set of answers: the one that people copy.
        return redirect(adresse(parcours.reponses))
    contexte: dict[str, Any] = {
        "parcours": parcours,
        "passees": _passees(parcours),
        "precedente": adresse(dict(list(parcours.reponses.items())[:-1])),
    }
    if parcours.question is not None:
        faites = len(parcours.etapes)
        contexte |= {
            "question": parcours.question,
            "sans_reponse": sans_reponse,
            "numero": faites + 1,
            "total": faites + parcours.restantes,
        }
        return render(request, "portail/eligibilite_question.html", contexte)
    acteur = acteurs.PAR_ACTEUR[parcours.reponses["acteur"]]
    contexte |= {
        "verdict": VERDICTS[parcours.reponse],
        "style": {Reponse.OUI: "success", Reponse.PEUT_ETRE: "warning", Reponse.NON: "error"}[
            parcours.reponse
        ],
        "boutons": boutons(parcours),
        "liens": [(lien.libelle, _suivre(lien)) for lien in parcours.liens],
        "acteur": acteur.choix.libelle,
        "avis": [(fiche.nom, reverse(fiche.page), acteur.avis(fiche.type)) for fiche in FICHES],
        "adresse": request.build_absolute_uri(),
    }
    return render(request, "portail/eligibilite_reponse.html", contexte)


def adresse(reponses: dict[str, str]) -> str:
    return reverse("eligibilite") + (f"?{urlencode(reponses)}" if reponses else "")


def boutons(parcours: Parcours) -> list[Bouton]:
    """The forms to open. What is known of the project goes with the address, for the form to take up."""
    nom, promesse = parcours.nommee
    return [
        Bouton(
            type_,
            nom or genres.LIBELLES[type_],
            promesse or genres.PROMESSES[type_],
            adresse_demande(type_, parcours.reponses | parcours.preremplit),
        )
        for type_ in parcours.ouvre
    ]


def adresse_demande(type_: str, reponses: dict[str, str]) -> str:
    return f"{reverse('demande-nouvelle')}?{urlencode({'type': type_, **reponses})}"


def _passees(parcours: Parcours) -> list[Passee]:
    avant: dict[str, str] = {}
    passees = []
    for etape in parcours.etapes:
        passees.append(Passee(etape.question.texte, etape.choix.libelle, adresse(avant)))
        avant = {**avant, etape.question.cle: etape.choix.valeur}
    return passees


def _suivre(lien: Lien) -> str:
    return lien.page if lien.page.startswith("https://") else reverse(lien.page)
