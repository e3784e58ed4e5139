// Runs before the first paint: turns the dark style sheet on or off for a reader who used the switch.
(function () {
  let choice = "auto";
  try { choice = localStorage.getItem("theme") || "auto"; } catch { /* storage may be closed; follow the system */ }
  const wantsDark = matchMedia("(prefers-color-scheme: dark)");

  function apply(kept) {
    const dark = kept === "dark" || (kept === "auto" && wantsDark.matches);
    const root = document.documentElement;
    root.dataset.theme = dark ? "dark" : "light";
    root.dataset.themeChoice = kept;
    document.getElementById("dark-theme").media = dark ? "screen" : "not all";
    document.dispatchEvent(new CustomEvent("themechange", { detail: root.dataset.theme }));
  }

  apply(choice);
  wantsDark.addEventListener("change", () => apply(document.documentElement.dataset.themeChoice));
  window.chooseTheme = function (kept) {
    try { localStorage.setItem("theme", kept); } catch { /* the choice then lasts for this page */ }
    apply(kept);
  };
})();
