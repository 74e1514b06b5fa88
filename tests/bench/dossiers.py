"""`python -m tests.bench.dossiers`: have 10,000 requests of all states, and print who may read which page of them.

Run by `tests.bench.pages` with the settings of its own database. One applicant has 200 requests; one request has a long
history and a long thread: the pages are measured at their heaviest.
"""

import json
import sys
from typing import Any

import django

TOTAL = 10_000
VALIDEES = 2_000
DU_DEMANDEUR = 200
MESSAGES = 20

_CONTACTS = """
INSERT INTO habilitations_contactdedemande (demande_id, role, nom, prenom, fonction, courriel, telephone)
SELECT d.id, r.role, 'Durand', 'Dominique', 'Directrice', r.role || d.id || '@volume.test', '01 02 03 04 05'
FROM habilitations_demande d
CROSS JOIN (VALUES ('responsable_traitement'), ('dpd'), ('technique')) r (role)
ON CONFLICT DO NOTHING
"""
# What one approval froze, for every approved request: only their number matters here.
_VALIDEES = """
ALTER TABLE habilitations_demande DISABLE TRIGGER demande_etat_par_les_actes;

WITH habilitee AS (
    INSERT INTO habilitations_habilitation
        (type, organisation_id, intitule, scopes, uais, fc_client_id, etat, validee_le)
    SELECT 'lecture', organisation_id, 'Tarif validé ' || id, scopes, '{}', '', 'active',
        now() - id * interval '1 minute'
    FROM habilitations_demande WHERE etat = 'refusee' ORDER BY id LIMIT %(validees)s
    RETURNING id, organisation_id, intitule
)
UPDATE habilitations_demande d
SET etat = 'validee', habilitation_id = h.id, instantane_valide = %(instantane)s, decidee_le = now(), motif = ''
FROM habilitee h WHERE h.intitule = 'Tarif validé ' || d.id;

INSERT INTO habilitations_evenement
    (demande_id, acte, acteur_nom, acteur_role, de, vers, texte, instantane, details, instant)
SELECT id, 'valider', 'Quelqu''un', 'instructeur', 'soumise', 'validee', '', %(instantane)s,
    jsonb_build_object('habilitation', habilitation_id), now()
FROM habilitations_demande WHERE etat = 'validee';
"""
_LES_SIENNES = """
UPDATE habilitations_demande SET organisation_id = %s, demandeur_id = %s
WHERE id IN (SELECT id FROM habilitations_demande WHERE organisation_id <> %s ORDER BY id DESC LIMIT %s)
"""


def main() -> None:
    django.setup()
    json.dump(monde(), sys.stdout)


def monde() -> dict[str, Any]:
    """Sessions by person, and the pages of each; Django is set up."""
    from django.conf import settings
    from django.test import Client

    from habilitations.models import Compte, Demande

    if Demande.objects.count() < TOTAL:
        _peupler()
    sessions = {}
    for nom in ("demandeur", "instructeur", "administrateur"):
        client = Client()
        client.force_login(Compte.objects.get(courriel=f"{nom}@bench.test"))
        sessions[nom] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"sessions": sessions, "pages": _pages()}


