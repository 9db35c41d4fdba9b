using './main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'assay')
param githubAppId = readEnvironmentVariable('ASSAY_GITHUB_APP_ID', '')
param githubPrivateKey = readEnvironmentVariable('ASSAY_GITHUB_PRIVATE_KEY', '')
param githubWebhookSecret = readEnvironmentVariable('ASSAY_GITHUB_WEBHOOK_SECRET', '')
param repositories = readEnvironmentVariable('ASSAY_REPOSITORIES', '')
param modelUrl = readEnvironmentVariable('ASSAY_MODEL_URL', '')
param foundryProjectUrl = readEnvironmentVariable('ASSAY_FOUNDRY_PROJECTS', '')
param foundryAccountName = readEnvironmentVariable('ASSAY_FOUNDRY_ACCOUNT', '')
param tokenAudience = readEnvironmentVariable('ASSAY_TOKEN_AUDIENCE', '')
param tokenObjectId = readEnvironmentVariable('ASSAY_TOKEN_OBJECT_ID', '')
param watchedWorkspaceId = readEnvironmentVariable('ASSAY_WATCHED_WORKSPACE_ID', '')
