import { hash } from "node:crypto";
import { startAzurite } from "../src/local/azurite.ts";
import { openFrontDoor } from "../src/local/prove/front-door.ts";
import { createRouteAliases } from "../src/shared/storage/alias-records.ts";
import { createBlobs } from "../src/shared/storage/blobs.ts";
import { createRouteDocuments } from "../src/shared/storage/route-store.ts";
import { createTables } from "../src/shared/storage/tables.ts";
import { type Figure, quantile } from "./figures.ts";
import { startApp } from "./start-app.ts";

const requests = 200;

/** A served route over HTTP: what it reads of storage, counted before Azurite, and how long it takes. */
export async function benchServedRoute(): Promise<Figure[]> {
  const storage = await startAzurite();
  const doors = await Promise.all([openFrontDoor(), openFrontDoor()]);
  let seen = storage.connectionString;
  for (const [index, service] of ["Blob", "Table"].entries()) {
    const origin = new URL(new RegExp(`${service}Endpoint=([^;]+)`).exec(seen)?.[1] ?? "").origin;
    doors[index]?.setWorkers([origin]);
    seen = seen.replace(origin, doors[index]?.url ?? "");
  }
  const connection = { kind: "connectionString", connectionString: storage.connectionString } as const;
  const [repositoryId, repository, name] = [1, "acme/bench", "chat"];
  const text = JSON.stringify({ schema: "assay/routes/v1", name, note: "x".repeat(4096) });
  const digest = hash("sha256", text);
  await createRouteDocuments(createBlobs(connection)).put(repositoryId, digest, text);
  const alias = { repositoryId, repository, name, path: "routing/chat.yaml", digest, commit: "c".repeat(40) };
  const publishedAt = new Date().toISOString();
  await createRouteAliases(createTables(connection)).set(repository, name, { ...alias, publishedAt }, undefined);
  const worker = await startApp({ ...storage, connectionString: seen }, {});
  const get = async (headers: Record<string, string>, status: number) => {
    const answer = await fetch(`${worker.url}/api/routes/${name}`, { headers });
    await answer.arrayBuffer();
    if (answer.status !== status) throw new Error(`the route was answered ${answer.status}`);
  };
  const reads = () => doors.reduce((sum, door) => sum + door.requests(), 0);
  try {
    // The first one reads the document, which never changes.
    await get({}, 200);
    const before = reads();
    const times: number[] = [];
    for (let n = 0; n < requests; n++) {
      const started = performance.now();
      await (n % 2 === 0 ? get({}, 200) : get({ "if-none-match": `"${digest}"` }, 304));
      times.push(performance.now() - started);
    }
    return [
      { figure: "storage reads of a served route", value: (reads() - before) / requests, unit: "", limit: 1 },
      { figure: "served route over HTTP, median", value: quantile(times, 0.5), unit: "ms", limit: 25 },
    ];
  } finally {
    await worker.kill();
    for (const door of doors) door.stop();
    await storage.stop();
  }
}
