from django.db import migrations, models

_GARDER = """
CREATE FUNCTION certificats_garder_la_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO certificats_placeretiree (indice, jusqu_au) VALUES (OLD.indice, OLD.valable_jusqu_au)
    ON CONFLICT (indice) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER certificats_garder_la_place AFTER DELETE ON certificats_certificat FOR EACH ROW
    WHEN (OLD.indice IS NOT NULL AND OLD.valable_jusqu_au >= (now() AT TIME ZONE 'Europe/Paris')::date)
    EXECUTE FUNCTION certificats_garder_la_place();
"""
_OUBLIER = """
DROP TRIGGER certificats_garder_la_place ON certificats_certificat;
DROP FUNCTION certificats_garder_la_place();
"""


class Migration(migrations.Migration):
    """A signed credential stays withdrawn once its certificate has gone with its student."""

    dependencies = [("certificats", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="PlaceRetiree",
            fields=[
                ("indice", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("jusqu_au", models.DateField(verbose_name="jusqu'au")),
            ],
            options={
                "verbose_name": "place retirée des listes de statuts",
                "verbose_name_plural": "places retirées des listes de statuts",
            },
        ),
        migrations.RunSQL(_GARDER, _OUBLIER),
    ]
