/** "Where am I": the phone compares its own position with the districts' outlines. The position is sent nowhere. */

import { say } from "./texts.js";

const FAILURES = { 1: "refused", 2: "unknown", 3: "slow" };
const ACCURATE_ENOUGH = 1500; // metres; a vaguer position says nothing about a district

/** Even-odd rule over all rings of a polygon, so that holes count as outside. */
function isInside([x, y], rings) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i];
      const [xj, yj] = ring[j];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
  }
  return inside;
}

/** The code of the district that holds the point [longitude, latitude], or undefined. */
export function districtAt(point, outline) {
  const holds = ({ type, coordinates }) =>
    (type === "Polygon" ? [coordinates] : coordinates).some((rings) => isInside(point, rings));
  return outline.features.find((feature) => holds(feature.geometry))?.properties.code;
}

const position = () =>
  new Promise((found, failed) => {
    navigator.geolocation.getCurrentPosition(found, failed, {
      enableHighAccuracy: true,
      timeout: 20000,
      maximumAge: 60000,
    });
  });

async function load(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

async function locate(select, address) {
  let outline;
  try {
    outline = await load(address);
  } catch {
    return say("offline");
  }
  let coords;
  try {
    ({ coords } = await position());
  } catch (failure) {
    return say(FAILURES[failure.code] ?? "unknown");
  }
  if (coords.accuracy > ACCURATE_ENOUGH) return say("unknown");
  const code = districtAt([coords.longitude, coords.latitude], outline);
  const option = code && [...select.options].find((one) => one.value === code);
  if (!option) return say("outside");
  select.value = code;
  select.dispatchEvent(new Event("input", { bubbles: true }));
  return say("located", { district: option.text });
}

export function offerLocation(place, select) {
  if (!navigator.geolocation || !isSecureContext) return;
  const button = place.querySelector("[data-locate]");
  const status = place.querySelector("[role=status]");
  place.hidden = button.hidden = false;
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    status.textContent = say("locating");
    status.textContent = await locate(select, place.dataset.place);
    button.removeAttribute("aria-disabled");
  });
}
