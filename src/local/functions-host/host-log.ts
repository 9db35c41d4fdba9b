/** One line of a function's log. */
export type HostLog = (level: string, functionName: string, invocationId: string, message: string) => void;

const levels = ["trace", "debug", "information", "warning", "error", "critical", "none"];

/**
 * Writes lines of at least `least` to standard error (`none`: silence). Throws where there is no such level.
 */
export function createHostLog(
  least: string,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): HostLog {
  const floor = levels.indexOf(least);
  if (floor < 0) throw new Error(`"${least}" is no log level; choose one of ${levels.join(", ")}.`);
  return (level, functionName, invocationId, message) => {
    if (least === "none" || levels.indexOf(level) < floor) return;
    const id = invocationId ? ` ${invocationId.slice(0, 8)}` : "";
    write(`${new Date().toISOString()} ${level} ${functionName}${id} ${oneLine(message)}\n`);
  };
}

/** Escapes control characters: what a model or a pull request says must neither forge a line nor steer a terminal. */
function oneLine(message: string): string {
  return message.replace(/\p{Cc}/gu, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\t";
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
