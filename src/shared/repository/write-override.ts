import { isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import { InvalidInputError } from "../errors.ts";
import { parseRoute } from "./parse-route.ts";

/** A target that takes what the rules of a route send elsewhere, or an answer in place of any; with `feature`, for its requests alone. */
export interface PermanentOverride {
  to: { target: string } | { answer: string };
  feature?: string | undefined;
  owner: string;
  reason: string;
  /** Of the rule that is made for a feature. */
  id: string;
  expires: string;
}

/**
 * A route's file in which every rule and the default pick a target, or are switched off; of one feature, a first rule does or
 * is. Comments stay.
 * @throws InvalidInputError where the file does not take it
 */
export function writeOverride(path: string, text: string, given: PermanentOverride): string {
  const document = parseDocument(text);
  const { to, feature, owner, reason, id, expires } = given;
  const rules = document.get("rules");
  if (feature === undefined) {
    const branches = [...(isSeq(rules) ? rules.items : []), document.get("default")];
    for (const branch of branches) if (isMap(branch)) direct(branch, to);
  } else {
    const rationale = `An operator's override: ${reason}`;
    // Where it is off, what the default picks is where it goes again.
    const pick = "target" in to ? to.target : document.getIn(["default", "pick"]);
    const off = "target" in to ? {} : { off: to };
    const rule = document.createNode({ id, when: { feature }, pick, ...off, owner, rationale, evidence: [], expires });
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

function direct(branch: YAMLMap, to: PermanentOverride["to"]): void {
  if ("answer" in to) {
    branch.set("off", to);
    return;
  }
  branch.set("pick", to.target);
  branch.delete("off");
}
