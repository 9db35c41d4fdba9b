/** One setting of the app: the table that README, Bicep, and local.settings.sample.json are held against. */
export interface SettingDefinition {
  name: string;
  summary: string;
  /** Used where the setting is absent; a setting without one must be set. */
  default?: string;
  /** Kept in Key Vault and never printed. */
  secret?: boolean;
}

/** Every setting that the product's own code reads. Times are in seconds. */
export const settingDefinitions = [
  {
    name: "ASSAY_GITHUB_API_URL",
    summary: "Base URL of GitHub's REST API; https://HOST/api/v3 on GitHub Enterprise Server.",
    default: "https://api.github.com",
  },
  { name: "ASSAY_GITHUB_APP_ID", summary: "Id of the GitHub App that Assay acts as." },
  { name: "ASSAY_GITHUB_PRIVATE_KEY", summary: "The GitHub App's private key, PEM; \\n for line ends.", secret: true },
  { name: "ASSAY_GITHUB_WEBHOOK_SECRET", summary: "Secret that GitHub signs webhooks with.", secret: true },
  {
    name: "ASSAY_GITHUB_WEBHOOK_SECRET_PREVIOUS",
    summary: "The secret before the last rotation; still accepted. Empty: none.",
    default: "",
    secret: true,
  },
  { name: "ASSAY_REPOSITORIES", summary: "Repositories that Assay serves: owner/name, comma separated." },
  {
    name: "ASSAY_MODEL_URL",
    summary:
      "Base URL in the OpenAI format; /chat/completions is added to it, e.g. https://NAME.openai.azure.com/openai/v1.",
  },
  {
    name: "ASSAY_MODEL_KEY",
    summary: "Key of the model endpoint. Empty: a Microsoft Entra token of the app's identity.",
    default: "",
    secret: true,
  },
  {
    name: "ASSAY_MODEL_TIMEOUT",
    summary: "Seconds until a model call without an answer counts as failed.",
    default: "120",
  },
  {
    name: "ASSAY_SHARD_CONCURRENCY",
    summary: "Model calls in flight in one shard; the host runs up to batchSize shards an instance.",
    default: "8",
  },
  {
    name: "ASSAY_SHARD_SECONDS",
    summary: "Seconds that a shard works before it hands the rest on; at most 300.",
    default: "240",
  },
  { name: "ASSAY_HEARTBEAT_SECONDS", summary: "Seconds between the heartbeats of running work.", default: "15" },
  {
    name: "ASSAY_OVERDUE_SECONDS",
    summary: "Seconds without a heartbeat after which work is taken up by another worker.",
    default: "45",
  },
  {
    name: "ASSAY_PROGRESS_SECONDS",
    summary: "Least seconds between two progress updates of a check run.",
    default: "10",
  },
  { name: "ASSAY_GATE_MINUTES", summary: "Minutes after which the watchdog closes a gate that hangs.", default: "60" },
  {
    name: "ASSAY_DECISION_SHARE",
    summary: "Share of the routing decisions that is recorded, from 0 to 1; a request's id decides which.",
    default: "1",
  },
  {
    name: "ASSAY_TOKEN_TENANT",
    summary:
      "Id of the Microsoft Entra tenant whose tokens alerts and the API of releases need. Empty: nobody is believed.",
    default: "",
  },
  {
    name: "ASSAY_TOKEN_AUDIENCE",
    summary: "Client id of Assay's app registration, which tokens must be for; comma separated where it has several.",
    default: "",
  },
  {
    name: "ASSAY_TOKEN_ISSUER",
    summary: "Issuer of the tokens. Empty: https://login.microsoftonline.com/<tenant>/v2.0.",
    default: "",
  },
  {
    name: "ASSAY_ALERT_CALLER",
    summary: "Client id of the only application that may post alerts: Azure Monitor's.",
    default: "461e8683-5575-4561-ac7f-899cc907d62a",
  },
  {
    name: "ASSAY_ARM_URL",
    summary: "Base URL of Azure Resource Manager; another one in a sovereign cloud.",
    default: "https://management.azure.com",
  },
  {
    name: "ASSAY_FOUNDRY_ACCOUNTS",
    summary:
      "Resource ids of the Foundry accounts whose deployments are released, comma separated; NAME=ID where a release names one of several. Empty: none.",
    default: "",
  },
  {
    name: "ASSAY_FOUNDRY_PROJECTS",
    summary:
      "Endpoints of the Foundry projects whose agents are released, comma separated; NAME=URL where a release names one of several. Empty: none.",
    default: "",
  },
  {
    name: "ASSAY_RELEASE_CLIENT_ID",
    summary: "Client id of the identity that changes deployments and agents. Empty: the app's own.",
    default: "",
  },
  {
    name: "ASSAY_OPERATION_MINUTES",
    summary: "Minutes after which an operation of Azure Resource Manager counts as one that never ends.",
    default: "30",
  },
  {
    name: "ASSAY_METRICS_URL",
    summary: "Base URL of Azure Monitor's platform metrics: Azure Resource Manager.",
    default: "https://management.azure.com",
  },
  {
    name: "ASSAY_LOGS_URL",
    summary: "Base URL of Log Analytics queries.",
    default: "https://api.loganalytics.io",
  },
  {
    name: "ASSAY_LOGS_WORKSPACE",
    summary:
      "Id of the Log Analytics workspace that applications send their spans to. Empty: only metrics are watched.",
    default: "",
  },
  {
    name: "ASSAY_TELEMETRY_SECONDS",
    summary: "Seconds until a query of metrics or logs counts as failed.",
    default: "20",
  },
  {
    name: "ASSAY_STANDBY_HOURS",
    summary:
      "Most hours that what a release replaced stays hot, whatever its manifest's `standby.hours` says; a local run shortens it.",
    default: "720",
  },
  {
    name: "ASSAY_STANDBY_SECONDS",
    summary: "Seconds between two looks at whether what stands by could serve again.",
    default: "300",
  },
  {
    name: "ASSAY_WATCH_MINUTES",
    summary:
      "Most minutes that a release is watched, whatever its manifest's `watch.minutes` says; a local run shortens it.",
    default: "1440",
  },
  {
    name: "ASSAY_METRICS_SETTLE_SECONDS",
    summary: "Seconds after which a minute's metrics count as told in full; a watch judges no younger ones.",
    default: "60",
  },
  { name: "ASSAY_LOGS_SETTLE_SECONDS", summary: "The same of the workspace's spans.", default: "120" },
  {
    name: "ASSAY_REAPER",
    summary:
      "What becomes of versioned deployments that nothing needs any more: off, dryRun (the log says which would be deleted) or delete.",
    default: "dryRun",
  },
  {
    name: "ASSAY_REAPER_CLIENT_ID",
    summary: "Client id of the identity that deletes those deployments, and may do nothing else. Empty: the app's own.",
    default: "",
  },
  {
    name: "ASSAY_NOTIFY_SLACK",
    summary:
      "Addresses of Slack incoming webhooks that are told of releases, comma separated; SEVERITY=URL (info, warning, critical) for that and above. Empty: none.",
    default: "",
    secret: true,
  },
  {
    name: "ASSAY_NOTIFY_TEAMS",
    summary: "Addresses of Teams workflows that take a card, in the same form. Empty: none.",
    default: "",
    secret: true,
  },
  {
    name: "ASSAY_NOTIFY_WEBHOOK",
    summary: "Addresses that get signed JSON (standardwebhooks.com), in the same form. Empty: none.",
    default: "",
    secret: true,
  },
  {
    name: "ASSAY_NOTIFY_SECRET",
    summary: "Signs what goes to ASSAY_NOTIFY_WEBHOOK, HMAC-SHA256; as it is, or whsec_ and base64.",
    default: "",
    secret: true,
  },
  {
    name: "ASSAY_MINUTE_SCHEDULE",
    summary: "NCRONTAB of the minute timer (repair and watchdog).",
    default: "0 * * * * *",
  },
  {
    name: "ASSAY_HOUR_SCHEDULE",
    summary: "NCRONTAB of the hour timer (missed deliveries, open pull requests).",
    default: "0 7 * * * *",
  },
] as const satisfies readonly SettingDefinition[];

export type SettingName = (typeof settingDefinitions)[number]["name"];

/** Settings that bindings read by prefix, with every name that the prefix stands for. */
export const connectionSettings = {
  AssayStorage: ["AssayStorage__blobServiceUri", "AssayStorage__queueServiceUri", "AssayStorage__tableServiceUri"],
} as const;
