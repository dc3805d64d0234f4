// What is wrong with a page's marks, told in short lines.
() => {
  const found = [];
  const say = (line) => found.push(line);
  const shown = (one) => one.checkVisibility({ visibilityProperty: true });
  const wide = document.scrollingElement.scrollWidth;
  if (wide > innerWidth) {
    const out = [...document.body.querySelectorAll("*")].filter(
      (one) => shown(one) && one.getBoundingClientRect().right > innerWidth + 1,
    );
    say(`${wide} px wide: ${out.slice(0, 3).map((one) => `${one.tagName.toLowerCase()}.${one.className}`)}`);
  }
  if (!document.documentElement.lang) say("no lang");
  if (!document.title.trim()) say("no title");
  const heads = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(shown);
  const firsts = heads.filter((one) => one.tagName === "H1");
  if (firsts.length !== 1) say(`${firsts.length} h1`);
  heads.forEach((one, at) => {
    const step = Number(one.tagName[1]) - (at ? Number(heads[at - 1].tagName[1]) : 1);
    if (step > 1) say(`${one.tagName} “${one.textContent.trim().slice(0, 30)}” skips a level`);
  });
  for (const one of document.querySelectorAll("img:not([alt])")) say(`no alt: ${one.src}`);
  for (const one of document.querySelectorAll("input:not([type=hidden], [type=submit]), select, textarea")) {
    if (shown(one) && !one.labels?.length && !one.ariaLabel && !one.getAttribute("aria-labelledby") && !one.title)
      say(`no label: ${one.name || one.id}`);
  }
  for (const one of document.querySelectorAll("a[href], button")) {
    const named = one.textContent.trim() || one.ariaLabel || one.title || one.getAttribute("aria-labelledby");
    if (shown(one) && !named && !one.querySelector("img[alt]:not([alt='']), [title]")) say(`no name: ${one.outerHTML.slice(0, 80)}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const twice = [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
  if (twice.length) say(`ids twice: ${twice.slice(0, 5)}`);
  const odd = /.{0,20}(\bNone\b(?! named| listed| waits| has| were)|\bnan\b|\[object|\{\{|\bundefined\b|\b1 \w+s\b (?:are|were|wait|have)|-\d+ other).{0,20}/g;
  for (const words of document.body.innerText.match(odd) ?? []) say(`words: ${words}`);
  return found;
}
