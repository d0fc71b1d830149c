// The plain editor, for when the other one does not arrive.
export function edit({ parent, doc, label, change, run, leave }) {
  const area = Object.assign(document.createElement("textarea"), { value: doc, spellcheck: false, ariaLabel: label });
  const grow = () => (area.rows = area.value.split("\n").length);
  area.oninput = () => (grow(), change(area.value));
  area.onkeydown = (event) => {
    if (event.key === "Escape") leave();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
    else if (event.key === "Tab" && !event.shiftKey) area.setRangeText("    ", area.selectionStart, area.selectionEnd, "end"), area.oninput();
    else return;
    event.preventDefault();
  };
  grow();
  parent.append(area);
  return { focus: () => area.focus(), set: (text) => ((area.value = text), grow()), close: () => area.remove() };
}
