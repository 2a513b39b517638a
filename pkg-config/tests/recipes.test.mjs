// The recipes that people paste are the files that the suite `stacks` builds.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { filled, RECIPES } from "../docs/stacks.mjs";

test("the_recipes_for_frameworks_are_the_files_that_are_tested", () => {
  const recipes = readFileSync(RECIPES, "utf8");
  assert.ok(recipes.split("<!-- tests/stacks/").length > 8, "files are missing");
  assert.equal(recipes, filled(recipes), "docs/stacks.md is not what tests/stacks/projects has; write it anew: npm run docs, in pkg-config");
});
