// The buttons on the map: nearer, further, the whole country, the areas, where am I, full screen.
const { L } = window;
const POSITION_ZOOM = 9;

export function startTools(bar, map, settings, actions) {
  const press = (name, work) => {
    const button = bar.querySelector(`[data-tool="${name}"]`);
    button?.addEventListener("click", () => work(button));
  };
  press("in", () => map.zoomIn(1));
  press("out", () => map.zoomOut(1));
  press("country", () => map.flyToBounds(settings.country, { duration: 0.6 }));
  press("areas", () => actions.focus());
  press("locate", (button) => locate(map, button, settings, actions));
  press("full", toggleFull);
  followFull(bar.querySelector('[data-tool="full"]'), settings, map);
  bar.hidden = false;
}

function locate(map, button, settings, actions) {
  if (!navigator.geolocation) return actions.say(settings.words.position_refused);
  button.setAttribute("aria-busy", "true");
  const done = () => button.removeAttribute("aria-busy");
  return navigator.geolocation.getCurrentPosition(({ coords }) => {
    done();
    const here = L.latLng(coords.latitude, coords.longitude);
    actions.you?.remove();
    actions.you = L.circleMarker(here, { radius: 8, className: "map-you" }).addTo(map);
    map.flyTo(here, Math.max(POSITION_ZOOM, map.getZoom()), { duration: 0.6 });
    actions.askAt(here);
  }, () => { done(); actions.say(settings.words.position_refused); }, { timeout: 15000 });
}

function toggleFull() {
  const frame = document.querySelector(".map-stage");
  if (document.fullscreenElement) document.exitFullscreen();
  else if (frame.requestFullscreen) frame.requestFullscreen();
  else { frame.classList.toggle("map-stage-full"); document.dispatchEvent(new Event("fullscreenchange")); }
}

// The button says what it will do next, also after the Escape key has ended the full screen.
function followFull(button, settings, map) {
  const frame = document.querySelector(".map-stage");
  document.addEventListener("fullscreenchange", () => {
    const full = document.fullscreenElement === frame || frame.classList.contains("map-stage-full");
    const words = full ? settings.words.leave_full : settings.words.enter_full;
    button.setAttribute("aria-label", words);
    button.title = words;
    // The frame has its new size only when the browser has laid the page out again.
    requestAnimationFrame(() => map.invalidateSize());
  });
}
