// The reader of the OpenAPI document: Swagger UI, served from here, its few words put into French.
"use strict";

const FRANCAIS = new Map([
  ["Servers", "Serveurs"],
  ["Authorize", "S’authentifier"],
  ["Available authorizations", "Authentification"],
  ["Logout", "Oublier le jeton"],
  ["Close", "Fermer"],
  ["Parameters", "Paramètres"],
  ["No parameters", "Aucun paramètre"],
  ["Name", "Nom"],
  ["Description", "Description"],
  ["Request body", "Corps de la requête"],
  ["Responses", "Réponses"],
  ["Response body", "Corps de la réponse"],
  ["Response headers", "En-têtes de la réponse"],
  ["Server response", "Réponse du serveur"],
  ["Request URL", "Adresse appelée"],
  ["Request duration", "Durée"],
  ["Code", "Code"],
  ["Details", "Détails"],
  ["Links", "Liens"],
  ["No links", "Aucun lien"],
  ["Headers:", "En-têtes :"],
  ["Type", "Type"],
  ["Media type", "Type de contenu"],
  ["Examples", "Exemples"],
  ["Example Value", "Exemple"],
  ["Example", "Exemple"],
  ["Edit Value", "Valeur"],
  ["Schema", "Schéma"],
  ["Schemas", "Schémas"],
  ["Model", "Modèle"],
  ["required", "obligatoire"],
  ["Try it out", "Essayer"],
  ["Cancel", "Annuler"],
  ["Execute", "Envoyer"],
  ["Clear", "Effacer"],
  ["Reset", "Rétablir"],
  ["Download", "Télécharger"],
  ["Loading...", "Chargement…"],
  ["Controls ", "Détermine l’en-tête "],
  ["Controls", "Détermine l’en-tête"],
  [" header.", "."],
  ["Value:", "Valeur :"],
  ["Name:", "Nom :"],
  ["In:", "Où :"],
  ["Authorized", "Jeton retenu"],
  ["Send empty value", "Envoyer une valeur vide"],
  ["Available values", "Valeurs"],
  ["Default value", "Valeur par défaut"],
  ["Expand all", "Tout déplier"],
  ["Collapse all", "Tout replier"],
  ["Undocumented", "Non documenté"],
  ["Failed to fetch.", "L’appel n’a pas abouti."],
]);

function traduire(racine) {
  const textes = document.createTreeWalker(racine, NodeFilter.SHOW_TEXT);
  for (let noeud = textes.nextNode(); noeud; noeud = textes.nextNode()) {
    if (noeud.parentElement?.closest("pre, code, textarea, .renderedMarkdown")) continue;
    const francais = FRANCAIS.get(noeud.data) ?? FRANCAIS.get(noeud.data.trim());
    if (francais !== undefined && francais !== noeud.data) noeud.data = francais;
  }
}

const lecteur = document.getElementById("lecteur");

new MutationObserver((changements) => {
  for (const changement of changements) {
    traduire(changement.target.nodeType === Node.TEXT_NODE ? changement.target.parentNode : changement.target);
  }
}).observe(lecteur, { childList: true, characterData: true, subtree: true });

SwaggerUIBundle({
  url: lecteur.dataset.document,
  domNode: lecteur,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
