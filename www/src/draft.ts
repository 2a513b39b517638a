// The application form's draft: saved on each input, read back whenever the form opens. What the other pages need of it is in local storage; the guard
// keeps the form's fields once more, in case that is lost.
import type { Draft as Kept } from "pagemend/client";
import { reactive, watch } from "vue";
import { guard } from "./guard";
import { local } from "./store";

const KEY = "loan:draft";

export interface Draft {
  name: string;
  idcard: string;
  phone: string;
  /** Whole yuan, as typed. */
  amount: string;
  /** Months. */
  term: number;
  agreed: boolean;
}

const empty = (): Draft => ({ name: "", idcard: "", phone: "", amount: "", term: 12, agreed: true });

function read(): Draft {
  try {
    return { ...empty(), ...(JSON.parse(local.get(KEY) ?? "{}") as Partial<Draft>) };
  } catch {
    // Nothing is written before the user types: a damaged draft stays where it is until then.
    return empty();
  }
}

/** The draft for a page; whatever the page changes is saved at once. */
export function useDraft(): Draft {
  const draft = reactive(read());
  // "sync": a reload right after a key press must find that key press.
  watch(draft, () => local.set(KEY, JSON.stringify(draft)), { flush: "sync" });
  return draft;
}

let kept: Kept | undefined;

const keep = (form: HTMLElement): Kept => guard.draft(form, { name: "apply", include: ["name", "idcard", "phone"] });

/** Until the function that it returns is called. */
export function keepForm(form: HTMLElement): () => void {
  const own = (kept = keep(form));
  return () => own.stop();
}

export function clearDraft(): void {
  local.remove(KEY);
  // A page that was loaded after the form knows its draft by name.
  void (kept ?? keep(document.createElement("form"))).clear();
}

export const valid = {
  name: (v: string) => /^[\p{L}·\s]{2,30}$/u.test(v.trim()),
  idcard: (v: string) => /^[1-9]\d{16}[\dXx]$/.test(v.trim()),
  phone: (v: string) => /^1[3-9]\d{9}$/.test(v.trim()),
  amount: (v: string) => /^\d+$/.test(v) && Number(v) >= 500 && Number(v) <= 200_000 && Number(v) % 100 === 0,
};

export const complete = (d: Draft): boolean =>
  valid.name(d.name) && valid.idcard(d.idcard) && valid.phone(d.phone) && valid.amount(d.amount) && d.agreed;
