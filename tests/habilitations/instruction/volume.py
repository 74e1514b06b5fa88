"""Thousands of requests, by SQL: what the lists and the figures are measured on."""

from habilitations.models import Compte, Organisation
from tests.proprietaire import en_proprietaire

SQL = """
ALTER TABLE habilitations_demande DISABLE TRIGGER demande_etat_par_les_actes;

INSERT INTO habilitations_demande (
    type, etat, organisation_id, demandeur_id, demandeur_fonction, demandeur_telephone, intitule, description,
    scopes, destinataires, conservation_justification, cadre_nature, cadre_references, cadre_url,
    fc_numero_habilitation, fc_client_id, uais, logiciel, cgu_acceptees, dpd_informe, motif, modifie_le, cree_le,
    soumise_le, decidee_le, archivee_le)
SELECT 'lecture', etat, o.id, c.id, '', '', 'Tarif étudiant ' || n, repeat('Une longue description. ', 40),
    '{mesri_inscription_etudiant}', 'Agents', '', 'cgct', 'Article 1', '', '', '', '{}', '', true, true,
    CASE WHEN etat IN ('modifications_demandees', 'refusee') THEN 'Motif' ELSE '' END,
    now(), now() - (n %% 400) * interval '1 day', now() - (n %% 70) * interval '1 day',
    CASE WHEN etat = 'refusee' THEN now() END, CASE WHEN etat = 'archivee' THEN now() END
FROM generate_series(1, %(nombre)s) n
JOIN LATERAL (
    SELECT (ARRAY['brouillon', 'soumise', 'modifications_demandees', 'refusee', 'archivee'])[1 + n %% 5] AS etat
) e ON true
JOIN habilitations_organisation o
    ON o.siret = lpad((90000000000001 + n %% greatest(1, %(nombre)s / 5))::text, 14, '0')
JOIN habilitations_compte c ON c.courriel = 'agent' || (1 + n %% greatest(1, %(nombre)s / 5)) || '@volume.test';

INSERT INTO habilitations_evenement (
    demande_id, acte, acteur_nom, acteur_role, de, vers, texte, details, instant)
SELECT id, acte, 'Quelqu''un', role, 'soumise', etat, '', '{}', cree_le + jours * interval '1 day'
FROM habilitations_demande
JOIN (VALUES (1, 'soumettre', 'demandeur', -12), (2, 'refuser', 'instructeur', 0)) v (rang, acte, role, jours) ON true
WHERE intitule LIKE 'Tarif étudiant %%'
ORDER BY id, rang;

INSERT INTO habilitations_message (demande_id, auteur_id, du_ministere, texte, envoye_le)
SELECT id, demandeur_id, false, 'Où en est-on ?', now() FROM habilitations_demande WHERE id %% 3 = 0;

ALTER TABLE habilitations_demande ENABLE TRIGGER demande_etat_par_les_actes;
"""
TABLES = ("demande", "organisation", "compte", "evenement", "message")


def remplir(nombre: int) -> None:
    # The tables whose columns others may add to go through their models.
    groupes = range(1, max(1, nombre // 5) + 1)
    Organisation.objects.bulk_create(
        Organisation(siret=f"{90_000_000_000_000 + n:014}", nom=f"Métropole n° {n}") for n in groupes
    )
    Compte.objects.bulk_create(
        Compte(courriel=f"agent{n}@volume.test", nom=f"Lefèvre{n}", prenom="Zoé") for n in groupes
    )
    with en_proprietaire() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        curseur.execute(SQL, {"nombre": nombre})
        for table in TABLES:
            curseur.execute(f"ANALYZE habilitations_{table}")
