/** Where something is allowed to be as it is, and why. Selectors of the page. */
export interface Exceptions {
  /** texts that may end in «…»: the whole of it stands elsewhere, or is the bar's own long name */
  mayBeCut: string[];
  /** targets below 44 px */
  maySmall: string[];
  /** the first parts of the texts' keys, to know a key that has no words */
  areas: string[];
}

/**
 * What is wrong with the geometry and the words of the page as it stands. Runs in the page and may use nothing from outside. An open
 * dialog is looked at alone: what lies under it cannot be reached.
 */
export async function faultsOf({ mayBeCut, maySmall, areas }: Exceptions): Promise<string[]> {
  const TARGET_PX = 44;
  const MONEY_PX = 56;
  const SLACK = 1.5;
  const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()));
  await frame();
  await frame();
  const root =
    document.querySelector('[role="dialog"]') ?? document.querySelector('[role="menu"]') ?? document.body;
  const faults = new Set<string>();
  const styles = new Map<Element, CSSStyleDeclaration>();
  const styleOf = (element: Element): CSSStyleDeclaration => {
    const known = styles.get(element) ?? getComputedStyle(element);
    styles.set(element, known);
    return known;
  };
  const cutAllowed = mayBeCut.join(', ');
  const say = (element: Element): string => {
    const words = (element.textContent || element.getAttribute('aria-label') || '')
      .trim()
      .replace(/\s+/g, ' ');
    const id = element.closest('[data-testid]')?.getAttribute('data-testid');
    return `«${words.slice(0, 50)}» ${element.tagName.toLowerCase()}.${[...element.classList].join('.')}${id ? ` in ${id}` : ''}`;
  };
  const hidden = new Map<Element, boolean>();
  const unseen = (element: Element): boolean => {
    const known = hidden.get(element);
    if (known !== undefined) return known;
    const { display, visibility, opacity, clipPath, clip } = styleOf(element);
    const itself =
      display === 'none' ||
      visibility === 'hidden' ||
      opacity === '0' ||
      clipPath !== 'none' ||
      clip !== 'auto';
    const found = itself || (element.parentElement !== null && unseen(element.parentElement));
    hidden.set(element, found);
    return found;
  };

  /** How a rectangle gets lost: null when all of it can be seen, or be scrolled to. */
  const lost = (element: Element, whole: DOMRect): string | null => {
    const { left, right } = whole;
    let { top, bottom } = whole;
    for (
      let at: Element | null = element;
      at !== null && at !== document.documentElement;
      at = at.parentElement
    ) {
      const { overflowX, overflowY, position } = styleOf(at);
      if (overflowX === 'visible' && overflowY === 'visible') {
        if (position === 'fixed') break;
        continue;
      }
      const box = at.getBoundingClientRect();
      const scrollsY = (overflowY === 'auto' || overflowY === 'scroll') && at.scrollHeight > at.clientHeight;
      const scrollsX = (overflowX === 'auto' || overflowX === 'scroll') && at.scrollWidth > at.clientWidth;
      if (scrollsX && styleOf(at).whiteSpace !== 'pre')
        return `needs sideways scrolling in ${say(at).slice(0, 90)}`;
      if (!scrollsX && (left < box.left - SLACK || right > box.right + SLACK)) return 'cut off at the side';
      if (scrollsY) {
        top = Math.max(top, box.top);
        bottom = Math.min(bottom, box.bottom);
        if (bottom - top < 1) return null;
      } else if (overflowY !== 'visible' && (top < box.top - SLACK * 2 || bottom > box.bottom + SLACK * 2)) {
        return 'cut off above or below';
      }
      if (position === 'fixed') break;
    }
    const out = left < -SLACK || top < -SLACK || right > innerWidth + SLACK || bottom > innerHeight + SLACK;
    return out ? 'outside the window' : null;
  };

  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const words = (node.textContent ?? '').trim();
    const element = node.parentElement;
    if (words === '' || element === null || element.closest('option, script, style, noscript')) continue;
    if (unseen(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rect = range.getBoundingClientRect();
    if (rect.width < 1 || rect.height < 1) continue;
    const [area = ''] = words.split('.');
    if (/^[a-z]\w*(\.\w+)+$/i.test(words) && areas.includes(area) && !element.closest('code, pre'))
      faults.add(`no words for the key ${words}`);
    if (words.includes('{{')) faults.add(`a parameter is missing in «${words.slice(0, 60)}»`);
    if (element.closest(cutAllowed) !== null) continue;
    const why = lost(element, rect);
    if (why !== null) faults.add(`${why}: ${say(element)}`);
  }

  const targets = root.querySelectorAll(
    'button, a[href], input, select, textarea, [role="switch"], [role="radio"], [role="checkbox"], [role="menuitem"]',
  );
  for (const target of targets) {
    if (unseen(target) || target.closest('[aria-hidden="true"]')) continue;
    const { width, height } = target.getBoundingClientRect();
    if (width < 1 && height < 1) continue;
    const id = target.getAttribute('data-testid') ?? '';
    const least = ['confirm', 'top-up', 'close-visit'].includes(id) ? MONEY_PX : TARGET_PX;
    const small = width < TARGET_PX - 0.5 || height < least - 0.5;
    if (small && target.closest(maySmall.join(', ') || 'no-such-tag') === null)
      faults.add(`only ${Math.round(width)}×${Math.round(height)} px: ${say(target)}`);
  }
  for (const field of root.querySelectorAll('input, textarea')) {
    if (!(field instanceof HTMLInputElement) || unseen(field) || field.closest(cutAllowed)) continue;
    if (field.type !== 'password' && field.value !== '' && field.scrollWidth > field.clientWidth + 1)
      faults.add(`the value is cut off: ${field.value.slice(0, 50)} in ${say(field)}`);
  }
  return [...faults];
}
