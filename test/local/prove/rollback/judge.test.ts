import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  type AzureLine,
  allRollbacks,
  judgeRollbacks,
  type RollbackEvidence,
  type RollbackOrder,
  type TableLine,
} from "../../../../src/local/prove/rollback/judge.ts";

const began = Date.parse("2026-11-21T10:00:00.000Z");
const at = (seconds: number) => new Date(began + seconds * 1000).toISOString();

function order(name: string, adapter: string, oldText: string): RollbackOrder {
  return {
    ...{ order: name, adapter, alias: `t-${name}`, oldText, operationId: `rollback-r2-${name}` },
    ...{ quarantine: `digest-${name}`, point: "before table transaction of open, operation", askedAt: began },
  };
}

/** What the tables see of one rollback that went as it should. */
function rowsOf({ operationId, quarantine }: RollbackOrder): TableLine[] {
  const key = `operation:${operationId}`;
  const place = `/account/operations(PartitionKey='7',RowKey='${key}')`;
  const put = (seconds: number, state: object): TableLine => ({
    ...{ at: at(seconds), method: "PUT", path: place, status: 204, body: JSON.stringify(state) },
  });
  return [
    {
      ...{ at: at(1), method: "POST", path: "/account/$batch", status: 202 },
      body: `POST http://tables/account/operations\r\n\r\n{"RowKey":"${key}","stage":"claiming"}`,
    },
    put(2, { stage: "flipping" }),
    {
      ...{ at: at(3), method: "POST", path: "/account/$batch", status: 202 },
      body: `PUT http://tables/account/releases(PartitionKey='7',RowKey='quarantine%3A${quarantine}')`,
    },
    put(4, { stage: "closed", outcome: "rolledBack" }),
  ];
}

const agent = order("ko0001", "agent", '"agent_version":"1"');
const route = order("ko0002", "route", '"digest":"old"');
const selected: AzureLine = {
  ...{ at: at(2), method: "PATCH", path: "/local/agents/t-ko0001?api-version=v1", caller: "app", status: 200 },
  body: { agent_version: "1" },
  effect: "selector",
};
const pointed: TableLine = {
  ...{ at: at(2), method: "PUT", path: "/account/routes(PartitionKey='0',RowKey='alias:acme:ko0002:t-ko0002')" },
  ...{ status: 204, body: '{"digest":"old","filed":"new"}' },
};

const made = (name: string, what: string) => ({
  ...{ method: "POST", path: `/repos/acme/${name}/${what}`, actor: "installation", status: 201 },
});

/** Two rollbacks, each with a kill; one of them by the provider, one by a row. */
function sound(): RollbackEvidence {
  return {
    orders: [agent, route],
    tables: [...rowsOf(agent), ...rowsOf(route), pointed],
    azure: [{ ...selected, caller: "setup", body: { agent_version: "2" } }, selected],
    github: [agent, route].flatMap(({ order: name }) =>
      ["check-runs", "issues", "pulls"].map((what) => made(name, what)),
    ),
    kills: [agent, route].map(({ order: name, point = "" }) => ({ at: began, order: name, point })),
    setUpCaller: "setup",
    withinMs: 60_000,
  };
}
const judged = (change: Partial<RollbackEvidence>) => judgeRollbacks({ ...sound(), ...change });
const problem = (text: string) => [expect.stringContaining(text)];

