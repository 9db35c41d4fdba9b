import { PriceBook, type PriceEntry, type TokenPrices } from "./price-book.ts";

const checked = { source: "@pydantic/genai-prices 0.1.8, provider azure (Global Standard)", checkedAt: "2026-11-21" };

type Row = [model: string, effectiveFrom: string, input: string, cachedInput: string | undefined, output: string];

/**
 * USD per 1M tokens. A model's price is dated from its release, or from the day of the last known change (o3: 2025-06-10);
 * where neither is known, from the day of the check: before that it is unknown.
 */
const rows: Row[] = [
  ["gpt-4o", "2024-08-06", "2.5", "1.25", "10"],
  ["gpt-4o-mini", "2024-07-18", "0.15", "0.075", "0.6"],
  ["gpt-4.1", "2025-04-14", "2", "0.5", "8"],
  ["gpt-4.1-mini", "2025-04-14", "0.4", "0.1", "1.6"],
  ["gpt-4.1-nano", "2025-04-14", "0.1", "0.025", "0.4"],
  ["gpt-5", "2025-08-07", "1.25", "0.125", "10"],
  ["gpt-5-mini", "2025-08-07", "0.25", "0.025", "2"],
  ["gpt-5-nano", "2025-08-07", "0.05", "0.005", "0.4"],
  ["gpt-5.1", "2025-11-13", "1.25", "0.125", "10"],
  ["gpt-5.2", "2025-12-11", "1.75", "0.175", "14"],
  ["gpt-5.4-mini", "2026-03-17", "0.75", "0.075", "4.5"],
  ["o3", "2025-06-10", "2", "0.5", "8"],
  ["o4-mini", "2025-04-16", "1.1", "0.28", "4.4"],
];

/** Calls from 272,000 input tokens on cost more, the whole call. */
const longRows: [...Row, TokenPrices][] = [
  ["gpt-5.4", "2026-03-05", "2.5", "0.25", "15", { input: "5", cachedInput: "0.5", output: "22.5" }],
  ["gpt-5.5", "2026-04-23", "5", "0.5", "30", { input: "10", cachedInput: "1", output: "45" }],
  ["gpt-5.6-luna", checked.checkedAt, "0.2", "0.02", "1.2", { input: "0.4", cachedInput: "0.04", output: "1.8" }],
  ["gpt-6-astra", checked.checkedAt, "10", "1", "50", { input: "20", cachedInput: "2", output: "75" }],
];

const versions: PriceEntry[] = [
  // The first gpt-4o costs twice what the later ones do, and has no cached price.
  {
    model: "gpt-4o",
    version: "2024-05-13",
    effectiveFrom: "2024-05-13",
    usd: { input: "5", output: "15" },
    ...checked,
  },
];

/**
 * List prices of Azure's Global Standard deployments. Data Zone and regional deployments cost more (about a tenth), batch
 * half, and contracts differ: a team that needs exact figures keeps its own book.
 */
export const defaultPriceBook: PriceBook = PriceBook.parse({
  schema: "assay/prices/v1",
  entries: [
    ...rows.map(entryOf),
    ...longRows.map(([model, from, input, cachedInput, output, long]) => ({
      ...entryOf([model, from, input, cachedInput, output]),
      longContext: { fromInputTokens: 272_000, usd: long },
    })),
    ...versions,
  ],
});

function entryOf([model, effectiveFrom, input, cachedInput, output]: Row): PriceEntry {
  return {
    model,
    effectiveFrom,
    usd: { input, ...(cachedInput === undefined ? {} : { cachedInput }), output },
    ...checked,
  };
}
