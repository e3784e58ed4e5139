// Buttons that only a script can serve: print this page, copy a value.
export function start(buttons) {
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => ("copy" in button.dataset ? copy(button) : print()));
  }
}

async function copy(button) {
  const words = button.querySelector("span");
  const before = words.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    return;
  }
  words.textContent = button.dataset.copied;
  words.setAttribute("role", "status");
  setTimeout(() => { words.textContent = before; }, 2000);
}
