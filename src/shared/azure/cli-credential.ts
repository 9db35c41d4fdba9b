export { AzureCliCredential } from "@azure/identity";
