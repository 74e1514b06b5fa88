/* The drawings of « Paramètres d'affichage » are fetched when the box is about to open: most visits never see them. */
const boite = document.getElementById("affichage");
for (const bouton of document.querySelectorAll('[aria-controls="affichage"]')) {
  bouton.addEventListener(
    "click",
    () => {
      for (const trait of boite.querySelectorAll("use[data-href]")) trait.setAttribute("href", trait.dataset.href);
    },
    { once: true },
  );
}
