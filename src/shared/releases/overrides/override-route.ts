import type { Clock } from "../../clock.ts";
import { code } from "../../gate/markdown.ts";
import { nearestName } from "../../gate/nearest-name.ts";
import type { Log } from "../../log.ts";
import { redactPersonalData } from "../../redaction/personal-data.ts";
import { redact } from "../../redaction/redact.ts";
import { isActive, type Override, overrideText } from "../../routing/override.ts";
import { overrideById, type RouteAlias } from "../../routing/route-alias.ts";
import { readRouteDocument } from "../../routing/route-document.ts";
import type { AuditTrail, OverrideEntry } from "../audit.ts";
import type { AliasRecords, Stored } from "../deployment-alias.ts";

/** A change of a route's file that makes an override permanent, as a pull request. */
export interface Proposal {
  repositoryId: number;
  repository: string;
  path: string;
  /** Where the same override is proposed again, it is this branch. */
  branch: string;
  title: string;
  body: string;
  override: Override;
}

export interface OverridePorts {
  routes: AliasRecords<RouteAlias>;
  document(repositoryId: number, digest: string): Promise<string | undefined>;
  audit: AuditTrail;
  /** Opens the pull request and tells its URL, where it would change anything; absent where nothing can open one yet. */
  propose?(proposal: Proposal): Promise<string | undefined>;
  clock: Clock;
  log: Log;
}

/** Who overrides which route, and how. */
export interface OverrideRequest {
  /** The same for the same request, however often it is delivered. */
  id: string;
  repository: string;
  route: string;
  by: string;
  via: "api" | "comment";
  reason: string;
  feature?: string | undefined;
  minutes: number;
  to: { kind: "target"; target: string } | { kind: "off"; answer: string };
}

export type OverrideResult =
  | { kind: "set"; override: Override; pullRequest?: string }
  | { kind: "ended"; override: Override }
  | { kind: "refused"; status: 400 | 404 | 409 | 410; reason: string };

/** What a person is told where nothing was done. */
export const notDone = (reason: string) => `Not done: ${reason}${reason.endsWith("?") ? "" : "."}`;

/** Replaced overrides that an alias keeps; the audit has them all. */
const mostEarlier = 5;

const masked = (text: string) => redactPersonalData(redact(text).text).text;

/** Overrides a route from now on: the alias that every request reads says so, and nothing has to be published. */
export async function overrideRoute(request: OverrideRequest, ports: OverridePorts): Promise<OverrideResult> {
  const { id, by, via, feature, to } = request;
  const now = ports.clock.now();
  const reason = masked(request.reason);
  const override: Override = {
    ...(to.kind === "off" ? { ...to, answer: redact(to.answer).text } : to),
    ...{ id, reason, by, at: now.toISOString() },
    ...(feature === undefined ? {} : { feature }),
    until: new Date(now.getTime() + request.minutes * 60_000).toISOString(),
  };
  const result = await change(request, ports, async (stored) => {
    const { override: before } = stored.value;
    // Told again after it was set: it stands as it was set, or was replaced since.
    const known = overrideById(stored.value, id);
    if (known) return { result: { kind: "set", override: known } };
    if (isActive(before, now) && before.feature !== feature) {
      const which = before.feature === undefined ? "whole route" : `feature ${before.feature}`;
      return refused(409, `another override holds for the ${which} (${overrideText(before)}); end that one first`);
    }
    const unknown = to.kind === "target" ? await unknownTarget(to.target, stored.value, ports) : undefined;
    if (unknown) return refused(400, unknown);
    const entry = entryOf(stored.value, "override.set", override, { by, via, reason, at: now });
    return { entry, override, result: { kind: "set", override } };
  });
  if (result.kind !== "set") return result;
  const pullRequest = await propose(request, result.override, ports);
  return pullRequest === undefined ? result : { ...result, pullRequest };
}

