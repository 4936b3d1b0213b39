/** The server's own translated texts, from <template id="texts">; script holds none itself. */

const find = (key) => document.getElementById("texts").content.querySelector(`[data-text="${key}"]`);

/** Puts values where a text has {their name}. */
export const fill = (text, values = {}) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

export const say = (key, values) => fill(find(key).textContent, values);

/** A fresh copy of a piece of markup. */
export const piece = (key) => find(key).firstElementChild.cloneNode(true);
