import * as z from "zod";

/** Nothing is refused for a field that is absent, null, new or of another type: any of them may be null [common-schema]. */
const text = z.string().optional().catch(undefined);
const texts = z.array(z.unknown()).optional().catch(undefined);
const number = z.number().optional().catch(undefined);
const record = z.record(z.string(), z.unknown()).optional().catch(undefined);
/** Thresholds arrive as strings, amounts as "$1,234.00". */
const amount = z.union([z.number(), z.string()]).optional().catch(undefined);

const Criterion = z.object({
  metricName: text,
  metricMeasureColumn: text,
  metricValue: number,
  threshold: amount,
  operator: text,
  alertSensitivity: z.unknown().optional(),
  dimensions: z.array(z.unknown()).optional().catch(undefined),
});

const Condition = z
  .object({
    allOf: z.array(Criterion.catch({})).optional().catch(undefined),
    windowStartTime: text,
    windowEndTime: text,
  })
  .optional()
  .catch(undefined);

const Budget = z
  .object({ BudgetName: text, BudgetId: text, SpentAmount: amount, NotificationThresholdAmount: amount })
  .optional()
  .catch(undefined);

export const AlertContext = z.object({
  conditionType: text,
  condition: Condition,
  properties: record,
  AlertCategory: text,
  AlertData: Budget,
  event: z.array(z.unknown()).optional().catch(undefined),
  ResultCount: number,
  Threshold: amount,
  Operator: text,
  SearchQuery: text,
  SearchIntervalStartTimeUtc: text,
  SearchIntervalEndtimeUtc: text,
  Dimensions: z.array(z.unknown()).optional().catch(undefined),
});
export type AlertContext = z.infer<typeof AlertContext>;

const Essentials = z.object({
  alertId: text,
  alertRule: text,
  alertRuleId: text,
  severity: text,
  monitorCondition: text,
  monitoringService: text,
  alertTargetIDs: texts,
  configurationItems: texts,
  originAlertId: text,
  firedDateTime: text,
  resolvedDateTime: text,
});
export type Essentials = z.infer<typeof Essentials>;

/** What an action group posts with `useCommonAlertSchema`. */
export const CommonPayload = z.object({
  schemaId: z.string(),
  data: z.object({
    essentials: Essentials,
    alertContext: AlertContext.optional().catch(undefined),
    customProperties: record,
  }),
});

/** What Alerts Management lists: the same facts under other names; `alertRule` is the rule's whole id there. */
export const ListedAlert = z
  .object({
    id: z.string(),
    properties: z.object({
      essentials: z.object({
        severity: text,
        monitorCondition: text,
        monitorService: text,
        targetResource: text,
        sourceCreatedId: text,
        alertRule: text,
        startDateTime: text,
        monitorConditionResolvedDateTime: text,
      }),
      context: z
        .object({ context: AlertContext.optional().catch(undefined) })
        .optional()
        .catch(undefined),
      customProperties: record,
    }),
  })
  .transform(({ id, properties: { essentials: listed, context, customProperties } }) => ({
    data: {
      essentials: {
        alertId: id,
        alertRule: listed.alertRule?.split("/").at(-1),
        alertRuleId: listed.alertRule,
        severity: listed.severity,
        monitorCondition: listed.monitorCondition,
        monitoringService: listed.monitorService,
        alertTargetIDs: [listed.targetResource],
        originAlertId: listed.sourceCreatedId,
        firedDateTime: listed.startDateTime,
        resolvedDateTime: listed.monitorConditionResolvedDateTime,
      } satisfies Essentials,
      alertContext: context?.context,
      customProperties,
    },
  }));
