/* Loaded in <head>, before anything is painted: the page must not flash white before turning dark.
   The DSFR script, which comes later, keeps the choice under the same key and offers to change it. */
(() => {
  "use strict";
  const racine = document.documentElement;
  let choix = null;
  try {
    choix = localStorage.getItem("scheme");
  } catch {
    /* No storage in this browser's settings: the system decides. */
  }
  if (!["light", "dark", "system"].includes(choix)) choix = racine.dataset.frScheme;
  const sombre = choix === "dark" || (choix === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  racine.dataset.frTheme = sombre ? "dark" : "light";

  /* Paper is white: pale letters would not be read there. */
  let aLEcran = "";
  addEventListener("beforeprint", () => {
    aLEcran = racine.dataset.frTheme;
    racine.dataset.frTheme = "light";
  });
  addEventListener("afterprint", () => {
    racine.dataset.frTheme = aLEcran;
  });
})();
