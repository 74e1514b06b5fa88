/* Nothing typed is lost with the session: the page warns before its end, prolongs it without being left, and keeps what
   was typed when it has ended. Without this script, the browser's « back » gives most forms back. */
const boite = document.getElementById("session");
const avertir = Number(boite?.dataset.avertir); // seconds
const ENTRE_DEUX = (avertir * 1000) / 3;
/* Signed out meanwhile in another tab, or by another device: what was read longer ago is asked again before a form goes. */
const SURE = 30_000;
const formulaires = [...document.forms].filter(
  (un) => un.method === "post" && un.querySelector("input:not([type=hidden], [type=submit], [type=button]), textarea, select"),
);

let fin = 0;
let lue = 0;
let question = false;

async function lire(options = {}) {
  const reponse = await fetch(boite.dataset.adresse, { ...options, headers: { Accept: "application/json", ...options.headers } });
  if (!reponse.ok) throw new Error(`session : ${reponse.status}`);
  const { reste, csrf } = await reponse.json();
  for (const champ of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) champ.value = csrf;
  lue = Date.now();
  fin = lue + reste * 1000;
  montrer(reste);
  return reste;
}

function montrer(reste) {
  const texte = boite.querySelector("[data-texte]");
  boite.querySelector("[data-rester]").hidden = !reste;
  boite.querySelector("[data-revenir]").hidden = Boolean(reste);
  boite.hidden = reste > avertir;
  if (boite.hidden) return;
  const minutes = Math.max(1, Math.round(reste / 60));
  texte.textContent = reste
    ? `Elle se termine dans ${minutes} minute${minutes > 1 ? "s" : ""}. Ce que vous avez saisi n'est pas encore envoyé.`
    : "Elle est terminée. Gardez cette page ouverte : reconnectez-vous dans un nouvel onglet, puis revenez envoyer votre saisie.";
}

async function essayer(options) {
  try {
    return await lire(options);
  } catch {
    return null; // no answer says nothing of the session
  }
}

async function garder(evenement) {
  const formulaire = evenement.target;
  if (evenement.defaultPrevented || !formulaires.includes(formulaire)) return;
  if (!question && Date.now() < fin && Date.now() - lue < SURE) return;
  evenement.preventDefault();
  if (question) return;
  question = true;
  const reste = await essayer();
  question = false;
  if (reste === 0) return boite.focus();
  if (reste === null) {
    lue = Date.now();
    fin = lue + 60_000;
  }
  formulaire.requestSubmit(evenement.submitter);
}

if (boite && formulaires.length) {
  essayer();
  setInterval(essayer, ENTRE_DEUX);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && essayer());
  document.addEventListener("submit", garder);
  boite.querySelector("[data-rester]").addEventListener("click", () => {
    const jeton = document.querySelector("input[name=csrfmiddlewaretoken]").value;
    essayer({ method: "POST", headers: { "X-CSRFToken": jeton } });
  });
}
