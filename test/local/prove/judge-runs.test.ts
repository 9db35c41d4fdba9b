import { describe, expect, test } from "vitest";
import { judgeKill, loadOf, type ServedCall, servedCalls, storedSamples } from "../../../src/local/prove/judge-runs.ts";

const call = (startedAt: number, endedAt: number | undefined, changed: Partial<ServedCall> = {}): ServedCall => ({
  startedAt,
  endedAt,
  status: 200,
  digest: `${startedAt}`,
  inFlight: 1,
  question: "What is known of c0?",
  ...changed,
});

describe("the proof's own judge", () => {
  test("reads a call from its two lines, and one that nobody took", () => {
    const line = { at: "2026-11-21T00:00:00.000Z", digest: "d", inFlight: 1, question: "q", status: null, endAt: null };
    const end = { ...line, endAt: "2026-11-21T00:00:01.000Z", status: 200 };
    const open = { ...line, inFlight: 2 };
    const calls = servedCalls([line, open, end].map((each) => JSON.stringify(each)).join("\n"));
    expect(calls.map(({ startedAt, endedAt = 0, status }) => [endedAt - startedAt, status])).toEqual([
      [1000, 200],
      [-Date.parse(line.at), 0],
    ]);
  });

  test("counts what is in flight over time, without what was refused", () => {
    const calls = [call(0, 100), call(0, 100), call(50, 51, { status: 429 }), call(100, 200)];
    expect(loadOf(calls)).toEqual({ calls: 3, refusedShare: 0.25, meanInFlight: 2, mostInFlight: 2 });
  });

  test("counts stored samples once, and neither marks nor a line that was cut", () => {
    const sample = JSON.stringify({ caseId: "a", repeat: 0, output: "x" });
    expect(storedSamples([sample, sample, '{"call":"begun","key":"b"}', '{"caseId":"c","rep'].join("\n"))).toBe(1);
  });

  const evidence = {
    wanted: 4,
    limit: 30,
    calls: [call(1, 5), call(2, 12), call(3, 13), call(20, 25), call(21, 25, { digest: "2" })],
    killedAt: 10,
    begunBefore: 3,
    storedBefore: 1,
    reportedPaidAgain: 2,
    storedAfter: 4,
  };

  test("lets pass what was in flight, and nothing beyond it", () => {
    expect(judgeKill(evidence)).toMatchObject({ problems: [], figures: { calls: 5, paidAgain: 1, openAtKill: 2 } });
    const again = [22, 23].map((at) => call(at, 25, { digest: "1" }));
    expect(judgeKill({ ...evidence, calls: [...evidence.calls, ...again] }).problems).toEqual([
      "the server's log holds 7 calls for 4 samples and 2 in flight",
      "2 calls were reported as paid again, 3 were",
    ]);
  });

  test("fails where samples are missing, or the kill met nothing", () => {
    expect(judgeKill({ ...evidence, storedAfter: 3 }).problems).toEqual(["3 of 4 samples are stored"]);
    expect(judgeKill({ ...evidence, begunBefore: 1 }).problems).toContain(
      "the kill came too early or too late to tell",
    );
  });
});
