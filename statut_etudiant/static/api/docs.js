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

const PARTIES = [
  [".information-container", "region", "Présentation"],
  [".scheme-container", "region", "Serveur et authentification"],
  ["#operations", "region", "Opérations"],
  [".modal-ux", "dialog", "Authentification"],
  [".close-modal", "", "Fermer"],
];

// What Swagger UI leaves without a name, or puts inside one another, for those who do not see the page.
function rendreAccessible(racine) {
  for (const choix of racine.querySelectorAll("select:not([aria-label])")) {
    const titre = choix.closest("label, div, td")?.querySelector("small, span, .servers-title, h4")?.innerText;
    choix.setAttribute("aria-label", choix.id === "servers" ? "Serveur" : titre?.trim() || "Choix");
  }
  for (const champ of racine.querySelectorAll("input:not([aria-label]), textarea:not([aria-label])")) {
    const nom = champ.closest("tr")?.dataset.paramName;
    if (nom) champ.setAttribute("aria-label", nom);
  }
  for (const [selecteur, role, nom] of PARTIES) {
    const partie = racine.querySelector(selecteur);
    if (role) partie?.setAttribute("role", role);
    partie?.setAttribute("aria-label", nom);
  }
  // The address of an operation is a link inside the button that opens it: the button is enough.
  for (const lien of racine.querySelectorAll(".opblock-summary-control a[href]")) lien.removeAttribute("href");
}

const lecteur = document.getElementById("lecteur");

new MutationObserver((changements) => {
  for (const { target } of changements) traduire(target.nodeType === Node.TEXT_NODE ? target.parentNode : target);
  rendreAccessible(lecteur);
}).observe(lecteur, { childList: true, characterData: true, subtree: true });

/* Swagger UI's own layout is a `main`, and the page has one already: the same parts, in a `div`. */
const DansLeCadre = (systeme) => {
  const { createElement: h } = systeme.React;
  const Cadre = ({ getComponent, specSelectors }) => {
    const partie = (nom) => h(getComponent(nom, true));
    const bloc = (classe, ...enfants) => h("div", { className: classe }, ...enfants);
    if (specSelectors.loadingStatus() !== "success")
      return bloc("swagger-ui", h("p", { role: "status" }, "Chargement…"), partie("errors"));
    return bloc(
      "swagger-ui",
      h(getComponent("SvgAssets")),
      bloc("information-container", partie("InfoContainer")),
      bloc("scheme-container", bloc("schemes wrapper", partie("ServersContainer"), partie("AuthorizeBtnContainer"))),
      h("div", { id: "operations" }, bloc("wrapper", partie("operations"))),
      bloc("wrapper", partie("Models")),
    );
  };
  return { components: { Cadre } };
};

SwaggerUIBundle({
  url: lecteur.dataset.document,
  domNode: lecteur,
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [DansLeCadre],
  layout: "Cadre",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
