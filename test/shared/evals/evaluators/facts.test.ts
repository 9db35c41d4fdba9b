import { describe, expect, test } from "vitest";
import { numberOf, scored } from "./scored.ts";

const stated: [fact: string, answer: string][] = [
  ["refund within 30 days", "You have 30 days to ask for a refund."],
  [
    "refund within 30 days",
    "Refunds? Sure.\n\n- request them within thirty days of purchase, refunds are paid back at once",
  ],
  ["exports are kept for 14 days", "We keep nothing forever. An export is kept 14 days."],
  ["costs 1,500 EUR", "It costs 1500 € a year."],
  ["costs 1500 EUR", "Der Preis: es kostet 1.500 Euro, costs included."],
  ["uptime of 99.9 %", "The uptime is 99,9 Prozent."],
  ["no refund after 30 days", "After 30 days you can't get a refund."],
  ["Rückgabe innerhalb von 14 Tagen", "Sie können die Ware in 14 Tagen zurückgeben; die Rückgabe ist frei."],
  ["Exporte sind als ZIP-Datei möglich", "Möglich ist der Export als ZIP-Datei."],
  ["reset link expires after 2 hours", "The link to reset expires. That happens after 2 hours."],
  ["Yes", "Yes, it does."],
];
const absent: [fact: string, answer: string][] = [
  ["refund within 30 days", "You have 14 days to ask for a refund."],
  ["refund within 30 days", "You cannot get a refund within 30 days."],
  ["refund within 30 days", "Ask for a refund. We answer soon. We are open. Support has 30 days."],
  ["no refund after 30 days", "After 30 days you get a refund."],
  ["costs 1500 EUR", "It costs 1500 USD."],
  ["uptime of 99.9 %", "The uptime is 99.5 %."],
  ["Exporte sind möglich", "Exporte sind nicht möglich."],
  ["reset link expires after 2 hours", "The reset link expires after 3 hours."],
  ["Yes", "No."],
  ["refund within 30 days", ""],
];

describe("facts", () => {
  test.each(stated)("“%s” is stated by “%s”", async (fact, answer) => {
    expect(await numberOf("facts", {}, answer, { facts: [fact] })).toBe(1);
  });

  test.each(absent)("“%s” is not stated by “%s”", async (fact, answer) => {
    expect(await numberOf("facts", {}, answer, { facts: [fact] })).toBe(0);
  });

  test("the score is the covered share, and the reason names what is absent", async () => {
    const facts = ["kept for 14 days", "only owners", "ZIP file"];
    expect(await scored("facts", {}, "A ZIP file, kept 14 days.", { facts })).toEqual({
      value: 2 / 3,
      reason: "not stated: only owners",
    });
  });

  test("a case without facts is not applicable", async () => {
    expect(await scored("facts", {}, "x")).toHaveProperty("notApplicable");
  });
});
