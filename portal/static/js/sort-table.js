// Sorts a table that is whole on the page (one page of a longer list sorts by its links instead).
// A cell may carry data-sort-value; an unknown stays last in both directions.
const words = new Intl.Collator(document.documentElement.lang, { numeric: true });

export function start(tables) {
  tables.forEach((table) => {
    const body = table.tBodies[0];
    if (!body || body.rows.length < 3 || body.querySelector("[colspan], [rowspan]")) return;
    [...table.tHead.rows[0].cells].forEach((head, column) => makeButton(table, body, head, column));
  });
}

function makeButton(table, body, head, column) {
  if (!head.textContent.trim() || head.querySelector("a, button")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...sorted([...body.rows], column, down ? -1 : 1));
  });
}

function sorted(rows, column, way) {
  const keyed = rows.map((row) => ({ row, key: keyOf(row.cells[column]) }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
    const both = typeof a.key === "number" && typeof b.key === "number";
    return way * (both ? a.key - b.key : words.compare(String(a.key), String(b.key)));
  });
  return keyed.map((one) => one.row);
}

function keyOf(cell) {
  if (!cell || cell.querySelector(".unknown")) return null;
  const text = (cell.dataset.sortValue ?? cell.textContent).trim();
  const number = Number(text.replace(/[,%\s]/g, ""));
  return text !== "" && Number.isFinite(number) ? number : text;
}
