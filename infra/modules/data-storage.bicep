// The product's own data: queues, tables and one container; see docs/storage.md. Monthly tables are made by the app.
@description('Name of the storage account.')
param name string

@description('Azure region.')
param location string

@description('Tags of the resource.')
param tags object

@description('Principal of the app.')
param principalId string

@description('Days after their last use after which samples, shards and git blobs are dropped.')
param sampleDays int = 90

var storageBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var storageQueueDataContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
var storageTableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var queueNames = [
  'work'
  'work-poison'
  'shards'
  'shards-poison'
  'conclude'
  'conclude-poison'
  'releases'
  'releases-poison'
  'watch'
  'watch-poison'
  'alerts'
  'alerts-poison'
]
var tableNames = ['incidents', 'limits', 'operations', 'releases', 'routes', 'runs', 'shards', 'spend', 'verdicts']

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    lastAccessTimeTrackingPolicy: { enable: true, name: 'AccessTimeTracking', trackingGranularityInDays: 1, blobType: ['blockBlob'] }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'assay'
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [
  for queueName in queueNames: {
    parent: queues
    name: queueName
  }
]

resource tables 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [
  for tableName in tableNames: {
    parent: tables
    name: tableName
  }
]

resource aging 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: account
  name: 'default'
  dependsOn: [blobs]
  properties: {
    policy: {
      rules: [
        {
          name: 'drop-unused-samples'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['assay/'] }
            actions: { baseBlob: { delete: { daysAfterLastAccessTimeGreaterThan: sampleDays } } }
          }
        }
        {
          name: 'drop-old-journals'
          enabled: true
          type: 'Lifecycle'
          definition: {
            // Append blobs have no access time that the policy reads.
            filters: { blobTypes: ['appendBlob'], prefixMatch: ['assay/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: sampleDays } } }
          }
        }
      ]
    }
  }
}

resource roles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [storageBlobDataContributor, storageQueueDataContributor, storageTableDataContributor]: {
    name: guid(account.id, principalId, role)
    scope: account
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

output name string = account.name
