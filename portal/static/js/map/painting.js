// One canvas under the marks on which the country and the areas are painted. It is larger than the view,
// so that a short drag shows no edge, and stretched while a zoom is under way.
const { L } = window;
const MARGIN = 0.2;

export const Painting = L.Layer.extend({
  initialize(paint) { this.paint = paint; },

  onAdd(map) {
    this.canvas = L.DomUtil.create("canvas", "map-painting leaflet-zoom-animated");
    this.canvas.setAttribute("aria-hidden", "true");
    map.getPane("overlayPane").append(this.canvas);
    this.reset();
  },

  onRemove() { this.canvas.remove(); },

  getEvents() {
    return { moveend: this.reset, resize: this.reset, viewreset: this.reset, zoomanim: this.follow, zoom: this.stretch };
  },

  reset() {
    const map = this._map, size = map.getSize(), ratio = Math.min(window.devicePixelRatio || 1, 2);
    if (!size.x || !size.y) return;
    const corner = map.containerPointToLayerPoint(size.multiplyBy(-MARGIN)).round();
    const area = size.multiplyBy(1 + 2 * MARGIN).round();
    this.zoom = map.getZoom();
    this.corner = map.layerPointToLatLng(corner);
    L.DomUtil.setPosition(this.canvas, corner);
    this.canvas.width = area.x * ratio;
    this.canvas.height = area.y * ratio;
    this.canvas.style.width = `${area.x}px`;
    this.canvas.style.height = `${area.y}px`;
    this.paint(this.canvas.getContext("2d"), { zoom: this.zoom, corner: map.getPixelOrigin().add(corner), area, ratio });
  },

  follow(event) { this.place(event.zoom, event.center); },
  stretch() { if (this._map.getZoom() !== this.zoom) this.place(this._map.getZoom(), this._map.getCenter()); },

  place(zoom, center) {
    const offset = this._map._latLngToNewLayerPoint(this.corner, zoom, center);
    L.DomUtil.setTransform(this.canvas, offset, this._map.getZoomScale(zoom, this.zoom));
  },
});
