import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isCard, isIban, redactPersonalData } from "../../../src/shared/redaction/personal-data.ts";

describe("redactPersonalData", () => {
  test("numbers what it replaces, the same text alike", () => {
    const text =
      "Write to a.b+c@example.co.uk or A.B+C@example.co.uk, not d@x.org; call +49 (30) 123 456-78 or 0049 30 12345678.";
    expect(redactPersonalData(text).text).toBe(
      "Write to <EMAIL_1> or <EMAIL_1>, not <EMAIL_2>; call <PHONE_1> or <PHONE_2>.",
    );
  });

  test("IBANs and cards count where their check digits are right", () => {
    expect(redactPersonalData("DE89 3704 0044 0532 0130 00, DE88 3704 0044 0532 0130 00").text).toBe(
      "<IBAN_1>, DE88 3704 0044 0532 0130 00",
    );
    expect(redactPersonalData("4111 1111 1111 1111 and 4111-1111-1111-1112").text).toBe(
      "<CARD_1> and 4111-1111-1111-1112",
    );
    expect(isIban("GB29NWBK60161331926819")).toBe(true);
    expect(isCard("0000000000000000")).toBe(false);
  });

  test("goes on counting where placeholders already stand", () => {
    expect(redactPersonalData("<EMAIL_3> wrote to x@y.org").text).toBe("<EMAIL_3> wrote to <EMAIL_4>");
  });

  test("leaves versions, dates, ids and short numbers alone", () => {
    const text = "v1.2.3 on 2026-11-21 at 12:30, order 4711, ISBN 978-3-16-148410-0, 10.0.0.1, @user, a@b, +1 2";
    expect(redactPersonalData(text)).toEqual({ text, found: [] });
  });

  test("any card and any IBAN with right check digits is found", () => {
    const digits = (length: number) =>
      fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: length, maxLength: length });
    fc.assert(
      fc.property(digits(14), (rest) => {
        const start = `4${rest}`;
        const check = [..."0123456789"].find((digit) => isCard(start + digit)) ?? "";
        expect(redactPersonalData(`card ${start}${check}.`).text).toBe("card <CARD_1>.");
      }),
    );
    fc.assert(
      fc.property(digits(18), (account) => {
        const check =
          Array.from({ length: 97 }, (_, index) => String(index + 2).padStart(2, "0")).find((pair) =>
            isIban(`DE${pair}${account}`),
          ) ?? "";
        expect(redactPersonalData(`to DE${check}${account}!`).text).toBe("to <IBAN_1>!");
      }),
    );
  });

  test("bad input: never throws; replacing twice changes nothing more", () => {
    const fragments = fc.constantFrom(
      "a@b.org",
      "+4930123456",
      "DE89370400440532013000",
      "4111111111111111",
      "<EMAIL_1>",
      "<",
      ">",
      "_",
      "@",
      ".",
      " ",
      "-",
      "1",
      "+",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fragments, { maxLength: 20 }).map((parts) => parts.join("")),
        ),
        (text) => {
          const once = redactPersonalData(text).text;
          expect(redactPersonalData(once)).toEqual({ text: once, found: [] });
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