/** Ends a route's override before its time. */
export function endOverride(
  request: Pick<OverrideRequest, "id" | "repository" | "route" | "by" | "via">,
  ports: OverridePorts,
): Promise<OverrideResult> {
  const { by, via } = request;
  return change(request, ports, async (stored) => {
    const now = ports.clock.now();
    const { override: before } = stored.value;
    if (!isActive(before, now)) return refused(404, `no override of ${request.route} holds now`);
    // Kept: a decision that was made under it may be told after.
    const override = { ...before, until: now.toISOString() };
    const entry = entryOf(stored.value, "override.ended", override, { by, via, reason: "ended early", at: now });
    return { entry, override, result: { kind: "ended", override } };
  });
}

type Change =
  | { result: OverrideResult; entry?: undefined }
  | { entry: OverrideEntry; override: Override; result: OverrideResult };

/** Reads, decides and writes until nobody came between; what was meant is on record before it is done. */
async function change(
  { repository, route }: Pick<OverrideRequest, "repository" | "route">,
  { routes, audit }: OverridePorts,
  decide: (stored: Stored<RouteAlias>) => Promise<Change>,
): Promise<OverrideResult> {
  for (;;) {
    const stored = await routes.get(repository, route);
    if (!stored) return refused(404, `${repository} has no published route \`${route}\``).result;
    if (stored.value.withdrawnAt !== undefined)
      return refused(410, `the route \`${route}\` was deleted; its file was ${stored.value.path}`).result;
    const { result, ...change } = await decide(stored);
    if (!("entry" in change) || !change.entry) return result;
    await audit.intend(change.entry);
    const value = { ...stored.value, ...replaced(stored.value, change.override) };
    const written = await routes.set(repository, route, value, stored.etag);
    await audit.conclude(change.entry, written ? "done" : "overtaken, decided again");
    if (written) return result;
  }
}

function replaced({ override: before, earlier = [] }: RouteAlias, override: Override): Partial<RouteAlias> {
  if (!before || before.id === override.id) return { override };
  return { override, earlier: [before, ...earlier].slice(0, mostEarlier) };
}

function refused(status: 400 | 404 | 409 | 410, reason: string): { result: OverrideResult } {
  return { result: { kind: "refused", status, reason } };
}

function entryOf(
  { repositoryId, name }: RouteAlias,
  what: OverrideEntry["what"],
  override: Override,
  { at, ...who }: { by: string; via: OverrideEntry["via"]; reason: string; at: Date },
): OverrideEntry {
  return { repositoryId, id: override.id, at: at.toISOString(), what, route: name, ...who, override };
}

async function unknownTarget(
  target: string,
  { repositoryId, digest, path, name }: RouteAlias,
  { document }: OverridePorts,
): Promise<string | undefined> {
  const text = await document(repositoryId, digest);
  if (text === undefined)
    return `the document of ${name} is gone, so its targets are not known; the next hour mends it`;
  const names = Object.keys(readRouteDocument(text, digest, path).targets);
  if (names.includes(target)) return undefined;
  const near = nearestName(target, names);
  return `${name} has no target \`${target}\`; ${near ? `did you mean \`${near}\`?` : `it has ${names.join(", ")}`}`;
}

/** The override holds whether or not its pull request can be opened. */
async function propose(
  { repository, route }: OverrideRequest,
  override: Override,
  { routes, propose: open, log }: OverridePorts,
): Promise<string | undefined> {
  const stored = open ? await routes.get(repository, route) : undefined;
  if (!open || !stored) return undefined;
  const { repositoryId, path } = stored.value;
  const title = `Make the override of ${route} permanent`;
  const body = `${code(overrideText(override), 600)}\n\nMerge this to keep it; close it, and the override ends by itself.`;
  try {
    return await open({
      repositoryId,
      repository,
      path,
      branch: `assay/override-${override.id}`,
      title,
      body,
      override,
    });
  } catch (thrown) {
    log.warn("override.unproposed", { repository, route, error: thrown instanceof Error ? thrown.message : "" });
    return undefined;
  }
}
