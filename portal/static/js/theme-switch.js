// The switch goes round: as the system, light, dark.
const NEXT = { auto: "light", light: "dark", dark: "auto" };

export function start(buttons) {
  for (const button of buttons) {
    const say = () => {
      const choice = document.documentElement.dataset.themeChoice;
      button.querySelector("span").textContent = button.dataset[choice];
    };
    button.addEventListener("click", () => {
      window.chooseTheme(NEXT[document.documentElement.dataset.themeChoice]);
      say();
    });
    say();
    button.hidden = false;
  }
}
