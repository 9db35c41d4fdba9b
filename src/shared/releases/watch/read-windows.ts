import { type ReleaseState, targetKey } from "../release-state.ts";
import type { ReleaseStore } from "../release-store.ts";
import type { Pointer } from "../target-port.ts";
import { lookback } from "./belief.ts";
import type { WatchEvidence } from "./observe-release.ts";
import { type BaselinePorts, readBaseline } from "./read-baseline.ts";
import type { CostOf, TelemetryTarget, WatchedDocument } from "./telemetry.ts";

export interface ReadPorts extends BaselinePorts {
  releases: ReleaseStore;
  /** Where it is told what an account's or a project's arms do. */
  telemetryOf(endpoint: string | undefined): Pick<TelemetryTarget, "account" | "workspace">;
  /** Nano-USD that so many tokens of a model cost now; undefined where its price is not known. */
  costOf(model: string, tokens: { input: number; output: number }): number | undefined;
}

/** A target of a release with the arms that telemetry tells apart. */
export interface WatchedTarget {
  key: string;
  alias: string;
  agent?: string;
  document?: WatchedDocument;
  models: Models;
  endpoint?: string;
  arm: string;
  control?: string;
  /** What served in the day before the release. */
  before: { arms: string[]; models: Models };
}

/** What a deployment runs, by arm; of an agent's version or a document it is not known. */
type Models = ReadonlyMap<string, string>;

const minuteMs = 60_000;
/** A day, and what is read around its hour. */
const pastMs = 25 * 60 * minuteMs;

export async function watchedTargets(release: ReleaseState, { releases }: ReadPorts): Promise<WatchedTarget[]> {
  const targets = await releases.targets(release.repositoryId);
  const watched: WatchedTarget[] = [];
  for (const target of targets) {
    const key = targetKey(target);
    const pointer = release.pointers[key];
    const [arm, control] = armsOf(pointer);
    if (!pointer || arm === undefined || target.current !== release.releaseId) continue;
    const before = await pointersBefore(release, key, releases);
    watched.push({
      ...{ key, alias: target.alias, arm, models: modelsOf([pointer]) },
      before: { arms: [...new Set(before.flatMap(armsOf))], models: modelsOf(before.toReversed()) },
      ...(control === undefined ? {} : { control }),
      ...(pointer.kind === "agent" ? { agent: target.alias } : {}),
      ...(isDocument(pointer) ? { document: { kind: pointer.kind, name: target.alias } } : {}),
      ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
    });
  }
  return watched;
}

/** What the target served in the day before, the newest first: another release may have served at the same hour. */
async function pointersBefore(
  { repositoryId, before, createdAt, promotedAt = createdAt }: ReleaseState,
  key: string,
  releases: Pick<ReleaseStore, "release">,
): Promise<Pointer[]> {
  const since = new Date(Date.parse(promotedAt) - pastMs).toISOString();
  const pointers: Pointer[] = [];
  const seen = new Set<string>();
  for (let next = before[key]; next !== undefined && !seen.has(next); ) {
    seen.add(next);
    const older = await releases.release(repositoryId, next);
    const pointer = older?.pointers[key];
    if (pointer) pointers.push(pointer);
    next = (older?.promotedAt ?? "") > since ? older?.before[key] : undefined;
  }
  return pointers;
}

/** The arm with the largest share first. */
function armsOf(pointer: Pointer | undefined): string[] {
  if (pointer?.kind === "deployment" || pointer?.kind === "inPlace") return [pointer.deployment];
  if (pointer?.kind !== "agent") return pointer ? [pointer.digest] : [];
  return pointer.rules
    .filter(({ percentage }) => percentage > 0)
    .sort((a, b) => b.percentage - a.percentage)
    .map(({ version }) => version);
}

type DocumentPointer = Extract<Pointer, { kind: WatchedDocument["kind"] }>;

function isDocument(pointer: Pointer): pointer is DocumentPointer {
  return pointer.kind === "prompt" || pointer.kind === "route";
}

function modelsOf(pointers: readonly (Pointer | undefined)[]): Map<string, string> {
  return new Map(
    pointers.flatMap((pointer) =>
      pointer?.kind === "deployment" || pointer?.kind === "inPlace"
        ? [[pointer.deployment, `${pointer.model.name}@${pointer.model.version}`] as const]
        : [],
    ),
  );
}

/** What one look at a target is decided from: whole minutes since the promotion, and what is usual at the same hour. */
export async function readTarget(
  release: ReleaseState,
  target: WatchedTarget,
  ports: ReadPorts,
): Promise<WatchEvidence> {
  const { key, arm, control, agent, document, endpoint, models, before } = target;
  const promoted = Date.parse(release.promotedAt ?? release.createdAt);
  const now = Math.floor(ports.clock.now().getTime() / minuteMs) * minuteMs;
  // The minute of the flip is both releases'.
  const first = Math.ceil(promoted / minuteMs) * minuteMs;
  const from = Math.max(first, now - (lookback + 2) * minuteMs);
  const { account, workspace } = ports.telemetryOf(endpoint);
  const of = {
    // No platform metric knows a prompt or a route.
    ...(account === undefined || document ? {} : { account }),
    ...(workspace === undefined ? {} : { workspace }),
    ...(agent === undefined ? {} : { agent }),
    ...(document ? { document } : {}),
  };
  // A route may still lead to what served before, and callers keep what they were given for a while.
  const beside = control ?? before.arms.find((other) => other !== arm);
  const arms = beside === undefined ? [arm] : [arm, beside];
  const own = { ...of, arms, costOf: costOf(new Map([...before.models, ...models]), ports) };
  const told =
    from < now ? await ports.telemetry.windows(own, new Date(from), new Date(now)) : { windows: [], unread: [] };
  const isCalled = control !== undefined || told.windows.some((window) => window.arm === beside && window.requests);
  const windows = isCalled ? told.windows : told.windows.filter((window) => window.arm === arm);
  const baseline = await readBaseline(
    release,
    key,
    { ...of, arms: before.arms, costOf: costOf(before.models, ports) },
    ports,
  );
  return {
    ...{ arm, windows, baseline: baseline.windows, unread: [...told.unread, ...baseline.unread] },
    ...(beside === undefined || !isCalled ? {} : { control: beside }),
  };
}

function costOf(models: Models, ports: ReadPorts): CostOf {
  return (arm, tokens) => {
    const model = models.get(arm);
    return model === undefined ? undefined : ports.costOf(model, tokens);
  };
}
