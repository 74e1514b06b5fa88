"""The exchange journal as the ministry's data protection officer searches it. Each search is itself journaled, with its
reason, before its results are shown; results are found again by the search's key, so that no address names anybody."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.gestionnaires.droits import NOM_DU_MINISTERE, SIRET_DU_MINISTERE
from habilitations.models import Delegation, Habilitation, Jeton, RechercheAuJournal
from referentiel.droits import Droits
from referentiel.journal.consultations import IDENTITE, consigner
from referentiel.journal.echanges import identifiants_internes
from referentiel.models import Echange, Etudiant

Genre = RechercheAuJournal.Genre
#: First and last day, both included.
Periode = tuple[datetime.date, datetime.date]

#: Shown on the pages of a search; the export has them all.
MONTREES = 10_000
#: Days of a search about nobody in particular.
JOURS_D_UNE_PERIODE = 31

ENTETES = (
    "Date et heure (Paris)", "Référence", "Organisation", "SIRET", "Destinataire", "Interface", "Voie", "Issue",
    "Éditeur", "SIRET de l'éditeur", "Jeton", "Habilitation", "Étudiant (numéro interne)", "Catégories de données",
    "Agent", "Dossier ou motif",
)  # fmt: skip
ENTETES_DES_PERSONNES = (
    "INE", "Nom de naissance", "Prénoms", "Date de naissance", "Premier accès", "Dernier accès", "Accès",
    "Catégories de données",
)  # fmt: skip

_PERSONNES = """
SELECT e.ine, e.nom_naissance, array_to_string(e.prenoms, ', '), to_char(e.date_naissance, 'DD/MM/YYYY'),
    x.premier, x.dernier, x.acces, x.categories, x.etudiant_id
FROM (
    SELECT coalesce(r.etudiant_id, j.etudiant_id) AS etudiant_id, min(j.instant) AS premier, max(j.instant) AS dernier,
        count(DISTINCT (j.instant, j.id)) AS acces,
        (SELECT string_agg(DISTINCT c, ', ')
         FROM unnest(string_to_array(string_agg(array_to_string(j.categories, '|'), '|'), '|')) c) AS categories
    FROM referentiel_echange j
    LEFT JOIN referentiel_ineremplace r ON r.ancien_etudiant_id = j.etudiant_id
    WHERE j.issue = 'donnees' AND j.instant >= %(debut)s AND j.instant < %(fin)s
        AND (j.jeton_id = ANY (%(jetons)s) OR j.habilitation_id = %(habilitation)s)
    GROUP BY 1
) AS x
LEFT JOIN referentiel_etudiant e ON e.id = x.etudiant_id
ORDER BY e.nom_naissance NULLS LAST, e.prenoms, x.etudiant_id
"""


def chercher_un_etudiant(
    request: HttpRequest,
    acteur: Acteur,
    etudiant: Etudiant,
    *,
    motif: str,
    periode: Periode,
) -> RechercheAuJournal:
    """The student reads in their own journal that the ministry looked."""
    recherche = _noter(acteur, Genre.ETUDIANT, motif, periode, etudiants=identifiants_internes(etudiant.pk))
    consigner(request, droits(acteur), etudiants=[etudiant.pk], categories=[IDENTITE])
    return recherche


def chercher_un_titulaire(
    acteur: Acteur,
    titulaire: Jeton | Habilitation,
    *,
    motif: str,
    periode: Periode,
) -> RechercheAuJournal:
    if isinstance(titulaire, Jeton):
        return _noter(
            acteur, Genre.JETON, motif, periode,
            jeton_id=titulaire.pk, habilitation_id=titulaire.habilitation_id,
        )  # fmt: skip
    return _noter(acteur, Genre.HABILITATION, motif, periode, habilitation_id=titulaire.pk)


def chercher_une_periode(acteur: Acteur, *, motif: str, periode: Periode) -> RechercheAuJournal:
    return _noter(acteur, Genre.PERIODE, motif, periode)


def suite(
    acteur: Acteur, recherche: RechercheAuJournal, genre: "RechercheAuJournal.Genre", *, motif: str
) -> None:
    """Journal what is done with a search's results: a list of people, a copy of data."""
    RechercheAuJournal.objects.create(
        genre=genre,
        motif=motif,
        compte=acteur.compte,
        auteur=acteur.nom_affiche,
        etudiants=recherche.etudiants,
        jeton_id=recherche.jeton_id,
        habilitation_id=recherche.habilitation_id,
        debut=recherche.debut,
        fin=recherche.fin,
    )


