// What wakes Assay when a release goes wrong: rules on the Foundry account, each split by deployment, and one group that calls
// the app with a token of Microsoft Entra ID. Names must not begin with `test-`: such alerts are never acted on.
@description('Part of every rule\'s name.')
param name string

@description('Region of the log rules; metric rules and action groups have none.')
param location string

@description('Tags of the resources.')
param tags object

@description('Foundry account whose deployments are watched.')
param foundryAccountName string

@description('Log Analytics workspace that holds the applications\' GenAI spans; empty: no log rules.')
param workspaceId string

@description('Address of the app, for alerts.')
param alertsUrl string

@description('Tenant of the app registration.')
param tokenTenant string

@description('Client id of the app registration.')
param tokenAudience string

@description('Object id of the registration\'s service principal, on which Azure Monitor holds the role ActionGroupsSecureWebhook.')
param tokenObjectId string

// Alerts of rules that say no policy and no target are recorded and never acted on.
var known = { policy: 'assay' }

// 429 and other 4xx do not count as unavailable; platform metrics have averages and no percentiles.
var metricRules = [
  { rule: 'availability', metric: 'ModelAvailabilityRate', aggregation: 'Average', operator: 'LessThan', threshold: 97, severity: 1, only: [] }
  { rule: 'latency', metric: 'TimeToLastByte', aggregation: 'Average', operator: 'GreaterThan', threshold: 30000, severity: 2, only: [] }
  {
    rule: 'throttled'
    metric: 'ModelRequests'
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: 60
    severity: 2
    only: [{ name: 'StatusCode', operator: 'Include', values: ['429'] }]
  }
  { rule: 'safety', metric: 'RAIRejectedRequests', aggregation: 'Total', operator: 'GreaterThan', threshold: 60, severity: 2, only: [] }
]

var failures = '''
AppDependencies
| where isnotempty(Properties["gen_ai.operation.name"])
| extend deployment = tostring(Properties["gen_ai.request.model"]), calls = coalesce(ItemCount, 1)
| where isnotempty(deployment)
| summarize total = sum(calls), failed = sumif(calls, Success == false) by deployment
| where total >= 20
| project deployment, failedPercent = 100.0 * failed / total
'''

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = {
  name: foundryAccountName
}

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${name}'
  location: 'Global'
  tags: tags
  properties: {
    groupShortName: 'assay'
    enabled: true
    webhookReceivers: [
      {
        name: 'assay'
        serviceUri: alertsUrl
        useCommonAlertSchema: true
        useAadAuth: true
        tenantId: tokenTenant
        objectId: tokenObjectId
        identifierUri: 'api://${tokenAudience}'
      }
    ]
  }
}

resource metricAlert 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for item in metricRules: {
    name: '${name}-${item.rule}'
    location: 'global'
    tags: tags
    properties: {
      description: 'A deployment\'s ${item.rule}; Assay observes the release that serves it.'
      severity: item.severity
      enabled: true
      scopes: [account.id]
      evaluationFrequency: 'PT1M'
      windowSize: 'PT5M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: item.rule
            metricNamespace: 'Microsoft.CognitiveServices/accounts'
            metricName: item.metric
            timeAggregation: item.aggregation
            operator: item.operator
            threshold: item.threshold
            dimensions: concat([{ name: 'ModelDeploymentName', operator: 'Include', values: ['*'] }], item.only)
          }
        ]
      }
      actions: [{ actionGroupId: group.id, webHookProperties: known }]
    }
  }
]

resource logAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = if (!empty(workspaceId)) {
  name: '${name}-failed-calls'
  location: location
  tags: tags
  properties: {
    description: 'Share of a deployment\'s calls that fail, as applications see them; Assay observes the release that serves it.'
    severity: 1
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: failures
          metricMeasureColumn: 'failedPercent'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 5
          dimensions: [{ name: 'deployment', operator: 'Include', values: ['*'] }]
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [group.id], customProperties: known }
  }
}
