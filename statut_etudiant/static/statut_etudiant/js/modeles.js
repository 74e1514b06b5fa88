/* Choosing a template fills the message at once. Without this script, the button beside asks the server for it. */
const choix = document.getElementById("id_modele");
const texte = document.getElementById("id_texte");
const bouton = document.querySelector("button[name=remplir]");
const apercu = document.getElementById("apercu");

if (choix && texte && bouton) {
  const modeles = new Set([...choix.options].map((option) => option.dataset.texte).filter(Boolean));
  const remplir = () => {
    texte.value = choix.selectedOptions[0].dataset.texte;
    texte.focus();
  };
  const proposer = () => {
    if (!choix.selectedOptions[0].dataset.texte) return;
    /* What somebody typed is only replaced when they ask for it, by the button. */
    if (texte.value.trim() === "" || modeles.has(texte.value.replaceAll("\r\n", "\n"))) remplir();
  };
  choix.addEventListener("change", proposer);
  /* Chosen before this script had come. */
  if (texte.value.trim() === "") proposer();
  bouton.addEventListener("click", (evenement) => {
    if (!choix.selectedOptions[0].dataset.texte) return;
    evenement.preventDefault();
    remplir();
  });
}

if (apercu) apercu.focus();
