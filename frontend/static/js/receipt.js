/** Receipts: 16 characters of Crockford's base 32 (80 random bits), as XXXX-XXXX-XXXX-XXXX. */

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SHAPE = /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/;

export const makeReceipt = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => ALPHABET[byte & 31])
    .join("")
    .replace(/.{4}(?=.)/g, "$&-");

/** The receipt among a draft's entries, so that a second sending carries the same one. */
export function receiptIn(entries) {
  const code = entries.find(([name]) => name === "_receipt")?.[1];
  return SHAPE.test(code) ? code : null;
}
