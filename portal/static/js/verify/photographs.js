// Photographs of a form, one after the other: a camera gives one at a time, and the next must not push it out.

export function photographs(form, place, word, changed) {
  const chooser = form.elements.photographs;
  const most = Number(chooser.dataset.most);
  let chosen = [];

  function card(file) {
    const card = document.createElement("li");
    const picture = document.createElement("img");
    picture.src = URL.createObjectURL(file);
    picture.alt = "";
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button-quiet button-small";
    button.textContent = word("tip-without");
    button.addEventListener("click", () => {
      set(chosen.filter((one) => one !== file));
      changed();
    });
    card.append(picture, button);
    return card;
  }

  function set(files) {
    chosen = files;
    place.replaceChildren(...chosen.map(card));
    chooser.disabled = chosen.length >= most;
  }

  chooser.addEventListener("change", () => {
    set([...chosen, ...chooser.files].slice(0, most));
    chooser.value = "";
    changed();
  });
  return { all: () => chosen, set };
}
