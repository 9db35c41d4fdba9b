import fc from "fast-check";

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const lower = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const alphanumeric = upper + lower + digits;
const base64 = `${alphanumeric}+/`;
const base64url = `${alphanumeric}-_`;

/** Without fast-check's leaning towards small values: a key of one letter forty times over is no key. */
const some = (characters: string, minLength: number, maxLength = minLength) =>
  fc.noBias(fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength }));

const hex = (length: number) => some("0123456789abcdef", length);
const joined = (...parts: (fc.Arbitrary<string> | string)[]) =>
  fc
    .tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)))
    .map((texts) => texts.join(""));

/** A text with a secret in it, and the part of it that must not survive. */
export interface Shape {
  rule: string;
  text: fc.Arbitrary<{ text: string; secret: string }>;
}

const bare = (secret: fc.Arbitrary<string>) => secret.map((text) => ({ text, secret: text }));
const within = (before: string, secret: fc.Arbitrary<string>, after = "") =>
  secret.map((text) => ({ text: `${before}${text}${after}`, secret: text }));

const jwt = joined("eyJ", some(base64url, 20, 60), ".eyJ", some(base64url, 20, 200), ".", some(base64url, 43, 86));
const storageKey = joined(some(base64, 76), "+ASt", some(base64, 5), some("AQgw", 1), "==");
const oldStorageKey = joined(some(base64, 85), some("AQgw", 1), "==");
const busKey = (signature: string) =>
  joined(some(base64, 33), signature, some("ABCDEFGHIJKLMNOP", 1), some(base64, 5), "=");
const pem = (kind: string) =>
  joined(
    `-----BEGIN ${kind}-----\n`,
    some(base64, 64),
    "\n",
    some(base64, 64),
    "\n",
    some(base64, 20),
    `\n-----END ${kind}-----`,
  );

/** Secrets by shape, made anew in every run: none is committed. */
export const shapes: Shape[] = [
  { rule: "github-token", text: bare(joined("ghs_", some(digits, 6, 8), "_", jwt)) },
  { rule: "github-token", text: bare(joined("ghs_", some(digits, 7), "_", some(`${base64url}.`, 505))) },
  ...["ghp_", "gho_", "ghu_", "ghr_", "ghs_"].map((prefix) => ({
    rule: "github-token",
    text: bare(joined(prefix, some(alphanumeric, 36))),
  })),
  { rule: "github-token", text: bare(joined("github_pat_", some(alphanumeric, 22), "_", some(alphanumeric, 59))) },
  { rule: "gitlab-token", text: bare(joined("glpat-", some(base64url, 20))) },
  { rule: "jwt", text: bare(jwt) },
  { rule: "jwt", text: within("id_token=", jwt) },
  { rule: "aws-access-key-id", text: bare(joined(fc.constantFrom("AKIA", "ASIA"), some(`${upper}234567`, 16))) },
  { rule: "aws-secret-key", text: within('aws_secret_access_key = "', some(base64, 40), '"') },
  { rule: "openai-key", text: bare(joined("sk-proj-", some(alphanumeric, 48), "T3BlbkFJ", some(alphanumeric, 48))) },
  { rule: "openai-key", text: bare(joined("sk-ant-api03-", some(base64url, 90), "AA")) },
  {
    rule: "slack-token",
    text: bare(joined(fc.constantFrom("xoxb-", "xoxp-"), some(digits, 12), "-", some(alphanumeric, 24))),
  },
  {
    rule: "slack-webhook",
    text: within(
      "https://hooks.slack.com/services/",
      joined("T", some(upper, 8), "/B", some(upper, 8), "/", some(alphanumeric, 24)),
    ),
  },
  { rule: "google-api-key", text: bare(joined("AIza", some(base64url, 35))) },
  { rule: "npm-token", text: bare(joined("npm_", some(alphanumeric, 36))) },
  { rule: "huggingface-token", text: bare(joined("hf_", some(alphanumeric, 34))) },
  { rule: "stripe-key", text: bare(joined("sk_live_", some(alphanumeric, 24))) },
  {
    rule: "azure-key",
    text: bare(
      joined(
        some(alphanumeric, 52),
        "JQQJ99",
        some(alphanumeric, 1),
        some("ABCDEFGHIJKL", 1),
        some(alphanumeric, 16),
        some(upper + lower, 1),
        some(alphanumeric, 7),
      ),
    ),
  },
  { rule: "azure-key", text: within("AZURE_OPENAI_API_KEY=", hex(32)) },
  { rule: "azure-key", text: within('"Ocp-Apim-Subscription-Key": "', hex(32), '"') },
  { rule: "azure-key", text: within("api-key: ", hex(32)) },
  { rule: "azure-key", text: within("KEY1='", some(alphanumeric, 84), "'") },
  { rule: "azure-key", text: bare(storageKey) },
  ...["+ASb", "+AEh", "+ARm", "AIoT"].map((signature) => ({ rule: "azure-key", text: bare(busKey(signature)) })),
  { rule: "azure-key", text: bare(joined(some(base64, 76), "ACDb", some(base64, 5), some("AQgw", 1), "==")) },
  { rule: "azure-key", text: bare(joined(some(alphanumeric, 42), "AzSe", some("ABCD", 1), some(alphanumeric, 5))) },
  { rule: "azure-key", text: bare(joined(some(base64url, 44), "AzFu", some(base64url, 5), some("AQgw", 1), "==")) },
  {
    rule: "azure-connection-key",
    text: within(
      "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=",
      oldStorageKey,
      ";EndpointSuffix=core.windows.net",
    ),
  },
  {
    rule: "azure-connection-key",
    text: within("AccountEndpoint=https://a.documents.azure.com:443/;AccountKey=", oldStorageKey, ";"),
  },
  {
    rule: "azure-connection-key",
    text: within(
      "Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=",
      joined(some(base64, 43), "="),
    ),
  },
  { rule: "azure-storage-key", text: bare(oldStorageKey) },
  {
    rule: "azure-sas",
    text: within(
      "https://a.blob.core.windows.net/c?sv=2024-11-04&sig=",
      joined(some(base64, 43).map(encodeURIComponent), "%3D"),
      "&se=2026",
    ),
  },
  {
    rule: "app-insights-key",
    text: within(
      "InstrumentationKey=",
      joined(hex(8), "-", hex(4), "-", hex(4), "-", hex(4), "-", hex(12)),
      ";IngestionEndpoint=https://x",
    ),
  },
  { rule: "entra-client-secret", text: bare(joined(some(alphanumeric, 3), "8Q~", some(`${alphanumeric}_~.-`, 34))) },
  { rule: "bearer-token", text: within("Authorization: Bearer ", joined(some(alphanumeric, 20), "7")) },
  { rule: "authorization", text: within("Authorization: Basic ", joined(some(base64, 24), "==")) },
  { rule: "url-password", text: within("postgres://user:", some(alphanumeric, 8, 30), "@db.example.com/x") },
  {
    rule: "connection-password",
    text: within("Server=x;User Id=sa;Password=", some(alphanumeric, 8, 30), ";Encrypt=true"),
  },
  ...["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY"].map(
    (kind) => ({ rule: "private-key", text: bare(pem(kind)) }),
  ),
  { rule: "private-key", text: bare(pem("PRIVATE KEY").map((text) => text.replaceAll("\n", "\\n"))) },
];
