"""A registrar, and deposits brought to each state by the acts themselves."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from habilitations.models import Compte, Gestionnaire, Role
from referentiel.imports.depots import bail, conduite
from referentiel.models import Etablissement, Lot
from referentiel.nomenclatures import EtatLot
from tests import fabriques
from tests.habilitations import scenes
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, identite, traiter

UAI = "0311384L"


def gestionnaire(*etablissements: Etablissement) -> Compte:
    compte = scenes.compte()
    uais = [etablissement.uai for etablissement in etablissements]
    habilitation = fabriques.habilitation(ecriture=True, uais=uais)
    for etablissement in etablissements:
        Gestionnaire.objects.create(compte=compte, etablissement=etablissement, habilitation=habilitation)
    return compte


def ministere() -> Compte:
    return scenes.compte(Role.Nom.RESPONSABLE)


def connecte(compte: Compte) -> Client:
    client = Client()
    client.force_login(compte)
    return client


def lignes() -> list[dict]:
    """One line to create with its student, one rejected twice."""
    return [
        champs(identite=identite("Le Goff")),
        champs(ine="0000000002D", dateNaissance="2004-02-31", statut="parti"),
    ]


def lot_en(etat: str, *, compte: Compte, uais: list[str] | None = None, octets: bytes | None = None) -> Lot:
    """A deposit of `lignes()` in this state; `essaye` is `a_confirmer` after its dry run."""
    octets = en_csv(lignes()) if octets is None else octets
    if etat == EtatLot.ECHEC:
        return traiter(deposer_octets(b"%PDF-1.7 ...", uais=uais or [UAI], compte_id=compte.pk))
    lot = conduite.recevoir(
        contenu=[octets], nom_fichier="rentrée 2026.csv", uais=uais or [UAI], compte_id=compte.pk
    )
    if etat != EtatLot.ANALYSE_EN_ATTENTE:
        _prendre(lot, compte)
        lot.refresh_from_db()
        if etat == EtatLot.ANALYSE_EN_COURS:
            return lot
        _finir(lot, compte)
        lot.refresh_from_db()
    for atteint, pas in _CHEMIN:
        if lot.etat == etat and etat != "essaye":
            break
        pas(lot, compte)
        lot.refresh_from_db()
        if atteint == etat:
            break
    return lot


def _prendre(lot: Lot, compte: Compte) -> None:
    assert bail.prendre("essai", lot_id=lot.pk) is not None


def _finir(lot: Lot, compte: Compte) -> None:
    from referentiel.imports.depots import moteur

    moteur.traiter(Lot.objects.get(pk=lot.pk))


_CHEMIN = (
    (EtatLot.ESSAI_EN_ATTENTE, lambda lot, _: conduite.demander_essai(lot_id=lot.pk, tout_ou_rien=False)),
    (EtatLot.ESSAI_EN_COURS, _prendre),
    ("essaye", _finir),
    (EtatLot.EN_ATTENTE, lambda lot, _: conduite.confirmer(lot_id=lot.pk)),
    (EtatLot.EN_COURS, _prendre),
    (EtatLot.TERMINE, _finir),
    (EtatLot.RETRAIT_EN_ATTENTE, lambda lot, c: conduite.demander_retrait(lot_id=lot.pk, compte_id=c.pk)),
    (EtatLot.RETRAIT_EN_COURS, _prendre),
    (EtatLot.RETIRE, _finir),
)


def annule(*, compte: Compte) -> Lot:
    return conduite.annuler(lot_id=lot_en(EtatLot.A_CONFIRMER, compte=compte).pk)


def fichier(octets: bytes, nom: str = "depot.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, octets)
