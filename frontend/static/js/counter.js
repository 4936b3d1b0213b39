/** Tells how much room is left in a text field. */

import { say } from "./texts.js";

export function countCharacters(form) {
  for (const field of form.querySelectorAll("[data-counted]")) {
    const words = Object.assign(document.createElement("p"), { className: "hint left" });
    const draw = () => {
      const left = field.maxLength - field.value.length;
      // Read aloud only when room runs out; every keystroke would drown what is being written.
      words.setAttribute("aria-live", left > 20 ? "off" : "polite");
      words.textContent = say("left", { left });
    };
    field.after(words);
    field.addEventListener("input", draw);
    form.addEventListener("refresh", draw);
    draw();
  }
}
