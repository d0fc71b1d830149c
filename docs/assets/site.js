/* What the theme does at run time, mended for the keyboard and for screen readers. */
const mend = () => {
  for (const nav of document.querySelectorAll(".md-code__nav")) nav.setAttribute("role", "presentation");
  for (const box of document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset figure, .run-scroll")) {
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight + 1) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
  }
};
const soon = () => requestAnimationFrame(mend);
new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
addEventListener("resize", soon);
soon();

/* What was copied and does not run by itself says so, and offers what does. */
addEventListener("click", ({ target }) => {
  const box = target.closest?.(".md-code__nav [data-md-type='copy'], .md-clipboard")?.closest(".promise[data-whole]");
  if (!box || box.querySelector(".promise-whole")) return;
  const said = Object.assign(document.createElement("p"), { className: "promise-along promise-whole", role: "status" });
  const link = Object.assign(document.createElement("a"), { href: box.dataset.whole, download: "", textContent: "take it with all that it needs (zip)" });
  (box.querySelector(".highlight") ?? box.lastElementChild).after(said);
  said.append("Copied. This block does not run by itself: ", link);
});
