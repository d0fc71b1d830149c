// Runs the Python blocks of a page where they stand. Starts at each `.promise[data-run]`, which tools/render.py marks.
import { Ended, ROOT, execute, python, stop, warm } from "./python.js";
import { FLOOD, Stream, bare, difference, plain } from "./output.js";

const QUIET = 150; // ms before a run that has not ended is spoken of
const DIFFERENT = 12; // lines of a difference
const CHEAP = 1000; // ms that a fresh start may cost a reader who presses Run again
const LIMIT = 300_000; // ms for one block; Stop is sooner
const SHARED = "#code=";
const UNABLE =
  typeof WebAssembly !== "object" || typeof Worker !== "function"
    ? "Run needs WebAssembly, which this browser does not have"
    : "";

const make = (tag, name, text = "", set = {}) => Object.assign(document.createElement(tag), { className: name, ...set, textContent: text });
const button = (name, text, onclick) => make("button", `run-button ${name}`, text, { type: "button", onclick });
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
const seconds = (ms) => (ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`);
const blocks = (n) => `${n} block${n === 1 ? "" : "s"}`;
const loading = () => {
  const { loaded, total } = python.progress ?? {};
  return total ? `${megabytes(loaded)} of ${megabytes(total)} MB` : "";
};

/** What the reader typed, for as long as the tab lives. */
const kept = {
  get(name) {
    try {
      return sessionStorage.getItem(name);
    } catch {
      return null;
    }
  },
  set(name, text) {
    try {
      if (text === null) sessionStorage.removeItem(name);
      else sessionStorage.setItem(name, text);
    } catch {} // no storage, or none left: the text is still on the page
  },
};

/** A button that is Run, or Stop while what it began is not done. */
class Switch {
  #timer = 0;

  constructor(text, label, run, halt) {
    Object.assign(this, { text, label, busy: false });
    this.element = button("run-go", "", () => (this.busy ? halt() : this.#timer || run()));
    this.element.onpointerenter = this.element.onfocus = () => navigator.connection?.saveData || warm();
    this.done();
  }

  /** Something began: show it if it lasts. */
  begin(then) {
    this.#timer ||= setTimeout(() => {
      this.#show("Stop", true);
      then();
    }, QUIET);
  }

  done() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#show(this.text, false);
  }

  #show(text, busy) {
    this.busy = busy;
    this.element.textContent = text;
    this.element.ariaLabel = `${text} ${this.label}`;
    this.element.classList.toggle("run-busy", busy);
  }
}

class Block {
  constructor(box, place, page) {
    const title = box.querySelector(".promise-title")?.textContent;
    Object.assign(this, { box, place, page, key: box.id || `block-${place + 1}` });
    this.name = title || box.dataset.file?.split("/").pop() || `block ${place + 1}`;
    this.code = box.querySelector("pre > code");
    this.painted = [...this.code.childNodes].map((node) => node.cloneNode(true));
    this.original = this.source = this.code.textContent.replace(/\n*$/, "\n");
    this.records();

    this.go = new Switch("Run", this.name, () => page.press(this), () => page.stop());
    this.bar = make("div", "run-bar");
    this.status = make("span", "run-status", "", { role: "status" });
    this.detail = make("span", "run-detail");
    this.editing = button("run-edit-button", "Edit", () => this.edit());
    this.undo = button("", "Reset", () => this.reset());
    this.sharing = button("", "Share", () => page.share(this));
    this.afresh = button("", "From the top", () => page.press(this, { top: true }));
    this.afresh.hidden = true;
    const buttons = [this.editing, this.undo, this.sharing, this.afresh];
    for (const one of buttons) one.ariaLabel = `${one.textContent} ${this.name}`;
    const said = make("span", "run-said");
    said.append(this.status, this.detail);
    this.bar.append(this.go.element, ...buttons, said);
    box.append(this.bar);
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
      event.preventDefault();
      page.press(this);
    });
    const mine = kept.get(this.store);
    if (mine !== null) this.show(mine);
    this.mark();
  }

  get store() {
    return `run:${ROOT.pathname}${this.page.name}#${this.key}`;
  }

  get edited() {
    return this.source !== this.original;
  }

  /** What the page says of this block: the outputs and errors that follow it. */
  records() {
    this.recorded = {};
    const session = this.box.dataset.run === "pycon";
    if (session) this.recorded.output = plain(this.original);
    this.boxes = [];
    for (let next = this.box.nextElementSibling; next?.matches(".promise-output, .promise-error"); next = next.nextElementSibling) {
      this.recorded[next.matches(".promise-error") ? "error" : "output"] = plain(next.querySelector("code").textContent);
      this.boxes.push(next);
    }
  }

  /** For the worker; what is typed from now on is for the next run. */
  order() {
    const { run, file = null } = this.box.dataset;
    const { key, source, edited } = this;
    this.sent = source;
    this.own = this.page.edited(this.place);
    return { key, source, language: run, file, line: 1, raises: "error" in this.recorded, edited, again: true };
  }

  say(status, detail = "") {
    if (this.status.textContent !== status) this.status.textContent = status;
    this.detail.textContent = detail;
  }

  // -- a run ------------------------------------------------------------------

  wait() {
    this.box.dataset.state = "waiting";
    this.go.begin(() => this.say(...this.page.doing(this)));
  }

  begin() {
    const height = this.live?.offsetHeight || this.boxes.reduce((sum, box) => sum + box.offsetHeight, 0);
    this.live?.remove();
    this.live = make("div", "promise promise-output promise-live", "", { role: "group", ariaLabel: `Output of ${this.name}` });
    this.head = make("p", "promise-head");
    this.head.append(make("span", "promise-role", "Output"));
    const pre = make("pre", "");
    this.text = make("code", "run-scroll", "", { ariaLive: "polite" });
    pre.append(this.text);
    this.live.append(this.head, pre);
    this.stream = new Stream(this.text);
    this.printed = ""; // what counts: as in the tests, not what goes to stderr
    this.afresh.hidden = true;
    for (const box of this.boxes) box.hidden = !this.own;
    this.live.style.minHeight = this.own ? "" : `${height}px`;
    this.open(!this.own && this.boxes.length > 0);
    this.box.dataset.state = "running";
    delete this.box.dataset.result;
    if (this.go.busy) this.say("Running");
    else this.go.begin(() => this.say("Running"));
  }

  /** Put the panel below the block, or take it away. */
  open(yes) {
    if (!yes) this.live.remove();
    else if (!this.live.isConnected) this.box.after(this.live);
  }

  write(text, stream) {
    this.open(true);
    if (stream !== "stderr") this.printed += this.printed.length < FLOOD ? text : "";
    this.stream.write(text);
    return this.stream.size < FLOOD;
  }

  /** Whether it went well; undefined where that cannot be told, since it ran `upon` what an earlier run had left. */
  end({ ok, error, ms }, upon) {
    this.stream.paint();
    this.took = ms;
    const printed = plain(bare(this.printed));
    const want = this.recorded, last = error && plain(error.last);
    const good = error ? ok && "error" in want : ok;
    const same = good && (want.output === undefined || want.output === printed) && (want.error ?? null) === (last ?? null);
    if (upon && !this.own && !same) return undefined;
    if (this.stream.more) this.note(`… and ${this.stream.more.toLocaleString("en")} more characters`);
    if (error) this.raise(error, same && !this.own);
    this.open(this.text.textContent || error);
    this.live.style.minHeight = "";
    this.head.hidden = !this.text.textContent;
    const took = seconds(ms);
    if (same && !this.own) {
      const said = this.boxes.length || this.box.dataset.run === "pycon" ? "as on this page" : printed ? "done" : "done, nothing printed";
      this.finish("same", `✓ ${said}`, took);
      if (this.box.dataset.run === "pycon") this.open(false); // the block itself shows it
      if (!this.live.isConnected) this.restore();
    } else if (this.own) {
      this.finish(good ? "edited" : "error", good ? (printed ? "done" : "done, nothing printed") : "Raised an error", took);
      this.head.firstChild.textContent = `Output ${this.edited ? "of your edit" : "with your edit above"}`;
    } else {
      this.finish(good ? "differs" : "error", good ? "Not as on this page" : "Raised an error", took);
      this.compare(printed, last);
    }
    return good;
  }

  raise({ last, traceback }, expected) {
    const words = expected ? last : traceback || last;
    const box = make("div", "promise-error run-error");
    const head = make("p", "promise-head"), pre = make("pre", "");
    head.append(make("span", "promise-role", "Raises"));
    pre.append(make("code", "run-scroll", words, { ariaLive: "polite" }));
    box.append(head, pre);
    this.live.append(box);
  }

  /** A small account of what the page has and this run has not, and the other way round. */
  compare(printed, last) {
    const page = [this.recorded.output, this.recorded.error].filter(Boolean).join("\n");
    const lines = difference(page, [printed, last].filter(Boolean).join("\n"));
    if (!page || !lines.length) return;
    const box = make("div", "run-difference");
    box.append(make("p", "promise-head", "The page has −, this run has +"));
    const pre = make("pre", ""), code = make("code", "run-scroll");
    for (const [sign, line] of lines.slice(0, DIFFERENT)) {
      code.append(make(sign === "-" ? "del" : "ins", "", `${sign === "-" ? "−" : "+"} ${line}\n`));
    }
    if (lines.length > DIFFERENT) code.append(`… and ${lines.length - DIFFERENT} lines more\n`);
    pre.append(code);
    box.append(pre);
    this.live.append(box);
  }

  note(text) {
    this.text.after(make("span", "run-note", text));
  }

  finish(result, status, detail = "") {
    this.box.dataset.state = "done";
    this.box.dataset.result = result;
    this.go.done();
    this.say(status, detail);
  }

  /** The run ended under it. */
  cut(status, detail = "") {
    this.stream?.paint();
    this.finish("stopped", status, detail);
    if (!this.live) return;
    this.live.style.minHeight = "";
    if (!this.text.textContent) this.restore();
  }

  /** The page's own outputs again. */
  restore() {
    this.live?.remove();
    this.live = undefined;
    for (const box of this.boxes) box.hidden = false;
  }

  // -- the code -----------------------------------------------------------------

  /** Take `text` for the source, and put it where the code stands. */
  show(text) {
    this.source = text;
    if (this.edited) this.code.textContent = text;
    else this.code.replaceChildren(...this.painted.map((node) => node.cloneNode(true)));
    kept.set(this.store, this.edited ? text : null);
    this.mark();
  }

  mark() {
    this.undo.hidden = this.sharing.hidden = !this.edited;
    this.box.classList.toggle("run-edited", this.edited);
  }

  async edit() {
    if (this.editor) return this.editor.focus();
    this.editing.disabled = true;
    const frame = make("div", "run-editor");
    const options = {
      parent: frame,
      doc: this.source.replace(/\n$/, ""),
      label: `${this.name}, edit; Escape leaves, Control Enter runs`,
      change: (text) => this.show(text.replace(/\n*$/, "\n")),
      run: () => this.page.press(this),
      leave: () => this.go.element.focus(),
    };
    const { edit } = await import("../editor/index.js").catch(() => import("./typing.js"));
    this.code.parentElement.after(frame);
    this.editor = edit(options);
    this.box.classList.add("run-editing");
    this.editing.disabled = false;
    this.editing.textContent = "Done";
    this.editing.ariaLabel = `Done editing ${this.name}`;
    this.editing.onclick = () => this.close();
    this.editor.focus();
  }

  close() {
    this.editor.close();
    this.editor = undefined;
    this.box.querySelector(".run-editor").remove();
    this.box.classList.remove("run-editing");
    this.editing.textContent = "Edit";
    this.editing.ariaLabel = `Edit ${this.name}`;
    this.editing.onclick = () => this.edit();
  }

  reset() {
    if (this.go.busy) this.page.stop();
    this.show(this.original);
    this.editor?.set(this.source.replace(/\n$/, ""));
    this.restore();
    this.choice?.remove();
    brought = undefined;
    this.say("As on this page again");
    delete this.box.dataset.result;
    (this.editor ?? this.editing).focus();
  }
}

