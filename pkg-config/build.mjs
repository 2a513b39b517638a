// Makes the npm package from the wasm: node pkg-config/build.mjs, after wasm-bindgen has written target/npm/wasm (--target web --out-name pagemend).
// Checks names, optimises the wasm, bundles the entries, writes types, holds the size budgets, packs. Fails, saying why, at the first thing that does not hold.
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

function fail(message) {
  console.error(`build.mjs: ${message}`);
  process.exit(1);
}

if (!existsSync(join(here, "node_modules/esbuild"))) fail("the build tools are missing: run `npm ci` in pkg-config");
for (const file of ["pagemend.js", "pagemend_bg.wasm"]) {
  if (!existsSync(join(wasmDir, file))) fail(`${join(wasmDir, file)} is missing: \`cargo xtask package\` builds it and runs this`);
}
const { build } = await import("esbuild");
const { minify } = await import("terser");

const manifest = JSON.parse(readFileSync(join(here, "npm/package.json"), "utf8"));
const cargoVersion = /\[workspace\.package\][^[]*?\nversion = "([^"]+)"/.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))?.[1];
if (manifest.version !== cargoVersion) fail(`npm/package.json has version ${manifest.version}, Cargo.toml ${cargoVersion}`);

rmSync(pkg, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

/** A name that no module defines is found by nobody else: it throws where it is used, and a look that throws is no more than `unknown`. */
function checkNames() {
  const shell = join(root, "src/shell");
  const files = readdirSync(shell).filter((name) => name.endsWith(".js")).map((name) => join(shell, name));
  const flags = ["--ignoreConfig", "--allowJs", "--checkJs", "--noEmit", "--pretty", "false", "--strict", "false", "--target", "es2022", "--module", "esnext", "--types", ""];
  const { error, status, stdout, stderr } = spawnSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), ...flags, ...files], { encoding: "utf8", maxBuffer: 1 << 26 });
  const complaints = String(stdout).split("\n").filter((line) => line.includes("error TS"));
  // It complains of types, which nobody wrote down; of its own flags it complains without a file.
  if (error || (status !== 0 && !complaints.length) || complaints.some((line) => line.startsWith("error"))) fail(`names in src/shell/*.js could not be checked: ${error ?? stdout + stderr}`);
  const undefinedNames = complaints.filter((line) => /error TS(2304|2305|2552|2724|258[0-4]|259[1-3]):/.test(line));
  if (undefinedNames.length) fail(undefinedNames.join("; "));
}
checkNames();

const wasm = join(dist, "pagemend_bg.wasm");
// What rustc emits for wasm32-unknown-unknown, named one by one: --all-features would let through what old browsers lack.
const features = ["bulk-memory", "bulk-memory-opt", "nontrapping-float-to-int", "sign-ext", "mutable-globals", "reference-types", "multivalue"].map((f) => `--enable-${f}`);
const wasmOpt = (from, ...passes) => execFileSync(process.execPath, [join(here, "node_modules/binaryen/bin/wasm-opt"), ...passes, ...features, from, "-o", wasm], { stdio: ["inherit", "pipe", "inherit"] });
// Fewer bytes after brotli by a fiftieth than -Oz alone: what was flattened is put together again in one way everywhere, and
// functions of one caller stay where the linker put them, beside what is like them.
const SMALL = ["-Oz", "--flatten", "--rereloop", "-Oz", "-Oz", "--converge", "--one-caller-inline-max-function-size=20", "--reorder-functions-by-name"];
wasmOpt(join(wasmDir, "pagemend_bg.wasm"), ...SMALL, "--strip-debug", "--strip-producers", "--strip-target-features");
/** Old and new names: wasm-bindgen's are long and hold hashes, which do not compress; they were a fiftieth of what is shipped. */
const names = JSON.parse(wasmOpt(wasm, "--minify-imports-and-exports-and-modules"));

const INIT = `
let starting;
export default (code) =>
  (starting ||= WebAssembly.instantiate(code, __wbg_get_imports())
    .then((made) => __wbg_finalize_init(made.instance || made))
    .catch((e) => {
      starting = undefined;
      throw e;
    }));
`;

const PASS = `
function passStringToWasm0(text, malloc) {
  const bytes = cachedTextEncoder.encode(text);
  const at = malloc((WASM_VECTOR_LEN = bytes.length), 1) >>> 0;
  getUint8ArrayMemory0().set(bytes, at);
  return at;
}
`;

