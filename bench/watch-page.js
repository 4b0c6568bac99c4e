// Runs in the pages that `dashboard.ts` measures, before their own scripts: a page notes itself when something was painted, since the
// questions of a test take longer than what they ask about.

/** When the whole list was painted, in milliseconds from the beginning of the navigation. */
globalThis.listShownMs = undefined;
/** How long after the last click the records of a domain were painted, in milliseconds. */
globalThis.openedMs = undefined;

const DOMAINS = 50;
let clickedAt;
let isListThere = false;

addEventListener('click', ({ timeStamp }) => (clickedAt = timeStamp), { capture: true });

/** Calls back when what is in the page now has been painted. */
function whenPainted(note) {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => note(performance.now());
    port2.postMessage(null);
  });
}

new MutationObserver(() => {
  if (!isListThere && [...document.links].filter(({ href }) => /\/domains\/[\da-f]{24}/.test(href)).length >= DOMAINS) {
    isListThere = true;
    whenPainted((at) => (globalThis.listShownMs = at));
  }
  const from = clickedAt;
  if (
    from !== undefined &&
    document.querySelector('h1')?.textContent.includes('domain-') &&
    document.body.textContent.includes('_autosend-verify')
  ) {
    clickedAt = undefined;
    whenPainted((at) => (globalThis.openedMs = at - from));
  }
}).observe(document, { childList: true, subtree: true, characterData: true });
