/** The thank-you page: the answers have arrived, so the draft goes; the receipt can be copied. */

import { deleteDraft } from "./draft.js";

deleteDraft(document.querySelector("[data-sent-wave]").dataset.sentWave);

const button = document.querySelector("[data-copy]");
const status = document.querySelector("[data-copied]");
button.hidden = !navigator.clipboard;
button.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(document.querySelector("[data-receipt]").textContent);
    status.textContent = status.dataset.copied;
  } catch {
    status.textContent = status.dataset.notCopied;
  }
});
