import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type Evidence, type GitHubLine, judge, type ModelLine, together } from "../../../src/local/prove/judge.ts";

const at = "2026-11-15T10:00:00.000Z";
const repo = "/repos/acme/proof";

function line(method: string, resource: string, body: GitHubLine["body"], id?: number): GitHubLine {
  const status = method === "POST" ? 201 : 200;
  return {
    at,
    method,
    path: `${repo}/${resource}`,
    actor: "installation",
    status,
    body: body ?? {},
    ...(id ? { id } : {}),
  };
}

function call(digest: string, startedAt: number, endedAt: number | undefined = startedAt + 50): ModelLine {
  return { digest, startedAt, endedAt, status: endedAt === undefined ? 0 : 200 };
}

/** One pull request, one kill that met a call, which was made again. */
function sound(): Evidence {
  return {
    heads: [{ pull: 7, sha: "abc" }],
    github: [
      line("POST", "check-runs", { head_sha: "abc" }, 11),
      line("PATCH", "check-runs/11", {}, 11),
      line("POST", "issues/7/comments", { body: "why" }, 21),
      line("PATCH", "check-runs/11", { conclusion: "success" }, 11),
    ],
    model: [call("a", 1000), call("b", 1100), call("b", 6000), call("c", 6100)],
    kills: [{ at: 1120, point: "before blob PUT /samples/" }],
    points: ["before blob PUT /samples/"],
    wantedCalls: 3,
  };
}

const problemsOf = (changed: Partial<Evidence>) => judge({ ...sound(), ...changed }).problems;

describe("judge", () => {
  test("a sound proof has no problem, and its figures", () => {
    expect(judge(sound())).toEqual({
      problems: [],
      unproven: [],
      pulls: 1,
      conclusions: { success: 1 },
      comments: 1,
      checkRuns: 1,
      calls: 4,
      paidTwice: 1,
      inFlightAtKills: 2,
      kills: 1,
      killPoints: ["before blob PUT /samples/"],
      missedPoints: [],
    });
  });

  test.each<[string, (lines: readonly GitHubLine[]) => readonly GitHubLine[], RegExp]>([
    ["a second comment", (all) => [...all, line("POST", "issues/7/comments", {}, 22)], /^pull request 7: 2 comments/],
    ["no comment", (all) => all.filter(({ path }) => !path.endsWith("comments")), /^pull request 7: 0 comments/],
    [
      "a comment that was taken back",
      (all) => [...all, { ...line("DELETE", "issues/comments/21", undefined), status: 204 }],
      /^pull request 7: 1 of its comments were removed/,
    ],
    ["a check that never concluded", (all) => all.slice(0, 3), /^pull request 7: its check was never concluded/],
    ["a check that was reopened", (all) => [...all, line("PATCH", "check-runs/11", {}, 11)], /reopened/],
    [
      "another conclusion",
      (all) => [...all, line("PATCH", "check-runs/11", { conclusion: "action_required" }, 11)],
      /action_required/,
    ],
    ["a second check run", (all) => [...all, line("POST", "check-runs", { head_sha: "abc" }, 12)], /2 check runs/],
    ["no check run", (all) => all.slice(2, 3), /0 check runs/],
  ])("%s is named", (_, change, problem) => {
    expect(problemsOf({ github: change(sound().github) })).toContainEqual(expect.stringMatching(problem));
  });

  test("what a person wrote, and what GitHub refused, is not the app's", () => {
    const person = { ...line("POST", "issues/7/comments", {}, 22), actor: "ada" };
    const refused = { ...line("POST", "issues/7/comments", {}), status: 500 };
    expect(problemsOf({ github: [...sound().github, person, refused] })).toEqual([]);
  });

  test("a call may be paid twice only by the kill that met it", () => {
    const twice = (first: ModelLine, again: ModelLine) =>
      problemsOf({ model: [call("a", 1000), call("c", 900), first, again] });
    const unmet = [expect.stringMatching(/^1 of 1 calls that were paid twice were not in flight at a kill/)];
    expect(twice(call("b", 1100), call("b", 6000))).toEqual([]);
    // Nobody took the answer: open when the worker died.
    expect(twice(call("b", 1100, undefined), call("b", 6000))).toEqual([]);
    // Answered just before the kill: its sample may not have been durable.
    expect(twice(call("b", 860, 900), call("b", 6000))).toEqual([]);
    expect(twice(call("b", 200, 300), call("b", 6000))).toEqual(unmet);
    expect(twice(call("b", 1130), call("b", 6000))).toEqual(unmet);
    // Again before the kill: that was not the kill's doing.
    expect(twice(call("b", 1050), call("b", 1110))).toEqual(unmet);
  });

  test("one kill excuses a call once", () => {
    expect(problemsOf({ model: [...sound().model, call("b", 9000)] })).toEqual([
      expect.stringMatching(/^1 of 2 calls that were paid twice/),
    ]);
  });

  test("calls elsewhere that were in flight at kills excuse nothing", () => {
    const busy = ["d", "e", "f", "g"].map((digest) => call(digest, 1115));
    expect(problemsOf({ model: [...sound().model, ...busy, call("c", 9000)] })).toHaveLength(1);
  });

  test("a refusal for the rate is not paid; a call that was never made is missed", () => {
    expect(problemsOf({ model: [...sound().model, { ...call("a", 500), status: 429 }] })).toEqual([]);
    expect(problemsOf({ wantedCalls: 4 })).toEqual(["3 of 4 calls were made"]);
  });

  test.each<[string, Partial<Evidence>, RegExp]>([
    ["no pull request", { heads: [] }, /no pull request/],
    ["no kill", { kills: [] }, /no worker was killed/],
    ["no write to kill at", { points: [] }, /no write was seen/],
    ["no call", { model: [], wantedCalls: 0 }, /never called/],
    [
      "a write that no kill met",
      { points: ["after github POST check-runs"] },
      /no worker was killed after github POST/,
    ],
  ])("%s proves nothing", (_, change, problem) => {
    expect(judge({ ...sound(), ...change }).unproven).toContainEqual(expect.stringMatching(problem));
  });

  test("several proofs are one: sound only where each of them is", () => {
    const broken = judge({ ...sound(), github: [] });
    const both = together([judge(sound()), broken]);
    expect(both).toMatchObject({ pulls: 2, comments: 1, conclusions: { success: 1, none: 1 }, calls: 8, kills: 2 });
    expect(both.problems).toEqual(broken.problems);
    expect(together([judge(sound()), judge({ ...sound(), kills: [] })]).unproven).not.toEqual([]);
    expect(together([]).unproven).not.toEqual([]);
  });

  test.each(["judge.ts", "read-logs.ts"])("%s imports nothing of what it judges", (file) => {
    const text = readFileSync(path.join(import.meta.dirname, "../../../src/local/prove", file), "utf8");
    const imported = [...text.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map(([, name]) => name);
    expect(imported.filter((name) => name !== "node:fs" && name !== "./judge.ts")).toEqual([]);
  });
});
