// What the documentation's pages on the remote playbook say of keys and signatures, done as they say it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const { subtle } = globalThis.crypto;
const PAGES = ["guide/playbook.md", "zh/playbook.md"];
const folder = mkdtempSync(join(tmpdir(), "pagemend-playbook-"));
after(() => rmSync(folder, { recursive: true }));

const block = (page, language) => page.split(`\`\`\`${language}\n`)[1].split("\n```")[0];

for (const path of PAGES) {
  test(`a_playbook_that_is_signed_as_${path}_says_is_signed_by_the_key_that_it_prints`, async () => {
    const page = readFileSync(new URL(`../../www/docs/${path}`, import.meta.url), "utf8");
    const publicKey = execFileSync("sh", ["-ec", block(page, "sh")], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    writeFileSync(join(folder, "playbook.json"), block(page, "json"));
    writeFileSync(join(folder, "sign.mjs"), block(page, "js"));
    execFileSync(process.execPath, ["sign.mjs"], { cwd: folder });
    const { signed, signature } = JSON.parse(readFileSync(join(folder, "signed-playbook.json"), "utf8"));
    assert.equal(signed, block(page, "json"));
    // As the guard does it (src/shell/remote.rs).
    const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const key = await subtle.importKey("spki", Buffer.from(publicKey, "base64"), ecdsa, false, ["verify"]);
    const verified = (text) => subtle.verify(ecdsa, key, Buffer.from(signature, "base64"), Buffer.from(text));
    assert.equal(await verified(signed), true);
    assert.equal(await verified(signed.replace("10", "100")), false);
  });
}
