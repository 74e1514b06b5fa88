/* Choosing a text writes its usual references, as long as nothing else has been written there. */
const references = document.getElementById("id_cadre_references");
const usuelles = new Map(
  [...document.querySelectorAll("[data-references] [data-nature]")].map((ligne) => [ligne.dataset.nature, ligne.textContent]),
);

document.querySelector("form[data-brouillon]").addEventListener("change", ({ target }) => {
  if (target.name !== "cadre_nature") return;
  const intactes = !references.value.trim() || [...usuelles.values()].includes(references.value);
  if (intactes) references.value = usuelles.get(target.value) ?? "";
});
