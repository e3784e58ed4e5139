// Warns before leaving a form with changes that were not sent.
export function start(forms) {
  let changed = false;
  forms.forEach((form) => {
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
  });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
