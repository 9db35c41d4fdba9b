import * as z from "zod";
import { InvalidInputError } from "../errors.ts";

/** A decimal as text, so that no price passes through a binary fraction: up to 6 digits before and 12 after the point. */
export const Decimal = z.string().regex(/^(0|[1-9]\d{0,5})(\.\d{1,12})?$/, "must be a decimal such as 0.125");
export type Decimal = z.infer<typeof Decimal>;

/** US dollars per 1,000,000 tokens. */
export const TokenPrices = z.object({ input: Decimal, cachedInput: Decimal.optional(), output: Decimal }).strict();
export type TokenPrices = z.infer<typeof TokenPrices>;

/** What a model costs from a day on, until a later entry for the same model and version takes over. */
export const PriceEntry = z
  .object({
    /** Model or deployment name, in lower case. */
    model: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
    /** A version that has a price of its own; such an entry wins over one without. */
    version: z.string().optional(),
    /** UTC day. */
    effectiveFrom: z.iso.date(),
    usd: TokenPrices,
    /** Prices of calls with at least this many input tokens, cached ones included; for the whole call. */
    longContext: z.object({ fromInputTokens: z.int().positive(), usd: TokenPrices }).strict().optional(),
    /** Where the price was read, and on which day. */
    source: z.string(),
    checkedAt: z.iso.date(),
  })
  .strict();
export type PriceEntry = z.infer<typeof PriceEntry>;

export const PriceBook = z
  .object({
    schema: z.literal("assay/prices/v1"),
    entries: z.array(PriceEntry),
    /** Deployments that are not named like their model: model, or `model@version`, by deployment. */
    deployments: z.record(z.string(), z.string()).default({}),
  })
  .strict();
export type PriceBook = z.infer<typeof PriceBook>;

/** Tokens of a call as providers count them: cached ones are among the input's, reasoning ones among the output's. */
export interface PricedUsage {
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens?: number;
}

/**
 * The price of a deployment, a model, `model@version` or `model-yyyy-mm-dd` on a day; undefined where the book has none. A
 * version without an entry of its own has the model's price.
 */
export function priceOf(book: PriceBook, model: string, at: Date): PriceEntry | undefined {
  const found = foundPrices.get(book) ?? new Map<string, FoundPrice>();
  foundPrices.set(book, found);
  // Asked for at every call: a book is not changed once it is read.
  const day = Math.floor(at.getTime() / 86_400_000);
  const last = found.get(model);
  if (last?.day === day) return last.price;
  const price = findPrice(book, model, at.toISOString().slice(0, 10));
  found.set(model, { day, price });
  return price;
}

interface FoundPrice {
  /** Days since 1970, UTC. */
  day: number;
  price: PriceEntry | undefined;
}

const foundPrices = new WeakMap<PriceBook, Map<string, FoundPrice>>();

function findPrice(book: PriceBook, model: string, day: string): PriceEntry | undefined {
  const named = Object.hasOwn(book.deployments, model) ? book.deployments[model] : model;
  const { name, version } = readName(named ?? model, book);
  const valid = book.entries
    .filter((entry) => entry.model === name && entry.effectiveFrom <= day)
    .sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? 1 : -1));
  return (
    valid.find((entry) => version !== undefined && entry.version === version) ??
    valid.find((entry) => entry.version === undefined)
  );
}

/**
 * Integer nano-USD of a call, rounded half up once, at the end. Undefined where the usage is missing or contradicts itself,
 * or where cached tokens have no price: unknown is never 0. Throws InvalidInputError beyond 9,007,199 USD a call.
 */
export function costNanoUsd(price: PriceEntry | undefined, usage: PricedUsage | undefined): number | undefined {
  if (!price || !usage) return undefined;
  const { inputTokens, outputTokens, cachedInputTokens = 0 } = usage;
  const counts = [inputTokens, outputTokens, cachedInputTokens];
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0) || cachedInputTokens > inputTokens)
    return undefined;
  const long = price.longContext && inputTokens >= price.longContext.fromInputTokens;
  const usd = long ? price.longContext?.usd : price.usd;
  if (!usd || (cachedInputTokens > 0 && usd.cachedInput === undefined)) return undefined;
  const total =
    BigInt(inputTokens - cachedInputTokens) * scale(usd.input) +
    BigInt(cachedInputTokens) * scale(usd.cachedInput ?? "0") +
    BigInt(outputTokens) * scale(usd.output);
  const nano = (total + perNano / 2n) / perNano;
  if (nano > BigInt(Number.MAX_SAFE_INTEGER))
    throw new InvalidInputError(`A call of ${nano} nano-USD cannot be counted.`);
  return Number(nano);
}

const decimals = 12;
/** USD per 1M tokens × 10^12, times tokens, is nano-USD × 10^9: 10^12 × 10^6 tokens / 10^9 nano. */
const perNano = 10n ** 9n;

const scaled = new Map<Decimal, bigint>();

/** Remembered: a book has few prices, and each is asked for at every call. */
function scale(decimal: Decimal): bigint {
  const known = scaled.get(decimal);
  if (known !== undefined) return known;
  const [whole = "0", fraction = ""] = decimal.split(".");
  const value = BigInt(whole + fraction.padEnd(decimals, "0"));
  scaled.set(decimal, value);
  return value;
}

function readName(given: string, book: PriceBook): { name: string; version?: string } {
  const lower = given.toLowerCase();
  const [name = lower, version] = lower.split("@");
  if (version !== undefined) return { name, version };
  if (book.entries.some((entry) => entry.model === name)) return { name };
  const dated = /^(.+)-(\d{4}-\d{2}-\d{2})$/.exec(name);
  return dated?.[1] && dated[2] ? { name: dated[1], version: dated[2] } : { name };
}
