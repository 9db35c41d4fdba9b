import type { Clock } from "../../clock.ts";
import { type ReleaseState, targetKey } from "../release-state.ts";
import type { ReleaseStore } from "../release-store.ts";
import type { Pointer } from "../target-port.ts";
import type { ArmWindow } from "./arm-window.ts";
import { lookback } from "./belief.ts";
import type { WatchEvidence } from "./observe-release.ts";
import type { CostOf, Telemetry, TelemetryTarget, WatchedDocument } from "./telemetry.ts";

export interface ReadPorts {
  releases: ReleaseStore;
  telemetry: Telemetry;
  /** Where it is told what an account's or a project's arms do. */
  telemetryOf(endpoint: string | undefined): Pick<TelemetryTarget, "account" | "workspace">;
  /** Nano-USD that so many tokens of a model cost now; undefined where its price is not known. */
  costOf(model: string, tokens: { input: number; output: number }): number | undefined;
  /** The same hour before a release, as it was read once. */
  baselines: {
    read(release: ReleaseState, key: string): Promise<ArmWindow[] | undefined>;
    write(release: ReleaseState, key: string, windows: readonly ArmWindow[]): Promise<void>;
  };
  clock: Clock;
}

/** A target of a release with the arms that telemetry tells apart. */
export interface WatchedTarget {
  key: string;
  alias: string;
  agent?: string;
  document?: WatchedDocument;
  /** What a deployment runs, by arm; of an agent's version or a document it is not known. */
  models: ReadonlyMap<string, string>;
  endpoint?: string;
  arm: string;
  control?: string;
  /** What served before the release. */
  before: string[];
}

const minuteMs = 60_000;
/** More than the hour that baselines need, so that a gap leaves enough. */
const baselineMs = 90 * minuteMs;

export async function watchedTargets(release: ReleaseState, { releases }: ReadPorts): Promise<WatchedTarget[]> {
  const targets = await releases.targets(release.repositoryId);
  const watched: WatchedTarget[] = [];
  for (const target of targets) {
    const key = targetKey(target);
    const pointer = release.pointers[key];
    const [arm, control] = armsOf(pointer);
    if (!pointer || arm === undefined || target.current !== release.releaseId) continue;
    const earlier = release.before[key];
    const before = earlier === undefined ? undefined : await releases.release(release.repositoryId, earlier);
    watched.push({
      ...{ key, alias: target.alias, arm, before: armsOf(before?.pointers[key]) },
      models: modelsOf([pointer, before?.pointers[key]]),
      ...(control === undefined ? {} : { control }),
      ...(pointer.kind === "agent" ? { agent: target.alias } : {}),
      ...(isDocument(pointer) ? { document: { kind: pointer.kind, name: target.alias } } : {}),
      ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
    });
  }
  return watched;
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

/** What one look at a target is decided from: whole minutes since the promotion, and the same hour before it. */
export async function readTarget(
  release: ReleaseState,
  target: WatchedTarget,
  ports: ReadPorts,
): Promise<WatchEvidence> {
  const { arm, control, agent, document, endpoint } = target;
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
    costOf: costOf(target.models, ports),
  };
  const arms = control === undefined ? [arm] : [arm, control];
  const told =
    from < now
      ? await ports.telemetry.windows({ ...of, arms }, new Date(from), new Date(now))
      : { windows: [], unread: [] };
  const baseline = await baselineOf(release, target, of, ports);
  return {
    ...{ arm, windows: told.windows, baseline: baseline.windows, unread: [...told.unread, ...baseline.unread] },
    ...(control === undefined ? {} : { control }),
  };
}

function costOf(models: WatchedTarget["models"], ports: ReadPorts): CostOf {
  return (arm, tokens) => {
    const model = models.get(arm);
    return model === undefined ? undefined : ports.costOf(model, tokens);
  };
}

async function baselineOf(
  release: ReleaseState,
  { key, before }: WatchedTarget,
  of: Omit<TelemetryTarget, "arms">,
  { baselines, telemetry }: ReadPorts,
) {
  if (before.length === 0) return { windows: [], unread: [] };
  const known = await baselines.read(release, key);
  if (known) return { windows: known, unread: [] };
  // Two minutes before the flip: what came later may still have been under way to the sources.
  const to = Math.floor(Date.parse(release.promotedAt ?? release.createdAt) / minuteMs) * minuteMs - 2 * minuteMs;
  const told = await telemetry.windows({ ...of, arms: before }, new Date(to - baselineMs), new Date(to));
  if (told.unread.length === 0) await baselines.write(release, key, told.windows);
  return told;
}
