import type { Position } from "../repository/finding.ts";
import type { ErrorClass, Fallback, Route, RoutePick, RouteRule } from "../repository/route.ts";

/** A rule or the default, with where it stands in the file. */
export interface Branch {
  /** The rule's id, or `default`. */
  name: string;
  /** `rules.3` or `default`. */
  key: string;
  pick: RoutePick;
  fallback: Fallback[];
  dataZones: string[] | undefined;
  rule?: RouteRule;
}

/** Rules in their order, then the default. */
export function branchesOf(route: Route): Branch[] {
  const rules = route.rules.map((rule, index) => ({ name: rule.id, key: `rules.${index}`, rule, ...branch(rule) }));
  return [...rules, { name: "default", key: "default", ...branch(route.default) }];

  function branch({ pick, fallback, dataZones = route.dataZones }: Route["default"]) {
    return { pick, fallback, dataZones };
  }
}

/** A target that a branch names, and where. */
export interface Naming {
  target: string;
  key: string;
  /** It can take requests: its weight or percentage is above 0, or it is a fallback. */
  live: boolean;
  as: "pick" | "canary" | "fallback";
  /** Among the weighted targets; 0 of a canary and a fallback. */
  weight: number;
  /** Of a fallback: after which errors. */
  on?: ErrorClass[];
}

export function namingsOf({ key, pick, fallback }: Branch): Naming[] {
  const { targets, canary } = pick;
  return [
    ...targets.map(({ target, weight }, index) => ({
      target,
      key: `${key}.pick.targets.${index}.target`,
      live: weight > 0,
      as: "pick" as const,
      weight,
    })),
    ...(canary
      ? [
          {
            target: canary.target,
            key: `${key}.pick.canary.target`,
            live: canary.percent > 0,
            as: "canary" as const,
            weight: 0,
          },
        ]
      : []),
    ...fallback.map(({ target, on }, index) => ({
      target,
      key: `${key}.fallback.${index}.target`,
      live: true,
      as: "fallback" as const,
      weight: 0,
      on,
    })),
  ];
}

/** The place of a key path, or of the nearest parent that the file has: a target may be written without a list. */
export function placeOf(route: Route, key: string): { path: string } & Partial<Position> {
  for (let path = key; path !== ""; path = path.slice(0, Math.max(0, path.lastIndexOf(".")))) {
    const at = route.positions[path];
    if (at) return { path: route.path, ...at };
  }
  return { path: route.path };
}
