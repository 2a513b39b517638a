// The site's language: Chinese, or English with ?lang=en (kept for the tab).
import { session } from "./store";

const asked = new URLSearchParams(location.search).get("lang");
if (asked) session.set("loan:lang", asked);
export const english = (asked ?? session.get("loan:lang")) === "en";

/** The text in the user's language; both stand side by side, so that neither is forgotten. */
export const t = (zh: string, en: string): string => (english ? en : zh);

/** From when a value is that is not fresh, in words. */
export function asOf(at: number): string {
  const time = new Date(at).toLocaleTimeString(english ? "en-GB" : "zh-CN", { hour: "2-digit", minute: "2-digit" });
  return t(`截至 ${time}`, `as of ${time}`);
}

/** Money in yuan, from yuan: two decimals only where there are cents. */
export function yuan(amount: number): string {
  const digits = Number.isInteger(amount) ? 0 : 2;
  return "¥" + amount.toLocaleString("zh-CN", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
