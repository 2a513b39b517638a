#!/usr/bin/env node
// The command `pagemend`: looks from outside at what a page has of the guard.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { examine, type Finding } from "./doctor.js";
import { source } from "./doctor-source.js";

const USAGE = `pagemend doctor <https://… | folder> [--base /] [--json]

Says what is wrong with the set-up of a page, or of every HTML file of a build, and what to do about it.

  --base   where a folder will be served from (default: /)
  --json   one JSON object in place of the lines
  --version, --help

Exit status: 0 nothing is wrong, 1 something is, 2 it could not look.`;

interface Examined {
  page: string;
  findings: Finding[];
}

async function doctor(target: string, base: string): Promise<Examined[]> {
  const found = source(target, base);
  const all: Examined[] = [];
  for (const page of found.pages) all.push({ page: found.named(page), findings: await examine(found, page) });
  return all;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { base: { type: "string", default: "/" }, json: { type: "boolean", default: false }, help: { type: "boolean", short: "h" }, version: { type: "boolean" } },
  });
  if (values.version) {
    console.log(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version);
    return 0;
  }
  const [verb, target, ...more] = positionals;
  if (values.help || verb === undefined) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  if (verb !== "doctor") throw new Error(`there is no command ${JSON.stringify(verb)}; there is doctor`);
  if (target === undefined || more.length) throw new Error(`doctor takes one address or folder, and was given ${more.length ? more.length + 1 : "none"}`);
  if (!/^\/(.*\/)?$/.test(values.base)) throw new Error(`--base is ${JSON.stringify(values.base)}; it must begin and end with a slash`);
  const all = await doctor(target, values.base);
  const ok = all.every(({ findings }) => !findings.length);
  if (values.json) console.log(JSON.stringify({ ok, pages: all }));
  else for (const { page, findings } of all) for (const { code, what, cure } of findings) console.log(`${page}\n  ${code}: ${what}\n  → ${cure}`);
  return ok ? 0 : 1;
}

main().then(
  (status) => void (process.exitCode = status),
  (error: unknown) => {
    console.error(`pagemend: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 2;
  },
);
