// What a person would press or fill in: the first visible control within arguments[0] that is called arguments[1].
const controls = 'button, a[href], input, textarea, select, summary, [role=button], [role=log], [tabindex="0"]';
const nameOf = (element) =>
  (
    element.getAttribute('aria-label') ??
    ([...(element.labels ?? [])].map((label) => label.textContent).join(' ') || element.textContent || element.title)
  )
    .replace(/\s+/g, ' ')
    .trim();
const seen = [...document.querySelectorAll(arguments[0])]
  .flatMap((root) => [...root.querySelectorAll(controls)])
  .filter((element) => element.checkVisibility({ visibilityProperty: true }));
return seen.find((element) => nameOf(element) === arguments[1]) ?? seen.find((element) => nameOf(element).includes(arguments[1]));
