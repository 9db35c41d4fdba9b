import * as z from "zod";
import { InvalidInputError } from "./errors.ts";
import { type SettingDefinition, type SettingName, settingDefinitions } from "./settings/setting-definitions.ts";

const seconds = z.coerce.number().positive();
const list = z.string().transform((names) =>
  names
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean),
);

/** `VALUE, NAME=VALUE`: by name; the one without a name is under the empty one, and so is the only one. */
const named = list.transform((entries) => {
  const pairs = entries.map((entry): [string, string] => {
    const [, name = "", value = entry] = /^([a-z0-9][a-z0-9-]*)=(.+)$/.exec(entry) ?? [];
    return [name, value.replace(/\/+$/, "")];
  });
  const [only] = pairs;
  return new Map(pairs.length === 1 && only ? [["", only[1]], only] : pairs);
});

/** Addresses are judged where they are used: a wrong one keeps the app from telling people there, and from nothing else. */
const notifySettings = {
  ASSAY_NOTIFY_SLACK: list,
  ASSAY_NOTIFY_TEAMS: list,
  ASSAY_NOTIFY_WEBHOOK: list,
  ASSAY_NOTIFY_SECRET: z.string(),
};
const NotifySettings = z.object(notifySettings);

const url = z.url().transform((text) => text.replace(/\/+$/, ""));

/** Where is released to, as the app and a rollback from a laptop need it. */
const azureSettings = {
  ASSAY_MODEL_URL: url,
  ASSAY_MODEL_KEY: z.string(),
  ASSAY_ARM_URL: url,
  ASSAY_FOUNDRY_ACCOUNTS: named,
  ASSAY_FOUNDRY_PROJECTS: named,
  ASSAY_OPERATION_MINUTES: seconds,
};
/** Of a rollback from a laptop. */
const DirectSettings = z.object({
  ...azureSettings,
  ASSAY_MODEL_URL: url.optional(),
  ASSAY_OVERDUE_SECONDS: seconds,
});
export type DirectSettings = z.infer<typeof DirectSettings>;

const Settings = z.object({
  ASSAY_GITHUB_API_URL: url,
  ASSAY_GITHUB_APP_ID: z.coerce.number().int().positive(),
  ASSAY_GITHUB_PRIVATE_KEY: z
    .string()
    .min(1)
    .transform((pem) => pem.replaceAll("\\n", "\n")),
  ASSAY_GITHUB_WEBHOOK_SECRET: z.string().min(1),
  ASSAY_GITHUB_WEBHOOK_SECRET_PREVIOUS: z.string(),
  ASSAY_REPOSITORIES: list,
  ...azureSettings,
  ASSAY_MODEL_TIMEOUT: seconds,
  ASSAY_SHARD_CONCURRENCY: z.coerce.number().int().min(1).max(256),
  ASSAY_SHARD_SECONDS: seconds.max(300),
  ASSAY_HEARTBEAT_SECONDS: seconds,
  ASSAY_OVERDUE_SECONDS: seconds,
  ASSAY_PROGRESS_SECONDS: seconds,
  ASSAY_GATE_MINUTES: seconds,
  ASSAY_DECISION_SHARE: z.coerce.number().min(0).max(1),
  ASSAY_TOKEN_TENANT: z.string(),
  ASSAY_TOKEN_AUDIENCE: list,
  ASSAY_TOKEN_ISSUER: z.union([z.literal(""), z.url()]),
  ASSAY_ALERT_CALLER: z.string().min(1),
  ASSAY_RELEASE_CLIENT_ID: z.string(),
  ASSAY_METRICS_URL: url,
  ASSAY_LOGS_URL: url,
  ASSAY_LOGS_WORKSPACE: z.string(),
  ASSAY_TELEMETRY_SECONDS: seconds.max(600),
  ASSAY_STANDBY_HOURS: z.coerce.number().positive().max(720),
  ASSAY_STANDBY_SECONDS: seconds,
  ASSAY_WATCH_MINUTES: z.coerce.number().int().min(1).max(1440),
  ASSAY_METRICS_SETTLE_SECONDS: seconds,
  ASSAY_LOGS_SETTLE_SECONDS: seconds,
  ASSAY_REAPER: z.enum(["off", "dryRun", "delete"]),
  ASSAY_REAPER_CLIENT_ID: z.string(),
  ...notifySettings,
  ASSAY_MINUTE_SCHEDULE: z.string(),
  ASSAY_HOUR_SCHEDULE: z.string(),
} satisfies Record<SettingName, z.ZodType>);
export type Settings = z.infer<typeof Settings>;

type Environment = Record<string, string | undefined>;

/**
 * Reads the settings. Throws InvalidInputError that names every setting that is missing or wrong, and what it is for.
 */
export function readSettings(env: Environment): Settings {
  return readAs(Settings, env);
}

/** Those of a rollback from a laptop, which needs nothing of GitHub's. */
export function readDirectSettings(env: Environment): DirectSettings {
  return readAs(DirectSettings, env);
}

function readAs<T>(schema: z.ZodType<T>, env: Environment): T {
  const given = Object.fromEntries(
    settingDefinitions.map((d: SettingDefinition) => [d.name, env[d.name] || d.default]),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const definition = settingDefinitions.find((d) => d.name === name);
    return `${name}: ${given[name] === undefined ? "is not set" : issue.message} (${definition?.summary ?? ""})`;
  });
  throw new InvalidInputError(`Settings are missing or wrong:\n${lines.join("\n")}`);
}

/** Those of notifications alone: the command line tests them where nothing else is configured. */
export function readNotifySettings(env: Environment): z.infer<typeof NotifySettings> {
  const names = Object.keys(notifySettings);
  return NotifySettings.parse(Object.fromEntries(names.map((name) => [name, env[name] ?? ""])));
}
