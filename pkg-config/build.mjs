// Makes the npm package from the wasm: node pkg-config/build.mjs, after wasm-bindgen has written target/npm/wasm (--target web --out-name pagemend).
// Checks scripts, optimises the wasm, bundles the entries, writes types, holds the size budgets, packs. Fails, saying why, at the first thing that does not hold.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const npm = process.env.PAGEMEND_NPM_DIR ?? join(root, "target/npm");
const wasmDir = join(npm, "wasm");
const pkg = join(npm, "package");
const dist = join(pkg, "dist");
const wasm = join(dist, "pagemend_bg.wasm");
const glue = join(wasmDir, "pagemend.js");
/** What wasm-bindgen has written, with short names for the imports. */
const named = join(npm, "named.wasm");
/** The same crate for pages without WebAssembly: for the oldest machine, and with the glue for bundlers, which asks for no WebAssembly. */
const plainDir = join(npm, "plain");
/** What `wasm2js` made of it. */
const plain = join(npm, "plain.js");

/** There is a plugin for each, in a file of its name. Of the bundler itself only types are imported. */
const BUNDLERS = ["vite", "webpack", "rspack", "rsbuild", "rollup", "esbuild", "farm"];

/**
 * Adapters, each in a file of its framework's name, and what the file begins with. They join the client that the application has (a second copy would hold the
 * engine for itself), and bring no framework. Where React renders on a server, components with state say so: https://react.dev/reference/rsc/use-client
 */
const ADAPTERS = { react: '"use client";', vue: "" };

/** For bundles that share a file of dist/ instead of having a copy each. */
const beside = (name) => ({ name: `${name} beside it`, setup: ({ onResolve }) => onResolve({ filter: new RegExp(`^\\./${name}\\.js$`) }, ({ path }) => ({ path, external: true })) });

/** What is loaded when it is asked for. */
const onDemand = ["explain", "diagnose", "debug"].map(beside);

/** The scripts that stand inline in pages, as they are in dist/, as text. */
const inlineTexts = {
  name: "inline scripts as text",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^pagemend-inline\// }, ({ path }) => ({ path: join(dist, path.slice("pagemend-inline/".length)), namespace: "inline" }));
    onLoad({ filter: /./, namespace: "inline" }, ({ path }) => ({ contents: readFileSync(path, "utf8").trim(), loader: "text" }));
  },
};

function fail(message) {
  console.error(`build.mjs: ${message}`);
  process.exit(1);
}

if (!existsSync(join(here, "node_modules/esbuild"))) fail("the build tools are missing: run `npm ci` in pkg-config");
for (const file of [wasmDir, plainDir].flatMap((folder) => ["pagemend.js", "pagemend_bg.wasm"].map((name) => join(folder, name)))) {
  if (!existsSync(file)) fail(`${file} is missing: \`cargo xtask package\` builds it and runs this`);
}
const { default: binaryen } = await import("binaryen");
const { build, transform } = await import("esbuild");
const { minify } = await import("terser");

function readManifest() {
  const manifest = JSON.parse(readFileSync(join(here, "npm/package.json"), "utf8"));
  const cargoVersion = /\[workspace\.package\][^[]*?\nversion = "([^"]+)"/.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))?.[1];
  if (manifest.version !== cargoVersion) fail(`npm/package.json has version ${manifest.version}, Cargo.toml ${cargoVersion}`);
  return manifest;
}

/** What tsc complains of in these scripts, a line each. Of its own flags it complains without a file, and that is no check. */
function complaints(files, ...flags) {
  if (!files.length) return [];
  const all = ["--ignoreConfig", "--allowJs", "--checkJs", "--noEmit", "--pretty", "false", "--target", "es2022", "--module", "esnext", "--types", "", ...flags];
  const { error, status, stdout, stderr } = spawnSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), ...all, ...files], { encoding: "utf8", maxBuffer: 1 << 26 });
  const lines = String(stdout).split("\n").filter((line) => line.includes("error TS"));
  if (error || (status !== 0 && !lines.length) || lines.some((line) => line.startsWith("error"))) fail(`the scripts in src/shell could not be checked: ${error ?? stdout + stderr}`);
  return lines;
}

/**
 * The reader of the screen is typed. Of the others names alone are checked: one that no module defines is found by nobody else, it throws where it is used,
 * and a look that throws is no more than `unknown`.
 */
