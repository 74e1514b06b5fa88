/* Refreshes the preview of the answers as boxes are ticked. Without this script, a button does it. */
const zone = document.querySelector("[data-apercu]");
const contenu = document.getElementById("apercu-contenu");
const etat = document.getElementById("apercu-etat");
const nombre = document.querySelector("[data-nombre]");
let demande = null;

document.getElementById("apercu-bouton").hidden = true;

async function rafraichir() {
  demande?.abort();
  demande = new AbortController();
  const corps = new FormData();
  for (const coche of zone.querySelectorAll("input[name=scopes]:checked")) corps.append("scopes", coche.value);
  corps.append("type", zone.dataset.type);
  corps.append("texte", zone.dataset.texte);
  corps.append("csrfmiddlewaretoken", zone.closest("form").elements.csrfmiddlewaretoken.value);
  try {
    const reponse = await fetch(zone.dataset.apercu, { method: "POST", body: corps, signal: demande.signal, redirect: "error" });
    if (!reponse.ok) throw new Error(reponse.status);
    contenu.innerHTML = await reponse.text();
    etat.textContent = `Aperçu mis à jour, ${nombre.textContent}`;
  } catch (erreur) {
    if (erreur.name !== "AbortError") document.getElementById("apercu-bouton").hidden = false;
  }
}

function suivre() {
  const choisies = zone.querySelectorAll("input[name=scopes]:checked").length;
  nombre.textContent = choisies > 1 ? `${choisies} données choisies` : `${choisies} donnée choisie`;
  rafraichir();
}

zone.addEventListener("change", (evenement) => {
  if (evenement.target.name === "scopes") suivre();
});
// Ticked before this script was there, or by a browser that gives the page back as it was.
if ([...zone.querySelectorAll("input[name=scopes]")].some((coche) => coche.checked !== coche.defaultChecked)) suivre();
