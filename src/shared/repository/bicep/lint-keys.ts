import type { Finding } from "../finding.ts";
import type { LintCode } from "../lint-rules.ts";
import type { BicepToken } from "./bicep-tokens.ts";
import { type Span, textOf } from "./look-up.ts";
import type { BicepFile } from "./read-bicep.ts";

/** What a connection of Foundry is made with where it is no identity. */
const withKey = /^(?:ApiKey|AccountKey|AccessKey|CustomKeys|SAS)$/i;

/** Keys that are read out, also in what is put into a text, or that a connection is made with. */
export function lintKeys(file: BicepFile, tell: (code: LintCode, at: Span, message: string) => Finding): Finding[] {
  return keysIn(file.tokens);

  function keysIn(tokens: readonly BicepToken[]): Finding[] {
    return tokens.flatMap((token, index) => {
      if (token.inner) return keysIn(token.inner);
      if (token.kind !== "name") return [];
      const [next, value] = tokens.slice(index + 1, index + 3);
      if (/(?:^|\.)list(?:Account|Admin|Query)?Keys$/i.test(token.text) && next?.kind === "mark" && next.text === "(")
        return [tell("foundry/keys", token, "Keys of an account are read out.")];
      if (!/^authType$/i.test(token.text) || next?.text !== ":" || !value) return [];
      const { kind, text, at, end } = value;
      const said =
        kind === "text" || kind === "name"
          ? textOf({ kind: kind === "text" ? "text" : "word", text, at, end }, file)
          : undefined;
      return said !== undefined && withKey.test(said)
        ? [tell("foundry/keys", value, `A connection uses \`${said}\`.`)]
        : [];
    });
  }
}
