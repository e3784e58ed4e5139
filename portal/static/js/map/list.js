// The list beside the map and the questions above it: the server finds, here it is shown without a new page.
import { make, signs } from "./shapes.js";

const WAIT_MS = 220;

export class List {
  constructor(form, element, total, settings, actions) {
    Object.assign(this, { form, element, total, settings, actions, words: settings.words });
    this.asked = 0;
    form.addEventListener("submit", (event) => { event.preventDefault(); this.ask(); });
    form.addEventListener("change", () => this.ask());
    form.addEventListener("input", () => { clearTimeout(this.waiting); this.waiting = setTimeout(() => this.ask(), WAIT_MS); });
    element.addEventListener("click", (event) => this.pressed(event));
  }

  query() {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (value) query.append(name, value);
    return query;
  }

  async ask() {
    clearTimeout(this.waiting);
    const turn = (this.asked += 1), query = this.query(), found = await this.find(query);
    // Only the newest question counts, whichever answer comes last.
    if (turn !== this.asked) return;
    this.show(found, query);
    this.actions.found(new Set(found.ids), query);
  }

  async find(query) { return (await fetch(`${this.settings.found}?${query}`)).json(); }

  show(found, query) {
    this.total.textContent = found.total ? this.words.total.replace("{n}", found.total) : this.words.none;
    this.element.replaceChildren(...found.items.map((line) => this.line(line)));
    this.element.parentElement.querySelector(".pager")?.remove();
    this.offerMore(found, query);
  }

  offerMore(found, query) {
    this.element.parentElement.querySelector(".map-more")?.remove();
    if (found.page * found.per_page >= found.total) return;
    const button = make("button", "button-quiet map-more", this.words.more);
    button.type = "button";
    button.addEventListener("click", async () => {
      query.set("page", found.page + 1);
      const next = await this.find(query);
      this.element.append(...next.items.map((line) => this.line(line)));
      this.offerMore(next, query);
    });
    this.element.after(button);
  }

  line(line) {
    const link = make("a", "map-line-name", line.name);
    link.href = line.url;
    const button = make("button", "map-line-show", ...signs(line.kinds.map(([key]) => key)));
    button.type = "button";
    button.setAttribute("aria-label", this.words.on_map.replace("{name}", line.name));
    const item = make("li", "map-line", button, make("span", "map-line-words", link, make("span", "map-line-place", line.place)));
    item.dataset.mark = `${line.layer}/${line.number}`;
    return item;
  }

  pressed(event) {
    const button = event.target.closest(".map-line-show");
    if (!button) return;
    event.preventDefault();
    this.actions.choose(button.closest("[data-mark]").dataset.mark);
  }

  mark(key) {
    this.element.querySelector(".map-line-chosen")?.classList.remove("map-line-chosen");
    const line = key && this.element.querySelector(`[data-mark="${CSS.escape(key)}"]`);
    line?.classList.add("map-line-chosen");
  }
}
