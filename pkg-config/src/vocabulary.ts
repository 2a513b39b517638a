// The closed sets of words that the engine tells and takes, as it has them. Written by: UPDATE_GOLDEN=1 cargo test -p pagemend --test public_types

/** Why a page is in trouble: a closed set. */
export type Cause =
  | "offline" | "network" | "overload" | "api" | "resource" | "script" | "stale-deploy" | "stale-link" | "cache-damaged"
  | "storage-stuck" | "translated" | "unsupported" | "blocked-by-policy" | "refused" | "hidden-by-style" | "unknown";

/** What was found. */
export type EvidenceKind =
  | "offline" | "network-error" | "overloaded" | "api-error" | "api-hang" | "resource-failed" | "resource-html"
  | "import-failed" | "script-error" | "unsupported-syntax" | "newer-build" | "served-stale" | "link-expired" | "session-ended"
  | "damaged-entry" | "suspect-entry" | "poisoned-cache" | "storage-stuck" | "blocked-by-policy" | "refused" | "hidden-by-style"
  | "render" | "engine-origin" | "altered" | "reload-loop" | "remembered";

/** What a person sees of a page. */
export type RenderState =
  | "content" | "blank" | "partial" | "loading" | "pending" | "unknown";

/** How the running build stands to the live one. */
export type FreshnessState =
  | "fresh" | "stale" | "withdrawn" | "unknown";

/** A step of an incident. */
export type IncidentStage =
  | "detected" | "diagnosed" | "retried" | "repaired" | "reloaded" | "withheld" | "prompted" | "answered" | "ended";

/** What has come of an incident. */
export type IncidentOutcome =
  | "open" | "prompted" | "recovered" | "harmless" | "refused" | "abandoned";

/** How it stands with the tries for an address. */
export type RetryOutcome =
  | "waiting" | "recovered" | "lost";

/** What a prompt is about. */
export type PromptKind =
  | "load-failed" | "script" | "service" | "network" | "overload" | "offline" | "verification" | "link-expired"
  | "expiring" | "expired" | "renewing" | "refused" | "update" | "unsupported" | "unusable" | "translated" | "loop"
  | "storage-full" | "storage-denied" | "storage-framed" | "other-tabs" | "storage-lost" | "storage-reset" | "new-version"
  | "too-old" | "announcement";

/** What the buttons of prompts do; "none": it went away without an answer. */
export type PromptChoice =
  | "retry" | "reload" | "reset" | "close" | "continue" | "home" | "later" | "open" | "none";

/** How it stands with something that ends. */
export type ExpiryState =
  | "expiring" | "renewed" | "expired";

/** What leaves a mark on the screen. */
export type Ink =
  | "text" | "image" | "canvas" | "video" | "vector" | "control" | "background" | "foreign" | "placeholder" | "block";

/** What the guard's one timer is for. */
export type Timer =
  | "render" | "retry" | "freshness" | "expiry" | "incident" | "playbook" | "telemetry" | "network" | "answer";

/** What `repair` may touch. */
export type RepairScope =
  | "all" | "storage" | "caches";

/** What a step of a repair does. */
export type RepairAction =
  | "remove-entry" | "evict-file" | "drop-cache";

/** What `on` listens to. */
export type GuardEvent =
  | "incident" | "verdict" | "retry" | "before-retry" | "before-reload" | "repair" | "prompt" | "telemetry" | "expiry";
