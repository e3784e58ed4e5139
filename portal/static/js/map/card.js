// The card of what was chosen, and the list of what lies at one place. Everything is put in as text.
import { make, signs } from "./shapes.js";

export class Card {
  constructor(element, settings, actions) {
    this.element = element;
    this.settings = settings;
    this.words = settings.words;
    this.actions = actions;
    element.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
  }

  async open(mark) {
    this.asked = mark.key;
    const answer = await fetch(`${this.settings.card}${mark.key}`);
    if (!answer.ok || this.asked !== mark.key) return;
    const line = await answer.json();
    mark.slug = line.slug;
    this.show(this.oneCard(line, mark));
  }

  openMany(title, lines, note, undecided = []) {
    this.asked = null;
    const body = [make("h2", "map-card-title", title)];
    if (note) body.push(make("p", "map-card-note", note));
    body.push(this.listOf(lines));
    if (undecided.length) body.push(make("p", "map-card-note", this.words.undecided), this.listOf(undecided));
    this.show(body);
  }

  listOf(lines) {
    return make("ul", "map-card-list", ...lines.map((line) => {
      const button = make("button", "map-card-choice", make("span", "map-signs", ...signs(kindKeys(line), line.standing)), make("span", "", line.name));
      button.type = "button";
      button.addEventListener("click", () => this.actions.choose(`${line.layer}/${line.number}`));
      return make("li", "", button);
    }));
  }

  oneCard(line, mark) {
    const kinds = line.kinds.map(([key, text]) => make("li", "kind", ...signs([key]), make("span", "", text)));
    const link = make("a", "button button-small", this.words.open);
    link.href = line.url;
    const whole = make("button", "button-quiet button-small", this.words.zoom_to);
    whole.type = "button";
    whole.addEventListener("click", () => this.actions.zoomTo(mark));
    const state = line.status ? make("span", `seal state-${line.tone}`, line.status) : null;
    return [
      make("h2", "map-card-title", line.name),
      make("p", "map-card-second", line.second),
      make("ul", "map-card-kinds", ...(kinds.length ? kinds : [make("li", "unknown", this.words.no_kind)])),
      make("p", "map-card-state", state, make("span", "", line.place)),
      this.fact(this.words.area, line.area),
      this.fact(this.words.townships, line.townships),
      make("p", "map-card-note", line.precision ?? ""),
      make("p", "map-card-doors", link, whole),
    ];
  }

  fact(title, text) { return text ? make("p", "map-card-fact", make("b", "", title), ` ${text}`) : null; }

  show(body) {
    const close = make("button", "map-card-close", "×");
    close.type = "button";
    close.setAttribute("aria-label", this.words.close);
    close.addEventListener("click", () => this.close());
    this.element.replaceChildren(close, ...body.filter(Boolean));
    this.element.hidden = false;
    this.element.scrollTop = 0;
  }

  close() {
    this.asked = null;
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.actions.closed();
  }
}

function kindKeys(line) { return line.kinds.map((kind) => (Array.isArray(kind) ? kind[0] : kind)); }
