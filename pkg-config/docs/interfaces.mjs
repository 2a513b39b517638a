// The interfaces of source files as readers need them: what each is for, and each member with its type and its comment. Read by the TypeScript compiler.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { API } from "typescript/unstable/sync";

const sources = join(dirname(fileURLToPath(import.meta.url)), "../src");

const told = (parts) => (parts ?? []).map(({ text }) => text).join("").replace(/\s+/g, " ").trim();
const about = (node) => told(node.jsDoc?.at(-1)?.comment);

/** By name: `{ about, members: [{ name, optional, type, about }] }`; of a method the type is its whole signature. */
export function interfaces(...files) {
  const api = new API({ cwd: sources });
  try {
    const config = join(sources, "../tsconfig.json");
    const { program } = api.updateSnapshot({ openProject: config }).getProject(config);
    const all = new Map();
    for (const path of files.map((file) => join(sources, file))) {
      const text = readFileSync(path, "utf8");
      const written = (node) => text.slice(node.pos, node.end).trim();
      for (const statement of program.getSourceFile(path).statements) {
        if (!statement.members || !statement.name) continue;
        // An index has no name.
        const members = [...statement.members].filter((member) => member.name).map((member) => ({
          name: member.name.text,
          optional: Boolean(member.postfixToken ?? member.questionToken),
          type: member.parameters ? signature(written(member)) : written(member.type),
          about: about(member),
        }));
        all.set(statement.name.text, { about: about(statement), members });
      }
    }
    return all;
  } finally {
    api.close();
  }
}

/** A method without the comments before it. */
function signature(source) {
  return source.replace(/\/\*\*.*?\*\//gs, "").replace(/\s+/g, " ").replace(/;$/, "").trim();
}
