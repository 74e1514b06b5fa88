DROP TRIGGER fait_a_envoyer ON habilitations_fait;
DROP TRIGGER delegation_fait ON habilitations_delegation;
DROP TRIGGER jeton_fait ON habilitations_jeton;
DROP TRIGGER evenement_fait ON habilitations_evenement;
DROP FUNCTION habilitations_fait_a_envoyer();
DROP FUNCTION habilitations_fait_de_delegation();
DROP FUNCTION habilitations_fait_de_jeton();
DROP FUNCTION habilitations_details_de_jeton(habilitations_jeton);
DROP FUNCTION habilitations_fait_de_demande();