class Page {
  constructor(boxes) {
    this.name = decodeURI(location.pathname.slice(ROOT.pathname.length)).replace(/(index\.html|\/)$/, "") || "index";
    this.blocks = boxes.map((box, place) => new Block(box, place, this));
    this.turn = Promise.resolve();
    this.round = 0;
    const facts = document.querySelector(".page-facts");
    if (facts) {
      this.all = new Switch("Run all", "blocks of this page", () => this.press(this.blocks.at(-1), { all: true }), () => this.stop());
      this.status = make("span", "run-status", "", { role: "status" });
      facts.append(this.all.element, this.status);
    }
    this.receive();
  }

  /** Whether a block up to this place is not what the page has. */
  edited(place) {
    return this.blocks.slice(0, place + 1).some((block) => block.edited);
  }

  /** What the reader who waits for `block` should know. */
  doing(block) {
    if (!python.ready) return ["Loading Python", loading()];
    const now = this.blocks.find((other) => other.box.dataset.state === "running");
    return now && now !== block ? ["Running what stands above first", now.name] : ["Running"];
  }

  /** Run a block, and first those above it that have not run as they stand; or from the `top`, or `all` of them. */
  press(block, { top = false, all = false } = {}) {
    if (block.box.dataset.state === "waiting") return;
    const { round } = this;
    block.wait();
    if (all) this.all.begin(() => (this.status.textContent = "Running"));
    this.turn = this.turn.then(() => round === this.round && this.run(block, top || all, all));
  }

