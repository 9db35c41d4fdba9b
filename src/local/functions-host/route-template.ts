/** A route of the HTTP trigger, e.g. `items/{id:int}/{*rest}`. */
export interface Route {
  /** The values of the template's parameters, or undefined where the path is another's. */
  match(path: string): Record<string, string> | undefined;
  /** Literal segments come first where two routes match, as ASP.NET routing has it; compared as text. */
  precedence: string;
}

const constraints: Record<string, RegExp> = {
  int: /^-?\d+$/,
  long: /^-?\d+$/,
  bool: /^(true|false)$/i,
  guid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  alpha: /^[a-z]+$/i,
};

/** Throws where the template has a form that the local host does not serve: it must not look like a literal. */
export function parseRoute(template: string): Route {
  const segments = template.split("/").filter(Boolean).map(parseSegment);
  return {
    precedence: segments.map(({ rank }) => rank).join(""),
    match(path) {
      const parts = path.split("/").filter(Boolean).map(decodeSegment);
      const values: Record<string, string> = {};
      for (const [index, segment] of segments.entries()) {
        if (segment.catchAll) {
          const rest = parts.slice(index).join("/");
          return rest ? { ...values, [segment.name]: rest } : values;
        }
        const part = parts[index];
        if (part === undefined) {
          if (!segment.optional) return undefined;
        } else if (!segment.accepts(part)) return undefined;
        else if (segment.name) values[segment.name] = part;
      }
      return parts.length > segments.length ? undefined : values;
    },
  };
}

interface Segment {
  name: string;
  rank: number;
  optional: boolean;
  catchAll: boolean;
  accepts(part: string): boolean;
}

function parseSegment(text: string): Segment {
  if (!/[{}]/.test(text)) {
    const literal = text.toLowerCase();
    return { name: "", rank: 1, optional: false, catchAll: false, accepts: (part) => part.toLowerCase() === literal };
  }
  const parameter = /^\{(\*{0,2})([A-Za-z_]\w*)(?::(\w+))?(\??)\}$/.exec(text);
  const [, star = "", name = "", constraint, question] = parameter ?? [];
  const pattern = constraint ? constraints[constraint] : undefined;
  if (!parameter || (constraint && !pattern)) {
    throw new Error(`The route segment "${text}" is not served by the local host.`);
  }
  return {
    name,
    rank: star ? 5 : pattern ? 2 : 3,
    optional: question === "?",
    catchAll: star !== "",
    accepts: (part) => pattern?.test(part) ?? true,
  };
}

/** As Kestrel decodes: an escaped slash stays escaped, and what is no escape stays as it is. */
function decodeSegment(part: string): string {
  return part
    .split(/(%2F)/i)
    .map((piece) => {
      try {
        return /^%2F$/i.test(piece) ? piece : decodeURIComponent(piece);
      } catch {
        return piece;
      }
    })
    .join("");
}
