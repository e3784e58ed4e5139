// What a chart is drawn with: the colours and faces of tokens.css as they are now, or black on white for paper.
// Lines differ by dash and symbol, areas by pattern; colour alone says nothing.
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
// Single quotes: the library writes the face into an attribute of a saved picture as it is.
const face = () => token("sans").replaceAll('"', "'");

export function screen() {
  return {
    paper: token("paper"), raised: token("paper-raised"), ink: token("ink"), soft: token("ink-soft"), faint: token("ink-faint"),
    rule: token("rule"), teal: token("teal"), pine: token("pine"), ochre: token("ochre"), brick: token("brick"), slate: token("slate"),
    plan: token("kind-gi-product"), actual: token("kind-agri-gi"), face: face(),
  };
}

// Light, whatever the reader's theme: also what a saved picture is drawn with.
export function paper() {
  return {
    paper: "#ffffff", raised: "#ffffff", ink: "#000000", soft: "#333333", faint: "#555555", rule: "#bbbbbb", teal: "#15525d",
    pine: "#2a5f38", ochre: "#775000", brick: "#8b3a1e", slate: "#454d52", plan: "#0b2667", actual: "#9f5c1f", face: face(),
  };
}

export const DASHES = ["solid", [9, 4], [2, 4]];
export const SYMBOLS = ["circle", "diamond", "triangle"];

// What every chart has: nothing moves, the words in our face, a tip drawn inside the picture (no styles in markup).
export function common(ink) {
  return {
    animation: false,
    textStyle: { fontFamily: ink.face, color: ink.ink, fontSize: 13 },
    aria: { enabled: false },
    tooltip: {
      renderMode: "richText", confine: true, backgroundColor: ink.raised, borderColor: ink.soft, borderWidth: 1, padding: [8, 12],
      textStyle: { color: ink.ink, fontFamily: ink.face, fontSize: 13, lineHeight: 20 },
    },
  };
}

export function axisWords(ink) {
  return { color: ink.soft, fontFamily: ink.face, fontSize: 13, hideOverlap: true };
}

export const hatch = (colour) => ({ symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color: colour });
export const dots = (colour) => ({ symbol: "circle", symbolSize: 0.7, dashArrayX: [[4, 4], [0, 4, 4, 0]], dashArrayY: [4, 0], color: colour });
