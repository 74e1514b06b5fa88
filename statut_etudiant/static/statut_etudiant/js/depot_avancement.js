/* Follows the work on a deposit: asks where it stands every second, shows the page anew at its end.
   Without this script, a link refreshes the page. */
const PAS = 1000;
const APRES_PANNE = 5000;
//: Said aloud no more often than this, in percent.
const ANNONCE = 25;

const zone = document.querySelector("[data-suivi]");
const barre = zone.querySelector("progress");
const etat = document.getElementById("suivi-etat");
const nombre = zone.querySelector("[data-pourcentage]");
const detail = zone.querySelector("[data-detail]");
const annonce = document.querySelector("[data-annonce]");
const actualiser = document.querySelector("[data-actualiser]");

let annonces = -1;
actualiser.hidden = true;

function montrer(suivi) {
  const change = etat.textContent !== suivi.libelle;
  etat.textContent = suivi.libelle;
  detail.textContent = suivi.detail;
  document.querySelector("[data-annuler]")?.toggleAttribute("hidden", !suivi.annulable);
  if (suivi.pourcentage === null) {
    barre.removeAttribute("value");
    nombre.textContent = "";
  } else {
    barre.value = suivi.pourcentage;
    nombre.textContent = `${suivi.pourcentage} %`;
  }
  const palier = Math.floor((suivi.pourcentage ?? 0) / ANNONCE);
  if (change || palier > annonces) {
    annonces = palier;
    annonce.textContent = `${suivi.libelle}. ${nombre.textContent} ${suivi.detail}`;
  }
}

async function suivre() {
  let suivi;
  try {
    const reponse = await fetch(zone.dataset.suivi, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!reponse.ok) throw new Error(reponse.status);
    suivi = await reponse.json();
  } catch {
    actualiser.hidden = false;
    detail.textContent = "L'avancement n'arrive plus pour l'instant. Le travail continue ; vous pouvez actualiser la page.";
    return setTimeout(suivre, APRES_PANNE);
  }
  actualiser.hidden = true;
  montrer(suivi);
  if (suivi.fini) {
    annonce.textContent = "C'est terminé : le résultat s'affiche.";
    return location.replace(location.pathname);
  }
  return setTimeout(suivre, PAS);
}

setTimeout(suivre, PAS / 2);
