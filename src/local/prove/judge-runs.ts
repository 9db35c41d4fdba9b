/** Judges runs by the model server's log and by what is stored; it imports nothing of the product. */

/** One call as the server saw it; times in ms since the epoch, `endedAt` undefined where nobody took the answer. */
export interface ServedCall {
  startedAt: number;
  endedAt: number | undefined;
  status: number;
  /** Of the request's body. */
  digest: string;
  /** Open calls when it began, itself included. */
  inFlight: number;
  question: string;
}

/** A line at the start of a call and one at its end. */
export function servedCalls(log: string): ServedCall[] {
  const calls = new Map<string, ServedCall>();
  for (const line of log.split("\n").filter(Boolean)) {
    const { at, endAt, digest, inFlight, status, question } = JSON.parse(line);
    const startedAt = Date.parse(at);
    const key = `${at} ${digest} ${inFlight}`;
    calls.set(key, {
      startedAt,
      endedAt: endAt ? Date.parse(endAt) : undefined,
      status: status ?? 0,
      digest,
      inFlight,
      question,
    });
  }
  return [...calls.values()];
}

export interface Load {
  calls: number;
  /** Share of all requests that were answered 429. */
  refusedShare: number;
  /** In flight over time, from the first request to the last one's start: refused ones are not in it. */
  meanInFlight: number;
  mostInFlight: number;
}

export function loadOf(calls: readonly ServedCall[]): Load {
  const taken = calls.filter(({ status }) => status !== 429);
  const starts = taken.map(({ startedAt }) => startedAt).sort((a, b) => a - b);
  const [from = Infinity, to = -Infinity] = [starts[0], starts.at(-1)];
  const busy = taken.reduce(
    (sum, { startedAt, endedAt = to }) => sum + Math.max(0, Math.min(endedAt, to) - startedAt),
    0,
  );
  return {
    calls: taken.length,
    refusedShare: rounded((calls.length - taken.length) / Math.max(1, calls.length)),
    meanInFlight: rounded(busy / Math.max(1, to - from)),
    mostInFlight: mostAtOnce(taken),
  };
}

/** A call that ends in the millisecond in which another begins is not beside it. */
function mostAtOnce(calls: readonly ServedCall[]): number {
  const changes = calls.flatMap(({ startedAt, endedAt = Number.POSITIVE_INFINITY }): [number, number][] => [
    [startedAt, 1],
    [endedAt, -1],
  ]);
  changes.sort(([a, up], [b, down]) => a - b || up - down);
  let open = 0;
  let most = 0;
  for (const [, change] of changes) {
    open += change;
    most = Math.max(most, open);
  }
  return most;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Lines of samples in what a runner has stored, each counted once; marks of calls are none. */
export function storedSamples(text: string): number {
  const keys = new Set<string>();
  for (const line of text.split("\n")) {
    // A kill may cut the last line short.
    if (!line.endsWith("}")) continue;
    const { caseId, repeat, output } = JSON.parse(line);
    if (output !== undefined) keys.add(`${caseId} ${repeat}`);
  }
  return keys.size;
}

export interface KillEvidence {
  /** Cases × repeats of all runners. */
  wanted: number;
  limit: number;
  /** All calls, to the end of the resumed run. */
  calls: readonly ServedCall[];
  killedAt: number;
  /** Calls that the killed runner had begun, and samples that it had stored, when it was dead. */
  begunBefore: number;
  storedBefore: number;
  /** What the resumed run said. */
  reportedPaidAgain: number;
  storedAfter: number;
}

export interface KillFigures {
  wanted: number;
  calls: number;
  paidAgain: number;
  /** Open at the server at the kill, of both runners. */
  openAtKill: number;
  /** Calls of the killed runner without a stored sample. */
  inFlightAtKill: number;
  reportedPaidAgain: number;
}

export function judgeKill(evidence: KillEvidence): { figures: KillFigures; problems: string[] } {
  const taken = evidence.calls.filter(({ status }) => status !== 429);
  const { wanted, killedAt, reportedPaidAgain } = evidence;
  const paidAgain = taken.length - new Set(taken.map(({ digest }) => digest)).size;
  const openAtKill = taken.filter(
    ({ startedAt, endedAt = Number.POSITIVE_INFINITY }) => startedAt <= killedAt && endedAt >= killedAt,
  ).length;
  const inFlightAtKill = evidence.begunBefore - evidence.storedBefore;
  const problems: string[] = [];
  if (taken.length > wanted + inFlightAtKill)
    problems.push(`the server's log holds ${taken.length} calls for ${wanted} samples and ${inFlightAtKill} in flight`);
  if (inFlightAtKill > evidence.limit) problems.push(`${inFlightAtKill} calls were unfinished at the kill`);
  if (inFlightAtKill === 0 || evidence.storedBefore === 0) problems.push("the kill came too early or too late to tell");
  if (reportedPaidAgain < paidAgain)
    problems.push(`${reportedPaidAgain} calls were reported as paid again, ${paidAgain} were`);
  if (evidence.storedAfter !== wanted) problems.push(`${evidence.storedAfter} of ${wanted} samples are stored`);
  const figures = { wanted, calls: taken.length, paidAgain, openAtKill, inFlightAtKill, reportedPaidAgain };
  return { figures, problems };
}
