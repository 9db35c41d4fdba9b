import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { expect, test } from "vitest";
import { aiRepository, suiteFile } from "../support/ai-repository.ts";
import { folderWith, lines, runCli } from "../support/run-cli.ts";

/** Says the class that stands in the question; of every fifth ham it says spam, unsure. */
function startClassifier() {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const [, number, name] = /(\d+) (spam|ham)\b/.exec(body) ?? [];
    const wrong = name === "ham" && Number(number) % 5 === 0;
    const content = JSON.stringify({ label: wrong ? "spam" : name, confidence: wrong ? 0.6 : 0.9 });
    const choices = [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }];
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ id: "x", object: "chat.completion", created: 0, model: "m", choices, usage }));
  });
  return server.listen(0, "127.0.0.1");
}

test("a suite that classifies reports its confusion matrix and measures with intervals", async () => {
  const server = startClassifier();
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const cases = Array.from({ length: 60 }, (_, i) => {
    const name = i % 3 === 0 ? "spam" : "ham";
    return { id: `c${i}`, inputs: { question: `${i} ${name}?` }, expected: [name] };
  });
  const { folder, remove } = await folderWith({
    ...aiRepository("good", 60),
    "evals/helper.yaml": suiteFile({ threshold: 0.5 }).replace(
      "uses: contains, with: { value: ok }",
      "uses: label, with: { classes: [spam, ham] }",
    ),
    "evals/helper-cases.jsonl": lines(...cases),
  });
  try {
    const files = ["--report", "r.html", "--report", "r.md", "--report", "r.json"];
    const { code, out } = await runCli(["eval", "helper", "--endpoint", `http://127.0.0.1:${port}/v1`, ...files], {
      cwd: folder,
    });
    expect(code).toBe(0);
    // 40 hams, of which those of 5, 10, 20, 25, 35, 40, 50 and 55 are called spam.
    const shown = [/says-ok as a classification, head/, /micro F1 +0\.867 +95 % interval 0\.\d+ to/, /ham +32 +8$/m];
    for (const text of [
      out,
      await readFile(path.join(folder, "r.html"), "utf8"),
      await readFile(path.join(folder, "r.md"), "utf8"),
    ])
      for (const pattern of shown) expect(text).toMatch(pattern);
    const { classes } = JSON.parse(await readFile(path.join(folder, "r.json"), "utf8"));
    expect(classes[0]).toMatchObject({
      ...{ suite: "helper", prompt: "helper", metric: "says-ok", side: "head" },
      report: {
        matrix: {
          classes: ["ham", "spam"],
          counts: [
            [32, 8],
            [0, 20],
          ],
        },
      },
    });
    // F1 of ham 64/72, of spam 40/48; the wrong ones are all below the right ones of their class.
    const { measures } = classes[0].report;
    expect(measures["macro-f1"].value).toBeCloseTo((64 / 72 + 40 / 48) / 2, 9);
    expect(measures["calibration-error"].value).toBeCloseTo((52 * 0.1 + 8 * 0.6) / 60, 9);
    expect(Object.keys(measures)).toEqual(["macro-f1", "micro-f1", "auc", "calibration-error", "brier"]);
    const { lower, value, upper } = measures["macro-f1"];
    expect(lower).toBeLessThan(value);
    expect(upper).toBeGreaterThan(value);
  } finally {
    server.close();
    await remove();
  }
});
