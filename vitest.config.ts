import { defineConfig } from "vitest/config";

const rooms = "{deliveries,evals,foundry,gate,prices,redaction,repository,routing,statistics}";
/** Rooms that keep nothing between two calls: their files need no process each, which is half of what they cost. */
const units = [`test/shared/${rooms}/**/*.test.ts`];

export default defineConfig({
  test: {
    // Vitest keeps one of two cores free for itself; most files wait for processes and queues, not for a core.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ["test/support/azurite-setup.ts"],
    projects: [
      { extends: true, test: { name: "units", include: units, isolate: false } },
      { extends: true, test: { name: "houses", include: ["test/**/*.test.ts"], exclude: units } },
    ],
  },
});
