from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

#: What instructors search by: part of a name, whatever its case and accents. The normal form is the referential's.
CREER = """
CREATE INDEX demande_recherche ON habilitations_demande
    USING gin (referentiel_normaliser(intitule) gin_trgm_ops);
CREATE INDEX organisation_recherche ON habilitations_organisation
    USING gin (referentiel_normaliser(nom) gin_trgm_ops);
CREATE INDEX compte_recherche ON habilitations_compte
    USING gin (referentiel_normaliser(prenom || ' ' || nom || ' ' || courriel) gin_trgm_ops);
CREATE INDEX habilitation_recherche ON habilitations_habilitation
    USING gin (referentiel_normaliser(intitule) gin_trgm_ops);
"""
DEFAIRE = """
DROP INDEX IF EXISTS demande_recherche;
DROP INDEX IF EXISTS organisation_recherche;
DROP INDEX IF EXISTS compte_recherche;
DROP INDEX IF EXISTS habilitation_recherche;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("habilitations", "0004_demandes_gardees"),
        ("referentiel", "0001_initial"),
    ]

    operations = [TrigramExtension(), migrations.RunSQL(CREER, DEFAIRE)]
