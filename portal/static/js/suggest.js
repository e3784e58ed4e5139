// Suggestions while typing, as a combobox. data-suggest is an address that answers
// {"items": [{"text", "detail", "url", "value"}]} to ?q=; an item with a url leads there, else it fills the field.
const WAIT = 140;

export function start(inputs) {
  inputs.forEach((input, at) => new Suggestions(input, `suggest-${at}`));
}

class Suggestions {
  constructor(input, id) {
    this.input = input;
    this.items = [];
    this.chosen = -1;
    this.list = document.createElement("ul");
    this.list.className = "suggest-list";
    this.list.id = id;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() ?? "");
    this.list.hidden = true;
    const frame = input.closest(".search-row, .field") ?? input.parentElement;
    frame.classList.add("suggest");
    frame.append(this.list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", id], ["autocomplete", "off"]]) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", (event) => { if (!event.isComposing) this.later(); });
    input.addEventListener("compositionend", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const row = event.target.closest("li");
      if (row) this.take(Number(row.dataset.at));
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const words = this.input.value.trim();
    this.stop?.abort();
    if (!words) return this.close();
    this.stop = new AbortController();
    const address = new URL(this.input.dataset.suggest, location.href);
    address.searchParams.set("q", words);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: this.stop.signal });
      if (answer.ok) this.show((await answer.json()).items ?? []);
    } catch (problem) {
      if (problem.name !== "AbortError") this.close();
    }
  }

  show(items) {
    this.items = items.slice(0, 10);
    this.chosen = -1;
    this.list.replaceChildren(...this.items.map((item, at) => this.row(item, at)));
    this.list.hidden = !this.items.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
  }

  row(item, at) {
    const row = document.createElement("li");
    row.id = `${this.list.id}-${at}`;
    row.dataset.at = at;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    const text = document.createElement("span");
    text.textContent = item.text;
    const detail = document.createElement("span");
    detail.className = "suggest-detail";
    detail.textContent = item.detail ?? "";
    row.append(text, detail);
    return row;
  }

  key(event) {
    if (this.list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.point((this.chosen + step + this.items.length) % this.items.length);
    } else if (event.key === "Enter" && this.chosen >= 0) {
      event.preventDefault();
      this.take(this.chosen);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }

  point(at) {
    this.chosen = at;
    [...this.list.children].forEach((row, n) => row.setAttribute("aria-selected", String(n === at)));
    this.list.children[at].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", this.list.children[at].id);
  }

  take(at) {
    const item = this.items[at];
    this.close();
    if (item.url) location.assign(item.url);
    else {
      this.input.value = item.value ?? item.text;
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.chosen = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
