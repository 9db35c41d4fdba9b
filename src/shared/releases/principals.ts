/** Who a verified token stands for. */
export interface Principal {
  tenant: string;
  /** Client id of the application that asked for the token. */
  caller: string;
  /** The person or service principal, by object id. */
  subject: string;
  roles: readonly string[];
}

/** Why a request goes no further: 401 proves nobody, 403 proves somebody who may not, 503 could not be told now. */
export interface Refusal {
  status: 401 | 403 | 503;
  reason: string;
}

/** Who sends a request, by its Authorization header. */
export interface Principals {
  of(authorization: string | null): Promise<Principal | Refusal>;
}

export function isRefusal(found: Principal | Refusal): found is Refusal {
  return "status" in found;
}

/** The role that Azure Monitor must hold on this app's registration [action-groups, secure webhook]. */
const alertRole = "ActionGroupsSecureWebhook";

/** Who may post alerts: one application, with the role. */
export function refuseAlertsOf({ caller, roles }: Principal, allowedCaller: string): Refusal | undefined {
  if (caller.toLowerCase() !== allowedCaller.toLowerCase()) {
    const mend = "alerts come from Azure Monitor's application alone (ASSAY_ALERT_CALLER)";
    return { status: 403, reason: `the token was made for the application ${caller || "(none)"}: ${mend}` };
  }
  if (roles.includes(alertRole)) return undefined;
  return { status: 403, reason: `the token lacks the role ${alertRole}: assign it to Azure Monitor's application` };
}

/** Roles of people and of API clients; an operator may do what a reader may. */
export type Role = "Assay.Reader" | "Assay.Operator";

export function refuseWithout(role: Role, { roles }: Principal): Refusal | undefined {
  const enough: string[] = role === "Assay.Reader" ? ["Assay.Reader", "Assay.Operator"] : ["Assay.Operator"];
  if (roles.some((held) => enough.includes(held))) return undefined;
  return { status: 403, reason: `the token lacks the role ${role}: assign it in the app registration of Assay` };
}
