// Asks once more before a form that cannot be taken back. The server asks its own rules in any case.
const zh = document.documentElement.lang.startsWith("zh");

export function start(forms) {
  forms.forEach((form) => form.addEventListener("submit", (event) => ask(event, form)));
}

function ask(event, form) {
  if (form.dataset.confirmed) return;
  event.preventDefault();
  const submitter = event.submitter;
  const dialog = build(form.dataset.confirm, submitter?.textContent.trim());
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    const agreed = dialog.returnValue === "yes";
    dialog.remove();
    if (!agreed) return submitter?.focus();
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
  });
  dialog.showModal();
}

function build(question, verb) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", question);
  const words = document.createElement("p");
  words.textContent = question;
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "submit-row";
  form.append(press("yes", verb || (zh ? "确定" : "Yes"), "button button-danger"), press("no", zh ? "不，返回" : "No, go back", "button-quiet"));
  dialog.append(words, form);
  return dialog;
}

function press(value, text, look) {
  const button = document.createElement("button");
  button.value = value;
  button.textContent = text;
  button.className = look;
  button.autofocus = value === "no";
  return button;
}
