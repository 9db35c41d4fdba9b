// Secrets that GitHub and a keyed model endpoint need; everything else is by identity.
@description('Name of the vault.')
param name string

@description('Azure region.')
param location string

@description('Tags of the resource.')
param tags object

@description('Principal of the app.')
param principalId string

@description('The GitHub App\'s private key, PEM.')
@secure()
param githubPrivateKey string

@description('Secret that GitHub signs webhooks with.')
@secure()
param githubWebhookSecret string

@description('The webhook secret before the last rotation; empty: none.')
@secure()
param githubWebhookSecretPrevious string

@description('Key of the model endpoint; empty: the app\'s identity is used.')
@secure()
param modelKey string

@description('Slack incoming webhooks that are told of releases; empty: none.')
@secure()
param notifySlack string

@description('Teams workflows that are told of releases; empty: none.')
@secure()
param notifyTeams string

@description('Receivers of signed JSON about releases; empty: none.')
@secure()
param notifyWebhook string

@description('Secret that signs what those receivers get; empty: none.')
@secure()
param notifySecret string

var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
  }
}

resource privateKey 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = {
  parent: vault
  name: 'github-private-key'
  properties: { value: githubPrivateKey }
}

resource webhookSecret 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = {
  parent: vault
  name: 'github-webhook-secret'
  properties: { value: githubWebhookSecret }
}

resource webhookSecretPrevious 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = if (!empty(githubWebhookSecretPrevious)) {
  parent: vault
  name: 'github-webhook-secret-previous'
  properties: { value: githubWebhookSecretPrevious }
}

resource endpointKey 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = if (!empty(modelKey)) {
  parent: vault
  name: 'model-key'
  properties: { value: modelKey }
}

resource notifySlackSecret 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = if (!empty(notifySlack)) {
  parent: vault
  name: 'notify-slack'
  properties: { value: notifySlack }
}

resource notifyTeamsSecret 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = if (!empty(notifyTeams)) {
  parent: vault
  name: 'notify-teams'
  properties: { value: notifyTeams }
}

resource notifyWebhookSecret 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = if (!empty(notifyWebhook)) {
  parent: vault
  name: 'notify-webhook'
  properties: { value: notifyWebhook }
}

resource notifySecretSecret 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = if (!empty(notifySecret)) {
  parent: vault
  name: 'notify-secret'
  properties: { value: notifySecret }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
  }
}

output uri string = vault.properties.vaultUri
