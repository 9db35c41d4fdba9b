import { expect, test } from "vitest";
import { createNotificationMarks } from "../../../src/shared/storage/notification-marks.ts";
import { createTables } from "../../../src/shared/storage/tables.ts";
import { sharedAzurite } from "../../support/azurite.ts";

test("tries are counted before each is made, and nothing is tried once it is over", async () => {
  const connectionString = await sharedAzurite();
  const marks = createNotificationMarks(createTables({ kind: "connectionString", connectionString }));
  const repositoryId = Math.floor(Math.random() * 1e9);
  const key = "rollback-support-2:rolledBack:slack-01234567";
  const [now, later] = [new Date("2026-11-21T10:00:00.000Z"), new Date("2026-11-21T10:01:00.000Z")];
  expect(await marks.begin(repositoryId, key, now)).toEqual({ over: false, tries: 1 });
  expect(await marks.begin(repositoryId, key, now)).toEqual({ over: false, tries: 2 });
  await marks.later(repositoryId, key, later);
  expect(await marks.begin(repositoryId, key, now)).toEqual({ over: false, waitMs: 60_000 });
  expect(await marks.begin(repositoryId, key, later)).toEqual({ over: false, tries: 3 });
  await marks.finish(repositoryId, key, "sent");
  expect(await marks.begin(repositoryId, key, now)).toEqual({ over: true });
  expect(await marks.begin(repositoryId, `${key}9`, now)).toEqual({ over: false, tries: 1 });
});
