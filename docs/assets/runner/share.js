// Edited blocks as the fragment of an address, and back: only ever text.
const MARK = "#code=";
const LIMIT = 200_000; // characters that a link may unfold to

const through = (bytes, stream) => new Response(new Blob([bytes]).stream().pipeThrough(stream));

/** The fragment for [[key, source], …]. */
export async function pack(edits) {
  const json = new TextEncoder().encode(JSON.stringify(edits));
  const deflated = new Uint8Array(await through(json, new CompressionStream("deflate-raw")).arrayBuffer());
  const letters = Array.from(deflated, (byte) => String.fromCharCode(byte)).join("");
  return MARK + btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** The edits that a fragment carries, [] if it carries none. Throws where it is damaged. */
export async function unpack(fragment) {
  if (!fragment.startsWith(MARK)) return [];
  const letters = atob(fragment.slice(MARK.length).replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = through(bytes, new DecompressionStream("deflate-raw")).body.getReader();
  let json = "";
  for (let part; !(part = await reader.read()).done; ) {
    json += decoder.decode(part.value, { stream: true });
    if (json.length > LIMIT) throw new Error("too long");
  }
  const edits = JSON.parse(json + decoder.decode());
  const good = (edit) => Array.isArray(edit) && edit.length === 2 && edit.every((part) => typeof part === "string");
  if (!Array.isArray(edits) || !edits.every(good)) throw new Error("not a list of blocks");
  return edits;
}
