// Assay on Azure Functions (Flex Consumption, Node 24): one app, one identity, storage by identity.
// Native resources only: registry modules could not be compiled or checked without a network.
targetScope = 'resourceGroup'

@description('Short name of this installation; part of every resource name.')
@minLength(3)
@maxLength(12)
param environmentName string

@description('Azure region of all resources.')
param location string = resourceGroup().location

@description('Base URL of GitHub\'s REST API.')
param githubApiUrl string = 'https://api.github.com'

@description('Id of the GitHub App that Assay acts as.')
param githubAppId string

@description('The GitHub App\'s private key, PEM.')
@secure()
param githubPrivateKey string

@description('Secret that GitHub signs webhooks with.')
@secure()
param githubWebhookSecret string

@description('The webhook secret before the last rotation; empty: none.')
@secure()
param githubWebhookSecretPrevious string = ''

@description('Repositories that Assay serves: owner/name, comma separated.')
param repositories string

@description('Base URL of the model endpoint in the OpenAI format.')
param modelUrl string

@description('Name of the Foundry account in this resource group that the model endpoint belongs to; empty: no role is given.')
param foundryAccountName string = ''

@description('Endpoint of the Foundry project whose agents are released, https://NAME.services.ai.azure.com/api/projects/PROJECT; empty: none.')
param foundryProjectUrl string = ''

@description('Key of the model endpoint; empty: the app\'s identity is used.')
@secure()
param modelKey string = ''

@description('Slack incoming webhooks that are told of releases: the setting ASSAY_NOTIFY_SLACK; empty: none.')
@secure()
param notifySlack string = ''

@description('Teams workflows that are told of releases: the setting ASSAY_NOTIFY_TEAMS; empty: none.')
@secure()
param notifyTeams string = ''

@description('Receivers of signed JSON about releases: the setting ASSAY_NOTIFY_WEBHOOK; empty: none.')
@secure()
param notifyWebhook string = ''

@description('Secret that signs what those receivers get: the setting ASSAY_NOTIFY_SECRET; empty: none.')
@secure()
param notifySecret string = ''

@description('Client id of Assay\'s app registration: alerts and the API of releases need tokens for it. Empty: nobody is believed.')
param tokenAudience string = ''

@description('Object id of that registration\'s service principal; empty: no alert rules are made.')
param tokenObjectId string = ''

@description('Resource id of the Log Analytics workspace that holds the applications\' GenAI spans; empty: no log rules, and only platform metrics are watched.')
param watchedWorkspaceId string = ''

@description('What becomes of versioned deployments that nothing needs any more, the setting ASSAY_REAPER: off, dryRun or delete.')
param reaper string = 'dryRun'

@description('Most instances of each scale group; every queue function is a group of its own.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

var suffix = uniqueString(resourceGroup().id, environmentName)
// Where there is none, a place that exists: the scope of a module is looked at in any case.
var watchedScope = split(empty(watchedWorkspaceId) ? resourceGroup().id : watchedWorkspaceId, '/')
var tags = { 'azd-env-name': environmentName }

module identity 'modules/identity.bicep' = {
  name: 'identity'
  params: { name: 'id-assay-${environmentName}', location: location, tags: tags }
}

// Apart from the app's own: Resource Manager limits each identity for itself, and background reads must not delay a rollback.
module releaseIdentity 'modules/identity.bicep' = {
  name: 'release-identity'
  params: { name: 'id-assay-release-${environmentName}', location: location, tags: tags }
}

module releaseAccess 'modules/release-access.bicep' = if (!empty(foundryAccountName)) {
  name: 'release-access'
  params: { accountName: foundryAccountName, principalId: releaseIdentity.outputs.principalId }
}

// A third one, which deletes and can do nothing else: what changes deployments can delete none.
module reaperIdentity 'modules/identity.bicep' = {
  name: 'reaper-identity'
  params: { name: 'id-assay-reaper-${environmentName}', location: location, tags: tags }
}

module reaperAccess 'modules/reaper-access.bicep' = if (!empty(foundryAccountName)) {
  name: 'reaper-access'
  params: { accountName: foundryAccountName, principalId: reaperIdentity.outputs.principalId }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    name: 'assay-${environmentName}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
  }
}

