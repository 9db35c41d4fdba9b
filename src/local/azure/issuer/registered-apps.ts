/** An application that the stand-in gives tokens to. */
export interface RegisteredApp {
  id: string;
  name: "monitor" | "operator" | "reader" | "stranger";
  roles: string[];
}

/** Azure Monitor by its real id [action-groups]; the others are invented. */
export const registeredApps: readonly RegisteredApp[] = [
  { name: "monitor", id: "461e8683-5575-4561-ac7f-899cc907d62a", roles: ["ActionGroupsSecureWebhook"] },
  { name: "operator", id: "0a0a0a0a-0000-4000-8000-000000000001", roles: ["Assay.Operator"] },
  { name: "reader", id: "0a0a0a0a-0000-4000-8000-000000000002", roles: ["Assay.Reader"] },
  { name: "stranger", id: "0a0a0a0a-0000-4000-8000-000000000003", roles: [] },
];