describe("judgeRollbacks", () => {
  test("a sound proof has no problem, and its figures", () => {
    const step = "table transaction of open, operation";
    expect(judgeRollbacks(sound())).toEqual({
      ...{ problems: [], unproven: [], rollbacks: 2, effects: 2, refused: 0, kills: 2 },
      seconds: { median: 4, most: 4 },
      steps: ["agent", "route"].map((adapter) => ({ adapter, step, before: "1 effect", after: "" })),
    });
  });

  test("a second effect is one too many, whoever had it", () => {
    expect(judged({ azure: [...sound().azure, { ...selected, at: at(9) }] }).problems).toEqual(
      problem(
        "ko0001 (agent, killed before table transaction of open, operation): its target was changed 2 times, not once",
      ),
    );
    expect(judged({ tables: [...sound().tables, pointed] }).problems).toEqual(problem("changed 2 times"));
  });

  test("an intent that was refused is no effect, and is counted", () => {
    const refused = [409, 429].map((status) => ({ ...selected, status }));
    const fenced = { ...pointed, status: 412 };
    const outcome = judged({ azure: [...refused, selected], tables: [...sound().tables, fenced] });
    expect(outcome).toMatchObject({ problems: [], effects: 2, refused: 3 });
    const silent = refused.slice(0, 1);
    expect(judged({ azure: silent }).problems).toEqual(problem("changed 0 times"));
  });

  test("what is served in the end is what was served before", () => {
    const azure = [{ ...selected, body: { agent_version: "2" } }];
    expect(judged({ azure }).problems).toEqual(problem("does not serve what it served before"));
    const tables = [...sound().tables.slice(0, -1), { ...pointed, body: '{"digest":"new","filed":"old"}' }];
    expect(judged({ tables }).problems).toEqual(problem("does not serve what it served before"));
  });

  test.each<[string, (rows: TableLine[]) => TableLine[], string]>([
    ["was never begun", (rows) => rows.slice(1), "begun 0 times"],
    ["was begun twice", ([first, ...rows]) => (first ? [first, first, ...rows] : rows), "begun 2 times"],
    ["is left open", (rows) => rows.slice(0, -1), "was left flipping"],
    ["is closed again", (rows) => [...rows, ...rows.slice(-1)], "was closed again"],
    ["is opened again", (rows) => [...rows, ...rows.slice(1, 2)], "was left flipping"],
    ["forgets the quarantine", (rows) => rows.filter(({ body }) => !body.includes("quarantine")), "not quarantined"],
    [
      "quarantines in vain",
      (rows) => rows.map((row) => (row.body.includes("quarantine") ? { ...row, status: 412 } : row)),
      "not quarantined",
    ],
    [
      "ends otherwise",
      (rows) => rows.map((row) => ({ ...row, body: row.body.replace('"rolledBack"', '"unverified"') })),
      "ended unverified",
    ],
    [
      "takes too long",
      (rows) => rows.map((row) => ({ ...row, at: row.at === at(4) ? at(61) : row.at })),
      "it took 61 s",
    ],
    [
      "has another beside it",
      (rows) => [...rows, ...rows.slice(0, 1).map((row) => ({ ...row, body: row.body.replace("ko0001", "ko0001-2") }))],
      "another operation",
    ],
  ])("an operation that %s is named", (_, change, text) => {
    const { problems } = judged({ tables: [...change(rowsOf(agent)), ...rowsOf(route), pointed] });
    expect(problems).toEqual(problem(text));
  });

  test("people are told once", () => {
    const { github } = sound();
    expect(judged({ github: github.slice(1) }).problems).toEqual(problem("0 checks were made"));
    expect(judged({ github: [...github, made(agent.order, "issues")] }).problems).toEqual(
      problem("2 issues were made"),
    );
    const refused = { ...made(agent.order, "pulls"), status: 422 };
    const others = { ...made(agent.order, "pulls"), actor: "ada" };
    expect(judged({ github: [...github, refused, others] }).problems).toEqual([]);
  });

  test("what nobody was killed at is not proven", () => {
    expect(judged({ kills: [] }).unproven).toHaveLength(3);
    const other = sound().kills.map((kill) => ({ ...kill, order: "ko0002" }));
    expect(judged({ kills: other }).unproven).toEqual([
      "agent: no worker was killed before table transaction of open, operation",
    ]);
    expect(judged({ kills: other }).steps[0]).toMatchObject({ adapter: "agent", before: "not met" });
    expect(judged({ orders: [] }).unproven).toContain("nothing was rolled back");
    expect(allRollbacks([]).unproven).toEqual(["nothing was put to the proof"]);
  });

  test("a write that belongs to no order is met by any worker", () => {
    const made = { ...agent, point: "before table made: operations" };
    const kills = [{ at: began, point: "before table made: operations" }];
    expect(judged({ orders: [made], kills }).unproven).toEqual([]);
  });

  test("parts are one judgement, with both halves of a step", () => {
    const after = { ...agent, point: "after table transaction of open, operation" };
    const kills = [{ at: began, order: agent.order, point: after.point }];
    const all = allRollbacks([judged({ orders: [agent] }), judged({ orders: [after], kills, azure: [] })]);
    expect(all).toMatchObject({ rollbacks: 2, effects: 1, kills: 3, problems: problem("changed 0 times") });
    expect(all.steps).toEqual([
      { adapter: "agent", step: "table transaction of open, operation", before: "1 effect", after: "broken" },
    ]);
  });

  test("the judge imports nothing of the product", () => {
    for (const file of ["judge.ts", "read-logs.ts"]) {
      const text = readFileSync(path.join(import.meta.dirname, "../../../../src/local/prove/rollback", file), "utf8");
      expect([...text.matchAll(/from "(?!node:|\.\/judge\.ts)([^"]+)"/g)]).toEqual([]);
    }
  });
});
