import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { bucketOf } from "../../../src/shared/routing/bucket.ts";

const keys = ["", "c-1", "Zürich 🚋", "a\nb"];

test("a bucket is what it was when conversations were first given out", () => {
  expect(keys.map((key) => bucketOf("autumn", key))).toEqual([
    0.32220436234735594, 0.9365844851453896, 0.7728185482043826, 0.513123438339837,
  ]);
});

test("Python's standard library gives the same buckets", () => {
  const script = `import json,sys
from hashlib import sha256
print(json.dumps([(int.from_bytes(sha256(f"autumn\\n{k}".encode()).digest()[:8], "big") >> 11) / 2**53 for k in json.loads(sys.argv[1])]))`;
  let printed: string;
  try {
    printed = execFileSync("python3", ["-c", script, JSON.stringify(keys)], { encoding: "utf8" });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw error;
  }
  expect(JSON.parse(printed)).toEqual(keys.map((key) => bucketOf("autumn", key)));
});
