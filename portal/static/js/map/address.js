// Where the map stands is part of its address: #zoom/latitude/longitude, and ?gi= for what is chosen.
const VIEW = /^#(\d{1,2}(?:\.\d+)?)\/(-?\d{1,2}(?:\.\d+)?)\/(-?\d{1,3}(?:\.\d+)?)$/;

export function readAddress() {
  const found = VIEW.exec(location.hash), zoom = Number(new URLSearchParams(location.search).get("z"));
  if (found) return { zoom: Number(found[1]), view: [Number(found[2]), Number(found[3])] };
  return { zoom: zoom > 0 ? zoom : null, view: null };
}

export function keepAddress(map, chosen) {
  const { lat, lng } = map.getCenter(), address = new URL(location.href);
  address.hash = `${+map.getZoom().toFixed(1)}/${lat.toFixed(3)}/${lng.toFixed(3)}`;
  address.searchParams.delete("z");
  if (chosen?.slug) address.searchParams.set("gi", chosen.slug);
  else if (!chosen) address.searchParams.delete("gi");
  history.replaceState(null, "", address);
}
