/* Saves a draft by itself a moment after each change, and says when. Without this script, its buttons save it. */
const DELAI = 1200;
const NOUVEL_ESSAI = 10000;

const formulaire = document.querySelector("form[data-brouillon]");
const etat = document.getElementById("etat-brouillon");

let minuterie = null;
let envoi = null;
let arrete = false;
let dernierEtat = serie();

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
  if (apres === dernierEtat) return;
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
  } catch {
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
  envoyees.set("depart", corps.depart);
  dernierEtat = enTexte(envoyees);
  if (serie() !== dernierEtat) plusTard();
  const refuses = Object.entries(corps.erreurs).map(([champ, messages]) => `${libelle(champ)} : ${messages.join(" ")}`);
  const heure = `Brouillon enregistré à ${corps.heure}`;
  dire(refuses.length ? `${heure}, sauf ce qui suit. ${refuses.join(" ")}` : heure, refuses.length > 0);
}

function libelle(champ) {
  const element = document.getElementById(`id_${champ}`);
  const etiquette = element?.labels?.[0]?.firstChild?.textContent ?? element?.querySelector("legend")?.textContent;
  return (etiquette ?? champ).trim();
}

formulaire.addEventListener("input", () => plusTard());
formulaire.addEventListener("change", () => plusTard());
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
