// What a run prints, kept short, made plain, and held against what the page records.
const SHOWN = 100_000; // characters that a panel shows
const LINES = 2_000;
export const FLOOD = 4_000_000; // characters after which a run is stopped
const ESCAPE = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

/** The text without what moves cursors and sets colours. */
export const bare = (text) => text.replace(/\r\n/g, "\n").replace(ESCAPE, "");

/** Appends text to an element at the pace of the screen, and no more of it than can be read. */
export class Stream {
  #parts = [];
  #room = SHOWN;
  #lines = LINES;
  #frame = 0;
  size = 0; // of all that was written, each message costing a little too
  more = 0; // what is not shown

  constructor(element) {
    this.element = element;
  }

  write(text) {
    this.size += text.length + 40;
    let plain = this.#room > 0 || /\S/.test(text) ? text : "";
    if (this.#room <= 0) {
      this.more += plain.length;
      return;
    }
    plain = bare(plain);
    let keep = Math.min(plain.length, this.#room);
    for (let at = -1; (at = plain.indexOf("\n", at + 1)) >= 0 && at < keep; ) {
      if (--this.#lines <= 0) keep = at + 1;
    }
    this.#room = this.#lines <= 0 ? 0 : this.#room - keep;
    this.more += plain.length - keep;
    this.#parts.push(plain.slice(0, keep));
    this.#frame ||= requestAnimationFrame(() => this.paint());
  }

  paint() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (this.#parts.length) this.element.append(this.#parts.join(""));
    this.#parts = [];
  }
}

/** The text as a page can show it: no tabs, nothing on blank lines, no blank ends. */
export const plain = (text) =>
  text
    .split("\n")
    .map((line) => {
      let at = 0;
      const wide = line.replace(/[^\t]*\t/g, (part) => {
        const size = part.length - 1;
        const pad = 4 - ((at + size) % 4);
        at += size + pad;
        return part.slice(0, -1) + " ".repeat(pad);
      });
      return wide.trim() ? wide : "";
    })
    .join("\n")
    .replace(/^\n+|\n+$/g, "");

/** Lines that only one of the texts has: [["-", line], ["+", line], …], in order. */
export function difference(page, here) {
  let a = page.split("\n"), b = here.split("\n"), end = 0, start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  a = a.slice(start, a.length - end);
  b = b.slice(start, b.length - end);
  if (a.length * b.length > 250_000) return [...a.map((line) => ["-", line]), ...b.map((line) => ["+", line])];
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const found = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) i++, j++;
    else if (j >= b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) found.push(["-", a[i++]]);
    else found.push(["+", b[j++]]);
  }
  return found;
}