/** The glue with the wasm's new names, and short ways to load it. */
function renamed(source) {
  const replace = (from, to) => {
    if (!(from instanceof RegExp ? from.test(source) : source.includes(from))) fail(`wasm-bindgen's glue has changed: it no longer contains ${from}`);
    source = source.replace(from, to);
  };
  for (const [name, short] of names.exports) source = source.replaceAll(new RegExp(`\\bwasm\\.${name}\\b`, "g"), () => `wasm.${short}`);
  let others = "";
  for (const [module, name, short] of names.imports) {
    if (module === "./pagemend_bg.js") replace(`        ${name}: function`, `        ${short}: function`);
    else others += `${short}: ${new RegExp(`import \\* as (\\w+) from "${module}"`).exec(source)?.[1] ?? fail(`wasm-bindgen's glue does not import ${module}`)}.${name}, `;
  }
  // Its ways of loading are for all that could be given; a compiled module or bytes are all that is.
  replace(/async function __wbg_load[^]*$/, () => INIT);
  // Short texts are all that goes in, and whatever compiles this wasm can encode.
  replace(/function passStringToWasm0[^]*?\n\}/, () => PASS);
  source = source.replaceAll(", wasm.__wbindgen_realloc)", ")");
  replace(/if \(!\('encodeInto' in cachedTextEncoder\)\)[^]*?\n\}/, () => "");
  // Texts come out one by one, and short: far from the two gigabytes after which Safari's decoder has to be a new one.
  replace(/const MAX_SAFARI_DECODE_BYTES[^]*?decode\(bytes\);\n\}/, () => "const decodeText = (bytes) => cachedTextDecoder.decode(bytes);");
  // It is made once.
  for (const line of ["wasmInstance = instance", "wasmModule = module", "cachedDataViewMemory0 = null", "cachedUint8ArrayMemory0 = null"]) replace(`    ${line};\n`, () => "");
  // Memory that grew has another buffer, whatever became of the one before.
  replace(/if \(cachedDataViewMemory0 === null.*!== (wasm\.\w+\.buffer)\)\) \{/, (_, memory) => `if (!cachedDataViewMemory0 || cachedDataViewMemory0.buffer !== ${memory}) {`);
  // The one engine lives as long as the page.
  replace(/static __wrap\(ptr\)[^]*?free\(\) \{[^]*?\n    \}/, () => "static __wrap(ptr) { return Object.assign(Object.create(Engine.prototype), { __wbg_ptr: ptr }); }");
  replace(/if \(Symbol\.dispose\).*/, () => "");
  replace(/const EngineFinalization[^]*?, 1\)\);/, () => "");
  replace(/return \{\s*__proto__: null,\s*"\.\/pagemend_bg\.js": import0,[^}]*\};/, `return { a: Object.assign(import0, { ${others}}) };`);
  return source;
}

/** Puts glue and wasm in place of their names. The wasm's address is always given, never guessed from import.meta. */
const glue = {
  name: "glue",
  setup(b) {
    b.onResolve({ filter: /^pagemend-(glue|wasm)$/ }, ({ path }) => (path === "pagemend-wasm" ? { path: wasm, namespace: "wasm" } : { path: join(wasmDir, "pagemend.js"), sideEffects: false }));
    b.onLoad({ filter: /.*/, namespace: "wasm" }, () => ({ contents: readFileSync(wasm), loader: "base64" }));
    b.onLoad({ filter: /wasm[\\/]pagemend\.js$/ }, ({ path }) => {
      return { contents: renamed(readFileSync(path, "utf8")), loader: "js", resolveDir: dirname(path) };
    });
  },
};

/** Old web views are the field: nothing newer than what has WebAssembly and modules, and plain ES2018 for what is inline. */
async function bundle(entry, outfile, { format = "esm", target = "es2020", platform = "browser", external = [], minifyWhitespace = platform === "browser" } = {}) {
  await build({
    entryPoints: [join(here, "src", entry)], outfile: join(dist, outfile), bundle: true, minifySyntax: platform === "browser", minifyIdentifiers: platform === "browser", minifyWhitespace,
    format, target, platform, external, charset: "utf8", legalComments: "none", plugins: [glue], logLevel: "warning",
    // wasm-bindgen repeats the key of an import in its object of imports.
    logOverride: { "duplicate-object-key": "silent" },
  });
}