def resultats(recherche: RechercheAuJournal) -> QuerySet[Echange]:
    """Newest first."""
    echanges = Echange.objects.filter(instant__gte=recherche.debut, instant__lt=recherche.fin)
    if recherche.genre == Genre.ETUDIANT:
        echanges = echanges.filter(issue=Echange.Issue.DONNEES, etudiant_id__in=recherche.etudiants)
    elif recherche.genre == Genre.JETON:
        echanges = echanges.filter(jeton_id=recherche.jeton_id)
    elif recherche.genre == Genre.HABILITATION:
        # Its own tokens', which may have called before it took the place of another; what editors called by it; what it
        # gave without a token, by FranceConnect or at the desk. The journal has no index by habilitation but for these.
        la_sienne = Q(habilitation_id=recherche.habilitation_id)
        echanges = echanges.filter(
            Q(jeton_id__in=_jetons(recherche.habilitation_id))
            | Q(jeton_id__in=_jetons_des_editeurs(recherche.habilitation_id)) & la_sienne
            | Q(jeton_id__isnull=True) & la_sienne
        )
    return echanges.order_by("-instant", "-id")


def en_lignes(echanges: Iterable[Echange]) -> Iterator[tuple[object, ...]]:
    for un in echanges:
        yield (
            timezone.localtime(un.instant).strftime("%d/%m/%Y %H:%M:%S"), un.requete, un.organisation, un.siret,
            un.recipient, un.interface, un.get_voie_display(), un.get_issue_display(),
            un.editeur, un.editeur_siret, f"J{un.jeton_id}" if un.jeton_id else "",
            f"H{un.habilitation_id}" if un.habilitation_id else "",
            un.etudiant_id or "", ", ".join(un.categories),
            f"Compte n° {un.compte_id}" if un.compte_id else "", un.dossier,
        )  # fmt: skip


@transaction.atomic
def personnes_atteintes(
    request: HttpRequest, acteur: Acteur, recherche: RechercheAuJournal, *, motif: str
) -> list[tuple[object, ...]]:
    """Who was reached by a token, or a habilitation's tokens, in the search's period: for the notification of a breach
    (GDPR art. 33 and 34). Journaled, and in each person's own journal too."""
    suite(acteur, recherche, Genre.VIOLATION, motif=motif)
    par_jeton = recherche.genre == Genre.JETON
    with connection.cursor() as curseur:
        curseur.execute(
            _PERSONNES,
            {
                "debut": recherche.debut,
                "fin": recherche.fin,
                "jetons": [recherche.jeton_id] if par_jeton else _jetons(recherche.habilitation_id),
                "habilitation": None if par_jeton else recherche.habilitation_id,
            },
        )
        trouvees = curseur.fetchall()
    consigner(request, droits(acteur), etudiants=[ligne[8] for ligne in trouvees], categories=[IDENTITE])
    return [_personne(ligne) for ligne in trouvees]


def titulaire(reference: str) -> Jeton | Habilitation | None:
    """`H12` or `J34`, as the results name them."""
    genre, numero = reference[:1].upper(), reference[1:]
    if not (numero.isascii() and numero.isdecimal() and len(numero) < 19):
        return None
    if genre == "H":
        return Habilitation.objects.select_related("organisation").filter(pk=int(numero)).first()
    if genre == "J":
        return Jeton.objects.select_related("organisation").filter(pk=int(numero)).first()
    return None


def droits(acteur: Acteur) -> Droits:
    """The officer, in the exchange journal."""
    return Droits(
        compte_id=acteur.compte.pk,
        etablissements=None,
        uais=None,
        nom=NOM_DU_MINISTERE,
        organisation=NOM_DU_MINISTERE,
        siret=SIRET_DU_MINISTERE,
        auteur=f"compte:{acteur.compte.pk}",
    )


def _personne(ligne: Sequence[Any]) -> tuple[object, ...]:
    ine, nom, prenoms, naissance, premier, dernier, acces, categories, numero = ligne
    instants = [timezone.localtime(instant).strftime("%d/%m/%Y %H:%M") for instant in (premier, dernier)]
    if ine is None:
        return ("", f"Étudiant n° {numero}, effacé depuis", "", "", *instants, acces, categories)
    return (ine, nom, prenoms, naissance, *instants, acces, categories)


def _jetons(habilitation_id: int | None) -> list[int]:
    return list(Jeton.objects.filter(habilitation=habilitation_id).values_list("pk", flat=True))


def _jetons_des_editeurs(habilitation_id: int | None) -> list[int]:
    """Those of the editors to whom its organisation has delegated, were it another of its habilitations: a delegation
    follows the one that takes the place of another."""
    if habilitation_id is None:
        return []
    clients = Habilitation.objects.filter(pk=habilitation_id).values("organisation")
    editeurs = Delegation.objects.filter(habilitation__organisation__in=clients).values("editeur")
    return list(Jeton.objects.filter(editeur__in=editeurs).values_list("pk", flat=True))


def _noter(
    acteur: Acteur,
    genre: "RechercheAuJournal.Genre",
    motif: str,
    periode: Periode,
    **quoi: object,
) -> RechercheAuJournal:
    debut, fin = periode
    return RechercheAuJournal.objects.create(
        genre=genre,
        motif=motif,
        compte=acteur.compte,
        auteur=acteur.nom_affiche,
        debut=_minuit(debut),
        fin=_minuit(fin + datetime.timedelta(days=1)),
        **quoi,
    )


def _minuit(jour: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(jour, datetime.time()))
