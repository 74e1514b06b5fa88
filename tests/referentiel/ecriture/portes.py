"""The two doors by which lines come in, a call for one or a file, told apart by nothing but their name."""

import csv
import io
from collections.abc import Mapping
from typing import NamedTuple

from django.utils import timezone

from referentiel.ecriture.fusion import fusionner_ligne
from referentiel.ecriture.validation import valider
from referentiel.imports.depots import bail, moteur
from referentiel.imports.depots.depot import deposer
from referentiel.models import Etudiant, Inscription, LigneSignalee, Lot

COLONNES = (
    "ine", "dateNaissance", "uai", "dateDebutInscription", "dateFinInscription", "statut", "regime",
    "codeCommune", "cursus", "diplome", "niveauDiplome", "nomNaissance", "prenoms", "sexe",
    "codeCogInseeCommuneNaissance",
)  # fmt: skip


class Sort(NamedTuple):
    """What became of one line: creee, modifiee, inchangee or the code of its rejection; the codes of its notices."""

    issue: str
    avis: tuple[str, ...] = ()


def en_csv(lignes: list[Mapping], *, separateur: str = ";", encodage: str = "utf-8") -> bytes:
    texte = io.StringIO(newline="")
    ecrivain = csv.DictWriter(texte, COLONNES, delimiter=separateur)
    ecrivain.writeheader()
    for ligne in lignes:
        identite = ligne.get("identite") or {}
        plates = {cle: valeur for cle, valeur in {**ligne, **identite}.items() if cle in COLONNES}
        if "prenoms" in plates:
            plates["prenoms"] = ", ".join(plates["prenoms"])
        ecrivain.writerow(plates)
    return texte.getvalue().encode(encodage)


def deposer_octets(
    octets: bytes,
    *,
    uais: list[str] | None = None,
    canal: str = "fichier",
    choix_doublons: str = "",
    **options,
) -> Lot:
    lot = deposer(contenu=[octets], canal=canal, uais=uais, nom_fichier="depot.csv", **options)
    if choix_doublons:
        Lot.objects.filter(pk=lot.pk).update(choix_doublons=choix_doublons)
    return lot


def traiter(lot: Lot, *, executant: str = "essai") -> Lot:
    """Do a deposit from its lease to its end, in this process."""
    pris = bail.prendre(executant, lot_id=lot.pk)
    assert pris is not None
    moteur.traiter(pris)
    lot.refresh_from_db()
    return lot


def signalees(lot: Lot, niveau: str) -> list[tuple]:
    lignes = LigneSignalee.objects.filter(lot=lot, niveau=niveau).order_by("ligne", "id")
    return list(lignes.values_list("ligne", "champ", "valeur", "code"))


class Appel:
    """A call of the write API, past its HTTP."""

    source, auteur = "api", "jeton:1"

    def envoyer(self, champs: Mapping, *, fictif: bool = False) -> Sort:
        contexte = moteur.contexte(uais=None, fictif=fictif)
        ligne, erreurs, avis = valider(champs, contexte)
        if ligne is None:
            return Sort(erreurs[0].code, tuple(un.code for un in avis))
        issue = fusionner_ligne(ligne, source=self.source, auteur=self.auteur)
        return Sort(issue.code, tuple(un.code for un in [*avis, *issue.avis()]))


class Fichier:
    """A deposit of one line."""

    source = "fichier"
    lot: Lot

    @property
    def auteur(self) -> str:
        return f"lot:{self.lot.pk}"

    def envoyer(self, champs: Mapping, *, fictif: bool = False) -> Sort:
        self.lot = lot = traiter(deposer_octets(en_csv([champs]), fictif=fictif))
        assert lot.etat == "termine", lot.message
        issues = {"creee": lot.creees, "modifiee": lot.modifiees, "inchangee": lot.inchangees}
        faites = [issue for issue, nombre in issues.items() if nombre]
        rejets = signalees(lot, "rejet")
        assert len(faites) + lot.rejetees == 1
        assert bool(rejets) == bool(lot.rejetees)
        avis = signalees(lot, "avis")
        assert len(avis) == lot.avis
        return Sort(faites[0] if faites else rejets[0][3], tuple(code for *_, code in avis))


def contenu() -> tuple[set, set]:
    """Every student and every inscription, without what the database numbers or dates."""
    etudiants = Etudiant.objects.values_list(
        "ine", "fictif", "nom_naissance", "prenoms", "sexe", "date_naissance", "lieu_naissance"
    )
    inscriptions = Inscription.objects.values_list(
        "etudiant__ine", "etablissement__uai", "fictif", "date_debut", "date_fin", "diplome", "statut",
        "regime", "code_commune", "cursus", "niveau_diplome",
    )  # fmt: skip
    return {(*e[:3], tuple(e[3]), *e[4:]) for e in etudiants}, set(inscriptions)


def champs(**remplace) -> dict:
    """A line of Toulouse without identity; `...` takes a field away."""
    an = timezone.localdate().year
    base = {
        "ine": "1234567890V",
        "dateNaissance": "2004-03-27",
        "uai": "0311384L",
        "dateDebutInscription": f"{an}-09-01",
        "dateFinInscription": f"{an + 1}-08-31",
        "statut": "inscrit",
    }
    base.update(remplace)
    return {cle: valeur for cle, valeur in base.items() if valeur is not ...}


def identite(nom="Le Goff", *prenoms, sexe="F", lieu="29232") -> dict:
    return {
        "nomNaissance": nom,
        "prenoms": list(prenoms or ("Anne-Marie", "Gaëlle")),
        "sexe": sexe,
        "codeCogInseeCommuneNaissance": lieu,
    }
