"""The life of the demonstration's referential: records declared over the year, an establishment that has stopped
sending, deposits done by the real engine, with rejections and anomalies.

Only dates are made up: everything happened when the demonstration was loaded, and is told as if it had happened when
such things do.
"""

import csv
import io
import json
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from habilitations import statistiques_publiques
from habilitations.models import Compte
from referentiel.calendrier import debut_annee_universitaire
from referentiel.champs_d_inscription import ECRITS
from referentiel.ecriture.doublons import reperer
from referentiel.generation.numeros import Numeros
from referentiel.imports.colonnes import DU_CONTRAT
from referentiel.imports.depots import bail, conduite, moteur
from referentiel.models import DoublonPossible, Etablissement, Etudiant, Inscription, Lot
from referentiel.nomenclatures import LOT_EN_FILE, LOT_EN_TRAITEMENT, Statut
from referentiel.pilotage import couverture
from referentiel.tasks import nom_de_tentative

#: UAI → how long ago it last sent something.
SILENCIEUX = {"0542493S": timedelta(days=47), "0440021J": timedelta(days=83)}

#: Longest wait for a worker that took a deposit up, in seconds.
ATTENTE = 60

#: Students registered twice.
DOUBLES = 2

TITRES = list(DU_CONTRAT)

# Dates drawn from the identifier: most records are declared in the weeks around the start of the year, admissions
# first, then confirmed every night.
_DATER = """
UPDATE referentiel_inscription i
SET cree_le = d.quand, modifie_le = d.quand, confirmee_le = greatest(d.quand, d.dernier)
FROM (
    SELECT i.id, least(i.date_debut - CASE i.statut WHEN 'admis' THEN 70 ELSE 56 END * interval '1 day'
            + (h.un + h.deux) / 2 * CASE i.statut WHEN 'admis' THEN 70 ELSE 130 END * interval '1 day',
            v.dernier) AS quand, v.dernier
    FROM referentiel_inscription i
    JOIN referentiel_etablissement e ON e.id = i.etablissement_id,
    LATERAL (SELECT now() - coalesce((%(silences)s::jsonb ->> e.uai)::int, 0) * interval '1 day'
        - interval '9 hours' AS dernier) AS v,
    LATERAL (SELECT (hashtextextended(i.id::text, 1) & 1023) / 1023.0 AS un,
        (hashtextextended(i.id::text, 2) & 1023) / 1023.0 AS deux) AS h
    WHERE NOT i.fictif
) AS d WHERE i.id = d.id
"""


def dater() -> None:
    """Spread over the year the declaration of the invented records."""
    silences = {uai: duree.days for uai, duree in SILENCIEUX.items()}
    with connection.cursor() as curseur:
        curseur.execute(_DATER, {"silences": json.dumps(silences)})


def deposer(*, compte: Compte, uai: str) -> int:
    """Have deposits of this establishment by this person, if there are none: how many were made."""
    if Lot.objects.filter(compte__isnull=False, uais__contains=[uai]).exists():
        return 0
    connus = list(
        Inscription.objects.filter(
            etablissement__uai=uai,
            fictif=False,
            date_fin__gte=debut_annee_universitaire(timezone.localdate()),
        )
        .select_related("etudiant", "etablissement")
        .order_by("id")[:90]
    )
    lignes = [_ligne(inscription) for inscription in connus]
    maintenant = timezone.now()
    depots: tuple[tuple[str, list[dict[str, str]], timedelta], ...] = (
        ("rentree_septembre.csv", lignes[:30] + _nouveaux(uai, range(12)), timedelta(days=66, hours=3)),
        ("complements_octobre.csv", _avec_erreurs(lignes[30:60]), timedelta(days=37, hours=6)),
        (
            "confirmations_novembre.csv",
            [
                ligne | {"statut": Statut.INSCRIT.value}
                for rang, ligne in enumerate(lignes)
                if ligne["statut"] == Statut.ADMIS and rang % 3
            ],
            timedelta(days=1, hours=5),
        ),
    )
    faits = 0
    for nom, contenu, age in depots:
        if contenu:
            lot = _conduire(compte, uai, nom, contenu)
            _dater_le_lot(lot, maintenant - age)
            faits += 1
    _essayer(compte, uai, "rattrapage_novembre.csv", lignes[60:85] + _nouveaux(uai, range(12, 15)))
    return faits + 1


