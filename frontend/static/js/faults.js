/** What is wrong with an answer, said at its question; the server checks everything again. */

import { piece, say } from "./texts.js";

/** The field of a question that errors and hints are tied to: the group, or the only input of it. */
const target = (question) =>
  question.matches("fieldset") ? question : question.querySelector("select, textarea, input");

const nameOf = (question) => question.querySelector("[name]").name;

export function clearFault(question) {
  const error = question.querySelector(".error");
  if (!error) return;
  const field = target(question);
  const rest = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== error.id);
  if (rest.length) field.setAttribute("aria-describedby", rest.join(" "));
  else field.removeAttribute("aria-describedby");
  field.removeAttribute("aria-invalid");
  question.classList.remove("faulty");
  error.remove();
}

export function showFault(question, message) {
  clearFault(question);
  const field = target(question);
  const error = piece("error");
  error.id = `e-${nameOf(question)}`;
  error.querySelector("span").textContent = message;
  error.setAttribute("role", "alert");
  question.querySelector(".options, .input").before(error);
  field.setAttribute("aria-describedby", `${error.id} ${field.getAttribute("aria-describedby") ?? ""}`.trim());
  field.setAttribute("aria-invalid", "true");
  question.classList.add("faulty");
}

/** Marks every required question in `part` that has no answer; gives the first of them. */
export function markUnanswered(part) {
  let first = null;
  for (const question of part.querySelectorAll("[data-required]")) {
    if (question.hidden || isAnswered(question)) continue;
    const key = question.dataset.required || (question.matches("fieldset") ? "required" : "required-text");
    showFault(question, say(key));
    first ??= question;
  }
  return first;
}

function isAnswered(question) {
  const fields = [...question.querySelectorAll("[name]")];
  return fields.some((field) => (/radio|checkbox/.test(field.type) ? field.checked : field.value.trim()));
}

/** Keeps "choose several" sound: not more than its limit, and "don't know" stands alone. */
export function guardChoices(question, changed) {
  if (changed.type !== "checkbox" || !changed.checked) return;
  const others = [...question.querySelectorAll(":checked")].filter((box) => box !== changed);
  for (const box of others) {
    if ("alone" in changed.dataset || "alone" in box.dataset) box.checked = false;
  }
  const most = Number(question.dataset.most);
  if (most && question.querySelectorAll(":checked").length > most) {
    changed.checked = false;
    showFault(question, say("most", { most }));
  }
}
