/* An announcement that was hidden stays so in this browser, until it changes. Without this script it has no button. */
const CLE = "annonces-masquees";

function masquees() {
  try {
    return JSON.parse(localStorage.getItem(CLE)) ?? [];
  } catch {
    return []; /* No storage in this browser's settings, or not ours. */
  }
}

const presentes = [...document.querySelectorAll("[data-annonce]")];
for (const annonce of presentes) {
  const { annonce: cle } = annonce.dataset;
  const bouton = annonce.querySelector(".fr-btn--close");
  annonce.hidden = masquees().includes(cle);
  bouton.hidden = false;
  bouton.addEventListener("click", () => {
    annonce.hidden = true;
    /* Only what the pages still announce is remembered. */
    const gardees = masquees().filter((une) => presentes.some((autre) => autre.dataset.annonce === une));
    try {
      localStorage.setItem(CLE, JSON.stringify([...gardees, cle]));
    } catch {
      /* It comes back on the next page. */
    }
    document.getElementById("contenu").focus();
  });
}
