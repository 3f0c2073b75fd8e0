// Returns what is wrong with the language of the texts that are shown, one line a fault. `tag`: the language of the screen.
(tag) => {
  const KANA = /[ぁ-ゖァ-ヺ]/;
  const JAPANESE = /[ぁ-ゖァ-ヺ一-鿿々]/;
  const SCRIPTS = { ko: /[가-힣]/, ne: /[\u0900-\u097f]/, vi: /[\u1ea0-\u1ef9ơưđ]/i };
  const SIMPLIFIED = /[们证码请选择认设这输从进办单读网员签领]/;
  const japanese = (lang) => lang.split("-")[0] === "ja";
  const chinese = (lang) => lang.split("-")[0] === "zh";
  const shown = (one) => one.checkVisibility() && (!one.closest("[popover]") || one.closest(":popover-open"));
  const langOf = (one) => one.closest("main [lang], main").lang;
  const faults = [];
  const main = document.querySelector("main");
  if (main.lang !== tag) faults.push(`main is in ${main.lang}`);

  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data, parentElement: one } = texts.currentNode;
    const text = data.trim().slice(0, 40);
    if (!text || !shown(one)) continue;
    const lang = langOf(one);
    if (KANA.test(text) && !japanese(lang)) faults.push(`${text} is Japanese and marked ${lang}`);
    if (JAPANESE.test(text) && !japanese(lang) && !chinese(lang)) faults.push(`${text} has Japanese characters and is marked ${lang}`);
    if (SIMPLIFIED.test(text) && lang !== "zh-Hans") faults.push(`${text} is 简体中文 and marked ${lang}`);
    for (const [of, letters] of Object.entries(SCRIPTS)) {
      if (letters.test(text) && lang !== of) faults.push(`${text} is ${of} and marked ${lang}`);
    }
    if (lang === "en" && tag !== "en" && text !== "Language" && text !== "English") faults.push(`${text} is marked ${lang}`);
  }

  // A label cannot mark a part of itself: a Japanese name may stand in it, but never alone.
  for (const name of ["aria-label", "alt", "title", "placeholder"]) {
    for (const one of main.querySelectorAll(`[${name}]`)) {
      const label = one.getAttribute(name);
      const lang = langOf(one);
      const own = label.replace(/[ぁ-ゖァ-ヺー一-鿿々\P{L}]/gu, "");
      if (KANA.test(label) && !japanese(lang) && !own && !chinese(lang)) faults.push(`the label ${label} is Japanese and marked ${lang}`);
      if (chinese(lang) && KANA.test(label) && !/[一-鿿]/.test(label)) faults.push(`the label ${label} is Japanese and marked ${lang}`);
    }
  }
  return [...new Set(faults)];
}