def _peupler() -> None:
    from django.db import connection, transaction

    from habilitations.acteur import Acteur
    from habilitations.demandes import actes, instantane, messagerie
    from habilitations.models import Demande
    from tests import fabriques
    from tests.habilitations import scenes
    from tests.habilitations.instruction.volume import remplir

    with transaction.atomic(), connection.cursor() as curseur:
        remplir(TOTAL - 2)
        organisation = fabriques.organisation(siret="13002526500013", nom="Métropole des mesures")
        qui = Acteur(scenes.compte(courriel="demandeur@bench.test", organisation=organisation))
        scenes.compte("administrateur", courriel="administrateur@bench.test")
        agent = Acteur(scenes.compte("instructeur", courriel="instructeur@bench.test"))
        lourde = scenes.demande("validee", acteur=qui)
        figee = instantane.prendre(lourde)
        soumise = scenes.demande("modifications_demandees", acteur=qui)
        Demande.objects.filter(pk=soumise.pk).update(destinataires="D'autres agents")
        actes.soumettre(demande_id=soumise.pk, acteur=qui)
        for n in range(MESSAGES):
            messagerie.envoyer(demande_id=soumise.pk, acteur=agent if n % 2 else qui, texte="Un mot. " * 40)
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        parametres = {"validees": VALIDEES, "instantane": json.dumps(figee)}
        curseur.execute(_VALIDEES, parametres)
        siennes = [organisation.pk, qui.compte.pk, organisation.pk, DU_DEMANDEUR - 2]
        curseur.execute(_LES_SIENNES, siennes)
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        curseur.execute("ALTER TABLE habilitations_demande ENABLE TRIGGER demande_etat_par_les_actes")
        curseur.execute(_CONTACTS)


#: Neither fragments, which no address alone opens, nor files, which are as long as what they hold.
SANS_MESURE = ("/apercu", ".csv", ".json", ".xml", ".atom", ".txt")


def _pages() -> list[tuple[str, str, str]]:
    """(for whom, what it is, address)."""
    from habilitations.models import Compte, Demande
    from tests.portail.pages import chemins_publics

    siennes = Demande.objects.filter(demandeur__courriel="demandeur@bench.test")
    validee = siennes.filter(etat="validee").first()
    soumise = siennes.filter(etat="soumise", messages__isnull=False).order_by("-messages__pk").first()
    brouillon = siennes.filter(etat="brouillon").first()
    habilitation = validee.habilitation_id
    une_personne = Compte.objects.get(courriel="demandeur@bench.test").pk
    lignes: dict[str, dict[str, Any]] = {
        "": {
            "éligibilité": "/eligibilite?acteur=administration",
            "habilitations publiques, fin": "/habilitations-publiques?page=80",
            "habilitations publiques, recherche": "/habilitations-publiques?q=metropole",
            "habilitations publiques, fichier": "/habilitations-publiques.csv",
            "établissements couverts, recherche": "/etablissements-couverts?q=universite",
            **{chemin: chemin for chemin in chemins_publics() if not chemin.endswith(SANS_MESURE)},
        },
        "demandeur": {
            "mes demandes": "/demandes",
            "mes demandes, fin": "/demandes?page=8",
            "mes habilitations": "/habilitations",
            "nouvelle demande": "/demandes/nouvelle",
            "demande": f"/demandes/{soumise.pk}",
            "récapitulatif": f"/demandes/{brouillon.pk}/recapitulatif",
            "étape, projet": f"/demandes/{brouillon.pk}/etapes/projet",
            "étape, données": f"/demandes/{brouillon.pk}/etapes/donnees",
            "étape, personnes": f"/demandes/{brouillon.pk}/etapes/personnes",
            "habilitation": f"/habilitations/{habilitation}",
            "jetons": f"/habilitations/{habilitation}/jetons",
            "compte": "/compte",
        },
        "instructeur": {
            "à instruire": "/instruction/demandes?etat=soumise",
            "toutes, par organisation": "/instruction/demandes?etat=tous&tri=organisation",
            "toutes, fin": "/instruction/demandes?etat=tous&page=390",
            "recherche": "/instruction/demandes?etat=tous&q=metropole",
            "dossier": f"/instruction/demandes/{soumise.pk}",
            "valider": f"/instruction/demandes/{soumise.pk}/actes/valider",
            "habilitations": "/instruction/habilitations",
            "habilitations, fin": "/instruction/habilitations?page=80",
            "statistiques": "/instruction/statistiques",
        },
        "administrateur": {"personnes": "/personnes", "une personne": f"/personnes/{une_personne}"},
    }
    return [(qui, nom, adresse) for qui, pages in lignes.items() for nom, adresse in pages.items()]


if __name__ == "__main__":
    main()