/** terser saves a fortieth of what esbuild leaves. */
const smaller = async (file, compress, module) => (await minify(readFileSync(join(dist, file), "utf8"), { ecma: 2018, module, compress: { passes: 5, unsafe_arrows: true, ...compress } })).code;
/** A script that is put into the page's HTML. */
async function inline(name) {
  await bundle(`${name}.ts`, `${name}.js`, { target: "es2018" });
  const terse = await smaller(`${name}.js`, { unsafe: true, keep_fargs: false }, true);
  if (/<\/script|<!--/i.test(terse)) fail(`${name}.js holds text that ends or confuses an inline script`);
  return terse.replace(/;?\s*$/, "");
}
// Nothing global but window.__pagemend, and a second boot.js in a page does nothing: it would run healed scripts twice.
writeFileSync(join(dist, "boot.js"), `window.__pagemend||(()=>{${await inline("boot")}})()`);
writeFileSync(join(dist, "resort.js"), `(()=>{${await inline("resort")}})()`);
writeFileSync(join(dist, "trust.js"), `(()=>{${await inline("trust")}})()`);
writeFileSync(join(dist, "instrument.js"), `(()=>{${await inline("instrument")}})()`);
writeFileSync(join(dist, "calls.js"), `(()=>{${await inline("calls")}})()`);

await bundle("engine.ts", "engine.js", { format: "iife", target: "es2018" });
const engine = await smaller("engine.js", { unsafe: true, unsafe_methods: true, pure_getters: true, hoist_funs: true }, false);
// Where a page has replaced what its first lines use, it stands down: in one line, and nothing is thrown into the page.
const STAND_DOWN = "const b=window.__pagemend;console.error(`pagemend: not started: ${e}`);if(b&&b.x){b.x(Promise.reject(e));b.x=void 0}";
writeFileSync(join(dist, "engine.js"), `(()=>{try{${engine}}catch(e){${STAND_DOWN}}})()`);
// With its blanks go the comments that tell bundlers to leave an import alone; whoever bundles these takes out the blanks anyway.
for (const entry of ["index", "slim", "client"]) await bundle(`${entry}.ts`, `${entry}.js`, { minifyWhitespace: false });
await bundle("iife.ts", "pagemend.iife.js", { format: "iife" });
await bundle("vite.ts", "vite.js", { platform: "node", target: "node20", external: ["vite"] });

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

writeFileSync(join(pkg, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
for (const file of ["README.md", "LICENSE"]) {
  if (existsSync(join(root, file))) cpSync(join(root, file), join(pkg, file));
  else fail(`${file} is missing at the top of the repository: it is part of the package`);
}

// Sizes. Several files together are what one visit pays.
const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
const measure = (names) => {
  const sum = { raw: 0, gzip: 0, brotli: 0 };
  for (const name of names) {
    const bytes = readFileSync(join(dist, name));
    sum.raw += bytes.length;
    sum.gzip += gzipSync(bytes, { level: 9 }).length;
    sum.brotli += brotli(bytes);
  }
  return sum;
};
const groups = ["boot.js", "resort.js", "boot.js + resort.js", "instrument.js", "calls.js", "trust.js", "engine.js", "pagemend_bg.wasm", "engine.js + pagemend_bg.wasm", "client.js", "index.js", "slim.js", "pagemend.iife.js"];
const budgets = JSON.parse(readFileSync(join(here, "budgets.json"), "utf8"));
delete budgets._;
for (const name of Object.keys(budgets)) if (!groups.includes(name)) fail(`budgets.json names ${name}, which is not measured`);
const sizes = groups.map((name) => ({ name, ...measure(name.split(" + ")), budget: budgets[name] ?? null }));
console.log(["file".padEnd(30), "raw", "gzip", "brotli", "budget"].map((s) => s.padStart(9)).join(""));
for (const s of sizes) console.log(s.name.padEnd(30) + [s.raw, s.gzip, s.brotli, s.budget ?? "-"].map((n) => String(n).padStart(9)).join(""));
writeFileSync(join(npm, "sizes.json"), JSON.stringify(sizes, null, 2) + "\n");
const over = sizes.filter((s) => s.budget !== null && s.brotli > s.budget);
if (over.length) fail(over.map((s) => `${s.name} is ${s.brotli} bytes after brotli, ${s.brotli - s.budget} over its budget of ${s.budget}`).join("; "));

execFileSync("npm", ["pack", "--silent", "--pack-destination", npm], { cwd: pkg, stdio: ["ignore", "ignore", "inherit"] });
console.log(`packed ${join(npm, `pagemend-${manifest.version}.tgz`)}`);
