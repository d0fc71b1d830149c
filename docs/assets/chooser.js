/* The chooser: a form over decisions worked out beforehand. The address holds its state. */
(async (source) => {
  const data = await fetch(new URL("chooser.json", source)).then((reply) => reply.json(), () => 0);
  const box = document.getElementById("chooser");
  if (!data || !box || box.querySelector("form")) return;
  const { questions, homes, outcomes, nodes, doubts } = data;
  const table = box.querySelector("table");
  const rows = [...table.tBodies[0].rows];

  const make = (tag, parent, text = "", properties = {}) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(text);
    parent.append(element);
    return element;
  };

  /* The outcomes that the answers leave open, from one node on; -1 is no answer. */
  const open = (at, answers, seen = new Map()) => {
    if (at < 0) return new Set([-1 - at]);
    if (!seen.has(at)) {
      const [question, ...ways] = nodes[at];
      const taken = answers[question] < 0 ? ways : [ways[answers[question]]];
      seen.set(at, new Set(taken.flatMap((next) => [...open(next, answers, seen)])));
    }
    return seen.get(at);
  };

  const form = document.createElement("form");
  form.setAttribute("aria-label", "The chooser");
  const selects = questions.map(([key, ask, answers], n) => {
    const line = make("p", form);
    make("label", line, `${n + 1}. ${ask}`, { htmlFor: `chooser-${key}` });
    const select = make("select", line, "", { id: `chooser-${key}`, name: key });
    for (const value of ["", ...answers]) make("option", select, value || "not answered", { value });
    return select;
  });
  const said = make("div", form);
  said.setAttribute("role", "status");
  make("button", form, "Start over", { type: "reset" });
  box.prepend(form);

  const show = () => {
    const answers = selects.map((select) => select.selectedIndex - 1);
    const left = [...open(nodes.length - 1, answers)].map((n) => outcomes[n]);
    const possible = [...new Set(left.map(([home]) => home))].sort((a, b) => a - b);
    said.replaceChildren();
    for (const row of rows) row.removeAttribute("aria-current");
    for (const [pair, why] of doubts) {
      if (pair.every(([question, some]) => some.includes(answers[question]))) make("p", said, `Look again: ${why}.`);
    }
    if (possible.length > 1) {
      make("p", said, `${possible.length} homes are left: ${possible.map((n) => homes[n]).join(", ")}.`);
      return;
    }
    const [home, rival, why] = left[0];
    const row = rows.find(({ cells }) => cells[1].textContent === homes[home]);
    const list = make("dl", said);
    const tell = (term, part) => {
      make("dt", list, term);
      make("dd", list, part);
    };
    tell("It lives in", row.cells[1].firstChild.cloneNode(true));
    tell("And not in", homes[rival] + (left.length > 1 ? "" : `: ${why}`));
    tell("Two numbers", row.cells[3].textContent);
    tell("The fault to test", row.cells[4].textContent);
    row.setAttribute("aria-current", "true");
  };

  const read = () => {
    const asked = new URLSearchParams(location.search);
    for (const select of selects) {
      select.value = asked.get(select.name) ?? "";
      if (select.selectedIndex < 0) select.value = "";
    }
    show();
  };
  const write = () => {
    const url = new URL(location);
    for (const { name, value } of selects) {
      url.searchParams.delete(name);
      if (value) url.searchParams.set(name, value);
    }
    history.replaceState(history.state, "", url);
    show();
  };

  form.addEventListener("change", write);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(write));
  table.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link?.search || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    history.pushState(null, "", link.href);
    read();
    form.scrollIntoView();
    selects[0].focus({ preventScroll: true });
  });
  const back = () => (form.isConnected ? read() : removeEventListener("popstate", back));
  addEventListener("popstate", back);
  read();
})(document.currentScript.src);
