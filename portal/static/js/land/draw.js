// Drawing a plot: corners go into the field of coordinates, which is what is sent; the map only helps.

const box = document.querySelector("[data-draw]");
const field = document.getElementById("corners");
const WIDE = 720, HIGH = 480, SVG = "http://www.w3.org/2000/svg";
const STEP = 24, NEAR = 6;

if (box && field) start();

async function start() {
  const ground = await fetch(box.dataset.draw).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
  if (!ground) return;
  const map = box.querySelector("svg");
  const word = (name) => box.querySelector(`[data-word="${name}"]`).textContent;
  let corners = read();
  let view = frame(corners.length ? boundsOf(corners) : ground.bounds || [73, 18, 135, 54]);
  let cross = null;
  box.hidden = false;

  function read() {
    return field.value.split("\n").map((line) => line.split(/[,，\s]+/).filter(Boolean).map(Number))
      .filter((pair) => pair.length === 2 && pair.every(Number.isFinite));
  }

  function write() {
    field.value = corners.map(([lon, lat]) => `${lon.toFixed(6)}, ${lat.toFixed(6)}`).join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    draw();
  }

  const toX = (lon) => (lon - view.x) * view.across + WIDE / 2;
  const toY = (lat) => (view.y - lat) * view.down + HIGH / 2;
  const toPoint = (x, y) => [(x - WIDE / 2) / view.across + view.x, view.y - (y - HIGH / 2) / view.down];

  function draw() {
    map.replaceChildren();
    shape(ground.county, "land-county");
    shape(ground.area, "land-area");
    grid();
    for (const plot of ground.plots) shape(plot.geometry, "land-other", plot.name);
    if (corners.length > 2) add("path", { class: "land-inside", d: `${line(corners)}Z` });
    else if (corners.length > 1) add("path", { class: "land-inside", d: line(corners) });
    for (const [lon, lat] of corners) add("circle", { class: "land-corner", cx: toX(lon), cy: toY(lat), r: 6 });
    if (cross) add("path", { class: "land-cross", d: `M${cross[0] - 12} ${cross[1]}h24M${cross[0]} ${cross[1] - 12}v24` });
    const square = corners.length > 2 ? area(corners) : 0;
    box.querySelector("[data-size]").textContent = corners.length
      ? word("size").replace("{n}", corners.length).replace("{mu}", (square * 15 / 10000).toFixed(2)).replace("{ha}", (square / 10000).toFixed(2))
      : "";
  }

  function add(name, values, inner) {
    const one = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(values)) one.setAttribute(key, value);
    if (inner) one.append(inner);
    map.append(one);
    return one;
  }

  function shape(geometry, kind, name) {
    if (!geometry) return;
    const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
    const d = parts.flat().map((ring) => `${line(ring)}Z`).join("");
    const one = add("path", { class: kind, d, "fill-rule": "evenodd" });
    if (name) one.append(Object.assign(document.createElementNS(SVG, "title"), { textContent: name }));
  }

  function line(points) {
    return `M${points.map(([lon, lat]) => `${toX(lon).toFixed(1)} ${toY(lat).toFixed(1)}`).join("L")}`;
  }

  // Lines of the globe, so that somebody with two numbers in the hand finds the place.
  function grid() {
    const span = WIDE / view.across, power = 10 ** Math.floor(Math.log10(span / 4));
    const step = [5, 2, 1].map((n) => n * power).find((n) => n <= span / 4);
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const [west, north] = toPoint(0, 0), [east, south] = toPoint(WIDE, HIGH);
    for (let lon = Math.ceil(west / step) * step; lon < east; lon += step) {
      add("path", { class: "land-grid", d: `M${toX(lon)} 0V${HIGH}` });
      add("text", { class: "land-bar-text", x: toX(lon) + 3, y: HIGH - 6 }, `${lon.toFixed(digits)}°`);
    }
    for (let lat = Math.ceil(south / step) * step; lat < north; lat += step) {
      add("path", { class: "land-grid", d: `M0 ${toY(lat)}H${WIDE}` });
      add("text", { class: "land-bar-text", x: 4, y: toY(lat) - 4 }, `${lat.toFixed(digits)}°`);
    }
  }

  function zoom(factor, at = [WIDE / 2, HIGH / 2]) {
    const [lon, lat] = toPoint(...at);
    const down = Math.min(2e7, Math.max(8, view.down * factor)), ratio = down / view.down;
    view = { ...view, down, across: view.across * ratio };
    const [newLon, newLat] = toPoint(...at);
    view.x += lon - newLon;
    view.y += lat - newLat;
    draw();
  }

  function place(event) {
    const at = map.getBoundingClientRect();
    return [((event.clientX - at.left) / at.width) * WIDE, ((event.clientY - at.top) / at.height) * HIGH];
  }

  let held = null;
  map.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    map.setPointerCapture(event.pointerId);
    held = { from: place(event), view, moved: false };
  });
  map.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [x, y] = place(event), across = x - held.from[0], down = y - held.from[1];
    if (Math.hypot(across, down) > NEAR) held.moved = true;
    if (!held.moved) return;
    view = { ...view, x: held.view.x - across / view.across, y: held.view.y + down / view.down };
    draw();
  });
  map.addEventListener("pointerup", (event) => {
    if (held && !held.moved) {
      corners.push(toPoint(...place(event)));
      write();
    }
    held = null;
  });
  map.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.25 : 0.8, place(event));
  }, { passive: false });

  const moves = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
  map.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    if (move) step(move, event.shiftKey ? 4 : 1);
    else if (event.key === "Enter" && cross) { corners.push(toPoint(...cross)); write(); }
    else if (event.key === "Backspace") undo();
    else if (event.key === "+" || event.key === "=") zoom(1.5, cross || undefined);
    else if (event.key === "-") zoom(1 / 1.5, cross || undefined);
    else return;
    event.preventDefault();
  });

  // Whoever comes by keyboard sees where Enter would set a corner.
  map.addEventListener("focus", () => {
    if (!map.matches(":focus-visible")) return;
    cross ||= [WIDE / 2, HIGH / 2];
    draw();
  });

  function step([across, down], times) {
    cross = cross ? [cross[0] + across / times, cross[1] + down / times] : [WIDE / 2, HIGH / 2];
    // A cross that leaves the map takes the map with it.
    const inside = [Math.min(WIDE - 20, Math.max(20, cross[0])), Math.min(HIGH - 20, Math.max(20, cross[1]))];
    view = { ...view, x: view.x + (cross[0] - inside[0]) / view.across, y: view.y - (cross[1] - inside[1]) / view.down };
    cross = inside;
    draw();
  }

  function undo() { corners.pop(); write(); }

  const doing = {
    in: () => zoom(1.6), out: () => zoom(1 / 1.6), undo,
    clear: () => { corners = []; write(); },
    here: () => navigator.geolocation.getCurrentPosition(({ coords }) => {
      corners.push([coords.longitude, coords.latitude]);
      view = { ...view, x: coords.longitude, y: coords.latitude };
      write();
    }, () => { box.querySelector("[data-size]").textContent = word("refused"); }, { enableHighAccuracy: true, timeout: 15000 }),
  };
  box.querySelector("[data-do='here']").hidden = !navigator.geolocation;
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) doing[button.dataset.do]();
  });
  field.addEventListener("change", () => { corners = read(); if (corners.length > 2) view = frame(boundsOf(corners)); draw(); });
  draw();
}

function boundsOf(points) {
  const lons = points.map((one) => one[0]), lats = points.map((one) => one[1]);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

function frame([west, south, east, north]) {
  const x = (west + east) / 2, y = (south + north) / 2, squeeze = Math.cos((y * Math.PI) / 180);
  const wide = Math.max((east - west) * squeeze, 0.002) * 1.3, tall = Math.max(north - south, 0.002) * 1.3;
  const down = Math.min(WIDE / wide, HIGH / tall);
  return { x, y, down, across: down * squeeze };
}

// Square metres on a sphere, good to a few in a thousand; the portal works out the exact figure.
function area(points) {
  const metre = Math.PI / 180 * 6371007, squeeze = Math.cos((points[0][1] * Math.PI) / 180);
  const flat = points.map(([lon, lat]) => [lon * metre * squeeze, lat * metre]);
  return Math.abs(flat.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = flat[(at + 1) % flat.length];
    return sum + (x - flat[0][0]) * (nextY - flat[0][1]) - (nextX - flat[0][0]) * (y - flat[0][1]);
  }, 0)) / 2;
}
