/** What came of one row of a conformance file. */
export interface RowCheck {
  id: string;
  outcome: "right" | "wrong" | "unclaimed";
  /** Of a wrong row both figures, of an unclaimed one the reason. */
  detail: string;
}
