/* Saves a draft by itself a moment after each change, and says when. Without this script, its buttons save it. */
const DELAI = 1200;
const NOUVEL_ESSAI = 10000;

const formulaire = document.querySelector("form[data-brouillon]");
const etat = document.getElementById("etat-brouillon");

let minuterie = null;
let envoi = null;
let arrete = false;
let dernierEtat = serie();
/* Whether the last answer refused something. */
let refus = false;
/* What was sent and perhaps saved, since no answer came: told with what is sent next, or it would look like another
   window's doing. */
let perdus = [];
const PERDUS_GARDES = 5;

function serie() {
  return enTexte(donnees());
}

function enTexte(corps) {
  return new URLSearchParams(corps).toString();
}

function donnees() {
  const corps = new FormData(formulaire);
  for (const [nom, valeur] of [...corps]) if (valeur instanceof File) corps.delete(nom);
  return corps;
}

/* Of a date half typed or a sign that is no number, the browser would say that the field is empty. */
formulaire.addEventListener("formdata", ({ formData }) => {
  for (const element of formulaire.elements)
    if (element.name && element.validity.badInput) formData.set(element.name, "incomplet");
  for (const perdu of perdus) formData.append("perdu", perdu);
});

function dire(texte, erreur = false) {
  etat.textContent = texte;
  etat.classList.toggle("ase-etat-brouillon--erreur", erreur);
}

function plusTard(delai = DELAI) {
  if (arrete) return;
  clearTimeout(minuterie);
  minuterie = setTimeout(enregistrer, delai);
}

async function enregistrer() {
  if (envoi) return plusTard();
  const apres = serie();
  if (apres === dernierEtat && !refus) return;
  envoi = poster();
  try {
    await envoi;
  } finally {
    envoi = null;
  }
}

async function poster() {
  let reponse, corps;
  const envoyees = donnees();
  try {
    reponse = await fetch(location.href, {
      method: "POST",
      body: envoyees,
      headers: { "X-Brouillon": "automatique", Accept: "application/json" },
      redirect: "manual",
    });
    if (reponse.status >= 500) throw new Error(reponse.statusText);
  } catch {
    for (const nom of ["csrfmiddlewaretoken", "depart", "perdu"]) envoyees.delete(nom);
    perdus = [...perdus, enTexte(envoyees)].slice(-PERDUS_GARDES);
    dire("Enregistrement impossible pour l'instant : votre saisie est gardée, nous réessayons.", true);
    return plusTard(NOUVEL_ESSAI);
  }
  try {
    corps = await reponse.json();
  } catch {
    arrete = true;
    return dire("Le brouillon ne s'enregistre plus : votre session a peut-être expiré. Enregistrez par un bouton.", true);
  }
  if (corps.message) {
    arrete = true;
    return dire(corps.message, true);
  }
  if (corps.conflits.length) {
    arrete = true;
    return dire(
      "Cette étape a été modifiée dans une autre fenêtre. Enregistrez par un bouton pour comparer les deux versions.",
      true,
    );
  }
  formulaire.elements.depart.value = corps.depart;
  // What was sent is saved; what has been typed since then is not.
  perdus = [];
  envoyees.delete("perdu");
  envoyees.set("depart", corps.depart);
  dernierEtat = enTexte(envoyees);
  if (serie() !== dernierEtat) plusTard();
  refus = Object.keys(corps.erreurs).length > 0;
  reparer(corps.erreurs);
  // Who is still typing in a field is not told that it is wrong.
  const refuses = Object.entries(corps.erreurs)
    .filter(([champ]) => !enCours(champ))
    .map(([champ, messages]) => `${libelle(champ)} : ${messages.join(" ")}`);
  const heure = `Brouillon enregistré à ${corps.heure}`;
  dire(refuses.length ? `${heure}, sauf ce qui suit. ${refuses.join(" ")}` : heure, refuses.length > 0);
}

function enCours(champ) {
  const element = document.getElementById(`id_${champ}`);
  return Boolean(element) && (element === document.activeElement || element.contains(document.activeElement));
}

/* What has been mended since the page was made is no longer said to be wrong. */
function reparer(erreurs) {
  const sommaire = document.getElementById("erreurs");
  if (!sommaire) return;
  for (const lien of sommaire.querySelectorAll('a[href^="#id_"]')) {
    const element = document.getElementById(lien.hash.slice(1));
    if (!element || lien.hash.slice(4) in erreurs || !rempli(element)) continue;
    // A person's fields share one line of the summary, which goes with the last of them.
    const ligne = lien.closest("#erreurs > ul > li");
    lien.closest("li").remove();
    if (!ligne.querySelector("a")) ligne.remove();
    const groupe = element.closest(".fr-input-group, .fr-select-group, .fr-fieldset, .fr-checkbox-group");
    for (const touche of groupe ? [groupe, ...groupe.querySelectorAll("*")] : [])
      for (const classe of [...touche.classList]) if (classe.endsWith("--error")) touche.classList.remove(classe);
    for (const message of groupe?.querySelectorAll(".fr-messages-group, .fr-error-text") ?? []) message.textContent = "";
    element.removeAttribute("aria-invalid");
  }
  const restent = sommaire.querySelectorAll(":scope > ul > li").length;
  if (!restent) sommaire.remove();
  else
    sommaire.querySelector(".fr-alert__title").textContent =
      restent === 1 ? "Un point est à corriger" : `${restent} points sont à corriger`;
}

function rempli(element) {
  if (element.type === "file") return false;
  const cases = element.matches("input[type=checkbox]") ? [element] : element.querySelectorAll("input");
  return cases.length ? [...cases].some((une) => une.checked) : element.value !== "";
}

function libelle(champ) {
  const element = document.getElementById(`id_${champ}`);
  const etiquette = element?.labels?.[0]?.firstChild?.textContent ?? element?.querySelector("legend")?.textContent;
  // Three persons have an address each: say whose.
  const personne = element?.closest("[data-personne]")?.querySelector("legend")?.textContent.trim();
  return (personne ? `${personne}, ${etiquette.trim().toLowerCase()}` : (etiquette ?? champ)).trim();
}

formulaire.addEventListener("input", () => plusTard());
formulaire.addEventListener("change", () => plusTard());
// A field that one leaves is told if it is wrong, even when nothing has changed since it was last sent.
formulaire.addEventListener("focusout", () => {
  if (refus) plusTard();
});
formulaire.addEventListener("submit", async (evenement) => {
  clearTimeout(minuterie);
  arrete = true;
  if (!envoi) return;
  // What is being saved must be done first, or the server would take it for another window's change.
  evenement.preventDefault();
  const bouton = evenement.submitter;
  await envoi;
  formulaire.requestSubmit(bouton);
});
// A page that the browser gives back as it was goes on saving.
addEventListener("pageshow", () => (arrete = false));
