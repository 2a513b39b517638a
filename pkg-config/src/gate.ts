// What stands between the browser and the engine: whatever is thrown or trapped in there ends here, and after the third time the guard stands down.
import { view } from "./events.js";
import type { Boot, BootView, Engine, Gate } from "./protocol.js";

const MOST_FAILURES = 3;
/** As boot.js has it by default. */
const LAST_RESORT_MS = 6000;

/** What a page put in place of the browser's own may throw here as well. */
function quietly(run: () => void): void {
  try {
    run();
  } catch {}
}

/** The engine that `start` makes, with its gate. Throws where it has failed for good by then. */
export function started(boot: Boot, start: (boot: BootView) => Engine): Engine {
  let engine: Engine | undefined;
  const own = gate(boot, () => engine);
  engine = start(view(boot, own));
  if (own.down) {
    quietly(() => engine?.standDown());
    throw new Error("pagemend: the engine failed at its start");
  }
  engine.gate = own;
  return engine;
}

function gate(boot: Boot, engine: () => Engine | undefined): Gate {
  let failures = 0;
  const self: Gate = {
    down: false,
    place: "",
    waiting: new Set(),
    around:
      (inside) =>
      (...given) => {
        try {
          return inside(...given);
        } catch (e) {
          self.failed(e);
        }
      },
    failed(e, lost) {
      if (self.down) return;
      self.down = lost || ++failures >= MOST_FAILURES;
      // A panic was told when it happened.
      const told = self.place;
      self.place = "";
      if (self.down) quietly(() => console.error("pagemend: the guard stopped itself after internal errors, and the page goes on without it; the last one:", e));
      else if (!told) quietly(() => console.error("pagemend: internal error:", e));
      if (lost && told) quietly(() => boot.failed?.(told));
      for (const instead of [...self.waiting]) quietly(instead);
      if (self.down) standDown();
    },
  };

  function standDown(): void {
    const own = engine();
    quietly(() => own?.standDown());
    boot.on = undefined;
    if (boot.engine === own) boot.engine = undefined;
    quietly(() => document.querySelector("pagemend-prompt")?.remove());
    // A page that shows nothing by then still says so.
    quietly(() => setTimeout(() => quietly(() => boot.resort?.()), boot.config.lastResortMs ?? LAST_RESORT_MS));
  }

  return self;
}
