/* Says that a file is being prepared, then that it arrives: a download does not change the page.
   The answer brings a cookie of this page's address. Without this script, the browser alone shows the download. */
const PAS = 500;
//: Beyond, the browser shows the download itself, or an error page has come.
const LIMITE = 300_000;

const formulaire = document.querySelector("[data-export]");

function prete() {
  return document.cookie.split("; ").includes("export=pret");
}

function oublier() {
  document.cookie = `export=; max-age=0; path=${location.pathname}; samesite=strict`;
}

formulaire?.addEventListener("submit", () => {
  const zone = formulaire.querySelector("[data-avancement]");
  const etat = zone.querySelector("[data-etat]");
  const barre = zone.querySelector("progress");
  const debut = Date.now();
  oublier();
  zone.hidden = false;
  barre.removeAttribute("value");
  etat.textContent = "Le fichier se prépare.";
  const suivi = setInterval(() => {
    if (!prete() && Date.now() - debut < LIMITE) return;
    clearInterval(suivi);
    barre.value = 100;
    etat.textContent = "Le fichier est prêt : il arrive dans vos téléchargements.";
    oublier();
  }, PAS);
});
