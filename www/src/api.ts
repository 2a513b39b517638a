// The lender's API as the pages call it: every request goes through the guard.
import type { Data } from "pagemend/client";
import { guard } from "./guard";
import { remember } from "./cache";
import type { Home, Plan } from "./loan";

const base = window.__ENV__?.apiBase ?? "/api";

/** A refusal or failure that the server put into words: `code` is the server's. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string) {
    super(`${status} ${code}`);
  }
}

async function read<T>(answer: Response): Promise<T> {
  if (answer.ok) return (await answer.json()) as T;
  const body = (await answer.json().catch(() => ({}))) as { code?: string };
  throw new ApiError(answer.status, body.code ?? "");
}

// In a key action, `fetch` adds the header Idempotency-Key: the same for each try of one press of the button.
const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

// Where an answer does not come, the last one stands in, and the page says from when it is.
export const loadHome = (): Promise<Data<Home>> =>
  guard.data("home", async () => {
    const home = await read<Home>(await guard.fetch(`${base}/home${location.search}`));
    remember(home);
    return home;
  });

export const loadPlan = (): Promise<Data<Plan>> =>
  guard.data("plan", async () => read<Plan>(await guard.fetch(`${base}/repay/plan`)));

export const sendSms = (phone: string): Promise<unknown> =>
  guard.keyAction("sms-code", async ({ fetch }) => read(await fetch(`${base}/sms/send`, json({ phone }))));

export const callVoice = (phone: string): Promise<unknown> =>
  guard.keyAction("sms-voice", async ({ fetch }) => read(await fetch(`${base}/sms/voice`, json({ phone }))));

export const submitLoan = (form: Record<string, unknown>): Promise<{ bookingId: string }> =>
  guard.keyAction("submit", async ({ fetch }) =>
    read(await fetch(`${base}/loan/submit`, json({ ...form, risk: window.__RISK__?.session }))),
  );

export const repay = (period: number): Promise<unknown> =>
  guard.keyAction("repay", async ({ fetch }) => read(await fetch(`${base}/repay`, json({ period }))));
