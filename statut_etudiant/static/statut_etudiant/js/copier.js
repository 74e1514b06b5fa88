// « Copier » buttons: copy the text of the element named by data-copier, and say so to everyone.
for (const bouton of document.querySelectorAll("button[data-copier]")) {
  const source = document.getElementById(bouton.dataset.copier);
  const annonce = document.getElementById(bouton.getAttribute("aria-describedby"));
  if (!source || !navigator.clipboard) continue;
  bouton.hidden = false;
  bouton.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      if (annonce) annonce.textContent = "Copié.";
    } catch {
      if (annonce) annonce.textContent = "La copie n'a pas pu se faire : sélectionnez le texte et copiez-le.";
    }
  });
}
