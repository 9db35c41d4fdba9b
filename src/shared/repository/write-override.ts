import { type Document, isAlias, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from "yaml";
import { InvalidInputError } from "../errors.ts";
import { parseRoute } from "./parse-route.ts";
import type { Route } from "./route.ts";

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
 * is. Comments and line ends stay.
 * @throws InvalidInputError where the file does not take it
 */
export function writeOverride(path: string, text: string, given: PermanentOverride): string {
  const document = parseDocument(text);
  const written = write(document, given);
  const { route, findings } = parseRoute(path, new TextEncoder().encode(written));
  if (route && isDone(route, given)) return text.includes("\r\n") ? written.replaceAll("\n", "\r\n") : written;
  const why = findings[0]?.message ?? "a part of it would stay as it is";
  throw new InvalidInputError(`The override cannot be written into ${path} (${why}); write it by hand.`);
}

function write(document: Document, { to, feature, owner, reason, id, expires }: PermanentOverride): string {
  if (!isMap(document.contents)) return "";
  const rules = ownValue(document, document.contents, "rules");
  if (feature === undefined) {
    if (isSeq(rules)) rules.items = rules.items.map((item) => ownNode(document, item));
    const branches = [...(isSeq(rules) ? rules.items : []), ownValue(document, document.contents, "default")];
    for (const branch of branches) if (isMap(branch)) direct(document, branch, to);
  } else {
    const rationale = `An operator's override: ${reason}`;
    // Where it is off, what the default picks is where it goes again.
    const pick = "target" in to ? to.target : document.toJS().default?.pick;
    const off = "target" in to ? {} : { off: to };
    const rule = document.createNode({ id, when: { feature }, pick, ...off, owner, rationale, evidence: [], expires });
    if (isSeq(rules)) rules.items = [rule, ...rules.items.filter((item) => !isForAlone(document, item, feature))];
    else document.set("rules", [rule]);
  }
  try {
    return document.toString({ lineWidth: 0 });
  } catch {
    // What was replaced had an anchor that is named elsewhere.
    return "";
  }
}

function direct(document: Document, branch: YAMLMap, to: PermanentOverride["to"]): void {
  if ("answer" in to) {
    branch.set("off", to);
    return;
  }
  const before = branch.get("pick", true);
  // A plain name keeps its comment; one with an anchor would change where else it is named.
  branch.set("pick", isScalar(before) && !before.anchor ? to.target : document.createNode(to.target));
  branch.delete("off");
  // A fallback to what is picked now would lead back.
  const fallback = ownValue(document, branch, "fallback");
  if (!isSeq(fallback)) return;
  fallback.items = fallback.items.filter((entry) => !isMap(entry) || entry.get("target") !== to.target);
  if (fallback.items.length === 0) branch.delete("fallback");
}

/** A rule that nothing would reach below one for the same feature. */
function isForAlone(document: Document, item: unknown, feature: string): boolean {
  const rule = ownNode(document, item);
  const when: unknown = isMap(rule) ? rule.toJS(document).when : undefined;
  return [feature, [feature], { in: [feature] }].some(
    (own) => JSON.stringify({ feature: own }) === JSON.stringify(when),
  );
}

/** A key's value; an alias becomes a copy first, for what it stands for is elsewhere. */
function ownValue(document: Document, map: YAMLMap, key: string): unknown {
  const value = map.get(key, true);
  if (isAlias(value)) map.set(key, ownNode(document, value));
  return map.get(key, true);
}

function ownNode(document: Document, node: unknown): unknown {
  return isAlias(node) ? document.createNode(node.toJS(document)) : node;
}

function isDone(route: Route, { to, feature }: PermanentOverride): boolean {
  const branches = feature === undefined ? [...route.rules, route.default] : route.rules.slice(0, 1);
  return branches.every(({ pick, off }) =>
    "target" in to
      ? pick.targets.every(({ target }) => target === to.target) && off === undefined
      : off?.answer === to.answer.trim(),
  );
}
