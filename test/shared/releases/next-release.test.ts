import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Effect, nextRelease, type Observation } from "../../../src/shared/releases/next-release.ts";
import { defaultStageTimes, type Operation, type OperationStep } from "../../../src/shared/releases/operation.ts";
import {
  type DeploymentSpec,
  type Pointer,
  type ProbeResult,
  samePointer,
} from "../../../src/shared/releases/target-port.ts";

const prompt = (digest: string, fence?: string): Pointer => ({ kind: "prompt", digest, ...(fence ? { fence } : {}) });
const began = Date.parse("2026-01-01T00:00:00Z");

function operation(kind: Operation["kind"], targets: string[], change: Partial<Operation> = {}): Operation {
  const [old, new_] = kind === "promote" ? ["old", "new"] : ["new", "old"];
  return {
    ...{ operationId: "op", repositoryId: 1, repository: "acme/ai", kind, releaseId: "r2", destination: 0 },
    ...{ automatic: true, cause: { kind: "watch", reason: "errors" }, epoch: 1, links: {}, timeline: [] },
    destinations:
      kind === "rollback"
        ? [
            {
              releaseId: "r1",
              releases: {},
              pointers: Object.fromEntries(targets.map((id) => [`prompt:${id}`, prompt(`${id}-${new_}`)])),
            },
          ]
        : [],
    stage: "claiming",
    ...{ deadline: new Date(began + 120_000).toISOString(), createdAt: new Date(began).toISOString() },
    steps: targets.map((id) => ({
      ...{ target: { id, kind: "prompt", alias: id }, from: prompt(`${id}-${old}`), state: "waiting", attempts: 0 },
      ...(kind === "promote" ? { to: prompt(`${id}-${new_}`) } : {}),
    })),
    untold: ["check", "issue"],
    ...change,
  };
}

/** What the outside does with one effect. */
interface Fault {
  /** The worker dies before the effect, after it, or not at all. */
  dies: "before" | "after" | "no";
  /** What the provider does instead of what it is asked. */
  provider: "obeys" | "silent" | "refuses" | "throttles" | "throws" | "lies" | "gone";
  /** Seconds that it takes. */
  seconds: number;
}
const fault = fc.record<Fault>({
  dies: fc.constantFrom("no", "no", "no", "before", "after"),
  provider: fc.constantFrom(
    "obeys",
    "obeys",
    "obeys",
    "obeys",
    "silent",
    "refuses",
    "throttles",
    "throws",
    "lies",
    "gone",
  ),
  seconds: fc.constantFrom(0, 0, 0, 1, 7, 40),
});
const obeys: Fault = { dies: "no", provider: "obeys", seconds: 0 };

/** Drives an operation against a world in memory, as a worker does: stored first, then the effect. */
function play(start: Operation, faults: Fault[], byHand?: { after: number; target: string }) {
  const world = new Map<string, Pointer | undefined>(start.steps.map(({ target, from }) => [target.id, from]));
  const writes: { target: string; to: Pointer; over: Pointer | undefined }[] = [];
  const told: string[] = [];
  let now = began;
  let settled = 0;
  let next = nextRelease(start, { saw: "start" }, { now: new Date(now), times: defaultStageTimes });
  let turns = 0;
  for (; turns < 2000 && next.effect.do !== "nothing"; turns++) {
    if (byHand && turns === byHand.after) world.set(byHand.target, prompt("by-hand"));
    const did = faults[turns] ?? obeys;
    now += did.seconds * 1000;
    const observation = did.dies === "before" ? undefined : perform(next.effect, did);
    const saw: Observation = did.dies === "no" && observation ? observation : { saw: "start" };
    next = nextRelease(next.operation, saw, { now: new Date(now), times: defaultStageTimes });
  }
  return { operation: next.operation, world, writes, told, settled, turns };

  function perform(effect: Effect, { provider }: Fault): Observation {
    if (provider === "throws" && effect.do !== "wait") return { saw: "trouble", reason: "no connection" };
    const refused = { kind: "refused", code: "RequestConflict", reason: "busy" } as const;
    switch (effect.do) {
      case "claim":
        return provider === "refuses" ? { saw: "busy", by: "other" } : { saw: "claimed" };
      case "prepare":
        return { saw: "prepared", step: effect.step, result: refused };
      case "smoke":
        return { saw: "smoked", verdict: provider === "lies" ? "fail" : "pass", reason: "20 cases" };
      case "check":
      case "probe": {
        const { step } = effect;
        const served = next.operation.steps[step]?.target.id ?? "";
        const answered = { kind: "answered", served, asExpected: provider !== "lies", latencyMs: 1 } as const;
        const gone = { kind: "gone", code: "410", reason: "retired" } as const;
        const unknown = { kind: "unknown", reason: "throttled" } as const;
        const result = provider === "gone" ? gone : provider === "throttles" ? unknown : answered;
        return { saw: effect.do === "check" ? "candidate" : "probe", step, result };
      }
      case "read":
        return { saw: "world", step: effect.step, pointer: world.get(idOf(effect.step)) };
      case "flip":
        return { saw: "flip", step: effect.step, result: flip(effect, provider) };
      case "settle":
        settled++;
        return { saw: "settled" };
      case "tell":
        told.push(effect.part);
        return { saw: "told", part: effect.part };
      default:
        if (effect.do === "wait") now += effect.ms;
        return { saw: "start" };
    }

    function flip({ step, to, expected }: Effect & { do: "flip" }, how: Fault["provider"]) {
      const found = world.get(idOf(step));
      if (how === "refuses") return refused;
      if (how === "throttles") return { ...refused, retryAfterMs: 3000 };
      if (!samePointer(found, expected)) return { kind: "conflict", found, reason: "changed" } as const;
      if (how === "silent") return { kind: "done", pointer: found ?? to } as const;
      writes.push({ target: idOf(step), to, over: found });
      world.set(idOf(step), to);
      return { kind: "done", pointer: to } as const;
    }
  }

  function idOf(step: number): string {
    return next.operation.steps[step]?.target.id ?? "";
  }
}

