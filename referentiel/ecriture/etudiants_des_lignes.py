"""The students that lines speak of: created when unknown, corrected by who alone sent their identity.

`{source}`: lines as they were sent. `{lignes}`: the same, with the student that each is for (`fusion.ACTUELLES`).
"""

from typing import LiteralString

# Sorted by INE: two deposits that create the same students take their locks in the same order.
CREER_ETUDIANTS: LiteralString = """
INSERT INTO referentiel_etudiant (ine, nom_naissance, prenoms, sexe, date_naissance, precision_naissance,
    lieu_naissance, fictif, identite_de)
SELECT DISTINCT ON (s.ine, s.fictif)
    s.ine, s.nom_naissance, s.prenoms, s.sexe, s.date_naissance, s.precision_naissance,
    s.lieu_naissance, s.fictif, s.etablissement_id
FROM {source} s
WHERE s.nom_naissance IS NOT NULL
  AND NOT EXISTS (SELECT FROM referentiel_etudiant e WHERE e.ine = s.ine AND e.fictif = s.fictif)
  AND NOT EXISTS (SELECT FROM referentiel_ineremplace r WHERE r.ancien_ine = s.ine AND r.fictif = s.fictif)
ORDER BY s.ine, s.fictif, s.ligne
ON CONFLICT (ine, fictif) DO NOTHING
"""

#: Of a line `s` and the student `e`: another name than the registered one, by the rule of the identity search.
NOM_DIFFERE: LiteralString = """
        CASE WHEN s.nom_naissance IS NULL OR s.nom_naissance = e.nom_naissance AND s.prenoms[1] = e.prenoms[1]
             THEN false
             ELSE referentiel_cle_nom(s.nom_naissance) <> e.cle_nom
                 -- Given names left blank contradict nothing.
                 OR s.prenoms[1] IS NOT NULL
                 AND NOT referentiel_prenom_repond(e.cle_prenom, referentiel_prenom_demande(s.prenoms[1]))
                 AND NOT referentiel_prenom_repond(
                     referentiel_cle_prenom(s.prenoms), referentiel_prenom_demande(coalesce(e.prenoms[1], '')))
        END"""

# The establishment's own typo: nobody else has sent this student, and INES has not confirmed the identity. The history
# keeps the former one. A student created by this very transaction is told by its first line; the others are compared.
CORRIGER_LES_SIENS: LiteralString = f"""
WITH siens AS MATERIALIZED (
    SELECT DISTINCT ON (e.id) e.id, s.ligne, s.nom_naissance, s.prenoms, s.sexe, s.lieu_naissance
    FROM {{lignes}} s
    JOIN referentiel_etudiant e ON e.ine = s.ine_actuel AND e.fictif = s.fictif AND e.date_naissance = s.naissance
    WHERE s.nom_naissance IS NOT NULL AND e.identite_de = s.etablissement_id AND NOT e.identite_verifiee
      AND e.cree_le < now()
      AND ({NOM_DIFFERE} OR s.sexe <> e.sexe OR s.lieu_naissance <> e.lieu_naissance)
      AND NOT EXISTS (SELECT FROM referentiel_inscription i
                      WHERE i.etudiant_id = e.id AND i.etablissement_id <> s.etablissement_id)
    ORDER BY e.id, s.ligne DESC
), tenus AS MATERIALIZED (
    SELECT e.id FROM referentiel_etudiant e JOIN siens USING (id) ORDER BY e.ine, e.fictif FOR NO KEY UPDATE OF e
)
UPDATE referentiel_etudiant e SET
    nom_naissance = s.nom_naissance, prenoms = coalesce(nullif(s.prenoms, '{{{{}}}}'::text[]), e.prenoms),
    sexe = coalesce(s.sexe, e.sexe), lieu_naissance = coalesce(s.lieu_naissance, e.lieu_naissance), modifie_le = now()
FROM siens s JOIN tenus USING (id)
WHERE e.id = s.id AND NOT e.identite_verifiee
RETURNING s.ligne
"""  # noqa: S608

DIRE_LES_SIENS: LiteralString = """
INSERT INTO pg_temp.signales (ligne, niveau, champ, valeur, code)
SELECT ligne, 'avis', 'identite.nomNaissance', nom_naissance, 'identite_corrigee'
FROM pg_temp.tampon WHERE ligne = ANY(%s)
"""

# Rarely both at once, more often a statut that was read wrong.

#: Of a line `s` of the merge, whose student is known: whether another inscription of theirs says the other statut.
ADMIS_ET_INSCRIT: LiteralString = """EXISTS (
    SELECT FROM referentiel_inscription i
    WHERE i.etudiant_id = s.etudiant_id AND i.etablissement_id = s.etablissement_id AND i.date_debut = s.date_debut
      AND i.statut <> s.statut AND referentiel_cle_diplome(i.diplome) <> s.cle_diplome)"""

# In one deposit.
DIRE_ADMIS_ET_INSCRITS: LiteralString = """
INSERT INTO pg_temp.signales (ligne, niveau, champ, valeur, code)
SELECT s.ligne, 'avis', 'statut', s.statut, 'admission_et_inscription'
FROM pg_temp.tampon s JOIN (
    SELECT ine, fictif, etablissement_id, date_debut FROM pg_temp.tampon
    GROUP BY 1, 2, 3, 4 HAVING min(statut) <> max(statut)
) AS d USING (ine, fictif, etablissement_id, date_debut)
WHERE s.statut = 'admis'
"""
