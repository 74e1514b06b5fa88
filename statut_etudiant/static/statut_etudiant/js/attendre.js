/* A page that waits for a worker (something on it bears data-attend) is read again every second until it no longer
   does, for half a minute. Without this script, reloading the page does the same. */
const PAS = 1000;
const FOIS = 30;

async function attendre(reste) {
  if (!document.querySelector("[data-attend]") || reste === 0) return;
  try {
    const reponse = await fetch(location.href, { redirect: "error" });
    if (reponse.ok && !(await reponse.text()).includes("data-attend")) {
      location.reload();
      return;
    }
  } catch {
    // Tried again.
  }
  setTimeout(attendre, PAS, reste - 1);
}

setTimeout(attendre, PAS / 2, FOIS);
