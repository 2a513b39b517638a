// What the lender knows of a loan, as its API answers it.
export interface Home {
  creditLine: number;
  available: number;
  nextDue: { date: string; amount: number } | null;
  notices: { zh: string; en: string }[];
}
export interface Instalment {
  period: number;
  /** yyyy-mm-dd */
  date: string;
  principal: number;
  interest: number;
  amount: number;
  status: "due" | "planned";
}
export interface Plan {
  total: number;
  periods: Instalment[];
}