module hostStorage 'modules/host-storage.bicep' = {
  name: 'host-storage'
  params: {
    name: 'sthost${suffix}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
  }
}

module dataStorage 'modules/data-storage.bicep' = {
  name: 'data-storage'
  params: {
    name: 'stdata${suffix}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  params: {
    name: 'kv-${suffix}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    githubPrivateKey: githubPrivateKey
    githubWebhookSecret: githubWebhookSecret
    githubWebhookSecretPrevious: githubWebhookSecretPrevious
    modelKey: modelKey
    notifySlack: notifySlack
    notifyTeams: notifyTeams
    notifyWebhook: notifyWebhook
    notifySecret: notifySecret
  }
}

module foundryAccess 'modules/foundry-access.bicep' = if (!empty(foundryAccountName)) {
  name: 'foundry-access'
  params: { accountName: foundryAccountName, principalId: identity.outputs.principalId }
}

module telemetryAccess 'modules/telemetry-access.bicep' = if (!empty(watchedWorkspaceId)) {
  name: 'telemetry-access'
  scope: resourceGroup(watchedScope[2], watchedScope[4])
  params: { workspaceName: last(watchedScope), principalId: identity.outputs.principalId }
}

module app 'modules/function-app.bicep' = {
  name: 'function-app'
  params: {
    name: 'func-assay-${environmentName}-${suffix}'
    location: location
    tags: union(tags, { 'azd-service-name': 'app' })
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    releaseIdentityId: releaseIdentity.outputs.id
    releaseIdentityClientId: releaseIdentity.outputs.clientId
    reaperIdentityId: reaperIdentity.outputs.id
    reaperIdentityClientId: reaperIdentity.outputs.clientId
    reaper: reaper
    foundryAccounts: empty(foundryAccountName)
      ? ''
      : resourceId('Microsoft.CognitiveServices/accounts', foundryAccountName)
    foundryProjects: foundryProjectUrl
    hostStorageName: hostStorage.outputs.name
    deploymentContainer: hostStorage.outputs.deploymentContainer
    dataStorageName: dataStorage.outputs.name
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    vaultUri: vault.outputs.uri
    maximumInstanceCount: maximumInstanceCount
    githubApiUrl: githubApiUrl
    githubAppId: githubAppId
    repositories: repositories
    modelUrl: modelUrl
    hasPreviousWebhookSecret: !empty(githubWebhookSecretPrevious)
    hasModelKey: !empty(modelKey)
    hasNotifySlack: !empty(notifySlack)
    hasNotifyTeams: !empty(notifyTeams)
    hasNotifyWebhook: !empty(notifyWebhook)
    hasNotifySecret: !empty(notifySecret)
    tokenTenant: tenant().tenantId
    tokenAudience: tokenAudience
    logsWorkspace: telemetryAccess.?outputs.workspaceId ?? ''
  }
}

module alerts 'modules/alerts.bicep' = if (!empty(tokenObjectId) && !empty(foundryAccountName)) {
  name: 'alerts'
  params: {
    name: 'assay-${environmentName}'
    location: location
    tags: tags
    foundryAccountName: foundryAccountName
    workspaceId: watchedWorkspaceId
    alertsUrl: 'https://${app.outputs.hostName}/api/alerts'
    tokenTenant: tenant().tenantId
    tokenAudience: tokenAudience
    tokenObjectId: tokenObjectId
  }
}

@description('Address for the GitHub App\'s webhook.')
output webhookUrl string = 'https://${app.outputs.hostName}/api/github/webhook'
