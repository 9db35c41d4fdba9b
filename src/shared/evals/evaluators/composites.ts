import * as z from "zod";
import { messageOf } from "../../errors.ts";
import { defineEvaluator, type Evaluator, type Score } from "../evaluator.ts";
import type { ScoringInput } from "../sample.ts";
import type { AskedModel, ScoringModels } from "../scoring-models.ts";

/** One member of a group, parsed. */
interface Member {
  evaluator: Evaluator;
  options: unknown;
  passAt: number;
  weight: number;
}

type Lookup = (id: string) => Evaluator;

const Entry = z
  .object({
    uses: z.string(),
    with: z.record(z.string(), z.unknown()).default({}),
    /** The score at which the member passes; default 0.5, needed for numbers without a scale. */
    passAt: z.number().optional(),
    weight: z.number().positive().default(1),
  })
  .strict();

/**
 * Groups of evaluators: `any-of` and `all-of` (1 where a member passes, where all do), `not` (1 where the one member does
 * not pass), `weighted` (the members' scores, turned so that more is better, by weight). A member without a score leaves
 * the group without one, unless the others decide it; members that do not apply are left out.
 * @param lookup the registry's, so that groups may hold groups
 */
export function composites(lookup: Lookup): Evaluator[] {
  const of = z.array(memberOption(lookup)).min(1).max(20);
  const Group = z.object({ of }).strict();
  const One = z.object({ of: memberOption(lookup) }).strict();
  const common = { better: "higher", scoresFiltered: true } as const;
  const asks = ({ of: members }: { of: Member[] }) => members.flatMap(askedBy);
  return [
    defineEvaluator<z.infer<typeof Group>>({
      ...common,
      id: "any-of",
      summary: "one of the group's evaluators passes",
      scale: "binary",
      options: Group,
      asks,
      score: async (input, options, models) => decide(await passes(input, options.of, models), true),
    }),
    defineEvaluator<z.infer<typeof Group>>({
      ...common,
      id: "all-of",
      summary: "all of the group's evaluators pass",
      scale: "binary",
      options: Group,
      asks,
      score: async (input, options, models) => decide(await passes(input, options.of, models), false),
    }),
    defineEvaluator<z.infer<typeof One>>({
      ...common,
      id: "not",
      summary: "the evaluator does not pass",
      scale: "binary",
      options: One,
      asks: ({ of: member }) => askedBy(member),
      score: async (input, options, models) => negated(decide(await passes(input, [options.of], models), false)),
    }),
    defineEvaluator<z.infer<typeof Group>>({
      ...common,
      id: "weighted",
      summary: "the group's scores by weight",
      scale: "fraction",
      // Where a member cannot be read there is nothing in its place, and its own problem is told.
      options: Group.refine(
        (group) => group.of.every(({ evaluator }: Partial<Member>) => evaluator?.scale !== "number"),
        {
          error: "`weighted` takes evaluators on a scale of 0 to 1; wrap a number in `all-of` with `passAt`",
        },
      ),
      asks,
      score: async (input, options, models) => weighted(await scores(input, options.of, models)),
    }),
  ];
}

function askedBy({ evaluator, options }: Member): AskedModel[] {
  return evaluator.asks?.(options) ?? [];
}

function memberOption(lookup: Lookup): z.ZodType<Member> {
  return Entry.transform((entry, context): Member => {
    const problem = (message: string, path: PropertyKey[]): Member => {
      context.addIssue({ code: "custom", message, path });
      return z.NEVER;
    };
    let evaluator: Evaluator;
    try {
      evaluator = lookup(entry.uses);
    } catch (error) {
      return problem(messageOf(error), ["uses"]);
    }
    const parsed = evaluator.options.safeParse(entry.with);
    const [issue] = parsed.error?.issues ?? [];
    if (!parsed.success) return problem(issue?.message ?? "bad options", ["with", ...(issue?.path ?? [])]);
    if (evaluator.scale === "number" && entry.passAt === undefined)
      return problem(`${evaluator.id} has no scale of 0 to 1 and needs a \`passAt\``, ["passAt"]);
    return { evaluator, options: parsed.data, passAt: entry.passAt ?? 0.5, weight: entry.weight };
  });
}

interface MemberScore {
  member: Member;
  score: Score;
}

async function scores(input: ScoringInput, members: readonly Member[], models?: ScoringModels): Promise<MemberScore[]> {
  const filtered = input.sample.outcome === "filtered";
  return Promise.all(
    members.map(async (member) => {
      const score = await member.evaluator.score(input, member.options, models);
      const worst = { value: member.evaluator.better === "higher" ? 0 : 1, reason: "filtered" };
      const stopped = filtered && !member.evaluator.scoresFiltered && member.evaluator.scale !== "number";
      return { member, score: stopped && !("notApplicable" in score) ? worst : score };
    }),
  );
}

type Passed = boolean | { missing: string } | { notApplicable: string };

async function passes(input: ScoringInput, members: readonly Member[], models?: ScoringModels): Promise<Passed[]> {
  return (await scores(input, members, models)).map(({ member, score }) => {
    if (!("value" in score)) return score;
    return member.evaluator.better === "higher" ? score.value >= member.passAt : score.value <= member.passAt;
  });
}

/** The group is settled by one member that is `settling`; else by all that are known. */
function decide(results: readonly Passed[], settling: boolean): Score {
  const applicable = results.filter((result) => typeof result === "boolean" || "missing" in result);
  if (applicable.length === 0) return { notApplicable: "no evaluator of the group applies to this case" };
  if (applicable.includes(settling)) return { value: settling ? 1 : 0 };
  const missing = applicable.find((result) => typeof result !== "boolean");
  if (missing !== undefined && typeof missing !== "boolean") return missing;
  return { value: settling ? 0 : 1 };
}

function negated(score: Score): Score {
  return "value" in score ? { value: 1 - score.value } : score;
}

function weighted(results: readonly MemberScore[]): Score {
  let total = 0;
  let sum = 0;
  for (const { member, score } of results) {
    if ("notApplicable" in score) continue;
    if ("missing" in score) return score;
    total += member.weight;
    sum += member.weight * (member.evaluator.better === "higher" ? score.value : 1 - score.value);
  }
  return total === 0 ? { notApplicable: "no evaluator of the group applies to this case" } : { value: sum / total };
}
