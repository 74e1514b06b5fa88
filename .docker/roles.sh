#!/bin/sh
# Run once by the image of PostgreSQL, when its data folder is made: the product's two roles, their passwords, its base.
set -eu
psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres --file /roles/creer.sql
psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
  --set proprietaire="$PROPRIETAIRE_PASSWORD" --set application="$APPLICATION_PASSWORD" <<'SQL'
ALTER ROLE statut_etudiant PASSWORD :'proprietaire';
ALTER ROLE statut_etudiant_application PASSWORD :'application';
CREATE DATABASE statut_etudiant OWNER statut_etudiant;
SQL