function checkScripts() {
  const shell = join(root, "src/shell");
  const scripts = (folder) => readdirSync(folder).filter((name) => name.endsWith(".js")).map((name) => join(folder, name));
  const typed = scripts(join(shell, "reader"));
  const others = scripts(shell);
  const wrong = [
    ...complaints(typed, "--strict", "--noUnusedLocals", "--noUnusedParameters"),
    ...complaints(others, "--strict", "false").filter((line) => /error TS(2304|2305|2552|2724|258[0-4]|259[1-3]):/.test(line)),
  ];
  if (wrong.length) fail(wrong.join("; "));
}

/**
 * wasm-bindgen puts a hash into the name of each import, for modules that are linked with others. This one stands alone: in the glue these names are
 * properties, which esbuild shortens, and the module is given the same ones.
 */
const IMPORT = /^__wb\w+_[0-9a-f]{16}$/;

async function nameImports() {
  const { mangleCache } = await transform(readFileSync(glue, "utf8"), { mangleProps: IMPORT, mangleCache: {} });
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(readFileSync(join(wasmDir, "pagemend_bg.wasm")));
  const functions = Array.from({ length: module.getNumFunctions() }, (_, at) => binaryen.getFunctionInfo(module.getFunctionByIndex(at)));
  for (const { name, module: from, base, params, results } of functions) {
    const short = mangleCache[base];
    if (!short) continue;
    module.removeFunction(name);
    module.addFunctionImport(name, from, short, params, results);
  }
  writeFileSync(named, module.emitBinary());
  module.dispose();
  // For readers of a report that names one of them.
  writeFileSync(join(npm, "imports.json"), JSON.stringify(mangleCache, null, 2) + "\n");
  return mangleCache;
}

function optimise() {
  // Rust's linker puts the stack first, which no sound program fills to its end: the lowest kilobyte is unused.
  // What old browsers lack stays out: wasm-opt uses the features that rustc has written into the module, and no others.
  // How the addresses of loads and stores are aligned is a hint that browsers pass over; where all hints are the same, brotli has less to tell.
  const passes = ["--low-memory-unused", "--flatten", "--rereloop", "-Oz", "--gufa-optimizing", "-Oz", "--one-caller-inline-max-function-size=30", "--dealign", "--reorder-functions-by-name", "--strip-debug", "--strip-producers"];
  binaryenTool("wasm-opt", ...passes, named, "-o", wasm);
}

const binaryenTool = (name, ...args) => execFileSync(process.execPath, [join(here, "node_modules/binaryen/bin", name), ...args], { stdio: "inherit" });

/** What the standard library, which comes compiled, has in it though the crate asks for less; and what of it JavaScript has to do without. */
const NEWER = ["sign-ext", "bulk-memory", "nontrapping-float-to-int", "multivalue", "reference-types"].map((feature) => `--enable-${feature}`);
const LOWERED = ["--signext-lowering", "--llvm-memory-copy-fill-lowering", "--llvm-nontrapping-fptoint-lowering"];

/** The crate as JavaScript: in a folder of its own, as a module that imports the glue. */
function withoutWasm() {
  const lowered = join(npm, "plain.wasm");
  binaryenTool("wasm-opt", "--low-memory-unused", ...NEWER, "-Oz", ...LOWERED, "-Oz", "--strip-debug", "--strip-producers", join(plainDir, "pagemend_bg.wasm"), "-o", lowered);
  binaryenTool("wasm2js", "-O", lowered, "-o", plain);
}

/** Where the glue asks for the wasm it is given the JavaScript, and this, which stands elsewhere, the glue. */
const plainGlue = {
  name: "JavaScript in place of wasm",
  setup({ onResolve }) {
    onResolve({ filter: /\/pagemend_bg\.wasm$/ }, () => ({ path: plain }));
    onResolve({ filter: /\/pagemend_bg\.js$/ }, () => ({ path: join(plainDir, "pagemend_bg.js") }));
  },
};

/** esbuild leaves comments within objects alone, and those of the options are many: they are for readers of the types. */
const uncommented = {
  name: "options without comments",
  setup: ({ onLoad }) => onLoad({ filter: /\/src\/options\.ts$/ }, async ({ path }) => ({ contents: (await transform(readFileSync(path, "utf8"), { loader: "ts", minifyWhitespace: true })).code })),
};