  /** Where to begin so that `block` finds what it needs: 0 is with nothing, in a new namespace. */
  start(block) {
    const { page, ran } = python;
    if (page !== this) return 0;
    const wanted = this.blocks.slice(0, block.place + 1);
    const kept = wanted.findIndex((other, n) => ran[n] !== other.source);
    const from = kept < 0 ? block.place : kept;
    if (ran.length === from) return from;
    // More has run than what stands above. To begin again is exact, where it takes no time.
    const cost = wanted.slice(0, from).reduce((sum, other) => sum + other.took, 0);
    python.upon = cost > CHEAP;
    return python.upon ? from : 0;
  }

  async run(block, top, all) {
    const from = top ? 0 : this.start(block);
    const todo = this.blocks.slice(from, block.place + 1);
    if (!from) Object.assign(python, { page: this, ran: [], upon: false });
    else python.ran.length = Math.min(python.ran.length, from);
    let now, fallen, doubt = false, flooded = false;
    const tell = (data) => {
      const here = todo.find((other) => other.key === data.key);
      if (data.type === "progress" || data.type === "ready") this.tick(block, all);
      else if (data.type === "start") (now = here).begin();
      else if (data.type === "output" && !flooded && !here.write(data.text, data.stream)) {
        flooded = true;
        stop();
      } else if (data.type === "end") {
        now = undefined;
        const good = here.end(data, python.upon);
        if (good === undefined) doubt = true;
        else if (data.error && !good) fallen = here;
        else python.ran.push(here.sent);
      }
    };
    try {
      await execute(this.name, !from, LIMIT, todo.map((other) => other.order()), tell);
    } catch (error) {
      return this.cut(error, now ?? block, block, flooded);
    } finally {
      if (all) this.all.done();
    }
    if (doubt) return this.run(block, true, all);
    if (fallen) python.page = undefined; // half a block has run: begin again next time
    if (fallen && fallen !== block) block.finish("stopped", `Not run: ${fallen.name} above raised an error`);
    else if (!all) {
      const above = todo.length - 1;
      const notes = [block.detail.textContent];
      if (above) notes.push(`ran ${blocks(above)} above first`);
      if (python.upon && block.own) notes.push("on top of the last run");
      block.say(block.status.textContent, notes.join(", "));
      block.afresh.hidden = !(python.upon && block.own);
    }
    if (all) this.sum();
  }

