// What the reaper needs: deployments that nothing needs any more are deleted; none is made, changed or called.
@description('Name of the Foundry account in this resource group.')
param accountName string

@description('Principal of the identity that deletes deployments.')
param principalId string

resource account 'Microsoft.CognitiveServices/accounts@2025-12-01' existing = {
  name: accountName
}

resource deploymentReaper 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'assay-deployment-reaper')
  properties: {
    roleName: 'Assay deployment reaper (${resourceGroup().name})'
    description: 'Lists and deletes model deployments; makes and changes none and reads no keys.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: [
          'Microsoft.CognitiveServices/accounts/read'
          'Microsoft.CognitiveServices/accounts/deployments/read'
          'Microsoft.CognitiveServices/accounts/deployments/delete'
          'Microsoft.CognitiveServices/locations/operationResults/read'
        ]
      }
    ]
  }
}

resource deployments 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, deploymentReaper.id)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: deploymentReaper.id
  }
}
