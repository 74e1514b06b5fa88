"""All that the service holds on a person, for whoever asks for it (GDPR art. 15): a student by INE, or an account."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from habilitations.models import (
    Compte,
    ContactDeDemande,
    Courriel,
    Delegation,
    Demande,
    Evenement,
    Gestionnaire,
    Invitation,
    JournalAcces,
    Message,
    Rattachement,
    Role,
)
from referentiel.journal.echanges import identifiants_internes
from referentiel.models import (
    Anomalie,
    DoublonPossible,
    Echange,
    Etudiant,
    Historique,
    IneRemplace,
    Inscription,
    LigneSignalee,
)

#: Secrets, and what the database computes for itself.
_TUS = {
    "password", "cle_recherche", "cle_nom", "cle_prenom", "empreinte", "cle_chiffree", "contenu", "html",
    "empreinte_du_lien", "pin", "condense", "cliche", "titres",
}  # fmt: skip
#: What the packages above hold on students, by their internal identifier (`etudiant_id`): name in the copy, model.
_D_AILLEURS: dict[str, type[Model]] = {}
#: What they hold on accounts (`compte_id`), likewise.
_D_AILLEURS_SUR_UN_COMPTE: dict[str, type[Model]] = {}


def joindre(**modeles: type[Model]) -> None:
    """Have these models in the copies of students too."""
    _D_AILLEURS.update(modeles)


def joindre_aux_comptes(**modeles: type[Model]) -> None:
    """Have these models in the copies of accounts too."""
    _D_AILLEURS_SUR_UN_COMPTE.update(modeles)


def d_un_etudiant(etudiant: Etudiant) -> dict[str, Any]:
    personnes = identifiants_internes(etudiant.pk)
    ines = [etudiant.ine, *IneRemplace.objects.filter(etudiant=etudiant).values_list("ancien_ine", flat=True)]
    inscriptions = Inscription.objects.filter(etudiant=etudiant).select_related("etablissement")
    return {
        "identite": _dire(etudiant),
        "ine_remplaces": _tous(IneRemplace.objects.filter(etudiant=etudiant)),
        "inscriptions": [
            {**_dire(une), "etablissement": f"{une.etablissement.nom} ({une.etablissement.uai})"}
            for une in inscriptions
        ],
        "historique": _tous(
            Historique.objects.filter(objet="etudiant", objet_id__in=personnes)
            | Historique.objects.filter(objet="inscription", objet_id__in=[une.pk for une in inscriptions])
        ),
        "anomalies": _tous(Anomalie.objects.filter(etudiant=etudiant)),
        "doublons_possibles": _tous(
            DoublonPossible.objects.filter(premier=etudiant) | DoublonPossible.objects.filter(second=etudiant)
        ),
        "lignes_de_depots": _tous(LigneSignalee.objects.filter(valeur__in=ines)),
        "consultations": [
            # Whose token or account it was is the organisation's business, not the person's.
            {cle: valeur for cle, valeur in _dire(echange).items() if cle not in _AGENTS}
            for echange in Echange.objects.filter(issue="donnees", etudiant_id__in=personnes).order_by(
                "instant"
            )
        ],
        **{
            nom: [
                {cle: valeur for cle, valeur in _dire(ligne).items() if cle != "repondue_par_id"}
                for ligne in modele._default_manager.filter(etudiant_id__in=personnes)
            ]
            for nom, modele in _D_AILLEURS.items()
        },
    }


def d_un_compte(compte: Compte) -> dict[str, Any]:
    return {
        "compte": _dire(compte),
        "rattachements": _tous(Rattachement.objects.filter(compte=compte)),
        "roles": _tous(Role.objects.filter(compte=compte)),
        "gestions": _tous(Gestionnaire.objects.filter(compte=compte)),
        "demandes": _tous(Demande.objects.filter(demandeur=compte)),
        "nomme_dans": _tous(ContactDeDemande.objects.filter(courriel__iexact=compte.courriel)),
        "actes": _tous(Evenement.objects.filter(acteur=compte)),
        "delegations": _tous(
            Delegation.objects.filter(donnee_par=compte) | Delegation.objects.filter(reprise_par=compte)
        ),
        "messages": _tous(Message.objects.filter(auteur=compte)),
        "courriels": _tous(Courriel.objects.filter(destinataire__iexact=compte.courriel, sensible=False)),
        "invitations": _tous(Invitation.objects.filter(courriel__iexact=compte.courriel)),
        "acces": _tous(JournalAcces.objects.filter(compte=compte)),
        "fiches_consultees": _tous(Echange.objects.filter(compte_id=compte.pk).defer("etudiant_id")),
        **{
            nom: _tous(modele._default_manager.filter(compte=compte))
            for nom, modele in _D_AILLEURS_SUR_UN_COMPTE.items()
        },
    }


def en_json(donnees: dict[str, Any]) -> str:
    return json.dumps(donnees, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


_AGENTS = {"jeton_id", "compte_id", "par_compte_id", "id"}


def _tous(lignes: Iterable[Model]) -> list[dict[str, Any]]:
    return [_dire(ligne) for ligne in lignes]


def _dire(ligne: Model) -> dict[str, Any]:
    presents = ligne.get_deferred_fields()
    return {
        champ.attname: champ.value_from_object(ligne)
        for champ in ligne._meta.concrete_fields
        if champ.attname not in _TUS and champ.attname not in presents
    }
