/* Sends a file with a progress bar, and takes it when it is dropped. Without this script, the form sends it. */
const MO = 1 << 20;
const formulaire = document.querySelector("form[data-envoi]");
const zone = document.querySelector("[data-zone]");
const champ = document.getElementById("fichier");
const messages = document.getElementById("fichier-message");
const avancement = document.querySelector("[data-avancement]");
const barre = avancement.querySelector("progress");
const detail = avancement.querySelector("[data-detail]");
const annonce = document.querySelector("[data-annonce]");
const interrompre = document.querySelector("[data-interrompre]");
const bouton = formulaire.querySelector("button[type=submit]");
const maximum = Number(formulaire.dataset.maximum);

let envoi = null;
let palier = 0;

document.querySelector("[data-glisser]").hidden = false;

function mo(octets) {
  return `${(octets / MO).toLocaleString("fr-FR", { maximumFractionDigits: octets < 10 * MO ? 1 : 0 })} Mo`;
}

function dire(texte, erreur = false) {
  messages.replaceChildren();
  zone.classList.toggle("fr-upload-group--error", erreur);
  champ.toggleAttribute("aria-invalid", false);
  if (!texte) return;
  const ligne = document.createElement("p");
  ligne.className = `fr-message fr-message--${erreur ? "error" : "info"}`;
  ligne.textContent = texte;
  messages.append(ligne);
  if (erreur) champ.setAttribute("aria-invalid", "true");
}

/* What may be sent; says why when it may not. */
function choisi() {
  const fichier = champ.files[0];
  if (!fichier) {
    dire("Choisissez un fichier, puis envoyez-le.", true);
  } else if (!fichier.size) {
    dire("Ce fichier est vide. Vérifiez qu'il est bien enregistré, puis recommencez.", true);
  } else if (fichier.size > maximum) {
    dire(
      `Ce fichier fait ${mo(fichier.size)}, et la limite est de ${formulaire.dataset.maximumMo} Mo. ` +
        "Partagez-le en plusieurs, chacun avec la ligne des titres.",
      true,
    );
  } else {
    return fichier;
  }
  champ.focus();
  return null;
}

function enEnvoi(oui) {
  avancement.hidden = !oui;
  interrompre.hidden = !oui;
  bouton.disabled = oui;
  champ.disabled = oui;
}

function echouer(texte) {
  envoi = null;
  enEnvoi(false);
  annonce.textContent = "";
  dire(texte, true);
  champ.focus();
}

function avancer({ loaded, total }) {
  const pourcentage = Math.floor((100 * loaded) / total);
  barre.value = pourcentage;
  detail.textContent = loaded < total ? `${pourcentage} % : ${mo(loaded)} sur ${mo(total)}` : "Fichier reçu. Lecture du début…";
  if (pourcentage >= palier + 25) {
    palier = pourcentage;
    annonce.textContent = detail.textContent;
  }
}

function repondre() {
  let corps = {};
  try {
    corps = JSON.parse(envoi.responseText);
  } catch {
    // A page, not an answer of ours: said below.
  }
  if (corps.adresse) return location.assign(corps.adresse);
  if (corps.message) return echouer(corps.message);
  if (envoi.status === 413) return echouer(`Ce fichier est trop gros : ${formulaire.dataset.maximumMo} Mo au plus.`);
  return echouer("L'envoi a été refusé : votre session a peut-être expiré. Rechargez la page, puis recommencez.");
}

function envoyer() {
  const corps = new FormData(formulaire);
  envoi = new XMLHttpRequest();
  envoi.upload.addEventListener("progress", avancer);
  envoi.addEventListener("load", repondre);
  envoi.addEventListener("error", () =>
    echouer("L'envoi s'est interrompu. Vérifiez votre connexion, puis envoyez de nouveau le fichier."),
  );
  envoi.addEventListener("abort", () => echouer("Envoi interrompu : rien n'a été gardé."));
  envoi.open("POST", formulaire.action);
  envoi.setRequestHeader("Accept", "application/json");
  palier = 0;
  barre.value = 0;
  detail.textContent = "";
  annonce.textContent = "Envoi commencé.";
  dire("");
  enEnvoi(true);
  envoi.send(corps);
}

formulaire.addEventListener("submit", (evenement) => {
  evenement.preventDefault();
  if (!envoi && choisi()) envoyer();
});
interrompre.addEventListener("click", () => envoi?.abort());
champ.addEventListener("change", () => {
  const fichier = champ.files.length ? choisi() : null;
  if (fichier) dire(`${fichier.name}, ${mo(fichier.size)}.`);
});

for (const nom of ["dragenter", "dragover"]) {
  zone.addEventListener(nom, (evenement) => {
    evenement.preventDefault();
    zone.classList.add("ase-depots__zone--survolee");
  });
}
for (const nom of ["dragleave", "drop"]) {
  zone.addEventListener(nom, () => zone.classList.remove("ase-depots__zone--survolee"));
}
zone.addEventListener("drop", (evenement) => {
  evenement.preventDefault();
  const fichiers = evenement.dataTransfer.files;
  if (envoi || !fichiers.length) return;
  if (fichiers.length > 1) return dire("Un seul fichier à la fois : déposez-les l'un après l'autre.", true);
  champ.files = fichiers;
  champ.dispatchEvent(new Event("change"));
});
// A page that the browser gives back as it was can send again.
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  envoi = null;
  enEnvoi(false);
});
