import * as z from "zod";
import { pointerText } from "../shared/releases/pointer-of.ts";
import { Pointer } from "../shared/releases/target-port.ts";
import { plain } from "../shared/releases/tell/plain-text.ts";

const Shown = z.object({
  operation: z.object({
    operationId: z.string(),
    kind: z.enum(["promote", "rollback"]),
    stage: z.string(),
    outcome: z.string().optional(),
    reason: z.string().optional(),
    releaseId: z.string(),
    to: z.string().optional(),
    targets: z.array(z.object({ target: z.string(), state: z.string(), reason: z.string().optional() })),
    timeline: z.array(z.object({ at: z.string(), what: z.string() })),
    links: z.record(z.string(), z.string()),
  }),
});
const Probe = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("answered"), served: z.string(), asExpected: z.boolean().optional() }),
  z.object({ kind: z.literal("gone"), code: z.string(), reason: z.string() }),
  z.object({ kind: z.enum(["notYet", "unknown"]), reason: z.string() }),
]);
const Mark = z.object({ until: z.string(), why: z.string(), by: z.string() });
const Marked = z.object({ target: z.string(), paused: Mark.optional(), frozen: Mark.optional() });
const Preview = z.object({
  dryRun: z.literal(true),
  from: z.string(),
  to: z.string(),
  held: z.boolean().default(false),
  passedOver: z.array(z.object({ releaseId: z.string(), reasons: z.array(z.string()) })).default([]),
  underWay: z.object({ operationId: z.string(), stage: z.string(), asking: z.string() }).optional(),
  marks: z.array(Marked).default([]),
  steps: z.array(
    z.object({
      target: z.string(),
      serves: Pointer.optional(),
      to: Pointer.optional(),
      probe: Probe.optional(),
      changedByHand: z.boolean().default(false),
      unread: z.string().optional(),
    }),
  ),
  notUndone: z.array(z.string()),
});
const Refused = z.object({
  error: z.string(),
  refusals: z.array(z.object({ reason: z.string(), mend: z.string() })).default([]),
});
const Paused = z.object({ releaseId: z.string(), targets: z.array(Marked) });
const Lifted = z.object({ releaseId: z.string(), quarantine: z.array(z.object({ digest: z.string() })) });

/** What the app answers to a person, as lines; what is of no known form, as it came. */
export function answerText(answer: unknown): string {
  for (const read of readers) {
    const lines = read(answer);
    if (lines) return `${lines.map(shownLine).join("\n")}\n`;
  }
  return `${JSON.stringify(answer, undefined, 2)}\n`;
}

/** What a model, a file or a person wrote comes through without what a terminal would obey. */
function shownLine(line: string): string {
  return `${/^ */.exec(line)?.[0]}${plain(line, 1000)}`;
}

const readers = [
  reader(Shown, operationLines),
  reader(Preview, previewLines),
  reader(Refused, ({ error, refusals }) => [error, ...refusals.map(({ reason, mend }) => `- ${reason} ${mend}`)]),
  reader(Paused, ({ releaseId, targets }) => [
    `Nothing happens by itself to the targets of ${releaseId}; rollbacks by people are not held up.`,
    ...targets.flatMap(markLines),
  ]),
  reader(Lifted, ({ releaseId, quarantine }) => [
    `What ${releaseId} brought may ship again:`,
    ...quarantine.map(({ digest }) => `  ${digest}`),
  ]),
];

function reader<T>(schema: z.ZodType<T>, lines: (answer: T) => string[]) {
  return (answer: unknown): string[] | undefined => {
    const read = schema.safeParse(answer);
    return read.success ? lines(read.data) : undefined;
  };
}

function operationLines({ operation }: z.infer<typeof Shown>): string[] {
  const { operationId, kind, stage, outcome, reason, releaseId, to, targets, timeline, links } = operation;
  const leadsTo = kind === "rollback" && to !== undefined ? ` to ${to}` : "";
  const what = kind === "promote" ? `Promotion of ${releaseId}` : `Rollback of ${releaseId}${leadsTo}`;
  const isOver = stage === "closed";
  return [
    `${what}: ${outcome ?? "under way"}${isOver ? "" : `, at ${stage}`} (${operationId})`,
    ...(reason === undefined ? [] : [reason]),
    ...targets.map((one) => `  ${one.target}  ${one.state}${one.reason === undefined ? "" : `: ${one.reason}`}`),
    "",
    ...timeline.map(({ at, what: line }) => `  ${at}  ${line}`),
    ...Object.entries(links).map(([part, link]) => `  ${part}: ${link}`),
    ...(isOver ? [] : ["", "The same command again shows how far it is; --json has the whole of it."]),
  ];
}

function markLines({ target, paused, frozen }: z.infer<typeof Marked>): string[] {
  const text = (what: string, { until, why, by }: z.infer<typeof Mark>) =>
    `  ${target} is ${what} until ${until} by ${by}: ${why}`;
  return [...(paused ? [text("paused", paused)] : []), ...(frozen ? [text("frozen", frozen)] : [])];
}

function previewLines({ from, to, held, steps, passedOver, underWay, notUndone, marks }: z.infer<typeof Preview>) {
  return [
    `${from} would ${held ? `not go back: ${to}` : `go back to ${to}`}. Nothing was done.`,
    ...(underWay
      ? [`It is in ${underWay.operationId} already, at ${underWay.stage}; asking again ${underWay.asking}.`]
      : []),
    ...passedOver.map(({ releaseId, reasons }) => `  ${releaseId} cannot serve: ${reasons.join("; ")}`),
    ...marks.flatMap(markLines),
    ...steps.flatMap(({ target, serves, to: back, probe, changedByHand, unread }) => [
      `  ${target}  ${unread ?? textOf(serves)} → ${textOf(back)}${probe === undefined ? "" : `  ${probeText(probe)}`}`,
      ...(changedByHand ? ["    changed by hand: what it serves is not what the release brought"] : []),
    ]),
    `Not undone: ${notUndone.join("; ")}.`,
  ];
}

const textOf = (pointer: Pointer | undefined) => (pointer ? pointerText(pointer) : "nothing");

function probeText(probe: z.infer<typeof Probe>): string {
  switch (probe.kind) {
    case "answered":
      return `a call is answered by ${probe.served}${probe.asExpected === false ? ", which is not what is expected" : ""}`;
    case "gone":
      return `it cannot serve: ${probe.code}: ${probe.reason}`;
    case "notYet":
      return `not known to the service yet: ${probe.reason}`;
    case "unknown":
      return `no call has shown whether it can serve: ${probe.reason}`;
  }
}
