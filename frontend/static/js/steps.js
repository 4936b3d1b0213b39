/** One section at a time. Each step is a place in the browser's history, so its own "back" works too. */

import { fill } from "./texts.js";

export function makeSteps(form, changed) {
  const all = [...form.querySelectorAll(".section")];
  const panel = document.querySelector("[data-steps]");
  const words = panel.querySelector("p");
  const template = words.textContent;
  const intro = document.querySelector("[data-intro]");
  const buttons = Object.fromEntries(
    ["next", "send", "back"].map((name) => [name, form.querySelector(`[data-${name}]`)]),
  );
  let current = all[0];

  // A section whose questions are all routed away is no step.
  const open = () => all.filter((section) => section.querySelector(".question:not([hidden])"));
  const named = (id) => all.find((section) => section.id === id);
  const place = () => open().indexOf(current);

  function draw() {
    const steps = open();
    const at = place();
    for (const section of all) section.hidden = section !== current;
    intro.hidden = at > 0 || "returned" in form.dataset;
    words.textContent = fill(template, { number: at + 1, total: steps.length });
    Object.assign(panel.querySelector("progress"), { max: steps.length, value: at + 1 });
    buttons.back.hidden = at === 0;
    buttons.next.hidden = at === steps.length - 1;
    buttons.send.hidden = !buttons.next.hidden;
  }

  function show(section, focus = true) {
    current = section;
    draw();
    changed();
    if (!focus) return;
    (place() ? panel : document.body).scrollIntoView();
    section.querySelector("h2").focus({ preventScroll: true });
  }

  function go(section, from = current) {
    history.pushState({ step: section.id, from: from.id }, "");
    show(section);
  }

  /** Opens the page at a section, without a new place in the history. */
  function start(section) {
    history.replaceState({ ...history.state, step: section.id }, "");
    show(section, false);
  }

  function back() {
    const before = open()[place() - 1];
    if (!before) return;
    if (history.state?.from === before.id) history.back();
    else {
      history.replaceState({ step: before.id }, "");
      show(before);
    }
  }

  addEventListener("popstate", ({ state }) => {
    const section = named(state?.step);
    if (section && section !== current) show(section);
  });

  history.scrollRestoration = "manual";
  form.classList.add("stepped");
  panel.hidden = false;
  draw();
  return {
    draw,
    start,
    go,
    back,
    named,
    current: () => current,
    first: () => all[0],
    next: () => open()[place() + 1],
  };
}
