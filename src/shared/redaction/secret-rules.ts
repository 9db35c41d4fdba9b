/** One kind of secret. */
export interface SecretRule {
  /** As in `[REDACTED:name]`. */
  name: string;
  /** Lower case; a text that has none of them in any case is not searched. */
  hints: readonly string[];
  /**
   * Global; the secret is the first group, which ends the match, or the whole match. Every pattern takes linear time:
   * what repeats without a bound either ends the pattern or can only start where no such character stands before.
   */
  pattern: RegExp;
  /** Characters before the match that belong to the secret. */
  before?: number;
  /** A last look at what the pattern found. */
  accept?: (secret: string) => boolean;
  /** Told and not masked: the shape is too common in harmless text. */
  advisory?: true;
}

const separator = `["'\\]\\s:=>]{1,8}`;

/**
 * Signatures of Azure's identifiable keys, ten characters before the end without padding: storage, Batch, Cosmos DB,
 * Service Bus, Event Hubs, Relay, IoT Hub, classic machine learning, Search, Container Registry, Redis, Functions, Event
 * Grid, API Management [microsoft/security-utilities, IdentifiableMetadata].
 */
const azureSignatures = new Set([
  "+ASt",
  "+ABa",
  "ACDb",
  "+ASb",
  "+AEh",
  "+ARm",
  "AIoT",
  "+AMC",
  "AzSe",
  "+ACR",
  "AzCa",
  "AzFu",
  "AZEG",
  "APIM",
]);

export const secretRules: readonly SecretRule[] = [
  // Installation tokens are ghs_<app>_<JWT>, about 520 characters, since 2026-04; a fixed length would leave the tail.
  {
    name: "github-token",
    hints: ["gh", "github_pat_"],
    pattern: /ghs_[A-Za-z0-9._-]{36,}|gh[opru]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}/g,
  },
  { name: "gitlab-token", hints: ["glpat-"], pattern: /glpat-[A-Za-z0-9_-]{20,}/g },
  {
    name: "jwt",
    hints: ["eyj"],
    pattern: /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{12,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+){0,2}/g,
    accept: (token) => token.slice(0, token.indexOf(".")).includes("eyJ"),
  },
  { name: "aws-access-key-id", hints: ["akia", "asia"], pattern: /(?:AKIA|ASIA)[A-Z2-7]{16}/g },
  {
    name: "aws-secret-key",
    hints: ["secret"],
    pattern: new RegExp(`secret_?(?:access_?)?key${separator}([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])`, "gi"),
  },
  {
    name: "openai-key",
    hints: ["sk-"],
    pattern: /(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{20,}/g,
    accept: (key) => /\d/.test(key) && /[A-Za-z]/.test(key) && entropy(key) >= 3.5,
  },
  { name: "slack-token", hints: ["xox", "xapp-"], pattern: /xox[a-z]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{20,}/g },
  {
    name: "slack-webhook",
    hints: ["hooks.slack.com"],
    pattern: /hooks\.slack\.com\/(?:services|workflows)\/([A-Za-z0-9/_-]{20,})/g,
  },
  { name: "google-api-key", hints: ["aiza"], pattern: /AIza[A-Za-z0-9_-]{35}/g },
  { name: "npm-token", hints: ["npm_"], pattern: /npm_[A-Za-z0-9]{36,}/g },
  { name: "huggingface-token", hints: ["hf_"], pattern: /(?<![A-Za-z0-9])hf_[A-Za-z0-9]{30,}/g },
  { name: "groq-key", hints: ["gsk_"], pattern: /gsk_[A-Za-z0-9]{40,}/g },
  { name: "stripe-key", hints: ["_live_"], pattern: /[rs]k_live_[A-Za-z0-9]{16,}/g },
  // 84 characters (88 in the long form), with the signature after 52: keys of Foundry, Azure OpenAI and Cognitive Services.
  {
    name: "azure-key",
    hints: ["jqqj9"],
    pattern:
      /(?<=[A-Za-z0-9]{52})JQQJ9[9DH][A-Za-z0-9][A-L][A-Za-z0-9]{16}[A-Za-z][A-Za-z0-9]{7}(?:[A-Za-z0-9]{2}==)?/g,
    before: 52,
  },
  {
    name: "azure-key",
    hints: [...azureSignatures, "AZDO"].map((signature) => signature.toLowerCase()),
    pattern: /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{43,}={0,2}/g,
    accept: (run) => {
      const core = run.replace(/=+$/, "");
      return azureSignatures.has(core.slice(-10, -6)) || (core.length >= 84 && core.slice(-8, -4) === "AZDO");
    },
  },
  {
    name: "azure-key",
    hints: ["key"],
    pattern: new RegExp(`key[_-]?[12]?${separator}([0-9a-f]{32}|[a-z0-9]{84})(?![a-z0-9])`, "gi"),
  },
  // Storage, Cosmos DB, Service Bus, Event Hubs, Event Grid, Web PubSub and others write their connection strings so.
  {
    name: "azure-connection-key",
    hints: ["key"],
    pattern: new RegExp(
      `(?:account|access|primary|secondary|master|auth|sas)[_-]?key${separator}([A-Za-z0-9+/]{40,}={0,2})`,
      "gi",
    ),
  },
  { name: "azure-storage-key", hints: ["=="], pattern: /(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/]{86}==/g },
  { name: "azure-sas", hints: ["sig"], pattern: /(?<![A-Za-z0-9])sig(?:nature)?=([A-Za-z0-9%/+_-]{40,}={0,2})/gi },
  {
    name: "app-insights-key",
    hints: ["instrumentationkey", "instrumentation_key"],
    pattern: new RegExp(`instrumentation_?key${separator}([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})`, "gi"),
  },
  { name: "entra-client-secret", hints: ["q~"], pattern: /[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,}/g },
  {
    name: "bearer-token",
    hints: ["bearer"],
    pattern: /bearer\s{1,4}([A-Za-z0-9._~+/-]{16,}={0,2})/gi,
    accept: (token) => /\d/.test(token),
  },
  {
    name: "authorization",
    hints: ["authorization"],
    pattern: /authorization["'\s:=]{1,8}(?:basic|token|apikey)\s{1,4}([A-Za-z0-9._~+/-]{8,}={0,2})/gi,
  },
  // A group in a look-ahead is not tried again shorter, which keeps the time linear. What documentation writes for a
  // password (<password>, ${PASSWORD}, {{password}}) is none.
  {
    name: "url-password",
    hints: ["://"],
    pattern: /:\/\/[^\s/:@"'<>[\]{}]{0,128}:(?=([^\s/@"'<>[\]{}]{3,128}))\1(?=@)/g,
  },
  {
    name: "connection-password",
    hints: ["password", "pwd"],
    pattern: /(?:password|pwd)\s{0,4}=\s{0,4}(?=([^;\s"'<>[\]{}]{4,128}))\1(?=;)/gi,
  },
  {
    name: "possible-secret",
    hints: ["password", "passwd", "secret", "token", "key"],
    pattern:
      /(?:password|passwd|secret|token|api[-_]?key|access[-_]?key)["'\s]{0,3}[:=]["'\s]{0,3}([A-Za-z0-9+/_.~-]{16,256})/gi,
    accept: (value) => /\d/.test(value) && /[A-Za-z]/.test(value) && entropy(value) >= 3.5,
    advisory: true,
  },
];

/** Shannon entropy of a text's characters, in bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
