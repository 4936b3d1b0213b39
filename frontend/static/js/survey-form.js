/** Steps, autosave and help for the survey form. Without this script the same form works as one long page. */

import { countCharacters } from "./counter.js";
import { deleteDraft, readDraft, restoreDraft, writeDraft } from "./draft.js";
import { clearFault, guardChoices, markUnanswered } from "./faults.js";
import { offerLocation } from "./locate.js";
import { makeReceipt, receiptIn } from "./receipt.js";
import { applyRouting } from "./routing.js";
import { makeSteps } from "./steps.js";

const form = document.querySelector("form[data-wave]");
const kept = document.querySelector("[data-kept]");
const unsent = document.querySelector("[data-unsent]");
const wave = form.dataset.wave;
const returned = "returned" in form.dataset; // the server sent the form back: what it holds is the latest
const receipt = form.elements.namedItem("_receipt");
const draft = returned ? null : readDraft(wave);

let started = returned;
const save = () => started && writeDraft(wave, form, steps.current().id);
const restored = draft !== null && restoreDraft(form, draft.entries);
// Back from the thank-you page the browser puts the answers back: with their receipt they are the same response.
if (!returned) receipt.value = (draft && receiptIn(draft.entries)) ?? history.state?.receipt ?? makeReceipt();
applyRouting(form);
const steps = makeSteps(form, () => save());
countCharacters(form);
offerLocation(form.querySelector("[data-place]"), form.elements.namedItem("district"));

function refresh() {
  applyRouting(form);
  steps.draw();
  form.dispatchEvent(new Event("refresh"));
}

function focusFault(question) {
  const section = question.closest(".section");
  if (section !== steps.current()) steps.go(section);
  question.scrollIntoView();
  question.querySelector("[name]").focus({ preventScroll: true });
}

function moveOn() {
  kept.hidden = true;
  const fault = markUnanswered(steps.current());
  if (fault) focusFault(fault);
  else steps.go(steps.next());
}

form.addEventListener("input", ({ target }) => {
  const question = target.closest(".question");
  if (question) {
    clearFault(question);
    guardChoices(question, target);
  }
  started = true;
  refresh();
  save();
});

form.addEventListener("submit", (event) => {
  if (steps.next()) {
    event.preventDefault();
    moveOn();
    return;
  }
  const fault = markUnanswered(form);
  // An offline browser would show a page of its own instead of ours, with nothing of the form in it.
  unsent.hidden = fault !== null || navigator.onLine;
  if (fault || !navigator.onLine) event.preventDefault();
  else history.replaceState({ ...history.state, receipt: receipt.value }, "");
  if (fault) focusFault(fault);
});

addEventListener("online", () => {
  unsent.hidden = true;
});

form.querySelector("[data-next]").addEventListener("click", moveOn);
form.querySelector("[data-back]").addEventListener("click", steps.back);

// A link to a field opens the step that the field is in.
document.querySelector("#errors")?.addEventListener("click", (event) => {
  const field = document.getElementById(event.target.closest("a")?.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  focusFault(field.closest(".question"));
});

kept.querySelector("[data-start-over]").addEventListener("click", () => {
  deleteDraft(wave);
  form.reset();
  form.querySelectorAll(".question").forEach(clearFault);
  receipt.value = makeReceipt();
  started = false;
  kept.hidden = true;
  refresh();
  steps.go(steps.first());
});

const faulty = form.querySelector(".faulty");
if (restored) {
  started = true;
  kept.hidden = false;
}
const left = restored ? (steps.named(history.state?.step) ?? steps.named(draft.step)) : null;
steps.start(faulty?.closest(".section") ?? left ?? steps.first());
if (returned) document.querySelector("#errors")?.focus();

// A browser that comes back to the page may have put answers back without telling.
addEventListener("pageshow", refresh);
