DROP TRIGGER cle_api_gardee ON habilitations_cleapi;
DROP FUNCTION habilitations_garder_cle_api();
