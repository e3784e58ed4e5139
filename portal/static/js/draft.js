// What is typed into a form is kept on this device until it is stored: a closed browser loses nothing.
const SHELF = "draft:";
const KEPT_FOR = 14 * 24 * 3600000;
const NOT_TYPED = ["csrf_token", "version", "step"];

function find(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function clearOld() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(SHELF) && !(find(key)?.at > Date.now() - KEPT_FOR)) localStorage.removeItem(key);
  }
}

function typedInto(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NOT_TYPED.includes(name.split(":").pop()));
}

function fill(form, fields) {
  for (const [name, value] of fields) {
    const control = form.elements[name];
    if (!control || control.value === value) continue;
    control.value = value;
    control.closest("details")?.setAttribute("open", "");
  }
}

function watch(form) {
  const key = SHELF + form.dataset.draft;
  const version = form.elements.version.value;
  const notice = form.querySelector("[data-draft-notice]");
  const refused = document.querySelector(".error-summary") !== null;
  const keep = (sent) => localStorage.setItem(key, JSON.stringify({ fields: typedInto(form), version, sent, at: Date.now() }));
  const kept = find(key);
  const stored = kept?.sent && kept.version !== version;
  if (stored && !refused) localStorage.removeItem(key);
  if (kept && !stored && !refused && JSON.stringify(kept.fields) !== JSON.stringify(typedInto(form))) {
    fill(form, kept.fields);
    notice.hidden = false;
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.addEventListener("input", () => keep(false));
  form.addEventListener("submit", () => keep(true));
  notice.querySelector("button").addEventListener("click", () => {
    form.reset();
    notice.hidden = true;
    form.dispatchEvent(new Event("input", { bubbles: true }));
    localStorage.removeItem(key);
  });
}

// Whoever signs out leaves nothing of theirs on a device that others use too.
function forgetAll() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(SHELF)) localStorage.removeItem(key);
}

export function start(places) {
  try {
    clearOld();
    for (const one of places) {
      if (one.dataset.draft) watch(one);
      else if (one.dataset.draftStored) localStorage.removeItem(SHELF + one.dataset.draftStored);
      else one.addEventListener("submit", forgetAll);
    }
  } catch {
    // A browser that keeps nothing: the buttons save as before.
  }
}