  /** Loading goes on. */
  tick(block, all) {
    if (block.go.busy && block.box.dataset.state === "waiting") block.say(...this.doing(block));
    if (all && this.all.busy) this.status.textContent = python.ready ? "Running" : "Loading Python";
    block.box.style.setProperty("--loaded", python.progress ? python.progress.loaded / python.progress.total : 0);
  }

  cut(error, now, block, flooded) {
    if (!(error instanceof Ended)) throw error;
    let words = "Stopped", detail = "";
    if (flooded) words = "Stopped: it printed without end";
    else if (!error.stopped) [words, detail] = [`Python ${error.loaded ? "broke down" : "could not be loaded"}. Run tries again`, error.message];
    now.cut(words, detail);
    if (block !== now) block.cut(words, detail);
    if (this.status) this.status.textContent = "";
  }

  sum() {
    const same = this.blocks.filter((block) => block.box.dataset.result === "same").length;
    this.status.textContent = same === this.blocks.length ? `✓ ${blocks(same)}, all as on this page` : `${same} of ${blocks(this.blocks.length)} as on this page`;
  }

  stop() {
    this.round++;
    for (const block of this.blocks) if (block.box.dataset.state === "waiting") block.cut("Stopped");
    this.all?.done();
    stop();
  }

  // -- sharing ------------------------------------------------------------------