describe("a rollback", () => {
  test("goes back, is read back, is shown by a call, and is told", () => {
    const { operation: done, world, writes, told, settled } = play(operation("rollback", ["a", "b"]), []);
    expect(done).toMatchObject({ stage: "closed", outcome: "rolledBack", untold: [] });
    expect([...world.values()]).toEqual([prompt("a-old"), prompt("b-old")]);
    expect(writes.map(({ target }) => target)).toEqual(["a", "b"]);
    expect({ told, settled }).toEqual({ told: ["check", "issue"], settled: 1 });
    expect(done.timeline.map(({ what }) => what).join("; ")).toContain("a: flipped, read back");
  });

  test("is held where somebody changed the target by hand; a yes takes what is there for the beginning", () => {
    const { operation: held, world } = play(operation("rollback", ["a"]), [], { after: 1, target: "a" });
    expect(held).toMatchObject({ stage: "held", reason: expect.stringContaining("changed by hand") });
    expect(world.get("a")).toEqual(prompt("by-hand"));
    const word: Observation = { saw: "word", by: "mona", approve: true };
    const again = nextRelease(held, word, { now: new Date(began + 1000), times: defaultStageTimes });
    expect(again.operation.steps[0]).toMatchObject({ from: prompt("by-hand"), to: prompt("a-old") });
    const no = nextRelease(
      held,
      { saw: "word", by: "mona", approve: false, reason: "a load test" },
      { now: new Date(began + 1000), times: defaultStageTimes },
    );
    const why = "mona says no: a load test";
    expect(no.operation).toMatchObject({ stage: "settling", outcome: "declined", reason: why });
  });

  test("that was aimed past the first destination stays aimed there after a yes: what is written down is what is served", () => {
    const pointers = (name: string) => ({ "prompt:a": prompt(name) });
    const destinations = [
      { releaseId: "r1", releases: { "prompt:a": "r1" }, pointers: pointers("retired") },
      { releaseId: "r0", releases: { "prompt:a": "r0" }, pointers: pointers("older") },
    ];
    const gone: Fault = { ...obeys, provider: "gone" };
    const start = operation("rollback", ["a"], { destinations });
    const { operation: held } = play(start, [obeys, gone], { after: 3, target: "a" });
    expect(held).toMatchObject({ stage: "held", destination: 1 });
    const word: Observation = { saw: "word", by: "mona", approve: true };
    const on = nextRelease(held, word, { now: new Date(began + 1000), times: defaultStageTimes });
    const { operation: done, world } = play(on.operation, []);
    expect(done).toMatchObject({ outcome: "rolledBack" });
    expect(done.destinations[done.destination]?.pointers["prompt:a"]).toEqual(world.get("a"));
  });

  test("whose check cannot be told pages people at once, and goes on with the rest after that", () => {
    const untold: Operation["untold"] = ["check", "issue", "revert", "deployment", "notification"];
    const telling = { ...operation("rollback", ["a"], { untold, outcome: "rolledBack" }), stage: "telling" as const };
    const at = { now: new Date(began), times: defaultStageTimes };
    const paged = nextRelease(telling, { saw: "trouble", reason: "no answer", retryAfterMs: 2_000_000 }, at);
    expect(paged.effect).toEqual({ do: "tell", part: "notification" });
    const rest = nextRelease(paged.operation, { saw: "told", part: "notification" }, at);
    expect(rest.effect).toEqual({ do: "tell", part: "issue" });
    expect(rest.operation.untold).toEqual(["issue", "revert", "deployment", "check"]);
    expect(nextRelease(rest.operation, { saw: "trouble", reason: "no answer" }, at)).toMatchObject({
      ...{ effect: { do: "wait" }, operation: { untold: ["revert", "deployment", "check", "issue"] } },
    });
    // A page that fails as well is tried again in its turn.
    expect(nextRelease(paged.operation, { saw: "trouble", reason: "500", retryAfterMs: 2000 }, at)).toMatchObject({
      ...{
        effect: { do: "wait", ms: 2000 },
        operation: { untold: ["issue", "revert", "deployment", "check", "notification"] },
      },
    });
  });

  test("that went well is not explained by what stood in its way for a while", () => {
    const at = { now: new Date(began), times: defaultStageTimes };
    const steps = operation("rollback", ["a"]).steps.map((step) => ({ ...step, state: "flipped" as const }));
    const verifying = operation("rollback", ["a"], { stage: "verifying", steps });
    const probe = (result: ProbeResult): Observation => ({ saw: "probe", step: 0, result });
    const waits = nextRelease(verifying, probe({ kind: "unknown", reason: "429" }), at).operation;
    expect(waits.reason).toBe("a: 429");
    const answered = { kind: "answered", served: "a-old", asExpected: true, latencyMs: 1 } as const;
    const done = nextRelease(waits, probe(answered), at).operation;
    expect([done.outcome, done.reason]).toEqual(["rolledBack", undefined]);
  });

  test("whose way back no call can show waits for a person, and goes on with their yes; what is gone stays gone", () => {
    const times = defaultStageTimes;
    const at = (seconds: number) => ({ now: new Date(began + seconds * 1000), times });
    const seen = (result: ProbeResult): Observation => ({ saw: "candidate", step: 0, result });
    const throttled: ProbeResult = { kind: "unknown", reason: "429: too many requests" };
    const start = nextRelease(operation("rollback", ["a"]), { saw: "claimed" }, at(0));
    // Its last look before the stage is over says why, not that time ran out.
    const held = nextRelease(start.operation, seen(throttled), at(19.5)).operation;
    expect(held).toMatchObject({ stage: "held", reason: expect.stringContaining("429") });
    const yes = nextRelease(held, { saw: "word", by: "mona", approve: true }, at(60)).operation;
    const again = nextRelease(yes, { saw: "claimed" }, at(61));
    expect(again.effect).toEqual({ do: "check", step: 0 });
    expect(nextRelease(again.operation, seen(throttled), at(62)).effect).toMatchObject({ do: "wait" });
    const on = nextRelease(again.operation, seen(throttled), at(82));
    expect(on).toMatchObject({ operation: { stage: "flipping" }, effect: { do: "read", step: 0 } });
    expect(on.operation.timeline.map(({ what }) => what)).toContainEqual(
      "a: no call has shown that it can serve (429: too many requests); a person says to go on",
    );
    const silent = nextRelease(again.operation, { saw: "trouble", reason: "no answer" }, at(82));
    expect(silent.operation.stage).toBe("flipping");
    const gone = nextRelease(again.operation, seen({ kind: "gone", code: "404", reason: "deleted" }), at(62));
    expect(gone.operation).toMatchObject({ stage: "held", reason: expect.stringContaining("deleted") });
  });

  test("that is held tells a person once, and again where it is held anew", () => {
    const untold: Operation["untold"] = ["notification"];
    const { operation: held, told } = play(operation("rollback", ["a"], { untold }), [], { after: 1, target: "a" });
    expect({ stage: held.stage, told, untold: held.untold }).toEqual({ stage: "held", told: untold, untold });
    const at = { now: new Date(began + 1000), times: defaultStageTimes };
    expect(nextRelease(held, { saw: "start" }, at).effect).toEqual({ do: "nothing" });
    const on = nextRelease(held, { saw: "word", by: "mona", approve: true }, at);
    expect(on.operation.heldTold).toBeUndefined();
  });

  test("takes the next release where the first cannot serve, and is held where none can", () => {
    const pointers = (name: string) => ({ "prompt:a": prompt(name) });
    const destinations = [
      { releaseId: "r1", releases: {}, pointers: pointers("retired") },
      { releaseId: "r0", releases: {}, pointers: pointers("older") },
    ];
    const gone: Fault = { ...obeys, provider: "gone" };
    const to = play(operation("rollback", ["a"], { destinations }), [obeys, gone]);
    expect(to.operation.outcome).toBe("rolledBack");
    expect(to.world.get("a")).toEqual(prompt("older"));
    const none = play(operation("rollback", ["a"], { destinations }), [obeys, gone, gone]);
    expect(none.operation).toMatchObject({ stage: "held", reason: expect.stringContaining("no way back: r0") });
    expect(none.writes).toEqual([]);
  });

  test("what was changed in place is not called before it is put back: the new version would answer", () => {
    const inPlace = (version: string): Pointer => ({
      ...{ kind: "inPlace", deployment: "chat", sku: { name: "GlobalStandard", capacity: 1 } },
      model: { format: "OpenAI", name: "gpt-5-mini", version },
    });
    const start = operation("rollback", ["chat"], {
      destinations: [{ releaseId: "r1", releases: {}, pointers: { "inPlace:chat": inPlace("old") } }],
      steps: [
        {
          ...{ target: { id: "chat", kind: "inPlace", alias: "chat" }, from: inPlace("new") },
          ...{ state: "waiting", attempts: 0 },
        },
      ],
    });
    const claimed = nextRelease(start, { saw: "claimed" }, { now: new Date(began), times: defaultStageTimes });
    expect(claimed.effect).toEqual({ do: "read", step: 0 });
    expect(claimed.operation).toMatchObject({ stage: "flipping", steps: [{ to: inPlace("old"), ready: true }] });
    const done = play(start, []);
    expect(done.operation).toMatchObject({ stage: "closed", outcome: "rolledBack" });
    expect(done.world.get("chat")).toEqual(inPlace("old"));
  });

  test("however often a worker dies before its write, that is no write that changed nothing", () => {
    const dies: Fault = { ...obeys, dies: "before" };
    const faults = [obeys, obeys, obeys, dies, obeys, dies, obeys, dies, obeys, dies];
    const { operation: done, writes } = play(operation("rollback", ["a"]), faults);
    expect(done).toMatchObject({ outcome: "rolledBack" });
    expect(writes).toHaveLength(1);
  });

  test("an outside operation that ended and changed nothing is followed by a new write, not asked for once more", () => {
    const at = { now: new Date(began + 1000), times: defaultStageTimes };
    const start = operation("rollback", ["a"], { stage: "flipping", deadline: new Date(began + 60_000).toISOString() });
    const [step] = start.steps;
    if (!step) throw new Error("no step");
    const to = prompt("a-old");
    const steps: Operation["steps"] = [{ ...step, to, state: "flipping", resume: "operation-1" }];
    const asked = nextRelease({ ...start, steps }, { saw: "start" }, at);
    expect(asked.effect).toMatchObject({ do: "flip" });
    const result = { kind: "done", pointer: prompt("a-new") } as const;
    const again = nextRelease(asked.operation, { saw: "flip", step: 0, result }, at);
    expect(again.effect).toMatchObject({ do: "flip", to });
    expect(again.operation.steps[0]?.resume).toBeUndefined();
  });

  describe("whose write was not answered in time", () => {
    const dies: Fault = { dies: "after", provider: "obeys", seconds: 40 };
    const deaf: Fault = { ...obeys, provider: "throws" };
    const before = [obeys, obeys, obeys];

    test("is looked at once more: what was written is back, and quarantined", () => {
      const { operation: done, writes } = play(operation("rollback", ["a"]), [...before, dies, deaf]);
      expect(done).toMatchObject({ outcome: "rolledBack", steps: [{ state: "verified" }] });
      expect(writes).toHaveLength(1);
    });

    test("and was not made is not made after its time", () => {
      const late: Fault = { ...dies, dies: "before" };
      const { operation: done, writes } = play(operation("rollback", ["a"]), [...before, late, deaf]);
      expect(done).toMatchObject({ outcome: "failed", reason: expect.stringContaining("did not change in time") });
      expect(writes).toEqual([]);
    });

    test("and which nobody can look at is not said to have changed nothing", () => {
      const silence = Array.from({ length: 12 }, () => ({ ...deaf, seconds: 7 }));
      const { operation: done } = play(operation("rollback", ["a"]), [...before, dies, ...silence]);
      expect(done).toMatchObject({ outcome: "partiallyRolledBack", steps: [{ state: "failed", unseen: true }] });
      expect(done.reason).toContain("nobody knows whether it was changed");
    });
  });

  test("one target of two cannot be flipped: the other is back, and it says partly", () => {
    const refuses: Fault = { ...obeys, provider: "refuses" };
    const { operation: done } = play(operation("rollback", ["a", "b"]), [obeys, obeys, obeys, obeys, refuses]);
    expect(done).toMatchObject({ outcome: "partiallyRolledBack", reason: "a: RequestConflict: busy" });
    expect(done.steps.map(({ state }) => state)).toEqual(["failed", "verified"]);
  });
});

