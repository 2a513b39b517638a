// version-rocket in a page, set up as its guide says, with the button that puts a notice off. The page says which version runs, and how often to ask.
import { checkVersion } from "version-rocket";

const { version, pollMs } = window.bench;
checkVersion(
  { localPackageVersion: version, originVersionFileUrl: `${location.origin}/version.json`, pollingTime: pollMs, immediate: true },
  { cancelButtonText: "Later" },
);
