import * as z from "zod";
import { Override } from "../shared/routing/override.ts";
import { askAssay } from "./ask-assay.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const Answer = z.object({ override: Override.nullable() });

/** What an operator says of a route now; undefined where nobody does, or where no app is named. */
export async function servedOverride(
  name: string,
  repository: string | undefined,
  terminal: Terminal,
): Promise<Override | undefined> {
  if (!terminal.env.ASSAY_URL) return undefined;
  const answer = Answer.safeParse(
    await askAssay(`routes/${encodeURIComponent(name)}/override`, { repository }, terminal),
  );
  if (answer.success) return answer.data.override ?? undefined;
  throw new UsageError("The app's answer is not one of this version.", "Use the same version of both.");
}
