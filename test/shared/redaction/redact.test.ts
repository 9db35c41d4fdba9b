import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findSecrets } from "../../../src/shared/redaction/find-secrets.ts";
import { redact } from "../../../src/shared/redaction/redact.ts";
import { secretRules } from "../../../src/shared/redaction/secret-rules.ts";
import { shapes } from "./secret-shapes.ts";

describe("known secrets", () => {
  for (const { rule, text } of shapes) {
    const [{ text: example } = { text: "" }] = fc.sample(text, { numRuns: 1, seed: 1 });
    test(`${rule}: ${example.slice(0, 24).replaceAll("\n", " ")}… (${example.length} characters)`, () => {
      const befores = fc.constantFrom("", " ", '"', "'", "`", "\n", "(", "<", "key is ", "\t", ": ");
      const afters = fc.constantFrom("", " ", '"', "'", "`", "\n", ")", ">", " is it", ",", "; ");
      fc.assert(
        fc.property(text, befores, afters, (shape, before, after) => {
          const { text: masked, found } = redact(`${before}${shape.text}${after}`);
          expect(masked).not.toContain(shape.secret);
          expect(masked).toContain(`[REDACTED:${rule}]`);
          // Nothing of the secret is left at either end of what was masked.
          const start = before.length + shape.text.indexOf(shape.secret);
          expect(found.some((secret) => secret.start <= start && secret.end >= start + shape.secret.length)).toBe(true);
          expect(redact(masked).text).toBe(masked);
        }),
        { numRuns: 50 },
      );
    });
  }

  test("every rule that masks has a shape here", () => {
    const tried = new Set(shapes.map(({ rule }) => rule));
    expect(secretRules.filter(({ name, advisory }) => !advisory && !tried.has(name)).map(({ name }) => name)).toEqual([
      "groq-key",
    ]);
  });

  test("what surrounds a secret stays", () => {
    const token = `ghp_${"a1B2".repeat(9)}`;
    expect(redact(`before ${token} and ${token}, after`).text).toBe(
      "before [REDACTED:github-token] and [REDACTED:github-token], after",
    );
    expect(redact(`password=[REDACTED:x];x`).text).toBe("password=[REDACTED:x];x");
  });

  test("a private key that is cut off is masked as far as it goes", () => {
    const body = `${"QUJD".repeat(16)}\n`.repeat(3);
    expect(redact(`a -----BEGIN PRIVATE KEY-----\n${body}`).text).toBe("a [REDACTED:private-key]");
    expect(redact(`-----BEGIN PRIVATE KEY-----\n${body}-----END PRIVATE KEY----- the end.`).text).toBe(
      "[REDACTED:private-key] the end.",
    );
  });
});

describe("harmless text", () => {
  test("is left as it is", () => {
    const texts = [
      "Your password must have 8 characters; the token limit is 4096. See https://example.com/a?sig=short&key=value",
      "sha512-9M3rTYfNXXX2kVvBfxJ8L3gXcdYw0kXGm5eJf0Cq6VQm8K2C0j0pG8wN1hQZ2u3b4c5d6e7f8g9h0i1j2k3l4m== is an integrity hash",
      "commit 1dcb9c8a4e6f1b2c3d4e5f60718293a4b5c6d7e8, digest 67e25fb4c199d68e2d6213c0a4de8058240c2f466f7401cc063cbd08d110b5f7",
      "The bearer of this certificate-of-authenticity may enter. A disk-based task-force-alpha-bravo-charlie-delta.",
      "id 123e4567-e89b-12d3-a456-426614174000 at 2026-11-21T00:00:00.000Z, version 1.2.3-beta.4",
      `postgres://user:<password>@host and https://user:${"$"}{PASSWORD}@host and https://user:{{password}}@host`,
      "x.y.z and a_long_module_name.another_long_name.method_name(argument)",
    ];
    for (const text of texts) expect(redact(text), text).toEqual({ text, found: [] });
  });

  test("what only may be a secret is told and not masked", () => {
    const text = 'api_key = "q7Rk2mZx9Lp4Tw8Yv3Bn"';
    expect(redact(text).text).toBe(text);
    expect(findSecrets(text)).toEqual([{ rule: "possible-secret", start: 11, end: 31, advisory: true }]);
    expect(findSecrets("secret: aaaaaaaaaaaaaaaaaaaaaaaa1")).toEqual([]);
    const sure = `token: ghp_${"a1B2".repeat(9)}`;
    expect(findSecrets(sure).map(({ rule }) => rule)).toEqual(["github-token"]);
  });
});

describe("any text", () => {
  const fragments = fc.constantFrom(
    "ghp_",
    "ghs_",
    "a1B2c3D4e5F6".repeat(4),
    "eyJ",
    ".",
    "-",
    "AKIA",
    "ABCDEFGH23456777",
    "sk-",
    "AccountKey=",
    "sig=",
    "key: ",
    "0123456789abcdef".repeat(2),
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "password=",
    ";",
    "://u:",
    "@",
    "bearer ",
    "[REDACTED:x]",
    "[REDACTED:",
    "]",
    "8Q~",
    "JQQJ99",
    " ",
    "\n",
    "==",
    "+ASt",
    "é",
    "\ud83d\ude00",
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(fragments, { maxLength: 40 }).map((parts) => parts.join("")),
  );

  test("bad input: never throws; redacting twice changes nothing more", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = redact(text).text;
        expect(redact(once)).toEqual({ text: once, found: [] });
      }),
      { numRuns: 2_000 },
    );
  });

  test("finds are in order, apart and inside the text", () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const found of [redact(text).found, findSecrets(text)]) {
          let last = 0;
          for (const { start, end } of found) {
            expect(start >= last && end > start && end <= text.length).toBe(true);
            last = end;
          }
        }
      }),
    );
  });

  test("bad input: a megabyte of what the rules look for takes no more than a few passes over it", () => {
    const units = [
      "eyJ",
      "eyJ-",
      "ghs_",
      "-----BEGIN PRIVATE KEY-----",
      "password=",
      "://a:",
      "sig=AAAA",
      "JQQJ9",
      "AKIA",
      "sk-",
      "key: ",
      "a.b-",
      "A",
      " ",
    ];
    for (const unit of units) {
      const text = unit.repeat(Math.ceil(1_048_576 / unit.length));
      const started = process.cpuUsage();
      redact(text);
      const { user, system } = process.cpuUsage(started);
      // Twenty times what it takes; what is quadratic takes minutes.
      expect((user + system) / 1000, unit).toBeLessThan(3_000);
    }
  });
});
