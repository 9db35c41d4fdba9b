import { describe, expect, test } from "vitest";
import { numberOf, scored } from "./scored.ts";

const en = `You can export your workspace as a ZIP file from Settings > Data. Exports are kept for 14 days and then
deleted. The Free plan allows one export per month; the Team plan allows 10. Only owners can start an export.`;
const de = `Sie können Ihren Arbeitsbereich unter Einstellungen > Daten als ZIP-Datei exportieren. Exporte werden 14 Tage
lang aufbewahrt und danach gelöscht. Im kostenlosen Tarif ist ein Export pro Monat möglich, im Team-Tarif sind es 10.`;
const bike = `The Alpine helmet weighs 310 grams and has 12 vents. It comes in sizes S to XL and costs 1.299,00 kr.`;

function score(answer: string, context: string | string[] = [en, de], question = "How do I export my workspace?") {
  return numberOf("groundedness", {}, answer, { context, inputs: { question } });
}

describe("groundedness", () => {
  test.each([
    "Go to Settings > Data and export your workspace as a ZIP file.",
    "Exports stay available for fourteen days? No: exports are kept for 14 days.",
    "- **Free plan**: one export per month\n- **Team plan**: 10 exports per month",
    "Only owners can start an export [data.pdf#page=3].",
    "Gehen Sie zu Einstellungen > Daten und exportieren Sie den Arbeitsbereich als ZIP-Datei.",
    "Exporte werden 14 Tage aufbewahrt. Danach werden sie gelöscht.",
  ])("what the context says is grounded: %s", async (answer) => {
    expect(await score(answer)).toBe(1);
  });

  test.each([
    "Exports are kept for 30 days.",
    "Our Zurich team restores them by hand.",
    "Exports are never deleted.",
    "Exports are kept for 14 days by Jane Miller of Globex Corporation.",
    "You also get a free coffee mug!",
    "Refunds are instant.",
    "Exporte werden 90 Tage lang aufbewahrt.",
    "Der Premium-Tarif enthält täglich gespiegelte Bänder.",
    "Fun fact: Contoso was founded in a garage in Seattle!",
    "I'm happy to tell you that refunds are instant.",
    "Many customers also enjoy our loyalty rewards programme.",
    "Typically, support replies within minutes.",
    "Unsere Kunden lieben die automatische Verschlüsselung mit AES-256.",
    "Did you know that pirates invented exports in 1742?",
  ])("an invention is not: %s", async (answer) => {
    expect(await score(answer)).toBe(0);
  });

  test.each([
    "Hi there! Thanks so much for reaching out, I'm happy to help!",
    "Great question! You've come to the right place. 😊",
    "Is there anything else I can do for you today?",
    "Tut mir leid, aber dabei kann ich nicht helfen.",
    "Es tut uns sehr leid, das dürfen wir nicht sagen.",
    "Tut mir wirklich leid!",
    "I'm sorry, but the documentation does not mention this. Please contact support for more information.",
    "I don't know whether exports to S3, GCS or Azure are possible.",
    "I cannot help with that request.",
    "Hallo! Schön, dass Sie fragen. Ich wünsche Ihnen einen wunderschönen Tag!",
    "Dazu finde ich in der Dokumentation leider keine Angaben. Bitte wenden Sie sich an den Support.",
    "Hey there, superstar! 🌟 Oh, I'm so glad you asked about exports — what a great topic!",
    "We're always here for you, day or night!",
    "I understand how stressful losing an export can be.",
    "Let me know if you'd like me to walk you through exporting a file!",
    "Thanks a million for being such a valued Contoso customer!",
    "Rest assured, your exports are in good hands!",
    "Ich freue mich riesig über Ihre Frage!",
    "Lassen Sie es mich wissen, wenn Sie noch etwas brauchen. Einen tollen Tag noch!",
  ])("courtesy, offers, hedges, refusals and ignorance claim nothing: %s", async (answer) => {
    expect(await scored("groundedness", {}, answer, { context: [en, de], inputs: { q: "S3 export?" } })).toEqual({
      value: 1,
      reason: "the answer claims nothing",
    });
  });

  test("courtesies around an answer change nothing, inventions among them lower it", async () => {
    const fact = "Exports are kept for 14 days.";
    expect(await score(`Hello dear friend! ${fact} I hope that helps, have a lovely day!`)).toBe(1);
    expect(await score(`${fact} Our Zurich team restores them in 3 hours.`)).toBe(0.5);
    expect(await score(`I don't know the price, but the limit is 500 GB. ${fact}`)).toBe(0.5);
    expect(await score(`Great news: refunds are instant. ${fact}`)).toBe(0.5);
  });

  test("the more is invented the lower it is", async () => {
    const parts = [
      en,
      "Backups live on Mars.",
      "Founder Ada Quux designed the vault in 1987.",
      "Tapes rotate every 6 hours.",
    ];
    const scores = await Promise.all([1, 2, 3, 4].map((n) => score(parts.slice(0, n).join(" "))));
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(new Set(scores).size).toBe(4);
  });

  test("numbers are compared by value in either spelling, units by meaning", async () => {
    expect(await score("The helmet weighs 310 grams and costs 1299 kr.", bike, "helmet?")).toBe(1);
    expect(await score("The helmet weighs 310 grams and costs 1399 kr.", bike, "helmet?")).toBe(0);
    expect(await score("It has twelve vents.", bike, "helmet?")).toBe(1);
  });

  test("one passage must hold the claim: words gathered from several do not make it true", async () => {
    const passages = [
      "The blue widget ships from Oslo.",
      "The red gadget needs batteries, filters and weekly service.",
    ];
    expect(await score("The blue widget from Oslo needs filters and weekly service.", passages, "widget?")).toBe(0);
  });

  test("what only the question says is no support", async () => {
    expect(await score("Yes, we ship to Mars.", "We ship to Germany and France.", "Do you ship to Mars?")).toBe(0);
    expect(await score("Yes, we ship to France.", "We ship to Germany and France.", "Do you ship to France?")).toBe(1);
  });

  test("no context is not applicable, an empty answer scores 0", async () => {
    expect(await scored("groundedness", {}, "x")).toHaveProperty("notApplicable");
    expect(await score("  \n")).toBe(0);
  });
});
