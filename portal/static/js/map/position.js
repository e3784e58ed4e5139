// "Use my position" on the page Where am I: fills the two fields and sends them.
const button = document.querySelector("[data-use-position]"), words = document.querySelector("[data-position-words]");

if (button && navigator.geolocation) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const form = button.form;
      form.elements.lon.value = coords.longitude.toFixed(6);
      form.elements.lat.value = coords.latitude.toFixed(6);
      form.requestSubmit();
    }, () => {
      button.removeAttribute("aria-busy");
      words.textContent = words.dataset.refused;
    }, { timeout: 15000 });
  });
}