/** Old web views are the field: nothing newer than what has WebAssembly and modules, and plain ES2018 for what is inline. */
async function bundle(entry, outfile, { format = "esm", target = "es2020", platform = "browser", external = [], plugins = [], banner = "", named = { mangleProps: IMPORT, mangleCache: imports }, minifyWhitespace = platform === "browser" } = {}) {
  const { metafile } = await build({
    entryPoints: [join(here, "src", entry)], metafile: true, outfile: join(dist, outfile), bundle: true, minifySyntax: platform === "browser", minifyIdentifiers: platform === "browser", minifyWhitespace,
    format, target, platform, external, ...named, plugins: [uncommented, ...plugins], charset: "utf8", legalComments: "none", logLevel: "warning", banner: { js: banner },
    alias: { "pagemend-glue": glue, "pagemend-wasm": wasm, "pagemend-plain": join(plainDir, "pagemend.js"), "pagemend-plain-wasm": plain }, loader: { ".wasm": "base64" },
    // wasm-bindgen repeats the key of an import in its object of imports.
    logOverride: { "duplicate-object-key": "silent" },
  });
  return metafile;
}

/** The doctor has libraries in it, whose licenses ask to be told with them: in the command and in the page. */
async function doctors() {
  const command = await bundle("cli.ts", "cli.js", { platform: "node", target: "node20", plugins: [beside("boot-tag"), inlineTexts], banner: "#!/usr/bin/env node" });
  const inPage = await bundle("diagnose.ts", "diagnose.js", { plugins: [inlineTexts] });
  const inputs = { ...command.inputs, ...inPage.inputs };
  const modules = join(here, "node_modules");
  const libraries = new Set(Object.keys(inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  const licenses = [...libraries].sort().map((name) => {
    const file = readdirSync(join(modules, name)).find((file) => /^licen[sc]e/i.test(file));
    const { license, author, repository } = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
    if (!file && !license) fail(`${name}, which is part of the doctor, does not say under which license it is`);
    // Some say it in their package.json alone.
    const text = file ? readFileSync(join(modules, name, file), "utf8").trim() : [license, author?.name ?? author, repository?.url ?? repository].filter(Boolean).join("\n");
    return `${name}\n\n${text}\n`;
  });
  writeFileSync(join(dist, "doctor.licenses.txt"), licenses.join(`\n${"-".repeat(80)}\n\n`));
}

/**
 * Chromium then compiles all of a script in the background while it arrives, instead of each function on the main thread when it is first called. Half of
 * what the guard's start costs a slow phone was that (`cargo xtask bench page`). https://v8.dev/blog/explicit-compile-hints
 */
const COMPILE_AT_ONCE = "//# allFunctionsCalledOnLoad";

/** terser saves a fortieth of what esbuild leaves. */
async function terse(file, options) {
  const { code } = await minify(readFileSync(file, "utf8"), { ecma: 2018, ...options });
  writeFileSync(file, code);
  return code;
}

/**
 * A script that is put into the page's HTML. Its own properties begin with `_` and are shortened; the others are protocol.ts', or the browser's.
 * `guard`: an expression; where it is true, the script does nothing.
 */
async function inline(name, guard) {
  const file = join(dist, `${name}.js`);
  await bundle(`${name}.ts`, `${name}.js`, { target: "es2018" });
  const code = await terse(file, { module: true, mangle: { properties: { regex: /^_[a-z]/ } }, compress: { passes: 5, unsafe_arrows: true, unsafe: true, keep_fargs: false } });
  if (/<\/script|<!--/i.test(code)) fail(`${name}.js holds text that ends or confuses an inline script`);
  const whole = `${guard ? `${guard}||` : ""}(()=>{${code.replace(/;?\s*$/, "")}})()`;
  writeFileSync(file, whole);
  return whole;
}

async function bundles() {
  // Nothing global but window.__pagemend, and a second boot.js in a page does nothing: it would run healed scripts twice.
  const boot = await inline("boot", "window.__pagemend");
  // For whoever imports it: bundles are read on servers and in workers, too.
  writeFileSync(join(dist, "boot.module.js"), `if (typeof window !== "undefined") ${boot};\n`);
  for (const name of ["resort", "trust", "instrument", "calls"]) await inline(name);
  await bundle("engine.ts", "engine.js", { format: "iife", target: "es2018" });
  await terse(join(dist, "engine.js"), { compress: { passes: 2, unsafe_arrows: true }, format: { preamble: COMPILE_AT_ONCE } });
  // Here the imports are what one module exports to the other.
  await bundle("plain.ts", "plain.js", { format: "iife", target: "es2018", plugins: [plainGlue], named: {} });
  // With its blanks go the comments that tell bundlers to leave an import alone; whoever bundles these takes out the blanks anyway.
  for (const entry of ["index", "slim", "client"]) await bundle(`${entry}.ts`, `${entry}.js`, { plugins: onDemand, minifyWhitespace: false });
  await bundle("explain.ts", "explain.js", { minifyWhitespace: false });
  await bundle("debug.ts", "debug.js");
  for (const [framework, banner] of Object.entries(ADAPTERS)) await bundle(`${framework}.ts`, `${framework}.js`, { external: [framework], plugins: [beside("client")], minifyWhitespace: false, banner });
  await bundle("iife.ts", "pagemend.iife.js", { format: "iife", plugins: onDemand });
  const onServers = { platform: "node", target: "node20" };
  await bundle("boot-tag.ts", "boot-tag.js", { ...onServers, plugins: [inlineTexts] });
  for (const entry of [...BUNDLERS, "tag"]) await bundle(`${entry}.ts`, `${entry}.js`, { ...onServers, plugins: [beside("boot-tag")] });
  await doctors();
}

function types(manifest) {
  try {
    execFileSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "-p", here, "--outDir", dist], { stdio: "inherit" });
  } catch {
    fail("the types do not check");
  }
  // Types that no entry leads to are nobody's but ours.
  const reached = new Set(Object.values(manifest.exports).flatMap(({ types }) => types?.slice("./dist/".length) ?? []));
  for (const file of reached) {
    for (const [, next] of readFileSync(join(dist, file), "utf8").matchAll(/from "\.\/([\w-]+)\.js"/g)) reached.add(`${next}.d.ts`);
  }
  for (const file of readdirSync(dist)) if (file.endsWith(".d.ts") && !reached.has(file)) rmSync(join(dist, file));
}

