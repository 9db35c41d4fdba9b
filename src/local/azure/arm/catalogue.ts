import * as z from "zod";

const day = z.iso.datetime();

/** A model version as a region offers it. */
export const CatalogueModel = z.object({
  format: z.string().default("OpenAI"),
  name: z.string(),
  version: z.string(),
  lifecycleStatus: z.enum(["Preview", "GenerallyAvailable", "Legacy", "Deprecating", "Deprecated"]),
  /** From then on calls are answered with 410. */
  inference: day.optional(),
  isDefaultVersion: z.boolean().default(false),
  replacement: z.object({ targetModelName: z.string(), targetModelVersion: z.string() }).optional(),
});
export type CatalogueModel = z.infer<typeof CatalogueModel>;

const offer = (
  name: string,
  version: string,
  lifecycleStatus: CatalogueModel["lifecycleStatus"],
  more: Partial<CatalogueModel> = {},
): CatalogueModel => ({ format: "OpenAI", name, version, lifecycleStatus, isDefaultVersion: false, ...more });

/** What the simulated region offers; the last two versions of a model are as a release would have them. */
export const offeredModels = (): CatalogueModel[] => [
  offer("gpt-4o", "2024-11-20", "Deprecating", {
    inference: "2027-01-15T00:00:00Z",
    replacement: { targetModelName: "gpt-4.1", targetModelVersion: "2025-04-14" },
  }),
  offer("gpt-4o-mini", "2024-07-18", "Deprecated", { inference: "2026-09-30T00:00:00Z" }),
  offer("gpt-4.1", "2025-04-14", "GenerallyAvailable", { isDefaultVersion: true }),
  offer("gpt-4.1-mini", "2025-04-14", "GenerallyAvailable", { isDefaultVersion: true }),
  offer("gpt-4.1-nano", "2025-04-14", "GenerallyAvailable", { isDefaultVersion: true }),
  offer("gpt-5", "2025-08-07", "GenerallyAvailable", { isDefaultVersion: true }),
  offer("gpt-5-mini", "2025-08-07", "GenerallyAvailable", { isDefaultVersion: true }),
  offer("gpt-5-mini", "2026-08-06", "GenerallyAvailable"),
];

export const skuNames = ["Standard", "GlobalStandard", "DataZoneStandard", "ProvisionedManaged"] as const;

/** As ARM writes a model of a location [armcs 8.1.0, Model]. */
export function modelOnWire(model: CatalogueModel) {
  const { format, name, version, lifecycleStatus, inference, isDefaultVersion, replacement } = model;
  return {
    kind: "OpenAI",
    skuName: "S0",
    model: {
      format,
      name,
      version,
      isDefaultVersion,
      lifecycleStatus,
      deprecation: { ...(inference ? { inference } : {}), deprecationStatus: inference ? "Planned" : "Tentative" },
      ...(replacement ? { replacementConfig: replacement } : {}),
      maxCapacity: 1000,
      capabilities: { chatCompletion: "true" },
      skus: skuNames.map((skuName) => ({
        name: skuName,
        usageName: usageName(skuName, model),
        ...(inference ? { deprecationDate: inference } : {}),
        capacity: { minimum: 1, maximum: 1000, step: 1, default: 10 },
        rateLimits: [{ key: "token", renewalPeriod: 60, count: 1000 }],
      })),
    },
  };
}

export function usageName(skuName: string, { format, name }: { format: string; name: string }): string {
  return `${format}.${skuName}.${name}`;
}

export function isSameModel(one: { name: string; version: string }, other: { name: string; version: string }): boolean {
  return one.name === other.name && one.version === other.version;
}
