// Warns before leaving a form with changes that were not sent.
export function start(forms) {
  // What was refused is typed and not sent either.
  let changed = document.querySelector(".error-summary") !== null;
  forms.forEach((form) => {
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
  });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
