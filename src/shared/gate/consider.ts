import type { RepositoryRef } from "./code-host.ts";
import { baselineGateId, pullKey } from "./gate-store.ts";
import { planGate } from "./plan-gate.ts";
import type { GatePorts } from "./ports.ts";
import { publishServed } from "./publish-served.ts";
import { type Cause, nextPullState } from "./pull-state.ts";
import type { Gate } from "./schema.ts";
import { supersede } from "./supersede.ts";

/** Looks at a pull request as it is now and begins, continues or ends the gate that answers for its head. */
export async function considerPull(ref: RepositoryRef, number: number, cause: Cause, ports: GatePorts): Promise<void> {
  const { pulls } = await ports.open(ref);
  const rows = ports.store.pulls;
  for (;;) {
    // The row is read before GitHub: whoever wrote it knew a head that this read of GitHub cannot be older than.
    const known = await rows.get(ref.repositoryId, pullKey(number));
    const pull = await pulls.get(number);
    const { state, superseded, begins } = nextPullState(known?.value, pull, cause);
    if (!pull.open && !known) return;
    const written = known
      ? await rows.replace(ref.repositoryId, pullKey(number), known, state)
      : await rows.insert(ref.repositoryId, pullKey(number), state);
    if (!written) continue;
    if (superseded) {
      const why = pull.open ? `superseded by ${state.headSha.slice(0, 7)}` : "the pull request was closed";
      await supersede(ref, superseded, begins && known?.value.headSha === state.headSha ? undefined : why, ports);
    }
    if (!pull.open) return;
    const baseSha = await pulls.tip(pull.baseRef);
    return begin(ref, { gateId: state.gateId, kind: "pull", number, headSha: state.headSha, baseSha }, ports);
  }
}

/** The checks that a merge queue asks for cover the whole group. */
export async function considerGroup(
  ref: RepositoryRef,
  group: { headSha: string; baseSha: string; headRef?: string },
  ports: GatePorts,
): Promise<void> {
  await begin(ref, { gateId: groupGate(group.headSha), kind: "mergeGroup", ...group }, ports);
}

/** The re-run button on a group's check, once its gate has said something. */
export async function rerunGroup(ref: RepositoryRef, headSha: string, rerun: string, ports: GatePorts): Promise<void> {
  const known = (await ports.store.gates.get(ref.repositoryId, groupGate(headSha)))?.value;
  if (!known) return;
  const { baseSha = "", headRef } = known;
  const group = { kind: "mergeGroup" as const, headSha, baseSha, ...(headRef === undefined ? {} : { headRef }) };
  // What waited for a writer may be allowed by now; it has not begun yet.
  if (known.stage === "waiting") return begin(ref, { gateId: known.gateId, ...group }, ports);
  if (known.stage !== "concluded") return;
  await begin(ref, { gateId: `${groupGate(headSha)}-${rerun.slice(0, 8)}`, ...group }, ports);
}

/** A destroyed group merged, or will come again as another: nobody waits for its verdict. */
export async function dropGroup(ref: RepositoryRef, headSha: string, ports: GatePorts): Promise<void> {
  const open = await ports.store.active.list(ref.repositoryId, groupGate(headSha));
  for (const gateId of new Set([groupGate(headSha), ...open.map((gate) => gate.gateId)])) {
    await supersede(ref, gateId, "the merge group is gone", ports);
  }
}

const groupGate = (headSha: string) => `group-${headSha.slice(0, 16)}`;

/** A merged commit: its routes and prompts are served, its full suites become the baseline. A re-run is a gate of its own, named by the delivery that asked. */
export async function considerBaseline(
  ref: RepositoryRef,
  headSha: string,
  ports: GatePorts,
  rerun?: string,
): Promise<void> {
  await publishServed(ref, headSha, ports);
  const gateId = `${baselineGateId(headSha)}${rerun ? `-${rerun.slice(0, 8)}` : ""}`;
  await begin(ref, { gateId, kind: "baseline", headSha }, ports);
}

type NewGate = Pick<Gate, "gateId" | "kind" | "headSha" | "headRef" | "number" | "baseSha">;

/** Stores the intent, then plans; both are safe to repeat, and a gate that is under way is left to its workers. */
async function begin(ref: RepositoryRef, gate: NewGate, ports: GatePorts): Promise<void> {
  const { gates, active } = ports.store;
  const now = ports.clock.now();
  await gates.insert(ref.repositoryId, gate.gateId, {
    ...ref,
    ...gate,
    stage: "planning",
    createdAt: now.toISOString(),
    deadline: new Date(now.getTime() + ports.times.gateMs).toISOString(),
  });
  const stored = await gates.get(ref.repositoryId, gate.gateId);
  if (stored?.value.stage !== "planning" && stored?.value.stage !== "waiting") return;
  await active.insert(ref.repositoryId, gate.gateId, { gateId: gate.gateId });
  await planGate(ref.repositoryId, gate.gateId, ports);
}
