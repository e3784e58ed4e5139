// What every page may use. Each helper is fetched only where its part stands on the page;
// without this file every page still works.
const helpers = {
  "[data-theme-switch]": "./theme-switch.js",
  "[data-suggest]": "./suggest.js",
  "table[data-sortable]": "./sort-table.js",
  "[data-copy], [data-print]": "./press.js",
  "form[data-confirm]": "./confirm.js",
  "form[data-keep]": "./unsaved.js",
  "form[data-draft], [data-draft-stored], form[action='/account/sign-out']": "./draft.js",
  "[data-refresh]": "./refresh.js",
  "[data-chart]": "./chart/start.js",
};

for (const [selector, address] of Object.entries(helpers)) {
  const found = document.querySelectorAll(selector);
  if (found.length) import(address).then((helper) => helper.start(found));
}

document.querySelector("[data-focus]")?.focus();

// Filters stand open where there is room for them beside the list.
if (matchMedia("(min-width: 64rem)").matches) {
  document.querySelectorAll(".split .filters-fold").forEach((fold) => { fold.open = true; });
}

// On a phone the row of work is drawn aside: the place one is at comes into sight.
const here = document.querySelector(".workplace [aria-current]");
const row = here?.closest("ul");
if (row && row.scrollWidth > row.clientWidth) row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
