// Globals that the entry scripts of public/static set, and what Vite puts into import.meta.env.
interface Window {
  __ran?: string[];
  __ENV__?: { apiBase: string; channel: string; hotline: string };
  __RISK__?: { channel: string; session: string };
}
interface ImportMetaEnv {
  readonly VITE_BUILD?: string;
}
