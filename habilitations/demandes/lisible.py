"""A request's form as people read it: its blocks in the order of the steps, and what changed between two versions.

Works on snapshots (`habilitations.demandes.instantane`): the present form and any past one are read the same way.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils.formats import number_format

from habilitations.demandes import cadres, completude, instantane
from habilitations.etablissements import nommer
from habilitations.models import ContactDeDemande, Demande, Habilitation
from habilitations.scopes import SCOPES
from referentiel import francais

CHAMPS_EN_LISTE = {"scopes", "uais"}

Instantane = dict[str, Any]


class Ligne(NamedTuple):
    """One field. `valeur` is a text, or a list of texts; empty when nothing was answered."""

    libelle: str
    valeur: str | list[str]
    est_lien: bool = False

    @property
    def est_liste(self) -> bool:
        return isinstance(self.valeur, list)


class Personne(NamedTuple):
    """`ligne`: all of them at once, for a short summary."""

    role: str
    lignes: list[Ligne]
    ligne: Ligne


class Bloc(NamedTuple):
    nom: str  # of the step, for a link « Modifier »
    titre: str
    lignes: list[Ligne]
    personnes: list[Personne]

    @property
    def personnes_en_bref(self) -> list[Ligne]:
        return [personne.ligne for personne in self.personnes]


class Ecart(NamedTuple):
    """One field that changed. Lists say what came and what went; the other fields, both values."""

    libelle: str
    avant: str
    apres: str
    ajoutes: list[str]
    retires: list[str]
    est_liste: bool


def blocs(demande: Demande, version: Instantane) -> list[Bloc]:
    """The whole form. `version`: a snapshot of this request."""
    return [
        Bloc(
            etape.nom,
            etape.titre,
            [
                _ligne(champ, version.get(champ))
                for champ in completude.CHAMPS_PAR_ETAPE[etape.nom]
                if _est_posee(demande, champ, version)
            ],
            _personnes(version) if etape.nom == "personnes" else [],
        )
        for etape in completude.etapes(demande)
    ]


def ecarts(avant: Instantane | None, apres: Instantane | None) -> list[Ecart]:
    """What changed, in words. The commitments, which a reopening always asks again, are left out."""
    if not avant or not apres:
        return []
    trouves: list[Ecart] = []
    for difference in instantane.differences(avant, apres):
        if difference.champ in completude.CHAMPS_PAR_ETAPE["engagements"]:
            continue
        if difference.champ.startswith("contacts."):
            trouves += _ecarts_de_contact(difference)
            continue
        libelle = _majuscule(difference.libelle)
        if difference.champ.startswith("documents."):
            trouves.append(_ecart_de_documents(libelle, difference.avant, difference.apres))
        elif difference.champ in CHAMPS_EN_LISTE:
            trouves.append(_ecart_de_liste(libelle, difference))
        else:
            vieux, neuf = (_texte(difference.champ, v) for v in (difference.avant, difference.apres))
            trouves.append(Ecart(libelle, vieux, neuf, [], [], est_liste=False))
    return trouves


def valeur(champ: str, brute: Any) -> str:
    """One value, of a form's field or of a snapshot, on one line."""
    if isinstance(brute, list):
        return ", ".join(_elements(champ, brute))
    return _texte(champ, brute.isoformat() if isinstance(brute, date) else brute)


def libelle_du_champ(champ: str) -> str:
    return _majuscule(str(Demande._meta.get_field(champ).verbose_name))  # type: ignore[union-attr]


def _est_posee(demande: Demande, champ: str, version: Instantane) -> bool:
    """A long retention alone is justified: under the limit nothing was asked, and nothing is missing. The desk is for
    who reads."""
    if champ == "sans_logiciel":
        return demande.type == Habilitation.Type.LECTURE
    if champ != "conservation_justification" or version.get(champ):
        return True
    return (version.get("conservation_mois") or 0) > completude.CONSERVATION_LIBRE


def _ligne(champ: str, brute: Any) -> Ligne:
    libelle = libelle_du_champ(champ)
    if champ in CHAMPS_EN_LISTE:
        return Ligne(libelle, _elements(champ, brute or []))
    return Ligne(libelle, _texte(champ, brute), est_lien=champ == "cadre_url" and bool(brute))


def _texte(champ: str, brute: Any) -> str:
    if isinstance(brute, bool):
        return "Oui" if brute else "Non"
    if brute in (None, ""):
        return ""
    if champ == "date_prevue":
        return francais.date(date.fromisoformat(brute))
    if champ == "conservation_mois":
        return f"{brute} mois"
    if champ == "volume_annuel":
        return number_format(brute, force_grouping=True)
    if champ == "cadre_nature":
        return cadres.libelle(brute)
    return str(brute)


def _elements(champ: str, bruts: Sequence[str]) -> list[str]:
    if champ == "scopes":
        return [SCOPES[nom].label if nom in SCOPES else nom for nom in bruts]
    return list(nommer(bruts).values()) if champ == "uais" else list(bruts)


def _personnes(version: Instantane) -> list[Personne]:
    return [
        _personne(str(role.label), version.get("contacts", {}).get(role.value, {}))
        for role in ContactDeDemande.Role
    ]


def _personne(role: str, contact: dict[str, str]) -> Personne:
    nom = f"{contact.get('prenom', '')} {contact.get('nom', '')}".strip()
    titre = ", ".join(filter(None, [nom, contact.get("fonction", "")]))
    morceaux = (titre, contact.get("courriel", ""), contact.get("telephone", ""))
    return Personne(
        role,
        [Ligne(_libelle_de_contact(c), contact.get(c, "")) for c in instantane.CHAMPS_DE_CONTACT],
        Ligne(role, "\n".join(filter(None, morceaux))),
    )


def _ecarts_de_contact(difference: instantane.Difference) -> list[Ecart]:
    vieux, neuf = difference.avant or {}, difference.apres or {}
    return [
        Ecart(
            f"{difference.libelle} : {francais.minuscule(_libelle_de_contact(champ))}",
            vieux.get(champ, ""),
            neuf.get(champ, ""),
            [],
            [],
            est_liste=False,
        )
        for champ in instantane.CHAMPS_DE_CONTACT
        if vieux.get(champ, "") != neuf.get(champ, "")
    ]


def _ecart_de_liste(libelle: str, difference: instantane.Difference) -> Ecart:
    vieux, neuf = difference.avant or [], difference.apres or []
    ajoutes = _elements(difference.champ, [e for e in neuf if e not in vieux])
    retires = _elements(difference.champ, [e for e in vieux if e not in neuf])
    return Ecart(libelle, "", "", ajoutes, retires, est_liste=True)


def _ecart_de_documents(libelle: str, vieux: dict[str, str], neuf: dict[str, str]) -> Ecart:
    """`vieux`, `neuf`: name of each document, by its content."""
    partis = [nom for sha256, nom in vieux.items() if sha256 not in neuf]
    venus = [nom for sha256, nom in neuf.items() if sha256 not in vieux]
    return Ecart(
        libelle,
        "",
        "",
        [f"{nom} (contenu remplacé)" if nom in partis else nom for nom in venus],
        [nom for nom in partis if nom not in venus],
        est_liste=True,
    )


def _libelle_de_contact(champ: str) -> str:
    return _majuscule(str(ContactDeDemande._meta.get_field(champ).verbose_name))  # type: ignore[union-attr]


def _majuscule(texte: str) -> str:
    return texte[:1].upper() + texte[1:]
