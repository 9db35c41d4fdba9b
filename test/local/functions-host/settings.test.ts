import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connectionString, expandSettings } from "../../../src/local/functions-host/expand-settings.ts";
import { readHostJson } from "../../../src/local/functions-host/host-json.ts";
import { createHostLog } from "../../../src/local/functions-host/host-log.ts";
import { readLocalSettings } from "../../../src/local/functions-host/local-settings.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "assay-root-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, content: unknown): void {
  writeFileSync(path.join(root, name), JSON.stringify(content));
}

describe("binding options", () => {
  test("settings are put in for %NAME%", () => {
    expect(expandSettings("a-%X%-%Y%", { X: "1", Y: "2" })).toBe("a-1-2");
    expect(expandSettings("work", {})).toBe("work");
  });

  test("bad input: a setting that is not set is named", () => {
    expect(() => expandSettings("%QUEUE%", {})).toThrow("QUEUE");
  });

  test("a connection is the setting of its name, with AzureWebJobs before it first", () => {
    expect(connectionString("Data", { Data: "plain" })).toBe("plain");
    expect(connectionString("Data", { Data: "plain", AzureWebJobsData: "host's" })).toBe("host's");
    expect(connectionString("", { AzureWebJobsStorage: "own" })).toBe("own");
    expect(() => connectionString("Data", { Data__queueServiceUri: "https://x" })).toThrow('"Data"');
  });
});

describe("host.json", () => {
  test("time spans become milliseconds; what is absent has Azure's defaults", () => {
    write("host.json", {
      version: "2.0",
      functionTimeout: "00:10:00",
      extensions: { queues: { visibilityTimeout: "00:00:05", maxPollingInterval: "00:00:00.25", batchSize: 8 } },
    });
    expect(readHostJson(root)).toEqual({
      version: "2.0",
      functionTimeout: 600_000,
      extensions: {
        http: { routePrefix: "api" },
        queues: {
          batchSize: 8,
          maxDequeueCount: 5,
          visibilityTimeout: 5000,
          maxPollingInterval: 250,
          messageEncoding: "base64",
        },
      },
    });
  });

  test("a timeout of -1 is none", () => {
    write("host.json", { version: "2.0", functionTimeout: "-1" });
    expect(readHostJson(root).functionTimeout).toBe(Number.POSITIVE_INFINITY);
  });

  test.each([
    [{ version: "1.0" }, "version"],
    [{ version: "2.0", functionTimeout: "10" }, "functionTimeout"],
    [{ version: "2.0", extensions: { queues: { batchSize: 33 } } }, "batchSize"],
    [{ version: "2.0", extensions: { queues: { messageEncoding: "utf8" } } }, "messageEncoding"],
  ])("bad input: %j is refused by name", (content, name) => {
    write("host.json", content);
    expect(() => readHostJson(root)).toThrow(name);
  });
});

describe("local.settings.json", () => {
  test("its values are read where the environment has none", () => {
    write("local.settings.json", { IsEncrypted: false, Values: { A: "file", B: "file" } });
    expect(readLocalSettings(root, { A: "environment" })).toEqual({ B: "file" });
  });

  test("it may be absent", () => {
    expect(readLocalSettings(root, {})).toEqual({});
  });

  test("bad input: encrypted settings and values that are no text are refused", () => {
    write("local.settings.json", { IsEncrypted: true, Values: {} });
    expect(() => readLocalSettings(root, {})).toThrow("IsEncrypted");
    write("local.settings.json", { Values: { A: 1 } });
    expect(() => readLocalSettings(root, {})).toThrow("A");
  });
});

describe("the host's log", () => {
  test("a line names function and invocation, and stays one line", () => {
    const lines: string[] = [];
    const log = createHostLog("warning", (line) => lines.push(line));
    log("information", "f", "id", "not shown");
    log("error", "run-shard", "0123456789", "first\nsecond \u001b[31m");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\S+ error run-shard 01234567 first\\nsecond \\x1b\[31m\n$/);
  });

  test("none is silence, and bad input: another word is refused", () => {
    const lines: string[] = [];
    createHostLog("none", (line) => lines.push(line))("critical", "f", "", "x");
    expect(lines).toEqual([]);
    expect(() => createHostLog("warn")).toThrow("warning");
  });
});