test("what an operation came to is stored however late it is taken up; only what was tried and failed is given up, and says why", () => {
  const at = { now: new Date(began + 86_400_000), times: defaultStageTimes };
  const late = operation("rollback", ["a"], { stage: "settling", outcome: "rolledBack" });
  expect(nextRelease(late, { saw: "start" }, at).effect).toEqual({ do: "settle" });
  const given = nextRelease(late, { saw: "trouble", reason: "no storage" }, at).operation;
  expect(given).toMatchObject({ stage: "telling", reason: expect.stringContaining("could not be stored: no storage") });
});

describe("a promotion", () => {
  test("that fails at its second target takes the first back", () => {
    const refuses: Fault = { ...obeys, provider: "refuses" };
    const faults = [obeys, obeys, obeys, obeys, obeys, refuses];
    const { operation: done, world } = play(operation("promote", ["a", "b"]), faults);
    expect(done).toMatchObject({ outcome: "undone" });
    expect([...world.values()]).toEqual([prompt("a-old"), prompt("b-old")]);
  });

  test("whose target was changed meanwhile has written nothing: it failed, and there is nothing to take back", () => {
    const { operation: done, writes } = play(operation("promote", ["a"]), [], { after: 0, target: "a" });
    expect(done).toMatchObject({ outcome: "failed", steps: [{ state: "waiting" }] });
    expect(done.reason).toContain("changed it meanwhile");
    expect(writes).toEqual([]);
  });

  test("bad input: that asks for what cannot be says so at once, and not when its time is over", () => {
    const at = { now: new Date(began), times: defaultStageTimes };
    const reason = "ASSAY_FOUNDRY_ACCOUNTS has no `nowhere`: write it there, or mend the target's `endpoint`.";
    for (const stage of ["preparing", "smoking"] as const) {
      const asked = operation("promote", ["a"], { stage });
      const wrong = nextRelease(asked, { saw: "trouble", reason, lasting: true }, at).operation;
      expect(wrong, stage).toMatchObject({ stage: "settling", outcome: "failed", reason });
      const passing = nextRelease(asked, { saw: "trouble", reason: "no connection" }, at);
      expect(passing, stage).toMatchObject({ operation: { stage }, effect: { do: "wait" } });
    }
  });

  test("whose smoke suites fail changes nothing", () => {
    const lies: Fault = { ...obeys, provider: "lies" };
    const { operation: done, writes } = play(operation("promote", ["a"]), [obeys, lies]);
    expect(done).toMatchObject({ outcome: "failed", stage: "closed" });
    expect(writes).toEqual([]);
  });

  test("that is not made, or not shown to serve, in time says what kept it waiting", () => {
    const [step] = operation("promote", ["a"]).steps;
    const { to: _, ...bare } = step ?? ({} as OperationStep);
    const spec = { kind: "deployment", deployment: "a--v2" } as DeploymentSpec;
    const at = (seconds: number) => ({ now: new Date(began + seconds * 1000), times: defaultStageTimes });
    const preparing = operation("promote", [], { stage: "preparing", steps: [{ ...bare, spec }] });
    const busy = {
      kind: "refused",
      code: "RequestConflict",
      reason: "409: another operation",
      retryAfterMs: 1,
    } as const;
    const { operation: waiting } = nextRelease(preparing, { saw: "prepared", step: 0, result: busy }, at(1));
    expect(waiting).toMatchObject({
      stage: "preparing",
      steps: [{ reason: "RequestConflict: 409: another operation" }],
    });
    const late = { saw: "prepared", step: 0, result: { kind: "pending", resume: "", retryAfterMs: 1 } } as const;
    for (const saw of [late, { saw: "start" } as const])
      expect(nextRelease(waiting, saw, at(3600)).operation.reason).toBe(
        "a: it was not made in time; at last: RequestConflict: 409: another operation",
      );
    const smoking = operation("promote", ["a"], { stage: "smoking" });
    const unknown = { saw: "smoked", verdict: "running", reason: "a: 404: created within 5 minutes" } as const;
    const { operation: asked } = nextRelease(smoking, unknown, at(1));
    expect(nextRelease(asked, { saw: "start" }, at(3600)).operation.reason).toBe(
      "nothing showed in time that what was made can serve; at last: a: 404: created within 5 minutes",
    );
    const passed = nextRelease(asked, { saw: "smoked", verdict: "pass", reason: "none" }, at(2)).operation;
    expect(passed).toMatchObject({ stage: "flipping" });
    expect(passed.reason).toBeUndefined();
  });

  test("that no call shows in time does not stand, and says which targets could not be taken back", () => {
    const throttled = Array.from(
      { length: 1900 },
      (_, turn): Fault => (turn < 4 ? obeys : { ...obeys, provider: "throttles" }),
    );
    const { operation: done } = play(operation("promote", ["a"]), throttled);
    expect(done).toMatchObject({ outcome: "partiallyRolledBack", reason: expect.stringContaining("RequestConflict") });
    const { operation: undone, world } = play(operation("promote", ["a"]), throttled.slice(0, 620));
    expect(undone.outcome).toBe("undone");
    expect(world.get("a")).toEqual(prompt("a-old"));
  });
});

