// The app on Flex Consumption. Settings that Flex refuses (FUNCTIONS_WORKER_RUNTIME, WEBSITE_RUN_FROM_PACKAGE, …) are absent.
@description('Name of the function app.')
param name string

@description('Azure region.')
param location string

@description('Tags of the resource.')
param tags object

@description('Resource id of the user-assigned identity.')
param identityId string

@description('Client id of the user-assigned identity.')
param identityClientId string

@description('Storage account of the Functions host.')
param hostStorageName string

@description('Container of the deployed package.')
param deploymentContainer string

@description('Storage account of the product\'s data.')
param dataStorageName string

@description('Connection string of Application Insights; holds no secret while local authentication is off.')
param applicationInsightsConnectionString string

@description('Address of the key vault, with the slash at its end.')
param vaultUri string

@description('Most instances of each scale group.')
param maximumInstanceCount int

@description('Base URL of GitHub\'s REST API.')
param githubApiUrl string

@description('Id of the GitHub App.')
param githubAppId string

@description('Repositories that Assay serves: owner/name, comma separated.')
param repositories string

@description('Base URL of the model endpoint.')
param modelUrl string

@description('Whether the vault holds the webhook secret before the last rotation.')
param hasPreviousWebhookSecret bool

@description('Whether the vault holds a key of the model endpoint.')
param hasModelKey bool

@description('Whether the vault holds the setting ASSAY_NOTIFY_SLACK.')
param hasNotifySlack bool

@description('Whether the vault holds the setting ASSAY_NOTIFY_TEAMS.')
param hasNotifyTeams bool

@description('Whether the vault holds the setting ASSAY_NOTIFY_WEBHOOK.')
param hasNotifyWebhook bool

@description('Whether the vault holds the setting ASSAY_NOTIFY_SECRET.')
param hasNotifySecret bool

@description('Tenant whose tokens alerts and the API of releases need.')
param tokenTenant string

@description('Client id of the app registration that those tokens are for; empty: nobody is believed.')
param tokenAudience string

@description('Resource id of the identity that changes deployments and agents; apart from the app\'s own.')
param releaseIdentityId string

@description('Client id of the identity that changes deployments and agents.')
param releaseIdentityClientId string

@description('Resource id of the identity that deletes deployments that nothing needs any more.')
param reaperIdentityId string

@description('Client id of the identity that deletes deployments that nothing needs any more.')
param reaperIdentityClientId string

@description('What becomes of them: off, dryRun or delete.')
param reaper string

@description('Resource ids of the Foundry accounts whose deployments are released.')
param foundryAccounts string

@description('Endpoints of the Foundry projects whose agents are released.')
param foundryProjects string

@description('Id of the Log Analytics workspace that applications send their spans to; empty: none.')
param logsWorkspace string

var resourceManager = endsWith(environment().resourceManager, '/')
  ? substring(environment().resourceManager, 0, length(environment().resourceManager) - 1)
  : environment().resourceManager
var nodeVersion = '24'
// environment() does not name it.
#disable-next-line no-hardcoded-env-urls
var logsUrl = 'https://api.loganalytics.io'
var storageSuffix = environment().suffixes.storage

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {}, '${releaseIdentityId}': {}, '${reaperIdentityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainer
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'node', version: nodeVersion }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: maximumInstanceCount
        // GitHub gives a webhook ten seconds, cold start included.
        alwaysReady: [{ name: 'http', instanceCount: 1 }]
      }
    }
    siteConfig: { minTlsVersion: '1.2' }
  }
}

resource settings 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'appsettings'
  properties: {
    AzureWebJobsStorage__blobServiceUri: 'https://${hostStorageName}.blob.${storageSuffix}'
    AzureWebJobsStorage__queueServiceUri: 'https://${hostStorageName}.queue.${storageSuffix}'
    AzureWebJobsStorage__tableServiceUri: 'https://${hostStorageName}.table.${storageSuffix}'
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    AssayStorage__blobServiceUri: 'https://${dataStorageName}.blob.${storageSuffix}'
    AssayStorage__queueServiceUri: 'https://${dataStorageName}.queue.${storageSuffix}'
    AssayStorage__tableServiceUri: 'https://${dataStorageName}.table.${storageSuffix}'
    AssayStorage__credential: 'managedidentity'
    AssayStorage__clientId: identityClientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    ASSAY_GITHUB_API_URL: githubApiUrl
    ASSAY_GITHUB_APP_ID: githubAppId
    ASSAY_GITHUB_PRIVATE_KEY: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/github-private-key)'
    ASSAY_GITHUB_WEBHOOK_SECRET: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/github-webhook-secret)'
    ASSAY_GITHUB_WEBHOOK_SECRET_PREVIOUS: hasPreviousWebhookSecret
      ? '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/github-webhook-secret-previous)'
      : ''
    ASSAY_REPOSITORIES: repositories
    ASSAY_MODEL_URL: modelUrl
    ASSAY_MODEL_KEY: hasModelKey ? '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/model-key)' : ''
    ASSAY_MODEL_TIMEOUT: '120'
    ASSAY_SHARD_CONCURRENCY: '8'
    ASSAY_SHARD_SECONDS: '240'
    ASSAY_HEARTBEAT_SECONDS: '15'
    ASSAY_OVERDUE_SECONDS: '45'
    ASSAY_PROGRESS_SECONDS: '10'
    ASSAY_GATE_MINUTES: '60'
    ASSAY_DECISION_SHARE: '1'
    ASSAY_TOKEN_TENANT: tokenTenant
    ASSAY_TOKEN_AUDIENCE: tokenAudience
    ASSAY_TOKEN_ISSUER: ''
    ASSAY_ALERT_CALLER: '461e8683-5575-4561-ac7f-899cc907d62a'
    ASSAY_ARM_URL: resourceManager
    ASSAY_FOUNDRY_ACCOUNTS: foundryAccounts
    ASSAY_FOUNDRY_PROJECTS: foundryProjects
    ASSAY_RELEASE_CLIENT_ID: releaseIdentityClientId
    ASSAY_OPERATION_MINUTES: '30'
    ASSAY_METRICS_URL: resourceManager
    ASSAY_LOGS_URL: logsUrl
    ASSAY_LOGS_WORKSPACE: logsWorkspace
    ASSAY_TELEMETRY_SECONDS: '20'
    ASSAY_STANDBY_HOURS: '720'
    ASSAY_STANDBY_SECONDS: '300'
    ASSAY_REAPER: reaper
    ASSAY_REAPER_CLIENT_ID: reaperIdentityClientId
    ASSAY_WATCH_MINUTES: '1440'
    ASSAY_METRICS_SETTLE_SECONDS: '60'
    ASSAY_LOGS_SETTLE_SECONDS: '120'
    ASSAY_NOTIFY_SLACK: hasNotifySlack ? '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/notify-slack)' : ''
    ASSAY_NOTIFY_TEAMS: hasNotifyTeams ? '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/notify-teams)' : ''
    ASSAY_NOTIFY_WEBHOOK: hasNotifyWebhook ? '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/notify-webhook)' : ''
    ASSAY_NOTIFY_SECRET: hasNotifySecret ? '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/notify-secret)' : ''
    ASSAY_MINUTE_SCHEDULE: '0 * * * * *'
    ASSAY_HOUR_SCHEDULE: '0 7 * * * *'
  }
}

output hostName string = app.properties.defaultHostName
