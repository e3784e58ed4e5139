// What stands in the table of a chart: the words a reader sees, and the exact numbers beside them.
export const words = (element) => element.textContent.replace(/\s+/g, " ").trim();
const number = (text) => (text === undefined || text === "" ? null : Number(text));

// Rows of labels, columns of series: {labels, series: [{name, cells: [{text, value, low, high}]}]}.
export function columnsOf(table) {
  const [, ...heads] = table.tHead.rows[0].cells;
  const rows = [...table.tBodies[0].rows];
  return {
    labels: rows.map((row) => words(row.cells[0])),
    series: heads.map((head, place) => ({ name: words(head), cells: rows.map((row) => cellOf(row.cells[place + 1])) })),
  };
}

function cellOf(cell) {
  const { value, low, high } = cell.dataset;
  return { text: words(cell), value: number(value), low: number(low), high: number(high) };
}

// The table as text for a spreadsheet: what is read, and the exact number where the cell keeps one.
export function csvOf(table) {
  const rows = [...table.rows].map((row) => [...row.cells].map((cell) => cell.dataset.exact ?? cell.dataset.value ?? words(cell)));
  return rows.map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
}

// A cell that a spreadsheet would take for a formula is given an apostrophe before it; a plain number is not.
function quoted(text) {
  const safe = /^[=+\-@\t]/.test(text) && !/^[+-]?[\d.,]+$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