const plays = fc.record({
  kind: fc.constantFrom<Operation["kind"]>("promote", "rollback"),
  targets: fc.constantFrom<string[]>(["a"], ["a", "b"], ["a", "b", "c"]),
  faults: fc.array(fault, { maxLength: 60 }),
  byHand: fc.option(fc.record({ after: fc.nat(20), target: fc.constant("a") }), { nil: undefined }),
});

describe("whatever dies, refuses, lies or is slow", () => {
  test("an operation ends or is held, says why, and what it says is what the world serves", () => {
    fc.assert(
      fc.property(plays, ({ kind, targets, faults, byHand }) => {
        const { operation: end, world, turns } = play(operation(kind, targets), faults, byHand);
        expect(turns).toBeLessThan(2000);
        expect(["closed", "held"]).toContain(end.stage);
        const serves = (what: string) => targets.every((id) => samePointer(world.get(id), prompt(`${id}-${what}`)));
        const touched = byHand !== undefined;
        if (end.outcome === "promoted" && !touched) expect(serves("new")).toBe(true);
        if (end.outcome === "rolledBack" && !touched) expect(serves("old")).toBe(true);
        if (end.outcome === "undone" && !touched) expect(serves("old")).toBe(true);
        if (end.outcome === "failed" && !touched) expect(serves(kind === "promote" ? "old" : "new")).toBe(true);
        if (end.outcome !== "promoted" && end.outcome !== "rolledBack") expect(end.reason).toBeTruthy();
      }),
      { numRuns: 2000 },
    );
  });

  test("no target is written twice the same way, and nobody else's change is written over", () => {
    fc.assert(
      fc.property(plays, ({ kind, targets, faults, byHand }) => {
        const { writes } = play(operation(kind, targets), faults, byHand);
        for (const id of targets) {
          const own = writes.filter(({ target }) => target === id);
          expect(own.length).toBeLessThanOrEqual(kind === "promote" ? 2 : 1);
          expect(own.some(({ over }) => samePointer(over, prompt("by-hand")))).toBe(false);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("what is stored can be read again", () => {
    fc.assert(
      fc.property(plays, ({ kind, targets, faults }) => {
        const { operation: end } = play(operation(kind, targets), faults);
        expect(JSON.parse(JSON.stringify(end))).toEqual(end);
      }),
      { numRuns: 200 },
    );
  });
});
