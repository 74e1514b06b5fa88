/* Asks to justify a long retention only. Without this script, the field is there and its hint says when to fill it. */
const zone = document.querySelector("[data-justification]");
const duree = document.getElementById("id_conservation_mois");

function ajuster() {
  // What has been written, or was refused, is never hidden.
  const justifier = zone.querySelector("textarea").value || zone.querySelector("[aria-invalid=true]");
  zone.hidden = !justifier && !(Number(duree.value) > Number(zone.dataset.auDela));
}

duree.addEventListener("input", ajuster);
ajuster();
