// What the areas are coloured by: the kinds of protection, or any grouping the catalogue knows.
import { make, sign } from "./shapes.js";
import { KINDS, SPARE, stateOf } from "./palette.js";

const OFF_AT_FIRST = new Set(["brand"]);

export class Groups {
  constructor(element, settings, changed) {
    Object.assign(this, { element, settings, words: settings.words, changed });
    this.off = new Set(OFF_AT_FIRST);
    this.kindGroups = new Map(settings.kinds.map(({ key, text }) => [key, { key, kind: key, text }]));
    this.useKinds();
  }

  useKinds() {
    this.of = (mark) => mark.kinds.map((kind) => this.kindGroups.get(kind));
    this.list = KINDS.map((kind) => this.kindGroups.get(kind));
  }

  async use(key) {
    const facet = this.settings.facets.find((one) => one.key === key);
    if (!facet) this.useKinds();
    else this.useFacet(await (await fetch(facet.url)).json());
    this.changed();
  }

  // The commonest values have a colour each, the rest one together.
  useFacet({ values, of }) {
    const sizes = values.map((_, index) => of.filter((row) => row.slice(1).includes(index)).length);
    const order = [...values.keys()].sort((one, other) => sizes[other] - sizes[one]);
    const rest = { key: "rest", kind: SPARE[4], text: this.words.other };
    const groups = [];
    order.forEach((index, place) => {
      const { key, text } = values[index], state = stateOf(key);
      const roomy = order.length <= SPARE.length || place < SPARE.length - 1;
      groups[index] = roomy ? { key, kind: SPARE[place], state, text } : rest;
    });
    const byNumber = new Map(of.map(([number, ...indexes]) => [number, [...new Set(indexes.map((index) => groups[index]))]]));
    // What belongs to none of them is shown as that, not left out.
    const unstated = { key: "unstated", kind: "none", state: "slate", text: this.words.unstated };
    this.of = (mark) => (mark.layer === "gi" ? byNumber.get(mark.number) ?? [unstated] : mark.kinds.map((kind) => this.kindGroups.get(kind)));
    this.list = [...new Set(order.map((index) => groups[index])), unstated];
    if (!this.list.some(({ kind }) => kind === "brand")) this.list.push(this.kindGroups.get("brand"));
  }

  // Put each mark into its groups; a mark all of whose groups are switched off is not shown.
  sort(marks) {
    return marks.filter((mark) => {
      const all = this.of(mark);
      mark.all = all;
      mark.groups = all.filter((group) => !this.off.has(group.key));
      return all.length ? mark.groups.length : mark.layer === "gi";
    });
  }

  showLegend(marks) {
    const counts = new Map(this.list.map((group) => [group.key, 0]));
    marks.forEach((mark) => this.of(mark).forEach(({ key }) => counts.set(key, (counts.get(key) ?? 0) + 1)));
    this.element.replaceChildren(...this.list.filter(({ key }) => counts.get(key)).map((group) => this.entry(group, counts.get(group.key))));
  }

  entry(group, count) {
    const box = make("input", "");
    box.type = "checkbox";
    box.checked = !this.off.has(group.key);
    box.addEventListener("change", () => {
      if (box.checked) this.off.delete(group.key); else this.off.add(group.key);
      this.changed();
    });
    const swatch = sign(`swatch-${group.kind}`);
    if (group.state) swatch.classList.add(`map-state-${group.state}`);
    return make("li", "", make("label", "map-legend-row", box, swatch, make("span", "", group.text), make("span", "count", String(count))));
  }
}
