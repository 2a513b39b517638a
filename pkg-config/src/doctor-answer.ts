// What the doctor is answered, whoever it asks: a site, a folder, or the page that it runs in.

export interface Answer {
  /** Somebody answered, and this page may not read what. */
  opaque?: boolean;
  status: number;
  ok: boolean;
  /** Without parameters; empty where it is not told. */
  type: string;
  /** Empty for a file of a folder: who will serve it decides. */
  headers: Headers;
  bytes: Uint8Array;
  text: string;
}

export interface Source {
  /** The pages to look at. */
  pages: URL[];
  /** There is a server: its headers, other origins and clocks can be judged. */
  live: boolean;
  /** A browser asks, which keeps its preflights to itself. */
  inPage?: boolean;
  /** Undefined where nobody can be asked: another origin than a folder's, or no answer at all. */
  ask(url: URL, init?: RequestInit): Promise<Answer | undefined>;
  /** How a file is called in what is told. */
  named(url: URL): string;
}

const decoder = new TextDecoder();

export const answered = (status: number, headers: Headers, bytes: Uint8Array, type: string): Answer => ({ status, ok: status >= 200 && status < 300, type, headers, bytes, text: decoder.decode(bytes) });

/** A response, read to its end. */
export async function whole(response: Response): Promise<Answer> {
  const type = (response.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  return answered(response.status, response.headers, new Uint8Array(await response.arrayBuffer()), type);
}
