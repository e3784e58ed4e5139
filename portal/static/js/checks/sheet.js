// A sheet that is handed in without a network waits on the device; what was typed stays when it is refused.

import { all, drop, keep, send } from "./queue.js";

const form = document.querySelector("[data-sheet]");
const said = form.querySelector("[data-part=said]");
const word = (name) => form.dataset[name];

function fieldsOf() {
  return [...new FormData(form)].filter(([, value]) => !(value instanceof File && value.size === 0));
}

function entry(refused) {
  return { key: form.elements.client_key.value, address: form.action, page: location.pathname, title: form.dataset.title, fields: fieldsOf(), refused };
}

// A fault stands beside the field it is about, under its name.
const STANDS_AT = { officers: "[name=present]", items: ".sheet-item" };

function place(faults) {
  for (const old of form.querySelectorAll("[data-part=fault]")) {
    old.closest(".field").classList.remove("field-wrong");
    old.remove();
  }
  for (const [name, fault] of Object.entries(faults)) {
    const control = form.querySelector(STANDS_AT[name] || `[name="${CSS.escape(name)}"]`);
    const field = control?.closest(".field");
    if (!field) continue;
    const line = document.createElement("p");
    line.className = "field-error";
    line.dataset.part = "fault";
    line.textContent = fault;
    field.classList.add("field-wrong");
    field.querySelector("legend, label").after(line);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  place({});
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  said.textContent = word("sending");
  try {
    const answer = await send(form.action, fieldsOf());
    if (answer.ok && !answer.redirected) {
      await drop(form.elements.client_key.value);
      location.assign(location.pathname);
      return;
    }
    if (answer.redirected) throw new Error("signed out");
    const told = await answer.json();
    place(told.errors || {});
    said.textContent = [told.detail, ...Object.values(told.errors || {})].flat().filter(Boolean).join(" · ");
    said.focus();
  } catch {
    await keep(entry());
    said.textContent = word("waits");
    said.focus();
  }
  button.disabled = false;
});

// Photographs shown before they are sent, so that a blurred one is noticed on the spot.
const files = form.querySelector("input[type=file]");
const shown = form.querySelector("[data-part=pictures]");
files.addEventListener("change", () => {
  shown.replaceChildren(...[...files.files].filter((file) => file.type.startsWith("image/")).map((file) => {
    const picture = document.createElement("img");
    picture.src = URL.createObjectURL(file);
    picture.alt = file.name;
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
    return picture;
  }));
});

// What waits for this check is put back into its fields, to be mended and handed in again.
async function restore() {
  const mine = (await all()).find((sheet) => sheet.page === location.pathname);
  if (!mine) return;
  for (const [name, value] of mine.fields) {
    if (value instanceof File || name === "csrf_token") continue;
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (control.type === "radio" || control.type === "checkbox") control.checked = control.checked || control.value === value;
      else control.value = value;
    }
  }
  const pictures = new DataTransfer();
  mine.fields.filter(([name]) => name === "file").forEach(([, file]) => pictures.items.add(file));
  files.files = pictures.files;
  files.dispatchEvent(new Event("change"));
  said.textContent = mine.refused || word("waits");
}

restore();
