// What a release and its way back need: deployments are made and changed, never deleted; no keys; agents of the projects.
@description('Name of the Foundry account in this resource group.')
param accountName string

@description('Principal of the identity that changes deployments and agents.')
param principalId string

var foundryUser = '53ca6127-db72-4b80-b1b0-d745d6d5456d'

resource account 'Microsoft.CognitiveServices/accounts@2025-12-01' existing = {
  name: accountName
}

resource deploymentWriter 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'assay-deployment-writer')
  properties: {
    roleName: 'Assay deployment writer (${resourceGroup().name})'
    description: 'Makes and changes model deployments; deletes none and reads no keys.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: [
          'Microsoft.CognitiveServices/accounts/read'
          'Microsoft.CognitiveServices/accounts/deployments/read'
          'Microsoft.CognitiveServices/accounts/deployments/write'
          'Microsoft.CognitiveServices/locations/operationResults/read'
        ]
      }
    ]
  }
}

resource deployments 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, deploymentWriter.id)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: deploymentWriter.id
  }
}

resource agents 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, foundryUser)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', foundryUser)
  }
}
