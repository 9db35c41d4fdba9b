import type { PullRequest } from "./code-host.ts";
import { pullKey } from "./gate-store.ts";
import { inBatches } from "./in-batches.ts";
import type { GatePorts, OpenRepository } from "./ports.ts";
import { mustWait } from "./pull-state.ts";
import type { Gate } from "./schema.ts";

/** Commits of a group that GitHub is asked about one by one. */
const mostAsked = 100;

/**
 * The forks' pull requests in a merge group whose head no writer has allowed. Queueing says that the content may be merged,
 * not that it may meet a credential.
 */
export async function groupWaits(gate: Gate, host: OpenRepository, ports: GatePorts): Promise<PullRequest[]> {
  const waiting: PullRequest[] = [];
  for (const pull of await host.pulls.listOpen()) {
    if (!pull.fork) continue;
    const state = await ports.store.pulls.get(gate.repositoryId, pullKey(pull.number));
    if (!state || mustWait(pull, state.value)) waiting.push(pull);
  }
  // Only where there is something to wait for is the group looked into.
  if (waiting.length === 0) return [];
  const { numbers, shas } = await membersOf(gate, host);
  return waiting.filter(({ number, headSha }) => numbers.has(number) || shas.has(headSha));
}

/**
 * GitHub names a group's last pull request alone. The others are found by their commits (merge), the numbers that the queue
 * writes into its messages (squash, merge), and the pull requests that GitHub knows of a commit (rebase).
 */
async function membersOf(
  { headSha, baseSha = "", headRef = "" }: Gate,
  { commits }: OpenRepository,
): Promise<{ numbers: Set<number>; shas: Set<string> }> {
  const own = await commits.between(baseSha, headSha);
  const numbers = new Set<number>();
  const last = /\/pr-(\d+)-[0-9a-f]+$/.exec(headRef)?.[1];
  if (last) numbers.add(Number(last));
  for (const { message } of own) {
    const [title = ""] = message.split("\n");
    for (const [, number] of title.matchAll(/#(\d+)/g)) numbers.add(Number(number));
  }
  await inBatches(own.slice(0, mostAsked), async ({ sha }) => {
    for (const number of await commits.pullsOf(sha)) numbers.add(number);
  });
  return { numbers, shas: new Set(own.map(({ sha }) => sha)) };
}
