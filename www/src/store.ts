// Browser storage that may be denied or full: then the site forgets, and goes on.
function safe(area: () => Storage) {
  return {
    get(key: string): string | null {
      try { return area().getItem(key); } catch { return null; }
    },
    set(key: string, value: string): void {
      try { area().setItem(key, value); } catch { /* denied or full */ }
    },
    remove(key: string): void {
      try { area().removeItem(key); } catch { /* denied */ }
    },
  };
}

export const local = safe(() => localStorage);
export const session = safe(() => sessionStorage);
