/* « C'est moi » fills a contact with the applicant's own details, here and now. Without this script, the server does. */
for (const bouton of document.querySelectorAll("button[data-moi-courriel]")) {
  bouton.addEventListener("click", (evenement) => {
    evenement.preventDefault();
    const role = bouton.closest("[data-personne]").dataset.personne;
    for (const nom of ["prenom", "nom", "fonction", "courriel", "telephone"]) {
      const valeur = bouton.dataset[`moi${nom[0].toUpperCase()}${nom.slice(1)}`];
      const champ = document.getElementById(`id_${role}-${nom}`);
      if (valeur) champ.value = valeur;
    }
    const premier = document.getElementById(`id_${role}-prenom`);
    premier.dispatchEvent(new Event("change", { bubbles: true }));
    premier.focus();
  });
}
