/** JSON nested deeper than this is no answer to anything, and would exhaust the stack of whatever walks it. */
const DEEPEST = 200;

/** `JSON.parse`. @throws SyntaxError also where arrays and objects nest more than 200 deep */
export function parseShallowJson(text: string): unknown {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (quoted) {
      if (char === "\\") i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "[" || char === "{") {
      depth++;
      if (depth > DEEPEST) throw new SyntaxError(`nested more than ${DEEPEST} deep`);
    } else if (char === "]" || char === "}") depth--;
  }
  return JSON.parse(text);
}