  async share(block) {
    const { pack } = await import("./share.js");
    const edits = this.blocks.filter((other) => other.edited).map((other) => [other.key, other.source]);
    const link = new URL(await pack(edits), location).href;
    history.replaceState(history.state, "", link);
    const copied = await navigator.clipboard?.writeText(link).then(() => true, () => false);
    block.say(copied ? "Link copied" : "The link is in the address bar", edits.length > 1 ? `with ${blocks(edits.length)} edited` : "");
  }

  /** Show, and do not run, what the address brings. */
  async receive() {
    if (location.hash.startsWith(SHARED)) brought = { path: location.pathname, hash: location.hash };
    if (brought?.path !== location.pathname) return;
    const { unpack } = await import("./share.js");
    const edits = await unpack(brought.hash).catch(() => null);
    const found = (edits ?? []).map(([key, text]) => [this.blocks.find((block) => block.key === key), text]).filter(([block]) => block);
    for (const [block, text] of found) {
      const take = () => {
        block.show(text);
        block.editor?.set(text.replace(/\n$/, ""));
        block.say("From the link you opened. Nothing has run");
      };
      if (!block.edited || block.source === text) take();
      else this.offer(block, take);
    }
    if (found.length) found[0][0].box.scrollIntoView({ block: "center" });
    else this.blocks[0].say(edits ? "The link's blocks are no longer on this page" : "The code in this link is damaged");
  }

  /** The reader's own edit stands: let them choose. */
  offer(block, take) {
    block.choice?.remove();
    block.choice = button("", "Show the link's code", () => (block.choice.remove(), take()));
    block.say("Your own edit is kept");
    block.status.parentElement.before(block.choice);
  }
}

let shown;
let brought; // by the address, which the theme may clear while the reader scrolls

function mount() {
  const boxes = [...document.querySelectorAll(".promise[data-run]")];
  if (boxes.length && boxes[0].dataset.state) return;
  if (shown?.blocks.some((block) => /waiting|running/.test(block.box.dataset.state))) shown.stop();
  shown = undefined;
  if (brought?.path !== location.pathname) brought = undefined;
  for (const box of boxes) box.dataset.state = "idle";
  if (boxes.length && !UNABLE) shown = new Page(boxes);
  else for (const box of boxes) box.append(make("p", "run-bar run-unable", UNABLE));
}

addEventListener("hashchange", () => shown?.receive());
if (window.document$) window.document$.subscribe(mount);
else mount();
