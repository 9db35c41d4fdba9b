import { describe, expect, test } from "vitest";
import { nearDuplicates } from "../../../src/shared/repository/near-duplicates.ts";
import { EvalCase } from "../../../src/shared/repository/suite.ts";

const cases = (...inputs: object[]) => inputs.map((own, i) => EvalCase.parse({ id: `c${i}`, inputs: own }));
const pairs = (all: EvalCase[]) => nearDuplicates({ cases: all }).map(({ item, other }) => `${item.id} ${other.id}`);
const long =
  "How long does it take until the deposit for a rented bicycle is paid back to the card that I used for the booking";

describe("nearDuplicates", () => {
  test("a word or two, digits, case and punctuation make no other case; other words do", () => {
    const question = (text: string) => ({ question: text });
    expect(pairs(cases(question(`${long}?`), question(`${long}, please!`.toUpperCase())))).toEqual(["c1 c0"]);
    expect(pairs(cases(question("Order 12"), question("order 13!")))).toEqual(["c1 c0"]);
    expect(
      pairs(
        cases(question(long), question("Which bicycles can be rented on a Sunday in winter by two riders at once?")),
      ),
    ).toEqual([]);
    expect(pairs(cases(question("Can I pay by card?"), question("Can I pay by cash?")))).toEqual([]);
  });

  test("a document that two questions share makes them no duplicates", () => {
    const context = Array.from({ length: 300 }, (_, i) => `word${String.fromCharCode(97 + (i % 26))}${i % 7}`).join(
      " ",
    );
    const about = (question: string) => ({ context, question });
    expect(pairs(cases(about("Is theft covered?"), about("Is damage covered?")))).toEqual([]);
    expect(pairs(cases(about("Is theft covered?"), about("is theft covered")))).toEqual(["c1 c0"]);
  });

  test("cases of one cluster are meant to be alike", () => {
    const [a, b] = cases({ q: long }, { q: `${long} today` });
    if (!a || !b) throw new Error("two cases");
    expect(
      pairs([
        { ...a, cluster: "x" },
        { ...b, cluster: "x" },
      ]),
    ).toEqual([]);
    expect(
      pairs([
        { ...a, cluster: "x" },
        { ...b, cluster: "y" },
      ]),
    ).toEqual(["c1 c0"]);
  });

  test("ten thousand cases cost about ten times what a thousand do, also where they are of one template", () => {
    const words = (i: number) =>
      `topic${String.fromCharCode(97 + (i % 26), 97 + (Math.floor(i / 26) % 26), 97 + (Math.floor(i / 676) % 26))}`;
    const make = (n: number) => cases(...Array.from({ length: n }, (_, i) => ({ q: `${long} ${words(i)}` })));
    const time = (all: EvalCase[]) => {
      const start = process.cpuUsage();
      nearDuplicates({ cases: all });
      return process.cpuUsage(start).user;
    };
    const [few, many] = [make(1000), make(10_000)];
    time(few);
    expect(time(many)).toBeLessThan(60 * time(few) + 200_000);
    expect(pairs(few).length).toBeGreaterThan(900);
  });
});
