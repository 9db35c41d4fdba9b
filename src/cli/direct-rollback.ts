import { systemClock } from "../shared/clock.ts";
import { InvalidInputError, messageOf } from "../shared/errors.ts";
import type { Log } from "../shared/log.ts";
import { redact } from "../shared/redaction/redact.ts";
import { type Asked, previewRollback } from "../shared/releases/ask-rollback.ts";
import type { Operation } from "../shared/releases/operation.ts";
import { preview } from "../shared/releases/preview.ts";
import { rollBackDirectly } from "../shared/releases/roll-back-directly.ts";
import { shown } from "../shared/releases/rollback-api.ts";
import { type Direct, openDirect } from "../shared/services/open-direct.ts";
import type { CommandArguments } from "./command.ts";
import { printHandWork } from "./hand-work.ts";
import { answerText } from "./release-answer.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Storage that has not answered by then is down. */
const patienceMs = 60_000;

/**
 * A rollback without the app: from here, as whoever is signed in to the Azure CLI, on the app's own rows. Exit code 0 where
 * it is over and a call has shown it.
 */
export async function directRollback(release: string, given: CommandArguments, terminal: Terminal): Promise<0 | 1> {
  const env = environmentOf(given, terminal.env);
  const direct = await openDirect({
    ...{ env, clock: systemClock, log: noting(terminal) },
    waiting: (ms) =>
      terminal.note(`Somebody else has it, or it has to wait: looking again in ${Math.ceil(ms / 1000)} s.`),
  });
  const reason = redact(given.text("reason") ?? "").text;
  const by = await direct.who().catch((thrown: unknown) => {
    throw new UsageError(messageOf(thrown), "A rollback without the app is done as whoever ran `az login` here.");
  });
  try {
    const repositoryId = await inTime(repositoryOf(given.text("repository"), direct));
    const cause = { kind: "direct", by, reason, acceptedAt: new Date().toISOString() } as const;
    const [to, approve] = [given.text("to"), given.flag("approve")];
    const asked: Asked = { repositoryId, releaseId: release, cause, automatic: false, approve, ...(to ? { to } : {}) };
    return await rollBack(asked, direct, given, terminal);
  } catch (thrown) {
    if (thrown instanceof InvalidInputError) throw thrown;
    terminal.note(`assay: what is known of ${release} cannot be read or written: ${messageOf(thrown).slice(0, 500)}`);
    await printHandWork(release, { env, settings: direct.settings, given }, terminal);
    return 1;
  }
}

async function rollBack(asked: Asked, direct: Direct, given: CommandArguments, terminal: Terminal): Promise<0 | 1> {
  const decision = await previewRollback(asked, direct);
  const print = (answer: object) =>
    terminal.print(given.flag("json") ? `${JSON.stringify(answer)}\n` : answerText(answer));
  if (!decision)
    throw new UsageError(`There is no release ${asked.releaseId}.`, "The check `assay / release` names it.");
  const refuse = async (reason: string) => {
    await print({ error: `Not rolled back: ${reason}.` });
    return 1 as const;
  };
  if (decision.kind !== "record") refuseWithoutPlaces(decision.operation, direct);
  if (given.flag("dry-run")) {
    if (decision.kind === "record") return refuse(decision.reason);
    await print(await preview(decision, direct));
    return 0;
  }
  // One that was asked for before is gone on with, or shown.
  const answered = await rollBackDirectly(asked, direct);
  if (answered.kind !== "operation") return refuse(answered.kind === "record" ? answered.reason : "it is gone");
  const { operation } = answered;
  await print({ operation: shown(operation) });
  if (operation.stage === "held")
    terminal.note(`It waits for a person: ${operation.reason ?? "no reason given"}. --approve goes on.`);
  else if (operation.untold.length > 0)
    terminal.note(`The app tells people once it is back: ${operation.untold.join(", ")}.`);
  return operation.outcome === "rolledBack" ? 0 : 1;
}

async function repositoryOf(asked: string | undefined, { releases }: Direct): Promise<number> {
  const known = await releases.repositories();
  const found = known.filter(
    ({ repository }) => asked === undefined || repository.toLowerCase() === asked.toLowerCase(),
  );
  const [only] = found;
  if (only && found.length === 1) return only.repositoryId;
  const names = known.map(({ repository }) => repository).join(", ") || "none";
  throw new UsageError(
    `${asked ?? "Which repository"} ${asked === undefined ? "is meant is not clear" : "has no releases in this storage"}.`,
    `Add --repository OWNER/NAME; those with releases here: ${names}.`,
  );
}

/** Before anything is begun: an operation without its account would only run out of time. */
function refuseWithoutPlaces({ steps }: Operation, { settings }: Direct): void {
  for (const { target } of steps) {
    const { kind, alias, endpoint = "" } = target;
    if (kind === "route" || kind === "prompt") continue;
    const [known, what, flag] =
      kind === "agent"
        ? ([settings.ASSAY_FOUNDRY_PROJECTS, "the Foundry project", "--project"] as const)
        : ([settings.ASSAY_FOUNDRY_ACCOUNTS, "the Foundry account", "--account"] as const);
    if (known.has(endpoint)) continue;
    const value = kind === "agent" ? "https://…/api/projects/NAME" : "/subscriptions/…/accounts/NAME";
    throw new UsageError(
      `Where ${alias} lies is not known: nothing names ${what}${endpoint ? ` ${endpoint}` : ""}.`,
      `Give ${flag} ${endpoint ? `${endpoint}=` : ""}${value}, or set ASSAY_FOUNDRY_${kind === "agent" ? "PROJECTS" : "ACCOUNTS"} as the app has it.`,
    );
  }
}

/** The app's settings, where this machine has them, with what the flags say. */
function environmentOf(given: CommandArguments, env: Terminal["env"]): Record<string, string | undefined> {
  const [name, accounts, projects] = [given.text("storage"), given.texts("account"), given.texts("project")];
  const merged = {
    ...env,
    ...(accounts.length > 0 ? { ASSAY_FOUNDRY_ACCOUNTS: accounts.join(",") } : {}),
    ...(projects.length > 0 ? { ASSAY_FOUNDRY_PROJECTS: projects.join(",") } : {}),
  };
  if (name === undefined) {
    if (env.AssayStorage || env.AssayStorage__tableServiceUri) return merged;
    throw new UsageError(
      "Where Assay keeps what it knows is not said: a rollback without the app needs its storage account.",
      "Give --storage NAME, or set AssayStorage__tableServiceUri, AssayStorage__blobServiceUri and AssayStorage__queueServiceUri as the app has them.",
    );
  }
  if (!/^[a-z0-9]{3,24}$/.test(name))
    throw new UsageError(`\`--storage ${name}\` is no storage account's name.`, "It has 3 to 24 letters and digits.");
  const service = (kind: string) => [`AssayStorage__${kind}ServiceUri`, `https://${name}.${kind}.core.windows.net`];
  return { ...merged, AssayStorage: undefined, ...Object.fromEntries(["table", "blob", "queue"].map(service)) };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = new AbortController();
  const limit = systemClock.sleep(patienceMs, late.signal).then(() => {
    throw new Error(`the storage account did not answer within ${patienceMs / 1000} seconds`);
  });
  limit.catch(() => {});
  try {
    return await Promise.race([work, limit]);
  } finally {
    late.abort();
  }
}

function noting({ note }: Terminal): Log {
  const line = (event: string, { reason = "" }: Record<string, unknown> = {}) =>
    note(`${event}: ${String(reason).slice(0, 300)}`);
  return { info: () => {}, warn: line, error: line };
}
