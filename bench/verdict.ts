import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startAzurite } from "../src/local/azurite.ts";
import { seedRepository } from "../src/local/github/seed.ts";
import { startGitHubStandIn } from "../src/local/github/start.ts";
import { startModelStandIn } from "../src/local/model/start.ts";
import { casesOfRepository, proofPrompt, writeProofRepository } from "../src/local/prove/proof-repository.ts";
import { callGitHub, waitForCheck } from "../src/local/story/github-user.ts";
import { cloneRepository } from "../src/local/story/working-copy.ts";
import type { Figure } from "./figures.ts";
import { startApp, webhookSecret } from "./start-app.ts";

const latencyMs = 100;
const concurrency = 8;

/** From opening a pull request to its verdict, less the time that the model itself takes at that concurrency. */
export async function benchVerdict(): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "assay-bench-"));
  const storage = await startAzurite();
  const model = await startModelStandIn({ port: 0, seed: 1, latencyMs });
  const github = await startGitHubStandIn({ port: 0, webhookSecret });
  const repository = await github.addRepository({ owner: "acme", name: "bench", writers: ["ada"] });
  await writeProofRepository(folder);
  await seedRepository(repository, folder);
  const worker = await startApp(storage, {
    ASSAY_GITHUB_API_URL: github.restUrl,
    ASSAY_GITHUB_APP_ID: String(github.app.id),
    ASSAY_GITHUB_PRIVATE_KEY: github.app.privateKey,
    ASSAY_MODEL_URL: model.url,
    ASSAY_SHARD_CONCURRENCY: String(concurrency),
  });
  const copy = await cloneRepository(github.remoteFor("ada", repository), "ada");
  try {
    github.sendWebhooksTo(`${worker.url}/api/github/webhook`);
    const user = { restUrl: github.restUrl, token: github.tokenFor("ada"), repository: "acme/bench" };
    await copy.branch("bench");
    await copy.commit("prompts/proof.prompt.md", proofPrompt(1), "bench");
    await callGitHub(user, "POST", "pulls", { title: "bench", head: "bench", base: "main" });
    const started = performance.now();
    const sha = await copy.commit("prompts/proof.prompt.md", proofPrompt(2), "bench again");
    await waitForCheck(user, sha, "assay / gate", { timeoutMs: 60_000 });
    const own = Math.ceil((2 * casesOfRepository) / concurrency) * latencyMs;
    return [
      {
        figure: "push to verdict, beyond the model's own time",
        value: (performance.now() - started - own) / 1000,
        unit: "s",
        limit: 20,
      },
    ];
  } finally {
    await copy.remove();
    await worker.kill();
    await github.stop();
    await model.stop();
    await storage.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
