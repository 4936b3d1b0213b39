/** What was answered so far, kept on this phone only. Every step may fail: private windows may refuse storage. */

const key = (wave) => `delaktig-draft-${wave}`;

export function readDraft(wave) {
  try {
    const draft = JSON.parse(localStorage.getItem(key(wave)));
    return Array.isArray(draft?.entries) ? draft : null;
  } catch {
    return null;
  }
}

export function writeDraft(wave, form, step) {
  try {
    localStorage.setItem(key(wave), JSON.stringify({ entries: [...new FormData(form)], step }));
  } catch {
    // Without storage the page still works; only a reload would lose the answers.
  }
}

export function deleteDraft(wave) {
  try {
    localStorage.removeItem(key(wave));
  } catch {
    // Nothing could be stored, so nothing is left behind.
  }
}

/** Puts a draft's answers back into the form; true when there was at least one. */
export function restoreDraft(form, entries) {
  let answered = false;
  for (const [name, value] of entries) {
    if (!value || name === "_receipt") continue;
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") {
        if (field.value !== value) continue;
        field.checked = true;
      } else {
        field.value = value;
      }
      answered = true;
    }
  }
  return answered;
}