function copyFiles(manifest) {
  writeFileSync(join(pkg, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
  for (const file of ["README.md", "LICENSE"]) {
    if (existsSync(join(root, file))) cpSync(join(root, file), join(pkg, file));
    else fail(`${file} is missing at the top of the repository: it is part of the package`);
  }
}

const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;

/** Several files together are what one visit pays. */
function measure(names) {
  const sum = { raw: 0, gzip: 0, brotli: 0 };
  for (const name of names) {
    const bytes = readFileSync(join(dist, name));
    sum.raw += bytes.length;
    sum.gzip += gzipSync(bytes, { level: 9 }).length;
    sum.brotli += brotli(bytes);
  }
  return sum;
}

function holdBudgets() {
  const groups = ["boot.js", "resort.js", "boot.js + resort.js", "instrument.js", "calls.js", "trust.js", "engine.js", "pagemend_bg.wasm", "engine.js + pagemend_bg.wasm", "plain.js", "client.js", "index.js", "slim.js", "pagemend.iife.js"];
  const budgets = JSON.parse(readFileSync(join(here, "budgets.json"), "utf8"));
  const { missed } = budgets;
  delete budgets._;
  delete budgets.missed;
  for (const name of [...Object.keys(budgets), ...Object.keys(missed)]) if (!groups.includes(name)) fail(`budgets.json names ${name}, which is not measured`);
  const sizes = groups.map((name) => ({ name, ...measure(name.split(" + ")), budget: budgets[name] ?? null }));
  console.log(["file".padEnd(30), "raw", "gzip", "brotli", "budget"].map((s) => s.padStart(9)).join(""));
  for (const s of sizes) console.log(s.name.padEnd(30) + [s.raw, s.gzip, s.brotli, s.budget ?? "-"].map((n) => String(n).padStart(9)).join(""));
  writeFileSync(join(npm, "sizes.json"), JSON.stringify(sizes, null, 2) + "\n");
  const over = sizes.filter((s) => s.budget !== null && s.brotli > s.budget);
  const told = (s) => `${s.name} is ${s.brotli} bytes after brotli, ${s.brotli - s.budget} over its budget of ${s.budget}`;
  for (const s of over) if (missed[s.name]) console.warn(`BUDGET MISSED: ${told(s)}: ${missed[s.name].why}`);
  const wrong = over.filter((s) => !(s.brotli <= missed[s.name]?.atMost)).map((s) => told(s) + (missed[s.name] ? `, and over the ${missed[s.name].atMost} that it must not pass` : ""));
  // One that holds again is a budget like the others.
  for (const name of Object.keys(missed)) if (!over.some((s) => s.name === name)) wrong.push(`budgets.json says that ${name} misses its budget, and it holds: take it out of \`missed\``);
  if (wrong.length) fail(wrong.join("; "));
}

function pack({ version }) {
  execFileSync("npm", ["pack", "--silent", "--pack-destination", npm], { cwd: pkg, stdio: ["ignore", "ignore", "inherit"] });
  console.log(`packed ${join(npm, `pagemend-${version}.tgz`)}`);
}

const manifest = readManifest();
rmSync(pkg, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
checkScripts();
const imports = await nameImports();
optimise();
withoutWasm();
await bundles();
types(manifest);
copyFiles(manifest);
holdBudgets();
pack(manifest);
