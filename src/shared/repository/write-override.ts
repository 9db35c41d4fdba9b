import { isMap, isSeq, parseDocument } from "yaml";
import { InvalidInputError } from "../errors.ts";
import { parseRoute } from "./parse-route.ts";

/** A target that takes what the rules of a route send elsewhere; with `feature`, its requests alone. */
export interface PermanentTarget {
  target: string;
  feature?: string | undefined;
  owner: string;
  reason: string;
  /** Of the rule that is made for a feature. */
  id: string;
  expires: string;
}

/**
 * A route's file in which every rule and the default pick a target; of one feature, a first rule does. Comments stay.
 * @throws InvalidInputError where the file does not take it
 */
export function writeOverride(path: string, text: string, given: PermanentTarget): string {
  const document = parseDocument(text);
  const { target, feature, owner, reason, id, expires } = given;
  const rules = document.get("rules");
  if (feature === undefined) {
    if (isSeq(rules)) for (const rule of rules.items) if (isMap(rule)) rule.set("pick", target);
    document.setIn(["default", "pick"], target);
  } else {
    const rationale = `An operator's override: ${reason}`;
    const rule = document.createNode({ id, when: { feature }, pick: target, owner, rationale, evidence: [], expires });
    if (isSeq(rules)) rules.items.unshift(rule);
    else document.set("rules", [rule]);
  }
  const written = document.toString({ lineWidth: 0 });
  const { route, findings } = parseRoute(path, new TextEncoder().encode(written));
  if (route) return written;
  throw new InvalidInputError(
    `The override cannot be written into ${path} (${findings[0]?.message ?? "it cannot be read"}); write it by hand.`,
  );
}