def dedoubler() -> int:
    """Have students whom a second establishment declared under another INE, if no duplicate is known: how many."""
    if DoublonPossible.objects.exists():
        return 0
    numeros = Numeros(2)
    vus = Inscription.objects.filter(fictif=False).select_related("etudiant").order_by("id")
    doubles = list({vue.etudiant_id: vue for vue in vus[: 4 * DOUBLES]}.values())[:DOUBLES]
    for rang, vue in enumerate(doubles):
        autre = Etablissement.objects.reels().ouverts().exclude(pk=vue.etablissement_id).order_by("uai")[rang]
        connu = vue.etudiant
        double = Etudiant.objects.create(
            ine=numeros.ine(rang),
            nom_naissance=connu.nom_naissance.upper(),
            prenoms=connu.prenoms[:1],
            sexe=connu.sexe,
            date_naissance=connu.date_naissance,
        )
        vue.pk, vue.etudiant, vue.etablissement, vue.code_commune = None, double, autre, autre.code_commune
        vue.save()
    reperer()
    return len(doubles)


def compter() -> None:
    couverture.rafraichir(aujourdhui=timezone.localdate())
    statistiques_publiques.calculer(aujourdhui=timezone.localdate())


def _ligne(inscription: Inscription) -> dict[str, str]:
    etudiant = inscription.etudiant
    return {
        "ine": etudiant.ine,
        "dateNaissance": f"{etudiant.date_naissance}",
        "uai": inscription.etablissement.uai,
        **{champ.nom: f"{getattr(inscription, champ.colonne)}" for champ in ECRITS},
        "nomNaissance": etudiant.nom_naissance,
        "prenoms": ", ".join(etudiant.prenoms),
        "sexe": etudiant.sexe or "",
    }


def _nouveaux(uai: str, rangs: Iterable[int]) -> list[dict[str, str]]:
    """Students that the referential does not know yet."""
    debut = debut_annee_universitaire(timezone.localdate())
    numeros = Numeros(1)
    prenoms, noms = ("Inès", "Jules", "Maëlle", "Noé", "Zoé"), ("Arnal", "Besset", "Caussade")
    lignes = []
    for rang in rangs:
        ine = numeros.ine(rang)
        if Etudiant.objects.filter(ine=ine).exists():
            continue
        lignes.append(
            {
                "ine": ine,
                "dateNaissance": f"{debut.year - 18}-{rang % 12 + 1:02}-{rang + 3:02}",
                "uai": uai,
                "dateDebutInscription": f"{debut}",
                "dateFinInscription": f"{debut.year + 1}-08-31",
                "statut": Statut.INSCRIT.value,
                "regime": "RF1",
                "cursus": "L",
                "diplome": "Licence de physique",
                "niveauDiplome": "L1",
                "nomNaissance": noms[rang % len(noms)],
                "prenoms": prenoms[rang % len(prenoms)],
                "sexe": "M" if rang % 5 in {1, 3} else "F",
            }
        )
    return lignes


def _avec_erreurs(lignes: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Two lines that the referential refuses, one of another establishment, two under another name."""
    modifiees = [dict(ligne) for ligne in lignes]
    for ligne, changement in zip(
        modifiees,
        (
            {"dateFinInscription": "2026-02-31"},
            {"statut": "présent"},
            {"uai": "0691774D"},
            {"nomNaissance": "Delmas"},
            {"nomNaissance": "Roumieu"},
        ),
        strict=False,
    ):
        ligne.update(changement)
    return modifiees


def _essayer(compte: Compte, uai: str, nom: str, lignes: Sequence[dict[str, str]]) -> Lot:
    """Send a file and try it, as on the screens: it waits for its confirmation."""
    texte = io.StringIO()
    ecriture = csv.DictWriter(texte, TITRES, restval="", delimiter=";")
    ecriture.writeheader()
    ecriture.writerows(lignes)
    lot = conduite.recevoir(
        contenu=[texte.getvalue().encode()], nom_fichier=nom, uais=[uai], compte_id=compte.pk
    )
    _traiter(lot)
    conduite.demander_essai(lot_id=lot.pk, tout_ou_rien=False)
    _traiter(lot)
    return lot


def _conduire(compte: Compte, uai: str, nom: str, lignes: Sequence[dict[str, str]]) -> Lot:
    lot = _essayer(compte, uai, nom, lignes)
    conduite.confirmer(lot_id=lot.pk)
    _traiter(lot)
    return lot


def _traiter(lot: Lot) -> None:
    """In this process: the demonstration's workers may not be there yet. When one of them took it, it is waited for."""
    if pris := bail.prendre(nom_de_tentative(), lot_id=lot.pk):
        moteur.traiter(pris)
    echeance = time.monotonic() + ATTENTE
    while Lot.objects.filter(pk=lot.pk, etat__in=[*LOT_EN_FILE, *LOT_EN_TRAITEMENT]).exists():
        if time.monotonic() > echeance:
            raise TimeoutError(f"dépôt {lot.pk}")
        time.sleep(0.1)


def _dater_le_lot(lot: Lot, instant: datetime) -> None:
    Lot.objects.filter(pk=lot.pk).update(
        depose_le=instant, commence_le=instant, fini_le=instant + timedelta(seconds=4)
    )
    Inscription.objects.filter(lot=lot, cree_le__gt=instant).update(cree_le=instant)
