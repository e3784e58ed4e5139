// Makes a secret and its commitment in this browser; the secret leaves it only when it is revealed.

const form = document.querySelector("[data-commit]");
const button = form.querySelector("[data-part=make]");
const shown = form.querySelector("[data-part=secret]");

function hex(bytes) {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

if (globalThis.crypto?.subtle) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const secret = hex(crypto.getRandomValues(new Uint8Array(24)));
    const bound = [form.dataset.number, form.dataset.round, secret].join("\n");
    form.elements.digest.value = hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(bound)));
    shown.hidden = false;
    shown.querySelector("output").textContent = secret;
    shown.querySelector("[data-copy]").dataset.copy = secret;
  });
}
