// The command `pagemend`: looks from outside at what a page has of the guard, and writes what a template needs of it.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { BootConfig } from "./boot-config.js";
import { bootTag } from "./boot-tag.js";
import { examine, type Finding } from "./doctor.js";
import { source } from "./doctor-source.js";

const USAGE = `pagemend doctor <https://… | folder> [--base /] [--json]

  Says what is wrong with the set-up of a page, or of every HTML file of a build, and what to do about it.

  --base            where a folder will be served from (default: /)
  --json            one JSON object in place of the lines

pagemend tag [config.json] [--nonce TEXT] [--instrument] [--trusted-types]

  Prints boot.js as HTML to paste into a template, first into <head> after <meta charset>.

  config.json       boot's configuration, such as { "fallback": ["https://backup.example"], "options": { "service": "loan" } }
  --nonce           of the Content-Security-Policy, or what the template writes for it, such as {{.Nonce}}
  --instrument, --trusted-types

--version, --help

Exit status: 0 nothing is wrong, 1 something is, 2 it could not be done.`;

interface Examined {
  page: string;
  findings: Finding[];
}

async function examined(target: string, base: string): Promise<Examined[]> {
  const found = source(target, base);
  const all: Examined[] = [];
  for (const page of found.pages) all.push({ page: found.named(page), findings: await examine(found, page) });
  return all;
}

const parsed = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      base: { type: "string", default: "/" },
      json: { type: "boolean", default: false },
      nonce: { type: "string" },
      instrument: { type: "boolean", default: false },
      "trusted-types": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
      version: { type: "boolean", default: false },
    },
  });
type Flags = ReturnType<typeof parsed>["values"];

async function doctor(targets: string[], { base, json }: Flags): Promise<number> {
  const [target] = targets;
  if (target === undefined || targets.length > 1) throw new Error(`doctor takes one address or folder, and was given ${targets.length || "none"}`);
  if (!/^\/(.*\/)?$/.test(base)) throw new Error(`--base is ${JSON.stringify(base)}; it must begin and end with a slash`);
  const all = await examined(target, base);
  const ok = all.every(({ findings }) => !findings.length);
  if (json) console.log(JSON.stringify({ ok, pages: all }));
  else for (const { page, findings } of all) for (const { code, what, cure } of findings) console.log(`${page}\n  ${code}: ${what}\n  → ${cure}`);
  return ok ? 0 : 1;
}

async function tag(files: string[], { nonce, instrument, "trusted-types": trustedTypes }: Flags): Promise<number> {
  const [file] = files;
  if (files.length > 1) throw new Error(`tag takes one file with boot's configuration, and was given ${files.length}`);
  console.log(bootTag(file === undefined ? {} : read(file), { instrument, trustedTypes, ...(nonce && { nonce }) }));
  return 0;
}

function read(file: string): BootConfig {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} is not JSON that can be read: ${(error as Error).message}`);
  }
}

const VERBS: Record<string, (args: string[], flags: Flags) => Promise<number>> = { doctor, tag };

async function main(): Promise<number> {
  const { values, positionals } = parsed();
  const [verb, ...args] = positionals;
  if (values.version) {
    console.log(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version);
    return 0;
  }
  if (values.help || verb === undefined) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  const run = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (!run) throw new Error(`there is no command ${JSON.stringify(verb)}; there are ${Object.keys(VERBS).join(" and ")}`);
  return run(args, values);
}

main().then(
  (status) => void (process.exitCode = status),
  (error: unknown) => {
    console.error(`pagemend: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 2;
  },
);
