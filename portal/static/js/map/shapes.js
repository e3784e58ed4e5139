// The signs of the kinds, cloned from the page: they are drawn once, in templates/macros/kind.html.
const SPACE = "http://www.w3.org/2000/svg";

export function sign(kind, standing = "full") {
  const drawn = document.getElementById(`map-sign-${kind}`) ?? document.getElementById("map-sign-none");
  const copy = drawn.content.firstElementChild.cloneNode(true);
  copy.classList.add(`sign-${standing}`);
  return copy;
}

export function signs(kinds, standing) {
  return kinds.length ? kinds.map((kind) => sign(kind, standing)) : [sign("none", standing)];
}

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SPACE, name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  element.append(...children);
  return element;
}

// An element with a class and content; text stays text.
export function make(name, className, ...content) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...content.filter((one) => one !== null && one !== undefined));
  return element;
}
