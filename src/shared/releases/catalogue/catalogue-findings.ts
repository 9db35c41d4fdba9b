/** A model version as a region offers it to an account. */
export interface OfferedModel {
  format: string;
  name: string;
  version: string;
  /** An open set: Preview, GenerallyAvailable, Legacy, Deprecating, Deprecated, … */
  lifecycle: string | undefined;
  /** From then on nobody is answered; ISO time. */
  retiresAt: string | undefined;
  /** `Planned` is confirmed; `Tentative` may change. */
  certainty: string | undefined;
  /** What its maker names in its place. */
  replacement: string | undefined;
}

/** A model version that requests are routed to, and what says so. */
export interface RoutedModel {
  name: string;
  version: string;
  by: string[];
}

export type CatalogueFinding = RoutedModel & {
  /** The same for the same finding, on whatever day. */
  id: string;
} & (
    | { kind: "newer"; newer: string }
    /** `at` is absent where it is retired and nobody says since when. */
    | { kind: "retires"; at?: string; certainty?: string; replacement?: string }
  );

const noticeMs = 90 * 24 * 3_600_000;

/** What a region's catalogue says of the models that requests are routed to. What it does not list is no finding. */
export function catalogueFindings(
  routed: readonly RoutedModel[],
  offered: readonly OfferedModel[],
  now: Date,
): CatalogueFinding[] {
  return routed.flatMap((model): CatalogueFinding[] => {
    const same = offered.filter(({ name }) => name === model.name);
    const retiring = same.find((one) => one.version === model.version && isRetiring(one, now));
    const newer = same
      .filter((one) => isOffered(one, now) && isNewer(one.version, model.version))
      .map(({ version }) => version)
      .reduce<string | undefined>(
        (newest, version) => (!newest || isNewer(version, newest) ? version : newest),
        undefined,
      );
    const own = `${model.name}:${model.version}`;
    return [
      ...(retiring ? [{ ...model, id: `retires:${own}`, kind: "retires" as const, ...retirementOf(retiring) }] : []),
      ...(newer === undefined ? [] : [{ ...model, id: `newer:${own}:${newer}`, kind: "newer" as const, newer }]),
    ];
  });
}

function retirementOf({ retiresAt, certainty, replacement }: OfferedModel) {
  return {
    ...(retiresAt === undefined ? {} : { at: retiresAt }),
    ...(certainty === undefined ? {} : { certainty }),
    ...(replacement === undefined ? {} : { replacement }),
  };
}

function isRetiring({ lifecycle, retiresAt }: OfferedModel, now: Date): boolean {
  if (lifecycle === "Deprecated") return true;
  return retiresAt !== undefined && Date.parse(retiresAt) - now.getTime() <= noticeMs;
}

/** Nobody is sent to what is only a preview, or about to go. */
function isOffered(model: OfferedModel, now: Date): boolean {
  const { lifecycle } = model;
  // "Stable" is the older word [docs: model lifecycle].
  return (lifecycle === undefined || /^(GenerallyAvailable|Stable)$/.test(lifecycle)) && !isRetiring(model, now);
}

/** Versions are days, or count up; others cannot be compared. */
function isNewer(one: string, other: string): boolean {
  const day = /^\d{4}-\d{2}-\d{2}$/;
  if (day.test(one) && day.test(other)) return one > other;
  const number = /^\d{1,3}$/;
  return number.test(one) && number.test(other) && Number(one) > Number(other);
}
