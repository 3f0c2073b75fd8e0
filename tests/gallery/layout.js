// Returns what is wrong with the layout of the screen that is shown, one line a fault. `scrolls`: this size may scroll upright.
(scrolls) => {
  const SLACK = 1.5; // px: rounding of a line's box
  const main = document.querySelector("main");
  const open = [...document.querySelectorAll(":popover-open")].at(-1);
  const root = open ?? document.body;
  const named = (one) => `<${one.tagName.toLowerCase()} ${one.className}> ${one.textContent.trim().replace(/\s+/g, " ").slice(0, 24)}`;
  const drawn = (one) => one.checkVisibility() && !one.closest(".said, .stage, iframe") && (open || !one.closest("[popover]"));
  const textsOf = (one) => [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());

  function linesOf(one) {
    const lines = [];
    for (const node of textsOf(one)) {
      const range = document.createRange();
      range.selectNodeContents(node);
      lines.push(...range.getClientRects());
    }
    return lines.filter((line) => line.width && line.height);
  }

  const all = [...root.querySelectorAll("*")].filter(drawn);
  const boxes = [];
  for (const one of all) {
    if (one.matches("button, summary, img, .dots")) boxes.push({ one, rects: [one.getBoundingClientRect()] });
    else if (textsOf(one).length) boxes.push({ one, rects: linesOf(one) });
  }
  const faults = [];

  const over = (a, b) =>
    a.left < b.right - SLACK && b.left < a.right - SLACK && a.top < b.bottom - SLACK && b.top < a.bottom - SLACK;
  // What a box that scrolls has scrolled out of sight covers nothing beside that box.
  function seenBeside({ one, rects }, other) {
    let seen = rects;
    for (let box = one.parentElement; box && !box.contains(other); box = box.parentElement) {
      if (getComputedStyle(box).overflowY === "visible") continue;
      const { top, bottom } = box.getBoundingClientRect();
      seen = seen.map((rect) => ({ left: rect.left, right: rect.right, top: Math.max(top, rect.top), bottom: Math.min(bottom, rect.bottom) }));
    }
    return seen;
  }

  boxes.forEach((first, index) => {
    for (const second of boxes.slice(index + 1)) {
      if (first.one.contains(second.one) || second.one.contains(first.one)) continue;
      const [here, there] = [seenBeside(first, second.one), seenBeside(second, first.one)];
      if (here.some((a) => there.some((b) => over(a, b)))) faults.push(`${named(first.one)} lies on ${named(second.one)}`);
    }
  });

  // Where an element may be seen: the panel, less what each box around it cuts off. A box that scrolls cuts nothing off downwards.
  function windowOf(one) {
    const seen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    for (let box = one; box && box !== document.documentElement; box = box.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(box);
      const rect = box.getBoundingClientRect();
      if (overflowX !== "visible") [seen.left, seen.right] = [Math.max(seen.left, rect.left), Math.min(seen.right, rect.right)];
      const moves = (overflowY === "auto" || overflowY === "scroll") && box.scrollHeight > box.clientHeight + 1;
      if (moves) return { ...seen, top: rect.top - box.scrollTop, bottom: rect.top - box.scrollTop + box.scrollHeight };
      if (overflowY !== "visible") [seen.top, seen.bottom] = [Math.max(seen.top, rect.top), Math.min(seen.bottom, rect.bottom)];
    }
    return seen;
  }
  for (const { one, rects } of boxes) {
    const seen = windowOf(one);
    const cut = ({ left, top, right, bottom }) =>
      left < seen.left - SLACK || top < seen.top - SLACK || right > seen.right + SLACK || bottom > seen.bottom + SLACK;
    if (rects.some(cut)) faults.push(`${named(one)} is cut off`);
  }

  for (const { one, rects } of boxes) {
    const button = one.closest("button");
    const box = button?.getBoundingClientRect();
    const outside = ({ left, top, right, bottom }) =>
      left < box.left - SLACK || top < box.top - SLACK || right > box.right + SLACK || bottom > box.bottom + SLACK;
    if (button && (one === button ? linesOf(one) : rects).some(outside)) faults.push(`${named(one)} leaves its button`);
  }

  for (const { one } of boxes.filter(({ one }) => !one.matches("img"))) {
    const tops = new Set(linesOf(one).map((line) => Math.round(line.bottom)));
    const based = [...one.querySelectorAll(":scope > ruby")].flatMap(textsOf); // kanji that have a reading
    const letters = [...textsOf(one), ...based].reduce((sum, node) => sum + node.data.trim().length, 0);
    if (tops.size > 1 && letters / tops.size < 2) faults.push(`${named(one)} has one character a line`);
  }

  const rootSize = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const small = ({ one }) => one.closest(".body") && !one.matches("rt") && textsOf(one).length && parseFloat(getComputedStyle(one).fontSize) < 1.2 * rootSize;
  // A reading is read with its kanji: half their size, which itself is checked above.
  const tiny = ({ one }) => one.matches("rt") && parseFloat(getComputedStyle(one).fontSize) < 0.49 * parseFloat(getComputedStyle(one.parentElement).fontSize);
  faults.push(...boxes.filter(tiny).map(({ one }) => `${named(one)} is a reading too small to read`));
  faults.push(...boxes.filter(small).map(({ one }) => `${named(one)} is too small to read`));

  for (const box of [document.scrollingElement, document.body, ...all]) {
    const { overflowX, overflowY } = getComputedStyle(box);
    if (box.scrollWidth > box.clientWidth + 1 && (overflowX !== "visible" || box === document.scrollingElement)) faults.push(`${named(box)} scrolls sideways`);
    const moves = box.scrollHeight > box.clientHeight + 1 && (overflowY === "auto" || overflowY === "scroll");
    if (moves && !scrolls && !box.matches(".more") && !box.closest(".screen--record")) faults.push(`${named(box)} scrolls`);
  }

  const foot = main.querySelector(".foot").getBoundingClientRect();
  const hides = (part) => part.getBoundingClientRect().bottom > foot.top + SLACK && !part.closest(".screen--record");
  faults.push(...[...main.querySelectorAll(".body > *")].filter(hides).map((part) => `${named(part)} reaches under the foot`));

  const holder = open ?? main;
  for (const button of all.filter((one) => one.matches("button") && (open || main.contains(one)))) {
    if (scrolls || open || button.closest(".screen--record")) button.scrollIntoView({ block: "nearest" });
    const { left, top, right, bottom } = button.getBoundingClientRect();
    const points = [[(left + right) / 2, (top + bottom) / 2], [left + 8, (top + bottom) / 2], [right - 8, (top + bottom) / 2], [(left + right) / 2, top + 8], [(left + right) / 2, bottom - 8]];
    if (!points.every(([x, y]) => button.contains(document.elementFromPoint(x, y)))) faults.push(`${named(button)} cannot be pressed everywhere`);
  }
  holder.scrollTop = 0;
  return [...new Set(faults)];
}
