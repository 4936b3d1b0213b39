/** Shows a routed question only when the earlier answer asks for it; a hidden one is not sent. */

const answersTo = (form, name) =>
  [...form.querySelectorAll(`[name="${CSS.escape(name)}"]:checked`)].filter((field) => !field.matches(":disabled"));

export function applyRouting(form) {
  // In the order of the form, so that a hidden question hides those that depend on it.
  for (const question of form.querySelectorAll("[data-if]")) {
    const wanted = question.dataset.in.split(" ");
    const shown = answersTo(form, question.dataset.if).some((field) => wanted.includes(field.value));
    question.hidden = !shown;
    for (const field of question.querySelectorAll("[name]")) field.disabled = !shown;
  }
}
