import { enter, isLate, noted, settle, wait } from "./enter-stage.ts";
import type { At, Next, Observation } from "./next-release.ts";
import type { Operation, TellPart } from "./operation.ts";

/** After the targets: what it came to is stored, people are told, and what a person has to decide waits for them. */
export function nextEnd(operation: Operation, observation: Observation, at: At): Next {
  switch (operation.stage) {
    case "settling":
      return nextSettle(operation, observation, at);
    case "telling":
      return nextTell(operation, observation, at);
    case "held":
      return nextHeld(operation, observation, at);
    default:
      return { operation, effect: { do: "nothing" } };
  }
}

function nextSettle(operation: Operation, observation: Observation, at: At): Next {
  if (observation.saw === "settled") return enter(operation, "telling", at);
  if (observation.saw === "fenced")
    return enter({ ...operation, reason: `${observation.by} has taken its targets` }, "telling", at);
  // However late it is taken up it is tried: what is not stored is neither known nor in quarantine.
  if (observation.saw !== "trouble") return { operation, effect: { do: "settle" } };
  if (!isLate(operation, at)) return wait(operation, observation.retryAfterMs ?? at.times.againMs, at);
  const lost = `what it came to could not be stored: ${observation.reason}`;
  const reason = operation.reason === undefined ? lost : `${operation.reason}; ${lost}`;
  return enter({ ...operation, reason }, "telling", at, lost);
}

function nextTell(operation: Operation, observation: Observation, at: At): Next {
  if (operation.leftToApp) {
    const { leftToApp: _, ...adopted } = operation;
    return enter(adopted, "telling", at, "the app takes it over, and tells of it");
  }
  if (observation.saw === "told") {
    const { part, link } = observation;
    const untold = operation.untold.filter((one) => one !== part);
    const links = link === undefined ? operation.links : { ...operation.links, [part]: link };
    return nextTell({ ...operation, untold, links }, { saw: "start" }, at);
  }
  const [part] = operation.untold;
  if (part === undefined) return enter(operation, "closed", at);
  if (isLate(operation, at)) return enter(operation, "closed", at, `not told: ${operation.untold.join(", ")}`);
  if (observation.saw === "trouble") {
    // The others are not kept waiting by one that fails, and people least of all.
    const others = operation.untold.slice(1).filter((one) => one !== "notification");
    const isPageNext = part !== "notification" && operation.untold.includes("notification");
    const untold: TellPart[] = [...(isPageNext ? (["notification"] as const) : []), ...others, part];
    if (isPageNext) return nextTell({ ...operation, untold }, { saw: "start" }, at);
    return wait({ ...operation, untold }, observation.retryAfterMs ?? at.times.againMs, at);
  }
  return { operation, effect: { do: "tell", part } };
}

/** Yes begins anew from what is served now; no, or no answer, leaves everything as it is. */
function nextHeld(operation: Operation, observation: Observation, at: At): Next {
  if (observation.saw === "word" && observation.approve) {
    const { heldTold: _, ...taken } = operation;
    const steps = operation.steps.map(({ found, ...step }) => (found ? { ...step, from: found, attempts: 0 } : step));
    // What was aimed at already stays the aim; where none was left, the first is tried again.
    const destination = operation.destinations[operation.destination] ? operation.destination : 0;
    // Who says yes where all ways back were tried has been told what is not known of them.
    const isUnshown = operation.destinations.length > 0 && !operation.destinations[operation.destination];
    const going = { ...taken, ...{ automatic: false, steps, destination }, ...(isUnshown ? { approved: true } : {}) };
    return enter(going, "claiming", at, `${observation.by} says to go on`);
  }
  if (observation.saw === "word" && !observation.approve) {
    const said = `${observation.by} says no: ${observation.reason}`;
    return settle(noted(operation, at, said), isPartlyDone(operation) ? "partiallyRolledBack" : "declined", said, at);
  }
  if (!isLate(operation, at)) return tellHeld(operation, observation, at);
  const outcome = isPartlyDone(operation) ? "partiallyRolledBack" : "failed";
  const unanswered = "nobody answered";
  const reason = operation.reason === undefined ? unanswered : `${unanswered}: ${operation.reason}`;
  return settle(noted(operation, at, unanswered), outcome, reason, at);
}

/** Nobody answers what nobody heard of. */
function tellHeld(operation: Operation, observation: Observation, at: At): Next {
  if (observation.saw === "told") return { operation: { ...operation, heldTold: true }, effect: { do: "nothing" } };
  if (operation.heldTold || !operation.untold.includes("notification")) return { operation, effect: { do: "nothing" } };
  if (observation.saw === "trouble") return wait(operation, observation.retryAfterMs ?? at.times.againMs, at);
  return { operation, effect: { do: "tell", part: "notification" } };
}

function isPartlyDone({ steps }: Operation): boolean {
  return steps.some(({ state, unseen }) => unseen || state === "flipped" || state === "verified");
}
