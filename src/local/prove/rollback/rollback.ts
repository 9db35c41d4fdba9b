import { rm } from "node:fs/promises";
import type { WorkerOrder } from "../worker.ts";
import { nameOf } from "../write-points.ts";
import { type Adapter, adapters } from "./adapters.ts";
import { allRollbacks, judgeRollbacks, type RollbackJudgement, type RollbackOrder } from "./judge.ts";
import { readAzureLog, readGitHubLog, readKillLog, readTableLog } from "./read-logs.ts";
import { rollBack, type Wanted } from "./roll-back.ts";
import { openRollbackHouse, type RollbackHouse } from "./rollback-house.ts";
import { setUpCaller } from "./set-up-azure.ts";

export interface RollbackProofOptions {
  root: string;
  /** The built app. */
  app: string;
  sabotage?: "if-match" | "intent";
  tell(line: string): void;
  /** Most kill points of an adapter, for a quick look; undefined: all. */
  limit?: number;
}

export interface RollbackProofOutcome extends RollbackJudgement {
  ok: boolean;
  sabotage: string | null;
  runSeconds: number;
}

const withinMs = 60_000;
/** No question is asked any more after this: the proof ends within its ten minutes. */
const askingMs = 480_000;
/** Some are enough to be found out; each has the time that it has without sabotage. */
const sabotagedAskingMs = 90_000;

/** Kills the built app before and after every write of a rollback, for every kind of target, and lets the logs judge. */
export async function proveRollback(options: RollbackProofOptions): Promise<RollbackProofOutcome> {
  const started = performance.now();
  const { tell, sabotage, limit } = options;
  const until = Date.now() + (sabotage ? sabotagedAskingMs : askingMs);
  const { marked, unmarked } = await rehearse(options);
  const points = [...marked.values()].reduce((sum, names) => sum + names.length, unmarked.length);
  tell(`${points} writes to die at: ${unmarked.length} on storage that nobody has used`);
  for (const point of unmarked) tell(`  ${point}`);
  const parts: RollbackJudgement[] = [];
  // The account's one change at a time takes longest: it begins first, and the others pass beside it.
  const longestFirst = [...marked].sort(([one], [other]) => Number(other === "inPlace") - Number(one === "inPlace"));
  const work: (() => Promise<RollbackJudgement>)[] = [
    ...longestFirst.map(([adapter, names]) => () => {
      const wanted = names.slice(0, limit).map((point): Wanted => ({ adapter, point }));
      return proveIn(wanted, adapter, { ...options, until });
    }),
    ...(limit === undefined && !sabotage ? unmarked : []).map(
      (point) => () => proveIn([{ adapter: "route", point }], "unused storage", { ...options, until, unmarked: true }),
    ),
  ];
  const lane = async () => {
    for (let next = work.shift(); next; next = work.shift()) parts.push(await next());
  };
  await Promise.all([lane(), lane()]);
  const judgement = allRollbacks(parts);
  return {
    // Not all are asked under sabotage: only what broke may make it fail.
    ok: judgement.problems.length + (sabotage ? 0 : judgement.unproven.length) === 0,
    sabotage: sabotage ?? null,
    runSeconds: Math.round((performance.now() - started) / 1000),
    ...judgement,
  };
}

/** One rollback of each kind without a kill shows which writes there are. */
async function rehearse(
  options: RollbackProofOptions,
): Promise<{ marked: Map<Adapter, string[]>; unmarked: string[] }> {
  const { root, app } = options;
  return withHouse(
    { root, app },
    async (house) => {
      const wanted = adapters.map((adapter): Wanted => ({ adapter }));
      const until = Date.now() + withinMs;
      const orders = await rollBack(house, wanted, { workers: 1, abreast: 1, patienceMs: withinMs, until });
      const { problems } = judge(house, orders);
      if (problems.length > 0) throw new Error(`The rehearsal went wrong, with nobody killed: ${problems.join("; ")}`);
      const namesOf = (order: string | undefined) => [
        ...new Set(house.points.filter((point) => point.order === order).map(nameOf)),
      ];
      const marked = new Map(orders.map(({ adapter, order }) => [adapter as Adapter, namesOf(order)]));
      // The timer also looks after alerts and gates, whose tables it makes: they are no part of a rollback.
      const unmarked = namesOf(undefined).filter((name) => /operations|releases|github/.test(name));
      return { keep: false, result: { marked, unmarked } };
    },
    options,
  );
}

async function proveIn(
  wanted: readonly Wanted[],
  what: string,
  options: RollbackProofOptions & { until: number; unmarked?: boolean },
  triesLeft = 2,
): Promise<RollbackJudgement> {
  const { root, app, sabotage, tell, until, unmarked = false } = options;
  const kept: WorkerOrder["sabotage"] = sabotage === "intent" ? "open" : sabotage;
  // The account takes one in-place change at a time, and who met another comes back after 2, 4, 8 s: more only wait.
  const abreast = what === "inPlace" ? 2 : 10;
  const { judged, again } = await withHouse(
    { root, app, ...(kept ? { sabotage: kept } : {}) },
    async (house) => {
      const orders = await rollBack(house, wanted, { workers: 5, abreast, patienceMs: withinMs, until, unmarked });
      const met = readKillLog(house.killLog);
      const isMet = ({ order, point }: RollbackOrder) =>
        met.some((kill) => kill.point === point && (unmarked || kill.order === order));
      const missed = triesLeft > 0 && !sabotage ? orders.filter((order) => !isMet(order)) : [];
      // They are judged all the same; their writes are put to the proof once more.
      const unkilled = missed.map(({ point: _, ...order }) => order);
      const result = judge(house, [...orders.filter((order) => !missed.includes(order)), ...unkilled]);
      tell(`${what}: ${result.rollbacks} rollbacks, ${result.kills} kills, ${result.problems.length} problems`);
      for (const problem of result.problems.slice(0, 3)) tell(`  ${problem}`);
      const notAsked = wanted.length - orders.length;
      const unproven = notAsked > 0 ? [`${what}: the time ended before ${notAsked} rollbacks`] : [];
      return {
        keep: result.problems.length > 0 && !sabotage,
        result: { judged: { ...result, unproven: [...result.unproven, ...unproven] }, again: missed },
      };
    },
    options,
  );
  if (again.length === 0) return judged;
  tell(`${what}: once more: ${again.map(({ point }) => point).join("; ")}`);
  const more = wanted.filter(({ point }) => again.some((one) => one.point === point));
  return allRollbacks([judged, await proveIn(more, what, options, triesLeft - 1)]);
}

function judge(house: RollbackHouse, orders: readonly RollbackOrder[]): RollbackJudgement {
  return judgeRollbacks({
    orders,
    tables: readTableLog(house.tableLog),
    azure: readAzureLog(house.azureLog),
    github: readGitHubLog(house.githubLog),
    kills: readKillLog(house.killLog),
    setUpCaller,
    withinMs,
  });
}

async function withHouse<T>(
  options: Parameters<typeof openRollbackHouse>[0],
  work: (house: RollbackHouse) => Promise<{ keep: boolean; result: T }>,
  { tell }: Pick<RollbackProofOptions, "tell">,
): Promise<T> {
  const house = await openRollbackHouse(options);
  let keeps = true;
  try {
    const { keep, result } = await work(house);
    keeps = keep;
    return result;
  } finally {
    await house.stop();
    // What was found wrong can be looked up in the logs that judged it.
    if (keeps) tell(`the logs are in ${house.folder}`);
    else await rm(house.folder, { recursive: true, force: true });
  }
}
