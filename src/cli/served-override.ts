import * as z from "zod";
import { Override } from "../shared/routing/override.ts";
import { askAssay } from "./ask-assay.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const Answer = z.object({ override: Override.nullable() });

/**
 * What an operator says of a route now; nothing where nobody does, or where no app is named. `unasked`: why that is not
 * known; the route of the checkout is explained all the same.
 */
export async function servedOverride(
  name: string,
  repository: string | undefined,
  terminal: Terminal,
): Promise<{ override?: Override; unasked?: string }> {
  if (!terminal.env.ASSAY_URL) return {};
  try {
    const path = `routes/${encodeURIComponent(name)}/override`;
    const answer = Answer.safeParse(await askAssay(path, { repository }, terminal));
    if (!answer.success) return { unasked: "The app's answer is not one of this version." };
    return answer.data.override ? { override: answer.data.override } : {};
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    return { unasked: thrown.message };
  }
}
