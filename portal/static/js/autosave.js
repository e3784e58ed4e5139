// Keeps what is typed while it is typed, and reads the place where one stands. Without it the buttons do the same.
const PAUSE = 1500;

function watch(form) {
  const state = form.querySelector("[data-autosave-state]");
  let timer = 0;
  let sending = Promise.resolve();
  let underway = 0;
  const send = async () => {
    underway += 1;
    state.textContent = form.dataset.saving;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        // Documents go with the buttons only.
        body: new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")),
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      form.elements.version.value = (await answer.json()).version;
      const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
      state.textContent = `${form.dataset.saved} ${time}`;
    } catch {
      state.textContent = form.dataset.failed;
    } finally {
      underway -= 1;
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { sending = sending.then(send); }, PAUSE);
  });
  // A draft on its way would make the form that follows it out of date; the form waits for its answer.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!underway) return;
    event.preventDefault();
    const button = event.submitter;
    sending.then(() => setTimeout(() => form.requestSubmit(button)));
  });
}

function offerPlace(button) {
  if (!navigator.geolocation) return;
  const form = button.closest("form");
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      form.elements.lon.value = coords.longitude.toFixed(6);
      form.elements.lat.value = coords.latitude.toFixed(6);
      form.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
}

document.querySelectorAll("form[data-autosave]").forEach(watch);
document.querySelectorAll("[data-locate]").forEach(offerPlace);
